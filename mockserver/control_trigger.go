package mockserver

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

func (s *Server) controlTriggers(api huma.API) {
	huma.Get(api, "/_mock/v1/providers", s.listProviders, summary("List the vendors: their events and how they deliver"))
	huma.Post(api, "/_mock/v1/triggers", s.postTrigger, answering(http.StatusAccepted, "Have a user of a vendor do something"))
	huma.Post(api, "/_mock/v1/triggers/preview", s.postPreview, summary("Show what a trigger would tell, and do nothing"))
	huma.Get(api, "/_mock/v1/sessions", s.listSessions, summary("List the sessions, oldest first"))
	huma.Get(api, "/_mock/v1/sessions/{id}", s.getSession, summary("Show a session"))
	s.controlVerification(api)
}

type providersOutput struct {
	Body struct {
		Providers []vendor `json:"providers"`
	}
}

// vendor is a provider's profile with what this API can say of its triggers and
// attempts.
type vendor struct {
	provider.Profile
	Preview      bool `json:"preview" doc:"Whether POST /_mock/v1/triggers/preview tells beforehand what a trigger would send."`
	Verification bool `json:"verification" doc:"Whether the verification of an attempt says if what it sent is authentic."`
}

func (s *Server) listProviders(context.Context, *struct{}) (*providersOutput, error) {
	out := &providersOutput{}
	for _, profile := range s.Providers() {
		out.Body.Providers = append(out.Body.Providers, vendorOf(s.providers[profile.Name], profile))
	}
	return out, nil
}

func vendorOf(p provider.Provider, profile provider.Profile) vendor {
	v := vendor{Profile: profile}
	if v.Accounts == nil {
		v.Accounts = []string{provider.DefaultAccount}
	}
	_, v.Preview = p.(provider.Previewer)
	_, v.Verification = p.(provider.Verifier)
	if d, ok := p.(provider.Describer); ok {
		for i, e := range v.Events {
			v.Events[i].Schema = d.Schema(e.Name)
		}
	}
	return v
}

type triggerInput struct{ Body provider.Trigger }

// Resolve adds what breaks the vendor's rules. That there is no such account is
// another kind of problem: that of doing it.
func (in *triggerInput) Resolve(ctx huma.Context) []error {
	if in.Body.Seed == nil { // now, so that what is checked is what is done
		seed := serverOf(ctx).ids.seed()
		in.Body.Seed = &seed
	}
	if p, ok := problem.As(serverOf(ctx).Check(in.Body)); ok && p.Code == problem.Invalid {
		return provider.Findings("body", p.Fields)
	}
	return nil
}

func (s *Server) postTrigger(ctx context.Context, in *triggerInput) (*provider.OutcomeOutput, error) {
	outcome, err := s.Trigger(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return &provider.OutcomeOutput{Body: outcome}, nil
}

type previewOutput struct{ Body provider.Preview }

func (s *Server) postPreview(_ context.Context, in *triggerInput) (*previewOutput, error) {
	preview, err := s.Preview(in.Body)
	if err != nil {
		return nil, err
	}
	return &previewOutput{preview}, nil
}

type sessionsOutput struct {
	Body struct {
		Sessions []provider.Session `json:"sessions"`
	}
}

func (s *Server) listSessions(_ context.Context, in *struct {
	Provider string `query:"provider" doc:"Of this vendor alone."`
	Account  string `query:"account" doc:"Of this account alone."`
}) (*sessionsOutput, error) {
	out := &sessionsOutput{}
	out.Body.Sessions = s.Sessions(in.Provider, in.Account)
	return out, nil
}

type sessionOutput struct{ Body provider.Session }

func (s *Server) getSession(_ context.Context, in *struct {
	ID string `path:"id"`
}) (*sessionOutput, error) {
	session, err := s.Session(in.ID)
	if err != nil {
		return nil, err
	}
	return &sessionOutput{session}, nil
}
