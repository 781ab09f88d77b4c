package mockserver_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

// ours lists the goroutines that the mock's own code is in, or has begun.
func ours() []string {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var list []string
	for _, stack := range strings.Split(string(stacks), "\n\n") {
		for _, line := range strings.Split(stack, "\n") {
			line = strings.TrimPrefix(line, "created by ")
			if strings.HasPrefix(line, "kycmock/") && !strings.HasPrefix(line, "kycmock/mockserver_test.") {
				list = append(list, stack)
				break
			}
		}
	}
	return list
}

// come waits until f is true, for about two seconds at most: idle connections
// end by themselves after four.
func come(t *testing.T, f func() bool) bool {
	t.Helper()
	for range 400 {
		if f() {
			return true
		}
		if err := clock.Wait(t.Context(), 5*time.Millisecond); err != nil {
			return false
		}
	}
	return false
}

// counted is a connection that is counted as long as it is open.
type counted struct {
	net.Conn
	open   *atomic.Int64
	closed atomic.Bool
}

func (c *counted) Close() error {
	if c.closed.CompareAndSwap(false, true) {
		c.open.Add(-1)
	}
	return c.Conn.Close()
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	// One that has told that it is done may still have to leave.
	if !come(t, func() bool { return len(ours()) == 0 }) {
		t.Fatalf("a test before this one left %d goroutines:\n%s", len(ours()), strings.Join(ours(), "\n\n"))
	}
	var began, open atomic.Int64
	hung := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or net/http would not notice a hang-up
		began.Add(1)
		<-r.Context().Done()
	}))
	defer hung.Close()
	mock, err := mockserver.Start(mockserver.Config{
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := new(net.Dialer).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			open.Add(1)
			return &counted{Conn: c, open: &open}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	a := apiOf(t, mock)
	a.listen(newHook(t, 503, 503).URL)
	for range 2 { // whose retries are pending
		a.call("GET", "/_mock/v1/deliveries/"+a.enroll()[0]+"/wait?attempts=1", "").want(200)
	}
	a.call("POST", "/_mock/v1/keys/rotate", `{"retire": "1h"}`).want(201)
	a.call("PUT", globalWebhook, `{"url": "`+hung.URL+`", "securityType": "NONE"}`).want(200)
	const inFlight = 5
	for range inFlight {
		a.enroll()
	}
	streams := []*stream{a.watch("", ""), a.watch("", "")}
	if !come(t, func() bool { return began.Load() == inFlight }) {
		t.Fatalf("%d attempts are in flight, want %d", began.Load(), inFlight)
	}
	if len(ours()) == 0 || open.Load() < inFlight {
		t.Fatalf("%d goroutines and %d connections are there: the test sees nothing", len(ours()), open.Load())
	}

	if err := mock.Close(); err != nil {
		t.Error(err)
	}
	if !come(t, func() bool { return len(ours()) == 0 }) {
		t.Errorf("after Close are left:\n%s", strings.Join(ours(), "\n\n"))
	}
	if !come(t, func() bool { return open.Load() == 0 }) {
		t.Errorf("%d connections to receivers are left open", open.Load())
	}
	for _, s := range streams {
		for more := true; more; {
			_, more = s.next() // to the end, which it has
		}
	}
}
