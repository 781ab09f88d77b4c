package delivery

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"kycmock/mockserver/fault"
)

// request finds the endpoint, waits until there is room for one more attempt
// to its host, signs and sends. A policy that fails or panics costs one attempt.
func (e *Engine) request(f *flight) (to Endpoint, o outcome) {
	p, n, a := f.policy, f.notification, f.attempt
	defer e.caught(n.Provider, func(cause any) { o = failure(fmt.Errorf("making the request: %v", cause)) })
	a.At = e.config.Clock.Now()
	to, err := p.target(n)
	if err != nil {
		return to, failure(err)
	}
	target, err := url.Parse(to.URL)
	if err != nil {
		return to, failure(err)
	}
	if f.ticket == nil { // those who wait for each other must not wait for room
		release, err := e.wire.acquire(f.ctx, target.Host)
		if err != nil {
			return to, failure(err)
		}
		defer release()
	}
	a.At = e.config.Clock.Now()
	signed, err := p.signed(n, a.At, f.faults)
	if err != nil {
		return to, failure(fmt.Errorf("making the request: %w", err))
	}
	to.Header = credentials(f.faults, to.Header)
	header := joined(signed.Header, to.Header)
	if other, has := f.faults.Find(fault.ContentType); has {
		header["Content-Type"] = []string{other.Text("value")}
	}
	a.Request = &Request{Method: http.MethodPost, URL: target.String(), Headers: header, Secrets: secretHeaders(header, to.Header)}
	if signed.Body != n.Body {
		a.Request.Body, a.Request.BodyBase64 = readable(signed.Body)
		a.Request.Empty = signed.Body == ""
	}
	return to, e.wire.post(f, target, a.Request, signed.Body)
}

// credentials are the endpoint's headers as the faults spoil them.
func credentials(faults fault.Active, header http.Header) http.Header {
	switch {
	case faults.Has(fault.MissingCreds):
		return nil
	case !faults.Has(fault.WrongCreds):
		return header
	}
	const wrong = "-wrong"
	spoilt := header.Clone()
	for name, values := range spoilt {
		for i, value := range values {
			encoded, basic := strings.CutPrefix(value, "Basic ")
			if text, err := base64.StdEncoding.DecodeString(encoded); basic && err == nil {
				values[i] = "Basic " + base64.StdEncoding.EncodeToString(append(text, wrong...))
			} else {
				spoilt[name][i] = value + wrong
			}
		}
	}
	return spoilt
}

// policyOf asks for the policy of a notification. An error means that there is
// none, and that nothing more can be done for it.
func (e *Engine) policyOf(n Notification) (p Policy, err error) {
	defer e.caught(n.Provider, func(cause any) { err = fmt.Errorf("the vendor has a fault: %v", cause) })
	p, known := e.config.Policy(n)
	if !known {
		return p, fmt.Errorf("no vendor is called %q any longer", n.Provider)
	}
	return p, nil
}

// verdict is what a policy makes of an attempt.
type verdict struct {
	taken bool
	again bool
	wait  time.Duration // until the next attempt, if there is one
}

// judge asks the policy about an attempt. A policy that panics makes no further
// one.
func (e *Engine) judge(f *flight) (v verdict) {
	a := f.attempt
	defer e.caught(a.Delivery, func(any) { v = verdict{} })
	if a.Error == "" && a.IgnoredStatus == 0 && f.policy.accepts(a.Status) {
		return verdict{taken: true}
	}
	return e.following(f)
}

// following asks the policy what comes after an attempt that failed.
func (e *Engine) following(f *flight) (v verdict) {
	defer e.caught(f.attempt.Delivery, func(any) { v = verdict{} })
	v.wait, v.again = f.policy.next(f.attempt.N, f.elapsed)
	return v
}

// caught is deferred around a vendor's code: a panic is logged and told to then.
func (e *Engine) caught(where string, then func(cause any)) {
	if cause := recover(); cause != nil {
		e.config.Log.Error("a policy panicked", "of", where, "panic", cause, "stack", string(debug.Stack()))
		then(cause)
	}
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
