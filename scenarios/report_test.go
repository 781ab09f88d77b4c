package scenarios_test

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"kycmock/scenarios"
)

// told is a run in which everything occurs.
func told() scenarios.Result {
	return scenarios.Result{
		ID: "run_1", Scenario: "lost", File: "lost.yaml", Status: scenarios.Error,
		Detail: "lost.yaml:9:5: step 4: onboarding had 1 attempt, wanted 2", Seed: 3, ClockStart: began,
		Vars: map[string]any{"url": "http://a.test"}, Command: "kycmock scenario run lost --seed 3 --clock-start 2026-11-22T10:00:00Z --var 'who=a & b'",
		Steps: []scenarios.StepResult{
			{Path: "1", Name: "trigger enrollment", Verb: "trigger", Status: scenarios.Passed, Detail: "1 delivery", Deliveries: []string{"dlv_1"}, File: "lost.yaml", Line: 5, Column: 5},
			{Path: "2", Name: "it is taken", Verb: "judge", Status: scenarios.Passed, File: "lost.yaml", Line: 6, Column: 5},
			{Path: "3", Name: "the second telling, 100%", Verb: "judge", Status: scenarios.Failed, File: "a,b:c.yaml", Line: 7, Column: 5,
				Detail: "attempt 2 was answered with \"\x00<b>\x1b[31m\", wanted 2xx", Finding: "refused\nthe second", Otherwise: "Answer 2xx."},
			{Path: "4", Name: "expect onboarding", Verb: "expect", Status: scenarios.Error, Detail: "onboarding had 1 attempt, wanted 2", File: "lost.yaml", Line: 9, Column: 5},
			{Path: "5", Name: "expect order", Verb: "expect", Status: scenarios.Skipped, File: "lost.yaml", Line: 10, Column: 5},
		},
	}
}

func TestARunAsText(t *testing.T) {
	var b strings.Builder
	if err := scenarios.WriteText(&b, told()); err != nil {
		t.Fatal(err)
	}
	want := `passed  1 trigger enrollment (1 delivery)
passed  2 judge that it is taken
failed  3 judge that the second telling, 100%
        refused the second
        attempt 2 was answered with " <b> [31m", wanted 2xx
        Answer 2xx.
error   4 expect onboarding
        onboarding had 1 attempt, wanted 2
skipped 5 expect order
error lost: 1 finding about the receiver, seed 3
        lost.yaml:9:5: step 4: onboarding had 1 attempt, wanted 2
        repeat it: kycmock scenario run lost --seed 3 --clock-start 2026-11-22T10:00:00Z --var 'who=a & b'
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestProgressIsALineAStepAndOnATerminalWhatIsRunning(t *testing.T) {
	steps := []scenarios.StepResult{
		{Path: "1", Name: "advance 5m", Verb: "advance", Status: scenarios.Running},
		{Path: "1", Name: "advance 5m", Verb: "advance", Status: scenarios.Passed},
	}
	end := scenarios.Result{Scenario: "lost", Status: scenarios.Passed, Seed: 3}
	for terminal, want := range map[bool]string{
		false: "passed  1 advance 5m\npassed lost, seed 3\n",
		true:  "...     1 advance 5m\r\x1b[Kpassed  1 advance 5m\npassed lost, seed 3\n",
	} {
		var b strings.Builder
		p := scenarios.NewProgress(&b, terminal)
		for _, s := range steps {
			p.Observe(s)
		}
		p.End(end)
		if b.String() != want {
			t.Errorf("terminal %t: got %q, want %q", terminal, b.String(), want)
		}
	}
}

func TestRunsAsJSON(t *testing.T) {
	var b strings.Builder
	if err := scenarios.WriteJSON(&b, told()); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Runs []struct {
			ID, Scenario, Status string
			Seed                 uint64
			ClockStart           string
			Steps                []map[string]any
		}
	}
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	r := got.Runs[0]
	if r.ID != "run_1" || r.Scenario != "lost" || r.Status != "error" || r.Seed != 3 || r.ClockStart != "2026-11-22T10:00:00Z" {
		t.Errorf("got %+v", r)
	}
	if s := r.Steps[2]; s["verb"] != "judge" || s["finding"] != "refused\nthe second" || s["line"] != 7.0 {
		t.Errorf("got %v", s)
	}
	if s := r.Steps[1]; s["finding"] != nil || s["detail"] != "" {
		t.Errorf("got %v", s)
	}
}

func TestAnnotationsForGitHubStandWhereTheStepDoes(t *testing.T) {
	var b strings.Builder
	gone := scenarios.Result{Scenario: "gone", File: "gone.yaml", Status: scenarios.Error, Detail: "the receiver was never reached", Command: "again"}
	if err := scenarios.WriteGitHub(&b, told(), gone, scenarios.Result{Scenario: "good", Status: scenarios.Passed}); err != nil {
		t.Fatal(err)
	}
	again := "%0ARepeat it: kycmock scenario run lost --seed 3 --clock-start 2026-11-22T10:00:00Z --var 'who=a & b'\n"
	want := "::error file=a%2Cb%3Ac.yaml,line=7,col=5,title=lost%3A the second telling%2C 100%25::" +
		"refused%0Athe second%0Aattempt 2 was answered with \"\x00<b>\x1b[31m\", wanted 2xx%0AAnswer 2xx." + again +
		"::error file=lost.yaml,line=9,col=5,title=lost%3A expect onboarding::onboarding had 1 attempt, wanted 2" + again +
		"::error file=gone.yaml,line=1,col=1,title=gone::the receiver was never reached%0ARepeat it: again\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// suites is JUnit's XML as a stranger reads it.
type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Tests   int      `xml:"tests,attr"`
	Suites  []struct {
		Name       string `xml:"name,attr"`
		Tests      int    `xml:"tests,attr"`
		Failures   int    `xml:"failures,attr"`
		Errors     int    `xml:"errors,attr"`
		Skipped    int    `xml:"skipped,attr"`
		Time       string `xml:"time,attr"`
		Timestamp  string `xml:"timestamp,attr"`
		Properties struct {
			List []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"value,attr"`
			} `xml:"property"`
		} `xml:"properties"`
		Cases []struct {
			Name      string  `xml:"name,attr"`
			ClassName string  `xml:"classname,attr"`
			Time      string  `xml:"time,attr"`
			Failure   *reason `xml:"failure"`
			Error     *reason `xml:"error"`
			Skipped   *reason `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

type reason struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func junit(t *testing.T, runs ...scenarios.Result) suites {
	t.Helper()
	var b strings.Builder
	if err := scenarios.WriteJUnit(&b, runs...); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), `<?xml version="1.0" encoding="UTF-8"?>`) {
		t.Errorf("it begins with %.60s", b.String())
	}
	var read suites
	decoder := xml.NewDecoder(strings.NewReader(b.String()))
	if err := decoder.Decode(&read); err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	return read
}

func TestJUnitHasACaseForEachAssertion(t *testing.T) {
	all := junit(t, told(), told())
	if all.Tests != 8 || len(all.Suites) != 2 {
		t.Fatalf("got %+v", all)
	}
	s := all.Suites[0]
	if s.Name != "lost" || s.Tests != 4 || s.Failures != 1 || s.Errors != 1 || s.Skipped != 1 || s.Time == "" || s.Timestamp != "2026-11-22T10:00:00" {
		t.Errorf("got %+v", s)
	}
	if p := s.Properties.List; len(p) != 4 || p[2].Name != "seed" || p[2].Value != "3" {
		t.Errorf("the properties are %v", p)
	}
	if c := s.Cases[0]; c.Name != "2 it is taken" || c.ClassName != "lost" || c.Failure != nil || c.Error != nil || c.Skipped != nil {
		t.Errorf("got %+v", c)
	}
	f := s.Cases[1].Failure
	if f == nil || f.Message != "refused\nthe second" {
		t.Fatalf("got %+v", f)
	}
	for _, part := range []string{"wanted 2xx", "Answer 2xx.", "\uFFFD<b>", "Repeat it: kycmock scenario run lost --seed 3", "'who=a & b'"} {
		if !strings.Contains(f.Text, part) {
			t.Errorf("the failure lacks %q: %s", part, f.Text)
		}
	}
	if e := s.Cases[2].Error; e == nil || e.Message != "onboarding had 1 attempt, wanted 2" {
		t.Errorf("got %+v", e)
	}
	if s.Cases[3].Skipped == nil {
		t.Error("what was not come to is not skipped")
	}
}

func TestJUnitHasACaseForWhateverElseBroke(t *testing.T) {
	broken := told()
	broken.Steps = broken.Steps[:1]
	broken.Steps[0].Status, broken.Steps[0].Detail = scenarios.Error, "no such event"
	gone := scenarios.Result{Scenario: "gone", Status: scenarios.Error, Unreachable: true, Detail: "the receiver was never reached"}
	all := junit(t, broken, gone)
	if c := all.Suites[0].Cases; len(c) != 1 || c[0].Error == nil || c[0].Error.Message != "no such event" {
		t.Errorf("got %+v", c)
	}
	if c := all.Suites[1].Cases; len(c) != 1 || c[0].Name != "the run" || c[0].Error == nil {
		t.Errorf("got %+v", c)
	}
}
