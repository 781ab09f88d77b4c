package scenarios

import (
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// names are what texts can speak of at one point of a scenario.
type names struct {
	vars  []string
	given map[string]given
}

// given is a name that a step has given.
type given struct {
	name   string
	verb   string // of the step that gave it
	vendor Text   // whose thing it is, when the scenario says so
	at     *spot
	// open is whether names that begin with this one, or any at all when this
	// one is empty, may have come from a scenario that is not known.
	open bool
}

// thing finds a name, and is true also for one that may be there.
func (n names) thing(name string) (given, bool) {
	if g, known := n.given[name]; known {
		return g, true
	}
	for prefix := name; prefix != ""; {
		prefix = prefix[:max(0, strings.LastIndexByte(prefix, '.'))]
		if n.given[prefix].open {
			return given{open: true}, true
		}
	}
	return given{}, false
}

// refersTo is whether a text holds a reference.
func refersTo(text string) bool {
	return slices.ContainsFunc(reference.FindAllString(text, -1), func(found string) bool { return found != "$$" })
}

// unescaped is a text without references as the runner takes it.
func unescaped(text string) string { return strings.ReplaceAll(text, "$$", "$") }

// texts checks all texts of a step or of the scenario's head, each by the tags
// of its member. Steps within it are left out.
func (c *checker) texts(of any, at *spot, n names) {
	c.visit(reflect.ValueOf(of), member{}, at, n)
}

func (c *checker) visit(v reflect.Value, m member, at *spot, n names) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			c.visit(v.Elem(), m, at, n)
		}
	case reflect.Struct:
		for _, inner := range membersOf(v.Type()) {
			c.visit(v.FieldByIndex(inner.field), inner, at.member(inner.name), n)
		}
	case reflect.Slice:
		for i := 0; i < v.Len() && v.Type().Elem() != stepType; i++ {
			c.visit(v.Index(i), m, at.item(i), n)
		}
	case reflect.Map:
		if v.Type().Elem() == reflect.TypeFor[Var]() {
			return
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			c.visit(v.MapIndex(key), m, at.member(key.String()), n)
		}
	case reflect.Interface:
		for text, where := range textsIn(v.Interface(), at) {
			c.text(text, member{}, where, n)
		}
	case reflect.String:
		m.typ = v.Type()
		c.word(v.String(), m, at, n)
	}
}

// word checks a text by its member. Names are no texts that could refer to
// anything.
func (c *checker) word(text string, m member, at *spot, n names) {
	literal := m.typ == reflect.TypeFor[string]() && m.form != "regexp"
	switch {
	case text == "":
	case !literal:
		c.text(text, m, at, n)
	case formed(text, m) != "":
		c.add(at, "%s", formed(text, m))
	}
}

// textsIn goes through all texts of a tree.
func textsIn(tree any, at *spot) iter.Seq2[string, *spot] {
	return func(yield func(string, *spot) bool) { eachText(tree, at, yield) }
}

func eachText(tree any, at *spot, yield func(string, *spot) bool) bool {
	switch v := tree.(type) {
	case string:
		return yield(v, at)
	case []any:
		for i, item := range v {
			if !eachText(item, at.item(i), yield) {
				return false
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if !eachText(v[name], at.member(name), yield) {
				return false
			}
		}
	}
	return true
}

// text checks a text: what it refers to, or what it is when it refers to
// nothing.
func (c *checker) text(text string, m member, at *spot, n names) {
	refers := false
	found := reference.FindAllString(text, -1)
	slices.Sort(found)
	for _, found := range slices.Compact(found) {
		if found != "$$" {
			refers = true
			c.reference(found[1:], at, n)
		}
	}
	if refers {
		return
	}
	text = unescaped(text)
	switch m.form {
	case "thing", "armed":
		c.named(text, m.form, at, n)
	default:
		if wrong := formed(text, m); wrong != "" {
			c.add(at, "%s", wrong)
		}
	}
}

// reference checks what stands behind a dollar sign.
func (c *checker) reference(name string, at *spot, n names) {
	if slices.Contains(n.vars, name) || c.full() {
		return
	}
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		if _, known := n.given[name]; known {
			c.add(at, "$%s is no variable but what a step is called: want $%s.session, $%s.delivery or $%s.seed", name, name, name, name)
			return
		}
		c.add(at, "%s; $$ stands for a dollar sign", unknown("variable", "$"+name, dollars(n.vars)))
		return
	}
	c.memberOf(name[:dot], name[dot+1:], at, n)
}

// memberOf checks what is said of a thing.
func (c *checker) memberOf(of, said string, at *spot, n names) {
	g, known := c.found(of, at, n)
	possible := []string{"session", "delivery", "seed"}
	switch {
	case !known:
	case g.verb == "redeliver":
		possible = []string{"delivery"}
	case g.verb == "arm":
		c.add(at, "%s is an armed fault, of which nothing can be said", shortened(of))
		return
	}
	if known && !slices.Contains(possible, said) {
		c.add(at, "%s has no %s%s", shortened(of), shortened(said), suggested(said, possible))
	}
}

// dollars are variables as texts speak of them.
func dollars(vars []string) []string {
	written := make([]string, len(vars))
	for i, name := range vars {
		written[i] = "$" + name
	}
	return written
}

// named checks the name of a thing, or of an armed fault.
func (c *checker) named(name, form string, at *spot, n names) {
	g, known := c.found(name, at, n)
	switch {
	case !known, g.open:
	case form == "armed" && g.verb != "arm":
		c.add(at, "%s is no armed fault", shortened(name))
	case form == "thing" && g.verb == "arm":
		c.add(at, "%s is an armed fault: want the name of a trigger, an act or a redelivery", shortened(name))
	case form == "thing" && g.verb == "include":
		c.add(at, "%s is a whole scenario: want one of its names, such as %s.first", shortened(name), shortened(name))
	}
}

// found finds a name that was given before, or says that it was not.
func (c *checker) found(name string, at *spot, n names) (given, bool) {
	g, known := n.thing(name)
	if known || c.unread[name] || c.full() {
		return g, known
	}
	if where, later := c.later[name]; later {
		c.add(at, "%s is what %s is called, which has not ended before this", shortened(name), where)
		return g, false
	}
	candidates := slices.DeleteFunc(slices.Sorted(maps.Keys(n.given)), func(name string) bool { return name == "" })
	if len(candidates) == 0 {
		c.add(at, "unknown name %s: no step before this one gives any", shortened(name))
		return g, false
	}
	c.add(at, "%s", unknown("name", name, candidates))
	return g, false
}
