package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"kycmock/mockserver/clock"
)

// handshake speaks TLS, and judges the certificate itself so that all that is
// wrong with it is said.
func (w *way) handshake(ctx context.Context) bool {
	conn, err := w.dial(ctx, w.open)
	if err != nil {
		w.fail("TLS", "", "the second connection: %s", w.why(err))
		return false
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, w.Timeout)
	defer cancel()
	client := tls.Client(conn, w.tlsConfig())
	if err := client.HandshakeContext(ctx); err != nil {
		w.failTLS(err)
		return false
	}
	state := client.ConnectionState()
	wrong := w.certificate(state.PeerCertificates)
	version := tls.VersionName(state.Version)
	switch {
	case len(wrong) == 0:
		w.ok("TLS", "", "%s, with a good certificate", version)
	case w.InsecureSkipVerify:
		w.ok("TLS", "", "%s; the certificate is taken as it is, although %s", version, strings.Join(wrong, ", and "))
	default:
		w.fail("TLS", "mend the certificate; or give the mock and this command --ca FILE, if it is from an authority of your own, or --insecure-skip-verify", "%s", strings.Join(wrong, ", and "))
		return false
	}
	return true
}

// tlsConfig takes every certificate: handshake has the say.
func (w *way) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: w.url.Hostname(), InsecureSkipVerify: true}
}

func (w *way) failTLS(err error) {
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &plain):
		w.fail("TLS", "write http:// instead of https://, or mend the port", "what listens there does not speak TLS")
	case errors.Is(err, context.DeadlineExceeded):
		w.fail("TLS", "see whether it hangs, or speaks something else than TLS", "it takes the connection and says nothing within %s", w.Timeout)
	case errors.Is(err, io.EOF):
		w.fail("TLS", "see whether it speaks TLS at this port", "it closes the connection")
	default:
		w.fail("TLS", "", "the handshake fails: %s", w.why(err))
	}
}

// certificate says all that is wrong with a chain.
func (w *way) certificate(chain []*x509.Certificate) []string {
	var wrong []string
	leaf, host, now := chain[0], w.url.Hostname(), clock.Deadline(0)
	if leaf.VerifyHostname(host) != nil {
		wrong = append(wrong, fmt.Sprintf("the certificate is for %s, and not for %s", namesOf(leaf), host))
	}
	switch {
	case now.After(leaf.NotAfter):
		wrong = append(wrong, "the certificate expired at "+leaf.NotAfter.UTC().Format(time.RFC3339))
	case now.Before(leaf.NotBefore):
		wrong = append(wrong, "the certificate is valid only from "+leaf.NotBefore.UTC().Format(time.RFC3339)+" on")
	}
	options := x509.VerifyOptions{Roots: w.CAs, Intermediates: x509.NewCertPool(), CurrentTime: now}
	if len(wrong) > 0 { // at a time when it was valid, as the rest is said already
		options.CurrentTime = leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
	}
	for _, c := range chain[1:] {
		options.Intermediates.AddCert(c)
	}
	_, err := leaf.Verify(options)
	var unknown x509.UnknownAuthorityError
	switch {
	case err == nil:
	case errors.As(err, &unknown) && leaf.Issuer.String() == leaf.Subject.String():
		wrong = append(wrong, "the certificate is signed by itself")
	case errors.As(err, &unknown):
		wrong = append(wrong, fmt.Sprintf("the certificate is signed by %s, whom nobody here knows", leaf.Issuer))
	default:
		wrong = append(wrong, strings.TrimPrefix(err.Error(), "x509: "))
	}
	return wrong
}

// namesOf are whom a certificate is for.
func namesOf(c *x509.Certificate) string {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return "no host at all"
	}
	return strings.Join(names, ", ")
}
