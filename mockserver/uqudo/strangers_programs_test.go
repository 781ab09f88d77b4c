package uqudo_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program is a stranger's program, to be run against the mock's key set.
func (m strangeWorld) program(name, audience string, more ...string) *exec.Cmd {
	m.Helper()
	args := append([]string{filepath.Join(strangers, name), m.url + "/uqudo/api/.well-known/jwks.json",
		"--issuer", "https://id.uqudo.io", "--audience", audience, "--now", m.now()}, more...)
	return exec.CommandContext(m.Context(), interpreter(m.T, name), args...)
}

// An opinion is what a verifier says of a token: it is refused for a reason, or
// read.
type opinion struct {
	Refused string
	Header  map[string]any
	Claims  any
}

// verify returns what a verifier says of each token.
func (m strangeWorld) verify(t *testing.T, program, audience string, tokens ...string) (said []opinion) {
	t.Helper()
	m.T = t
	c := m.program(program, audience)
	c.Stdin = strings.NewReader(strings.Join(tokens, "\n"))
	out, err := c.Output()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		t.Fatalf("%v: %s", err, failed.Stderr)
	}
	for line := range strings.Lines(string(out)) {
		var o opinion
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		said = append(said, o)
	}
	if len(said) != len(tokens) {
		t.Fatalf("of %d tokens it says %s, %v", len(tokens), out, err)
	}
	return said
}

// A strangeReceiver is a receiver's process.
type strangeReceiver struct {
	*testing.T
	url   string
	lines *bufio.Scanner
}

// An outcome is what a receiver says of one request.
type outcome struct {
	N, Status int
	JTI, KID  string
	Duplicate bool
	Reason    string
}

func (m strangeWorld) startReceiver(more ...string) strangeReceiver {
	m.Helper()
	return m.start("receiver.mjs", more...)
}

// start starts a program that says first where it listens.
func (m strangeWorld) start(program string, more ...string) strangeReceiver {
	m.Helper()
	c := m.program(program, m.clientID, more...)
	c.Stderr = m.Output()
	stdin, err := c.StdinPipe()
	if err != nil {
		m.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		m.Fatal(err)
	}
	if err := c.Start(); err != nil {
		m.Fatal(err)
	}
	m.Cleanup(func() {
		stdin.Close()
		c.Wait() //nolint:errcheck // killed or ended, it is gone
	})
	r := strangeReceiver{T: m.T, lines: bufio.NewScanner(stdout)}
	if !r.lines.Scan() {
		m.Fatalf("%s said nothing", program)
	}
	r.url = r.lines.Text()
	return r
}

func (r strangeReceiver) next() (o outcome) {
	r.Helper()
	if !r.lines.Scan() {
		r.Fatal("the receiver has ended")
	}
	if err := json.Unmarshal(r.lines.Bytes(), &o); err != nil {
		r.Fatalf("%v in %s", err, r.lines.Text())
	}
	return o
}

func (r strangeReceiver) wants(outcomes ...outcome) {
	r.Helper()
	for _, want := range outcomes {
		if got := r.next(); got != want {
			r.Errorf("the receiver says %+v, wanted %+v", got, want)
		}
	}
}

// interpreter finds what runs a program: Node, or a Python that has PyJWT.
// Debian's comes first, because `make deps` installs PyJWT for that one.
func interpreter(t *testing.T, program string) string {
	t.Helper()
	if filepath.Ext(program) != ".py" {
		node, err := exec.LookPath("node")
		if err != nil {
			t.Fatalf("%v: run `make deps`", err)
		}
		return node
	}
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.CommandContext(t.Context(), python, "-c", "import jwt, cryptography").Run() == nil {
			return python
		}
	}
	t.Fatal("no python3 with PyJWT and cryptography: run `make deps`")
	return ""
}
