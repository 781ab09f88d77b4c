package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
)

func TestFinishedDeliveriesBeyondThoseKeptAreForgotten(t *testing.T) {
	endpoint := newReceiver(t, nil)
	down := newReceiver(t, statuses(500))
	r := newRig(t, keeping(3))
	pending := r.send(down.URL, "pending")
	var ids []string
	for i := range 6 {
		ids = append(ids, r.send(endpoint.URL, fmt.Sprint(i)).ID)
		r.advance(0)
	}
	for _, id := range ids[:3] {
		_, err := r.engine.Record(id)
		refused(t, err, problem.NotFound, id)
		_, err = r.engine.Redeliver(id)
		refused(t, err, problem.NotFound, id)
		refused(t, r.engine.Cancel(id), problem.NotFound, id)
	}
	for _, id := range ids[3:] {
		if got := r.record(id); got.Status != delivery.Delivered || len(got.Attempts) != 1 || got.Attempts[0].Request.Body == "" {
			t.Errorf("%+v", got)
		}
	}
	if s := r.record(pending.ID).Status; s != delivery.Pending {
		t.Errorf("the pending one is %s", s)
	}
}

func TestASharedNotificationStaysWhileADeliveryOfItIsKept(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t, keeping(2))
	first := r.send(endpoint.URL, "shared")
	r.advance(0)
	down := newReceiver(t, statuses(500))
	r.set(func(p *delivery.Policy) {
		p.Target = func(n delivery.Notification) (delivery.Endpoint, error) {
			if n.Body == "shared" {
				return delivery.Endpoint{URL: down.URL}, nil
			}
			return n.Endpoint, nil
		}
	})
	again, err := r.engine.Redeliver(first.ID)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		r.send(endpoint.URL, "other")
		r.advance(0)
	}
	if _, err := r.engine.Record(first.ID); err == nil {
		t.Error("the first delivery is still kept")
	}
	r.advance(10 * time.Minute)
	got := r.record(again.ID)
	if len(got.Attempts) != 3 || !slices.Equal(down.bodies(), []string{"shared", "shared", "shared"}) || got.Attempts[0].Request.Body != "shared" {
		t.Errorf("%+v, got %q", got, down.bodies())
	}
}

func TestMemoryDoesNotGrowWithTheDeliveriesThatAreFinished(t *testing.T) {
	nobody := func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }
	r := newRig(t, keeping(100), dialling(nobody), func(c *rigConfig) { c.keep = 300 })
	r.set(func(p *delivery.Policy) {
		p.Schedule = nil
		p.Sign = func(n delivery.Notification, _ time.Time, _ fault.Active) (delivery.Signed, error) {
			if !strings.HasSuffix(n.Body, "0") { // most come to nothing soon, to save time
				return delivery.Signed{}, errors.New("no key")
			}
			return delivery.Signed{Body: n.Body + "!"}, nil
		}
	})
	body := strings.Repeat("x", 6000)
	round := func(n int) {
		r.held(func() {
			for i := range n {
				note := notification("http://receiver.test/", body+fmt.Sprint(i))
				note.Session = fmt.Sprintf("ses_%d_%d", r.journal.Last(), i)
				r.sendThis(note)
			}
		})
	}
	round(1000)
	before := heap()
	for range 19 {
		round(1000)
	}
	if grown := heap() - before; grown > 1<<20 {
		t.Errorf("19,000 deliveries more hold %d KiB more", grown>>10)
	}
	if list, _ := r.engine.List(delivery.Filter{}); len(list) != 100 {
		t.Errorf("%d are kept", len(list))
	}
	runtime.KeepAlive(r)
}

func TestClosingLeavesNoGoroutine(t *testing.T) {
	var before map[string]int
	t.Cleanup(func() {
		eventually(t, "all that was begun has ended", func() bool { return len(more(before, goroutines())) == 0 })
	})
	before = goroutines()
	hung := listen(t, func(_ int, c net.Conn) { hang(c) })
	endpoint := newReceiver(t, nil)
	silent := newReceiver(t, func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	r := newRig(t, atRate(1), inFlight(2))
	r.set(func(p *delivery.Policy) { p.Timeout = time.Minute })
	for range 5 { // more than are let through
		r.send(silent.URL, "{}")
		r.send("http://"+hung, "{}")
		r.send("https://"+hung, "{}") // a handshake that hangs
	}
	ok := r.send(endpoint.URL, "{}")
	r.wait(ok.ID, final)
	eventually(t, "two are under way", func() bool { return len(silent.requests()) == 2 })
	r.close()
	r.engine.Close() // again, with no effect
	if n := r.engine.Pending(); n != 15 {
		t.Errorf("%d are pending", n)
	}
	for range 100 { // a closed engine takes deliveries and makes none
		r.send(endpoint.URL, "{}")
	}
	if n := len(endpoint.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// goroutines counts those of this process by where they were started.
func goroutines() map[string]int {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	all := map[string]int{}
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if _, by, ok := strings.Cut(stack, "created by "); ok {
			by, _, _ = strings.Cut(by, " in goroutine")
			all[by]++
		}
	}
	return all
}

// more is what there is more of in after than in before.
func more(before, after map[string]int) []string {
	var all []string
	for by, n := range after {
		if strings.HasPrefix(by, "kycmock/") || strings.HasPrefix(by, "net/http") {
			if n > before[by] {
				all = append(all, fmt.Sprintf("%d of %s", n-before[by], by))
			}
		}
	}
	return all
}

func TestLargeAnswersAreKeptOfFewerDeliveries(t *testing.T) {
	endpoint := newReceiver(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 60<<10)) // zeros are UTF-8
	})
	r := newRig(t, func(c *rigConfig) { c.KeepBytes = 200 << 10 })
	for range 10 {
		r.send(endpoint.URL, "{}")
		r.advance(0)
	}
	if list, _ := r.engine.List(delivery.Filter{}); len(list) != 3 {
		t.Errorf("%d deliveries are kept, want the three whose answers fit", len(list))
	}
}

func TestAPolicyThatPanicsCostsItsOwnDelivery(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(p *delivery.Policy)
	}{
		{"over a status", func(p *delivery.Policy) { p.Accepts = func(int) bool { panic("for a test") } }},
		{"over its schedule", func(p *delivery.Policy) {
			p.Schedule = func(int, time.Duration) (time.Duration, bool) { panic("for a test") }
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.set(c.change)
			d := r.send(newReceiver(t, statuses(500)).URL, "{}")
			r.advance(0)
			if got := r.record(d.ID); got.Status != delivery.Exhausted || len(got.Attempts) != 1 {
				t.Errorf("%s after %d attempts", got.Status, len(got.Attempts))
			}
		})
	}
}
