package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ready is the line that serve prints.
type ready struct {
	Ready   bool
	URL     string
	Version string
}

// serving runs the command until the test ends, and returns its ready line.
// Stop ends it and returns its exit status and all it said.
func serving(t *testing.T, env []string, args ...string) (line ready, stop func() (status int, stdout, stderr string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	var stderr bytes.Buffer
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, args, env, w, &stderr)
		_ = w.Close()
	}()
	lines := json.NewDecoder(r)
	if err := lines.Decode(&line); err != nil {
		cancel()
		t.Fatalf("no ready line: %v; status %d: %s", err, <-status, stderr.String())
	}
	stop = func() (int, string, string) {
		cancel()
		rest, _ := io.ReadAll(io.MultiReader(lines.Buffered(), r))
		return <-status, string(rest), stderr.String()
	}
	t.Cleanup(cancel)
	return line, stop
}

func TestServeIsReadyWhenItSaysSoAndEndsCleanly(t *testing.T) {
	for _, args := range [][]string{
		{"serve", "--addr", "127.0.0.1:0"},
		{"--addr", "127.0.0.1:0"}, // a bare kycmock serves
	} {
		file := filepath.Join(t.TempDir(), "ready")
		line, stop := serving(t, nil, append(args, "--ready-file", file, "--log-format", "json")...)
		if !line.Ready || line.Version != "devel" || !strings.HasPrefix(line.URL, "http://127.0.0.1:") {
			t.Errorf("the ready line is %+v", line)
		}
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), line.URL) {
			t.Errorf("the ready file says %q, %v", text, err)
		}
		answer, err := http.Get(line.URL + "/readyz")
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("it is not ready: %v", err)
		}
		answer.Body.Close()
		status, rest, stderr := stop()
		if status != exitOK || strings.TrimSpace(rest) != "" {
			t.Errorf("it ended with %d and said more on stdout: %q", status, rest)
		}
		for said := range strings.Lines(stderr) {
			if !json.Valid([]byte(said)) {
				t.Errorf("its log is not JSON: %s", said)
			}
		}
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("the ready file is still there: %v", err)
		}
	}
}

func TestFlagsAndEnvironmentReachTheMock(t *testing.T) {
	env := []string{"KYCMOCK_CLOCK_RATE=0", "KYCMOCK_ADDR=127.0.0.1:0", "KYCMOCK_CLOCK_START=2026-01-02T03:04:05Z", "KYCMOCK_SEED=7", "KYCMOCK_STRICT="}
	line, stop := serving(t, env, "--clock-start", "2026-03-01T09:00:00Z", "--strict", "--keys", "../../keys/testdata/good")
	var clock struct {
		Now  string
		Rate float64
	}
	read(t, line.URL+"/_mock/v1/clock", &clock)
	if clock.Now != "2026-03-01T09:00:00Z" || clock.Rate != 0 {
		t.Errorf("the clock is %+v, want the flag's time and the variable's rate", clock)
	}
	var keys struct{ Keys []struct{ KID string } }
	read(t, line.URL+"/_mock/v1/keys", &keys)
	if len(keys.Keys) < 2 {
		t.Errorf("the keys are %+v, want those of the folder", keys)
	}
	r, err := http.NewRequest(http.MethodPut, line.URL+"/_mock/v1/uqudo/accounts/default/global-webhook",
		strings.NewReader(`{"url": "http://x.test/", "securityType": "NONE"}`))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("plain http answered %d under --strict", answer.StatusCode)
	}
	if _, _, stderr := stop(); !strings.Contains(stderr, "seed=7") {
		t.Errorf("the log does not tell the seed: %s", stderr)
	}
}

func read(t *testing.T, url string, value any) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(value); err != nil {
		t.Fatal(err)
	}
}

func TestDemoOnceShowsAFirstWebhookTaken(t *testing.T) {
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"demo", "--once", "--addr", "127.0.0.1:0", "--clock-rate", "60000"}, nil, &stdout, &stderr)
	if status != exitOK {
		t.Fatalf("it ended with %d: %s", status, stderr.String())
	}
	text := stdout.String()
	for _, want := range []string{
		// Not the minutes: at this rate a busy machine is late for them.
		"attempt 1, 0s after the session", "attempt 2, ", "attempt 3, ",
		"answered  503: told to answer 503", "next      in ",
		"taken, because the signature is verified: kid 1f3ec27fa5cdee63dd68d575f90b6c97, jti ",
		"The delivery is delivered.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

func TestDemoTakesAnotherPortWhenTheUsualOneIsTaken(t *testing.T) {
	if taken, err := net.Listen("tcp", "127.0.0.1:8080"); err == nil { // or somebody else has it
		defer taken.Close()
	}
	var stdout, stderr bytes.Buffer
	if status := run(t.Context(), []string{"demo", "--once", "--clock-rate", "60000"}, nil, &stdout, &stderr); status != exitOK {
		t.Fatalf("it ended with %d: %s", status, stderr.String())
	}
}

func TestWhatCannotBeUsedIsSaidSo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		name   string
		env    []string
		args   []string
		status int
		says   string
	}{
		{"an unknown flag", nil, []string{"--colour"}, exitUsage, "unknown flag --colour"},
		{"an unknown command", nil, []string{"fly"}, exitUsage, "unexpected argument fly\n"},
		{"a command that is spelt wrong", nil, []string{"deliverys", "list"}, exitUsage, "unexpected argument deliverys, did you mean deliveries?"},
		{"a rate below 0", nil, []string{"--clock-rate=-1"}, exitUsage, "--clock-rate: want 0 to 1000000, not -1"},
		{"a rate of 0 for the demo", nil, []string{"demo", "--clock-rate=0"}, exitUsage, "the demo wants a clock that runs"},
		{"a rate that is no number", nil, []string{"--clock-rate=NaN"}, exitUsage, "--clock-rate: want 0 to 1000000"},
		{"no attempt at a time", nil, []string{"--parallel=0"}, exitUsage, "--parallel: want 1 or more"},
		{"a start beyond all calendars", nil, []string{"--clock-start=9999-01-01T00:00:00Z"}, exitUsage, "the year 9800"},
		{"a start that is no time", nil, []string{"--clock-start=noon"}, exitUsage, "--clock-start"},
		{"a folder without keys", nil, []string{"--keys", "testdata/nothing"}, exitUsage, "--keys testdata/nothing: "},
		{"a level of no log", nil, []string{"--log-level=loud"}, exitUsage, "--log-level"},
		{"a variable that is no number", []string{"KYCMOCK_CLOCK_RATE=fast"}, nil, exitUsage, "--clock-rate"},
		{"a variable that is neither true nor false", []string{"KYCMOCK_STRICT=yes"}, nil, exitUsage, "KYCMOCK_STRICT: want true or false"},
		{"an address that is taken", nil, []string{"--addr", taken.Addr().String()}, exitUsage, "--addr 127.0.0.1:0 takes a free port"},
		{"an address that is none", nil, []string{"--addr", "nowhere"}, exitUsage, "--addr: want HOST:PORT, such as :8080, not \"nowhere\"\nTry kycmock --help.\n"},
		{"an address for HTTPS that is none", nil, []string{"serve", "--addr=127.0.0.1:0", "--tls-addr=foo"}, exitUsage, "--tls-addr: want HOST:PORT, such as :8080, not \"foo\"\nTry kycmock serve --help.\n"},
		{"a negative number", nil, []string{"clock", "advance", "-5m"}, exitUsage, "kycmock: unknown flag -5: what begins with - is taken for a flag, unless -- stands before it\nTry kycmock clock advance --help.\n"},
		{"a command of a group that there is not", nil, []string{"clock", "stop"}, exitUsage, "Try kycmock clock --help.\n"},
		{"a ready file that cannot be written", nil, []string{"--addr=127.0.0.1:0", "--ready-file=testdata/nothing/x"}, exitUsage, "testdata/nothing/x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if status := run(t.Context(), c.args, c.env, &stdout, &stderr); status != c.status {
				t.Errorf("it ended with %d, want %d", status, c.status)
			}
			if !strings.Contains(stderr.String(), c.says) || stdout.Len() > 0 {
				t.Errorf("stderr is %q, want %q in it; stdout is %q", stderr.String(), c.says, stdout.String())
			}
		})
	}
}

func TestTheDemoSaysTheJWKSAsOthersReachIt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	go func() {
		run(ctx, []string{"demo", "--addr=127.0.0.1:0", "--clock-rate=60000", "--public-url=http://kycmock:8080/"}, nil, w, io.Discard)
		_ = w.Close()
	}()
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "  JWKS ") {
			cancel()
			says(t, lines.Text(), " http://kycmock:8080/uqudo/api/.well-known/jwks.json")
		}
	}
	if ctx.Err() == nil {
		t.Error("it does not say the JWKS")
	}
}

func TestHelpAndVersionAnswerOnStdout(t *testing.T) {
	for _, c := range []struct{ arg, says string }{
		{"--help", "demo"}, {"version", "kycmock devel"},
	} {
		var stdout, stderr bytes.Buffer
		if status := run(t.Context(), []string{c.arg}, nil, &stdout, &stderr); status != exitOK {
			t.Errorf("%s ended with %d", c.arg, status)
		}
		if !strings.Contains(stdout.String(), c.says) || stderr.Len() > 0 {
			t.Errorf("%s says %q, and on stderr %q", c.arg, stdout.String(), stderr.String())
		}
	}
}

// The README's table is made of these.
func TestExitStatusesAreSaidOnceEach(t *testing.T) {
	last := -1
	for _, row := range exitStatuses() {
		if row.Status <= last || row.Means == "" || strings.HasSuffix(row.Means, ".") {
			t.Errorf("after %d comes %+v", last, row)
		}
		last = row.Status
	}
	if last != exitInterrupted {
		t.Errorf("the last one is %d", last)
	}
}
