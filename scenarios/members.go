package scenarios

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// member is one of a type's members, by its field and the field's tags.
type member struct {
	name, doc, form string
	required, verb  bool
	enum            []string
	min             int
	field           []int
	typ             reflect.Type
}

// membersOf lists the members of a type of the grammar, those of an inlined
// type among them.
func membersOf(t reflect.Type) []member { return grammar()[t] }

// grammar has the members of all types that a scenario is made of.
var grammar = sync.OnceValue(func() map[reflect.Type][]member {
	all := map[reflect.Type][]member{}
	var add func(t reflect.Type)
	add = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if _, there := all[t]; there || t.Kind() != reflect.Struct {
			return
		}
		all[t] = tagged(t)
		for _, m := range all[t] {
			add(m.typ)
		}
	}
	add(reflect.TypeFor[Scenario]())
	return all
})

// tagged reads the members of a type from its tags.
func tagged(t reflect.Type) []member {
	var members []member
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("yaml")
		if name == "" || name == "-" || name == ",inline" {
			continue
		}
		m := member{
			name: name, doc: f.Tag.Get("doc"), form: f.Tag.Get("form"),
			required: f.Tag.Get("required") == "true", verb: f.Tag.Get("verb") == "true",
			field: f.Index, typ: f.Type,
		}
		if enum := f.Tag.Get("enum"); enum != "" {
			m.enum = strings.Split(enum, ",")
		}
		m.min, _ = strconv.Atoi(f.Tag.Get("min"))
		members = append(members, m)
	}
	return members
}

func memberNames(members []member) []string {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.name
	}
	return names
}

// verbsAmong lists the members of which there has to be exactly one.
func verbsAmong(members []member) []string {
	return memberNames(slices.DeleteFunc(slices.Clone(members), func(m member) bool { return !m.verb }))
}

// Types of the grammar that are read in a way of their own.
var (
	durationType = reflect.TypeFor[Duration]()
	numberType   = reflect.TypeFor[Number]()
	statusesType = reflect.TypeFor[Statuses]()
	stepType     = reflect.TypeFor[Step]()
)
