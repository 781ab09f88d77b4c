package conformance

import (
	"bytes"
	"net/http"
	"slices"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

// down is the answer of a receiver that every vendor takes for a failure.
const down = http.StatusInternalServerError

// up is the answer of one that every vendor takes for success.
const up = http.StatusOK

// each starts a mock for every event, with a receiver that answers so.
func (t trial) each(answers []int, f func(w *world, r *receiver, e provider.Event)) {
	for _, e := range t.world(mockserver.Config{}).profile.Events {
		w, r := t.listening(answers...)
		f(w, r, e)
	}
}

func (t trial) once(e provider.Event) bool { return slices.Contains(t.Once, e.Name) }

// signaturesVerify has the vendor's receiver look at every attempt, and at
// forgeries of it.
func signaturesVerify(t trial) {
	if t.Verify == nil {
		return
	}
	t.each([]int{down}, func(w *world, r *receiver, e provider.Event) {
		w.tells(w.example(e))
		w.idle()
		requests := r.requests()
		w.verified("event "+e.Name, requests)
		for _, forged := range forgeries(requests[0]) {
			if err := t.Verify(w.ctx, w.mock, forged); err == nil {
				t.Errorf("event %s: a forged body verifies too, so that nothing is proved: %.200s", e.Name, forged.Body)
			}
		}
	})
}

// forgeries are what a stranger could make of a request: with another byte in
// the middle, and with one more at the end.
func forgeries(r Request) []Request {
	longer := append(bytes.Clone(r.Body), 'x')
	changed := bytes.Clone(longer[:len(r.Body)])
	if len(changed) > 0 {
		changed[len(changed)/2] ^= 1
	}
	list := []Request{{r.Header.Clone(), longer}}
	if len(changed) > 0 {
		list = append(list, Request{r.Header.Clone(), changed})
	}
	return list
}

// schedulesEnd leaves the vendor alone with a receiver that is down for good.
func schedulesEnd(t trial) {
	t.each([]int{down}, func(w *world, r *receiver, e provider.Event) {
		ids := w.tells(w.example(e))
		w.idle()
		made := 0
		for _, id := range ids {
			w.exhausted(e, w.record(id))
			made += len(w.record(id).Attempts)
		}
		w.advance(long)
		if got := len(r.requests()); got != made {
			t.Errorf("event %s: the receiver got %d requests of %d attempts", e.Name, got, made)
		}
	})
}

// exhausted wants a delivery to have been given up after a whole plan.
func (w *world) exhausted(e provider.Event, r delivery.Record) {
	w.Helper()
	if r.Status != delivery.Exhausted || r.NextAt != nil {
		w.Errorf("event %s: the delivery is %s after %d attempts, want it to be exhausted", e.Name, r.Status, len(r.Attempts))
	}
	var offsets []clock.Duration
	for _, a := range r.Attempts {
		offsets = append(offsets, clock.Duration(a.At.Sub(r.CreatedAt)))
	}
	if !w.planned(e, offsets) {
		w.Errorf("event %s: attempts were made after %v, want %v", e.Name, offsets, w.plans(e))
	}
}

// plans are the times at which the attempts of an event may be made.
func (w *world) plans(e provider.Event) [][]clock.Duration {
	if w.once(e) {
		return [][]clock.Duration{{0}}
	}
	var plans [][]clock.Duration
	for _, policy := range w.vendor.Profile().Policies {
		if len(policy.Plan) > 0 {
			plans = append(plans, append([]clock.Duration{0}, policy.Plan...))
		}
	}
	return plans
}

func (w *world) planned(e provider.Event, offsets []clock.Duration) bool {
	return slices.ContainsFunc(w.plans(e), func(plan []clock.Duration) bool { return slices.Equal(plan, offsets) })
}

// retriesRepeat compares what the attempts of a delivery sent.
func retriesRepeat(t trial) {
	t.each([]int{down}, func(w *world, r *receiver, e provider.Event) {
		ids := w.tells(w.example(e))
		w.idle()
		w.repeated("event "+e.Name, r.requests(), len(ids))
	})
}

// repeated wants requests to be repetitions of no more than so many, unless
// the vendor signs each anew.
func (w *world) repeated(what string, requests []Request, most int) {
	w.Helper()
	list := different(requests)
	if w.Resigns || len(list) <= most {
		return
	}
	w.Errorf("%s: %d different requests tell %d notifications, such as\n%.400s\n%.400s",
		what, len(list), most, list[0].text(), list[1].text())
}

// successEnds lets the receiver take the notification, at once or at the second
// time.
func successEnds(t trial) {
	t.each([]int{up, down}, func(w *world, _ *receiver, e provider.Event) {
		ids := w.tells(w.example(e))[:1] // which gets the first answer
		w.delivered(e, ids, 1)
	})
	t.each([]int{down, up}, func(w *world, _ *receiver, e provider.Event) {
		if ids := w.tells(w.example(e)); !w.once(e) && len(ids) == 1 {
			w.delivered(e, ids, 2)
		}
	})
}

// delivered wants deliveries to end with this attempt.
func (w *world) delivered(e provider.Event, ids []string, attempts int) {
	w.Helper()
	w.idle()
	w.advance(long)
	for _, id := range ids {
		r := w.record(id)
		if r.Status != delivery.Delivered || len(r.Attempts) != attempts {
			w.Errorf("event %s: the delivery is %s after %d attempts, want it to be delivered after %d", e.Name, r.Status, len(r.Attempts), attempts)
		}
	}
}

// redeliveriesRepeat sends again what was taken, much later.
func redeliveriesRepeat(t trial) {
	t.each([]int{up}, func(w *world, r *receiver, e provider.Event) {
		ids := w.tells(w.example(e))
		w.idle()
		w.advance(time.Hour)
		for _, id := range ids {
			again, err := w.mock.Redeliver(id)
			if err != nil {
				t.Fatalf("event %s: %v", e.Name, err)
			}
			w.idle()
			if d := w.record(again.ID); d.Status != delivery.Delivered || d.RedeliveryOf == nil || *d.RedeliveryOf != id {
				t.Errorf("event %s: the redelivery of %s is %+v", e.Name, id, d.Delivery)
			}
		}
		if got := len(r.requests()); got != 2*len(ids) {
			t.Errorf("event %s: the receiver got %d requests of %d deliveries and their redeliveries", e.Name, got, len(ids))
		}
		w.repeated("event "+e.Name+", sent again", r.requests(), len(ids))
		w.verified("event "+e.Name+", sent again", r.requests())
	})
}
