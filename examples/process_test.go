package examples

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A receiver is an example that runs as a process of its own.
type receiver struct {
	url    string
	secret string      // that UIP signs with
	lines  chan string // that it says after the first
}

// start starts the receiver of a language, for a mock at a URL.
func start(t *testing.T, language, mock string, env ...string) *receiver {
	t.Helper()
	command := program(t, language)
	command.Env = append(command.Env, mockEnv(t)...)
	command.Env = append(command.Env, "KYCMOCK_URL="+mock, "HOST=127.0.0.1", "PORT=0")
	command.Env = append(command.Env, env...)
	command.Stderr = t.Output()
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	r := &receiver{lines: make(chan string, 1000)} // more than it can have to say
	for _, pair := range command.Env {
		if value, ok := strings.CutPrefix(pair, "UIP_SECRET="); ok {
			r.secret = value
		}
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		for range r.lines { // until its end
		}
		_ = command.Wait()
	})
	go func() {
		defer close(r.lines)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			r.lines <- scanner.Text()
		}
	}()
	url, listens := strings.CutPrefix(<-r.lines, "listening on ")
	if !listens {
		t.Fatalf("the receiver in %s did not start: `make deps` installs what it needs", language)
	}
	r.url = url
	return r
}

// next is the next line that it says.
func (r *receiver) next(t *testing.T) string {
	t.Helper()
	select {
	case line, ok := <-r.lines:
		if !ok {
			t.Fatal("the receiver has ended")
		}
		return line
	case <-deadline(t).Done():
		t.Fatal("the receiver says nothing")
	}
	return ""
}

// deadline is a context that ends when an answer is overdue.
func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// program is the command that runs a language's receiver, as its README line says.
func program(t *testing.T, language string) *exec.Cmd {
	t.Helper()
	command := func(dir, name string, args ...string) *exec.Cmd {
		c := exec.Command(name, args...)
		c.Dir = filepath.Join("receivers", dir)
		c.Env = os.Environ()
		return c
	}
	switch language {
	case "go":
		binary := filepath.Join(t.TempDir(), "receiver")
		if said, err := command("go", "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		return command("go", binary)
	case "node":
		if _, err := os.Stat("receivers/node/node_modules"); err != nil {
			t.Fatalf("%v: run `make deps`", err)
		}
		return command("node", found(t, "node"), "receiver.mjs")
	case "python":
		return command("python", python(t), "receiver.py")
	case "java":
		found(t, "javac")
		c := command("java", "./run.sh")
		c.Env = append(c.Env, "CLASSES="+t.TempDir())
		return c
	}
	t.Fatalf("there is no receiver in %s", language)
	return nil
}

func found(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%v: run `make deps`", err)
	}
	return path
}

// python is an interpreter that has the receiver's libraries.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.CommandContext(t.Context(), name, "-c", "import flask, jwt, cryptography").Run() == nil {
			return name
		}
	}
	t.Fatal("no python3 with Flask, PyJWT and cryptography: run `make deps`")
	return ""
}

// mockEnv is the examples' own file of what a receiver needs to know of a mock.
func mockEnv(t *testing.T) (env []string) {
	t.Helper()
	text, err := os.ReadFile("receivers/mock.env")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			env = append(env, line)
		}
	}
	return env
}
