package uip

import (
	"context"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

type completeInput struct {
	ID   string   `path:"id" doc:"The session's ID."`
	Body *actData `required:"false"`
}

// Resolve adds what the struct tags cannot say.
func (in *completeInput) Resolve(ctx huma.Context) []error {
	if in.Body == nil {
		return nil
	}
	var p problem.Fields
	vendorOf(ctx).whoever(in.Body.Person, 0, &p)
	return provider.Findings("body", p)
}

func (u *UIP) postComplete(_ context.Context, in *completeInput) (*provider.OutcomeOutput, error) {
	var data json.RawMessage
	if in.Body != nil && len(in.Body.Person) > 0 {
		data = json.RawMessage(`{"person":` + string(in.Body.Person) + `}`)
	}
	return u.acted(in.ID, false, verbComplete, data)
}

type actInput struct {
	ID   string    `path:"id" doc:"The ID of the session or message."`
	Body *struct{} `required:"false"`
}

// postAct is the operation for a verb that takes no data, of a session or of a
// message.
func (u *UIP) postAct(verb string, ofMessage bool) func(context.Context, *actInput) (*provider.OutcomeOutput, error) {
	return func(_ context.Context, in *actInput) (*provider.OutcomeOutput, error) {
		return u.acted(in.ID, ofMessage, verb, nil)
	}
}

func (u *UIP) acted(id string, ofMessage bool, verb string, data json.RawMessage) (*provider.OutcomeOutput, error) {
	switch s, _, err := u.session(id); {
	case err != nil:
		return nil, err
	case ofMessage && s.Event != EventMessage:
		return nil, problem.New(problem.NotFound, "%s is a session and no message", id)
	case !ofMessage && s.Event == EventMessage:
		return nil, problem.New(problem.NotFound, "%s is a message: use /_mock/v1/uip/messages", id)
	}
	outcome, err := u.act(id, verb, data)
	if err != nil {
		return nil, err
	}
	return &provider.OutcomeOutput{Body: outcome}, nil
}
