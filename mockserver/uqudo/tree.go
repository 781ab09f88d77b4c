package uqudo

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
)

// A tree is JSON that can be changed here and there and is otherwise written as
// it was read: an *object, whose members keep their order, a []any, or a string,
// a json.Number, a bool or nil.
type tree = any

type object struct{ members []branch }

type branch struct {
	name  string
	value tree
}

func readTree(text []byte) (tree, error) {
	if !json.Valid(text) { // which also bounds how deep it is
		return nil, errors.New("want JSON")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return readValue(d), nil
}

func readValue(d *json.Decoder) tree {
	switch token := next(d); token {
	case json.Delim('['):
		list := []any{}
		for d.More() {
			list = append(list, readValue(d))
		}
		next(d)
		return list
	case json.Delim('{'):
		o := &object{}
		for d.More() {
			name := next(d).(string)
			o.members = append(o.members, branch{name, readValue(d)})
		}
		next(d)
		return o
	default:
		return token
	}
}

func next(d *json.Decoder) json.Token {
	token, err := d.Token()
	if err != nil {
		panic("uqudo: " + err.Error()) // valid JSON has no reason to end here
	}
	return token
}

// written is the tree as compact JSON, behind what b holds.
func written(b []byte, t tree) []byte {
	switch t := t.(type) {
	case *object:
		b = append(b, '{')
		for i, m := range t.members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(written(b, m.name), ':')
			b = written(b, m.value)
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, value := range t {
			if i > 0 {
				b = append(b, ',')
			}
			b = written(b, value)
		}
		return append(b, ']')
	}
	text, err := compact(t)
	if err != nil {
		panic("uqudo: " + err.Error()) // a tree has nothing that cannot be written
	}
	return append(b, text...)
}

func (o *object) index(name string) int {
	return slices.IndexFunc(o.members, func(b branch) bool { return b.name == name })
}

// member is the value of a member, and whether there is one.
func (o *object) member(name string) (tree, bool) {
	i := o.index(name)
	if i < 0 {
		return nil, false
	}
	return o.members[i].value, true
}

// object is the value of a member that is an object, else nil.
func (o *object) object(name string) *object {
	value, _ := o.member(name)
	inner, _ := value.(*object)
	return inner
}

// list is the value of a member that is an array, else empty.
func (o *object) list(name string) []any {
	value, _ := o.member(name)
	list, _ := value.([]any)
	return list
}

// whole is the value of a member that is a whole number, and whether it is.
func (o *object) whole(name string) (int64, bool) {
	value, _ := o.member(name)
	number, _ := value.(json.Number)
	n, err := number.Int64()
	return n, err == nil
}

// set replaces the value of a member, or adds the member.
func (o *object) set(name string, value tree) {
	if i := o.index(name); i >= 0 {
		o.members[i].value = value
		return
	}
	o.members = append(o.members, branch{name, value})
}

func (o *object) remove(name string) {
	o.members = slices.DeleteFunc(o.members, func(b branch) bool { return b.name == name })
}

// everyMember shows each member of each object in a tree.
func everyMember(t tree, show func(b branch)) {
	switch t := t.(type) {
	case []any:
		for _, value := range t {
			everyMember(value, show)
		}
	case *object:
		for _, b := range t.members {
			show(b)
			everyMember(b.value, show)
		}
	}
}
