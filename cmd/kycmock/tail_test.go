package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
)

// front stands before a mock and tells when somebody watches it.
type front struct {
	*httptest.Server
	mock    atomic.Pointer[mockserver.Server]
	watched chan string // after which entry
}

func before(t *testing.T, mock *mockserver.Server) *front {
	t.Helper()
	f := &front{watched: make(chan string, 100)}
	f.mock.Store(mock)
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/_mock/v1/events" {
			f.watched <- r.Header.Get("Last-Event-ID")
		}
		to, err := url.Parse(f.mock.Load().URL)
		if err != nil {
			panic(err)
		}
		proxy := httputil.NewSingleHostReverseProxy(to)
		proxy.FlushInterval = -1
		proxy.ErrorLog = log.New(io.Discard, "", 0)
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

// notes is what is said on stderr while somebody reads it.
type notes struct {
	mu   sync.Mutex
	text strings.Builder
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// tailing is a tail that runs.
type tailing struct {
	lines *bufio.Reader
	notes *notes
	end   func() (status int)
}

func tail(t *testing.T, server string, flags ...string) tailing {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	said := &notes{}
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, append([]string{"tail", "--server", server}, flags...), nil, w, said)
		_ = w.Close()
	}()
	t.Cleanup(cancel)
	return tailing{bufio.NewReader(r), said, func() int {
		cancel()
		go func() { _, _ = io.Copy(io.Discard, r) }()
		return <-status
	}}
}

func (l tailing) line(t *testing.T) string {
	t.Helper()
	text, err := l.lines.ReadString('\n')
	if err != nil {
		t.Fatalf("no line: %v; it said %s", err, l.notes)
	}
	return text
}

func TestTailShowsAttemptsAsTheyAreMadeAndEndsWhenItIsInterrupted(t *testing.T) {
	mock := hooked(t)
	done(t, mock, "trigger", "sign", "--wait", "delivered") // before anybody watches
	if err := mock.Answer(503); err != nil {
		t.Fatal(err)
	}
	done(t, mock, "trigger", "face")
	done(t, mock, "deliveries", "wait", "--latest", "--attempts", "1")
	f := before(t, mock)
	l := tail(t, f.URL)
	<-f.watched
	done(t, mock, "trigger", "message")
	says(t, l.line(t), "  dlv_", "  uip message         attempt 1   200       "+mock.URL+"/_mock/receiver/default  webhook default of default\n")
	done(t, mock, "clock", "advance", "next")
	says(t, l.line(t), "  uqudo face          attempt 2   200 ") // of a delivery that is older than the watch
	done(t, mock, "reset")
	if err := mock.Answer(500); err != nil {
		t.Fatal(err)
	}
	done(t, mock, "trigger", "face", "--fault", "tampered", "--fault", "extra-members")
	says(t, l.line(t), "  uqudo face          attempt 1   500 ", "  webhook global of default  faults tampered,extra-members  next 20")
	if status := l.end(); status != exitInterrupted || l.notes.String() != "" {
		t.Errorf("it ended with %d and said %q", status, l.notes)
	}
}

func TestTailShowsWhatHappenedBeforeWhenItIsTold(t *testing.T) {
	mock := hooked(t)
	if err := mock.Answer(503); err != nil {
		t.Fatal(err)
	}
	done(t, mock, "trigger", "face")
	done(t, mock, "clock", "advance", "5m")
	l := tail(t, mock.URL, "--all", "--json")
	defer l.end()
	for n := 1; n <= 2; n++ {
		var e struct {
			Seq  int64
			Kind string
			Data delivery.Attempt
		}
		line := l.line(t)
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Seq == 0 || e.Kind != "attempt" || e.Data.N != n || e.Data.Request == nil {
			t.Errorf("line %d: %v: %.300s", n, err, line)
		}
	}
}

func TestTailGoesOnWhereItsConnectionWasCut(t *testing.T) {
	mock := hooked(t)
	f := before(t, mock)
	l := tail(t, f.URL)
	<-f.watched
	const times = 3
	for range times {
		done(t, mock, "trigger", "face", "--wait", "any")
		says(t, l.line(t), "uqudo face ")
		f.CloseClientConnections()
		done(t, mock, "trigger", "sign", "--wait", "any") // maybe while nobody is connected
		says(t, l.line(t), "uip sign ")
		if after := <-f.watched; after == "" || after == "0" {
			t.Errorf("it asks for what is after %q", after)
		}
	}
	said := l.notes.String()
	if strings.Count(said, "kycmock: the stream broke (") != times || strings.Count(said, "; connecting again, to go on after entry ") != times ||
		strings.Count(said, "kycmock: connected again\n") != times {
		t.Errorf("it says of it:\n%s", said)
	}
	if status := l.end(); status != exitInterrupted {
		t.Errorf("it ended with %d", status)
	}
}

// While the mock is away it is said once, and another one that comes in its
// place begins to count anew.
func TestTailWaitsForAMockThatIsStartedAgain(t *testing.T) {
	first := hooked(t)
	for range 3 {
		done(t, first, "trigger", "face", "--wait", "any")
	}
	f := before(t, first)
	l := tail(t, f.URL)
	<-f.watched
	done(t, first, "trigger", "face", "--wait", "any")
	says(t, l.line(t), "uqudo face ")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	<-f.watched // in vain
	<-f.watched
	second := hooked(t)
	f.mock.Store(second)
	done(t, second, "trigger", "sign", "--wait", "any")
	says(t, l.line(t), "uip sign ")
	says(t, l.notes.String(), "kycmock: connected again\nkycmock: entries after ", " are no longer kept, or the mock was started anew\n")
	// A mock that ends may let somebody in for a moment.
	text := l.notes.String()
	if n := strings.Count(text, "the stream broke"); n != strings.Count(text, "connected again") {
		t.Errorf("it says %d times that the stream broke:\n%s", n, text)
	}
}

func TestTailNeedsAMockInTheBeginning(t *testing.T) {
	for _, flags := range [][]string{nil, {"--all"}} {
		status, stdout, stderr := said(t, append([]string{"tail", "--server", "http://127.0.0.1:1"}, flags...)...)
		if status != exitUnreachable || stdout != "" || strings.Count(stderr, "\n") != 1 {
			t.Errorf("it ended with %d: %s", status, stderr)
		}
	}
}

func TestTailEndsWhenNobodyReadsIt(t *testing.T) {
	mock := hooked(t)
	done(t, mock, "trigger", "face", "--wait", "any")
	r, w := io.Pipe()
	_ = r.CloseWithError(errors.New("the pipe is broken"))
	said := &notes{}
	if status := run(t.Context(), []string{"tail", "--all", "--server", mock.URL}, nil, w, said); status != exitFailed {
		t.Errorf("it ended with %d", status)
	}
	says(t, said.String(), "kycmock: the pipe is broken\n")
}

// A connection whose other side is gone for good does not end by itself.
func TestAStreamThatIsSilentForTooLongIsGivenUp(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	defer silent.Close()
	c, err := serverFlag{Server: silent.URL}.client()
	if err != nil {
		t.Fatal(err)
	}
	connected := false
	w := &watcher{client: c.impatient(time.Second), out: io.Discard}
	if err := w.follow(t.Context(), io.Discard, func() { connected = true }); err == nil || !connected || reason(err) != "it took too long" {
		t.Errorf("it ended with %v", err)
	}
}

func TestServerSentEventsAreRead(t *testing.T) {
	in := newEvents(strings.NewReader(": hello\n\nid: 7\r\nevent: attempt\r\ndata: one\r\ndata:two\r\n\r\nretry: 5\n\ndata:\nid: 8\n\nid: 9\ndata: cut off"))
	for _, want := range []event{{7, "attempt", []byte("one\ntwo")}, {8, "", []byte{}}} {
		got, err := in.next()
		if err != nil || got.id != want.id || got.kind != want.kind || string(got.data) != string(want.data) {
			t.Errorf("it is %+v, %v; want %+v", got, err, want)
		}
	}
	if e, err := in.next(); !errors.Is(err, io.EOF) {
		t.Errorf("the one that is cut off is %+v, %v", e, err)
	}
}
