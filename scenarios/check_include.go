package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// include checks a scenario that is included, with all that it includes, and
// returns the names that it brings.
func (c *checker) include(i Include, at *spot) []given {
	group := given{name: i.As, verb: "include", at: at.member("as")}
	prefix := i.As + "."
	if i.As == "" {
		group.at, prefix = at.member("scenario"), ""
	}
	brought, known := c.brought(i, at)
	group.open = !known
	gives := []given{group}
	for _, g := range brought {
		g.name, g.at = prefix+g.name, group.at
		gives = append(gives, g)
	}
	return gives
}

// brought lists the names of a scenario that is included, if it is known.
func (c *checker) brought(i Include, at *spot) ([]given, bool) {
	if c.known.Scenarios == nil || i.Scenario == "" {
		return nil, false
	}
	brought, wrong := c.included.follow(i.Scenario, []string{c.scenario.Name})
	if wrong != "" {
		c.add(at.member("scenario"), "%s", wrong)
		return nil, false
	}
	included, _ := c.included.find(i.Scenario)
	c.handedOver(included, i, at.member("vars"))
	return brought, true
}

// handedOver checks the variables of a scenario that is included.
func (c *checker) handedOver(s Scenario, i Include, at *spot) {
	names := append(slices.Sorted(maps.Keys(s.Vars)), varURL, varAccount)
	for _, name := range slices.Sorted(maps.Keys(i.Vars)) {
		if !slices.Contains(names, name) {
			c.add(at.member(name), "%s has no variable %s%s", s.Name, shortened(name), suggested(name, names))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Vars)) {
		_, set := i.Vars[name]
		if !set && s.Vars[name].Default == nil && name != varURL && name != varAccount {
			c.add(at, "%s is required: %s has no default for it", name, s.Name)
		}
	}
}

// walk goes through scenarios that include each other. It has its bounds for
// all includes of one scenario together.
type walk struct {
	scenarios []Scenario
	steps     int    // how many more there can be
	self      string // the scenario that all begins with
}

func (w *walk) find(name string) (Scenario, bool) {
	i := slices.IndexFunc(w.scenarios, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		return Scenario{}, false
	}
	return w.scenarios[i], true
}

// follow lists the names that a scenario gives, or says what is wrong with what
// it includes. Trail has the scenarios that led to it.
func (w *walk) follow(name string, trail []string) (brought []given, wrong string) {
	cycle := slices.Contains(trail, name)
	trail = append(slices.Clip(trail), name)
	chain := strings.Join(trail, " -> ")
	s, known := w.find(name)
	switch {
	case cycle:
		return nil, "scenarios include each other for ever: " + chain
	case !known && len(trail) == 2:
		return nil, unknown("scenario", name, w.names())
	case !known:
		return nil, fmt.Sprintf("there is no scenario %s: %s", shortened(name), chain)
	case len(trail) > maxDepth:
		return nil, fmt.Sprintf("more than %d scenarios include each other: %s", maxDepth, chain)
	}
	return w.gather(s, s.Steps, trail)
}

func (w *walk) names() []string {
	var names []string
	for _, s := range w.scenarios {
		if s.Name != w.self {
			names = append(names, s.Name)
		}
	}
	return names
}

func (w *walk) gather(s Scenario, steps []Step, trail []string) (brought []given, wrong string) {
	for _, step := range steps {
		if w.steps--; w.steps < 0 {
			return nil, fmt.Sprintf("more than %d steps in all", maxSteps)
		}
		inner, wrong := w.within(s, step, trail)
		if wrong != "" {
			return nil, wrong
		}
		brought = append(brought, inner...)
	}
	return brought, ""
}

// within lists the names that one step gives.
func (w *walk) within(s Scenario, step Step, trail []string) (brought []given, wrong string) {
	verb, _ := verbOf(step)
	switch {
	case step.Parallel != nil:
		return w.gather(s, *step.Parallel, trail)
	case step.Include != nil:
		brought, wrong = w.follow(step.Include.Scenario, trail)
		for i := range brought {
			if step.Include.As != "" {
				brought[i].name = step.Include.As + "." + brought[i].name
			}
		}
		return brought, wrong
	case asOf(step) == "":
		return nil, ""
	}
	vendor := Text(s.Provider)
	if step.Trigger != nil && step.Trigger.Provider != "" {
		vendor = step.Trigger.Provider
	}
	return []given{{name: asOf(step), verb: verb, vendor: vendor}}, ""
}
