package uqudo

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/provider"
)

// Control adds our levers on Uqudo, whose portal has no public API. The field
// names are the portal's.
func (u *Uqudo) Control(api huma.API) {
	const (
		root    = "/_mock/v1/uqudo"
		account = root + "/accounts/{account}"
		global  = account + "/global-webhook"
		hosted  = account + "/hosted-kyc"
		config  = hosted + "/{config}"
	)
	group := huma.NewGroup(api) // a prefix would make a copy of each operation, without the limit of its body
	group.UseSimpleModifier(func(op *huma.Operation) { op.Tags = []string{"Uqudo"} })
	group.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		next(huma.WithValue(ctx, vendorKey{}, u))
	})

	huma.Get(group, root+"/accounts", u.listAccounts, summary("List the accounts"))
	huma.Get(group, account, u.showAccount, summary("Show an account"))
	huma.Put(group, account, u.putAccount, summary("Replace an account's settings, or make the account"))

	huma.Get(group, global, u.showGlobal, summary("Show the Global Webhook"))
	huma.Put(group, global, u.putGlobal, summary("Save the Global Webhook: always replaces all of it"))
	huma.Delete(group, global, u.deleteGlobal, summary("Delete the Global Webhook"))

	huma.Get(group, hosted, u.listHosted, summary("List the Hosted KYC configurations"))
	huma.Get(group, config, u.showHosted, summary("Show a Hosted KYC configuration"))
	huma.Put(group, config, u.putHosted, summary("Save a Hosted KYC configuration"))
	huma.Delete(group, config, u.deleteHosted, summary("Delete a Hosted KYC configuration"))

	huma.Post(group, account+"/sessions", u.postSession, summary("Have a user end a session"),
		func(op *huma.Operation) { op.DefaultStatus = http.StatusAccepted })
}

func summary(text string) func(*huma.Operation) {
	return func(op *huma.Operation) { op.Summary = text }
}

// vendorKey is where a request's context holds the vendor, for the resolvers
// of inputs.
type vendorKey struct{}

func vendorOf(ctx huma.Context) *Uqudo { return ctx.Context().Value(vendorKey{}).(*Uqudo) }

// Inputs and outputs.
type (
	accountInput struct {
		Account string `path:"account" doc:"The account's name."`
		Reveal  bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	}
	configInput struct {
		Account string `path:"account" doc:"The account's name."`
		Config  string `path:"config" doc:"The configuration's name."`
		Reveal  bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	}
	globalOutput struct {
		Status int
		Body   Webhook
	}
	hostedOutput struct {
		Status int
		Body   HostedKYC
	}
	hostedListOutput struct {
		Body struct {
			Configurations []HostedKYC `json:"hostedKyc"`
		}
	}
	nothing struct{}
)

// HostedKYC is one Hosted KYC configuration.
type HostedKYC struct {
	Name    string         `json:"name,omitempty" readOnly:"true" doc:"The configuration's name."`
	Webhook *HostedWebhook `json:"webhook,omitempty" doc:"Its webhook; without one, its sessions are told to the Global Webhook alone."`
}

func savedStatus(created bool) int {
	if created {
		return http.StatusCreated
	}
	return http.StatusOK
}

func (u *Uqudo) showGlobal(_ context.Context, in *accountInput) (*globalOutput, error) {
	s, err := u.sender(in.Account, globalName)
	if err != nil {
		return nil, err
	}
	return &globalOutput{http.StatusOK, s.Webhook.shown(in.Reveal).Webhook}, nil
}

func (w HostedWebhook) shown(reveal bool) HostedWebhook {
	if reveal {
		return w
	}
	return w.masked()
}

type putGlobalInput struct {
	Account string `path:"account" doc:"The account's name."`
	Reveal  bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	Body    Webhook
}

// Resolve adds what the struct tags cannot say.
func (in *putGlobalInput) Resolve(ctx huma.Context) []error {
	return provider.Findings("body", in.Body.check(vendorOf(ctx).env.Strict))
}

func (u *Uqudo) putGlobal(_ context.Context, in *putGlobalInput) (*globalOutput, error) {
	w := HostedWebhook{Webhook: in.Body}
	created, err := u.save(in.Account, globalName, &w)
	if err != nil {
		return nil, err
	}
	return &globalOutput{savedStatus(created), w.shown(in.Reveal).Webhook}, nil
}

func (u *Uqudo) deleteGlobal(ctx context.Context, in *accountInput) (*nothing, error) {
	return nil, u.DeleteWebhook(ctx, in.Account, globalName)
}

func (u *Uqudo) listHosted(_ context.Context, in *accountInput) (*hostedListOutput, error) {
	if _, err := u.knownAccount(in.Account); err != nil {
		return nil, err
	}
	out := &hostedListOutput{}
	out.Body.Configurations = []HostedKYC{}
	for _, s := range u.hosted(in.Account) {
		out.Body.Configurations = append(out.Body.Configurations, s.hostedKYC(in.Reveal))
	}
	return out, nil
}

func (s sender) hostedKYC(reveal bool) HostedKYC {
	h := HostedKYC{Name: strings.TrimPrefix(s.Name, hostedPrefix)}
	if s.Webhook != nil {
		w := s.Webhook.shown(reveal)
		h.Webhook = &w
	}
	return h
}

func (u *Uqudo) showHosted(_ context.Context, in *configInput) (*hostedOutput, error) {
	s, err := u.sender(in.Account, hostedPrefix+in.Config)
	if err != nil {
		return nil, err
	}
	return &hostedOutput{http.StatusOK, s.hostedKYC(in.Reveal)}, nil
}

type putHostedInput struct {
	Account string `path:"account" doc:"The account's name."`
	Config  string `path:"config" doc:"The configuration's name."`
	Reveal  bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	Body    HostedKYC
}

// Resolve adds what the struct tags cannot say.
func (in *putHostedInput) Resolve(ctx huma.Context) []error {
	if in.Body.Webhook == nil {
		return nil
	}
	return provider.Findings("body.webhook", in.Body.Webhook.check(vendorOf(ctx).env.Strict))
}

func (u *Uqudo) putHosted(_ context.Context, in *putHostedInput) (*hostedOutput, error) {
	name := hostedPrefix + in.Config
	created, err := u.save(in.Account, name, in.Body.Webhook)
	if err != nil {
		return nil, err
	}
	s, err := u.sender(in.Account, name)
	if err != nil {
		return nil, err
	}
	return &hostedOutput{savedStatus(created), s.hostedKYC(in.Reveal)}, nil
}

func (u *Uqudo) deleteHosted(ctx context.Context, in *configInput) (*nothing, error) {
	return nil, u.DeleteWebhook(ctx, in.Account, hostedPrefix+in.Config)
}
