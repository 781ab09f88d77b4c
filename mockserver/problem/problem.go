// Package problem is the one error that callers can act on: what kind of
// problem it is, a sentence about it, and every place that breaks a rule.
//
// Verbs return it, the control API turns it into RFC 9457 problem documents,
// and each vendor words it in its own way. An error that is not one of these
// is the program's own fault: it is logged and hidden behind a 500.
package problem

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Code says what kind of problem it is, and so what a caller can do about it.
type Code string

// The kinds of problems, each with the HTTP status that Status answers.
const (
	Malformed       Code = "malformed"       // 400: cannot be read at all, such as a body that is not JSON.
	Unauthenticated Code = "unauthenticated" // 401: does not say who is calling, or cannot prove it.
	Forbidden       Code = "forbidden"       // 403: the caller is known and may not do this.
	NotFound        Code = "not-found"       // 404: there is no such thing.
	NotAllowed      Code = "not-allowed"     // 405: the place exists but not for this method.
	Timeout         Code = "timeout"         // 408: what was waited for did not come in time.
	Conflict        Code = "conflict"        // 409: does not fit the state that things are in.
	TooLarge        Code = "too-large"       // 413: the body is over the limit.
	Unsupported     Code = "unsupported"     // 415: the body's media type is not one that is read here.
	Invalid         Code = "invalid"         // 422: can be read but breaks a rule.
	TooMany         Code = "too-many"        // 429: the caller has to slow down.
	Internal        Code = "internal"        // 500: the program's own fault.
	Unavailable     Code = "unavailable"     // 503: cannot be done now; the same call may work later.
)

// Status is the HTTP status that stands for the code; 500 for a code that is
// not in the list above.
func (c Code) Status() int {
	switch c {
	case Malformed:
		return http.StatusBadRequest
	case Unauthenticated:
		return http.StatusUnauthorized
	case Forbidden:
		return http.StatusForbidden
	case NotFound:
		return http.StatusNotFound
	case NotAllowed:
		return http.StatusMethodNotAllowed
	case Timeout:
		return http.StatusRequestTimeout
	case Conflict:
		return http.StatusConflict
	case TooLarge:
		return http.StatusRequestEntityTooLarge
	case Unsupported:
		return http.StatusUnsupportedMediaType
	case Invalid:
		return http.StatusUnprocessableEntity
	case TooMany:
		return http.StatusTooManyRequests
	case Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// Error is a problem as a caller gets to see it.
type Error struct {
	Code   Code   // What kind of problem it is.
	Detail string // A sentence in lower case, without a full stop.
	Fields Fields // The places that break a rule, all of them; often none.
}

// New returns a problem with a sentence made from format and args.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// As finds the problem in err's chain, if there is one.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok && e != nil
}

// Error reads as one sentence, with the location and message of every field.
func (e *Error) Error() string {
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.String()
	}
	fields := strings.Join(parts, "; ")
	switch {
	case fields == "" && e.Detail == "":
		return string(e.Code)
	case fields == "":
		return e.Detail
	case e.Detail == "":
		return fields
	default:
		return e.Detail + ": " + fields
	}
}

// With returns a copy of the problem that names these fields too.
func (e *Error) With(fields ...Field) *Error {
	return &Error{Code: e.Code, Detail: e.Detail, Fields: append(e.Fields[:len(e.Fields):len(e.Fields)], fields...)}
}

// At returns a copy of the problem whose locations start with prefix: a verb
// speaks of "url", the REST layer over it of "body.url".
func (e *Error) At(prefix string) *Error {
	return &Error{Code: e.Code, Detail: e.Detail, Fields: e.Fields.At(prefix)}
}

// GetStatus and ContentType let the control API's framework answer with the
// problem as it is.
func (e *Error) GetStatus() int { return e.Code.Status() }

// ContentType is that of RFC 9457 for JSON.
func (e *Error) ContentType(string) string { return "application/problem+json" }
