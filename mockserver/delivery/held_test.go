package delivery_test

import (
	"slices"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
)

const overtakenBy1, overtakenBy3 = `"overtaken"`, `{"name":"overtaken","params":{"by":3}}`

func TestAnOvertakenNotificationGoesAfterThoseThatOvertakeIt(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults []string // of the first, the second and so on; empty for none
		want   []string // the order of arrival
	}{
		{"by one", []string{overtakenBy1, ""}, []string{"B", "A"}},
		{"by one of several", []string{overtakenBy1, "", ""}, []string{"B", "C", "A"}}, // C is due already
		{"by three", []string{overtakenBy3, "", "", ""}, []string{"B", "C", "D", "A"}},
		{"two by the same one", []string{overtakenBy1, overtakenBy1, ""}, []string{"C", "A", "B"}},
		{"a held one overtakes too", []string{`{"name":"overtaken","params":{"by":2}}`, overtakenBy1, ""}, []string{"C", "B", "A"}},
		{"copies overtake nobody", []string{`{"name":"overtaken","params":{"by":2}}`, `{"name":"duplicate","params":{"count":3}}`}, []string{"B", "B", "B", "B"}},
		{"those at one moment count once", []string{`{"name":"overtaken","params":{"by":2}}`, `"duplicate-concurrent"`}, []string{"B", "B", "B", "B", "B"}},
		{"with its copies", []string{`"overtaken", {"name":"duplicate"}, {"name":"duplicate-concurrent","params":{"count":2}}`, ""}, []string{"B", "A", "A", "A"}},
		{"a dropped one overtakes nobody", []string{overtakenBy1, `"drop"`}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			endpoint := newReceiver(t, nil)
			r := newRig(t)
			r.held(func() {
				for i, f := range tt.faults {
					n := notification(endpoint.URL, string(rune('A'+i)))
					if f != "" {
						n = faulty(t, endpoint.URL, n.Body, f)
					}
					r.sendThis(n)
				}
			})
			r.advance(0)
			if got := endpoint.bodies(); !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestAHeldNotificationWaitsForItsOwnAccountAndVendor(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	a := r.sendThis(faulty(t, endpoint.URL, "A", overtakenBy1))
	if a.NextAt != nil || a.Status != delivery.Pending {
		t.Errorf("%+v", a)
	}
	other := notification(endpoint.URL, "B")
	other.Account = "other"
	r.sendThis(other)
	other = notification(endpoint.URL, "C")
	other.Provider = "umbrella"
	r.sendThis(other)
	r.advance(time.Hour)
	if got := r.record(a.ID); len(got.Attempts) != 0 || got.NextAt != nil || got.Status != delivery.Pending {
		t.Errorf("%+v", got)
	}
	if held := r.engine.Held(); !slices.Equal(held, []string{a.ID}) || r.engine.Planned() != 0 || r.engine.Pending() != 1 {
		t.Errorf("held %q, %d planned, %d pending", held, r.engine.Planned(), r.engine.Pending())
	}
	if _, planned := r.clock.Next(); planned {
		t.Error("the clock has a call for what is held")
	}
	if list, _ := r.engine.List(delivery.Filter{Status: delivery.Pending}); len(list) != 1 || list[0].NextAt != nil {
		t.Errorf("%+v", list)
	}
	other = notification(endpoint.URL, "D")
	other.Webhook, other.Event, other.Session = "another", "another", "another"
	r.sendThis(other)
	r.advance(0)
	if got := endpoint.bodies(); !slices.Equal(got, []string{"B", "C", "D", "A"}) || len(r.engine.Held()) != 0 {
		t.Errorf("%q, held %q", got, r.engine.Held())
	}
	if got := r.made(); got[0] != "[60]" { // when it was let go, not when it was sent
		t.Errorf("attempts at %q", got)
	}
}

// What overtakes need not succeed: it was sent.
func TestAFailedAttemptOvertakesOnce(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	a := r.sendThis(faulty(t, endpoint.URL, "A", `{"name":"overtaken","params":{"by":2}}`))
	r.send(endpoint.URL, "B")
	r.advance(30 * time.Minute)
	if held := r.engine.Held(); !slices.Equal(held, []string{a.ID}) {
		t.Errorf("retries of one overtook it: held %q", held)
	}
	again, err := r.engine.Redeliver(r.all()[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	r.advance(0)
	if held := r.engine.Held(); len(held) != 1 || len(r.record(again.ID).Attempts) != 1 {
		t.Errorf("a redelivery overtook it: held %q", held)
	}
	if _, err := r.engine.SendNow(notification(endpoint.URL, "C")); err != nil {
		t.Fatal(err)
	}
	r.advance(0)
	if n := len(r.record(a.ID).Attempts); n != 1 {
		t.Errorf("%d attempts", n)
	}
}

func TestWhatIsHeldCanBeCalledOffAskedForAndForgotten(t *testing.T) {
	endpoint := newReceiver(t, nil)
	hold := func(t *testing.T) (*rig, delivery.Delivery) {
		r := newRig(t)
		return r, r.sendThis(faulty(t, endpoint.URL, t.Name(), `{"name":"overtaken"}`, `"duplicate"`))
	}
	sent := func(t *testing.T) int {
		return len(slices.DeleteFunc(endpoint.bodies(), func(body string) bool { return body != t.Name() }))
	}
	after := func(t *testing.T, r *rig, requests int) {
		t.Helper()
		r.send(endpoint.URL, "later")
		r.advance(48 * time.Hour)
		if sent(t) != requests || r.engine.Planned() != 0 || len(r.engine.Held()) != 0 || r.engine.Pending() != 0 {
			t.Errorf("%d requests, %d planned, held %q", sent(t), r.engine.Planned(), r.engine.Held())
		}
	}
	t.Run("cancelled", func(t *testing.T) {
		r, d := hold(t)
		if err := r.engine.Cancel(d.ID); err != nil {
			t.Fatal(err)
		}
		if s := r.record(d.ID).Status; s != delivery.Cancelled || len(r.engine.Held()) != 0 {
			t.Error(s)
		}
		after(t, r, 0)
	})
	t.Run("cancelled with all others", func(t *testing.T) {
		r, d := hold(t)
		r.engine.CancelAll("the account was deleted", func(delivery.Notification) bool { return true })
		if got := r.record(d.ID); got.Status != delivery.Cancelled || got.CancelReason != "the account was deleted" {
			t.Errorf("%+v", got)
		}
		after(t, r, 0)
	})
	t.Run("asked for", func(t *testing.T) {
		r, d := hold(t)
		if err := r.engine.AttemptNow(d.ID); err != nil {
			t.Fatal(err)
		}
		r.advance(0)
		wantKinds(t, r.record(d.ID), delivery.Delivered, "200")
		refused(t, r.engine.AttemptNow(d.ID), problem.Conflict, "delivered already")
		after(t, r, 2) // with its copy
	})
	t.Run("redelivered", func(t *testing.T) {
		r, d := hold(t)
		again, err := r.engine.Redeliver(d.ID)
		if err != nil {
			t.Fatal(err)
		}
		r.advance(0)
		wantKinds(t, r.record(again.ID), delivery.Delivered, "200")
		if held := r.engine.Held(); !slices.Equal(held, []string{d.ID}) {
			t.Errorf("held %q", held)
		}
		after(t, r, 3)
	})
	t.Run("reset", func(t *testing.T) {
		r, d := hold(t)
		r.engine.Reset(func() { r.journal.Forget(delivery.Kinds()...) })
		_, err := r.engine.Record(d.ID)
		refused(t, err, problem.NotFound, d.ID)
		after(t, r, 0)
	})
}

func TestWhatIsDelayedAndOvertakenIsBoth(t *testing.T) {
	for _, tt := range []struct {
		sent time.Duration // when the one that overtakes is
		want string
	}{{0, "[10]"}, {20 * time.Minute, "[20]"}} {
		endpoint := newReceiver(t, nil)
		r := newRig(t)
		r.sendThis(faulty(t, endpoint.URL, "A", `"overtaken"`, `"delay"`))
		r.advance(tt.sent)
		r.send(endpoint.URL, "B")
		r.advance(time.Hour)
		if got := r.made(); got[0] != tt.want {
			t.Errorf("attempts at %q, want %s", got, tt.want)
		}
	}
}
