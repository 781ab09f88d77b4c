package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/problem"
)

// Decoder reads JSON into a T and finds all that is wrong with it at once:
// unknown members, wrong types, broken rules of the struct tags. It has the
// rules of the control API for what comes by other ways.
type Decoder[T any] struct {
	registry huma.Registry
	schema   *huma.Schema
}

// NewDecoder makes a decoder of T, a struct.
func NewDecoder[T any]() *Decoder[T] {
	registry := huma.NewMapRegistry("#/", huma.DefaultSchemaNamer)
	return &Decoder[T]{registry, registry.Schema(reflect.TypeFor[T](), false, "")}
}

// Decode reads raw, of which nothing at all counts as an empty object, over
// what value holds.
func (d *Decoder[T]) Decode(raw json.RawMessage, value *T) problem.Fields {
	if len(raw) == 0 {
		raw = json.RawMessage("{}")
	}
	var parsed any
	if err := json.Unmarshal(raw, &parsed); err != nil {
		return problem.Fields{{Message: "want JSON: " + err.Error()}}
	}
	result := huma.ValidateResult{}
	huma.Validate(d.registry, d.schema, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, parsed, &result)
	var fields problem.Fields
	for _, err := range result.Errors {
		fields = append(fields, FieldOf(err))
	}
	if err := json.Unmarshal(raw, value); err != nil && len(fields) == 0 {
		fields.Add("", nil, "%s", err)
	}
	return fields
}

var requiredMember = regexp.MustCompile(`^expected required property (.+) to be present$`)

// FieldOf words one finding of huma's validation: it is located at the member
// that it is about, also when that is missing, and repeats no secret.
func FieldOf(err error) problem.Field {
	var detail *huma.ErrorDetail
	if !errors.As(err, &detail) {
		return problem.Field{Message: err.Error()}
	}
	field := problem.Field{Location: detail.Location, Message: detail.Message, Value: detail.Value}
	switch missing := requiredMember.FindStringSubmatch(detail.Message); {
	case missing != nil:
		field.Location = strings.TrimPrefix(detail.Location+"."+missing[1], ".")
		field.Message, field.Value = "is required", nil
	case detail.Message == "unexpected property":
		field.Message, field.Value = "there is no such member", nil
	}
	field.Value = shown(field.Location, field.Value)
	return field
}

// shown is the value as it may be repeated: a plain one of no great length,
// and none whose place is one for secrets.
func shown(location string, value any) any {
	name := strings.ToLower(location[strings.LastIndex(location, ".")+1:])
	for _, secret := range []string{"password", "secret", "key", "value"} {
		if strings.Contains(name, secret) {
			return nil
		}
	}
	switch v := value.(type) {
	case string:
		if len(v) > 200 {
			return v[:200] + "..."
		}
		return v
	case bool, float64, int, int64, uint64, json.Number:
		return v
	case fmt.Stringer:
		return v.String()
	default:
		return nil
	}
}

// Findings makes fields, located below prefix, what a huma resolver returns.
func Findings(prefix string, fields problem.Fields) []error {
	errs := make([]error, 0, len(fields))
	for _, f := range fields.At(prefix) {
		errs = append(errs, &huma.ErrorDetail{Location: f.Location, Message: f.Message, Value: shown(f.Location, f.Value)})
	}
	return errs
}
