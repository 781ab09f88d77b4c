package mockserver

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
	"kycmock/scenarios"
)

// RunScenario tells a scenario to the receiver at a URL, from its beginning to
// its end, and fails the test with everything that the receiver does wrong. It
// is one that is built in or of Config.Scenarios, by its name, or a file, when
// that ends in .yaml or .yml.
func (m *Mock) RunScenario(nameOrFile, receiverURL string) scenarios.Result {
	m.t.Helper()
	return m.RunScenarioWith(nameOrFile, scenarios.Options{URL: receiverURL})
}

// RunScenarioWith is RunScenario with all that can be said about a run, such as
// Vars and Account.
func (m *Mock) RunScenarioWith(nameOrFile string, o scenarios.Options) scenarios.Result {
	m.t.Helper()
	story, err := m.story(nameOrFile)
	m.must(err, "reading the scenario %s", nameOrFile)
	run, err := m.StartScenario(story, o)
	m.must(err, "running the scenario %s", nameOrFile)
	result := WaitRun(m.ctx(), run)
	if result.Status != scenarios.Passed {
		m.t.Errorf("%s", complaint(result))
	}
	return result
}

// story finds a scenario or reads its file.
func (m *Mock) story(nameOrFile string) (scenarios.Scenario, error) {
	if ext := filepath.Ext(nameOrFile); ext != ".yaml" && ext != ".yml" {
		story, known := m.library.Find(nameOrFile)
		if !known {
			return story, problem.New(problem.NotFound, "there is none of this name that is built in or in Config.Scenarios%s; a file ends in .yaml", m.meant(nameOrFile))
		}
		return story, nil
	}
	text, err := os.ReadFile(nameOrFile)
	if err != nil {
		return scenarios.Scenario{}, err
	}
	return scenarios.Known{Vendors: m.Providers(), Scenarios: m.library.List()}.Read(nameOrFile, text)
}

// meant is the scenario that a mistyped name may have meant.
func (m *Mock) meant(name string) string {
	var names []string
	for _, s := range m.library.List() {
		names = append(names, s.Name)
	}
	if near := fault.Nearest(name, names); near != "" {
		return ", did you mean " + near + "?"
	}
	for _, known := range names {
		if strings.HasPrefix(known, name) {
			return ", did you mean " + known + "?"
		}
	}
	return ""
}

// complaint is what was wrong in a run.
func complaint(r scenarios.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "scenario %s %s with seed %d", r.Scenario, r.Status, r.Seed)
	if r.Detail != "" {
		fmt.Fprintf(&b, ": %s", r.Detail)
	}
	for _, s := range r.Findings() {
		place := "step " + s.Path
		if s.File != "" {
			place = fmt.Sprintf("%s:%d: %s", s.File, s.Line, place)
		}
		fmt.Fprintf(&b, "\n    %s: %s", place, s.Finding)
		for _, more := range []string{s.Detail, s.Otherwise} {
			if more != "" && !strings.Contains(s.Finding, more) {
				fmt.Fprintf(&b, "\n        %s", more)
			}
		}
	}
	return b.String()
}
