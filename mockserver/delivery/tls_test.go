package delivery_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"kycmock/mockserver/delivery"
)

// An endpoint with a certificate that the machine does not know.
func TestWhoIsTrustedHoldsForEveryConnection(t *testing.T) {
	certificate := selfSigned(t)
	own := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(certificate.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	own.AddCert(leaf)
	protocols := make(chan string, 8)
	endpoint := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		protocols <- r.Proto
	}))
	endpoint.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	endpoint.EnableHTTP2 = true
	endpoint.Config.ErrorLog = quiet()
	endpoint.StartTLS()
	defer endpoint.Close()

	for _, tt := range []struct {
		name  string
		trust setting
		want  string
	}{
		{"by default the machine's own list", func(*rigConfig) {}, "tls"},
		{"a list of others", func(c *rigConfig) { c.CAs = x509.NewCertPool() }, "tls"},
		{"a list with the endpoint's", func(c *rigConfig) { c.CAs = own }, "200"},
		{"no verification", func(c *rigConfig) { c.InsecureSkipVerify = true }, "200"},
	} {
		for fault, protocol := range map[string]string{"": "HTTP/2.0", `"chunked"`: "HTTP/1.1", `"slow-request"`: "HTTP/1.1"} {
			t.Run(tt.name+" "+fault, func(t *testing.T) {
				r := newRig(t, tt.trust)
				r.set(func(p *delivery.Policy) { p.Schedule = nil })
				n := notification(endpoint.URL, "{}")
				if fault != "" {
					n = faulty(t, endpoint.URL, "{}", fault)
				}
				d := r.sendThis(n)
				r.advance(0)
				if got := kinds(r.record(d.ID)); !slices.Equal(got, []string{tt.want}) {
					t.Fatalf("%q: %s", got, r.record(d.ID).Attempts[0].Error)
				}
				if tt.want == "200" {
					if got := <-protocols; got != protocol {
						t.Errorf("came by %s, want %s", got, protocol)
					}
				}
				r.engine.Close()
			})
		}
	}
}
