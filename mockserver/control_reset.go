package mockserver

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

func (s *Server) controlReset(api huma.API) {
	huma.Post(api, "/_mock/v1/reset", s.postReset, summary("Forget what happened"))
	huma.Put(api, "/_mock/v1/receiver", s.putReceiver, summary("Tell the sample receiver what to answer next"))
	huma.Get(api, "/_mock/v1/receiver", s.getReceiver, summary("Show what the sample receiver will answer next"))
}

type resetInput struct {
	Body *struct {
		All bool `json:"all,omitempty" doc:"Webhooks, accounts, businesses, people and keys too: back to the setup that the mock was started with, if any, with the faults that it arms."`
	} `required:"false"`
}

type resetOutput struct {
	Body struct {
		Cleared map[string]int `json:"cleared" doc:"How many of each kind there were."`
	}
}

func (s *Server) postReset(_ context.Context, in *resetInput) (*resetOutput, error) {
	out := &resetOutput{}
	out.Body.Cleared = s.Reset(in.Body != nil && in.Body.All)
	return out, nil
}

type receiverBody struct {
	Answers []int `json:"answers" nullable:"false" doc:"HTTP statuses, 200 to 599: each is answered once, in order, before the receiver behaves again."`
}

type receiverInput struct{ Body receiverBody }

type receiverOutput struct{ Body receiverBody }

func (s *Server) putReceiver(ctx context.Context, in *receiverInput) (*receiverOutput, error) {
	if err := s.Answer(in.Body.Answers...); err != nil {
		return nil, err
	}
	return s.getReceiver(ctx, nil)
}

func (s *Server) getReceiver(context.Context, *struct{}) (*receiverOutput, error) {
	return &receiverOutput{receiverBody{s.receiver.Answers()}}, nil
}
