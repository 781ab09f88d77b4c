package scenarios

import (
	"reflect"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"kycmock/mockserver/fault"
)

// decoder reads nodes into the types of the grammar, as their tags say.
type decoder struct{ *findings }

// into reads a node into a value, which the member m holds.
func (d decoder) into(n *yaml.Node, v reflect.Value, m member, at *spot) {
	switch {
	case d.full() || d.foreign(n, at):
		return
	case isNull(n):
		d.unread(n, at, "want %s, got nothing", wantOf(v.Type()))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.into(n, v.Elem(), m, at)
	case reflect.Interface:
		if tree := d.tree(n, at); tree != nil {
			v.Set(reflect.ValueOf(tree))
		}
	case reflect.Struct:
		d.object(n, v, at)
	case reflect.Map:
		d.entries(n, v, at)
	case reflect.Slice:
		d.list(n, v, m, at)
	default:
		d.scalar(n, v, m, at)
	}
}

// foreign finds what is YAML but not for scenarios. Without aliases a text cannot
// be far longer than it looks.
func (d decoder) foreign(n *yaml.Node, at *spot) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		d.unread(n, at, "aliases are not read: write it out, or put a text that begins with * in quotes")
	case n.Style&yaml.TaggedStyle != 0:
		d.unread(n, at, "tags are not read: leave out %s, or put a text that begins with ! in quotes", shortened(n.Tag))
	default:
		return false
	}
	return true
}

// object reads a mapping into a struct.
func (d decoder) object(n *yaml.Node, v reflect.Value, at *spot) {
	if !d.is(n, yaml.MappingNode, v.Type(), at) {
		return
	}
	if step, ok := v.Addr().Interface().(*Step); ok {
		step.Line, step.Column = n.Line, n.Column
	}
	members := membersOf(v.Type())
	given, meant := map[string]bool{}, map[string]bool{}
	whole := d.pairs(n, at, func(key, value *yaml.Node) {
		for _, m := range members {
			if m.name == key.Value {
				given[m.name] = true
				d.into(value, v.FieldByIndex(m.field), m, at.member(m.name))
				d.spoilt[n] = d.spoilt[n] || d.spoilt[value]
				return
			}
		}
		d.spoilt[n] = true
		meant[fault.Nearest(key.Value, memberNames(members))] = true
		d.note(key, at, "%s", unknown("key", key.Value, memberNames(members)))
	})
	for _, m := range members {
		if whole && m.required && !given[m.name] && !meant[m.name] {
			d.note(n, at, "%s is required", m.name)
		}
	}
	d.oneVerb(n, verbsAmong(members), given, !whole || len(meant) > 0, at)
}

// oneVerb holds a mapping to exactly one of several members.
func (d decoder) oneVerb(n *yaml.Node, verbs []string, given map[string]bool, guessed bool, at *spot) {
	var found []string
	for _, verb := range verbs {
		if given[verb] {
			found = append(found, verb)
		}
	}
	want := "want one of " + strings.Join(verbs, ", ")
	switch {
	case len(verbs) == 0, len(found) == 1:
	case len(found) == 0 && !guessed:
		d.unread(n, at, "%s, got none", want)
	case len(found) > 1:
		d.unread(n, at, "%s, got %s (%s)", want, counted(len(found)), strings.Join(found, ", "))
	}
}

func counted(n int) string {
	if n == 2 {
		return "two"
	}
	return strconv.Itoa(n)
}

// entries reads a mapping into a map, whose keys are anybody's.
func (d decoder) entries(n *yaml.Node, v reflect.Value, at *spot) {
	if !d.is(n, yaml.MappingNode, v.Type(), at) {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	d.pairs(n, at, func(key, value *yaml.Node) {
		entry := reflect.New(v.Type().Elem()).Elem()
		d.into(value, entry, member{}, at.member(key.Value))
		v.SetMapIndex(reflect.ValueOf(key.Value), entry)
	})
}

func (d decoder) list(n *yaml.Node, v reflect.Value, m member, at *spot) {
	if !d.is(n, yaml.SequenceNode, v.Type(), at) {
		return
	}
	switch {
	case len(n.Content) == 0:
		d.unread(n, at, "want at least one")
	case v.Type().Elem() == stepType && len(n.Content) > maxSteps:
		d.unread(n, at, "want at most %d steps, got %d", maxSteps, len(n.Content))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.into(item, v.Index(i), m, at.item(i))
	}
}

// is holds a node to a kind.
func (d decoder) is(n *yaml.Node, kind yaml.Kind, t reflect.Type, at *spot) bool {
	if n.Kind != kind {
		d.unread(n, at, "want %s, got %s", wantOf(t), got(n))
	}
	return n.Kind == kind
}

// pairs goes through a mapping, whose keys are texts, each there once, and tells
// whether there was nothing but such keys.
func (d decoder) pairs(n *yaml.Node, at *spot, do func(key, value *yaml.Node)) (whole bool) {
	whole = true
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		first := seen[key.Value]
		switch {
		case key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge":
			d.unread(key, at, "merge keys (<<) are not read: write it out")
			whole = false
		case key.Kind != yaml.ScalarNode || key.Style&yaml.TaggedStyle != 0 || key.Value == "":
			d.unread(key, at, "want a text for a key, got %s", got(key))
			whole = false
		case first != nil:
			d.unread(key, at, "the key %s is there twice, the first time in line %d", shortened(key.Value), first.Line)
		default:
			seen[key.Value] = key
			do(key, value)
		}
	}
	return whole
}

func (d decoder) scalar(n *yaml.Node, v reflect.Value, m member, at *spot) {
	if v.Type() == statusesType && n.Kind == yaml.SequenceNode {
		d.statuses(n, v, at)
		return
	}
	var ok bool
	switch v.Kind() {
	case reflect.String:
		ok = n.Kind == yaml.ScalarNode && n.ShortTag() != "!!bool"
		v.SetString(n.Value)
	case reflect.Bool:
		ok = n.ShortTag() == "!!bool" && n.Decode(v.Addr().Interface()) == nil
	default: // the only numbers of the grammar are seeds
		number, err := strconv.ParseUint(n.Value, 10, 64)
		ok = n.ShortTag() == "!!int" && err == nil
		v.SetUint(number)
	}
	switch {
	case !ok:
		v.SetZero()
		d.unread(n, at, "want %s, got %s", wantOf(v.Type()), got(n))
	case m.required && strings.TrimSpace(n.Value) == "":
		d.unread(n, at, "want %s, got an empty one", wantOf(v.Type()))
	}
}

// statuses reads a list of statuses.
func (d decoder) statuses(n *yaml.Node, v reflect.Value, at *spot) {
	var words []Statuses
	d.list(n, reflect.ValueOf(&words).Elem(), member{required: true}, at)
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	v.SetString(strings.Join(texts, ", "))
}
