package doctor_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"kycmock/doctor"
	"kycmock/keys"
)

const path = "/uqudo/api/.well-known/jwks.json"

// steps are what a checkup tells, by their names.
type steps map[string]doctor.Step

func run(t *testing.T, c doctor.Checkup) (healthy bool, told steps, names []string) {
	t.Helper()
	told = steps{}
	c.JWKSPath = path
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	healthy = c.Run(t.Context(), func(s doctor.Step) {
		told[s.Name] = s
		names = append(names, s.Name)
		if s.Found == "" {
			t.Errorf("%s finds nothing", s.Name)
		}
	})
	if slices.ContainsFunc(names, func(n string) bool { return !told[n].OK }) == healthy {
		t.Errorf("healthy is %v after %+v", healthy, told)
	}
	return healthy, told, names
}

// wants holds one step against what it has to be.
func (s steps) wants(t *testing.T, name string, ok bool, says ...string) {
	t.Helper()
	step, there := s[name]
	if !there || step.OK != ok {
		t.Errorf("%s is %+v, want ok %v; told %+v", name, step, ok, s)
	}
	for _, want := range says {
		if !strings.Contains(step.Found+" -> "+step.Advice, want) {
			t.Errorf("%s says %q -> %q, want %q", name, step.Found, step.Advice, want)
		}
	}
}

// keySet serves a key set, as a mock does.
func keySet(t *testing.T) *httptest.Server {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(append(append([]byte(`{"keys":[`), keys.Default().PublicJWK()...), "]}"...))
	})
}

func serve(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s
}

func answering(t *testing.T, status int, header ...string) string {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
	}).URL
}

// listening takes connections and does with them what it is told.
func listening(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if serve != nil {
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				go serve(conn)
			}
		}()
	}
	return l.Addr().String()
}

// refusing is an address where nothing listens.
func refusing(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestAGoodWayIsToldStepByStep(t *testing.T) {
	jwks := keySet(t)
	healthy, told, names := run(t, doctor.Checkup{Receiver: answering(t, http.StatusMethodNotAllowed), JWKS: jwks.URL + path})
	want := []string{
		"receiver URL", "receiver resolves", "receiver connects", "receiver answers",
		"JWKS URL", "JWKS resolves", "JWKS connects", "JWKS is for others", "JWKS is a key set",
	}
	if !healthy || !slices.Equal(names, want) {
		t.Errorf("healthy %v, and it told %q, want %q", healthy, names, want)
	}
	told.wants(t, "receiver answers", true, "405 to a GET", "good: it wants POST")
	told.wants(t, "JWKS is a key set", true, keys.Default().KID())
}

func TestAnyStatusIsAnAnswer(t *testing.T) {
	jwks := keySet(t).URL + path
	for status, says := range map[int]string{
		200: "it has to take POST too", 400: "unless a POST gets it too", 401: "credentials",
		404: "check the path", 405: "good: it wants POST", 500: "look at its log", 503: "a proxy may answer",
	} {
		healthy, told, _ := run(t, doctor.Checkup{Receiver: answering(t, status), JWKS: jwks})
		if !healthy {
			t.Errorf("%d is not healthy: %+v", status, told)
		}
		told.wants(t, "receiver answers", true, says)
	}
	_, told, _ := run(t, doctor.Checkup{Receiver: answering(t, 308, "Location", "/hook/"), JWKS: jwks})
	told.wants(t, "receiver answers", true, "308")
	told.wants(t, "receiver redirects", false, "/hook/", "followRedirects")
}

func TestAURLThatIsNoneIsRefused(t *testing.T) {
	for text, says := range map[string]string{
		"":                       "there is none",
		"localhost:3000/hook":    "put http:// or https:// before it",
		"127.0.0.1:3000/hook":    "no URL",
		"ftp://localhost/":       "does not begin with http",
		"http:///hook":           "no host",
		"http://a:b@localhost/":  "beside the URL",
		"http://localhost:0/":    "the port 0",
		"http://localhost:99999": "the port 99999",
		"http://[::1":            "no URL",
	} {
		_, told, names := run(t, doctor.Checkup{Receiver: text, JWKS: "http://" + refusing(t)})
		told.wants(t, "receiver URL", false, says)
		if slices.Contains(names, "receiver resolves") {
			t.Errorf("%q: it went on: %q", text, names)
		}
	}
}

func TestANameThatNobodyKnowsIsSaid(t *testing.T) {
	unknown := func(context.Context, string) ([]netip.Addr, error) {
		return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
	}
	jwks := keySet(t).URL + path
	_, told, _ := run(t, doctor.Checkup{Receiver: "http://app.invalid:3000/", JWKS: jwks, Lookup: unknown})
	told.wants(t, "receiver resolves", false, "nobody knows the name app.invalid", "networks")
	_, told, _ = run(t, doctor.Checkup{Receiver: "http://host.docker.internal:3000/", JWKS: jwks, Lookup: unknown})
	told.wants(t, "receiver resolves", false, "--add-host=host.docker.internal:host-gateway")
	// The machine's own resolver, whatever it makes of it.
	_, told, _ = run(t, doctor.Checkup{Receiver: "http://app.invalid:3000/", JWKS: jwks, Timeout: 2 * time.Second})
	told.wants(t, "receiver resolves", false, "app.invalid")
	hanging := func(ctx context.Context, _ string) ([]netip.Addr, error) { <-ctx.Done(); return nil, ctx.Err() }
	_, told, _ = run(t, doctor.Checkup{Receiver: "http://app.invalid:3000/", JWKS: jwks, Lookup: hanging, Timeout: 20 * time.Millisecond})
	told.wants(t, "receiver resolves", false, "cannot be looked up: no answer within 20ms")
	_, told, _ = run(t, doctor.Checkup{Receiver: "http://0.0.0.0:3000/", JWKS: jwks})
	told.wants(t, "receiver resolves", false, "0.0.0.0 is where a server listens")
}

func TestARefusedConnectionIsExplained(t *testing.T) {
	address, jwks := refusing(t), keySet(t).URL+path
	_, told, _ := run(t, doctor.Checkup{Receiver: "http://" + address, JWKS: jwks})
	told.wants(t, "receiver connects", false, address+": refused, nothing listens there", "start what is to listen there")
	_, told, _ = run(t, doctor.Checkup{Receiver: "http://" + address, JWKS: jwks, Contained: true})
	told.wants(t, "receiver connects", false, "localhost inside a container is the container itself: use host.docker.internal", "--add-host=host.docker.internal:host-gateway")
	// The mock's own address is right in a container.
	_, told, _ = run(t, doctor.Checkup{Receiver: answering(t, 405), JWKS: "http://" + address + path, Contained: true})
	told.wants(t, "JWKS connects", false, "start what is to listen there")
	named := func(_ context.Context, host string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("127.0.0.2"), netip.MustParseAddr("127.0.0.1")}, nil
	}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(answering(t, 405), "http://"))
	healthy, told, _ := run(t, doctor.Checkup{Receiver: "http://app.test:" + port, JWKS: jwks, Lookup: named})
	told.wants(t, "receiver resolves", true, "127.0.0.2, 127.0.0.1")
	told.wants(t, "receiver connects", true, "127.0.0.1:"+port, "not at every address", "127.0.0.2:"+port+": refused")
	if !healthy {
		t.Error("one open address is not enough")
	}
}

// silent is a network in which nothing answers but this machine.
func silent(ctx context.Context, network, address string) (net.Conn, error) {
	if !strings.HasPrefix(address, "127.0.0.1:") {
		<-ctx.Done()
		return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func TestWhatElseClosesAWayIsSaid(t *testing.T) {
	const address = "203.0.113.1:3000" // one for examples
	jwks := keySet(t).URL + path
	failing := func(err error) func(context.Context, string, string) (net.Conn, error) {
		return func(ctx context.Context, network, to string) (net.Conn, error) {
			if to != address {
				return (&net.Dialer{}).DialContext(ctx, network, to)
			}
			return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", err)}
		}
	}
	for _, c := range []struct {
		name string
		dial func(context.Context, string, string) (net.Conn, error)
		wait time.Duration // 0 is longer than any machine takes
		says []string
	}{
		{"silence", silent, 50 * time.Millisecond, []string{address + ": no answer within 50ms", "a firewall"}},
		{"a refusal", failing(syscall.ECONNREFUSED), 0, []string{"refused", "let it listen on 0.0.0.0"}},
		{"no route", failing(syscall.EHOSTUNREACH), 0, []string{"there is no route to it"}},
		{"anything else", failing(syscall.EPERM), 0, []string{"operation not permitted"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, told, _ := run(t, doctor.Checkup{Receiver: "http://" + address, JWKS: jwks, Timeout: c.wait, Dial: c.dial})
			told.wants(t, "receiver connects", false, c.says...)
		})
	}
}

func TestAReceiverThatHangsIsSaid(t *testing.T) {
	jwks := keySet(t).URL + path
	for name, serve := range map[string]func(net.Conn){
		"never accepts": nil,
		"says nothing":  func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
	} {
		address := listening(t, serve)
		_, told, _ := run(t, doctor.Checkup{Receiver: "http://" + address, JWKS: jwks, Timeout: 500 * time.Millisecond})
		told.wants(t, "receiver connects", true)
		told.wants(t, "receiver answers", false, "there is no answer within 500ms")
		_, told, _ = run(t, doctor.Checkup{Receiver: "https://" + address, JWKS: jwks, Timeout: 500 * time.Millisecond})
		told.wants(t, "receiver TLS", false, "says nothing within 500ms")
		if t.Failed() {
			t.Fatal(name)
		}
	}
	_, told, _ := run(t, doctor.Checkup{Receiver: "http://" + listening(t, func(c net.Conn) { _ = c.Close() }), JWKS: jwks})
	if told["receiver answers"].OK {
		t.Errorf("it is %+v", told)
	}
}

func TestTheOtherProtocolIsNamed(t *testing.T) {
	jwks := keySet(t).URL + path
	plain := answering(t, 405)
	_, told, _ := run(t, doctor.Checkup{Receiver: strings.Replace(plain, "http:", "https:", 1), JWKS: jwks})
	told.wants(t, "receiver TLS", false, "does not speak TLS", "http:// instead of https://")
	secure := secured(t, certificate(t, nil))
	_, told, _ = run(t, doctor.Checkup{Receiver: strings.Replace(secure, "https:", "http:", 1), JWKS: jwks})
	told.wants(t, "receiver answers", false, "it speaks HTTPS there", "https:// instead of http://")
	for name, speak := range map[string]func(net.Conn){
		"speaks first": func(c net.Conn) { _, _ = c.Write([]byte("SSH-2.0-Example\r\n")) },
		"answers by an alert of TLS": func(c net.Conn) {
			_, _ = c.Read(make([]byte, 1<<10))
			_, _ = c.Write([]byte("\x15\x03\x01\x00\x02\x02\x0a\r\n"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, told, _ := run(t, doctor.Checkup{Receiver: "http://" + listening(t, speak), JWKS: jwks})
			told.wants(t, "receiver answers", false, "does not speak HTTP")
		})
	}
}

// certificate makes one that is signed by itself, for 127.0.0.1 today.
func certificate(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func secured(t *testing.T, c tls.Certificate) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(405) }))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{c}}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

func pool(c tls.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(c.Leaf)
	return p
}

func TestWhatIsWrongWithACertificateIsSaidAtOnce(t *testing.T) {
	jwks := keySet(t).URL + path
	misnamed := func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"app.test"} }
	expired := func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }
	future := func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }
	for _, c := range []struct {
		name   string
		change func(*x509.Certificate)
		known  bool
		says   []string
	}{
		{"of nobody known", nil, false, []string{"signed by itself", "--ca FILE", "--insecure-skip-verify"}},
		{"for another name", misnamed, true, []string{"the certificate is for app.test, and not for 127.0.0.1"}},
		{"expired", expired, true, []string{"the certificate expired at "}},
		{"of tomorrow", future, true, []string{"is valid only from "}},
		{"all at once", func(c *x509.Certificate) { misnamed(c); expired(c) }, false, []string{"app.test", "expired", "signed by itself"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cert := certificate(t, c.change)
			checkup := doctor.Checkup{Receiver: secured(t, cert), JWKS: jwks}
			if c.known {
				checkup.CAs = pool(cert)
			}
			_, told, _ := run(t, checkup)
			told.wants(t, "receiver TLS", false, c.says...)
			if c.known && strings.Contains(told["receiver TLS"].Found, "and the certificate") {
				t.Errorf("it finds more: %+v", told["receiver TLS"])
			}
			checkup.InsecureSkipVerify = true
			_, told, _ = run(t, checkup)
			told.wants(t, "receiver TLS", true, "taken as it is")
			told.wants(t, "receiver answers", true, "405")
		})
	}
	cert := certificate(t, nil)
	healthy, told, _ := run(t, doctor.Checkup{Receiver: secured(t, cert), JWKS: jwks, CAs: pool(cert)})
	told.wants(t, "receiver TLS", true, "TLS 1.3, with a good certificate")
	if !healthy {
		t.Errorf("it is not healthy: %+v", told)
	}
}

func TestInContainerSeesTheMarks(t *testing.T) {
	for name, want := range map[string]bool{".dockerenv": true, "run/.containerenv": true, "etc/hosts": false} {
		if got := doctor.InContainer(fstest.MapFS{name: {}}); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
