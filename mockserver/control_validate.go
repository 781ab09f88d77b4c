package mockserver

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

// controlValidate is for editors of scenarios.
func (s *Server) controlValidate(api huma.API, path string) {
	text := &huma.RequestBody{}
	huma.Post(api, path, s.validateScenario, summary("Say what is wrong with a scenario in YAML, and save nothing"),
		func(op *huma.Operation) { op.RequestBody = text })
	text.Required = false // an editor may be empty, and is told that this is no scenario
}

type validateInput struct {
	RawBody []byte `contentType:"application/yaml"`
}

// scenarioProblem is a problem of a scenario's text, for an editor.
type scenarioProblem struct {
	Line    int    `json:"line" doc:"Counted from 1; 0 when nobody can say."`
	Column  int    `json:"column" doc:"Counted from 1, in characters; 0 when nobody can say."`
	Message string `json:"message" doc:"Where it is, what was wanted, and what was found."`
}

type validateOutput struct {
	Body struct {
		Problems []scenarioProblem `json:"problems" nullable:"false" doc:"In the order of the text; none when the scenario can be told."`
	}
}

func (s *Server) validateScenario(_ context.Context, in *validateInput) (*validateOutput, error) {
	out := &validateOutput{}
	out.Body.Problems = []scenarioProblem{}
	for _, p := range s.library.Check(in.RawBody) {
		line, column := p.Line, p.Column
		p.File, p.Line, p.Column = "", 0, 0 // what is left words it without its place
		out.Body.Problems = append(out.Body.Problems, scenarioProblem{line, column, p.String()})
	}
	return out, nil
}
