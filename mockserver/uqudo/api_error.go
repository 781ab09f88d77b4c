package uqudo

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"kycmock/mockserver/reply"
)

// refusal is an error of Uqudo's API. What Uqudo documents are its statuses;
// its web SDK reads a code and a message from the body of a 400. Here all have
// such a body.
type refusal struct {
	status int
	body   any
}

type apiError struct {
	Error   string `json:"error"`
	Message string `json:"message"`
}

// grantError is the error of the token endpoint: by RFC 6749, section 5.2, for
// OAuth's client libraries, with a message as all others have one. Uqudo
// documents the status 401 alone.
type grantError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	Message     string `json:"message"`
}

// statusInfo is what goes with a status.
type statusInfo struct{ code, text string }

// statuses are those that Uqudo's pages list, with their texts, and those that
// they do not. Codes in words of Uqudo's SDKs, where they have one.
func statuses() map[int]statusInfo {
	return map[int]statusInfo{
		http.StatusBadRequest:            {"BAD_REQUEST", "Missing required input or invalid format"},
		http.StatusUnauthorized:          {"UNAUTHORIZED", "No valid access token"},
		http.StatusForbidden:             {"FORBIDDEN", "The client doesn't have permission to use the requested feature"},
		http.StatusNotFound:              {"NOT_FOUND", "Not Found"},
		http.StatusMethodNotAllowed:      {"METHOD_NOT_ALLOWED", "Method Not Allowed"},
		http.StatusRequestEntityTooLarge: {"PAYLOAD_TOO_LARGE", "Payload Too Large"},
		http.StatusUnsupportedMediaType:  {"UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type"},
		http.StatusInternalServerError:   {"UNEXPECTED_ERROR", "Unexpected error"},
	}
}

// codeNoSession is a word of Uqudo's web SDK.
const codeNoSession = "SESSION_EXPIRED_OR_NOT_FOUND"

// infoOf is what goes with any status.
func infoOf(status int) statusInfo {
	if info, ok := statuses()[status]; ok {
		return info
	}
	return statusInfo{"UNEXPECTED_ERROR", http.StatusText(status)}
}

// refuse refuses with a status, saying why, if there is something to say.
func refuse(status int, why string) *refusal {
	info := infoOf(status)
	if why != "" {
		info.text += ": " + why
	}
	return &refusal{status, apiError{info.code, info.text}}
}

// refuseClient refuses a client's credentials.
func refuseClient(why string) *refusal {
	return &refusal{http.StatusUnauthorized, grantError{"invalid_client", why, why}}
}

// refuseGrant refuses a request for a token.
func refuseGrant(code, why string) *refusal {
	return &refusal{http.StatusBadRequest, grantError{code, why, why}}
}

func (r *refusal) Error() string { return http.StatusText(r.status) }

// ServeHTTP answers with the refusal.
func (r *refusal) ServeHTTP(w http.ResponseWriter, _ *http.Request) { reply.JSON(w, r.status, r.body) }

// nowhere answers what no route is for. It looks itself which methods a path
// has, because mux forgets that there are some when more routes follow.
func nowhere(r *mux.Router) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
		var allowed []string
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete} {
			other := asked.WithContext(asked.Context())
			other.Method = method
			var match mux.RouteMatch
			if r.Match(other, &match) && match.MatchErr == nil {
				allowed = append(allowed, method)
			}
		}
		if len(allowed) == 0 {
			refuse(http.StatusNotFound, "Uqudo has no such resource").ServeHTTP(w, asked)
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		refuse(http.StatusMethodNotAllowed, "not by this method").ServeHTTP(w, asked)
	})
}

// statusOf is the status that has this code, and 500 for a code of others.
func statusOf(code string) int {
	for status, info := range statuses() {
		if info.code == code {
			return status
		}
	}
	return http.StatusInternalServerError
}

// Refuse answers with an error in Uqudo's shape. Of a status and a code, either
// is by the other when it is left out. It and Caller make Uqudo a
// [provider.APIFaulter].
func (u *Uqudo) Refuse(w http.ResponseWriter, r *http.Request, status int, code string) {
	status = cmp.Or(status, statusOf(code))
	info := infoOf(status)
	if !strings.HasSuffix(r.URL.Path, tokenPath) {
		reply.JSON(w, status, apiError{cmp.Or(code, info.code), info.text})
		return
	}
	reply.JSON(w, status, grantError{cmp.Or(code, grantCode(status)), info.text, info.text})
}

// grantCode is OAuth's code for a status.
func grantCode(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "invalid_request"
	case http.StatusUnauthorized:
		return "invalid_client"
	case http.StatusServiceUnavailable:
		return "temporarily_unavailable"
	}
	return "server_error"
}
