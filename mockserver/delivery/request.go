package delivery

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
)

// request finds the endpoint, waits until there is room for one more attempt
// to its host, signs and sends. A policy that fails or panics costs one attempt.
func (e *Engine) request(ctx context.Context, p Policy, n Notification, a *Attempt) (to Endpoint, o outcome) {
	defer func() {
		if r := recover(); r != nil {
			e.config.Log.Error("a policy panicked", "provider", n.Provider, "panic", r, "stack", string(debug.Stack()))
			o = failure(fmt.Errorf("making the request: %v", r))
		}
	}()
	a.At = e.config.Clock.Now()
	to, err := p.target(n)
	if err != nil {
		return to, failure(err)
	}
	target, err := url.Parse(to.URL)
	if err != nil {
		return to, failure(err)
	}
	release, err := e.wire.acquire(ctx, target.Host)
	if err != nil {
		return to, failure(err)
	}
	defer release()
	a.At = e.config.Clock.Now()
	signed, err := p.signed(n, a.At)
	if err != nil {
		return to, failure(fmt.Errorf("making the request: %w", err))
	}
	header := joined(signed.Header, to.Header)
	a.Request = &Request{Method: http.MethodPost, URL: to.URL, Headers: header, Secrets: secretHeaders(header, to.Header)}
	if signed.Body != n.Body {
		a.Request.Body, a.Request.BodyBase64 = readable(signed.Body)
		a.Request.Empty = signed.Body == ""
	}
	return to, e.wire.post(ctx, p, target, a.Request, signed.Body)
}

// failure is the outcome of an attempt that sent nothing.
func failure(err error) outcome { return outcome{err: err, kind: KindAborted} }

// joined is what a signer made with what the endpoint wants beside it. The
// endpoint's names are sent in the case that they are written in.
func joined(signed, endpoint http.Header) http.Header {
	header := make(http.Header, len(signed)+len(endpoint))
	maps.Copy(header, signed)
	for name, values := range endpoint {
		if canonical := http.CanonicalHeaderKey(name); header[canonical] != nil {
			name = canonical
		}
		header[name] = values
	}
	return header
}

// secretHeaders names the headers of a request whose values are secret: those
// that an endpoint configured, in whatever case they are sent, and its
// credentials.
func secretHeaders(sent, configured http.Header) []string {
	var names []string
	for name := range sent {
		canonical := http.CanonicalHeaderKey(name)
		secret := canonical == "Authorization"
		for c := range configured {
			secret = secret || http.CanonicalHeaderKey(c) == canonical
		}
		if secret {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
