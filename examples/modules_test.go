package examples

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// in runs a command in a folder, and wants it to succeed.
func in(t *testing.T, dir string, command ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), command[0], command[1:]...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GOWORK=off")
	said, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s in %s: %v: %s", strings.Join(command, " "), dir, err, said)
	}
	return string(said)
}

func TestTheExamplesModulesAreInOrder(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"receivers/go", "testcontainers"} {
		in(t, dir, "go", "mod", "tidy", "-diff")
		in(t, dir, "go", "vet", "./...")
		in(t, dir, "go", "test", "./...")
	}
}

// Whoever uses kycmock's packages gets nothing of what the examples need.
func TestTheExamplesDependenciesAreTheirOwn(t *testing.T) {
	t.Parallel()
	if all := in(t, "..", "go", "list", "-m", "all"); strings.Contains(all, "testcontainers") {
		t.Errorf("the main module needs testcontainers:\n%s", all)
	}
	for _, path := range strings.Fields(in(t, "..", "go", "list", "./...")) {
		if strings.Contains(path, "examples/") {
			t.Errorf("%s is in the main module", path)
		}
	}
	if _, err := os.Stat("../go.work"); err == nil {
		t.Error("there is a go.work, which would build all modules as one")
	}
}
