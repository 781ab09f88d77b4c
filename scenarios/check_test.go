package scenarios_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"kycmock/scenarios"
)

func TestAScenarioMadeInGoIsCheckedToo(t *testing.T) {
	advance := scenarios.Text("soon")
	s := scenarios.Scenario{Name: "made", Why: "In Go.", Provider: "uqdo", Steps: []scenarios.Step{
		{Trigger: &scenarios.Trigger{As: "first", Event: "face"}},
		{Parallel: &[]scenarios.Step{{Advance: &advance}, {Wait: &scenarios.Wait{Delivery: "frist"}}}},
	}}
	got := scenarios.Check(s, scenarios.Known{Vendors: twoVendors()})
	const want = `provider: unknown vendor uqdo, did you mean uqudo?
step 2.1: advance: want next, idle or a duration such as 5m, 1.5s or 2h, got "soon"
step 2.2: wait.delivery: unknown name frist, did you mean first?`
	if got.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWithoutAWorldWhatDependsOnItIsLetPass(t *testing.T) {
	const text = `name: story
why: x
provider: acme
steps:
  - include: {scenario: somewhere, as: base}
  - trigger: {as: first, event: whatever, session: $base.first.session, faults: [uppercase-signature]}
  - expect: {delivery: base.first, count: 1}
  - act: {on: first, do: dance}
  - include: {scenario: elsewhere}
  - expect: {delivery: anything, count: 1}
`
	if _, err := scenarios.Read("", []byte(text)); err != nil {
		t.Error(err)
	}
	known := scenarios.Known{Scenarios: []scenarios.Scenario{}}
	if _, err := known.Read("", []byte(text)); err == nil || !strings.Contains(err.Error(), "unknown scenario somewhere") {
		t.Errorf("got %v when it is known that there are none", err)
	}
}

// TestAMistakeIsToldOnce has a mistake whose consequences are none of the
// author's.
func TestAMistakeIsToldOnce(t *testing.T) {
	const text = `name: story
why: x
provider: uqudo
steps:
  - triger: {as: first, event: face}
  - expect: {delivery: first, count: 1}
  - redeliver: {delivery: first}
`
	_, err := scenarios.Read("f.yaml", []byte(text))
	const want = "f.yaml:5:5: step 1: unknown key triger, did you mean trigger?"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestNoMoreIsToldThanAnybodyReads(t *testing.T) {
	text := "name: story\nwhy: x\nsteps:\n" + strings.Repeat("  - advance: soon\n", 1000)
	_, err := scenarios.Read("", []byte(text))
	lines := strings.Split(fmt.Sprint(err), "\n")
	if len(lines) != 101 || lines[100] != "there may be more" {
		t.Errorf("got %d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}

func TestIncludesAreBounded(t *testing.T) {
	// Each includes the next ten times: ten to the power of seven steps.
	all := []scenarios.Scenario{}
	for i := range 8 {
		s := scenarios.Scenario{Name: fmt.Sprintf("s%d", i), Provider: "uqudo"}
		for j := range 10 {
			s.Steps = append(s.Steps, scenarios.Step{Include: &scenarios.Include{Scenario: fmt.Sprintf("s%d", i+1), As: fmt.Sprintf("n%d", j)}})
		}
		all = append(all, s)
	}
	last := all[7]
	last.Steps = []scenarios.Step{{Trigger: &scenarios.Trigger{As: "first", Event: "face"}}}
	all[7] = last
	for from, want := range map[int]string{0: "more than 10000 steps in all", 6: ""} {
		if got := scenarios.Check(all[from], scenarios.Known{Scenarios: all}); !strings.Contains(got.Error(), want) || (want == "") != (len(got) == 0) {
			t.Errorf("from %d: got %v, want %q", from, got, want)
		}
	}
}

func TestAProblemIsJSON(t *testing.T) {
	_, err := scenarios.Read("f.yaml", []byte("name: story\nwhy: x\nsteps: [{advance: soon}]"))
	text, wrong := json.Marshal(err)
	const want = `[{"file":"f.yaml","line":3,"column":19,"where":"step 1","message":"advance: want next, idle or a duration such as 5m, 1.5s or 2h, got \"soon\""}]`
	if wrong != nil || string(text) != want {
		t.Errorf("got  %s, %v\nwant %s", text, wrong, want)
	}
}

func TestTheSkeletonIsAGoodScenario(t *testing.T) {
	const schema = "http://127.0.0.1:8080/_mock/v1/scenario.schema.json"
	text := scenarios.Skeleton("my-story", schema)
	s, err := scenarios.Known{Vendors: twoVendors()}.Read("my-story.yaml", text)
	if err != nil || s.Name != "my-story" {
		t.Errorf("got %q, %v", s.Name, err)
	}
	if first, _, _ := strings.Cut(string(text), "\n"); first != "# yaml-language-server: $schema="+schema {
		t.Errorf("the first line is %s", first)
	}
}
