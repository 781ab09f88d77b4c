package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
)

// unreachableError is that there is no mock where one should be.
type unreachableError struct{ error }

// Unwrap is why.
func (e unreachableError) Unwrap() error { return e.error }

// strangeAnswer is what no mock's control API answers.
type strangeAnswer struct{ method, url, answer string }

func (s strangeAnswer) Error() string {
	return fmt.Sprintf("%s %s answered %s, as no mock does; say with --server or KYCMOCK_URL where the mock is", s.method, s.url, s.answer)
}

// unreachable words why a mock was not reached, or went away. An interrupted
// command has nothing to say.
func (c client) unreachable(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return exitStatus(exitInterrupted)
	}
	if isDistrust(err) {
		return unreachableError{fmt.Errorf("the certificate at %s is not trusted: %s; give the CA that it is from with --ca FILE, a mock's own is its /_mock/v1/ca.pem, or take it with --insecure-skip-verify",
			c.base.Redacted(), reason(err))}
	}
	return unreachableError{fmt.Errorf("no mock answers at %s: %s; start one with kycmock serve, or say with --server or KYCMOCK_URL where it is",
		c.base.Redacted(), reason(err))}
}

// isDistrust is whether somebody answered, with a certificate that is not good
// enough.
func isDistrust(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}

// reason is an error of the network without the address, which is said before.
func reason(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET):
		return "connection reset"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no host " + dns.Name
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "it took too long"
	}
	for { // the innermost says what happened, the others where
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// refusal is a problem that the mock answered with, by RFC 9457.
type refusal struct {
	Status int
	Detail string
	Errors []struct {
		Location, Message string
		Value             json.RawMessage
	}
	Delivery json.RawMessage // as it stands, when it was waited for in vain

	words map[string]string // for places of the request: see inWords
}

// Error has a line for each place that breaks a rule.
func (r *refusal) Error() string {
	var text strings.Builder
	text.WriteString(asCommands(plain(r.Detail)))
	for _, e := range r.Errors {
		text.WriteString("\n  ")
		if place := r.place(e.Location); place != "" {
			text.WriteString(plain(place) + ": ")
		}
		text.WriteString(asCommands(plain(e.Message)))
		if value := bytes.TrimSpace(e.Value); len(value) > 0 && len(value) <= 60 && value[0] != '{' && value[0] != '[' {
			fmt.Fprintf(&text, ", not %s", value)
		}
	}
	return text.String()
}

// place is the location of an error in the words of the command line: the flag
// that made that part of the request, and what is below it there.
func (r *refusal) place(location string) string {
	for place, flag := range r.words {
		below, inside := strings.CutPrefix(location, place)
		if inside && (below == "" || below[0] == '.' || below[0] == '[') { // and not just a longer name
			return strings.TrimSpace(flag + " " + strings.TrimPrefix(below, "."))
		}
	}
	if name, query := strings.CutPrefix(location, "query."); query {
		return "--" + name
	}
	return location
}

// inWords words a refusal by the flags that made the request; another error stays
// as it is. Words are those of places such as body.url, none of which is inside
// another.
func inWords(err error, words map[string]string) error {
	var refused *refusal
	if errors.As(err, &refused) {
		refused.words = words
	}
	return err
}
