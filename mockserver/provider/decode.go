package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

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
// what value holds. When it finds something wrong, what value holds is not to
// be used.
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
		fields = append(fields, unfit(err))
	}
	// Unknown members come in no order.
	slices.SortStableFunc(fields, func(a, b problem.Field) int { return strings.Compare(a.Location, b.Location) })
	return fields
}

// unfit words what the rules let pass and T's own types refuse, such as 1.0 or
// 300 for a small integer.
func unfit(err error) problem.Field {
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return problem.Field{Location: mismatch.Field, Message: fmt.Sprintf("want %s, not %s", mismatch.Type.Kind(), mismatch.Value)}
	}
	return problem.Field{Message: err.Error()}
}

var requiredMember = regexp.MustCompile(`^expected required property (.+) to be present$`)

// NoSuchMember is what FieldOf says of a member that no schema has.
const NoSuchMember = "there is no such member"

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
		field.Message, field.Value = NoSuchMember, nil
	}
	field.Value = shown(field.Location, field.Value)
	return field
}

// secretPlaces are in the names of members that hold secrets: password,
// clientSecret, apiKeys, the value of a custom header.
var secretPlaces = regexp.MustCompile(`password|secret|key|value|token|authorization`)

// userInfo is where a URL holds a user and a password.
var userInfo = regexp.MustCompile(`//[^/?#]*@`)

// maxShown is how many bytes of a text are repeated.
const maxShown = 200

// shown is the value as it may be repeated: a plain one of no great length,
// and none whose place is one for secrets.
func shown(location string, value any) any {
	name := strings.ToLower(location[strings.LastIndex(location, ".")+1:])
	if value == nil || secretPlaces.MatchString(name) {
		return nil
	}
	v := reflect.ValueOf(value)
	if s, ok := value.(fmt.Stringer); ok && v.Kind() != reflect.Pointer {
		v = reflect.ValueOf(s.String())
	}
	switch {
	case v.Kind() == reflect.String && strings.Contains(name, "headers"):
		return nil // one that is written as a text: "X-Secret: ..."
	case v.Kind() == reflect.String:
		return shortened(userInfo.ReplaceAllString(v.String(), "//***@"))
	case v.Kind() == reflect.Bool, v.CanInt(), v.CanUint(), v.CanFloat():
		return v.Interface()
	default:
		return nil
	}
}

// shortened cuts a text that is too long to be repeated, between characters.
// What was cut stays as it is when it comes by again.
func shortened(text string) string {
	if len(text) <= maxShown {
		return text
	}
	const more = "..."
	end := maxShown - len(more)
	for range utf8.UTFMax - 1 {
		if !utf8.RuneStart(text[end]) {
			end--
		}
	}
	return text[:end] + more
}

// Findings makes fields, located below prefix, what a huma resolver returns.
func Findings(prefix string, fields problem.Fields) []error {
	errs := make([]error, 0, len(fields))
	for _, f := range fields.At(prefix) {
		errs = append(errs, &huma.ErrorDetail{Location: f.Location, Message: f.Message, Value: shown(f.Location, f.Value)})
	}
	return errs
}
