package uip

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/provider"
)

// Control adds our levers on UIP: what its dashboard does, and what the person
// with the phone does.
func (u *UIP) Control(api huma.API) {
	const (
		root     = "/_mock/v1/uip"
		business = root + "/businesses/{business}"
		webhook  = business + "/webhook"
		apiKeys  = business + "/api-keys"
		people   = root + "/people"
	)
	group := huma.NewGroup(api) // a prefix would make a copy of each operation, without the limit of its body
	group.UseSimpleModifier(func(op *huma.Operation) { op.Tags = []string{"UIP"} })
	group.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		next(huma.WithValue(ctx, vendorKey{}, u))
	})

	huma.Get(group, root+"/businesses", u.listBusinesses, summary("List the businesses"))
	huma.Get(group, business, u.showBusiness, summary("Show a business"))
	huma.Put(group, business, u.putBusiness, summary("Replace a business's settings, or make the business"))
	huma.Post(group, apiKeys, u.postKey, answering(http.StatusCreated, "Make an API key"))
	huma.Delete(group, apiKeys+"/{id}", u.deleteKey, summary("Revoke an API key"))

	huma.Get(group, webhook, u.showWebhook, summary("Show the webhook"))
	huma.Put(group, webhook, u.putWebhook, summary("Save the webhook; its secret is shown, as UIP's dashboard does"))
	huma.Delete(group, webhook, u.deleteWebhook, summary("Delete the webhook; its secret stays"))
	huma.Post(group, webhook+"/rotate-secret", u.postRotation, summary("Give the webhook a new secret"))

	huma.Get(group, people, u.listPeople, summary("List the people"))
	huma.Post(group, people, u.postPerson, answering(http.StatusCreated, "Make a person; what is absent is invented"))

	huma.Post(group, root+"/sessions/{id}/complete", u.postComplete, summary("Have a person identify or sign"))
	for _, act := range []struct {
		path, verb string
		ofMessage  bool
		text       string
	}{
		{"/sessions/{id}/cancel", verbCancel, false, "Have the person cancel a session: nothing is sent"},
		{"/sessions/{id}/decline", verbDecline, false, "Have the person decline a session: nothing is sent"},
		{"/messages/{id}/sign", verbSign, true, "Have the receiver sign a message"},
		{"/messages/{id}/decline", verbDecline, true, "Have the receiver decline to sign a message: told in the same words"},
		{"/messages/{id}/read", verbRead, true, "Have the receiver open a message: nothing is sent"},
	} {
		huma.Post(group, root+act.path, u.postAct(act.verb, act.ofMessage), summary(act.text))
	}
}

func summary(text string) func(*huma.Operation) {
	return func(op *huma.Operation) { op.Summary = text }
}

// answering is summary for an operation whose success is not 200.
func answering(status int, text string) func(*huma.Operation) {
	return func(op *huma.Operation) { op.Summary, op.DefaultStatus = text, status }
}

// vendorKey is where a request's context holds the vendor, for the resolvers
// of inputs.
type vendorKey struct{}

func vendorOf(ctx huma.Context) *UIP { return ctx.Context().Value(vendorKey{}).(*UIP) }

type (
	businessInput struct {
		Business string `path:"business" doc:"The business's name."`
		Reveal   bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	}
	nothing struct{}
)

func savedStatus(created bool) int {
	if created {
		return http.StatusCreated
	}
	return http.StatusOK
}

type peopleOutput struct {
	Body struct {
		People []Person `json:"people"`
	}
}

func (u *UIP) listPeople(context.Context, *struct{}) (*peopleOutput, error) {
	out := &peopleOutput{}
	out.Body.People = u.everybody()
	return out, nil
}

type personInput struct{ Body PersonData }

// Resolve adds what the struct tags cannot say.
func (in *personInput) Resolve(huma.Context) []error {
	return provider.Findings("body", in.Body.check())
}

type personOutput struct{ Body Person }

func (u *UIP) postPerson(_ context.Context, in *personInput) (*personOutput, error) {
	p, err := u.addPerson(in.Body)
	if err != nil {
		return nil, err
	}
	return &personOutput{p}, nil
}
