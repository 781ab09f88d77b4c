package mockserver_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/scenarios"
)

const scenariosPath = "/_mock/v1/scenarios"

// oneFace is a scenario that ends well when the receiver answers.
const oneFace = `name: one-face
why: A face is told.
provider: uqudo
vars:
  patience: {default: 5s, summary: how long the receiver may take}
steps:
  - trigger: {as: told, event: face}
  - judge: {that: it is taken, delivery: told, attempt: 1, status: 2xx, within: $patience}
`

// upload sends a scenario with a Content-Type, or with none.
func (a api) upload(name, contentType, text string) reply {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPut, a.base+scenariosPath+"/"+name, strings.NewReader(text))
	if err != nil {
		a.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	return replyOf(a.t, answer)
}

type scenarioInfo struct {
	Name, Why, Provider, Origin, YAML string
	Steps                             int
	Vars                              map[string]struct {
		Default any
		Summary string
	}
}

func TestAScenarioIsUploadedShownReplacedAndDeleted(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	for i, contentType := range []string{"application/yaml", "application/x-www-form-urlencoded", "", "application/json", "text/x-yaml; charset=utf-8", "application/octet-stream", "nonsense"} {
		want := http.StatusOK
		if i == 0 {
			want = http.StatusCreated
		}
		var info scenarioInfo
		a.upload("one-face", contentType, oneFace).want(want).into(&info)
		if info.Name != "one-face" || info.Origin != "uploaded" || info.Steps != 2 || info.Vars["patience"].Default != "5s" {
			t.Errorf("sent as %q it is %+v", contentType, info)
		}
	}
	var info scenarioInfo
	a.call("GET", scenariosPath+"/one-face", "").want(200).into(&info)
	if info.YAML != oneFace || info.Why != "A face is told." || info.Provider != "uqudo" {
		t.Errorf("it is shown as %+v", info)
	}
	if got := asYAML(a, "one-face"); string(got.body) != oneFace || got.header.Get("Content-Type") != "application/yaml" {
		t.Errorf("as YAML it is %s", got.body)
	}
	var list struct{ Scenarios []scenarioInfo }
	a.call("GET", scenariosPath, "").want(200).into(&list)
	if len(list.Scenarios) != len(scenarios.BuiltIn())+1 || !slices.ContainsFunc(list.Scenarios, func(s scenarioInfo) bool { return s.Name == "one-face" }) {
		t.Errorf("%d are listed", len(list.Scenarios))
	}
	a.call("DELETE", scenariosPath+"/one-face", "").want(204)
	a.call("DELETE", scenariosPath+"/one-face", "").problem(404)
	a.call("GET", scenariosPath+"/one-face", "").problem(404)
}

func asYAML(a api, name string) reply {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, a.base+scenariosPath+"/"+name, http.NoBody)
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html;q=0.5, application/yaml")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	return replyOf(a.t, answer).want(200)
}

func TestWhatIsBuiltInIsShownAndCannotBeChanged(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	var info scenarioInfo
	a.call("GET", scenariosPath+"/uqudo-face", "").want(200).into(&info)
	if info.Origin != "built-in" || info.Steps == 0 || !strings.Contains(info.YAML, "name: uqudo-face") {
		t.Errorf("it is shown as %+v", info)
	}
	a.upload("uqudo-face", "application/yaml", strings.Replace(oneFace, "one-face", "uqudo-face", 1)).problem(409)
	a.call("DELETE", scenariosPath+"/uqudo-face", "").problem(409)
}

func TestAllThatIsWrongWithAnUploadIsSaidWithItsPlace(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	for _, c := range []struct {
		name, contentType, text string
		detail                  string
		messages                []string
	}{
		{
			"a name, a key, a duration and an event", "application/yaml",
			"name: other\nwhy: x\nprovder: uqudo\nprovider: uqudo\nsteps:\n  - advance: soon\n  - trigger: {event: enrolment}\n",
			"the scenario cannot be told",
			[]string{"1:7: name: want one-face, ", "3:1: unknown key provder, ", "6:14: step 1: advance: ", "7:22: step 2: trigger.event: "},
		},
		{"no YAML", "application/yaml", "steps: [", "the scenario cannot be told", []string{"1"}},
		{"the ends of lines taken away", "application/x-www-form-urlencoded", strings.ReplaceAll(oneFace, "\n", ""), "--data-binary", []string{""}},
		{"a form", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n" + oneFace + "\r\n--x--\r\n", "and no form", []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := api{t, a.base}.upload("one-face", c.contentType, c.text).problem(422)
			if !strings.Contains(p.Detail, c.detail) || len(p.Errors) != len(c.messages) {
				t.Fatalf("it says %q, and %+v", p.Detail, p.Errors)
			}
			for i, want := range c.messages {
				if p.Errors[i].Location != "body" || !strings.HasPrefix(p.Errors[i].Message, want) {
					t.Errorf("problem %d is %+v, want %q", i, p.Errors[i], want)
				}
			}
		})
	}
	a.upload("one-face", "application/yaml", "").problem(400)
	a.call("GET", scenariosPath+"/one-face", "").problem(404)
}

func TestTheSchemaIsServed(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	got := a.call("GET", "/_mock/v1/scenario.schema.json", "").want(200)
	if string(got.body) != string(scenarios.Schema()) || got.header.Get("Content-Type") != "application/schema+json" {
		t.Errorf("it is %s", got.body)
	}
}

// runBody is a run, as the control API shows it.
type runBody struct {
	ID, Scenario, Status, Detail, Command string
	Seed                                  uint64
	Steps                                 []struct {
		Path, Verb, Status, Finding string
		Deliveries                  []string
	}
}

// begin starts a run.
func (a api) begin(name, body string) (r runBody) {
	a.t.Helper()
	a.call("POST", scenariosPath+"/"+name+"/runs", body).want(http.StatusAccepted).into(&r)
	if r.ID == "" || r.Scenario != name || r.Status == "" {
		a.t.Fatalf("the run is %+v", r)
	}
	return r
}

// ended waits for a run's end.
func (a api) ended(id string) (r runBody) {
	a.t.Helper()
	a.call("GET", "/_mock/v1/runs/"+id+"?wait=30s", "").want(200).into(&r)
	if r.Status == "running" {
		a.t.Fatalf("it does not end: %+v", r)
	}
	return r
}

func TestAScenarioIsRunAndShown(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.upload("one-face", "", oneFace).want(201)
	good, strict := newHook(t), newHook(t, 401)
	first := a.begin("one-face", `{"vars": {"url": "`+good.URL+`", "patience": "9s"}, "seed": 7}`)
	if first = a.ended(first.ID); first.Status != "passed" || first.Seed != 7 || len(first.Steps) != 2 || len(good.received()) != 1 {
		t.Errorf("it ended as %+v", first)
	}
	second := a.ended(a.begin("one-face", `{"vars": {"url": "`+strict.URL+`"}, "account": "acme"}`).ID)
	if second.Status != "failed" || second.Seed == 0 || second.Seed == 7 || second.Steps[1].Finding == "" || !strings.Contains(second.Command, "--account acme") {
		t.Errorf("it ended as %+v", second)
	}
	third := a.ended(a.begin("one-face", "").ID) // to the webhook that is set by now
	if third.Status != "passed" || len(good.received()) != 2 {
		t.Errorf("it ended as %+v", third)
	}
	a.call("POST", "/_mock/v1/runs/"+third.ID+"/cancel", "").problem(409)

	var list struct{ Runs []runBody }
	a.call("GET", "/_mock/v1/runs", "").want(200).into(&list)
	if len(list.Runs) != 3 || list.Runs[0].ID != first.ID || list.Runs[2].ID != third.ID {
		t.Errorf("listed are %+v", list)
	}
	var page recordPage
	a.call("GET", "/_mock/v1/deliveries?run="+second.ID, "").want(200).into(&page)
	if len(page.Deliveries) != 1 || page.Deliveries[0].Account != "acme" || !slices.Contains(second.Steps[0].Deliveries, page.Deliveries[0].ID) {
		t.Errorf("its deliveries are %+v", page.Deliveries)
	}
	junit := a.call("GET", "/_mock/v1/runs/"+second.ID+"/junit", "").want(200)
	var suites struct {
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal(junit.body, &suites); err != nil || suites.Failures != 1 || junit.header.Get("Content-Type") != "application/xml" {
		t.Errorf("%v: %s", err, junit.body)
	}
}

func TestARunThatCannotBeginIsRefused(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.upload("one-face", "", oneFace).want(201)
	for body, want := range map[string][]string{
		`{"vars": {"patience": "1s", "courage": "2", "url": "127.0.0.1:3000"}, "acount": "x", "seed": -1}`: {"body.acount", "body.seed", "body.vars.courage", "body.vars.url"},
		`{"vars": {"patience": [5]}}`: {"body.vars.patience"},
		`[]`:                          {"body"},
	} {
		if got := a.call("POST", scenariosPath+"/one-face/runs", body).problem(422).locations(); !slices.Equal(got, want) {
			t.Errorf("%s: found something at %v, want %v", body, got, want)
		}
	}
	a.call("POST", scenariosPath+"/nobody/runs", "").problem(404)
	a.call("POST", scenariosPath+"/nobody/runs", `{"vars": {"x": "y"}}`).problem(404)
	for _, path := range []string{"/nobody", "/nobody?wait=1s", "/nobody/junit"} {
		a.call("GET", "/_mock/v1/runs"+path, "").problem(404)
	}
	a.call("POST", "/_mock/v1/runs/nobody/cancel", "").problem(404)
	var list struct{ Runs json.RawMessage }
	a.call("GET", "/_mock/v1/runs", "").want(200).into(&list)
	if string(list.Runs) != "[]" {
		t.Errorf("what was refused left %s", list.Runs)
	}
	id := a.begin("one-face", "").ID
	for _, wait := range []string{"soon", "-1s", "1h"} {
		if got := a.call("GET", "/_mock/v1/runs/"+id+"?wait="+wait, "").problem(422).locations(); !slices.Equal(got, []string{"query.wait"}) {
			t.Errorf("%s: found something at %v", wait, got)
		}
	}
}

func TestAScenarioIsLookedThroughAndNotSaved(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	type place struct {
		Line, Column *int
		Message      string
	}
	for _, c := range []struct {
		name, text string
		want       []string // line:column and how the message begins
	}{
		{"a good one", oneFace, nil},
		{"one that is built in", string(asYAML(a, "uqudo-face").body), nil},
		{
			"a key, a duration and an event", "name: other\nwhy: x\nprovder: uqudo\nprovider: uqudo\nsteps:\n  - advance: soon\n  - trigger: {event: enrolment}\n",
			[]string{"3:1 unknown key provder", "6:14 step 1: advance: ", "7:22 step 2: trigger.event: "},
		},
		{"another scenario that there is not", "name: x\nwhy: y\nsteps:\n  - include: {scenario: nobody}\n", []string{"4:25 step 1: include.scenario: "}},
		{"no YAML", "name: x\nsteps: [", []string{"2:"}},
		{"nothing", "", []string{"1:0 want a scenario"}},
		{"a comment", "# to come\n", []string{"1:0 want a scenario"}},
		{"too much", "# " + strings.Repeat("x", scenarios.MaxSize), []string{"0:0 want at most 1 MiB"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out struct{ Problems []place }
			r := api{t, a.base}.call("POST", scenariosPath+"/validate", c.text).want(200)
			r.into(&out)
			if out.Problems == nil || len(out.Problems) != len(c.want) {
				t.Fatalf("it says %s", r.body)
			}
			for i, p := range out.Problems {
				if got := fmt.Sprintf("%d:%d %s", *p.Line, *p.Column, p.Message); !strings.HasPrefix(got, c.want[i]) {
					t.Errorf("problem %d is %q, want %q", i, got, c.want[i])
				}
			}
		})
	}
	a.call("GET", scenariosPath+"/one-face", "").problem(404)
	var list struct{ Scenarios []scenarioInfo }
	a.call("GET", scenariosPath, "").want(200).into(&list)
	if len(list.Scenarios) != len(scenarios.BuiltIn()) {
		t.Errorf("%d are listed", len(list.Scenarios))
	}
	a.upload("one-face", "", oneFace).want(201)
	including := "name: x\nwhy: y\nsteps:\n  - include: {scenario: one-face}\n"
	var out struct{ Problems []place }
	if a.call("POST", scenariosPath+"/validate", including).want(200).into(&out); len(out.Problems) != 0 {
		t.Errorf("an uploaded one cannot be included: %+v", out.Problems)
	}
}
