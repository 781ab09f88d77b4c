package delivery

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// ErrorKind says in a word why an attempt got no whole answer.
type ErrorKind string

// The kinds of failures below HTTP.
const (
	KindNone     ErrorKind = ""         // There was a whole answer.
	KindTimeout  ErrorKind = "timeout"  // It took longer than the policy allows.
	KindRefused  ErrorKind = "refused"  // Nobody listens there, or the way there is closed.
	KindReset    ErrorKind = "reset"    // The connection broke.
	KindTLS      ErrorKind = "tls"      // The certificate or the handshake was not good.
	KindDNS      ErrorKind = "dns"      // The host's name does not resolve.
	KindProtocol ErrorKind = "protocol" // What came back is not HTTP.
	KindAborted  ErrorKind = "aborted"  // The mock itself ended the attempt.
)

// errAborted is the cause of a context that the mock itself ended.
var errAborted = errors.New("the mock ended the attempt")

// deliberate is the failure of an attempt that a fault had fail.
type deliberate struct {
	kind ErrorKind
	text string
}

func (d *deliberate) Error() string { return d.text }

// kindOf tells what an attempt under ctx failed of.
func kindOf(ctx context.Context, err error) ErrorKind {
	var (
		dns       *net.DNSError
		netErr    net.Error
		op        *net.OpError
		notTLS    tls.RecordHeaderError
		alert     tls.AlertError
		cert      *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		outer     *url.Error
		made      *deliberate
	)
	if errors.As(err, &outer) { // whose words are the endpoint's address too
		err = outer.Err
	}
	switch {
	case errors.Is(context.Cause(ctx), errAborted):
		return KindAborted
	case errors.As(err, &made):
		return made.kind
	case ctx.Err() != nil:
		return KindTimeout
	case errors.As(err, &dns):
		return KindDNS
	case errors.As(err, &notTLS), errors.As(err, &alert), errors.As(err, &cert),
		errors.As(err, &authority), errors.As(err, &hostname), isTLS(err):
		return KindTLS
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return KindRefused
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return KindReset
	case errors.As(err, &netErr) && netErr.Timeout():
		return KindTimeout
	case isReset(err):
		return KindReset
	case errors.As(err, &op) && op.Op == "dial":
		return KindRefused
	default:
		return KindProtocol
	}
}

// isTLS and isReset know the failures that net/http and crypto/tls tell only
// in words.
func isTLS(err error) bool {
	text := err.Error()
	return strings.Contains(text, "tls: ") || strings.Contains(text, "server gave HTTP response to HTTPS client")
}

func isReset(err error) bool {
	text := err.Error()
	return strings.Contains(text, "server closed idle connection") || strings.Contains(text, "connection closed") ||
		strings.Contains(text, "stream error: ") && strings.HasSuffix(text, "received from peer") // a reset in HTTP/2
}
