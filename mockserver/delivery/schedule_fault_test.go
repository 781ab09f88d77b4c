package delivery_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
)

// all lists every delivery, oldest first.
func (r *rig) all() []delivery.Record {
	list, _ := r.engine.List(delivery.Filter{})
	return list
}

// made is when each attempt of each delivery was made, in minutes from the
// start.
func (r *rig) made() (all []string) {
	for _, d := range r.all() {
		all = append(all, fmt.Sprint(minutes(d.Attempts)))
	}
	return all
}

func TestADelayedNotificationIsLate(t *testing.T) {
	endpoint := newReceiver(t, statuses(500, 200))
	r := newRig(t)
	d := r.sendThis(faulty(t, endpoint.URL, "{}", `{"name":"delay","params":{"by":"10m"}}`))
	if d.NextAt == nil || !d.NextAt.Equal(start.Add(10*time.Minute)) || !d.CreatedAt.Equal(start) {
		t.Errorf("%+v", d)
	}
	r.advance(10*time.Minute - 1)
	if n := len(endpoint.requests()); n != 0 {
		t.Errorf("%d requests too soon", n)
	}
	r.advance(1)
	wantKinds(t, r.record(d.ID), delivery.Pending, "500")
	r.advance(time.Hour)
	if got := r.made(); !slices.Equal(got, []string{"[10 15]"}) {
		t.Errorf("attempts at %q", got)
	}
}

// The window of retries begins with the first attempt, however late that is,
// also when somebody asked for it early.
func TestADelayDoesNotShortenTheRetries(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	r.set(func(p *delivery.Policy) { p.Schedule = delivery.Every(5*time.Minute, 10*time.Minute, true) })
	r.sendThis(faulty(t, endpoint.URL, "{}", `{"name":"delay","params":{"by":"24h"}}`))
	early := r.sendThis(faulty(t, endpoint.URL, "{}", `{"name":"delay","params":{"by":"1h"}}`))
	if err := r.engine.AttemptNow(early.ID); err != nil {
		t.Fatal(err)
	}
	r.advance(48 * time.Hour)
	if got := r.made(); !slices.Equal(got, []string{"[1440 1445 1450]", "[0 65 70]"}) {
		t.Errorf("attempts at %q", got)
	}
}

func TestADroppedNotificationIsNeverSentAndSaysSo(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	d := r.sendThis(faulty(t, endpoint.URL, "{}", `"drop"`, `"duplicate"`, `"duplicate-concurrent"`, `{"name":"overtaken"}`, `"replay"`))
	if d.Status != delivery.Cancelled || d.CancelReason != "dropped" || d.NextAt != nil || d.ID == "" {
		t.Errorf("%+v", d)
	}
	r.advance(48 * time.Hour)
	got := r.record(d.ID)
	if got.Status != delivery.Cancelled || got.CancelReason != "dropped" || len(got.Attempts) != 0 || got.NextAt != nil {
		t.Errorf("%+v", got)
	}
	if len(r.all()) != 1 || len(endpoint.requests()) != 0 || r.engine.Planned() != 0 || r.engine.Pending() != 0 || len(r.engine.Held()) != 0 {
		t.Error("something is still to come, or came")
	}
	refused(t, r.engine.AttemptNow(d.ID), problem.Conflict, "cancelled already")
	again, err := r.engine.Redeliver(d.ID) // found again
	if err != nil {
		t.Fatal(err)
	}
	r.advance(0)
	wantKinds(t, r.record(again.ID), delivery.Delivered, "200")
}

func TestDuplicatesAreDeliveriesOfTheirOwn(t *testing.T) {
	endpoint := newReceiver(t, statuses(500, 200))
	r := newRig(t)
	d := r.sendThis(faulty(t, endpoint.URL, "told", `{"name":"duplicate","params":{"count":2}}`, `{"name":"duplicate","params":{"count":1,"after":"3m"}}`))
	r.advance(time.Hour)
	list := r.all()
	if got := r.made(); !slices.Equal(got, []string{"[0 5]", "[0]", "[0]", "[3]"}) {
		t.Errorf("attempts at %q", got)
	}
	for i, got := range list {
		if got.Status != delivery.Delivered || got.Copy != i || got.Notification != d.Notification || (got.DuplicateOf != nil) != (i > 0) {
			t.Errorf("%+v", got.Delivery)
		}
		if i > 0 && *got.DuplicateOf != d.ID {
			t.Errorf("a duplicate of %s", *got.DuplicateOf)
		}
	}
	if !slices.Equal(endpoint.bodies(), []string{"told", "told", "told", "told", "told"}) {
		t.Errorf("%q", endpoint.bodies())
	}
}

func TestADuplicateOfASpoiltOneIsTheSameBytes(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		endpoint := newReceiver(t, nil)
		r := newRig(t)
		r.set(func(p *delivery.Policy) { p.Sign = spoiling })
		n := faulty(t, endpoint.URL, `{"a":"`+strings.Repeat("0123456789", 20)+`"}`,
			`"tampered"`, `"truncated-json"`, `{"name":"duplicate","params":{"count":3}}`, `{"name":"duplicate-concurrent","params":{"count":2}}`, `"replay"`)
		n.Seed = seed
		d := r.sendThis(n)
		r.advance(24 * time.Hour)
		if _, err := r.engine.Redeliver(d.ID); err != nil {
			t.Fatal(err)
		}
		r.advance(0)
		bodies := endpoint.bodies()
		if len(bodies) != 7 || len(slices.Compact(slices.Clone(bodies))) != 1 || bodies[0] == n.Body {
			t.Errorf("%q", bodies)
		}
		for i, got := range r.all() {
			if want := []int{0, 1, 2, 3, 4, 5, 0}[i]; got.Copy != want {
				t.Errorf("delivery %d is copy %d", i, got.Copy)
			}
		}
	}
}

func TestAReplayComesLongAfterSuccess(t *testing.T) {
	endpoint := newReceiver(t, statuses(500, 200))
	r := newRig(t)
	d := r.sendThis(faulty(t, endpoint.URL, "told", `"replay"`))
	r.advance(5 * time.Minute)
	list := r.all()
	if len(list) != 2 || list[0].Status != delivery.Delivered || list[1].Status != delivery.Pending || *list[1].DuplicateOf != d.ID ||
		list[1].Copy != 1 || !list[1].NextAt.Equal(start.Add(24*time.Hour+5*time.Minute)) {
		t.Fatalf("%+v", list)
	}
	r.advance(72 * time.Hour)
	if got := r.made(); !slices.Equal(got, []string{"[0 5]", "[1445]"}) {
		t.Errorf("attempts at %q", got)
	}
	if _, err := r.engine.Redeliver(d.ID); err != nil {
		t.Fatal(err)
	}
	r.advance(72 * time.Hour)
	if n := len(endpoint.requests()); n != 4 {
		t.Errorf("%d requests: a redelivery is replayed", n)
	}
}

func TestWhatWasNeverTakenIsNotReplayed(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	r.sendThis(faulty(t, endpoint.URL, "told", `"replay"`))
	r.advance(72 * time.Hour)
	if list := r.all(); len(list) != 1 || list[0].Status != delivery.Exhausted {
		t.Errorf("%d deliveries", len(list))
	}
}

// A replay has what it tells, however little is kept.
func TestAReplayHoldsOnToItsNotification(t *testing.T) {
	endpoint := newReceiver(t, func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1000)) })
	r := newRig(t, func(c *rigConfig) { c.Keep, c.KeepBytes = 1, 10 })
	r.sendThis(faulty(t, endpoint.URL, "told", `"replay"`))
	r.advance(48 * time.Hour)
	if got := endpoint.bodies(); !slices.Equal(got, []string{"told", "told"}) {
		t.Errorf("%q", got)
	}
	dropped := r.sendThis(faulty(t, endpoint.URL, "told", `"drop"`))
	if dropped.ID == "" || dropped.Status != delivery.Cancelled {
		t.Errorf("%+v", dropped)
	}
}

func TestScheduleFaultsAddUp(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	r.sendThis(faulty(t, endpoint.URL, "told", `{"name":"delay","params":{"by":"10m"}}`, `{"name":"duplicate-concurrent","params":{"count":2}}`,
		`{"name":"duplicate","params":{"after":"1m"}}`, `{"name":"replay","params":{"after":"1h"}}`, `"chunked"`))
	r.advance(48 * time.Hour)
	if got := r.made(); !slices.Equal(got, []string{"[10]", "[10]", "[11]", "[70]"}) {
		t.Errorf("attempts at %q", got)
	}
	if bodies := endpoint.bodies(); len(bodies) != 4 {
		t.Errorf("%q", bodies)
	}
}

func TestARedeliveryRepeatsTheBytesAndNotTheTroubleOnTheWire(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	r.set(func(p *delivery.Policy) { p.Sign = spoiling })
	d := r.sendThis(faulty(t, endpoint.URL, `{"a":1}`, `"tampered"`, `"chunked"`, `"ignore-response"`, `"retry-overlap"`, `"duplicate"`,
		`{"name":"delay","params":{"by":"10m"}}`, `{"name":"overtaken"}`))
	if err := r.engine.AttemptNow(d.ID); err != nil { // or it would be held
		t.Fatal(err)
	}
	r.advance(0)
	if err := r.engine.Cancel(d.ID); err != nil {
		t.Fatal(err)
	}
	again, err := r.engine.Redeliver(d.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.advance(0)
	got := r.record(again.ID)
	wantKinds(t, got, delivery.Delivered, "200")
	if names := got.Attempts[0].Faults; !slices.Equal(names, []string{"tampered", "chunked"}) || *got.RedeliveryOf != d.ID {
		t.Errorf("%q, %+v", names, got.Delivery)
	}
	bodies := endpoint.bodies()
	if len(bodies) < 2 || bodies[0] != bodies[len(bodies)-1] || bodies[0] == `{"a":1}` {
		t.Errorf("%q", bodies)
	}
}

func TestSendNowMakesItsAttemptWhateverTheScheduleHasInMind(t *testing.T) {
	for _, faults := range [][]string{
		{`"drop"`}, {`{"name":"delay"}`}, {`"overtaken"`}, {`"duplicate"`}, {`"duplicate-concurrent"`}, {`"chunked"`}, {`"retry-overlap"`},
	} {
		endpoint := newReceiver(t, nil)
		r := newRig(t)
		got, err := r.engine.SendNow(faulty(t, endpoint.URL, "told", faults...))
		if err != nil {
			t.Fatal(err)
		}
		wantKinds(t, got, delivery.Delivered, "200")
		if n := r.engine.Planned(); n != 0 || len(endpoint.requests()) != 1 || len(r.all()) != 1 {
			t.Errorf("%s: %d planned, %d requests", faults, n, len(endpoint.requests()))
		}
	}
	r := newRig(t)
	got, err := r.engine.SendNow(faulty(t, newReceiver(t, statuses(500)).URL, "told", `{"name":"ignore-response","on":"first"}`, `"retry-overlap"`))
	if err != nil {
		t.Fatal(err)
	}
	wantKinds(t, got, delivery.Pending, "504")
	if r.engine.Planned() != 1 || !got.NextAt.Equal(start.Add(5*time.Minute)) {
		t.Errorf("%d planned, next at %v", r.engine.Planned(), got.NextAt)
	}
	r.engine.Close()
	if got, err := r.engine.SendNow(faulty(t, "http://127.0.0.1:1/", "told")); err != nil || len(got.Attempts) != 0 {
		t.Errorf("closed: %+v, %v", got, err)
	}
}

// With the same seed two engines send the same bytes in the same order.
func TestTheSameSeedSendsTheSameBytesInTheSameOrder(t *testing.T) {
	run := func(seed uint64) []string {
		endpoint := newReceiver(t, statuses(500, 200, 200, 500, 500, 200))
		r := newRig(t)
		r.set(func(p *delivery.Policy) { p.Sign = spoiling })
		r.held(func() {
			for i := range 8 {
				n := faulty(t, endpoint.URL, fmt.Sprintf(`{"n":%d,"text":"%s"}`, i, strings.Repeat("abc", 20)), []string{
					`{"name":"tampered","probability":0.5}`, `{"name":"truncated-json","probability":0.5}`,
					`{"name":"ignore-response","probability":0.3}`, `{"name":"reset-before-response","probability":0.2}`,
					`{"name":"duplicate","params":{"count":2,"after":"1m"}}`, `{"name":"replay","params":{"after":"1h"}}`, `"chunked"`,
				}...)
				n.Seed = seed + uint64(i)
				if i%3 == 0 {
					n.Faults = append(n.Faults, faulty(t, "", "", `{"name":"overtaken","params":{"by":2}}`).Faults...)
				}
				r.sendThis(n)
			}
		})
		r.advance(24 * time.Hour)
		var sent []string
		for _, g := range endpoint.requests() {
			sent = append(sent, g.body)
		}
		for _, d := range r.all() {
			sent = append(sent, fmt.Sprint(d.ID, d.Status, kinds(d), minutes(d.Attempts)))
		}
		return sent
	}
	first, again, other := run(1), run(1), run(2)
	if !slices.Equal(first, again) {
		t.Errorf("%q\n%q", first, again)
	}
	if slices.Equal(first, other) {
		t.Error("the seed does not matter")
	}
}

// The journal is what the page and a durable store see.
func TestFaultsStandInTheJournal(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	r.sendThis(faulty(t, endpoint.URL, "{}", `{"name":"ignore-response","on":"first"}`, `"duplicate"`, `"drop"`))
	r.sendThis(faulty(t, endpoint.URL, "{}", `{"name":"ignore-response","on":"first"}`, `"duplicate"`))
	r.advance(0)
	entries, _ := r.journal.Read(0, 100)
	text, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"faults":["ignore-response","duplicate","drop"]`, `"cancelReason":"dropped"`, `"ignoredStatus":200`,
		`"faults":[{"name":"ignore-response","on":[1]},"duplicate"]`, `"copy":1`, `"seed":7`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the journal lacks %s", want)
		}
	}
}

func TestArmedFaultsHitWhatIsSent(t *testing.T) {
	endpoint := newReceiver(t, nil)
	var mu sync.Mutex
	var asked []string
	r := newRig(t, func(c *rigConfig) {
		c.Armed = func(n delivery.Notification) []fault.Fault {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, n.Body)
			return faulty(t, "", "", `"duplicate"`).Faults
		}
	})
	own := faulty(t, endpoint.URL, "one", `"chunked"`)
	room := append(own.Faults, faulty(t, "", "", `"drop"`).Faults...)
	own.Faults = room[:1]
	d := r.sendThis(own)
	if _, err := r.engine.SendNow(notification(endpoint.URL, "two")); err != nil {
		t.Fatal(err)
	}
	r.advance(0)
	if !slices.Equal(d.Faults, []string{"chunked", "duplicate"}) || room[1].Name != "drop" || !slices.Equal(asked, []string{"one", "two"}) {
		t.Errorf("%q, %v, asked for %q", d.Faults, room, asked)
	}
	if n := len(endpoint.requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
}
