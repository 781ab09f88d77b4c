package delivery_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
)

// waiting is when attempts are planned, in minutes from the start.
func waiting(r delivery.Record) (all []float64) {
	for _, at := range r.Planned {
		all = append(all, at.Sub(start).Minutes())
	}
	return all
}

func wantPlan(t *testing.T, what string, r delivery.Record, want ...float64) {
	t.Helper()
	if got := waiting(r); !slices.Equal(got, want) {
		t.Errorf("%s: planned are %v, want %v", what, got, want)
	}
}

// every5 are the minutes from first to last, five apart.
func every5(first, last float64) (all []float64) {
	for m := first; m <= last; m += 5 {
		all = append(all, m)
	}
	return all
}

func TestAPlanIsWhatIsMadeWhenAllFails(t *testing.T) {
	uneven := delivery.Waits(0, 5*time.Second, 30*time.Second, 2*time.Minute, 10*time.Minute)
	late := []string{`{"name":"delay","params":{"by":"10m"}}`}
	for _, tt := range []struct {
		name     string
		schedule delivery.Schedule
		faults   []string
		passed   time.Duration            // since it was sent
		early    bool                     // an attempt is asked for then
		change   func(p *delivery.Policy) // what is changed then
		first    float64                  // when the next one is due, in minutes
		more     int                      // how many follow it
	}{
		{name: "fresh", first: 0, more: 24},
		{name: "of uneven waits", schedule: uneven, first: 0, more: 5},
		{name: "of one attempt", schedule: delivery.Waits(), first: 0},
		{name: "half-way", passed: 32 * time.Minute, first: 35, more: 17},
		{name: "with an attempt asked for early", passed: 32 * time.Minute, early: true, first: 32, more: 17},
		{name: "with the last attempt asked for early", schedule: delivery.Waits(time.Hour), passed: time.Minute, early: true, first: 1},
		{name: "late", faults: late, first: 10, more: 24},
		{name: "late, and asked for before its time", faults: late, early: true, first: 0, more: 24},
		{name: "overlapping", faults: []string{`"retry-overlap"`}, passed: 2 * time.Minute, first: 5, more: 23},
		{name: "together with others", faults: []string{`"duplicate-concurrent"`}, first: 0, more: 24},
		{name: "with answers thrown away", faults: []string{`"ignore-response"`}, passed: time.Minute, first: 5, more: 23},
		{name: "retried under other settings", passed: 12 * time.Minute, first: 15, more: 2, change: func(p *delivery.Policy) {
			p.Schedule = delivery.Every(20*time.Minute, time.Hour, true)
		}},
		{name: "retried no more under other settings", passed: 12 * time.Minute, first: 15, change: func(p *delivery.Policy) { p.Schedule = nil }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			endpoint := newReceiver(t, statuses(500))
			r := newRig(t)
			if tt.schedule != nil {
				r.set(func(p *delivery.Policy) { p.Schedule = tt.schedule })
			}
			var id string
			var before delivery.Record
			then := func() {
				if tt.early {
					attemptNow(r, id)
				}
				if tt.change != nil {
					r.set(tt.change)
				}
				before = r.landed(id)
			}
			r.held(func() {
				id = r.sendThis(faulty(t, endpoint.URL, "{}", tt.faults...)).ID
				if tt.passed == 0 {
					then()
				}
			})
			if tt.passed > 0 {
				r.advance(tt.passed)
				r.held(then)
			}
			r.advance(24 * time.Hour)
			after := r.landed(id)
			made := minutes(after.Attempts)
			slices.Sort(made) // those that overlap are written down as they end
			made = made[len(before.Attempts):]
			if got := waiting(before); !slices.Equal(got, made) || len(got) != 1+tt.more || got[0] != tt.first {
				t.Errorf("planned were %v, and made %v", got, made)
			}
			if !before.NextAt.Equal(before.Planned[0]) {
				t.Errorf("the next is due at %s", before.NextAt)
			}
			if after.Status != delivery.Exhausted || after.Planned != nil {
				t.Errorf("%s, and planned are %v", after.Status, after.Planned)
			}
		})
	}
}

// landed is a delivery of which nothing is in the air.
func (r *rig) landed(id string) delivery.Record {
	r.t.Helper()
	eventually(r.t, "nothing is in the air", func() bool { return running("(*Engine).fly(") == 0 })
	return r.record(id)
}

func attemptNow(r *rig, id string) {
	if err := r.engine.AttemptNow(id); err != nil {
		r.t.Fatal(err)
	}
}

func TestAPlanKnowsWhatBecomesOfTheWebhook(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	d := r.send(endpoint.URL, "{}")
	r.advance(0)
	wantPlan(t, "with its webhook", r.record(d.ID), every5(5, 120)...)
	r.set(func(p *delivery.Policy) {
		p.Target = func(n delivery.Notification) (delivery.Endpoint, error) {
			return delivery.Endpoint{URL: n.Endpoint.URL, Last: true}, nil
		}
	})
	wantPlan(t, "with one more attempt", r.record(d.ID), 5)
	r.set(func(p *delivery.Policy) {
		p.Target = func(delivery.Notification) (delivery.Endpoint, error) { return delivery.Endpoint{}, delivery.ErrGone }
	})
	wantPlan(t, "without its webhook", r.record(d.ID))
	r.set(func(p *delivery.Policy) {
		p.Target = func(delivery.Notification) (delivery.Endpoint, error) {
			return delivery.Endpoint{}, fmt.Errorf("no idea")
		}
	})
	wantPlan(t, "with a webhook that cannot be found out", r.record(d.ID), every5(5, 120)...)
	r.set(func(p *delivery.Policy) {
		p.Schedule = func(int, time.Duration) (time.Duration, bool) { panic("no plan") }
	})
	wantPlan(t, "with a schedule that panics", r.record(d.ID))
}

func TestAPlanIsBounded(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	r.set(func(p *delivery.Policy) {
		p.Schedule = func(int, time.Duration) (time.Duration, bool) { return time.Minute, true }
	})
	d := r.send(endpoint.URL, "{}")
	if n := len(r.record(d.ID).Planned); n != 1000 {
		t.Errorf("%d are planned", n)
	}
}

func TestWhatIsHeldBackFinalOrListedShowsNoPlan(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	held := r.sendThis(faulty(t, endpoint.URL, "held", `"overtaken"`))
	dropped := r.sendThis(faulty(t, endpoint.URL, "dropped", `"drop"`))
	wantPlan(t, "held back", r.record(held.ID))
	wantPlan(t, "dropped", r.record(dropped.ID))
	r.held(func() {
		attemptNow(r, held.ID)
		wantPlan(t, "let go", r.record(held.ID), every5(0, 120)...)
		for _, listed := range r.all() {
			wantPlan(t, "in a list", listed)
		}
		waited := r.wait(held.ID, func(delivery.Record) bool { return true })
		wantPlan(t, "waited for", waited, every5(0, 120)...)
	})
	if err := r.engine.Cancel(held.ID); err != nil {
		t.Fatal(err)
	}
	wantPlan(t, "cancelled", r.record(held.ID))
}

// The attempt that is being made is to come no longer; those after it are.
func TestWhileAnAttemptIsMadeThoseAfterItArePlanned(t *testing.T) {
	arrived, answer := make(chan struct{}), make(chan struct{})
	endpoint := newReceiver(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-answer
		w.WriteHeader(500)
	})
	r := newRig(t)
	r.set(func(p *delivery.Policy) { p.Schedule = delivery.Waits(5*time.Minute, 10*time.Minute) })
	d := r.send(endpoint.URL, "{}")
	for i, want := range [][]float64{{5, 15}, {15}, {}} {
		if i > 0 {
			go func() { _ = r.clock.Advance(t.Context(), 10*time.Minute/time.Duration(3-i)) }()
		}
		<-arrived
		wantPlan(t, fmt.Sprintf("while attempt %d is made", i+1), r.record(d.ID), want...)
		answer <- struct{}{}
		r.wait(d.ID, func(r delivery.Record) bool { return len(r.Attempts) == i+1 })
	}
}

func TestAPlanOutlivesARestart(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	store := &sliceStore{}
	first := newRig(t, stored(store), prefixed("a"))
	d := first.send(endpoint.URL, "{}")
	first.advance(7 * time.Minute)
	attemptNow(first, d.ID)
	first.advance(0)
	want := waiting(first.record(d.ID))
	second := first.restart(store, 0)
	second.engine.Resume()
	wantPlan(t, "restarted", second.record(d.ID), want...)
	wantPlan(t, "by the vendor's schedule", second.record(d.ID), every5(15, 120)...)
}
