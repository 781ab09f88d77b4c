package provider

import (
	"bytes"
	"encoding/json"
)

// Resourceful is a Provider of which something can be set up before the first
// request. What that is has a section of its own in a setup, called like the
// vendor. A Provider that is not Resourceful has none.
type Resourceful interface {
	// Resources says what can be set up, and how the control API does it.
	Resources() []Resource
	// Export is the section that sets up what there is now: in the shapes of
	// Resources, only what is not as it would be anyway, and never what cannot be
	// set. Secrets are *** unless reveal.
	Export(reveal bool) Object
}

// Resource is a kind of thing that can be set up. Each one is what the control
// API saves in one request, whose body it is.
type Resource struct {
	// Name is the member of the section, or of what the resource is a part of.
	Name string
	// Path is the last segment of the control API's path for it, without the
	// name of the one: "accounts" of /_mock/v1/uqudo/accounts/{account}.
	Path string
	Kind ResourceKind
	// Parts are further members, of what has requests of its own.
	Parts []Resource
	// Forget removes the one in the way of this one, for a List in a journal that
	// goes on: a start may find what the last one made. Nil when nothing can be.
	Forget func(body json.RawMessage)
}

// ResourceKind is how many there are of a resource.
type ResourceKind int

// The kinds of resources.
const (
	Single ResourceKind = iota // One, which is PUT to the path.
	Named                      // Any number by their names, which are PUT to the path and the name.
	List                       // Any number in a list, which are POSTed to the path.
)

// Object is a JSON object whose members keep their order.
type Object []Member

// Member is one of an Object's.
type Member struct {
	Name  string
	Value any
}

// Add adds a member, unless its value is an empty Object or a list of nothing.
func (o *Object) Add(name string, value any) {
	switch v := value.(type) {
	case Object:
		if len(v) == 0 {
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	}
	*o = append(*o, Member{name, value})
}

// MarshalJSON writes the members in their order.
func (o Object) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	text.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			text.WriteByte(',')
		}
		if err := encoder.Encode(m.Name); err != nil {
			return nil, err
		}
		text.WriteByte(':')
		if err := encoder.Encode(m.Value); err != nil {
			return nil, err
		}
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}

// Differing has the members of a value that are not as usual, both structs of
// one type, as their JSON has them. Of members that are objects it is gone into.
func Differing(value, usual any) Object {
	return differing(membersOf(encoded(value)), membersOf(encoded(usual)))
}

func encoded(value any) json.RawMessage {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // what the control API shows has no reason to fail
	}
	return text.Bytes()
}

func differing(value, usual Object) Object {
	byName := map[string]json.RawMessage{}
	for _, m := range usual {
		byName[m.Name] = m.Value.(json.RawMessage)
	}
	var o Object
	for _, m := range value {
		is, was := m.Value.(json.RawMessage), byName[m.Name]
		switch {
		case bytes.Equal(is, was):
		case is[0] == '{' && len(was) > 0 && was[0] == '{':
			o.Add(m.Name, differing(membersOf(is), membersOf(was)))
		default:
			o.Add(m.Name, is)
		}
	}
	return o
}

// membersOf are the members of a JSON object, each a json.RawMessage.
func membersOf(object json.RawMessage) Object {
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		panic(err) // as in encoded
	}
	var o Object
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err == nil {
			err = d.Decode(&value)
		}
		if err != nil {
			panic(err) // as in encoded
		}
		o = append(o, Member{name.(string), value})
	}
	return o
}

// Mask hides a member's value, if there is such a member.
func (o Object) Mask(name, mask string) {
	for i := range o {
		if o[i].Name == name {
			o[i].Value = mask
		}
	}
}
