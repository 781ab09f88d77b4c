package mockserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/problem"
	"kycmock/scenarios"
)

func (s *Server) controlScenarios(api huma.API) {
	const (
		list = "/_mock/v1/scenarios"
		one  = list + "/{name}"
		runs = "/_mock/v1/runs"
	)
	huma.Get(api, list, s.listScenarios, summary("List the scenarios"))
	huma.Get(api, one, s.getScenario, summary("Show a scenario, as YAML when that is accepted"))
	huma.Put(api, one, s.putScenario, summary("Upload a scenario in YAML, or replace an uploaded one"))
	huma.Delete(api, one, s.deleteScenario, summary("Delete an uploaded scenario"))
	s.controlValidate(api, list+"/validate")
	huma.Post(api, one+"/runs", s.postRun, answering(http.StatusAccepted, "Run a scenario; runs at once share clock and keys"))
	huma.Get(api, runs, s.listRuns, summary("List the runs, oldest first"))
	huma.Get(api, runs+"/{id}", s.getRun, summary("Show a run, or wait for its end"))
	huma.Post(api, runs+"/{id}/cancel", s.cancelRun, summary("Cancel a run"))
	huma.Get(api, runs+"/{id}/junit", s.getJUnit, summary("Show a run as JUnit XML"))
	huma.Get(api, "/_mock/v1/scenario.schema.json", s.getSchema, summary("The grammar of scenarios as a JSON Schema, for editors"))
}

// scenarioInfo is a scenario as lists show it.
type scenarioInfo struct {
	Name     string                   `json:"name"`
	Why      string                   `json:"why" doc:"Which trouble of production it is, and what a receiver has to do."`
	Provider string                   `json:"provider,omitempty"`
	Vars     map[string]scenarios.Var `json:"vars" doc:"What can be set from outside."`
	Steps    int                      `json:"steps" doc:"How many there are."`
	Origin   scenarios.Origin         `json:"origin" enum:"built-in,dir,uploaded"`
}

func (s *Server) info(name string) (scenarioInfo, scenarios.Scenario, error) {
	story, origin := s.library.Get(name)
	if origin == "" {
		return scenarioInfo{}, story, problem.New(problem.NotFound, "there is no scenario %q; GET /_mock/v1/scenarios lists them", name)
	}
	return infoOf(story, origin), story, nil
}

func infoOf(story scenarios.Scenario, origin scenarios.Origin) scenarioInfo {
	vars := story.Vars
	if vars == nil {
		vars = map[string]scenarios.Var{}
	}
	return scenarioInfo{story.Name, story.Why, story.Provider, vars, len(story.Steps), origin}
}

// kindScenario is the kind of the journal's entries about scenarios.
const kindScenario = "scenario"

// storyNoted is a scenario as the journal tells of it, without its words: these
// can be long, and the library bounds them.
type storyNoted struct {
	Name     string           `json:"name"`
	Provider string           `json:"provider,omitempty"`
	Steps    int              `json:"steps"`
	Origin   scenarios.Origin `json:"origin"`
}

// noteScenario writes down what is found under a scenario's name now.
func (s *Server) noteScenario(name string, now scenarios.Scenario, from scenarios.Origin) {
	if from == "" {
		s.journal.Append(kindScenario, name, nil)
		return
	}
	s.journal.Append(kindScenario, name, storyNoted{name, now.Provider, len(now.Steps), from})
}

type scenariosOutput struct {
	Body struct {
		Scenarios []scenarioInfo `json:"scenarios"`
	}
}

func (s *Server) listScenarios(context.Context, *struct{}) (*scenariosOutput, error) {
	out := &scenariosOutput{}
	out.Body.Scenarios = []scenarioInfo{}
	for _, story := range s.library.List() {
		if info, _, err := s.info(story.Name); err == nil {
			out.Body.Scenarios = append(out.Body.Scenarios, info)
		}
	}
	return out, nil
}

type scenarioInput struct {
	Name string `path:"name" doc:"The scenario's name."`
}

type textOutput struct {
	ContentType string `header:"Content-Type"`
	Status      int
	Body        []byte
}

const yamlType = "application/yaml"

func (s *Server) getScenario(_ context.Context, in *struct {
	Name   string `path:"name" doc:"The scenario's name."`
	Accept string `header:"Accept"`
}) (*textOutput, error) {
	info, story, err := s.info(in.Name)
	if err != nil {
		return nil, err
	}
	if accepts(in.Accept, yamlType) {
		return &textOutput{yamlType, http.StatusOK, story.YAML()}, nil
	}
	return jsonText(http.StatusOK, struct {
		scenarioInfo
		YAML string `json:"yaml"`
	}{info, string(story.YAML())})
}

type putScenarioInput struct {
	Name    string `path:"name" doc:"The scenario's name, the same as in the document."`
	Type    string `header:"Content-Type" doc:"It is read as YAML whatever this says."`
	RawBody []byte `contentType:"application/yaml"`
}

// hint is for who has sent a file with curl in a way that spoils it.
func (in *putScenarioInput) hint() string {
	mediaType, _, _ := mime.ParseMediaType(in.Type)
	switch {
	case mediaType == "application/x-www-form-urlencoded" && !bytes.Contains(in.RawBody, []byte("\n")):
		return "; curl -d @FILE takes the ends of lines away, --data-binary @FILE keeps them"
	case strings.HasPrefix(mediaType, "multipart/"):
		return "; send the file itself and no form, with --data-binary @FILE"
	default:
		return ""
	}
}

func (s *Server) putScenario(_ context.Context, in *putScenarioInput) (*textOutput, error) {
	created, err := s.library.Put(in.Name, in.RawBody)
	if err != nil {
		return nil, asProblem(err, in.hint())
	}
	info, _, err := s.info(in.Name)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return jsonText(status, info)
}

// asProblem makes what is wrong with a scenario a problem whose locations are
// places of the text.
func asProblem(err error, hint string) error {
	var all scenarios.Problems
	if !errors.As(err, &all) {
		return err
	}
	p := problem.New(problem.Invalid, "the scenario cannot be told%s", hint)
	for _, one := range all {
		p = p.With(problem.Field{Location: "body", Message: one.String()})
	}
	return p
}

func (s *Server) deleteScenario(_ context.Context, in *scenarioInput) (*struct{}, error) {
	return nil, s.library.Delete(in.Name)
}

type runInput struct {
	Name string `path:"name" doc:"The scenario's name."`
	Body *struct {
		Vars    map[string]scalar `json:"vars,omitempty" doc:"Variables; url is the receiver's address, and is saved as the webhook first."`
		Account string            `json:"account,omitempty" doc:"The account of steps that name none."`
		Seed    *uint64           `json:"seed,omitempty" doc:"Decides everything that is invented; a new one when absent."`
	} `required:"false"`
}

// scalar is the value of a variable: a text, a number, true or false.
type scalar string

// UnmarshalJSON takes any value, as the text that it would be on a command line.
func (v *scalar) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, (*string)(v)) != nil {
		*v = scalar(text)
	}
	return nil
}

// Schema is that of a variable's value in the control API's document.
func (scalar) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "A text, a number, true or false."}
}

// Resolve adds what is known to be wrong before anything is told.
func (in *runInput) Resolve(ctx huma.Context) (wrong []error) {
	story, known := serverOf(ctx).library.Find(in.Name)
	if !known || in.Body == nil {
		return nil
	}
	for name, value := range in.Body.Vars {
		at := "body.vars." + name
		_, has := story.Vars[name]
		to, err := url.Parse(string(value))
		switch {
		case strings.HasPrefix(string(value), "{") || strings.HasPrefix(string(value), "["):
			wrong = append(wrong, &huma.ErrorDetail{Location: at, Message: "want a text, a number, true or false"})
		case name == "url" && (err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https"):
			wrong = append(wrong, &huma.ErrorDetail{Location: at, Message: "want an absolute http or https URL, such as http://127.0.0.1:3000/hook", Value: string(value)})
		case !has && name != "url" && name != "account":
			wrong = append(wrong, &huma.ErrorDetail{Location: at, Message: story.Name + " has no such variable"})
		}
	}
	return wrong
}

type runOutput struct{ Body scenarios.Result }

func (s *Server) postRun(_ context.Context, in *runInput) (*runOutput, error) {
	var o scenarios.Options
	if in.Body != nil {
		o = scenarios.Options{Vars: map[string]string{}, Account: in.Body.Account, Seed: in.Body.Seed}
		for name, value := range in.Body.Vars {
			o.Vars[name] = string(value)
		}
	}
	run, err := s.StartRun(in.Name, o)
	if err != nil {
		return nil, err
	}
	return &runOutput{run.Result()}, nil
}

type runsOutput struct {
	Body struct {
		Runs []scenarios.Result `json:"runs"`
	}
}

func (s *Server) listRuns(context.Context, *struct{}) (*runsOutput, error) {
	out := &runsOutput{}
	out.Body.Runs = s.Runs()
	return out, nil
}

// maxRunWait bounds how long a request waits for a run, in real time.
const maxRunWait = 10 * time.Minute

func (s *Server) getRun(ctx context.Context, in *struct {
	ID   string `path:"id" doc:"The run's ID."`
	Wait string `query:"wait" doc:"How long to wait for its end, in real time: a duration such as 30s. It is shown as it stands then."`
}) (*runOutput, error) {
	run, err := s.Run(in.ID)
	if err != nil || in.Wait == "" {
		return result(run, err)
	}
	wait, err := time.ParseDuration(in.Wait)
	if err != nil || wait < 0 || wait > maxRunWait {
		return nil, problem.New(problem.Invalid, "the query breaks a rule").
			With(problem.Field{Location: "query.wait", Message: "want a duration up to " + maxRunWait.String() + ", such as 30s", Value: in.Wait})
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	return &runOutput{WaitRun(ctx, run)}, nil
}

func result(run *Run, err error) (*runOutput, error) {
	if err != nil {
		return nil, err
	}
	return &runOutput{run.Result()}, nil
}

type runIDInput struct {
	ID string `path:"id" doc:"The run's ID."`
}

func (s *Server) cancelRun(ctx context.Context, in *runIDInput) (*runOutput, error) {
	run, err := s.Run(in.ID)
	if err != nil {
		return nil, err
	}
	if status := run.Result().Status; status != scenarios.Running {
		return nil, problem.New(problem.Conflict, "run %s is %s already", in.ID, status)
	}
	run.Cancel()
	return &runOutput{WaitRun(ctx, run)}, nil
}

func (s *Server) getJUnit(_ context.Context, in *runIDInput) (*textOutput, error) {
	run, err := s.Run(in.ID)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := scenarios.WriteJUnit(&b, run.Result()); err != nil {
		return nil, err
	}
	return &textOutput{"application/xml", http.StatusOK, b.Bytes()}, nil
}

func (s *Server) getSchema(context.Context, *struct{}) (*textOutput, error) {
	return &textOutput{"application/schema+json", http.StatusOK, scenarios.Schema()}, nil
}

func jsonText(status int, value any) (*textOutput, error) {
	var b bytes.Buffer
	if err := marshal(&b, value); err != nil {
		return nil, err
	}
	return &textOutput{"application/json", status, b.Bytes()}, nil
}

// accepts is whether an Accept header names a media type.
func accepts(header, want string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if mediaType, _, err := mime.ParseMediaType(one); err == nil && mediaType == want {
			return true
		}
	}
	return false
}
