package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"kycmock/mockserver"
)

// asked runs a command as a client of the mock.
func asked(t *testing.T, mock *mockserver.Server, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(t.Context(), args, []string{"KYCMOCK_URL=" + mock.URL}, &out, &err)
	return status, out.String(), err.String()
}

// done is what a command that succeeds says.
func done(t *testing.T, mock *mockserver.Server, args ...string) string {
	t.Helper()
	status, stdout, stderr := asked(t, mock, args...)
	if status != exitOK || stderr != "" {
		t.Fatalf("kycmock %s ended with %d: %s", strings.Join(args, " "), status, stderr)
	}
	return stdout
}

// failed is what a command that does not succeed says of it.
func failed(t *testing.T, want int, mock *mockserver.Server, args ...string) string {
	t.Helper()
	status, stdout, stderr := asked(t, mock, args...)
	if status != want || stdout != "" {
		t.Errorf("kycmock %s ended with %d, want %d, and said %q", strings.Join(args, " "), status, want, stdout)
	}
	return stderr
}

// says tells what of a text is missing in it.
func says(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// answered is what the control API answers to GET.
func answered(t *testing.T, mock *mockserver.Server, path string) string {
	t.Helper()
	answer, err := http.Get(mock.URL + "/_mock/v1" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %d, %v", path, answer.StatusCode, err)
	}
	return string(text)
}

// hooked is a mock whose vendors both tell its own sample receiver.
func hooked(t *testing.T) *mockserver.Server {
	t.Helper()
	mock := mockserver.Test(t, mockserver.Config{}).Server
	for _, vendor := range []string{"uqudo", "uip"} {
		done(t, mock, "webhook", "set", "--provider", vendor, mock.URL+"/_mock/receiver/default")
	}
	return mock
}

func TestJSONIsWhatTheMockAnswered(t *testing.T) {
	mock := hooked(t)
	done(t, mock, "trigger", "face", "--wait", "any")
	done(t, mock, "faults", "arm", "tampered")
	var list struct{ Deliveries []struct{ ID string } }
	if err := json.Unmarshal([]byte(done(t, mock, "deliveries", "list", "-o", "json")), &list); err != nil || len(list.Deliveries) != 1 {
		t.Fatalf("%v: %+v", err, list)
	}
	id := list.Deliveries[0].ID
	for path, args := range map[string][]string{
		"/deliveries?order=desc&limit=1":                  {"deliveries", "list", "--order", "desc", "--limit", "1"},
		"/deliveries?status=pending":                      {"deliveries", "list", "--status", "pending"},
		"/deliveries/" + id:                               {"deliveries", "show", id},
		"/deliveries/" + id + "?reveal=true":              {"deliveries", "show", "--latest", "--reveal"},
		"/deliveries/" + id + "/wait?attempts=1":          {"deliveries", "wait", "--latest", "--attempts", "1"},
		"/clock":                                          {"clock", "show"},
		"/keys":                                           {"keys", "list"},
		"/faults":                                         {"faults", "list"},
		"/faults/armed":                                   {"faults", "armed"},
		"/uqudo/accounts/default/global-webhook":          {"webhook", "show", "--provider", "uqudo"},
		"/uip/businesses/default/webhook?reveal=true":     {"webhook", "show", "--provider", "uip", "--reveal"},
		"/openapi.json":                                   {"openapi"},
		"/deliveries?provider=uqudo&account=nobody&q=xyz": {"deliveries", "list", "--provider", "uqudo", "--account", "nobody", "--q", "xyz"},
	} {
		if got, want := done(t, mock, append(args, "-o", "json")...), answered(t, mock, path); strings.TrimSuffix(got, "\n") != strings.TrimSuffix(want, "\n") {
			t.Errorf("%s:\n%.500s\nwant\n%.500s", args, got, want)
		}
	}
}

func TestNoMockIsSaidWithWhatToDo(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + free.Addr().String()
	free.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<!doctype html><title>Something else</title>")
	}))
	defer page.Close()
	lost := httptest.NewServer(http.NotFoundHandler())
	defer lost.Close()
	elsewhere := httptest.NewServer(http.RedirectHandler("https://login.test/", http.StatusFound))
	defer elsewhere.Close()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `["another API"]`)
	}))
	defer other.Close()
	cut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "{")
	}))
	defer cut.Close()
	for _, c := range []struct {
		name, server string
		says         []string
	}{
		{"nobody listens", nobody, []string{"no mock answers at " + nobody + ": connection refused", "kycmock serve", "--server or KYCMOCK_URL"}},
		{"there is no such host", "http://nowhere.invalid:1", []string{"no mock answers at http://nowhere.invalid:1: there is no host nowhere.invalid"}},
		{"a page answers", page.URL, []string{"/_mock/v1/clock answered 200 OK text/html, as no mock does"}},
		{"nothing is found", lost.URL, []string{"answered 404 Not Found text/plain, as no mock does"}},
		{"a path that is none of the mock's", mockserver.Test(t, mockserver.Config{}).URL + "/x", []string{"as no mock does"}},
		{"one is sent elsewhere", elsewhere.URL, []string{"answered 302 Found"}},
		{"another API answers", other.URL, []string{"is no mock, or one of another version"}},
		{"the answer is cut off", cut.URL, []string{"no mock answers", "unexpected EOF"}},
		{"a password in the URL is not repeated", "http://u:hidden@" + strings.TrimPrefix(nobody, "http://"), []string{"u:xxxxx@"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, stdout, stderr := said(t, "clock", "show", "--server", c.server)
			if status != exitUnreachable || stdout != "" {
				t.Errorf("it ended with %d and said %q", status, stdout)
			}
			says(t, stderr, c.says...)
			if strings.Contains(stderr, "hidden") {
				t.Errorf("it says the password: %s", stderr)
			}
		})
	}
}

func TestTheServersURLIsChecked(t *testing.T) {
	for _, server := range []string{"127.0.0.1:8080", "localhost", "ftp://x.test", "http://", "http://x.test/?a=b", "http://x y"} {
		status, _, stderr := said(t, "clock", "show", "--server", server)
		if status != exitUsage || !strings.Contains(stderr, "--server: want the URL of a mock, such as http://127.0.0.1:8080, not ") {
			t.Errorf("%s: it ended with %d: %s", server, status, stderr)
		}
	}
}

// A mock may be reached under a path, as behind a proxy.
func TestTheServersURLMayHaveAPath(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	front := httptest.NewServer(http.StripPrefix("/kyc", mock))
	defer front.Close()
	for _, server := range []string{front.URL + "/kyc", front.URL + "/kyc/"} {
		if status, _, stderr := said(t, "clock", "show", "--server", server); status != exitOK {
			t.Errorf("%s: it ended with %d: %s", server, status, stderr)
		}
	}
}

func TestWhoIsInterruptedSaysNothing(t *testing.T) {
	asked := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the server does not see that the client left
		close(asked)
		<-r.Context().Done()
	}))
	defer slow.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	var stdout, stderr bytes.Buffer
	status := run(ctx, []string{"clock", "advance", "2h", "--server", slow.URL}, nil, &stdout, &stderr)
	if status != exitInterrupted || stdout.Len()+stderr.Len() > 0 {
		t.Errorf("it ended with %d and said %q, %q", status, stdout.String(), stderr.String())
	}
}

// What a receiver answers must not talk to the terminal of who looks at it.
func TestTablesObeyNobody(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	rude := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Rude", "a\tb")
		_, _ = io.WriteString(w, "first\x1b[2Jline\nsecond\x00line\u202e")
	}))
	defer rude.Close()
	done(t, mock, "webhook", "set", "--provider", "uip", rude.URL)
	done(t, mock, "trigger", "test", "--wait", "any")
	text := done(t, mock, "deliveries", "show", "--latest")
	if strings.ContainsAny(text, "\x1b\x00\t\r\u202e") {
		t.Errorf("it obeys: %q", text)
	}
	says(t, text, "  first [2Jline\n  second line\n")
}

func TestEveryCommandsHelpHasAnExample(t *testing.T) {
	parser, err := newParser(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	commands := []*kong.Node{parser.Model.Node}
	for _, child := range parser.Model.Children {
		commands = append(append(commands, child), child.Children...)
	}
	for _, command := range commands {
		path := ""
		if command.Type != kong.ApplicationNode {
			path = strings.TrimSpace(command.Path())
		}
		status, stdout, stderr := said(t, append(strings.Fields(path), "--help")...)
		_, examples, shown := strings.Cut(stdout, "\nExample")
		if status != exitOK || stderr != "" || !shown || !strings.Contains(examples, strings.TrimSpace("kycmock "+path)) {
			t.Errorf("kycmock %s --help ended with %d and shows no example of it:\n%s", path, status, stdout)
		}
	}
}

// A flag of one call has no variable: KYCMOCK_SEED, with which a mock is made
// repeatable, must not make all that is triggered there the same.
func TestVariablesAreForWhatOutlivesACall(t *testing.T) {
	parser, err := newParser(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			got[flag.Name] += " " + variable(flag)
		}
		return next(nil)
	})
	for flag, want := range map[string]string{"server": "KYCMOCK_URL", "url": "KYCMOCK_RECEIVER", "output": "KYCMOCK_OUTPUT", "addr": "KYCMOCK_ADDR"} {
		says(t, got[flag], " "+want)
	}
	if strings.Contains(got["url"], "KYCMOCK_URL") {
		t.Error("where the mock is would be where the receiver is")
	}
	mock := hooked(t)
	var out, stderr bytes.Buffer
	env := []string{"KYCMOCK_URL=" + mock.URL, "KYCMOCK_SEED=7", "KYCMOCK_SESSION=x", "KYCMOCK_OUTPUT=json", "KYCMOCK_STATUS=exhausted"}
	for range 2 {
		if status := run(t.Context(), []string{"trigger", "face"}, env, &out, &stderr); status != exitOK || !json.Valid(bytes.SplitAfter(out.Bytes(), []byte("\n"))[0]) {
			t.Fatalf("it ended with %d: %s%s", status, out.String(), stderr.String())
		}
	}
}
