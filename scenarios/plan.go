package scenarios

import (
	"fmt"
	"reflect"
	"strings"

	"kycmock/mockserver/problem"
)

// Bounds of a scenario with all that it includes.
const (
	maxDepth = 8      // scenarios within each other
	maxSteps = 10_000 // in all
)

// row is a step as a run goes through it. The run's mu guards the result.
type row struct {
	StepResult
	step     Step
	begun    bool
	inner    []*row    // of parallel and include
	included *Scenario // of include
}

// planner lays out the steps of a scenario and of those that it includes.
type planner struct {
	include   func(name string) (Scenario, bool)
	steps     int
	providers []string // as they are written, each time that one is named
}

// rows lays out steps. Prefix is the path of the step that they are in, with a
// dot behind it.
func (p *planner) rows(s Scenario, steps []Step, prefix string, depth int) ([]*row, error) {
	p.providers = append(p.providers, s.Provider)
	rows := make([]*row, 0, len(steps))
	for i, step := range steps {
		if p.steps++; p.steps > maxSteps {
			return nil, problem.New(problem.Invalid, "%s has more than %d steps with all that it includes", s.Name, maxSteps)
		}
		verb, _ := verbOf(step)
		r := &row{step: step, StepResult: StepResult{
			Path: fmt.Sprintf("%s%d", prefix, i+1), Name: nameOf(step), Verb: verb, Status: Skipped,
			Deliveries: []string{}, File: s.File, Line: step.Line, Column: step.Column,
		}}
		if err := p.within(s, r, depth); err != nil {
			return nil, err
		}
		p.providers = append(p.providers, vendorIn(step))
		rows = append(rows, r)
	}
	return rows, nil
}

// within lays out the steps within a step.
func (p *planner) within(s Scenario, r *row, depth int) error {
	var err error
	switch {
	case r.step.Parallel != nil:
		r.inner, err = p.rows(s, *r.step.Parallel, r.Path+".", depth)
	case r.step.Include != nil:
		name := r.step.Include.Scenario
		if depth >= maxDepth {
			return problem.New(problem.Invalid, "%s: more than %d scenarios include each other", r.where(), maxDepth)
		}
		included, known := Scenario{}, false
		if p.include != nil {
			included, known = p.include(name)
		}
		if !known {
			return problem.New(problem.Invalid, "%s: there is no scenario called %q", r.where(), name)
		}
		r.included = &included
		r.inner, err = p.rows(included, included.Steps, r.Path+".", depth+1)
	}
	return err
}

// where says which step it is, and where it stands.
func (r *row) where() string {
	place := r.File
	if place == "" {
		place = "-"
	}
	return fmt.Sprintf("%s:%d:%d: step %s", place, r.Line, r.Column, r.Path)
}

// verbOf finds a step's verb, by its name in YAML, and what belongs to it.
func verbOf(s Step) (name string, what any) {
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Tag.Get("verb") == "true" && !v.Field(i).IsNil() {
			return field.Tag.Get("yaml"), v.Field(i).Interface()
		}
	}
	return "", nil
}

// vendorIn is the vendor that a step names.
func vendorIn(s Step) string {
	switch {
	case s.Trigger != nil:
		return string(s.Trigger.Provider)
	case s.SaveWebhook != nil:
		return string(s.SaveWebhook.Provider)
	default:
		return ""
	}
}

// nameOf is what a step is called.
func nameOf(s Step) string {
	if s.Name != "" {
		return s.Name
	}
	verb, what := verbOf(s)
	return strings.TrimSpace(verb + " " + about(what))
}

// about says in a few words what a step is about.
func about(what any) string {
	switch v := what.(type) {
	case *SaveWebhook:
		return string(v.Webhook)
	case *DeleteWebhook:
		return string(v.Webhook)
	case *Trigger:
		return words(string(v.Event), "as", v.As)
	case *Act:
		return words(string(v.Do), "on", string(v.On))
	case *Text: // advance, disarm, attempt-now, cancel
		return string(*v)
	case *Keys:
		return v.change()
	case *Wait:
		return words(string(v.Delivery), "until", string(v.Status))
	case *Arm:
		return v.As
	case *Redeliver:
		return words(string(v.Delivery), "as", v.As)
	case *Include:
		return v.Scenario
	case *Assertion:
		return v.subject()
	case *Judgement:
		return string(v.That)
	default:
		return ""
	}
}

// change is what is done to the keys.
func (k Keys) change() string {
	switch {
	case k.Rotate != nil:
		return "rotate"
	case k.Retire != "":
		return "retire " + string(k.Retire)
	default:
		return "publish " + string(k.Publish)
	}
}

// subject is whose deliveries an assertion is about.
func (a Assertion) subject() string {
	switch {
	case a.Copies != "":
		return "copies of " + string(a.Copies)
	case a.Delivery != "":
		return words(string(a.Delivery), "attempt", string(a.Attempt))
	default:
		return "order"
	}
}

// words joins two with what stands between them, if there are two.
func words(first, between, second string) string {
	if second == "" {
		return first
	}
	return first + " " + between + " " + second
}
