package scenarios

import (
	"encoding/json"

	"gopkg.in/yaml.v3"
)

// tree reads any node, into what JSON could say as well: dates stay the texts
// that they are.
func (d decoder) tree(n *yaml.Node, at *spot) any {
	switch {
	case d.full() || d.foreign(n, at):
		return nil
	case n.Kind == yaml.MappingNode:
		object := map[string]any{}
		d.pairs(n, at, func(key, value *yaml.Node) { object[key.Value] = d.tree(value, at.member(key.Value)) })
		return object
	case n.Kind == yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = d.tree(item, at.item(i))
		}
		return list
	}
	var value any
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool", "!!int", "!!float":
		if err := n.Decode(&value); err == nil {
			break
		}
		fallthrough
	default:
		value = n.Value
	}
	if _, err := json.Marshal(value); err != nil { // .inf and .nan
		d.unread(n, at, "want a number that JSON can hold, got %s", n.Value)
		return nil
	}
	return value
}
