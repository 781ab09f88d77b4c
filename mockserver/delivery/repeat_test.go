package delivery_test

import (
	"slices"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
)

// repeat sends what a delivery tells again, with these faults.
func (r *rig) repeat(t *testing.T, id string, faults ...string) delivery.Delivery {
	t.Helper()
	n, err := r.engine.Notification(id)
	if err != nil {
		t.Fatal(err)
	}
	n.Faults, n.RedeliveryOf = faulty(t, "", "", faults...).Faults, id
	return r.sendThis(n)
}

func (r *rig) duplicate(id string) delivery.Delivery {
	r.t.Helper()
	twin, err := r.engine.Duplicate(id)
	if err != nil {
		r.t.Fatal(err)
	}
	return twin
}

func TestARedeliveryHasTheFaultsThatItIsGiven(t *testing.T) {
	endpoint := newReceiver(t, nil)
	asked := 0
	r := newRig(t, func(c *rigConfig) {
		c.Armed = func(delivery.Notification) []fault.Fault { asked++; return nil }
	})
	r.set(func(p *delivery.Policy) { p.Sign = spoiling })
	d := r.sendThis(faulty(t, endpoint.URL, `{"a":"0123456789"}`, `"truncated-json"`))
	r.advance(0)
	again := r.repeat(t, d.ID, `"tampered"`, `{"name":"ignore-response","on":[1]}`, `{"name":"delay","params":{"by":"1m"}}`, `"duplicate"`)
	r.advance(10 * time.Minute)
	got := r.record(again.ID)
	wantKinds(t, got, delivery.Delivered, "504", "200")
	if *got.RedeliveryOf != d.ID || got.Notification == d.Notification || asked != 1 {
		t.Errorf("it is %+v, and armed faults were asked for %d times", got.Delivery, asked)
	}
	if at := minutes(got.Attempts); !slices.Equal(at, []float64{1, 6}) {
		t.Errorf("attempts at %v", at)
	}
	bodies := endpoint.bodies()
	if len(bodies) != 5 || len(bodies[0]) == len(bodies[1]) || bodies[1] == `{"a":"0123456789"}` || len(bodies[1]) != len(`{"a":"0123456789"}`) {
		t.Errorf("%q", bodies)
	}
	for _, body := range bodies[1:] {
		if body != bodies[1] {
			t.Errorf("a retry or a copy is %q, want %q", body, bodies[1])
		}
	}
	copied := r.all()[2]
	if copied.DuplicateOf == nil || *copied.DuplicateOf != again.ID || copied.RedeliveryOf != nil {
		t.Errorf("its copy is %+v", copied.Delivery)
	}

	third, err := r.engine.Redeliver(again.ID) // is the same bytes, and goes well
	if err != nil {
		t.Fatal(err)
	}
	r.advance(0)
	wantKinds(t, r.record(third.ID), delivery.Delivered, "200")
	if last := endpoint.bodies()[5:]; len(last) != 1 || last[0] != bodies[1] {
		t.Errorf("%q", last)
	}
}

func TestARedeliveryWithFaultsOvertakesNothing(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	held := r.sendThis(faulty(t, endpoint.URL, "held", `"overtaken"`))
	r.repeat(t, held.ID, `"chunked"`)
	r.advance(0)
	if got := r.engine.Held(); !slices.Equal(got, []string{held.ID}) {
		t.Errorf("held are %q", got)
	}
	again := r.repeat(t, held.ID, `"overtaken"`)
	if again.RedeliveryOf == nil || len(r.engine.Held()) != 2 {
		t.Errorf("%+v, held are %q", again, r.engine.Held())
	}
	dropped := r.repeat(t, held.ID, `"drop"`)
	if dropped.RedeliveryOf == nil || dropped.Status != delivery.Cancelled {
		t.Errorf("%+v", dropped)
	}
	r.send(endpoint.URL, "later")
	r.advance(0)
	if got := r.engine.Held(); len(got) != 0 {
		t.Errorf("held are %q", got)
	}
}

func TestARestartKeepsWhatGoesWrongWithARedelivery(t *testing.T) {
	endpoint := newReceiver(t, statuses(200, 500, 200))
	store := &sliceStore{}
	first := newRig(t, stored(store), prefixed("a"))
	d := first.sendThis(faulty(t, endpoint.URL, "{}", `"ignore-response"`))
	first.advance(0)
	again := first.repeat(t, d.ID, `{"name":"ignore-response","params":{"status":418}}`, `{"name":"delay","params":{"by":"1m"}}`)
	plain, err := first.engine.Redeliver(again.ID)
	if err != nil {
		t.Fatal(err)
	}
	first.advance(0)
	second := first.restart(store, 0)
	second.engine.Resume()
	second.advance(5 * time.Minute)
	wantKinds(t, second.record(again.ID), delivery.Pending, "418")
	wantKinds(t, second.record(plain.ID), delivery.Delivered, "500", "200")
}

func TestADuplicateIsSentAsIfTheVendorHadSentItTwice(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	r.set(func(p *delivery.Policy) { p.Sign = spoiling })
	d := r.sendThis(faulty(t, endpoint.URL, `{"a":"0123456789"}`, `"tampered"`, `{"name":"ignore-response","on":[1]}`,
		`{"name":"duplicate","params":{"count":2,"after":"1h"}}`, `{"name":"replay","params":{"after":"2h"}}`))
	first := r.duplicate(d.ID)
	r.advance(5 * time.Minute)
	second := r.duplicate(d.ID) // of what was delivered
	third := r.duplicate(second.ID)
	r.advance(24 * time.Hour)
	for i, twin := range []delivery.Delivery{first, second, third} {
		got := r.record(twin.ID)
		wantKinds(t, got, delivery.Delivered, "504", "200")
		if *got.DuplicateOf != d.ID || got.Copy != 4+i || got.Notification != d.Notification || got.RedeliveryOf != nil {
			t.Errorf("copy %d is %+v", i, got.Delivery)
		}
	}
	var copies []int
	for _, one := range r.all() {
		copies = append(copies, one.Copy)
	}
	slices.Sort(copies)
	if !slices.Equal(copies, []int{0, 1, 2, 3, 4, 5, 6}) {
		t.Errorf("the copies are %v: each number is for one", copies)
	}
	if bodies := slices.Compact(endpoint.bodies()); len(bodies) != 1 {
		t.Errorf("they are not the same bytes: %q", bodies)
	}
	_, err := r.engine.Duplicate("dlv_nobody")
	refused(t, err, problem.NotFound, "dlv_nobody")
}

func TestADuplicateOfARedeliveryGoesAsWell(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	d := r.sendThis(faulty(t, endpoint.URL, "{}", `"ignore-response"`))
	plain, err := r.engine.Redeliver(d.ID)
	if err != nil {
		t.Fatal(err)
	}
	twin := r.duplicate(plain.ID)
	r.advance(0)
	wantKinds(t, r.record(twin.ID), delivery.Delivered, "200")
	if *twin.DuplicateOf != plain.ID || *twin.RedeliveryOf != d.ID || twin.Copy != 1 {
		t.Errorf("it is %+v", twin)
	}
	twin = r.duplicate(d.ID)
	r.advance(0)
	wantKinds(t, r.record(twin.ID), delivery.Pending, "504")
}
