package uip

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxText bounds the bodies of calls without files, which UIP does not
// document: 1 MiB.
const maxText = 1 << 20

// payload is a JSON body by the exact names of its members.
type payload map[string]json.RawMessage

// payload reads the call's body, which may have these fields.
func (c *call) payload(fields ...string) (payload, error) {
	if mediaType, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type")); mediaType != "application/json" {
		return nil, invalid("the Content-Type must be application/json")
	}
	text, err := readAll(c.Body, maxText)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(text) {
		return nil, invalid("the body must be UTF-8")
	}
	p := payload{}
	if trimmed := bytes.TrimSpace(text); len(trimmed) == 0 || trimmed[0] != '{' || json.Unmarshal(text, &p) != nil {
		return nil, invalid("the body must be a JSON object")
	}
	return p, c.known(maps.Keys(p), fields)
}

// readAll reads a body of at most limit bytes.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	var large *http.MaxBytesError
	if int64(len(text)) > limit || errors.As(err, &large) {
		return nil, invalid("the body must not be larger than %d bytes", limit)
	}
	if err != nil {
		return nil, invalid("the body ends too early")
	}
	return text, nil
}

// known refuses a field that there is not, if the business wants that.
func (c *call) known(names iter.Seq[string], fields []string) error {
	if c.business.UnknownFields != unknownFieldsRefuse {
		return nil
	}
	for _, name := range slices.Sorted(names) {
		if !slices.Contains(fields, name) {
			return invalid("there is no field %s", name)
		}
	}
	return nil
}

// text reads a string that is required and must say something.
func (p payload) text(field string) (string, error) {
	var value *string
	if err := json.Unmarshal(p[field], &value); p[field] != nil && err != nil {
		return "", invalid("%s must be a string", field)
	}
	if value == nil || strings.TrimSpace(*value) == "" {
		return "", invalid("%s is required", field)
	}
	return *value, nil
}
