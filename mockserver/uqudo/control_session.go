package uqudo

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// sessionBody is a trigger in Uqudo's own words.
type sessionBody struct {
	Flow Flow `json:"flow" enum:"enrollment,reading,lookup,face" doc:"Which kind of session it was."`
	SessionData
	Patch  json.RawMessage `json:"patch,omitempty" doc:"An RFC 6902 patch of the claims. A path that does not exist is refused."`
	Faults []fault.Fault   `json:"faults,omitempty" nullable:"false" doc:"What is to go wrong: names, or {name, params, on, probability}. GET /_mock/v1/faults lists them."`
	Seed   *uint64         `json:"seed,omitempty" doc:"The same seed invents the same person and the same result."`
}

func (b sessionBody) trigger(account string) (provider.Trigger, error) {
	data, err := json.Marshal(b.SessionData)
	return provider.Trigger{
		Provider: Name, Event: string(b.Flow), Account: account,
		Data: data, Patch: b.Patch, Faults: b.Faults, Seed: b.Seed,
	}, err
}

type postSessionInput struct {
	Account string `path:"account" doc:"The account's name."`
	Body    sessionBody
}

// Resolve adds what the struct tags cannot say.
func (in *postSessionInput) Resolve(ctx huma.Context) []error {
	if in.Body.Seed == nil { // now, so that what is checked is what is done
		seed := vendorOf(ctx).env.NewSeed()
		in.Body.Seed = &seed
	}
	t, err := in.Body.trigger(in.Account)
	if err != nil {
		return []error{err}
	}
	p, ok := problem.As(vendorOf(ctx).Check(t))
	if !ok || p.Code != problem.Invalid { // there is no such account: the problem of doing it
		return nil
	}
	return provider.Findings("body", ownNames(p.Fields))
}

func (u *Uqudo) postSession(ctx context.Context, in *postSessionInput) (*provider.OutcomeOutput, error) {
	t, err := in.Body.trigger(in.Account)
	if err != nil {
		return nil, err
	}
	outcome, err := u.Trigger(ctx, t)
	if p, ok := problem.As(err); ok {
		p.Fields = ownNames(p.Fields)
	}
	if err != nil {
		return nil, err
	}
	return &provider.OutcomeOutput{Body: outcome}, nil
}

// ownNames gives the places of a trigger the names that they have here.
func ownNames(fields problem.Fields) problem.Fields {
	own := make(problem.Fields, len(fields))
	for i, f := range fields {
		f.Location = strings.TrimPrefix(f.Location, "data.")
		switch f.Location {
		case "event":
			f.Location = "flow"
		case "account":
			f.Location = "path.account"
		}
		own[i] = f
	}
	return own
}
