package mockserver

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/gorilla/mux"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// control makes the control API: a thin skin over the Server's verbs. Its
// framework's habits are bent in four ways: schemas are named by package, so
// that two types of one name get along; nothing is added to answers; members
// that are twice in an object are refused; and errors are worded by explain.
func (s *Server) control(r *mux.Router) huma.API {
	format := huma.Format{Marshal: marshal, Unmarshal: unmarshal}
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:       "kycmock control API",
				Version:     s.config.Version,
				Description: "Levers on a mock of identity vendors. It is the mock's own; no vendor has it.",
			},
			Components: &huma.Components{Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName)},
		},
		Formats: map[string]huma.Format{
			"application/json": format, "json": format,
			"application/x-www-form-urlencoded": format, // what curl -d says of any body
		},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{s.explain},
	}
	group := huma.NewGroup(humamux.New(r, config))
	group.UseSimpleModifier(func(op *huma.Operation) {
		op.MaxBodyBytes = maxBody
		if len(op.Tags) == 0 {
			op.Tags = []string{"Mock"}
		}
	})
	group.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		next(huma.WithValue(ctx, serverKey{}, s))
	})
	s.controlClock(group)
	s.controlTriggers(group)
	s.controlDeliveries(group)
	s.controlFaults(group)
	s.controlJournal(group)
	s.controlKeys(group)
	s.controlReset(group)
	s.controlScenarios(group)
	s.controlSetup(group)
	return group
}

// serverKey is where a request's context holds the Server, for the resolvers
// of inputs.
type serverKey struct{}

func serverOf(ctx huma.Context) *Server { return ctx.Context().Value(serverKey{}).(*Server) }

// summary words an operation for the OpenAPI document.
func summary(text string) func(*huma.Operation) {
	return func(op *huma.Operation) { op.Summary = text }
}

// answering is summary for an operation whose success is not 200.
func answering(status int, text string) func(*huma.Operation) {
	return func(op *huma.Operation) { op.Summary, op.DefaultStatus = text, status }
}

func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if t.Name() == "" || t.PkgPath() == "" {
		return name
	}
	pkg := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
	return strings.ToUpper(pkg[:1]) + pkg[1:] + name
}

// document is an RFC 9457 problem.
type document struct {
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Errors problem.Fields `json:"errors,omitempty"`
}

func documentOf(p *problem.Error) document {
	status := p.Code.Status()
	return document{http.StatusText(status), status, p.Detail, p.Fields}
}

// explain words every error of the control API: each finding at the member
// that it is about and each member once, no secret repeated, and nothing of
// the mock's own faults but in the log.
func (s *Server) explain(ctx huma.Context, _ string, v any) (any, error) {
	switch e := v.(type) {
	case *problem.Error:
		return documentOf(problem.New(e.Code, "%s", e.Detail).With(prefixed(e.Fields)...)), nil
	case *huma.ErrorModel:
		if err := ctx.Context().Err(); err != nil { // nobody waits for this answer
			return documentOf(problem.New(problem.Unavailable, "the request was ended: %s", err)), nil
		}
		if e.Status >= http.StatusInternalServerError {
			s.config.Log.Error("a request failed", "path", ctx.URL().Path, "errors", findings(e))
			return documentOf(problem.New(problem.Internal, "the mock has a fault; its log says which")), nil
		}
		d := document{Title: e.Title, Status: e.Status, Detail: e.Detail, Errors: findings(e)}
		switch {
		case e.Status == http.StatusBadRequest && len(d.Errors) == 0:
			d.Detail = "the request cannot be read"
			d.Errors = problem.Fields{{Location: "body", Message: "want a JSON object"}}
		case e.Status == http.StatusBadRequest:
			d.Detail = "the request cannot be read"
		case e.Status == http.StatusUnsupportedMediaType:
			d.Detail = "want a body of the type application/json"
		}
		if n := len(d.Errors); e.Status == http.StatusUnprocessableEntity && n > 0 {
			d.Detail = fmt.Sprintf("the request breaks %d rules", n)
			if n == 1 {
				d.Detail = "the request breaks a rule"
			}
		}
		return d, nil
	}
	return v, nil
}

// findings lists what an error found, one for each place: the framework and a
// verb may both have something to say about one.
func findings(e *huma.ErrorModel) problem.Fields {
	var fields problem.Fields
	seen := map[string]bool{}
	details := e.Errors
	if e.Status < http.StatusUnprocessableEntity && len(details) > 1 {
		details = details[:1] // of a body that cannot be read nothing else is known
	}
	for _, detail := range details {
		f := provider.FieldOf(detail)
		if f.Location == "body" {
			f = unfit(f)
		}
		if f.Location == "body.seed" && f.Message != provider.NoSuchMember {
			f.Message = noSeed
		}
		if !seen[f.Location] || f.Location == "" {
			fields = append(fields, f)
		}
		seen[f.Location] = true
	}
	slices.SortStableFunc(fields, func(a, b problem.Field) int { return strings.Compare(a.Location, b.Location) })
	return fields
}

// noSeed is said of what is no seed: of its two ends the schema's words tell one,
// and those of the decoder name a type of Go.
const noSeed = "want a whole number from 0 to 18446744073709551615"

// mismatch is how encoding/json words a value that the schema lets pass and a
// type of Go cannot hold, such as 1e99 for an integer.
var mismatch = regexp.MustCompile(`^json: cannot unmarshal (.+) into Go struct field [^.]*\.(\S+) of type (\S+)$`)

// unfit is a finding about a body, without the body, and at the member that it
// is about when it tells.
func unfit(f problem.Field) problem.Field {
	f.Value = nil
	if m := mismatch.FindStringSubmatch(f.Message); m != nil {
		f.Location, f.Message = "body."+m[2], fmt.Sprintf("want %s, not %s", m[3], m[1])
	}
	return f
}

func marshal(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
