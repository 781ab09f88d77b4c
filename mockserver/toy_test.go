package mockserver_test

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"kycmock/mockserver"
	"kycmock/mockserver/conformance"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/journal"
	mockproblem "kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// toy is a vendor in as few lines as will do: one webhook, one event, two
// retries. It is what a vendor outside the module starts from.
type toy struct {
	env  provider.Env
	hook *journal.Table[toyHook]
}

type toyHook struct {
	URL string `json:"url"`
}

func newToy(env provider.Env) (provider.Provider, error) {
	hook, err := journal.NewTable[toyHook](env.Journal, "toy.webhook")
	return &toy{env, hook}, err
}

var toySchedule = delivery.Waits(time.Second, time.Minute)

func (v *toy) Profile() provider.Profile {
	return provider.Profile{Name: "toy", Title: "Toy", Events: []provider.Event{{Name: "squeak", Summary: "It squeaks.", Example: json.RawMessage(`{}`)}},
		Webhooks: []string{"only"}, Policies: []provider.PolicyProfile{{Name: "only", Plan: provider.Plan(toySchedule)}}}
}

func (v *toy) Mount(r *mux.Router) {
	r.HandleFunc("/v1/toys", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("a bear")) })
}

func (v *toy) Control(api huma.API) {
	huma.Get(api, "/_mock/v1/toy/colour", func(context.Context, *struct{}) (*struct{ Body []string }, error) {
		return &struct{ Body []string }{[]string{"red"}}, nil
	})
}

func (v *toy) Check(t provider.Trigger) error {
	p := provider.NewDecoder[struct{}]().Decode(t.Data, &struct{}{}).At("data")
	for location, bad := range map[string]bool{"event": t.Event != "squeak", "account": t.Account != "" && t.Account != "default", "patch": len(t.Patch) > 0, "faults[0]": len(t.Faults) > 0} {
		if bad {
			p.Add(location, nil, "a toy squeaks, and no more")
		}
	}
	return p.Err("that is beyond a toy")
}

func (v *toy) Trigger(_ context.Context, t provider.Trigger) (provider.Outcome, error) {
	hook, set := v.hook.Get("only")
	if err := v.Check(t); err != nil || !set {
		return provider.Outcome{}, err
	}
	d, err := v.env.Send(delivery.Notification{Provider: "toy", Account: "default", Webhook: "only", Event: t.Event,
		Endpoint: delivery.Endpoint{URL: hook.URL}, ContentType: "text/plain", Body: "squeak!"})
	return provider.Outcome{Deliveries: []delivery.Delivery{d}}, err
}

func (v *toy) SaveWebhook(_ context.Context, _, name string, config json.RawMessage) (created bool, err error) {
	var hook toyHook
	p := provider.NewDecoder[toyHook]().Decode(config, &hook)
	provider.CheckURL(&p, hook.URL, v.env.Strict)
	if err := p.Err("not a toy's webhook"); err != nil || name != "only" {
		return false, cmp.Or(err, errNoToy)
	}
	_, err = v.hook.Update("only", func(h *toyHook, found bool) error { *h, created = hook, !found; return nil })
	return created, err
}

func (v *toy) DeleteWebhook(_ context.Context, _, name string) error {
	if !v.hook.Delete(name) {
		return errNoToy
	}
	return nil
}

var errNoToy error = mockproblem.New(mockproblem.NotFound, "there is no such toy")

func (v *toy) Act(context.Context, string, string, json.RawMessage) error { return errNoToy }

func (v *toy) Policy(delivery.Notification) delivery.Policy {
	return delivery.Policy{Schedule: toySchedule}
}

func TestAToyIsAVendor(t *testing.T) {
	conformance.Run(t, conformance.Vendor{New: newToy, Webhook: "only", Config: func(url string) any { return toyHook{url} }})
}

func TestAVendorOfAnotherModuleIsPlayedLikeTheRest(t *testing.T) {
	c := at(0)
	c.Providers = append(mockserver.Vendors(), newToy)
	mock := mockserver.Test(t, c).Server
	a := apiOf(t, mock)
	h := newHook(t, 500, 500)
	if _, err := mock.SaveWebhook(t.Context(), "toy", "", "only", toyHook{h.URL}); err != nil {
		t.Fatal(err)
	}
	a.listen(newHook(t).URL)
	a.enroll() // the other vendor goes on as ever

	id := a.trigger(`{"provider": "toy", "event": "squeak"}`)[0]
	a.advance(`{"to": "idle"}`)
	r := a.delivery(id)
	var offsets []time.Duration
	for _, made := range r.Attempts {
		offsets = append(offsets, made.At.Sub(start))
	}
	if r.Status != "delivered" || !slices.Equal(offsets, []time.Duration{0, time.Second, 61 * time.Second}) {
		t.Errorf("it is %s after attempts at %v", r.Status, offsets)
	}
	if got := h.received(); !slices.Equal(got, []string{"squeak!", "squeak!", "squeak!"}) {
		t.Errorf("received was %q", got)
	}
	if r.Session != nil || r.Provider != "toy" || r.Webhook != "only" {
		t.Errorf("the delivery is %+v", r)
	}
	if got := idsOf(a.deliveries("provider=toy")); !slices.Equal(got, []string{id}) {
		t.Errorf("the toy's deliveries are %v", got)
	}

	var list struct {
		Providers []struct {
			Name     string
			Policies []struct{ Plan []string }
		}
	}
	a.call("GET", "/_mock/v1/providers", "").want(200).into(&list)
	if n := len(list.Providers); list.Providers[n-1].Name != "toy" || list.Providers[0].Name != "uqudo" ||
		!slices.Equal(list.Providers[n-1].Policies[0].Plan, []string{"1s", "1m1s"}) {
		t.Errorf("the vendors are %+v", list.Providers)
	}
	if r := a.call("GET", "/toy/v1/toys", "").want(200); string(r.body) != "a bear" {
		t.Errorf("its own API answers %q", r.body)
	}
	if r := a.call("GET", "/_mock/v1/toy/colour", "").want(200); strings.TrimSpace(string(r.body)) != `["red"]` {
		t.Errorf("its lever answers %q", r.body)
	}
	if doc := a.call("GET", "/_mock/v1/openapi.json", ""); !strings.Contains(string(doc.body), "/_mock/v1/toy/colour") {
		t.Error("its lever is not in the document")
	}
	p := a.call("POST", postTriggers, `{"provider": "toy", "event": "growl", "bogus": 1}`).problem(422)
	if got := sorted(p.locations()...); !slices.Equal(got, []string{"body.bogus", "body.event"}) {
		t.Errorf("found something at %v", got)
	}
}
