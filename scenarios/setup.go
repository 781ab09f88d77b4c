package scenarios

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"

	"kycmock/mockserver/fault"
)

// maxSetup is how long the text of a setup can be, in bytes: as much as one
// request to the control API.
const maxSetup = 8 << 20

// Setup is a setup as it was written in YAML: what a mock is to have before its
// first request. It is read as strictly as a scenario and knows nothing of what
// can be set up: whoever does asks its places, and notes there what is wrong.
type Setup struct {
	decoder
	root *yaml.Node // nil when there is nothing in it
}

// ReadSetup reads a setup. File is what messages call it. A text with nothing in
// it but comments sets nothing up. The error is [Problems]: a mistake in the
// YAML itself; all others come from [Setup.Err].
func ReadSetup(file string, text []byte) (*Setup, error) {
	root, wrong := setupIn(text)
	if wrong != nil {
		wrong.File = file
		return nil, Problems{*wrong}
	}
	s := &Setup{decoder: decoder{findingsOf(source{file: file, text: text, root: root})}, root: root}
	if root == nil {
		return s, nil
	}
	if n := tooDeep(root, 0); n != nil {
		s.note(n, nil, "want lists and mappings at most %d deep in each other", maxNesting)
		return nil, s.all()
	}
	return s, nil
}

// setupIn is the one document of a text, nil for an empty one, or what keeps it
// from being read.
func setupIn(text []byte) (*yaml.Node, *Problem) {
	if len(text) > maxSetup {
		return nil, &Problem{Message: fmt.Sprintf("want at most 8 MiB, got %d bytes", len(text))}
	}
	documents, wrong := parse(text)
	switch {
	case wrong != nil:
		return nil, wrong
	case len(documents) > 1:
		return nil, &Problem{
			Line: documents[1].Line, Column: documents[1].Column,
			Message: "want one setup in a file, got a second document after ---",
		}
	case len(documents) == 0 || len(documents[0].Content) == 0:
		return nil, nil
	case isNull(documents[0].Content[0]):
		return nil, nil // such as --- alone
	}
	return documents[0].Content[0], nil
}

// Empty is whether there is nothing in the setup.
func (s *Setup) Empty() bool { return s.root == nil }

// Whole is the place of the setup itself.
func (s *Setup) Whole() Place { return Place{setup: s, node: s.root} }

// Err is [Problems], all that was noted so far in the order of the text, or nil.
func (s *Setup) Err() error { return s.all().err() }

// Place is a value of a setup, and where it stands.
type Place struct {
	setup     *Setup
	node, key *yaml.Node // key is nil when it is no member
	at        *spot
}

// IsMapping is whether the place has a mapping.
func (p Place) IsMapping() bool { return p.node.Kind == yaml.MappingNode }

// Entry is a member of a mapping.
type Entry struct {
	Name string
	Place
}

// Entries lists the members of a mapping. That the place has something else is
// noted, and the list is nil; example is a member that such a mapping has.
func (p Place) Entries(example string) []Entry {
	if !p.is(yaml.MappingNode, "a mapping such as {"+example+": ...}") {
		return nil
	}
	entries := []Entry{}
	p.setup.pairs(p.node, p.at, func(key, value *yaml.Node) {
		entries = append(entries, Entry{key.Value, Place{p.setup, value, key, p.at.member(key.Value)}})
	})
	return entries
}

// Items lists the items of a list. That the place has something else is noted.
func (p Place) Items() []Place {
	if !p.is(yaml.SequenceNode, "a list") {
		return nil
	}
	items := make([]Place, len(p.node.Content))
	for i, n := range p.node.Content {
		items[i] = Place{setup: p.setup, node: n, at: p.at.item(i)}
	}
	return items
}

func (p Place) is(kind yaml.Kind, want string) bool {
	if p.node == nil || p.setup.full() || p.setup.foreign(p.node, p.at) {
		return false
	}
	if p.node.Kind != kind {
		p.setup.unread(p.node, p.at, "want %s, got %s", want, gotKind(p.node))
		return false
	}
	return true
}

// gotKind is got, but that it repeats no text: in a setup there are secrets.
func gotKind(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || isNull(n) || n.Value == "" {
		return got(n)
	}
	return "a single value"
}

// Text is the text of a place. That it has something else, or an empty one, is
// noted.
func (p Place) Text() (text string, ok bool) {
	before := len(p.setup.problems)
	p.setup.into(p.node, reflect.ValueOf(&text).Elem(), member{required: true}, p.at)
	return text, len(p.setup.problems) == before && !p.setup.full()
}

// JSON is the value of a place as JSON. Whole is false when not all of it could
// be read, which is noted.
func (p Place) JSON() (text json.RawMessage, whole bool) {
	before := len(p.setup.problems)
	return encoded(p.setup, before, p.setup.tree(p.node, p.at))
}

// Object is the JSON object that has these entries of a place. Whole is as in
// [Place.JSON].
func (p Place) Object(entries []Entry) (text json.RawMessage, whole bool) {
	before := len(p.setup.problems)
	object := map[string]any{}
	for _, e := range entries {
		object[e.Name] = p.setup.tree(e.node, e.at)
	}
	return encoded(p.setup, before, object)
}

func encoded(s *Setup, before int, tree any) (json.RawMessage, bool) {
	text, err := json.Marshal(tree)
	if err != nil {
		panic(err) // a tree is what JSON can say
	}
	return text, len(s.problems) == before && !s.full()
}

// Line is the line of the place, counted from 1.
func (p Place) Line() int { return p.node.Line }

// Note notes what is wrong at a location below the place, such as
// customHeaders[2].name, or at the place itself when it is empty.
func (p Place) Note(location, format string, args ...any) {
	at := p.at.below(location)
	message := fmt.Sprintf(format, args...)
	p.setup.add(at, "%s%s", message, quoting(message, at.in(p.setup.root)))
}

// quoting is a hint for who has put something in quotes, or has not, and got
// something of another type so.
func quoting(message string, n *yaml.Node) string {
	wanted, typed := strings.CutPrefix(message, "expected ")
	if !typed || n.Kind != yaml.ScalarNode || isNull(n) {
		return ""
	}
	unquoted := yaml.Node{Kind: yaml.ScalarNode, Value: n.Value}
	kinds := map[string]string{"!!bool": "boolean", "!!int": "integer number", "!!float": "number"}
	switch {
	case wanted == "string" && n.ShortTag() != "!!str":
		return ": in quotes it is a text"
	case n.ShortTag() == "!!str" && strings.Contains(kinds[unquoted.ShortTag()], wanted):
		return ": without quotes it is one"
	}
	return ""
}

// NoteName notes what is wrong with the name of a member.
func (p Place) NoteName(format string, args ...any) {
	if p.key == nil {
		p.setup.note(p.node, p.at, format, args...)
		return
	}
	p.setup.note(p.key, p.at, format, args...)
}

// NoteUnknown notes that nothing is called like the member at a location below
// the place, and returns which of the names was probably meant.
func (p Place) NoteUnknown(location string, names []string) (meant string) {
	at := p.at.below(location)
	if at == nil || at.name == "" {
		p.Note(location, "there is no such member")
		return ""
	}
	above := at.above.in(p.setup.root)
	key := above
	for i := 0; i+1 < len(above.Content) && above.Kind == yaml.MappingNode; i += 2 {
		if above.Content[i].Value == at.name {
			key = above.Content[i]
		}
	}
	p.setup.note(key, at.above, "%s", unknown("key", at.name, names))
	return fault.Nearest(at.name, names)
}
