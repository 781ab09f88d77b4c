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
	huma.Get(api, "/_mock/v1/sessions", s.listSessions, summary("List the sessions, oldest first"))
	huma.Get(api, "/_mock/v1/sessions/{id}", s.getSession, summary("Show a session"))
}

type providersOutput struct {
	Body struct {
		Providers []provider.Profile `json:"providers"`
	}
}

func (s *Server) listProviders(context.Context, *struct{}) (*providersOutput, error) {
	out := &providersOutput{}
	out.Body.Providers = s.Providers()
	return out, nil
}

type triggerInput struct{ Body provider.Trigger }

// Resolve adds what the vendor finds wrong.
func (in *triggerInput) Resolve(ctx huma.Context) []error {
	if in.Body.Seed == nil { // now, so that what is checked is what is done
		seed := serverOf(ctx).ids.seed()
		in.Body.Seed = &seed
	}
	if p, ok := problem.As(serverOf(ctx).Check(in.Body)); ok {
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
