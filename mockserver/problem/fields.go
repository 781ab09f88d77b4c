package problem

import (
	"fmt"
	"strings"
)

// Field is one place that breaks a rule.
type Field struct {
	// Location is the path of the member, such as "body.customHeaders[2].name".
	Location string `json:"location"`
	// Message says what was wanted there.
	Message string `json:"message"`
	// Value is what was found, nil when it is missing or must not be repeated
	// because it is a secret.
	Value any `json:"value,omitempty"`
}

// String reads "location: message".
func (f Field) String() string {
	if f.Location == "" {
		return f.Message
	}
	return f.Location + ": " + f.Message
}

// Fields collects places that break a rule, so that a caller is told about
// all of them at once. The zero value is ready to use.
type Fields []Field

// Add notes that the value found at location breaks a rule; the message, made
// from format and args, says what was wanted.
func (f *Fields) Add(location string, value any, format string, args ...any) {
	*f = append(*f, Field{Location: location, Message: fmt.Sprintf(format, args...), Value: value})
}

// Merge notes what another check found below location: the fields of a
// problem one by one, any other error as one message, nothing for nil.
func (f *Fields) Merge(location string, err error) {
	if err == nil {
		return
	}
	if e, ok := As(err); ok && len(e.Fields) > 0 {
		*f = append(*f, e.Fields.At(location)...)
		return
	}
	f.Add(location, nil, "%s", err)
}

// At returns a copy whose locations start with prefix: "url" at "body" is
// "body.url", "[2]" at "answers" is "answers[2]", and what has no location of
// its own is located at the prefix itself.
func (f Fields) At(prefix string) Fields {
	moved := make(Fields, len(f))
	for i, field := range f {
		field.Location = join(prefix, field.Location)
		moved[i] = field
	}
	return moved
}

func join(prefix, location string) string {
	if prefix == "" || location == "" || strings.HasPrefix(location, "[") {
		return prefix + location
	}
	return prefix + "." + location
}

// Err is nil when nothing was collected, else an *Error with the code Invalid,
// a sentence made from format and args, and all the fields.
func (f Fields) Err(format string, args ...any) error {
	if len(f) == 0 {
		return nil
	}
	return New(Invalid, format, args...).With(f...)
}
