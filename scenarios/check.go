package scenarios

import (
	"maps"
	"slices"

	"gopkg.in/yaml.v3"

	"kycmock/mockserver/provider"
)

// Known is the world that a scenario is checked against. What is nil is not
// known, and what a scenario says of it is let pass. The zero value knows
// nothing.
type Known struct {
	Vendors   []provider.Profile // All that there are.
	Scenarios []Scenario         // All that can be included.
}

// Check finds what is wrong with the meaning of a scenario: names that were not
// given before they are used, members that make no sense together, texts that
// are none of what is wanted, and, by what is known, vendors, events, webhooks,
// faults and included scenarios that there are not. The problems are in the
// order of the text, and located in it when the scenario was read from one.
func Check(s Scenario, k Known) Problems {
	source := s.source
	source.file = s.File
	f := findingsOf(source)
	check(s, k, f)
	return f.all()
}

// checker goes through the steps of one scenario.
type checker struct {
	*findings
	known    Known
	scenario Scenario
	later    map[string]string // names of the whole scenario, and the steps that give them
	unread   map[string]bool   // names in parts of the text that could not be read
	included walk
}

func check(s Scenario, k Known, f *findings) {
	c := &checker{findings: f, known: k, scenario: s, later: map[string]string{}, unread: map[string]bool{}, included: walk{k.Scenarios, maxSteps, s.Name}}
	c.glean(f.root)
	c.locate(s.Steps, top("steps"))
	n := names{vars: []string{varURL, varAccount}, given: map[string]given{}}
	for _, name := range slices.Sorted(maps.Keys(s.Vars)) {
		c.variable(name, s.Vars[name], top("vars").member(name))
		if !slices.Contains(n.vars, name) {
			n.vars = append(n.vars, name)
		}
	}
	c.texts(s, nil, n)
	c.text(s.Provider, member{}, top("provider"), n)
	c.vendor(Text(s.Provider), top("provider"))
	if refersTo(s.Account) {
		c.add(top("account"), "is taken as it stands: want an account's name; the variable account sets it from outside")
	}
	c.steps(s.Steps, top("steps"), n)
}

// glean finds all names in a text, also in parts that make no sense.
func (c *checker) glean(n *yaml.Node) {
	if n == nil {
		return
	}
	for i, inner := range n.Content {
		c.glean(inner)
		if n.Kind == yaml.MappingNode && i%2 == 0 && inner.Value == "as" {
			c.unread[n.Content[i+1].Value] = true
		}
	}
}

// locate notes which step gives which name.
func (c *checker) locate(steps []Step, at *spot) {
	for i, s := range steps {
		where, _ := at.item(i).words()
		if name := asOf(s); name != "" {
			c.later[name] = where
			delete(c.unread, name)
		}
		if s.Parallel != nil {
			c.locate(*s.Parallel, at.item(i).member("parallel"))
		}
	}
}

// asOf is the name that a step gives.
func asOf(s Step) string {
	switch {
	case s.Trigger != nil:
		return s.Trigger.As
	case s.Act != nil:
		return s.Act.As
	case s.Arm != nil:
		return s.Arm.As
	case s.Redeliver != nil:
		return s.Redeliver.As
	case s.Include != nil:
		return s.Include.As
	default:
		return ""
	}
}

func (c *checker) variable(name string, v Var, at *spot) {
	if !kebab.MatchString(name) {
		c.add(at, "want %s", wantedName)
	}
	for text, where := range textsIn(v.Default, at.member("default")) {
		if refersTo(text) {
			c.add(where, "a default is taken as it stands and cannot refer to anything, got %s", inQuotes(text))
		}
	}
}

// steps checks steps that happen one after another.
func (c *checker) steps(steps []Step, at *spot, n names) {
	for i, s := range steps {
		if c.full() {
			return
		}
		for _, g := range c.step(s, at.item(i), n) {
			c.give(n, g)
		}
	}
}

// give makes a name known to what comes after.
func (c *checker) give(n names, g given) {
	first, taken := n.given[g.name]
	if !taken || g.name == "" {
		g.open = g.open || first.open
		n.given[g.name] = g
		return
	}
	where, _ := first.at.words()
	c.add(g.at, "the name %s is given twice, the first time in %s", shortened(g.name), where)
}

// step checks one step and returns the names that it gives.
func (c *checker) step(s Step, at *spot, n names) []given {
	c.texts(s, at, n)
	var gives []given
	give := func(verb, as string, vendor Text) {
		if as != "" {
			gives = append(gives, given{name: as, verb: verb, vendor: vendor, at: at.member(verb).member("as")})
		}
	}
	if v := s.SaveWebhook; v != nil {
		c.saveWebhook(*v, at.member("save-webhook"))
	}
	if v := s.DeleteWebhook; v != nil {
		c.webhook(v.Provider, v.Webhook, at.member("delete-webhook"))
	}
	if s.RotateSecret != nil {
		c.needed("", at.member("rotate-secret"))
	}
	if v := s.Trigger; v != nil {
		c.trigger(*v, at.member("trigger"))
		give("trigger", v.As, c.vendorOf(v.Provider))
	}
	if v := s.Act; v != nil {
		on := n.given[string(v.On)]
		c.act(*v, on, at.member("act"))
		give("act", v.As, on.vendor)
	}
	if v := s.Arm; v != nil {
		c.arm(*v, at.member("arm"))
		give("arm", v.As, "")
	}
	if v := s.Redeliver; v != nil {
		give("redeliver", v.As, n.given[string(v.Delivery)].vendor)
	}
	if v := s.Parallel; v != nil {
		for i, inner := range *v {
			gives = append(gives, c.step(inner, at.member("parallel").item(i), n)...)
		}
	}
	if v := s.Include; v != nil {
		gives = append(gives, c.include(*v, at.member("include"))...)
	}
	if v := s.Expect; v != nil {
		c.assertion(*v, n, at.member("expect"))
	}
	if v := s.Judge; v != nil {
		c.assertion(v.Assertion, n, at.member("judge"))
	}
	return gives
}
