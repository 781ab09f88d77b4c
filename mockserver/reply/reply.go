// Package reply writes the answers of the vendors' own APIs. Each vendor words
// its errors itself; this is how words get onto the wire.
package reply

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// JSON answers with a value as compact JSON, without the escapes for HTML.
func JSON(w http.ResponseWriter, status int, value any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	body := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// Content answers 200 with a body, or 304 when the request says that it has the
// one of the ETag that the headers hold.
func Content(w http.ResponseWriter, r *http.Request, contentType string, body []byte) {
	h := w.Header()
	had := strings.Join(r.Header.Values("If-None-Match"), ",")
	if tag := h.Get("ETag"); tag != "" && matches(had, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// matches compares an If-None-Match header with an ETag, which has no comma,
// by RFC 9110, section 13.1.2: weakly, and * matches all.
func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
