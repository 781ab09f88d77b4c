package delivery_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/problem"
)

// refused checks that err is a problem of this code.
func refused(t *testing.T, err error, code problem.Code, says string) {
	t.Helper()
	if p, ok := problem.As(err); !ok || p.Code != code || !strings.Contains(p.Detail, says) {
		t.Errorf("got %v, want %s: ...%s...", err, code, says)
	}
}

func minutes(attempts []delivery.Attempt) []float64 {
	var all []float64
	for _, a := range attempts {
		all = append(all, a.At.Sub(start).Minutes())
	}
	return all
}

func TestAnAttemptAskedForEarlyTakesThePlaceOfThePlannedOne(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	d := r.send(endpoint.URL, "{}")
	r.advance(time.Minute)
	r.held(func() { // asking twice is asking once
		for range 2 {
			if err := r.engine.AttemptNow(d.ID); err != nil {
				t.Error(err)
			}
		}
	})
	if got := r.record(d.ID); len(got.Attempts) != 2 || !got.NextAt.Equal(start.Add(10*time.Minute)) {
		t.Fatalf("%d attempts, next at %v", len(got.Attempts), got.NextAt)
	}
	r.advance(24 * time.Hour)
	got := r.record(d.ID)
	early := got.Attempts[1]
	if !early.DueAt.Equal(start.Add(time.Minute)) || early.PlannedAt == nil || !early.PlannedAt.Equal(start.Add(5*time.Minute)) {
		t.Errorf("the early attempt: due at %v, planned at %v", early.DueAt, early.PlannedAt)
	}
	if got.Status != delivery.Exhausted || len(got.Attempts) != 25 {
		t.Errorf("%s after %d attempts", got.Status, len(got.Attempts))
	}
	for i, a := range got.Attempts[2:] {
		if due := start.Add(time.Duration(i+2) * 5 * time.Minute); !a.DueAt.Equal(due) || a.PlannedAt != nil {
			t.Errorf("attempt %d was due at %v and planned at %v", a.N, a.DueAt, a.PlannedAt)
		}
	}
	refused(t, r.engine.AttemptNow(d.ID), problem.Conflict, "is exhausted already")
	refused(t, r.engine.AttemptNow("dlv_nobody"), problem.NotFound, `"dlv_nobody"`)
}

func TestAnAttemptThatIsBeingMadeCannotBeAskedFor(t *testing.T) {
	r := newRig(t)
	var id string
	var now error
	endpoint := newReceiver(t, func(int, http.ResponseWriter, *http.Request) { now = r.engine.AttemptNow(id) })
	r.held(func() { id = r.send(endpoint.URL, "{}").ID })
	refused(t, now, problem.Conflict, "being made right now")
	refused(t, r.engine.AttemptNow(id), problem.Conflict, "is delivered already")
}

func TestAPendingDeliveryIsCancelled(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	d := r.send(endpoint.URL, "{}")
	r.advance(0)
	if err := r.engine.Cancel(d.ID); err != nil {
		t.Fatal(err)
	}
	got := r.record(d.ID)
	if got.Status != delivery.Cancelled || got.NextAt != nil || got.CancelReason == "" {
		t.Errorf("%+v", got)
	}
	if _, due := r.clock.Next(); due {
		t.Error("the clock still has an attempt to make")
	}
	refused(t, r.engine.Cancel(d.ID), problem.Conflict, "is cancelled already")
	refused(t, r.engine.Cancel("dlv_nobody"), problem.NotFound, `"dlv_nobody"`)
	r.advance(time.Hour)
	if n := len(endpoint.requests()); n != 1 || r.engine.Pending() != 0 || r.engine.Tells("ses_1") {
		t.Errorf("%d requests, %d pending", n, r.engine.Pending())
	}
}

func TestCancellingInMidAttemptAbortsIt(t *testing.T) {
	r := newRig(t, atRate(1))
	arrived := make(chan struct{})
	endpoint := newReceiver(t, func(n int, _ http.ResponseWriter, r *http.Request) {
		if n == 1 {
			close(arrived)
			<-r.Context().Done()
		}
	})
	d := r.send(endpoint.URL, "{}")
	<-arrived
	if err := r.engine.Cancel(d.ID); err != nil {
		t.Fatal(err)
	}
	got := r.wait(d.ID, func(r delivery.Record) bool { return len(r.Attempts) == 1 })
	a := got.Attempts[0]
	if got.Status != delivery.Cancelled || a.ErrorKind != delivery.KindAborted || a.Error != "the mock ended the attempt" || a.NextAt != nil {
		t.Errorf("%s: %+v", got.Status, a)
	}
	if next := r.wait(r.send(endpoint.URL, "{}").ID, final); next.Status != delivery.Delivered {
		t.Errorf("the next delivery is %s", next.Status)
	}
}

func TestCancellingAllLetsWhatIsBeingMadeRunToItsEnd(t *testing.T) {
	r := newRig(t, atRate(1))
	arrived, release := make(chan struct{}), make(chan struct{})
	endpoint := newReceiver(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			close(arrived)
			<-release
		}
		w.WriteHeader(500)
	})
	busy := r.send(endpoint.URL, "{}")
	<-arrived
	n := notification(endpoint.URL, "{}")
	waiting := r.sendThis(n)
	n.Account = "other"
	other := r.sendThis(n)
	for _, id := range []string{waiting.ID, other.ID} {
		r.wait(id, func(r delivery.Record) bool { return len(r.Attempts) == 1 })
	}
	r.engine.CancelAll("the webhook was deleted", func(n delivery.Notification) bool { return n.Account == "default" })
	close(release)
	done := r.wait(busy.ID, func(r delivery.Record) bool { return len(r.Attempts) == 1 })
	if done.Status != delivery.Cancelled || done.Attempts[0].Status != 500 || done.Attempts[0].NextAt != nil {
		t.Errorf("the busy one: %s, %+v", done.Status, done.Attempts)
	}
	if got := r.record(waiting.ID); got.Status != delivery.Cancelled || got.CancelReason != "the webhook was deleted" {
		t.Errorf("the waiting one: %+v", got)
	}
	if got := r.record(other.ID); got.Status != delivery.Pending || r.engine.Pending() != 1 {
		t.Errorf("the other account's: %+v", got)
	}
}

func TestCancellingAllLeavesTheClockNothingToDo(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	ids := []string{r.send(endpoint.URL, "{}").ID, r.send(endpoint.URL, "{}").ID}
	r.advance(0)
	r.engine.CancelAll("enough", func(delivery.Notification) bool { return true })
	if _, due := r.clock.Next(); due {
		t.Error("the clock still has an attempt to make")
	}
	for _, id := range ids {
		if got := r.record(id); got.Status != delivery.Cancelled || got.CancelReason != "enough" {
			t.Errorf("%+v", got)
		}
	}
}

func TestARedeliveryRepeatsTheBytes(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	d := r.send(endpoint.URL, `{"a":1}`)
	r.advance(time.Minute)
	again, err := r.engine.Redeliver(d.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.advance(0)
	got := r.record(again.ID)
	if got.RedeliveryOf == nil || *got.RedeliveryOf != d.ID || got.ID == d.ID || got.Notification != d.Notification ||
		got.Status != delivery.Delivered || !got.CreatedAt.Equal(start.Add(time.Minute)) || got.Attempts[0].N != 1 {
		t.Errorf("%+v", got)
	}
	if bodies := endpoint.bodies(); !slices.Equal(bodies, []string{`{"a":1}`, `{"a":1}`}) {
		t.Errorf("%q", bodies)
	}
	_, err = r.engine.Redeliver("dlv_nobody")
	refused(t, err, problem.NotFound, `"dlv_nobody"`)
}

func TestRetriesRepeatTheBytesUnlessTheSignerMakesOthers(t *testing.T) {
	endpoint := newReceiver(t, statuses(500, 500, 200))
	r := newRig(t)
	r.send(endpoint.URL, "same")
	r.advance(time.Hour)
	r.set(func(p *delivery.Policy) {
		p.Sign = func(n delivery.Notification, at time.Time, _ fault.Active) (delivery.Signed, error) {
			return delivery.Signed{Body: n.Body + at.Format(" 15:04")}, nil
		}
	})
	second := newReceiver(t, statuses(500, 200))
	r.send(second.URL, "signed")
	r.advance(time.Hour)
	if got := slices.Concat(endpoint.bodies(), second.bodies()); !slices.Equal(got, []string{"same", "same", "same", "signed 13:00", "signed 13:05"}) {
		t.Errorf("%q", got)
	}
}

func TestEachAttemptGoesWhereTheTargetIsByThen(t *testing.T) {
	old, current := newReceiver(t, statuses(500)), newReceiver(t, nil)
	r := newRig(t)
	target := delivery.Endpoint{URL: old.URL}
	r.set(func(p *delivery.Policy) {
		p.Target = func(n delivery.Notification) (delivery.Endpoint, error) { return target, nil }
	})
	d := r.send("http://192.0.2.1/never", "{}")
	r.advance(5 * time.Minute)
	target = delivery.Endpoint{URL: current.URL, Header: http.Header{"X-Api-Key": {"new"}}}
	r.advance(5 * time.Minute)
	got := r.record(d.ID)
	if len(old.requests()) != 2 || len(current.requests()) != 1 || got.Status != delivery.Delivered {
		t.Fatalf("%s: %d to the old, %d to the current", got.Status, len(old.requests()), len(current.requests()))
	}
	if got.URL != "http://192.0.2.1/never" || got.Attempts[1].Request.URL != old.URL || got.Attempts[2].Request.URL != current.URL {
		t.Errorf("%s, then %s, then %s", got.URL, got.Attempts[1].Request.URL, got.Attempts[2].Request.URL)
	}
	if key := current.requests()[0].header.Get("X-Api-Key"); key != "new" {
		t.Errorf("key %q", key)
	}
}

func TestATargetThatIsGoneCancels(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	d := r.send(endpoint.URL, "{}")
	r.advance(0)
	r.set(func(p *delivery.Policy) {
		p.Target = func(delivery.Notification) (delivery.Endpoint, error) {
			return delivery.Endpoint{}, fmt.Errorf("yesterday: %w", delivery.ErrGone)
		}
	})
	r.advance(5*time.Minute - 1)
	if s := r.record(d.ID).Status; s != delivery.Pending {
		t.Errorf("%s before the next attempt is due", s)
	}
	r.advance(1)
	if got := r.record(d.ID); got.Status != delivery.Cancelled || len(got.Attempts) != 1 || got.CancelReason != "yesterday: the webhook was deleted" {
		t.Errorf("%+v", got)
	}
}

func TestALastAttemptDeliversOrCancels(t *testing.T) {
	for status, want := range map[int]delivery.Status{200: delivery.Delivered, 500: delivery.Cancelled} {
		endpoint := newReceiver(t, statuses(500, status))
		r := newRig(t)
		d := r.send(endpoint.URL, "{}")
		r.advance(0)
		r.set(func(p *delivery.Policy) {
			p.Target = func(n delivery.Notification) (delivery.Endpoint, error) {
				return delivery.Endpoint{URL: n.Endpoint.URL, Last: true}, nil
			}
		})
		r.advance(time.Hour)
		got := r.record(d.ID)
		if got.Status != want || !slices.Equal(minutes(got.Attempts), []float64{0, 5}) || (got.CancelReason == "") != (want == delivery.Delivered) {
			t.Errorf("%d: %s, attempts at %v, reason %q", status, got.Status, minutes(got.Attempts), got.CancelReason)
		}
	}
}

// What a vendor's policy does wrong costs one attempt and nothing else.
func TestAPolicyThatFailsCostsOneAttempt(t *testing.T) {
	var none map[string]int
	for _, tt := range []struct {
		name   string
		policy func(p *delivery.Policy)
		says   string
		logged string
	}{
		{"a signer's error", func(p *delivery.Policy) {
			p.Sign = func(delivery.Notification, time.Time, fault.Active) (delivery.Signed, error) {
				return delivery.Signed{}, errors.New("there is no key")
			}
		}, "there is no key", ""},
		{"a signer's panic", func(p *delivery.Policy) {
			p.Sign = func(delivery.Notification, time.Time, fault.Active) (delivery.Signed, error) {
				none["x"] = 1
				return delivery.Signed{}, nil
			}
		}, "nil map", "journey_test.go"},
		{"a target's error", func(p *delivery.Policy) {
			p.Target = func(delivery.Notification) (delivery.Endpoint, error) {
				return delivery.Endpoint{}, errors.New("the account is locked")
			}
		}, "the account is locked", ""},
		{"a target's panic", func(p *delivery.Policy) {
			p.Target = func(delivery.Notification) (delivery.Endpoint, error) { panic("no account") }
		}, "no account", "journey_test.go"},
		{"a target that is no URL", func(p *delivery.Policy) {
			p.Target = func(delivery.Notification) (delivery.Endpoint, error) {
				return delivery.Endpoint{URL: "http://a b/"}, nil
			}
		}, "invalid character", ""},
		{"a target without a URL", func(p *delivery.Policy) {
			p.Target = func(delivery.Notification) (delivery.Endpoint, error) { return delivery.Endpoint{}, nil }
		}, "unsupported protocol scheme", ""},
		{"a header that cannot be sent", func(p *delivery.Policy) {
			p.Sign = func(delivery.Notification, time.Time, fault.Active) (delivery.Signed, error) {
				return delivery.Signed{Header: http.Header{"X-Bad": {"a\r\nb"}}}, nil
			}
		}, "invalid header", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			endpoint := newReceiver(t, nil)
			r := newRig(t, logging(slog.New(slog.NewTextHandler(&log, nil))))
			r.set(tt.policy)
			d := r.send(endpoint.URL, "{}")
			r.advance(0)
			got := r.record(d.ID)
			if len(got.Attempts) != 1 || got.Status != delivery.Pending || !got.NextAt.Equal(start.Add(5*time.Minute)) {
				t.Fatalf("%+v", got)
			}
			if a := got.Attempts[0]; !strings.Contains(a.Error, tt.says) || a.ErrorKind == delivery.KindNone || !a.At.Equal(start) {
				t.Errorf("%+v", a)
			}
			if text := log.String(); (text == "") != (tt.logged == "") || !strings.Contains(text, tt.logged) {
				t.Errorf("logged %q", text)
			}
			r.set(func(p *delivery.Policy) { p.Sign, p.Target = nil, nil })
			r.advance(5 * time.Minute)
			if s := r.record(d.ID).Status; s != delivery.Delivered || len(endpoint.requests()) != 1 {
				t.Errorf("%s after %d requests", s, len(endpoint.requests()))
			}
		})
	}
}

func TestAResetForgetsEverythingAndEndsWhatIsBeingMade(t *testing.T) {
	r := newRig(t, atRate(1))
	arrived := make(chan struct{})
	forgotten := make(chan struct{})
	r.set(func(p *delivery.Policy) {
		p.Sign = func(n delivery.Notification, _ time.Time, _ fault.Active) (delivery.Signed, error) {
			if n.Body == "busy" {
				close(arrived)
				<-forgotten
			}
			return delivery.Signed{Body: n.Body}, nil
		}
	})
	endpoint := newReceiver(t, statuses(500))
	busy := r.send(endpoint.URL, "busy")
	<-arrived
	waiting := r.send(endpoint.URL, "{}")
	r.wait(waiting.ID, func(r delivery.Record) bool { return len(r.Attempts) == 1 })
	r.engine.Reset(func() {})
	r.journal.Forget(delivery.Kinds()...)
	for _, id := range []string{busy.ID, waiting.ID} {
		_, err := r.engine.Record(id)
		refused(t, err, problem.NotFound, id)
	}
	close(forgotten)
	eventually(t, "the attempt has ended", func() bool { return running("(*Engine).attempt(") == 0 })
	if got := endpoint.bodies(); !slices.Equal(got, []string{"{}"}) {
		t.Errorf("got %q", got)
	}
	if list, _ := r.engine.List(delivery.Filter{}); len(list) != 0 || r.engine.Pending() != 0 {
		t.Errorf("%d deliveries, %d pending", len(list), r.engine.Pending())
	}
	endsWithReset(t, r)
}

// endsWithReset checks that the journal tells nothing of what was forgotten.
func endsWithReset(t *testing.T, r *rig) {
	t.Helper()
	entries, _ := r.journal.Read(r.journal.Last()-1, 1)
	if entries[0].Kind != journal.KindReset {
		t.Errorf("the journal ends with %+v", entries[0])
	}
}

// Between the engine's reset and the journal's, a delivery may begin that the
// journal forgets at once.
func TestADeliveryThatAResetOvertookEndsInSilence(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	r.held(func() {
		r.engine.Reset(func() {})
		r.send(endpoint.URL, "{}")
		r.journal.Forget(delivery.Kinds()...)
	})
	r.advance(time.Hour)
	if list, _ := r.engine.List(delivery.Filter{}); len(list) != 0 || r.engine.Pending() != 0 || len(endpoint.requests()) != 0 {
		t.Errorf("%+v, %d pending", list, r.engine.Pending())
	}
	endsWithReset(t, r)
}
