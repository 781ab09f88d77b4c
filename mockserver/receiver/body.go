package receiver

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4/json"
)

// limit is what a body may have. Results of an NFC step carry photos inline
// and reach megabytes, so a framework's usual 100 KB is too little; a bound
// there must be, because anybody can post here.
const limit = 8 << 20

// read reads the whole body.
func read(w http.ResponseWriter, req *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, limit))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, refuse(http.StatusRequestEntityTooLarge, "the body has more than %d bytes", limit)
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the body broke off: %v", err)
	}
	return body, nil
}

// object reads a body that has to be a JSON object. Members that are not known
// are ignored: Uqudo's Webhook page says that more may be added. This package's
// json takes names literally and refuses a name that is there twice, where one
// reader would take the first value and another the last.
func object(body []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(body) {
		return nil, refuse(http.StatusBadRequest, "the body is not UTF-8")
	}
	var message map[string]json.RawMessage
	if err := json.Unmarshal(body, &message); err != nil || message == nil {
		return nil, refuse(http.StatusBadRequest, "the body is not a JSON object: %s", why(err))
	}
	return message, nil
}

// why words a JSON error without the name of the library or its types; a nil
// error stands for null, which unmarshals into anything.
func why(err error) string {
	if err == nil {
		return "found null"
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "found " + e.Value
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// text is a member that has to be a string with something in it.
func text(object map[string]json.RawMessage, name string) (string, bool) {
	var s *string
	err := json.Unmarshal(object[name], &s)
	if err != nil || s == nil {
		return "", false
	}
	return *s, *s != ""
}

// number is a member that has to be a number.
func number(object map[string]json.RawMessage, name string) (float64, bool) {
	var n *float64
	err := json.Unmarshal(object[name], &n)
	if err != nil || n == nil {
		return 0, false
	}
	return *n, true
}
