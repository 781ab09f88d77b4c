package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// SetupYAML is a setup in JSON as the YAML that people write, its members in
// their order. Read again it is the same.
func SetupYAML(object json.RawMessage) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	root, err := nodeOf(d)
	if err != nil {
		return nil, fmt.Errorf("a setup that is not JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("a setup that is not one value of JSON")
	}
	var text bytes.Buffer
	e := yaml.NewEncoder(&text)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return nil, err
	}
	return text.Bytes(), e.Close()
}

// nodeOf reads the next value of JSON.
func nodeOf(d *json.Decoder) (*yaml.Node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{}
	switch token := token.(type) {
	case json.Delim:
		n.Kind = yaml.SequenceNode
		if token == '{' {
			n.Kind = yaml.MappingNode
		}
		for d.More() { // of a mapping, names and values take turns
			inner, err := nodeOf(d)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, inner)
		}
		if len(n.Content) == 0 {
			n.Style = yaml.FlowStyle
		}
		_, err = d.Token()
		return n, err
	case json.Number:
		n.Kind, n.Value = yaml.ScalarNode, token.String()
		return n, nil
	case string:
		return textNode(token), nil
	default:
		return n, n.Encode(token)
	}
}

// neatBlock is a text that stands in a block without doubt, such as a key in PEM.
var neatBlock = regexp.MustCompile(`^([!-~]([ -~]*[!-~])?\n){2,}$`)

// textNode is a text in quotes, unless nobody can take it for something else.
func textNode(text string) *yaml.Node {
	n := &yaml.Node{}
	switch {
	case neatBlock.MatchString(text):
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.LiteralStyle}
	case strings.Contains(text, "\n"), n.Encode(text) != nil, n.Value != text, n.ShortTag() != "!!str":
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.DoubleQuotedStyle}
	}
	return n
}
