package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// examplesTrigger sends each example as the mock's page does.
func examplesTrigger(t trial) {
	w, r := t.listening()
	for _, e := range w.profile.Events {
		for _, account := range []string{"", provider.DefaultAccount} {
			before := len(r.requests())
			trigger := w.example(e)
			trigger.Account = account
			outcome := w.post(trigger)
			w.soundOutcome(e, outcome)
			w.idle()
			if got := len(r.requests()) - before; got == 0 {
				t.Errorf("event %s: the receiver got nothing", e.Name)
			}
			if outcome.Session == nil {
				continue
			}
			if s, err := w.mock.Session(outcome.Session.ID); err != nil || s.Provider != w.profile.Name || s.Event != e.Name {
				t.Errorf("event %s: the mock has the session %+v, %v", e.Name, s, err)
			}
		}
	}
}

// post triggers by the control API.
func (w *world) post(t provider.Trigger) (outcome provider.Outcome) {
	w.Helper()
	text, err := json.Marshal(t)
	if err != nil {
		w.Fatalf("event %s: the example cannot be sent: %v", t.Event, err)
	}
	request, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.mock.URL+"/_mock/v1/triggers", bytes.NewReader(text))
	if err != nil {
		w.Fatalf("%v", err)
	}
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		w.Fatalf("event %s: %v", t.Event, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		w.Fatalf("event %s: %v", t.Event, err)
	}
	if answer.StatusCode != http.StatusAccepted {
		w.Fatalf("event %s: the example was answered %d: %s", t.Event, answer.StatusCode, body)
	}
	if err := json.Unmarshal(body, &outcome); err != nil {
		w.Fatalf("event %s: %v in %s", t.Event, err, body)
	}
	return outcome
}

// soundOutcome wants what came of an example to say of itself where it belongs.
func (w *world) soundOutcome(e provider.Event, outcome provider.Outcome) {
	w.Helper()
	session := ""
	if s := outcome.Session; s != nil {
		session = s.ID
		if s.ID == "" || s.Status == "" || s.Account != provider.DefaultAccount || !s.CreatedAt.Equal(w.mock.Clock.Now()) {
			w.Errorf("event %s: the session is %+v, want an ID, a status, the default account and the time", e.Name, *s)
		}
	}
	if !slices.ContainsFunc(outcome.Deliveries, func(d delivery.Delivery) bool { return d.Webhook == w.Webhook }) {
		w.Errorf("event %s: the outcome names no delivery to the webhook %s", e.Name, w.Webhook)
	}
	for _, d := range outcome.Deliveries {
		told := ""
		if d.Session != nil {
			told = *d.Session
		}
		if d.Provider != w.profile.Name || d.Account != provider.DefaultAccount || d.Event != e.Name || told != session {
			w.Errorf("event %s: the delivery is of vendor %q, account %q, event %q and session %q, want %q", e.Name, d.Provider, d.Account, d.Event, told, session)
		}
	}
}

// checkingDoesNothing compares a mock that was asked to check with one that was
// not.
func checkingDoesNothing(t trial) {
	plain, r := t.listening()
	checked, rc := t.listening()
	before := checked.traces()
	for _, e := range checked.profile.Events {
		if err := checked.mock.Check(checked.example(e)); err != nil {
			t.Errorf("event %s: its example is found wrong: %v", e.Name, err)
		}
	}
	checked.unmoved("checking the examples", before)
	checked.advance(long)
	if n := len(rc.requests()); n > 0 {
		t.Errorf("checking the examples sent %d requests", n)
	}
	plain.advance(long)
	plain.tellsAll()
	checked.tellsAll()
	if !slices.EqualFunc(r.requests(), rc.requests(), sameBody) {
		t.Errorf("what is told after a check differs from what is told without one")
	}
}

func sameBody(a, b Request) bool { return bytes.Equal(a.Body, b.Body) }

// unknown is a name that no vendor has given to anything.
const unknown = "conformance-unknown"

// unknownIsRefused gives triggers what nobody knows, by all ways.
func unknownIsRefused(t trial) {
	w, r := t.listening()
	before := w.traces()
	w.refuses("an unknown event", provider.Trigger{Event: unknown}, "event")
	for _, e := range w.profile.Events {
		what := func(thing string) string { return fmt.Sprintf("event %s with %s", e.Name, thing) }

		account := w.example(e)
		account.Account = unknown
		w.refuses(what("an unknown account"), account, "account")

		data := w.example(e)
		members := object(e.Example)
		if members == nil {
			members = map[string]json.RawMessage{}
		}
		members[unknown] = json.RawMessage(`1`)
		data.Data, _ = json.Marshal(members) // of what was JSON before
		w.refuses(what("an unknown member of data"), data, "data."+unknown)

		data.Data = json.RawMessage(`[]`)
		w.refuses(what("data that is no object"), data, "data")

		spoilt := w.example(e)
		spoilt.Faults = []fault.Fault{{Name: unknown}}
		w.refuses(what("an unknown fault"), spoilt, "faults[0]")

		patch := w.example(e)
		patch.Patch = json.RawMessage(`[{"op": "replace", "path": "/` + unknown + `", "value": 1}]`)
		w.refuses(what("a patch of what is not there"), patch, "patch")
	}
	w.unmoved("what was refused", before)
	w.advance(long)
	if n := len(r.requests()); n > 0 {
		t.Errorf("what was refused sent %d requests", n)
	}
}

// refuses wants a trigger to be refused by Check and by Trigger, alike. Of an
// account a problem that names it in words is as good as one that locates it.
func (w *world) refuses(what string, t provider.Trigger, location string) {
	w.Helper()
	t.Provider = w.profile.Name
	at := func(err error) string {
		if p, ok := problem.As(err); ok && p.Code == problem.NotFound && location == "account" {
			return ""
		}
		return location
	}
	err := w.mock.Check(t)
	checked := w.refused(what+", when checked", err, at(err))
	_, err = w.mock.Trigger(w.ctx, t)
	triggered := w.refused(what+", when triggered", err, at(err))
	if !slices.Equal(checked, triggered) {
		w.Errorf("%s: Check finds something at %q, Trigger at %q", what, checked, triggered)
	}
}

// sessionIdentity asks for a session by an identity that the vendor itself gave
// in another mock.
func sessionIdentity(t trial) {
	for _, e := range t.world(mockserver.Config{}).profile.Events {
		seed := uint64(77)
		other := t.world(mockserver.Config{Seed: &seed})
		other.save(other.receiver())
		first := other.trigger(other.example(e))
		if first.Session == nil {
			continue
		}
		w, _ := t.listening()
		trigger := w.example(e)
		trigger.Session = first.Session.ID
		if s := w.trigger(trigger).Session; s == nil || s.ID != trigger.Session {
			t.Errorf("event %s: asked for session %s, got %+v", e.Name, trigger.Session, s)
		}
		w.idle()
		before := w.traces()
		_, err := w.mock.Trigger(w.ctx, trigger)
		w.refused("event "+e.Name+" with the session of another", err, "")
		w.unmoved("what was refused", before)
	}
}

// seedsDecide compares what mocks tell that differ in nothing but a seed.
func seedsDecide(t trial) {
	seed := func(n uint64) *uint64 { return &n }
	for _, e := range t.world(mockserver.Config{}).profile.Events {
		tell := func(mock, trigger *uint64) Request {
			w := t.world(mockserver.Config{Seed: mock})
			r := w.receiver()
			w.save(r)
			what := w.example(e)
			what.Seed = trigger
			w.tells(what)
			w.idle()
			return r.requests()[0]
		}
		invented := slices.Contains(t.Invented, e.Name)
		for _, c := range []struct {
			what string
			a, b Request
			same bool
		}{
			{"mocks of one seed", tell(seed(1), nil), tell(seed(1), nil), true},
			{"mocks of two seeds", tell(seed(1), nil), tell(seed(2), nil), false},
			{"triggers of one seed", tell(seed(1), seed(3)), tell(seed(1), seed(3)), true},
			{"triggers of two seeds", tell(seed(1), seed(3)), tell(seed(1), seed(4)), false},
		} {
			switch same := sameBody(c.a, c.b); {
			case c.same && !same:
				t.Errorf("event %s: %s tell different things:\n%.200s\n%.200s", e.Name, c.what, c.a.Body, c.b.Body)
			case !c.same && same && invented:
				t.Errorf("event %s: %s tell the same: %.200s", e.Name, c.what, c.a.Body)
			}
		}
	}
}
