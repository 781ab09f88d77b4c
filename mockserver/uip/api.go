package uip

import (
	"errors"
	"io"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/gorilla/mux"

	"kycmock/mockserver/reply"
)

// call is one call of UIP's API, by a business that has shown who it is.
type call struct {
	*http.Request
	business Business
}

// endpoint answers a call with a value that is written as JSON, or nil for an
// empty 200. An error that is not a refusal is the mock's own fault.
type endpoint struct {
	serve func(*call) (any, error)
	// costs is whether the call is refused to a business that is not verified.
	costs bool
	// listed is whether the endpoint's page lists request/webhook-missing.
	listed bool
}

// Mount adds UIP's own API.
func (u *UIP) Mount(r *mux.Router) {
	for _, route := range []struct {
		method, path string
		endpoint     endpoint
	}{
		{http.MethodPost, "/v1/identify", endpoint{serve: u.identify, costs: true, listed: true}},
		{http.MethodPost, "/v1/sign", endpoint{serve: u.sign, costs: true, listed: true}},
		{http.MethodPost, "/v1/message", endpoint{serve: u.message, costs: true, listed: true}},
		{http.MethodPost, "/v1/invalidate", endpoint{serve: u.invalidate, costs: false, listed: false}},
		{http.MethodGet, "/v1/audit/{id:[^/]*}", endpoint{serve: u.showAudit, costs: false, listed: false}},
		{http.MethodPost, "/v1/webhook/ping", endpoint{serve: u.ping, costs: false, listed: true}},
	} {
		r.Handle(route.path, u.guarded(route.endpoint)).Methods(route.method)
	}
	nowhere := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { refuse(codeRouteNotFound).write(w) })
	r.NotFoundHandler, r.MethodNotAllowedHandler = nowhere, nowhere
}

// guarded is an endpoint behind the checks that all of them have.
func (u *UIP) guarded(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if cause := recover(); cause != nil {
				u.env.Log.Error("UIP's API has a fault", "path", r.URL.Path, "panic", cause, "stack", string(debug.Stack()))
				refuse(codeServerError).write(w)
			}
		}()
		answer, err := u.serve(e, r)
		// What was not read is read now, as far as the mock reads any body, so
		// that a caller who is still sending gets to see the answer.
		_, _ = io.Copy(io.Discard, r.Body)
		var no *refusal
		switch {
		case errors.As(err, &no):
			no.write(w)
		case err != nil:
			u.env.Log.Error("UIP's API failed", "path", r.URL.Path, "error", err)
			refuse(codeServerError).write(w)
		case answer == nil:
			w.WriteHeader(http.StatusOK)
		default:
			reply.JSON(w, http.StatusOK, answer)
		}
	})
}

// serve answers a call that is not refused to whom it comes from.
func (u *UIP) serve(e endpoint, r *http.Request) (any, error) {
	b, err := u.authenticate(r)
	if err != nil {
		return nil, err
	}
	switch {
	case b.Archived:
		return nil, refuse(codeArchived)
	case e.costs && !b.Verified:
		return nil, refuse(codeVerificationRequired)
	case u.webhook(b.ID).URL == "" && (e.listed || b.WebhookRequired == webhookRequiredAll):
		return nil, refuse(codeWebhookMissing)
	}
	return e.serve(&call{r, b})
}

// authenticate finds the business that calls.
func (u *UIP) authenticate(r *http.Request) (Business, error) {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || key == "" || strings.ContainsAny(key, " \t") {
		return Business{}, refuse(codeMissingKey)
	}
	b, k, found := u.caller(key)
	switch {
	case !found:
		return b, refuse(codeInvalidKey)
	case k.Revoked:
		return b, refuse(codeRevokedKey)
	}
	return b, nil
}
