package mockserver_test

import (
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
	"kycmock/mockserver/delivery"
	mockproblem "kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// toy is a vendor in as few lines as will do: one webhook, one event, two
// retries. It is what a vendor outside the module starts from.
type toy struct {
	env provider.Env
	url string
}

func newToy(env provider.Env) (provider.Provider, error) { return &toy{env: env}, nil }

var toySchedule = delivery.Waits(time.Second, time.Minute)

func (v *toy) Profile() provider.Profile {
	return provider.Profile{Name: "toy", Title: "Toy", Events: []provider.Event{{Name: "squeak", Summary: "It squeaks."}},
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
	if t.Event != "squeak" {
		return mockproblem.New(mockproblem.Invalid, "a toy squeaks").With(mockproblem.Field{Location: "event", Message: "want squeak"})
	}
	return nil
}

func (v *toy) Trigger(_ context.Context, t provider.Trigger) (provider.Outcome, error) {
	if err := v.Check(t); err != nil {
		return provider.Outcome{}, err
	}
	d, err := v.env.Send(delivery.Notification{Provider: "toy", Account: "default", Webhook: "only", Event: t.Event,
		Endpoint: delivery.Endpoint{URL: v.url}, ContentType: "text/plain", Body: "squeak!"})
	return provider.Outcome{Deliveries: []delivery.Delivery{d}}, err
}

func (v *toy) SaveWebhook(_ context.Context, _, _ string, config json.RawMessage) (bool, error) {
	return true, json.Unmarshal(config, &v.url)
}

func (v *toy) DeleteWebhook(context.Context, string, string) error        { return nil }
func (v *toy) Act(context.Context, string, string, json.RawMessage) error { return nil }
func (v *toy) Policy(delivery.Notification) delivery.Policy {
	return delivery.Policy{Schedule: toySchedule}
}

func TestAVendorOfAnotherModuleIsPlayedLikeTheRest(t *testing.T) {
	c := at(0)
	c.Providers = append(mockserver.Vendors(), newToy)
	mock := mockserver.Test(t, c)
	a := apiOf(t, mock)
	h := newHook(t, 500, 500)
	if _, err := mock.SaveWebhook(t.Context(), "toy", "", "only", h.URL); err != nil {
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
