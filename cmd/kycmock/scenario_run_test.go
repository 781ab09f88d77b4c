package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// inbox takes whatever comes, and remembers it.
type inbox struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
}

func newInbox(t *testing.T) *inbox {
	box := &inbox{}
	box.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		box.mu.Lock()
		defer box.mu.Unlock()
		box.bodies = append(box.bodies, string(body))
	}))
	t.Cleanup(box.Close)
	return box
}

// taken empties the box.
func (b *inbox) taken() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	bodies := b.bodies
	b.bodies = nil
	return bodies
}

// tells runs scenarios at a free port.
func tells(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return said(t, append([]string{"scenario", "run", "--addr", "127.0.0.1:0"}, args...)...)
}

func TestNamesAndFilesAreToldToTheSampleReceiver(t *testing.T) {
	status, stdout, stderr := tells(t, file(t, "fine.yaml", good), "uip-identify")
	if status != exitOK || stderr != "" {
		t.Fatalf("it ended with %d: %s%s", status, stdout, stderr)
	}
	for _, want := range []string{
		"passed  1 trigger face as told (", "passed  2 judge it is taken\n", "passed one-face, seed ", "passed uip-identify, seed ",
		"\n2 scenarios: 2 passed\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("it does not say %q:\n%s", want, stdout)
		}
	}
	if strings.ContainsAny(stdout, "\r\x1b") {
		t.Errorf("piped, it moves a cursor: %q", stdout)
	}
}

func TestTheSameSeedAndStartSendTheSameBytes(t *testing.T) {
	box := newInbox(t)
	again := []string{"uqudo-broken-signatures", "uip-broken-bodies", "--url", box.URL, "--seed", "7", "--clock-start", "2026-11-22T09:00:00Z"}
	tells(t, again...)
	first := box.taken()
	tells(t, again...)
	if len(first) < 5 || !slices.Equal(first, box.taken()) {
		t.Error("it sent something else the second time")
	}
	again[5] = "8"
	tells(t, again...)
	if slices.Equal(first, box.taken()) {
		t.Error("another seed sends the same")
	}
}

// The command that a result names brings the same about.
func TestTheCommandOfAResultRepeatsIt(t *testing.T) {
	box := newInbox(t)
	_, stdout, _ := tells(t, "uqudo-forged-key", "--url", box.URL)
	first := box.taken()
	line := regexp.MustCompile(`repeat it: kycmock (.*)`).FindStringSubmatch(stdout)
	if line == nil {
		t.Fatalf("it does not say how to repeat it:\n%s", stdout)
	}
	if status, _, stderr := said(t, strings.Fields(line[1])...); status != exitFailed {
		t.Errorf("it ended with %d: %s", status, stderr)
	}
	if !slices.Equal(first, box.taken()) {
		t.Errorf("%s sends something else", line[1])
	}
}

func TestACommandToRepeatHasTheFlagsThatMatter(t *testing.T) {
	c := scenarioRun{Addr: "127.0.0.1:9999", ClientID: "142ec468-7c64-5a51-99ee-286bc2a84eb8", UIPSecret: "1f2504e0-4f89-41d3-9a0c-0305e82c3301"}
	c.Scenarios, c.Parallel, c.Strict, c.Keys = "my scenarios", 4, true, "it's"
	c.PublicURL, c.TLSAddr, c.CA, c.InsecureSkipVerify = "http://mock:9999", "127.0.0.1:9443", "ca.pem", true
	want := `kycmock scenario run x --seed 1 --addr 127.0.0.1:9999 --client-id 142ec468-7c64-5a51-99ee-286bc2a84eb8` +
		` --scenarios 'my scenarios' --keys 'it'\''s' --public-url http://mock:9999 --tls-addr 127.0.0.1:9443 --ca ca.pem --parallel 4 --strict --insecure-skip-verify --uip-secret "$KYCMOCK_UIP_SECRET"`
	if got := c.repeating("kycmock scenario run x --seed 1 --url http://[::1]:1/r", "http://[::1]:1/r"); got == want {
		t.Error("a word with brackets is not in quotes")
	}
	if got := c.repeating("kycmock scenario run x --seed 1 --url http://127.0.0.1:9999/r", "http://127.0.0.1:9999/r"); got != want {
		t.Errorf("it is\n%s, want\n%s", got, want)
	}
}

func TestVariablesGoToTheScenariosThatHaveThem(t *testing.T) {
	box := newInbox(t)
	status, stdout, stderr := tells(t, file(t, "fine.yaml", good), "uqudo-face", "--var", "patience=0s", "--var", "url="+box.URL, "--var", "account=acme")
	if status != exitFailed || !strings.Contains(stdout, "failed one-face") || !strings.Contains(stdout, "passed uqudo-face") {
		t.Errorf("it ended with %d: %s%s", status, stdout, stderr)
	}
	if !strings.Contains(stdout, "--account acme --var patience=0s") || len(box.taken()) != 2 {
		t.Errorf("the variables are not as they were given:\n%s", stdout)
	}
	if status, _, stderr := tells(t, file(t, "fine.yaml", good), "--var", "patience=soon"); status == exitOK {
		t.Errorf("a variable that does not fit is taken: %s", stderr)
	}
}

// What the receiver has already is what the mock signs and addresses with, on
// whatever account. The sample receiver verifies it.
func TestTheReceiversOwnIdentitiesAreUsed(t *testing.T) {
	box := newInbox(t)
	const client, secret = "142ec468-7c64-4a51-99ee-286bc2a84eb8", "1f2504e0-4f89-41d3-9a0c-0305e82c3301"
	flags := []string{"uqudo-face", "uip-test", "--account", "acme", "--client-id", client, "--uip-secret", secret, "--seed", "7", "--clock-start", "2026-11-22T09:00:00Z"}
	if status, stdout, stderr := tells(t, flags...); status != exitOK || !strings.Contains(stdout, "/_mock/receiver/acme)") {
		t.Errorf("it ended with %d: %s%s", status, stdout, stderr)
	}
	tells(t, append(flags, "--url", box.URL)...)
	if with := box.taken(); len(with) == 0 || !strings.Contains(claims(t, with[0]), client) {
		t.Errorf("the audience is not the client's: %s", with)
	}
}

// claims are those of the token in a body.
func claims(t *testing.T, body string) string {
	t.Helper()
	var envelope struct{ JWSResult string }
	if err := json.Unmarshal([]byte(body), &envelope); err != nil {
		t.Fatal(err)
	}
	_, payload, _ := strings.Cut(envelope.JWSResult, ".")
	return decoded(t, payload)
}

func TestReportsAreWritten(t *testing.T) {
	box := newInbox(t)
	folder := t.TempDir()
	junit, asJSON := filepath.Join(folder, "junit.xml"), filepath.Join(folder, "runs.json")
	if err := os.WriteFile(junit, bytes.Repeat([]byte("old"), 10_000), 0o644); err != nil {
		t.Fatal(err)
	}
	status, stdout, _ := tells(t, "uqudo-forged-key", "uqudo-face", "--url", box.URL, "--report", "junit="+junit, "--report", "json="+asJSON, "--report", "github")
	if status != exitFailed || !strings.Contains(stdout, "::error file=uqudo-forged-key.yaml,line=") || !strings.Contains(stdout, "\n2 scenarios: 1 passed, 1 failed\nfailed    uqudo-forged-key\n") {
		t.Errorf("it ended with %d: %s", status, stdout)
	}
	suites := suitesIn(t, junit)
	if len(suites.Suites) != 2 || suites.Failures != 1 || !strings.Contains(suites.Text, "Repeat it: kycmock scenario run uqudo-forged-key --seed ") {
		t.Errorf("the suites are %+v", suites)
	}
	if runs := runsIn(t, asJSON); len(runs) != 2 || runs[0].Status != "failed" || runs[1].Status != "passed" {
		t.Errorf("the runs are %+v", runs)
	}
}

type suites struct {
	Failures int `xml:"failures,attr"`
	Suites   []struct {
		Name string `xml:"name,attr"`
	} `xml:"testsuite"`
	Text string `xml:",innerxml"`
}

func suitesIn(t *testing.T, file string) (s suites) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(text, &s); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return s
}

func runsIn(t *testing.T, file string) []struct{ Status, Scenario string } {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Runs []struct{ Status, Scenario string }
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return all.Runs
}

func TestAReceiverThatIsNotThereHasAStatusOfItsOwn(t *testing.T) {
	gone := newInbox(t)
	gone.Close()
	status, stdout, _ := tells(t, "uqudo-face", "--url", gone.URL)
	if status != exitUnreachable || !strings.Contains(stdout, "the receiver was never reached") {
		t.Errorf("it ended with %d: %s", status, stdout)
	}
}

func TestAPortThatIsTakenIsSaidSo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	status, stdout, stderr := said(t, "scenario", "run", "uqudo-face", "--addr", taken.Addr().String())
	if status != exitUsage || stdout != "" {
		t.Errorf("it ended with %d, want %d: %s", status, exitUsage, stdout)
	}
	if !strings.Contains(stderr, "listen tcp "+taken.Addr().String()+": ") || !strings.Contains(stderr, "address already in use; another address can be chosen") {
		t.Errorf("it says %q", stderr)
	}
}

// A receiver that hangs is let go of at once, and what was told is reported.
func TestAnInterruptedRunStillReports(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	hung := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or net/http would not notice a hang-up
		interrupt()
		<-r.Context().Done()
	}))
	defer hung.Close()
	asJSON := filepath.Join(t.TempDir(), "runs.json")
	var stdout, stderr bytes.Buffer
	args := []string{"scenario", "run", "uqudo-face", "uqudo-lookup", "--addr", "127.0.0.1:0", "--url", hung.URL, "--report", "json=" + asJSON}
	if status := run(ctx, args, nil, &stdout, &stderr); status != exitInterrupted || stderr.Len() > 0 {
		t.Errorf("it ended with %d, want %d: %s", status, exitInterrupted, stderr.String())
	}
	if !strings.Contains(stdout.String(), "cancelled uqudo-face") || strings.Contains(stdout.String(), "uqudo-lookup") {
		t.Errorf("it says\n%s", stdout.String())
	}
	if runs := runsIn(t, asJSON); len(runs) != 1 || runs[0].Status != "cancelled" {
		t.Errorf("the runs are %+v", runs)
	}
}

func TestAnInterruptBeforeTheFirstScenarioIsOne(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	var stdout, stderr bytes.Buffer
	if status := run(ctx, []string{"scenario", "run", "uqudo-face", "--addr", "127.0.0.1:0", "--client-id", "142ec468-7c64-4a51-99ee-286bc2a84eb8"}, nil, &stdout, &stderr); status != exitInterrupted {
		t.Errorf("it ended with %d: %s", status, stderr.String())
	}
}

func TestTheEnvironmentReachesARun(t *testing.T) {
	box := newInbox(t)
	asJSON := filepath.Join(t.TempDir(), "runs.json")
	env := []string{
		"KYCMOCK_ADDR=127.0.0.1:0", "KYCMOCK_RECEIVER=" + box.URL, "KYCMOCK_ACCOUNT=acme", "KYCMOCK_SEED=7", "KYCMOCK_REPORT=json=" + asJSON,
		"KYCMOCK_VAR=patience=9s", "KYCMOCK_CLOCK_RATE=5", // of other commands
	}
	var stdout, stderr bytes.Buffer
	if status := run(t.Context(), []string{"scenario", "run", file(t, "fine.yaml", good)}, env, &stdout, &stderr); status != exitOK {
		t.Fatalf("it ended with %d: %s", status, stderr.String())
	}
	text, err := os.ReadFile(asJSON)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"account": "acme"`, `"patience": "9s"`, `"seed": 7,`, box.URL} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the report does not say %s: %s", want, text)
		}
	}
}

func decoded(t *testing.T, token string) string {
	t.Helper()
	payload, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
