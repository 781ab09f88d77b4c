package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// start is what the clock of a mock shows at first.
var start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// long is a time after which nothing of a delivery is to come.
const long = 90 * 24 * time.Hour

// A world is a mock that plays the vendor and no other, with a clock that
// stands still.
type world struct {
	trial
	mock    *mockserver.Server
	vendor  provider.Provider
	journal *journal.Journal
	profile provider.Profile // as it was at first
	ctx     context.Context  // ends when a receiver was asked too often
	cancel  context.CancelFunc
}

// world starts a mock. Unless c says otherwise its clock shows start, and its
// seed is the same each time.
func (t trial) world(c mockserver.Config) *world {
	t.Helper()
	w := &world{trial: t}
	w.ctx, w.cancel = context.WithCancel(t.Context())
	t.Cleanup(w.cancel)
	if c.Clock == nil {
		c.Clock = clock.New(start, 0)
	}
	t.Cleanup(c.Clock.Close)
	if c.Seed == nil {
		c.Seed = new(uint64)
	}
	c.Providers = []provider.New{func(env provider.Env) (provider.Provider, error) {
		p, err := t.New(env)
		w.vendor, w.journal = p, env.Journal
		return p, err
	}}
	w.mock = mockserver.Test(t, c).Server
	w.profile = w.vendor.Profile()
	return w
}

// listening starts a mock whose webhook is set to a new receiver.
func (t trial) listening(answers ...int) (*world, *receiver) {
	t.Helper()
	w := t.world(mockserver.Config{})
	r := w.receiver(answers...)
	w.save(r)
	return w, r
}

// save sets the webhook to a receiver and tells whether there was none.
func (w *world) save(r *receiver) (created bool) {
	w.Helper()
	created, err := w.mock.SaveWebhook(w.ctx, w.profile.Name, provider.DefaultAccount, w.Webhook, w.Config(r.url))
	if err != nil {
		w.Fatalf("saving the webhook: %v", err)
	}
	return created
}

func (w *world) delete() error {
	return w.mock.DeleteWebhook(w.ctx, w.profile.Name, provider.DefaultAccount, w.Webhook)
}

// example is the trigger of an event as the profile has it.
func (w *world) example(e provider.Event) provider.Trigger {
	return provider.Trigger{Provider: w.profile.Name, Event: e.Name, Data: e.Example}
}

// trigger wants a trigger to be taken.
func (w *world) trigger(t provider.Trigger) provider.Outcome {
	w.Helper()
	outcome, err := w.mock.Trigger(w.ctx, t)
	if err != nil {
		w.Fatalf("event %s: %v", t.Event, err)
	}
	return outcome
}

// tells triggers an event and returns the deliveries that it led to. A vendor
// that waits for the first answer may have a problem with that, as long as it
// delivers all the same.
func (w *world) tells(t provider.Trigger) (ids []string) {
	w.Helper()
	before := w.deliveries()
	_, err := w.mock.Trigger(w.ctx, t)
	toWebhook := false
	for _, d := range w.deliveries()[len(before):] {
		ids = append(ids, d.ID)
		toWebhook = toWebhook || d.Webhook == w.Webhook
	}
	if _, ok := problem.As(err); err != nil && (!ok || len(ids) == 0) {
		w.Fatalf("event %s: %v", t.Event, err)
	}
	if !toWebhook {
		w.Fatalf("event %s led to no delivery to the webhook %s", t.Event, w.Webhook)
	}
	return ids
}

// tellsAll triggers every example and waits until all that came of it is over.
func (w *world) tellsAll() {
	w.Helper()
	for _, e := range w.profile.Events {
		w.tells(w.example(e))
	}
	w.idle()
}

func (w *world) deliveries() []delivery.Record {
	list, _ := w.mock.Deliveries(delivery.Filter{})
	return list
}

func (w *world) record(id string) delivery.Record {
	w.Helper()
	r, err := w.mock.Delivery(id)
	if err != nil {
		w.Fatalf("%v", err)
	}
	return r
}

// idle moves the clock until no attempt is to come.
func (w *world) idle() {
	w.Helper()
	_, err := w.mock.AdvanceToIdle(w.ctx)
	w.moved(err)
}

// advance moves the clock; by nothing it waits for what is due.
func (w *world) advance(d time.Duration) {
	w.Helper()
	_, err := w.mock.Advance(w.ctx, d)
	w.moved(err)
}

func (w *world) moved(err error) {
	w.Helper()
	switch {
	case errors.Is(err, context.Canceled):
		w.Fatalf("there is no end to the attempts: a receiver was asked more than %d times", mostRequests)
	case err != nil:
		w.Fatalf("moving the clock: %v", err)
	}
}

// traces is what somebody could see of something that was done.
type traces struct {
	entries              int64
	sessions, deliveries int
}

func (w *world) traces() traces {
	return traces{w.journal.Last(), len(w.mock.Sessions("", "")), len(w.deliveries())}
}

// unmoved wants nothing to have been done since.
func (w *world) unmoved(what string, before traces) {
	w.Helper()
	if after := w.traces(); after != before {
		w.Errorf("%s left something behind: %d entries in the journal, %d sessions and %d deliveries",
			what, after.entries-before.entries, after.sessions-before.sessions, after.deliveries-before.deliveries)
	}
}

// refused wants a problem that a caller can act on, located at a member or
// below it; anywhere when location is empty. It returns all its locations.
func (t trial) refused(what string, err error, location string) []string {
	t.Helper()
	p, ok := problem.As(err)
	if !ok {
		t.Errorf("%s: want a problem that says what is wrong, got %v", what, err)
		return nil
	}
	if p.Code.Status() >= 500 || p.Detail == "" && len(p.Fields) == 0 {
		t.Errorf("%s: want a problem that is the caller's own, with a word about it, got %s: %v", what, p.Code, err)
	}
	locations := []string{}
	found := location == ""
	for _, f := range p.Fields {
		locations = append(locations, f.Location)
		rest, under := strings.CutPrefix(f.Location, location)
		found = found || under && (rest == "" || rest[0] == '.' || rest[0] == '[')
	}
	if !found {
		t.Errorf("%s: want the problem to be located at %s, got %q: %v", what, location, locations, err)
	}
	slices.Sort(locations)
	return locations
}

// object reads JSON that is an object, nil when it is something else.
func object(text []byte) (members map[string]json.RawMessage) {
	if err := json.Unmarshal(text, &members); err != nil {
		return nil
	}
	return members
}
