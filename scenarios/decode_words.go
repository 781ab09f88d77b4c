package scenarios

import (
	"fmt"
	"reflect"

	"gopkg.in/yaml.v3"
)

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// wantOf says what a type is read from.
func wantOf(t reflect.Type) string {
	switch {
	case t.Kind() == reflect.Pointer:
		return wantOf(t.Elem())
	case t == statusesType:
		return "a status, or a list of them"
	case t == durationType:
		return "a duration such as 5m"
	case t == numberType:
		return "a whole number"
	case t.Kind() == reflect.Uint64:
		return "a whole number from 0 on"
	case t.Kind() == reflect.String:
		return "a text"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Slice && t.Elem() == stepType:
		return "a list of steps"
	case t.Kind() == reflect.Slice:
		return "a list"
	case t.Kind() == reflect.Map:
		return "a mapping such as {name: ...}"
	case t.Kind() == reflect.Struct:
		return "a mapping such as {" + typical(membersOf(t)) + ": ...}"
	default:
		return "a value"
	}
}

// typical is the member that shows best what a mapping is.
func typical(members []member) string {
	for _, m := range members {
		if m.required || m.name == "trigger" {
			return m.name
		}
	}
	return members[0].name
}

// got says what a node is.
func got(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "an alias"
	case n.ShortTag() == "!!null", n.Value == "":
		return "nothing"
	case n.ShortTag() == "!!bool":
		return fmt.Sprintf("%s; in quotes it is a text", n.Value)
	case n.ShortTag() == "!!int", n.ShortTag() == "!!float":
		return "the number " + shortened(n.Value)
	default:
		return "the text " + inQuotes(n.Value)
	}
}
