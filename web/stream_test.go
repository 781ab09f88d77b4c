package web_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// A wire is what a page reaches a mock over, and can be cut.
type wire struct {
	url    string
	target string // host and port

	mu   sync.Mutex
	cut  bool
	open map[net.Conn]bool
	all  sync.WaitGroup
}

// wireTo lays a wire to a mock.
func wireTo(t *testing.T, target string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{url: "http://" + l.Addr().String(), target: strings.TrimPrefix(target, "http://"), open: map[net.Conn]bool{}}
	w.all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			w.all.Go(func() { w.carry(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		w.sever()
		w.all.Wait()
	})
	return w
}

func (w *wire) carry(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", w.target)
	if err != nil || !w.keep(from, to) {
		return
	}
	defer to.Close()
	w.all.Go(func() {
		_, _ = io.Copy(to, from)
		_ = to.Close()
	})
	_, _ = io.Copy(from, to)
}

// keep is whether the wire is whole; the connections are cut with it.
func (w *wire) keep(from, to net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut {
		_ = to.Close()
		return false
	}
	w.open[from], w.open[to] = true, true
	return true
}

// sever cuts all connections, and every one that is made until mend.
func (w *wire) sever() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
	for conn := range w.open {
		_ = conn.Close()
	}
	clear(w.open)
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = false
}

func (p *page) wantEachOnce(want int) {
	p.t.Helper()
	p.until(fmt.Sprintf(`document.querySelectorAll(".row").length === %d`, want))
	p.until(fmt.Sprintf(`new Set([...document.querySelectorAll(".row a")].map((link) => link.hash)).size === %d`, want))
}

func TestThePageReconnectsAndMissesNothing(t *testing.T) {
	m := mockserver.Test(t, mockserver.Config{})
	m.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503, 200)})
	w := wireTo(t, m.URL)
	p := openAt(t, w.url, "/deliveries")
	p.see("Your first webhook", "live")
	waiting := m.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
	p.in(".rows").see("pending")
	p.in("header").see("live")

	p.expect("net::ERR_")
	w.sever()
	p.in("header").see("reconnecting")
	m.Advance(5 * time.Minute)
	waiting.Wait(delivery.Delivered)
	for range 3 {
		m.Uqudo().Enroll(uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
	}
	p.wantEachOnce(1) // what is known stays, as it was
	p.in(".rows").see("pending")
	w.mend()
	p.in("header").see("live")
	p.wantEachOnce(4)
	p.in(".rows").gone("pending")
	p.gone("reconnecting")
	p.until(`document.querySelectorAll(".mark").length === 5`)
	m.Uqudo().Enroll(uqudo.SessionData{})
	p.wantEachOnce(5) // live again
	for range 3 {     // however often
		w.sever()
		p.in("header").see("reconnecting")
		w.mend()
		p.in("header").see("live")
	}
	m.Uqudo().Enroll(uqudo.SessionData{})
	p.wantEachOnce(6)
}

func TestThePageFindsAnotherMockAtTheSameAddress(t *testing.T) {
	receiver := receiving(t, 200)
	start := func(addr string, enrollments int) *mockserver.Server {
		t.Helper()
		s, err := mockserver.Start(mockserver.Config{Addr: addr, Webhooks: map[string]string{"uqudo": receiver}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		for range enrollments {
			if _, err := s.Trigger(t.Context(), enrollment); err != nil {
				t.Fatal(err)
			}
		}
		return s
	}
	first := start("", 6)
	p := openAt(t, first.URL, "/deliveries")
	p.wantEachOnce(6)
	p.expect("net::ERR_")
	addr := strings.TrimPrefix(first.URL, "http://")
	for _, count := range []int{2, 0, 9} { // fewer, none, and more entries than it had
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		p.in("header").see("reconnecting")
		first = start(addr, count)
		p.in("header").see("live")
		if count == 0 {
			p.see("Your first webhook")
		}
		p.wantEachOnce(count)
		if _, err := first.Trigger(t.Context(), enrollment); err != nil {
			t.Fatal(err)
		}
		p.wantEachOnce(count + 1)
	}
}

func TestAResetEmptiesTheListOfEveryPage(t *testing.T) {
	p, _ := aFew(t, "/deliveries")
	other := openAt(t, p.base, "/clock")
	other.see("2 pending")
	p.mock.Reset(false)
	p.see("Your first webhook")
	other.see("no delivery is pending", "Nothing is due.")
	// Each reset begins another stream, and the one before is given back: browsers
	// open six at most.
	for range 8 {
		p.mock.Reset(false)
		p.mock.Uqudo().Enroll(uqudo.SessionData{})
		p.wantEachOnce(1)
	}
}

func TestAHiddenPageGivesItsStreamBackAndMissesNothing(t *testing.T) {
	p, _ := aFew(t, "/deliveries")
	hide := func(hidden bool) {
		p.eval(fmt.Sprintf(`void (Object.defineProperty(document, "hidden", { configurable: true, value: %t }), document.dispatchEvent(new Event("visibilitychange")))`, hidden), nil)
	}
	hide(true)
	p.in("header").see("connecting")
	p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
	p.wantEachOnce(5)
	hide(false)
	p.wantEachOnce(6)
	p.in("header").see("live")
	for range 5 { // and quickly to and fro
		hide(true)
		hide(false)
	}
	p.mock.Uqudo().Enroll(uqudo.SessionData{})
	p.wantEachOnce(7)
	p.in("header").see("live")
}

// A page that cannot follow is told of a gap, and lists again.
func TestThePageListsAgainWhenEntriesAreGone(t *testing.T) {
	m := mockserver.Test(t, mockserver.Config{})
	m.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 200)})
	// The first stream tells nothing, and then that it has missed something.
	var first sync.Once
	missed := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		deaf := false
		if r.URL.Path == "/_mock/v1/events" {
			first.Do(func() { deaf = true })
		}
		if !deaf {
			m.Server.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-missed:
		case <-r.Context().Done():
		}
		fmt.Fprint(w, "id: 8\nevent: gap\ndata: {\"oldest\": 9}\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done() // it is the page that turns away
	}))
	t.Cleanup(server.Close)
	p := openAt(t, server.URL, "/deliveries")
	p.in("header").see("live")
	m.Uqudo().Enroll(uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
	p.see("Your first webhook")
	close(missed)
	p.wantEachOnce(1)
	p.in("header").see("live")
}

var enrollment = provider.Trigger{Provider: "uqudo", Event: "enrollment"}
