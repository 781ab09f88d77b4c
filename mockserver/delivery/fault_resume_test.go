package delivery_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
)

// restart closes a rig and goes on from its store, by so much later.
func (r *rig) restart(store *sliceStore, later time.Duration, settings ...setting) *rig {
	r.t.Helper()
	r.engine.Close()
	r.close()
	settings = append([]setting{stored(store), prefixed("b"), from(r.clock.Now().Add(later))}, settings...)
	second := newRig(r.t, settings...)
	return second
}

func TestARestartGoesOnWithWhatFaultsPlanned(t *testing.T) {
	for _, tt := range []struct {
		name    string
		faults  []string
		first   []int         // the answers of before
		before  time.Duration // how long the first lives
		down    time.Duration
		pending int
		want    []string // minutes of the attempts of each delivery, an hour and a day later
	}{
		{"delayed", []string{`{"name":"delay","params":{"by":"10m"}}`}, []int{200}, time.Minute, 0, 1, []string{"[10]"}},
		{"delayed until while it was down", []string{`{"name":"delay","params":{"by":"10m"}}`}, []int{200}, time.Minute, time.Hour, 1, []string{"[61]"}},
		{"delayed and tried", []string{`{"name":"delay","params":{"by":"10m"}}`}, []int{500, 500, 200}, 12 * time.Minute, 0, 1, []string{"[10 15 20]"}},
		{"replayed", []string{`{"name":"replay","params":{"after":"20m"}}`}, []int{200}, time.Minute, 0, 1, []string{"[0]", "[20]"}},
		{"taken after the restart, and then replayed", []string{`{"name":"replay","params":{"after":"20m"}}`}, []int{500, 200}, time.Minute, 0, 1, []string{"[0 5]", "[25]"}},
		{"duplicates", []string{`{"name":"duplicate","params":{"count":2,"after":"30m"}}`}, []int{200}, time.Minute, 0, 2, []string{"[0]", "[30]", "[30]"}},
		{"dropped", []string{`"drop"`}, []int{200}, time.Minute, 0, 0, []string{"[]"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			endpoint := newReceiver(t, statuses(tt.first...))
			store := &sliceStore{}
			first := newRig(t, stored(store), prefixed("a"))
			first.sendThis(faulty(t, endpoint.URL, "told", tt.faults...))
			first.advance(tt.before)
			second := first.restart(store, tt.down)
			second.held(func() {
				second.engine.Resume()
				if n := second.engine.Pending(); n != tt.pending {
					t.Errorf("%d are pending", n)
				}
			})
			second.advance(25 * time.Hour)
			if got := second.made(); !slices.Equal(got, tt.want) || second.engine.Planned() != 0 {
				t.Errorf("attempts at %q, want %q, %d planned", got, tt.want, second.engine.Planned())
			}
		})
	}
}

// A first attempt that a restart made late has all its retries.
func TestARestartDoesNotShortenTheRetries(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	store := &sliceStore{}
	short := func(r *rig) {
		r.set(func(p *delivery.Policy) { p.Schedule = delivery.Every(5*time.Minute, 10*time.Minute, true) })
	}
	first := newRig(t, stored(store), prefixed("a"))
	short(first)
	first.sendThis(faulty(t, endpoint.URL, "one", `{"name":"delay","params":{"by":"10m"}}`))
	early := first.sendThis(faulty(t, endpoint.URL, "two", `{"name":"delay","params":{"by":"5h"}}`))
	if err := first.engine.AttemptNow(early.ID); err != nil {
		t.Fatal(err)
	}
	first.advance(0)
	second := first.restart(store, 3*time.Hour)
	short(second)
	second.engine.Resume()
	second.advance(0)
	third := second.restart(store, 0)
	short(third)
	third.engine.Resume()
	third.advance(24 * time.Hour)
	if got := third.made(); !slices.Equal(got, []string{"[180 185 190]", "[0 305 310]"}) {
		t.Errorf("attempts at %q", got)
	}
}

func TestARestartStillHoldsWhatWasHeld(t *testing.T) {
	for _, delay := range []string{"0s", "2h"} {
		endpoint := newReceiver(t, nil)
		store := &sliceStore{}
		first := newRig(t, stored(store), prefixed("a"))
		held := first.sendThis(faulty(t, endpoint.URL, "held", `{"name":"overtaken","params":{"by":2}}`, fmt.Sprintf(`{"name":"delay","params":{"by":%q}}`, delay)))
		first.send(endpoint.URL, "one")
		first.advance(time.Hour)
		second := first.restart(store, 0)
		second.engine.Resume()
		if got := second.engine.Held(); !slices.Equal(got, []string{held.ID}) || second.engine.Planned() != 0 {
			t.Errorf("held %q, %d planned", got, second.engine.Planned())
		}
		if got := second.record(held.ID); got.NextAt != nil {
			t.Errorf("%+v", got)
		}
		for _, body := range []string{"two", "three"} { // what overtook it before is not known
			second.send(endpoint.URL, body)
			second.advance(0)
		}
		second.advance(24 * time.Hour)
		if got := endpoint.bodies(); !slices.Equal(got, []string{"one", "two", "three", "held"}) {
			t.Errorf("%q", got)
		}
		if want := map[string]string{"0s": "[60]", "2h": "[120]"}[delay]; second.made()[0] != want {
			t.Errorf("attempts at %q", second.made())
		}
	}
}

// What was to go together goes together.
func TestARestartKeepsTogetherWhatGoesTogether(t *testing.T) {
	endpoint, _ := newBarrier(t, 5)
	store := &sliceStore{}
	first := newRig(t, stored(store), prefixed("a"))
	first.sendThis(faulty(t, endpoint.URL, "told", `"duplicate-concurrent"`, `"delay"`, `{"name":"duplicate","params":{"after":"1h"}}`))
	second := first.restart(store, 0)
	second.engine.Resume()
	if n := second.engine.Planned(); n != 6 {
		t.Errorf("%d are planned", n)
	}
	second.advance(10 * time.Minute)
	for _, d := range second.all()[:5] {
		wantKinds(t, d, delivery.Delivered, "200")
	}
	second.advance(time.Hour)
	if got := strings.Join(second.made(), ""); got != "[10][10][10][10][10][70]" {
		t.Errorf("attempts at %s", got)
	}
}

// An attempt that was overlapped and not answered leaves no trace, and is made
// again; one that was answered counts.
func TestARestartInTheMiddleOfAnOverlap(t *testing.T) {
	endpoint := newAnswering(t, 4)
	store := &sliceStore{}
	first := newRig(t, stored(store), prefixed("a"))
	d := first.sendThis(faulty(t, endpoint.URL, "told", `{"name":"retry-overlap","on":[1,2]}`))
	first.advance(0)
	<-endpoint.arrived
	first.advance(5 * time.Minute)
	<-endpoint.arrived
	endpoint.answer(2, 500)
	first.wait(d.ID, func(r delivery.Record) bool { return len(r.Attempts) == 1 })
	second := first.restart(store, 0)
	second.engine.Resume()
	got := second.record(d.ID)
	if got.Status != delivery.Pending || len(got.Attempts) != 1 || got.Attempts[0].N != 2 || !got.NextAt.Equal(start.Add(10*time.Minute)) {
		t.Errorf("%+v", got)
	}
	endpoint.answer(3, 200)
	second.advance(5 * time.Minute)
	got = second.record(d.ID)
	if got.Status != delivery.Delivered || len(got.Attempts) != 2 || got.Attempts[1].N != 3 {
		t.Errorf("%+v", got)
	}
}

func TestARestartedRedeliveryRepeatsTheBytes(t *testing.T) {
	endpoint := newReceiver(t, nil)
	store := &sliceStore{}
	first := newRig(t, stored(store), prefixed("a"))
	first.set(func(p *delivery.Policy) { p.Sign = spoiling })
	d := first.sendThis(faulty(t, endpoint.URL, `{"a":"0123456789"}`, `{"name":"tampered","probability":0.999}`, `"truncated-json"`, `{"name":"delay","params":{"by":"1m"}}`))
	first.advance(time.Minute)
	second := first.restart(store, 0)
	second.set(func(p *delivery.Policy) { p.Sign = spoiling })
	second.engine.Resume()
	if _, err := second.engine.Redeliver(d.ID); err != nil {
		t.Fatal(err)
	}
	second.advance(0)
	if got := endpoint.bodies(); len(got) != 2 || got[0] != got[1] || got[0] == `{"a":"0123456789"}` {
		t.Errorf("%q", got)
	}
}
