package delivery_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
)

// menu is what random notifications have go wrong; a vendor's own faults do not
// matter to the engine.
var menu = []string{
	`"drop"`, `"delay"`, `{"name":"delay","params":{"by":"1h"}}`, `"overtaken"`, `{"name":"overtaken","params":{"by":3}}`,
	`{"name":"duplicate","params":{"count":2,"after":"7m"}}`, `{"name":"duplicate-concurrent","params":{"count":3}}`,
	`{"name":"replay","params":{"after":"1h"}}`, `"retry-overlap"`, `{"name":"retry-overlap","on":[1,3],"probability":0.5}`,
	`{"name":"ignore-response","probability":0.5}`, `{"name":"reset-before-response","on":[1]}`, `"chunked"`, `{"name":"reset-mid-body","probability":0.3}`,
}

// anything sends a notification with up to three of the faults.
func (r *rig) anything(url string, dice *rand.Rand) {
	var faults []string
	for range dice.IntN(4) {
		faults = append(faults, menu[dice.IntN(len(menu))])
	}
	n := faulty(r.t, url, fmt.Sprint(dice.IntN(1000)), faults...)
	n.Account = fmt.Sprint("account ", dice.IntN(2))
	n.Seed = dice.Uint64()
	if _, err := r.engine.Send(n); err != nil {
		r.t.Error(err)
	}
}

// act does something at random to some delivery.
func (r *rig) act(url string, dice *rand.Rand) {
	list, _ := r.engine.List(delivery.Filter{Status: delivery.Pending})
	id := "dlv_none"
	if len(list) > 0 {
		id = list[dice.IntN(len(list))].ID
	}
	switch dice.IntN(12) {
	case 0:
		_ = r.engine.Cancel(id)
	case 1, 2, 3:
		_ = r.engine.AttemptNow(id)
	case 4:
		_, _ = r.engine.Redeliver(id)
	case 5:
		if dice.IntN(5) == 0 {
			r.engine.CancelAll("at random", func(n delivery.Notification) bool { return n.Account == "account 1" })
		}
	case 6:
		if dice.IntN(10) == 0 {
			r.engine.Reset(func() { r.journal.Forget(delivery.Kinds()...) })
		}
	case 7:
		if dice.IntN(5) == 0 {
			_, _ = r.engine.SendNow(notification(url, "now"))
		}
	default:
		r.anything(url, dice)
	}
}

// planned counts by hand what Planned tells: at rest, whatever is pending has an
// attempt to come, unless it is held.
func (r *rig) planned() int {
	n := 0
	list, _ := r.engine.List(delivery.Filter{Status: delivery.Pending})
	for _, d := range list {
		if d.NextAt != nil {
			n++
		}
	}
	return n
}

func (r *rig) wantAtRest(what string) {
	r.t.Helper()
	r.atRest(func() { r.wantCounted(what) })
}

func (r *rig) wantCounted(what string) {
	r.t.Helper()
	list, _ := r.engine.List(delivery.Filter{Status: delivery.Pending})
	held := r.engine.Held()
	var waiting []string
	for _, d := range list {
		if d.NextAt == nil {
			waiting = append(waiting, d.ID)
		}
	}
	slices.Sort(held)
	slices.Sort(waiting)
	if r.engine.Planned() != r.planned() || !slices.Equal(held, waiting) || r.engine.Pending() != len(list) {
		r.t.Fatalf("%s: Planned tells %d of %d; held are %q of %q; %d are pending of %d", what,
			r.engine.Planned(), r.planned(), held, waiting, r.engine.Pending(), len(list))
	}
	if _, more := r.clock.Next(); !more && r.engine.Planned() > 0 {
		r.t.Fatalf("%s: %d are planned, and the clock has no call", what, r.engine.Planned())
	}
}

// One after another: at each rest the count is right to the last one.
func TestPlannedNeverDrifts(t *testing.T) {
	endpoint := newReceiver(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n%3 != 0 {
			w.WriteHeader(500)
		}
	})
	for seed := range uint64(8) {
		dice := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test's, which can be repeated
		r := newRig(t)
		r.set(func(p *delivery.Policy) { p.Schedule = delivery.Every(5*time.Minute, 30*time.Minute, true) })
		for range 60 {
			r.held(func() { // nothing is attempted meanwhile
				for range dice.IntN(4) {
					r.act(endpoint.URL, dice)
				}
			})
			r.advance(time.Duration(dice.IntN(10)) * time.Minute)
			r.wantAtRest(fmt.Sprint("seed ", seed))
		}
		r.finish()
	}
}

// finish lets everything end that can, and calls off the rest.
func (r *rig) finish() {
	r.t.Helper()
	planned := 1
	for n := 0; n < 200 && planned > 0; n++ {
		r.advance(time.Hour)
		r.atRest(func() {
			if planned = r.engine.Planned(); planned == 0 && r.engine.Pending() != len(r.engine.Held()) {
				r.t.Errorf("nothing is planned, %d pending, %d held", r.engine.Pending(), len(r.engine.Held()))
			}
		})
	}
	if planned > 0 {
		r.t.Errorf("%d stay planned", planned)
	}
	r.engine.CancelAll("the end", func(delivery.Notification) bool { return true })
	if r.engine.Planned() != 0 || r.engine.Pending() != 0 || len(r.engine.Held()) != 0 {
		r.t.Errorf("after the end: %d planned, %d pending, held %q", r.engine.Planned(), r.engine.Pending(), r.engine.Held())
	}
}

// All at once: in the end the count is right.
func TestPlannedNeverDriftsWhenAllIsDoneAtOnce(t *testing.T) {
	endpoint := newReceiver(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n%3 != 0 {
			w.WriteHeader(500)
		}
	})
	var before map[string]int
	for _, rate := range []float64{0, 6000} {
		t.Run(fmt.Sprintf("at rate %v", rate), func(t *testing.T) {
			before = goroutines()
			r := newRig(t, atRate(rate), inFlight(4))
			r.clock.SetParallel(3)
			r.set(func(p *delivery.Policy) { p.Schedule = delivery.Every(5*time.Minute, 30*time.Minute, true) })
			var group sync.WaitGroup
			for worker := range uint64(3) {
				group.Go(func() {
					dice := rand.New(rand.NewPCG(worker, 2)) //nolint:gosec // a test's, which can be repeated
					for range 60 {
						r.act(endpoint.URL, dice)
					}
				})
			}
			group.Go(func() {
				for range 60 {
					if err := r.clock.Advance(t.Context(), 2*time.Minute); err != nil {
						t.Error(err)
					}
				}
			})
			group.Wait()
			r.finish()
			r.engine.Close()
			eventually(t, "all that was begun has ended", func() bool { return len(inEngine(more(before, goroutines()))) == 0 })
		})
	}
}

// inEngine leaves out the receivers' goroutines.
func inEngine(all []string) []string {
	return slices.DeleteFunc(all, func(where string) bool {
		return !strings.Contains(where, "delivery.(*") && !strings.Contains(where, "Transport")
	})
}

// What waits between two attempts, for a day or two, holds no context of the
// engine's: there can be 100,000.
func TestWhatEndsBetweenTwoAttemptsLeavesNothingBehind(t *testing.T) {
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }))
	t.Cleanup(endpoint.Close)
	r := newRig(t, keeping(1), func(c *rigConfig) { c.keep = 10 })
	round := func() {
		r.held(func() {
			for i := range 150 {
				r.send(endpoint.URL, fmt.Sprint(i))
			}
		})
		r.engine.CancelAll("enough", func(delivery.Notification) bool { return true })
	}
	round()
	before := heap()
	for range 10 {
		round()
	}
	if grown := heap() - before; grown > 350<<10 { // a context each would be twice that
		t.Errorf("1,500 cancelled deliveries hold %d KiB", grown>>10)
	}
}
