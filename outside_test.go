package kycmock

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// outside is another module's whole program: it starts the mock and asks it
// whether it is ready.
const outside = `package main

import (
	"fmt"
	"log"
	"net/http"

	"MODULE/mockserver"
)

func main() {
	mock, err := mockserver.Start(mockserver.Config{})
	if err != nil {
		log.Fatal(err)
	}
	response, err := http.Get(mock.URL + "/readyz")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(response.Status)
	response.Body.Close()
	if err := mock.Close(); err != nil {
		log.Fatal(err)
	}
}
`

func TestAnotherModuleUsesTheMockAsTheReadmeShows(t *testing.T) {
	t.Parallel()
	module := modulePath(t)
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	replace, get := module+"=", module+"/mockserver"
	for _, shown := range []string{"go mod edit -replace " + replace, "go get " + get + "\n"} {
		if !strings.Contains(string(readme), shown) {
			t.Errorf("README.md does not show %q", shown)
		}
	}

	dir := t.TempDir()
	run(t, dir, "go", "mod", "init", "example.test/outside")
	run(t, dir, "go", "mod", "edit", "-replace", replace+root)
	run(t, dir, "go", "get", get)
	write(t, filepath.Join(dir, "main.go"), strings.ReplaceAll(outside, "MODULE", module))
	if got := run(t, dir, "go", "run", "."); got != "200 OK" {
		t.Errorf("GET /readyz answered %q, wanted 200 OK", got)
	}
}

// run runs a command in a folder, as a user would outside of this module, and
// returns what it printed. A command that fails fails the test.
func run(t *testing.T, dir string, command ...string) string {
	t.Helper()
	out, err := try(dir, command...)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
	return out
}

// try is run for a command that may fail: it returns what was printed on
// stderr when it did.
func try(dir string, command ...string) (string, error) {
	var stdout, stderr strings.Builder
	c := exec.Command(command[0], command[1:]...)
	c.Dir, c.Stdout, c.Stderr = dir, &stdout, &stderr
	// Run from a git hook, the test must not reach the hook's repository.
	ours := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GIT_") })
	c.Env = append(ours, "PWD="+dir, "GOWORK=off", "GOFLAGS=-mod=mod -buildvcs=false")
	if err := c.Run(); err != nil {
		return stderr.String(), err
	}
	return stdout.String(), nil
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
