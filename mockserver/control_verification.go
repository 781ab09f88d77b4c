package mockserver

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/provider"
)

func (s *Server) controlVerification(api huma.API) {
	huma.Get(api, "/_mock/v1/deliveries/{id}/attempts/{n}/verification", s.getVerification,
		summary("Say whether what an attempt sent is authentic, and if not, why"))
}

type attemptInput struct {
	ID string `path:"id" doc:"The delivery's ID."`
	N  int    `path:"n" doc:"Which attempt, counted from 1."`
}

type verificationOutput struct{ Body provider.Verification }

func (s *Server) getVerification(_ context.Context, in *attemptInput) (*verificationOutput, error) {
	v, err := s.Verification(in.ID, in.N)
	if err != nil {
		return nil, err
	}
	return &verificationOutput{v}, nil
}
