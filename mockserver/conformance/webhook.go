package conformance

import (
	"encoding/json"

	"kycmock/mockserver"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// savingReplaces moves the webhook from one receiver to another.
func savingReplaces(t trial) {
	w := t.world(mockserver.Config{})
	first, second := w.receiver(), w.receiver()
	if !w.save(first) {
		t.Errorf("the webhook that was saved first was not new")
	}
	created, err := w.mock.SaveWebhook(w.ctx, w.profile.Name, "", w.Webhook, w.Config(second.url))
	if err != nil || created {
		t.Errorf("saved again, for the account that is meant when none is named, it was new: %t, %v", created, err)
	}
	w.tellsAll()
	if a, b := len(first.requests()), len(second.requests()); a != 0 || b < len(w.profile.Events) {
		t.Errorf("of %d events the receiver of before got %d requests, the new one %d", len(w.profile.Events), a, b)
	}
}

// deletedIsSilent deletes the webhook, twice, and saves it again.
func deletedIsSilent(t trial) {
	w := t.world(mockserver.Config{})
	r := w.receiver()
	w.notFound("deleting a webhook that was never saved", w.delete())
	w.save(r)
	if err := w.delete(); err != nil {
		t.Fatalf("deleting the webhook: %v", err)
	}
	w.silent("after the webhook was deleted", r)
	w.notFound("deleting it again", w.delete())
	if !w.save(r) {
		t.Errorf("saved after it was deleted, the webhook was not new")
	}
	w.tellsAll()
	if len(r.requests()) == 0 {
		t.Errorf("saved after it was deleted, the webhook is told nothing")
	}
}

func (w *world) notFound(what string, err error) {
	w.Helper()
	w.refused(what, err, "")
	if p, ok := problem.As(err); ok && p.Code != problem.NotFound {
		w.Errorf("%s: want the problem %s, got %s: %v", what, problem.NotFound, p.Code, err)
	}
}

// silent wants that no webhook is set: an example is refused with a problem or
// tells nobody.
func (w *world) silent(when string, receivers ...*receiver) {
	w.Helper()
	for _, e := range w.profile.Events {
		outcome, err := w.mock.Trigger(w.ctx, w.example(e))
		if err != nil {
			w.refused("event "+e.Name+" "+when, err, "")
		} else if len(outcome.Deliveries) > 0 {
			w.Errorf("event %s %s led to %d deliveries", e.Name, when, len(outcome.Deliveries))
		}
	}
	w.advance(long)
	for _, r := range receivers {
		if n := len(r.requests()); n > 0 {
			w.Errorf("%s the receiver got %d requests", when, n)
		}
	}
}

// badWebhookIsRefused saves what breaks a rule over a webhook that works.
func badWebhookIsRefused(t trial) {
	w, r := t.listening()
	save := func(what string, config any) (locations []string) {
		before := w.traces()
		_, err := w.mock.SaveWebhook(w.ctx, w.profile.Name, provider.DefaultAccount, w.Webhook, config)
		locations = w.refused(what, err, "")
		w.unmoved(what, before)
		return locations
	}
	for _, c := range []struct{ what, url string }{
		{"a webhook that is no address", "conformance"},
		{"a webhook without an address", ""},
		{"a webhook that is not on the web", "ftp://127.0.0.1/hook"},
	} {
		if locations := save(c.what, w.Config(c.url)); len(locations) == 0 || locations[0] == "" {
			t.Errorf("%s: the problem has no location", c.what)
		}
	}
	text, err := json.Marshal(w.Config(r.url))
	if err != nil {
		t.Fatalf("the configuration: %v", err)
	}
	if members := object(text); members != nil {
		members[unknown] = json.RawMessage(`1`)
		const what = "a webhook with an unknown member"
		if locations := save(what, members); len(locations) != 1 || locations[0] != unknown {
			t.Errorf("%s: the problem is located at %q, want %s", what, locations, unknown)
		}
	}
	save("a webhook that is a list", []int{})
	save("a webhook that is null", nil)
	w.tellsAll()
	if n := len(r.requests()); n < len(w.profile.Events) {
		t.Errorf("the webhook of before got %d requests of %d events", n, len(w.profile.Events))
	}
}

// unknownWebhookIsRefused saves and deletes a webhook of a name that the vendor
// has not.
func unknownWebhookIsRefused(t trial) {
	w := t.world(mockserver.Config{})
	r := w.receiver()
	before := w.traces()
	_, err := w.mock.SaveWebhook(w.ctx, w.profile.Name, provider.DefaultAccount, unknown, w.Config(r.url))
	w.refused("saving an unknown webhook", err, "")
	w.refused("deleting an unknown webhook", w.mock.DeleteWebhook(w.ctx, w.profile.Name, provider.DefaultAccount, unknown), "")
	w.unmoved("an unknown webhook", before)
	w.silent("without a webhook", r)
}
