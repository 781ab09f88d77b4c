package uqudo

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/gorilla/mux"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/reply"
)

// jwksPath is where Uqudo publishes its keys; note the /api, which the issuer
// does not have. Source: Uqudo's page on validation and parsing.
const jwksPath = "/api/.well-known/jwks.json"

// Mount adds Uqudo's own API.
func (u *Uqudo) Mount(r *mux.Router) {
	r.HandleFunc(jwksPath, u.jwks).Methods(http.MethodGet, http.MethodHead)
	r.NotFoundHandler = refusal(problem.New(problem.NotFound, "Uqudo has no such resource"))
	r.MethodNotAllowedHandler = refusal(problem.New(problem.NotAllowed, "not by this method"))
}

// jwks serves the published keys. Caching headers are not documented: these
// let a client keep the set for five minutes and then ask whether it changed.
// Uqudo's advice is to fetch it again only for an unknown kid.
func (u *Uqudo) jwks(w http.ResponseWriter, r *http.Request) {
	set := u.env.Keys.JWKS()
	digest := sha256.Sum256(set)
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("ETag", `"`+hex.EncodeToString(digest[:16])+`"`)
	reply.Content(w, r, "application/json", set)
}

// refusal answers in the shape that Uqudo's web SDK reads: a code and a
// message. Which codes the service sends beside 400 is not documented.
func refusal(p *problem.Error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		status := p.Code.Status()
		reply.JSON(w, status, apiError{Error: codeOf(status), Message: p.Detail})
	})
}

// Caller is nobody: all that Uqudo's API has here is public.
func (u *Uqudo) Caller(*http.Request) string { return "" }

// Refuse answers with an error in Uqudo's shape, whose code is by the status
// when it is empty. It and Caller make Uqudo a [provider.APIFaulter].
func (u *Uqudo) Refuse(w http.ResponseWriter, status int, code string) {
	status = cmp.Or(status, http.StatusInternalServerError)
	reply.JSON(w, status, apiError{Error: cmp.Or(code, codeOf(status)), Message: http.StatusText(status)})
}

type apiError struct {
	Error   string `json:"error"`
	Message string `json:"message"`
}

func codeOf(status int) string {
	switch status {
	case http.StatusNotFound:
		return "NOT_FOUND"
	case http.StatusMethodNotAllowed:
		return "METHOD_NOT_ALLOWED"
	default:
		return "UNEXPECTED_ERROR"
	}
}
