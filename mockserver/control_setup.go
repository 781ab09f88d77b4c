package mockserver

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *Server) controlSetup(api huma.API) {
	s.setup.api = api
	huma.Get(api, "/_mock/v1/setup", s.getSetup, summary("Show what sets up the same mock again, as JSON when that is accepted and else as YAML"))
	huma.Get(api, "/_mock/v1/setup.schema.json", s.getSetupSchema, summary("What a setup can be as a JSON Schema, for editors"))
}

func (s *Server) getSetup(_ context.Context, in *struct {
	Reveal bool   `query:"reveal" doc:"Show secrets and private keys as they are: without, it sets up nothing again."`
	Accept string `header:"Accept"`
}) (*textOutput, error) {
	if accepts(in.Accept, "application/json") {
		return jsonText(http.StatusOK, s.exported(in.Reveal))
	}
	text, err := s.ExportSetup(in.Reveal)
	if err != nil {
		return nil, err
	}
	return &textOutput{yamlType, http.StatusOK, text}, nil
}

func (s *Server) getSetupSchema(context.Context, *struct{}) (*textOutput, error) {
	text, err := s.SetupSchema()
	if err != nil {
		return nil, err
	}
	return &textOutput{"application/schema+json", http.StatusOK, text}, nil
}
