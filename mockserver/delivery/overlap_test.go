package delivery_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
)

// answering lets the test answer each attempt by hand: requests come in at
// arrived, and answer answers the nth.
type answering struct {
	*receiver
	arrived chan int
	answers []chan int
}

func newAnswering(t *testing.T, attempts int) *answering {
	t.Helper()
	a := &answering{arrived: make(chan int, attempts)}
	for range attempts {
		a.answers = append(a.answers, make(chan int, 1))
	}
	a.receiver = newReceiver(t, func(n int, w http.ResponseWriter, r *http.Request) {
		a.arrived <- n
		select {
		case status := <-a.answers[n-1]:
			w.WriteHeader(status)
		case <-r.Context().Done():
		}
	})
	return a
}

func (a *answering) answer(n, status int) { a.answers[n-1] <- status }

// The second attempt of each road starts while the receiver still answers the
// first.
func TestTheNextAttemptStartsWhileTheLastIsBeingAnswered(t *testing.T) {
	for _, more := range []string{`"tampered"`, `"chunked"`} {
		endpoint := newAnswering(t, 2)
		r := newRig(t)
		d := r.sendThis(faulty(t, endpoint.URL, "told", more, `{"name":"retry-overlap","on":"first"}`))
		r.advance(0) // does not wait for the answer
		<-endpoint.arrived
		if got := r.record(d.ID); len(got.Attempts) != 0 || !got.NextAt.Equal(start.Add(5*time.Minute)) || r.engine.Planned() != 1 {
			t.Errorf("%+v", got)
		}
		moved := make(chan error)
		go func() { moved <- r.clock.Advance(t.Context(), 5*time.Minute) }()
		<-endpoint.arrived // both are there
		endpoint.answer(2, 500)
		endpoint.answer(1, 200)
		if err := <-moved; err != nil {
			t.Error(err)
		}
		got := r.record(d.ID)
		statuses := map[int]int{}
		for _, a := range got.Attempts {
			statuses[a.N] = a.Status
		}
		if got.Status != delivery.Delivered || len(got.Attempts) != 2 || statuses[1] != 200 || statuses[2] != 500 || r.engine.Planned() != 0 {
			t.Errorf("%+v, %d planned", got, r.engine.Planned())
		}
	}
}

func TestSuccessOfTheFirstEndsItBeforeTheNextBegins(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	d := r.sendThis(faulty(t, endpoint.URL, "told", `"retry-overlap"`))
	r.advance(0)
	r.wait(d.ID, final) // it is answered although nobody moves the clock
	r.advance(2 * time.Hour)
	wantKinds(t, r.record(d.ID), delivery.Delivered, "200")
	if r.engine.Planned() != 0 || len(endpoint.requests()) != 1 {
		t.Errorf("%d planned, %d requests", r.engine.Planned(), len(endpoint.requests()))
	}
}

func TestSuccessOfTheSecondEndsItAndTheFirstIsWrittenDown(t *testing.T) {
	endpoint := newAnswering(t, 2)
	r := newRig(t)
	held := r.sendThis(faulty(t, endpoint.URL, "held", `"overtaken"`))
	d := r.sendThis(faulty(t, endpoint.URL, "told", `"retry-overlap"`, `{"name":"replay"}`))
	r.advance(0)
	<-endpoint.arrived
	endpoint.answer(2, 200)
	moved := make(chan error)
	go func() { moved <- r.clock.Advance(t.Context(), 5*time.Minute) }()
	<-endpoint.arrived
	r.wait(d.ID, final)
	if n := len(r.engine.Held()); n != 1 {
		t.Errorf("%d are held while the first is answered", n)
	}
	endpoint.answer(1, 200)
	if err := <-moved; err != nil {
		t.Error(err)
	}
	r.advance(0) // waits for what is in the air
	got := r.record(d.ID)
	if got.Status != delivery.Delivered || len(got.Attempts) != 2 {
		t.Errorf("%+v", got)
	}
	if len(r.engine.Held()) != 0 {
		t.Error("the first attempt overtook nobody")
	}
	if replays := len(r.all()) - 2; replays != 1 {
		t.Errorf("%d replays", replays)
	}
	if err := r.engine.Cancel(held.ID); err != nil {
		t.Error(err)
	}
}

// The vendor gives up when the last answer is in, not when the last attempt was
// made.
func TestADeliveryIsExhaustedWhenAllOverlappingAttemptsHaveFailed(t *testing.T) {
	for _, tt := range []struct {
		last  int // the status of the first attempt, which is answered last
		ended delivery.Status
	}{{500, delivery.Exhausted}, {200, delivery.Delivered}} {
		endpoint := newAnswering(t, 3)
		r := newRig(t)
		r.set(func(p *delivery.Policy) { p.Schedule = delivery.Waits(time.Minute, time.Minute) })
		d := r.sendThis(faulty(t, endpoint.URL, "told", `"retry-overlap"`))
		r.advance(0)
		moved := make(chan error)
		go func() { moved <- r.clock.Advance(t.Context(), time.Hour) }()
		for range 3 {
			<-endpoint.arrived
		}
		endpoint.answer(3, 503)
		endpoint.answer(2, 502)
		r.wait(d.ID, func(r delivery.Record) bool { return len(r.Attempts) == 2 })
		if got := r.record(d.ID); got.Status != delivery.Pending || r.engine.Planned() != 0 {
			t.Errorf("%s while an answer is to come, %d planned", got.Status, r.engine.Planned())
		}
		endpoint.answer(1, tt.last)
		if err := <-moved; err != nil {
			t.Error(err)
		}
		if got := r.record(d.ID); got.Status != tt.ended || len(got.Attempts) != 3 {
			t.Errorf("%s after %q", got.Status, kinds(got))
		}
	}
}

// One answer may be judged while the attempt of the other is being put away.
func TestAttemptsThatAreAnsweredAtOnceEndTheDelivery(t *testing.T) {
	const many = 200
	all := make(chan struct{})
	endpoint := newReceiver(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 2*many {
			close(all)
		}
		select {
		case <-all:
		case <-r.Context().Done():
		}
		w.WriteHeader(500)
	})
	r := newRig(t, inFlight(2*many))
	r.clock.SetParallel(many)
	r.set(func(p *delivery.Policy) { p.Schedule = delivery.Waits(time.Minute) })
	for range many {
		r.sendThis(faulty(t, endpoint.URL, "told", `"retry-overlap"`))
	}
	r.advance(time.Hour)
	for _, got := range r.all() {
		if got.Status != delivery.Exhausted || len(got.Attempts) != 2 {
			t.Errorf("%s after %q", got.Status, kinds(got))
		}
	}
}

// Whoever moves the clock past the last attempt finds everything ended.
func TestAfterTheLastAttemptNothingIsInTheAir(t *testing.T) {
	for _, more := range []string{`"tampered"`, `"chunked"`, `{"name":"hang-up-early","params":{"after":"30ms"}}`, `"ignore-response"`, `"reset-before-response"`} {
		endpoint := newReceiver(t, func(n int, w http.ResponseWriter, r *http.Request) {
			if strings.Contains(more, "hang") {
				<-r.Context().Done()
			}
			w.WriteHeader(500)
		})
		r := newRig(t)
		r.set(func(p *delivery.Policy) { p.Schedule = delivery.Waits(time.Minute, time.Minute, time.Minute) })
		d := r.sendThis(faulty(t, endpoint.URL, "told", `"retry-overlap"`, more))
		r.advance(3 * time.Minute)
		got := r.record(d.ID)
		var ns []int
		for _, a := range got.Attempts {
			ns = append(ns, a.N)
		}
		slices.Sort(ns)
		if got.Status != delivery.Exhausted || !slices.Equal(ns, []int{1, 2, 3, 4}) || r.engine.Planned() != 0 {
			t.Errorf("%s: %s after %v, %d planned", more, got.Status, ns, r.engine.Planned())
		}
	}
}

func TestAnOverlappedDeliveryCanBeCalledOffAskedForAndReset(t *testing.T) {
	for name, end := range map[string]func(r *rig, id string) error{
		"cancelled": func(r *rig, id string) error { return r.engine.Cancel(id) },
		"cancelled with all": func(r *rig, _ string) error {
			r.engine.CancelAll("", func(delivery.Notification) bool { return true })
			return nil
		},
		"reset": func(r *rig, _ string) error {
			r.engine.Reset(func() { r.journal.Forget(delivery.Kinds()...) })
			return nil
		},
		"closed": func(r *rig, _ string) error { r.engine.Close(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			endpoint := newAnswering(t, 3)
			r := newRig(t)
			d := r.sendThis(faulty(t, endpoint.URL, "told", `"retry-overlap"`))
			r.advance(0)
			<-endpoint.arrived
			if err := r.engine.AttemptNow(d.ID); err != nil { // the second, at once
				t.Fatal(err)
			}
			<-endpoint.arrived
			r.advance(0)
			if n := r.engine.Planned(); n != 1 {
				t.Errorf("%d planned", n)
			}
			if err := end(r, d.ID); err != nil {
				t.Error(err)
			}
			if name == "closed" {
				if got := r.record(d.ID); len(got.Attempts) != 0 || got.Status != delivery.Pending {
					t.Errorf("%+v", got)
				}
				return
			}
			endpoint.answer(1, 500) // those that were not cut off run to their end
			endpoint.answer(2, 500)
			r.advance(2 * time.Hour)
			if n := len(endpoint.requests()); n != 2 || r.engine.Planned() != 0 || r.engine.Pending() != 0 {
				t.Errorf("%d requests, %d planned", n, r.engine.Planned())
			}
		})
	}
}

// A schedule is the vendor's code.
func TestAScheduleThatPanicsOverAnOverlapEndsTheDelivery(t *testing.T) {
	r := newRig(t)
	r.set(func(p *delivery.Policy) {
		p.Schedule = func(int, time.Duration) (time.Duration, bool) { panic("for a test") }
	})
	for _, more := range []string{`"tampered"`, `"chunked"`} {
		d := r.sendThis(faulty(t, newReceiver(t, statuses(500)).URL, "told", `"retry-overlap"`, more))
		r.advance(0)
		wantKinds(t, r.record(d.ID), delivery.Exhausted, "500")
	}
}

func TestOverlappingAttemptsCountTheirTimeFromTheFirst(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	var asked []string
	r.set(func(p *delivery.Policy) {
		p.Schedule = func(made int, elapsed time.Duration) (time.Duration, bool) {
			r.mu.Lock()
			defer r.mu.Unlock()
			asked = append(asked, fmt.Sprint(made, elapsed))
			return time.Minute, made < 4
		}
	})
	r.sendThis(faulty(t, endpoint.URL, "told", `"retry-overlap"`))
	r.advance(time.Hour)
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.Sort(asked)
	if got := slices.Compact(asked); !slices.Equal(got, []string{"1 0s", "2 1m0s", "3 2m0s", "4 3m0s"}) {
		t.Errorf("%q", got)
	}
}
