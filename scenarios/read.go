package scenarios

import (
	"fmt"
	"reflect"

	"gopkg.in/yaml.v3"
)

// MaxSize is how long the text of a scenario can be, in bytes.
const MaxSize = 1 << 20

// maxNesting is how deep lists and mappings can be in each other. YAML's own
// bound is far beyond what a person would write.
const maxNesting = 50

// Read reads a scenario from YAML, strictly. File is what messages call it, and
// may be empty. The error is [Problems], all of them at once, but for a mistake
// in the YAML itself, which stands alone. What depends on the vendors and on
// other scenarios is not looked at; [Known.Read] does that too.
func Read(file string, text []byte) (Scenario, error) { return Known{}.Read(file, text) }

// Read is the function Read, with all that [Check] finds.
func (k Known) Read(file string, text []byte) (Scenario, error) {
	s, problems := k.read(file, text)
	return s, problems.err()
}

// read returns as much of a scenario as can be read.
func (k Known) read(file string, text []byte) (Scenario, Problems) {
	s := Scenario{File: file, source: source{file: file, text: text}}
	root, wrong := document(text)
	if wrong != nil {
		wrong.File = file
		return s, Problems{*wrong}
	}
	s.source.root = root
	f := findingsOf(s.source)
	if n := tooDeep(root, 0); n != nil {
		f.note(n, nil, "want lists and mappings at most %d deep in each other", maxNesting)
		return s, f.all()
	}
	d := decoder{f}
	d.into(root, reflect.ValueOf(&s).Elem(), member{}, nil)
	check(s, k, f)
	return s, f.all()
}

// document is the one document of a text, or what keeps it from being read.
func document(text []byte) (*yaml.Node, *Problem) {
	if len(text) > MaxSize {
		return nil, &Problem{Message: fmt.Sprintf("want at most 1 MiB, got %d bytes", len(text))}
	}
	documents, wrong := parse(text)
	switch {
	case wrong != nil:
		return nil, wrong
	case len(documents) == 0 || len(documents[0].Content) == 0:
		return nil, &Problem{Line: 1, Message: "want a scenario, with name, why and steps, got nothing"}
	case len(documents) > 1:
		return nil, &Problem{
			Line: documents[1].Line, Column: documents[1].Column,
			Message: "want one scenario in a file, got a second document after ---",
		}
	}
	return documents[0].Content[0], nil
}

// tooDeep finds a node that lies too deep.
func tooDeep(n *yaml.Node, depth int) *yaml.Node {
	if depth > maxNesting {
		return n
	}
	for _, inner := range n.Content {
		if deep := tooDeep(inner, depth+1); deep != nil {
			return deep
		}
	}
	return nil
}
