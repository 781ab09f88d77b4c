package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/provider"
)

// resetForgets forgets while deliveries wait for a receiver that is down.
func resetForgets(t trial) {
	w, r := t.listening(down)
	w.forgets(r, false)
	if w.save(r) {
		t.Errorf("a reset that was not of all forgot the webhook")
	}
	if w.tellsAll(); len(r.requests()) == 0 {
		t.Errorf("after a reset the webhook is told nothing")
	}
}

// resetOfAll wants a vendor to be as it was when the mock began.
func resetOfAll(t trial) {
	w, r := t.listening(down)
	before, err := json.Marshal(w.profile)
	if err != nil {
		t.Fatalf("the profile: %v", err)
	}
	w.forgets(r, true)
	w.silent("after a reset of all", r)
	if after, err := json.Marshal(w.vendor.Profile()); err != nil || string(after) != string(before) {
		t.Errorf("after a reset of all the profile is\n%s, %v\nwant\n%s", after, err, before)
	}
	if !w.save(r) {
		t.Errorf("after a reset of all the webhook was not new")
	}
	for _, e := range w.profile.Events {
		for _, id := range w.tells(w.example(e)) {
			w.idle()
			w.exhausted(e, w.record(id))
		}
	}
	w.verified("after a reset of all", r.requests())
}

// forgets triggers all there is, resets, and wants nothing to come of it
// afterwards. The receiver forgets too.
func (w *world) forgets(r *receiver, all bool) {
	w.Helper()
	for _, e := range w.profile.Events {
		w.tells(w.example(e))
	}
	w.advance(0)
	w.mock.Reset(all)
	if got := w.traces(); got.sessions != 0 || got.deliveries != 0 {
		w.Errorf("after a reset there are %d sessions and %d deliveries", got.sessions, got.deliveries)
	}
	before := len(r.requests())
	w.advance(long)
	if n := len(r.requests()) - before; n > 0 {
		w.Errorf("after a reset the receiver got %d requests about what was forgotten", n)
	}
	if got := w.traces(); got.sessions != 0 || got.deliveries != 0 {
		w.Errorf("long after a reset there are %d sessions and %d deliveries", got.sessions, got.deliveries)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = nil
}

// restartGoesOn ends a mock half-way through the retries of an event, and goes
// on with what its store holds.
func restartGoesOn(t trial) {
	for _, e := range t.world(mockserver.Config{}).profile.Events {
		store := &Shelf{}
		w := t.world(mockserver.Config{Store: store})
		r := w.receiver(down)
		w.save(r)
		ids := w.tells(w.example(e))
		resume := w.halfway(ids[0])
		w.close()

		next := t.world(mockserver.Config{Store: store, Clock: clock.New(resume, 0)})
		next.idle()
		for _, id := range ids {
			next.exhausted(e, next.record(id))
		}
		next.repeated("event "+e.Name+", over a restart", r.requests(), len(ids))
		next.verified("event "+e.Name+", over a restart", r.requests())
		if n, m := len(next.mock.Sessions("", "")), len(w.mock.Sessions("", "")); n != m {
			t.Errorf("event %s: %d of %d sessions came back", e.Name, n, m)
		}
		before := len(r.requests())
		next.tells(next.example(e))
		next.idle()
		next.verified("event "+e.Name+", told after a restart", r.requests()[before:])
		if next.save(r) {
			t.Errorf("event %s: the webhook did not come back", e.Name)
		}
		next.close()
	}
}

// halfway moves the clock until half of a delivery's attempts are made. It
// returns a time between the last of them and the next.
func (w *world) halfway(id string) time.Time {
	w.Helper()
	longest := 0
	for _, p := range w.profile.Policies {
		longest = max(longest, len(p.Plan))
	}
	w.advance(0)
	for {
		r, now := w.record(id), w.mock.Clock.Now()
		switch {
		case r.NextAt == nil:
			return now
		case len(r.Attempts) > longest/2:
			return now.Add(r.NextAt.Sub(now) / 2)
		}
		_, err := w.mock.AdvanceToNext(w.ctx)
		w.moved(err)
	}
}

func (w *world) close() {
	w.Helper()
	if err := w.mock.Close(); err != nil {
		w.Fatalf("closing the mock: %v", err)
	}
}

// mocksShareNothing works in one mock and looks at another.
func mocksShareNothing(t trial) {
	busy, rb := t.listening()
	calm, rc := t.listening()
	before := calm.traces()
	busy.tellsAll()
	told := len(rb.requests())
	if err := busy.delete(); err != nil {
		t.Errorf("deleting the webhook: %v", err)
	}
	busy.mock.Reset(true)
	calm.unmoved("what another mock did", before)
	calm.advance(long)
	if n := len(rc.requests()); n > 0 {
		t.Errorf("what another mock was asked for sent %d requests here", n)
	}
	calm.tellsAll()
	if len(rc.requests()) != told || len(rb.requests()) != told {
		t.Errorf("of what one mock tells, its receiver got %d requests of %d, and another's %d", len(rc.requests()), told, len(rb.requests())-told)
	}
	calm.verified("in one of two mocks", rc.requests())
}

// manyAtOnce calls everything from many goroutines. Run under the race detector
// it finds what they share.
func manyAtOnce(t trial) {
	const users, times = 8, 4
	w, r := t.listening()
	var all sync.WaitGroup
	var mu sync.Mutex
	sessions, told := map[string]bool{}, 0
	for range users {
		all.Go(func() {
			for range times {
				for _, e := range w.profile.Events {
					outcome, err := w.together(e, r)
					if err != nil {
						t.Errorf("event %s, among many: %v", e.Name, err)
						return
					}
					mu.Lock()
					told += len(outcome.Deliveries)
					if s := outcome.Session; s != nil && sessions[s.ID] {
						t.Errorf("event %s, among many: two sessions are called %s", e.Name, s.ID)
					} else if s != nil {
						sessions[s.ID] = true
					}
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	w.idle()
	if got := w.traces(); got.deliveries != told || got.sessions != len(sessions) {
		t.Errorf("%d sessions and %d deliveries were made, the mock has %d and %d", len(sessions), told, got.sessions, got.deliveries)
	}
	if n := len(r.requests()); n != told {
		t.Errorf("the receiver got %d requests of %d deliveries", n, told)
	}
	w.verified("among many", r.requests())
}

// together is what one of many does.
func (w *world) together(e provider.Event, r *receiver) (provider.Outcome, error) {
	w.vendor.Profile()
	if err := w.mock.Check(w.example(e)); err != nil {
		return provider.Outcome{}, err
	}
	if _, err := w.mock.SaveWebhook(w.ctx, w.profile.Name, "", w.Webhook, w.Config(r.url)); err != nil {
		return provider.Outcome{}, err
	}
	_ = w.act(unknown, unknown)
	return w.mock.Trigger(w.ctx, w.example(e))
}

// unknownActs acts where there is nobody, and does what nobody can.
func unknownActs(t trial) {
	w, _ := t.listening()
	for _, verb := range append([]string{unknown, ""}, w.profile.Verbs...) {
		before := w.traces()
		what := fmt.Sprintf("the verb %q in an unknown session", verb)
		w.refused(what, w.act(unknown, verb), "")
		w.refused(what, w.act("", verb), "")
		w.unmoved(what, before)
	}
	for _, e := range w.profile.Events {
		session := w.trigger(w.example(e)).Session
		w.idle()
		if session == nil {
			continue
		}
		before := w.traces()
		what := "an unknown verb in a session of " + e.Name
		w.refused(what, w.act(session.ID, unknown), "")
		w.unmoved(what, before)
	}
}

// act is Act that makes an error of a panic.
func (w *world) act(session, verb string) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("it panicked: %v", cause)
		}
	}()
	return w.vendor.Act(context.WithoutCancel(w.ctx), session, verb, nil)
}
