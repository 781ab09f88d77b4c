package delivery_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
)

// newBarrier answers nobody before so many requests are in at the same time; a
// request that waits in vain gets 503.
func newBarrier(t *testing.T, n int) (endpoint *receiver, addresses func() int) {
	t.Helper()
	var mu sync.Mutex
	from := map[string]bool{}
	var in atomic.Int64
	all := make(chan struct{})
	endpoint = newReceiver(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		from[r.RemoteAddr] = true
		mu.Unlock()
		if in.Add(1) == int64(n) {
			close(all)
		}
		select {
		case <-all:
		case <-r.Context().Done():
			w.WriteHeader(503)
		}
	})
	return endpoint, func() int { mu.Lock(); defer mu.Unlock(); return len(from) }
}

func TestSeveralArriveAtTheSameMoment(t *testing.T) {
	for _, rate := range []float64{0, 1} {
		for _, count := range []int{2, 5, 100} { // more than are let through to a host otherwise
			for _, delayed := range []bool{false, true} {
				if rate == 1 && delayed {
					continue
				}
				t.Run(fmt.Sprintf("%d at rate %v, delayed %v", count, rate, delayed), func(t *testing.T) {
					endpoint, addresses := newBarrier(t, count)
					r := newRig(t, atRate(rate))
					faults := []string{fmt.Sprintf(`{"name":"duplicate-concurrent","params":{"count":%d}}`, count)}
					if delayed {
						faults = append(faults, `{"name":"delay","params":{"by":"10m"}}`)
					}
					d := r.sendThis(faulty(t, endpoint.URL, "told", faults...))
					if rate == 0 {
						r.advance(time.Hour)
					}
					for i, one := range r.all() {
						got := r.wait(one.ID, final)
						if got.Status != delivery.Delivered || len(got.Attempts) != 1 || got.Copy != i || i > 0 && *got.DuplicateOf != d.ID {
							t.Fatalf("%+v", got)
						}
					}
					if got := endpoint.bodies(); len(got) != count || len(slices.Compact(got)) != 1 || addresses() != count {
						t.Errorf("%d requests from %d connections", len(got), addresses())
					}
				})
			}
		}
	}
}

// Whoever connects late has the others wait with their last byte, so that a
// receiver cannot be done with one of them before it has all.
func TestNoneIsWholeBeforeAllAreNearlyThere(t *testing.T) {
	const count = 3
	var dialled, open, whole atomic.Int64
	looked := make(chan struct{}, count)
	address := listen(t, func(_ int, c net.Conn) {
		open.Add(1)
		request, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		if open.Load() < count {
			_ = c.SetReadDeadline(clock.Deadline(50 * time.Millisecond))
			text, _ := io.ReadAll(request.Body)
			_ = c.SetReadDeadline(time.Time{})
			if !strings.HasPrefix(`{"a":1}`, string(text)) || len(text) == len(`{"a":1}`) {
				whole.Add(1)
			}
			looked <- struct{}{}
		}
		_, _ = io.WriteString(c, good)
		hang(c)
	})
	r := newRig(t, dialling(func(ctx context.Context, network, to string) (net.Conn, error) {
		if dialled.Add(1) == count { // when the others have been looked at
			for range count - 1 {
				select {
				case <-looked:
				case <-ctx.Done():
				}
			}
		}
		return new(net.Dialer).DialContext(ctx, network, to)
	}))
	d := r.sendThis(faulty(t, "http://"+address, `{"a":1}`, `{"name":"duplicate-concurrent","params":{"count":3}}`))
	r.advance(0)
	wantKinds(t, r.record(d.ID), delivery.Delivered, "200")
	r.engine.Close()
	if n := whole.Load(); n != 0 || open.Load() != count {
		t.Errorf("%d were whole before all %d were there", n, open.Load())
	}
}

func TestTheOthersDoNotWaitForOneThatIsCalledOff(t *testing.T) {
	endpoint, _ := newBarrier(t, 4)
	r := newRig(t)
	r.held(func() {
		r.sendThis(faulty(t, endpoint.URL, "told", `"duplicate-concurrent"`))
		if n := r.engine.Planned(); n != 5 {
			t.Errorf("%d are planned", n)
		}
		if err := r.engine.Cancel(r.all()[2].ID); err != nil {
			t.Fatal(err)
		}
		if n := r.engine.Planned(); n != 4 {
			t.Errorf("%d are planned", n)
		}
	})
	r.advance(0)
	var got []string
	for _, d := range r.all() {
		got = append(got, string(d.Status))
	}
	if want := []string{"delivered", "delivered", "cancelled", "delivered", "delivered"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestOneOfSeveralCanBeAskedForEarly(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	r.sendThis(faulty(t, endpoint.URL, "told", `{"name":"duplicate-concurrent","params":{"count":3}}`, `"delay"`))
	if err := r.engine.AttemptNow(r.all()[1].ID); err != nil {
		t.Fatal(err)
	}
	r.advance(0)
	if n := r.engine.Planned(); n != 2 {
		t.Errorf("%d are planned", n)
	}
	r.advance(time.Hour)
	if got := r.made(); !slices.Equal(got, []string{"[10]", "[0]", "[10]"}) || r.engine.Planned() != 0 {
		t.Errorf("attempts at %q, %d planned", got, r.engine.Planned())
	}
}

func TestTheOthersDoNotWaitForOneThatFails(t *testing.T) {
	endpoint, _ := newBarrier(t, 2)
	var dialled atomic.Int64
	r := newRig(t, dialling(func(ctx context.Context, network, to string) (net.Conn, error) {
		if dialled.Add(1) == 2 {
			return nil, io.ErrUnexpectedEOF
		}
		return new(net.Dialer).DialContext(ctx, network, to)
	}))
	r.set(func(p *delivery.Policy) { p.Schedule = nil })
	r.sendThis(faulty(t, endpoint.URL, "told", `{"name":"duplicate-concurrent","params":{"count":3}}`))
	r.advance(0)
	var got []string
	for _, d := range r.all() {
		got = append(got, kinds(d)...)
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"200", "200", "reset"}) {
		t.Errorf("%q", got)
	}
}

func TestSeveralThatAreRefusedAreRetriedEachOnItsOwn(t *testing.T) {
	r := newRig(t)
	r.set(func(p *delivery.Policy) { p.Schedule = delivery.Waits(time.Minute) })
	r.sendThis(faulty(t, "http://"+nowhere, "told", `"duplicate-concurrent"`))
	r.advance(time.Hour)
	for _, d := range r.all() {
		wantKinds(t, d, delivery.Exhausted, "refused", "refused")
	}
	if n := len(r.all()); n != 5 || r.engine.Planned() != 0 {
		t.Errorf("%d deliveries, %d planned", n, r.engine.Planned())
	}
}

func TestSeveralComeThroughWhateverElseGoesWrong(t *testing.T) {
	for _, more := range []string{
		`"chunked"`, `{"name":"slow-request","params":{"bytesPerSecond":1000}}`, `"ignore-response"`, `"retry-overlap"`, `"tampered"`,
		`{"name":"connect-delay","params":{"by":"10ms"}}`,
	} {
		for _, body := range []string{"told", ""} {
			endpoint, _ := newBarrier(t, 5)
			r := newRig(t)
			r.set(func(p *delivery.Policy) { p.Schedule = nil })
			r.sendThis(faulty(t, endpoint.URL, body, `"duplicate-concurrent"`, more))
			r.advance(0)
			for _, d := range r.all() {
				if len(d.Attempts) != 1 || d.Attempts[0].Error != "" {
					t.Errorf("%s: %+v", more, d)
				}
			}
		}
	}
	for _, broken := range []string{`"reset-mid-body"`, `"reset-before-response"`} {
		endpoint := newReceiver(t, nil)
		r := newRig(t)
		r.set(func(p *delivery.Policy) { p.Schedule = nil })
		r.sendThis(faulty(t, endpoint.URL, "told", `"duplicate-concurrent"`, broken))
		r.advance(0)
		for _, d := range r.all() {
			wantKinds(t, d, delivery.Exhausted, "reset")
		}
	}
}

func TestWhileOneSignsBadlyTheOthersGo(t *testing.T) {
	endpoint, _ := newBarrier(t, 4)
	r := newRig(t)
	var signed atomic.Int64
	r.set(func(p *delivery.Policy) {
		p.Schedule = nil
		p.Sign = func(n delivery.Notification, _ time.Time, _ fault.Active) (delivery.Signed, error) {
			if signed.Add(1) == 1 {
				panic("for a test")
			}
			return delivery.Signed{Body: n.Body}, nil
		}
	})
	r.sendThis(faulty(t, endpoint.URL, "told", `"duplicate-concurrent"`))
	r.advance(0)
	delivered := 0
	for _, d := range r.all() {
		if d.Status == delivery.Delivered {
			delivered++
		}
	}
	if delivered != 4 {
		t.Errorf("%d are delivered", delivered)
	}
}

func TestClosingEndsThoseWhoWaitForEachOther(t *testing.T) {
	address := listen(t, func(_ int, c net.Conn) { hang(c) })
	var dialled atomic.Int64
	r := newRig(t, atRate(1), dialling(func(ctx context.Context, network, to string) (net.Conn, error) {
		if dialled.Add(1) == 5 { // never comes through, so that the others wait
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return new(net.Dialer).DialContext(ctx, network, to)
	}))
	r.sendThis(faulty(t, "http://"+address, "told", `"duplicate-concurrent"`))
	eventually(t, "four wait", func() bool { return running("(*ticket).pass(") == 4 })
	r.engine.Close()
	for _, d := range r.all() {
		if d.Status != delivery.Pending || len(d.Attempts) != 0 {
			t.Errorf("%+v", d)
		}
	}
}
