package mockserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// unmarshal is json.Unmarshal that refuses an object with a member twice. The
// framework reads a body twice, first without a type, and only then it looks.
func unmarshal(data []byte, v any) error {
	var syntax *json.SyntaxError
	if err := json.Unmarshal(data, v); errors.As(err, &syntax) {
		return fmt.Errorf("want JSON: %w at byte %d", err, syntax.Offset)
	} else if err != nil {
		return err
	}
	if _, untyped := v.(*any); !untyped {
		return nil
	}
	m := members{decoder: json.NewDecoder(bytes.NewReader(data))}
	return m.value()
}

// members walks through JSON that is known to be good.
type members struct {
	decoder *json.Decoder
	path    []string // of the value that is read, each part with what joins it
}

// value reads one value and finds the first member that is twice in its object.
func (m *members) value() error {
	token, err := m.decoder.Token()
	if err != nil {
		return err
	}
	delim, nested := token.(json.Delim)
	if !nested {
		return nil
	}
	seen := map[string]bool{}
	for i := 0; m.decoder.More(); i++ {
		part := fmt.Sprintf("[%d]", i)
		if delim == '{' {
			if part, err = m.name(seen); err != nil {
				return err
			}
		}
		m.path = append(m.path, part)
		if err := m.value(); err != nil {
			return err
		}
		m.path = m.path[:len(m.path)-1]
	}
	_, err = m.decoder.Token()
	return err
}

// name reads the name of an object's next member. encoding/json takes names
// without regard to case, and so two that differ in case are one; but what a
// patch puts into a payload is not read by it.
func (m *members) name(seen map[string]bool) (part string, err error) {
	token, err := m.decoder.Token()
	if err != nil {
		return "", err
	}
	name := token.(string)
	folded := name
	if len(m.path) == 0 || m.path[0] != ".patch" {
		folded = strings.ToLower(name)
	}
	if seen[folded] {
		return "", fmt.Errorf("the member %s is there twice", strings.TrimPrefix(strings.Join(m.path, "")+"."+name, "."))
	}
	seen[folded] = true
	return "." + name, nil
}
