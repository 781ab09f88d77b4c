package uqudo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"kycmock/mockserver/reply"
)

// jwksPath is where Uqudo publishes its keys; note the /api, which the issuer
// does not have. Source: Uqudo's page on validation and parsing.
const jwksPath = "/api/.well-known/jwks.json"

// Paths of the APIs that a receiver's back end calls. Sources: Uqudo's pages on
// the Info API and the Face API.
const (
	infoPath  = "/api/v1/info"
	imagePath = "/api/v1/info/img/{id:[^/]*}"
	facePath  = "/api/v1/face"
)

// call is one call of Uqudo's API.
type call struct {
	*http.Request
	w       http.ResponseWriter
	account Account // whose token it comes with
}

// Mount adds Uqudo's own API.
func (u *Uqudo) Mount(r *mux.Router) {
	for _, route := range []struct {
		method, path string
		serve        func(*call) error
	}{
		{http.MethodPost, tokenPath, u.issueToken},
		{http.MethodGet, infoPath, u.authorised(scopeInfo, u.showInfo)},
		{http.MethodGet, infoPath + "/{sessionId:[^/]*}", u.authorised(scopeInfo, u.showInfo)},
		{http.MethodDelete, infoPath + "/{sessionId:[^/]*}", u.authorised(scopeInfo, u.deleteInfo)},
		{http.MethodGet, imagePath, u.authorised(scopeInfo, u.showImage)},
		{http.MethodPost, facePath, u.authorised(scopeFace, u.createFaceSession)},
	} {
		r.Handle(route.path, u.endpoint(route.serve)).Methods(route.method)
	}
	r.HandleFunc(jwksPath, u.jwks).Methods(http.MethodGet, http.MethodHead)
	r.NotFoundHandler = nowhere(r)
	r.MethodNotAllowedHandler = r.NotFoundHandler
}

// endpoint answers a call, and what goes wrong with it in Uqudo's words.
func (u *Uqudo) endpoint(serve func(*call) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if cause := recover(); cause != nil {
				u.env.Log.Error("Uqudo's API has a fault", "path", r.URL.Path, "panic", cause, "stack", string(debug.Stack()))
				refuse(http.StatusInternalServerError, "").ServeHTTP(w, r)
			}
		}()
		err := serve(&call{Request: r, w: w})
		var no *refusal
		switch {
		case errors.As(err, &no):
		case err != nil:
			u.env.Log.Error("Uqudo's API failed", "path", r.URL.Path, "error", err)
			no = refuse(http.StatusInternalServerError, "")
		default:
			return
		}
		// Who is still sending would not see the answer.
		_, _ = io.Copy(io.Discard, r.Body)
		no.ServeHTTP(w, r)
	})
}

// authorised serves calls with an access token that allows them.
func (u *Uqudo) authorised(scope string, serve func(*call) error) func(*call) error {
	return func(c *call) error {
		account, granted, ok := u.caller(c.Request)
		switch {
		case !ok:
			c.w.Header().Set("WWW-Authenticate", "Bearer")
			return refuse(http.StatusUnauthorized, "")
		case !slices.Contains(granted, scope):
			return refuse(http.StatusForbidden, "the token's scope is without "+scope)
		}
		c.account = account
		return serve(c)
	}
}

// caller is the account of a request's access token.
func (u *Uqudo) caller(r *http.Request) (a Account, scope []string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return a, nil, false
	}
	return u.bearer(strings.TrimSpace(token))
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

// Caller is the account that a call's access token, or its client ID, belongs
// to.
func (u *Uqudo) Caller(r *http.Request) string {
	if a, _, ok := u.caller(r); ok {
		return a.Name
	}
	if !strings.HasSuffix(r.URL.Path, tokenPath) {
		return ""
	}
	body, _ := io.ReadAll(r.Body) // what cannot be read, the form cannot be read from either
	r.Body = io.NopCloser(bytes.NewReader(body))
	looked := r.Clone(r.Context())
	looked.Body = io.NopCloser(bytes.NewReader(body))
	form, err := readForm(&call{Request: looked})
	if err != nil {
		return ""
	}
	a, _ := u.client((&call{Request: looked}).credentials(form).id)
	return a.Name
}
