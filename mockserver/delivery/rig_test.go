package delivery_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/memory"
)

// start is where the clock of every test stands at first.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A rig is an engine with all that it needs, on a clock that stands.
type rig struct {
	t       testing.TB
	clock   *clock.Clock
	journal *journal.Journal
	engine  *delivery.Engine

	mu     sync.Mutex
	policy delivery.Policy
	known  bool
}

// A setting changes what a rig is made of.
type setting func(*rigConfig)

type rigConfig struct {
	delivery.Config
	at    time.Time
	rate  float64
	keep  int // entries of the journal
	store journal.Store
}

func atRate(rate float64) setting           { return func(c *rigConfig) { c.rate = rate } }
func keeping(n int) setting                 { return func(c *rigConfig) { c.Keep = n } }
func inFlight(n int) setting                { return func(c *rigConfig) { c.InFlight = n } }
func logging(l *slog.Logger) setting        { return func(c *rigConfig) { c.Log = l } }
func stored(s journal.Store) setting        { return func(c *rigConfig) { c.store = s } }
func from(at time.Time) setting             { return func(c *rigConfig) { c.at = at } }
func dialling(d dialer) setting             { return func(c *rigConfig) { c.Dial = d } }
func named(f func(p string) string) setting { return func(c *rigConfig) { c.NewID = f } }

type dialer = func(ctx context.Context, network, address string) (net.Conn, error)

func newRig(t testing.TB, settings ...setting) *rig {
	t.Helper()
	r := &rig{t: t, known: true, policy: delivery.Policy{Schedule: delivery.Every(5*time.Minute, 2*time.Hour, true)}}
	c := rigConfig{at: start, keep: 1000}
	c.Log = slog.New(slog.DiscardHandler)
	c.NewID = counted()
	for _, set := range settings {
		set(&c)
	}
	r.clock = clock.New(c.at, c.rate)
	var err error
	if r.journal, err = journal.Open(r.clock.Now, c.keep, c.store); err != nil {
		t.Fatal(err)
	}
	c.Clock, c.Journal = r.clock, r.journal
	c.Policy = func(delivery.Notification) (delivery.Policy, bool) {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.policy, r.known
	}
	if r.engine, err = delivery.New(c.Config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.close)
	return r
}

// counted makes identities that count up.
func counted() func(prefix string) string {
	var n atomic.Int64
	return func(prefix string) string { return fmt.Sprintf("%s%06d", prefix, n.Add(1)) }
}

func (r *rig) close() {
	r.engine.Close()
	r.clock.Close()
	if err := r.journal.Close(); err != nil {
		r.t.Errorf("closing the journal: %v", err)
	}
}

// set changes the policy from the next attempt on.
func (r *rig) set(change func(p *delivery.Policy)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.policy)
}

// send begins a delivery of body to url.
func (r *rig) send(url, body string) delivery.Delivery {
	r.t.Helper()
	return r.sendThis(notification(url, body))
}

func notification(url, body string) delivery.Notification {
	return delivery.Notification{
		Provider: "acme", Account: "default", Webhook: "global", Session: "ses_1", Event: "finished",
		Endpoint: delivery.Endpoint{URL: url}, ContentType: "application/json", Body: body,
	}
}

func (r *rig) sendThis(n delivery.Notification) delivery.Delivery {
	r.t.Helper()
	d, err := r.engine.Send(n)
	if err != nil {
		r.t.Fatal(err)
	}
	return d
}

// advance moves the clock, and settles what is due even when by 0.
func (r *rig) advance(d time.Duration) {
	r.t.Helper()
	if err := r.clock.Advance(r.t.Context(), d); err != nil {
		r.t.Fatal(err)
	}
}

// held calls f while nothing is attempted, and then settles what is due.
func (r *rig) held(f func()) {
	r.t.Helper()
	turn, err := r.clock.Turn(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	f()
	if err := turn.To(r.t.Context(), r.clock.Now()); err != nil {
		r.t.Error(err)
	}
	turn.End()
}

// atRest calls f when nothing is due and nothing in the air, and nothing can
// begin: an attempt that was overlapped and lands may have others begin.
func (r *rig) atRest(f func()) {
	r.t.Helper()
	turn, err := r.clock.Turn(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	defer turn.End()
	for written := int64(-1); written != r.journal.Last(); {
		written = r.journal.Last()
		if err := turn.To(r.t.Context(), r.clock.Now()); err != nil {
			r.t.Fatal(err)
		}
		eventually(r.t, "nothing is in the air", func() bool { return running("(*Engine).fly(") == 0 })
	}
	f()
}

func (r *rig) record(id string) delivery.Record {
	r.t.Helper()
	record, err := r.engine.Record(id)
	if err != nil {
		r.t.Fatal(err)
	}
	return record
}

// wait returns the delivery as soon as done is true of it.
func (r *rig) wait(id string, done func(delivery.Record) bool) delivery.Record {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 10*time.Second)
	defer cancel()
	record, err := r.engine.Wait(ctx, id, done)
	if err != nil {
		r.t.Fatal(err)
	}
	return record
}

func final(r delivery.Record) bool { return r.Status.Final() }

// A receiver is an endpoint over a real socket that remembers what it got.
type receiver struct {
	*httptest.Server
	mu  sync.Mutex
	got []got
}

// got is a request that a receiver read.
type got struct {
	method, uri, host, body string
	header                  http.Header
}

// newReceiver answers the nth request, counted from 1, by answer, or with 200
// when answer is nil.
func newReceiver(t testing.TB, answer func(n int, w http.ResponseWriter, r *http.Request)) *receiver {
	t.Helper()
	e := &receiver{}
	e.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		e.mu.Lock()
		e.got = append(e.got, got{r.Method, r.RequestURI, r.Host, string(body), r.Header})
		n := len(e.got)
		e.mu.Unlock()
		if answer != nil {
			answer(n, w, r)
		}
	}))
	e.Config.ErrorLog = quiet()
	e.Start()
	t.Cleanup(func() { e.CloseClientConnections(); e.Close() })
	return e
}

// quiet is for servers whose clients are made to misbehave.
func quiet() *log.Logger { return slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) }

// statuses answers with each of these in turn, and then with the last.
func statuses(all ...int) func(int, http.ResponseWriter, *http.Request) {
	return func(n int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(all[min(n, len(all))-1])
	}
}

func (e *receiver) requests() []got {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.got)
}

func (e *receiver) bodies() []string {
	var all []string
	for _, g := range e.requests() {
		all = append(all, g.body)
	}
	return all
}

// nowhere is an address at which nobody listens. A free port, which somebody had
// a moment ago, may be another's the next.
const nowhere = "127.0.0.1:1"

// listen serves each connection, counted from 1, by hand; it returns the
// address.
func listen(t testing.TB, serve func(n int, c net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveEach(t, l, serve)
	return l.Addr().String()
}

// inMemory has an engine find one host everywhere, which serves as that of
// listen does. It has no socket, so that in a bubble of synctest's the short
// timeouts of a test are not over before a busy machine comes to it.
func inMemory(t testing.TB, serve func(n int, c net.Conn)) setting {
	t.Helper()
	network := memory.New()
	serveEach(t, network.Listen("receiver.test"), serve)
	return dialling(network.Dial)
}

func serveEach(t testing.TB, l net.Listener, serve func(n int, c net.Conn)) {
	t.Helper()
	var group sync.WaitGroup
	t.Cleanup(func() { l.Close(); group.Wait() })
	group.Go(func() {
		for n := 1; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer c.Close()
				serve(n, c)
			})
		}
	})
}

// A sliceStore is a journal's store in memory that keeps what a file would:
// encoded entries.
type sliceStore struct {
	mu    sync.Mutex
	lines []string
}

func (s *sliceStore) Append(entries ...journal.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		s.lines = append(s.lines, string(line))
	}
	return nil
}

func (s *sliceStore) Scan(f func(journal.Entry) error) error {
	s.mu.Lock()
	lines := slices.Clone(s.lines)
	s.mu.Unlock()
	for _, line := range lines {
		var e journal.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return err
		}
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

func (s *sliceStore) Close() error { return nil }

// eventually polls for what nothing tells of.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	waited := clock.Stopwatch()
	for !holds() {
		if waited() > 10*time.Second {
			t.Fatalf("%s: not within 10 s", what)
		}
		_ = clock.Wait(t.Context(), time.Millisecond)
	}
}
