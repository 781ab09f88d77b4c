package mockserver

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
)

func (s *Server) controlFaults(api huma.API) {
	const path = "/_mock/v1/faults"
	huma.Get(api, path, s.listFaults, summary("List what can be made to go wrong"))
	huma.Get(api, path+"/armed", s.listArmed, summary("List the faults that wait for what they match, in the order in which they were armed"))
	huma.Post(api, path+"/armed", s.postArmed, answering(http.StatusCreated, "Have a fault happen to the next notifications, or calls of a vendor's API"))
	huma.Delete(api, path+"/armed/{id}", s.deleteArmed, summary("Take back an armed fault"))
}

// faultInfo is a fault of the catalogue as the control API shows it.
type faultInfo struct {
	fault.Spec
	On bool `json:"on" doc:"Whether it acts on attempts, so that it takes on and probability."`
}

type faultsOutput struct {
	Body struct {
		Faults []faultInfo `json:"faults"`
	}
}

func (s *Server) listFaults(context.Context, *struct{}) (*faultsOutput, error) {
	out := &faultsOutput{}
	for _, spec := range s.Faults() {
		out.Body.Faults = append(out.Body.Faults, faultInfo{spec, spec.OnAttempts()})
	}
	return out, nil
}

type armedListOutput struct {
	Body struct {
		Armed []Armed `json:"armed"`
	}
}

func (s *Server) listArmed(context.Context, *struct{}) (*armedListOutput, error) {
	out := &armedListOutput{}
	out.Body.Armed = s.ArmedFaults()
	return out, nil
}

type armedInput struct{ Body Rule }

// Resolve adds what the struct tags cannot say.
func (in *armedInput) Resolve(ctx huma.Context) []error {
	return provider.Findings("body", serverOf(ctx).checkRule(in.Body))
}

type armedOutput struct{ Body Armed }

func (s *Server) postArmed(_ context.Context, in *armedInput) (*armedOutput, error) {
	armed, err := s.Arm(in.Body)
	if err != nil {
		return nil, err
	}
	return &armedOutput{armed}, nil
}

func (s *Server) deleteArmed(_ context.Context, in *struct {
	ID string `path:"id"`
}) (*struct{}, error) {
	return nil, s.Disarm(in.ID)
}
