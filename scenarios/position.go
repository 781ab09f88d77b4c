package scenarios

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// source is a scenario as it was written.
type source struct {
	file string
	text []byte
	root *yaml.Node // nil when it was made without a text
}

// spot is a place in a scenario: a member or an item of what is above it. Nil
// is the scenario itself. It is a list from below, because most are never
// written out.
type spot struct {
	above *spot
	name  string // of a member
	index int    // of an item, when there is no name
}

// top is a member of the scenario itself.
func top(name string) *spot { return &spot{name: name} }

func (s *spot) member(name string) *spot { return &spot{above: s, name: name} }

func (s *spot) item(index int) *spot { return &spot{above: s, index: index} }

// below is a spot named by a location such as [0].params.by.
func (s *spot) below(location string) *spot {
	for _, part := range strings.FieldsFunc(location, func(r rune) bool { return r == '.' || r == '[' }) {
		digits, isItem := strings.CutSuffix(part, "]")
		if index, err := strconv.Atoi(digits); isItem && err == nil {
			s = s.item(index)
		} else {
			s = s.member(part)
		}
	}
	return s
}

// way lists the spots from the scenario down to s.
func (s *spot) way() []*spot {
	if s == nil {
		return nil
	}
	return append(s.above.way(), s)
}

// words are which step the spot is in, such as "step 3.2", and where within it,
// such as "trigger.faults[0]".
func (s *spot) words() (where, within string) {
	way := s.way()
	for list := "steps"; len(way) > 1 && way[0].name == list && way[1].name == ""; list = "parallel" {
		between := "."
		if where == "" {
			between = "step "
		}
		where += between + strconv.Itoa(way[1].index+1)
		way = way[2:]
	}
	var path strings.Builder
	for i, part := range way {
		switch {
		case part.name == "":
			fmt.Fprintf(&path, "[%d]", part.index)
		case i > 0:
			path.WriteString("." + shortened(part.name))
		default:
			path.WriteString(shortened(part.name))
		}
	}
	return where, path.String()
}

// in finds the node at the spot, or the nearest one above it that there is.
func (s *spot) in(root *yaml.Node) *yaml.Node {
	node := root
	for _, part := range s.way() {
		next := part.child(node)
		if next == nil {
			break
		}
		node = next
	}
	return node
}

func (s *spot) child(n *yaml.Node) *yaml.Node {
	switch {
	case n == nil:
	case s.name == "" && n.Kind == yaml.SequenceNode && s.index < len(n.Content):
		return n.Content[s.index]
	case s.name != "" && n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s.name {
				return n.Content[i+1]
			}
		}
	}
	return nil
}
