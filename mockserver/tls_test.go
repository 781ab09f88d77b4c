package mockserver_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"kycmock/certs"
	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
)

// secured is a mock that serves HTTPS too.
func secured(t *testing.T, c mockserver.Config) *mockserver.Server {
	t.Helper()
	c.TLSAddr = "127.0.0.1:0"
	return mockserver.Test(t, c).Server
}

// stranger is a client that trusts nobody but the CA that a mock gives out, and
// for whom every host is the mock.
func stranger(t *testing.T, mock *mockserver.Server) *http.Client {
	t.Helper()
	ca := apiOf(t, mock).call("GET", "/_mock/v1/ca.pem", "").want(200)
	if kind := ca.header.Get("Content-Type"); kind != "application/x-pem-file" {
		t.Errorf("the CA is of the type %q", kind)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca.body) {
		t.Fatalf("the CA is %s", ca.body)
	}
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots},
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, strings.TrimPrefix(mock.TLSURL, "https://"))
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func fetch(t *testing.T, client *http.Client, url string) reply {
	t.Helper()
	answer, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return replyOf(t, answer)
}

func TestAReceiverWithTheVendorsHostsHardWiredFindsTheMock(t *testing.T) {
	mock := secured(t, at(0))
	a, client := apiOf(t, mock), stranger(t, mock)
	want := a.call("GET", "/uqudo/api/.well-known/jwks.json", "").want(200)
	if got := fetch(t, client, "https://id.uqudo.io/api/.well-known/jwks.json").want(200); string(got.body) != string(want.body) {
		t.Errorf("the key set is %s", got.body)
	}
	if got := fetch(t, client, "https://auth.uqudo.io/_mock/v1/ca.pem"); got.status != 404 {
		t.Errorf("beside the vendor it serves %s", got.body)
	}

	a.call("PUT", "/_mock/v1/uip/businesses/default/webhook", `{"url": "`+newHook(t).URL+`"}`).want(201)
	r, err := http.NewRequestWithContext(t.Context(), "POST", "https://api.uip.digital/v1/identify", strings.NewReader(`{"intent": "Sign in"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {"Bearer uip-test-key"}, "Content-Type": {"application/json"}}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if got := replyOf(t, answer).want(200); !strings.Contains(string(got.body), "session_id") {
		t.Errorf("it answers %s", got.body)
	}
	if answer.ProtoMajor != 2 {
		t.Errorf("it answers by %s", answer.Proto)
	}
}

func TestTheSameIsServedByHTTPS(t *testing.T) {
	mock := secured(t, mockserver.Config{PublicURL: "http://kycmock.test:8080"})
	client := stranger(t, mock)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(mock.TLSURL, "https://"))
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "host.docker.internal", "kycmock.test"} {
		if got := fetch(t, client, "https://"+host+":"+port+"/readyz").want(200); string(got.body) != "ok" {
			t.Errorf("%s: it answers %s", host, got.body)
		}
	}
	var version struct{ URL string }
	fetch(t, client, mock.TLSURL+"/version").into(&version)
	if version.URL != mock.PublicURL {
		t.Errorf("the public URL is %q", version.URL)
	}
	if machine, err := os.Hostname(); err == nil {
		fetch(t, client, "https://"+machine+":"+port+"/readyz").want(200)
	}
	for _, host := range []string{"uqudo.io", "bank.test", "127.0.0.2"} {
		unknown := new(x509.HostnameError)
		if answer, err := client.Get("https://" + host + "/"); !errors.As(err, unknown) {
			if err == nil {
				answer.Body.Close()
			}
			t.Errorf("%s: got %v", host, err)
		}
	}
	plain := http.Client{Transport: &http.Transport{}} // who does not know the CA
	unknown := new(x509.UnknownAuthorityError)
	if answer, err := plain.Get(mock.TLSURL + "/readyz"); !errors.As(err, unknown) {
		if err == nil {
			answer.Body.Close()
		}
		t.Errorf("who does not trust the CA gets %v", err)
	}
}

func TestTheCAIsShownOnlyWhereThereIsOne(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{CADir: filepath.Join(t.TempDir(), "unused")}).Server
	if p := apiOf(t, mock).call("GET", "/_mock/v1/ca.pem", "").problem(404); !strings.Contains(p.Detail, "--tls-addr") {
		t.Errorf("the problem says %q", p.Detail)
	}
	if _, err := mock.CA(); err == nil || mock.TLSURL != "" {
		t.Errorf("there is a CA, and HTTPS at %q", mock.TLSURL)
	}
	mock = secured(t, mockserver.Config{})
	text, err := mock.CA()
	if err != nil {
		t.Fatal(err)
	}
	if got := apiOf(t, mock).call("GET", "/_mock/v1/ca.pem", "").want(200); string(got.body) != string(text) {
		t.Errorf("the two are not one: %s", got.body)
	}
	block, _ := pem.Decode(text)
	ca, err := x509.ParseCertificate(block.Bytes)
	if err != nil || ca.Subject.CommonName != certs.CommonName {
		t.Errorf("it is %v, %v", ca, err)
	}
	var doc struct {
		Paths map[string]map[string]any
	}
	apiOf(t, mock).call("GET", "/_mock/v1/openapi.json", "").want(200).into(&doc)
	if doc.Paths["/_mock/v1/ca.pem"]["get"] == nil {
		t.Error("the OpenAPI document does not have it")
	}
}

func TestAResetByHTTPSEndsTheCall(t *testing.T) {
	mock := secured(t, mockserver.Config{})
	a, client := apiOf(t, mock), stranger(t, mock)
	a.call("POST", "/_mock/v1/faults/armed", `{"times": 2, "fault": {"name": "api-reset", "params": {"route": "GET /api/.well-known/jwks.json"}}}`).want(201)
	const jwks = "https://id.uqudo.io/api/.well-known/jwks.json"
	if answer, err := client.Get(jwks); err == nil { // by HTTP/2, where a stream is ended
		t.Errorf("answered %d", replyOf(t, answer).status)
	}
	one := client.Transport.(*http.Transport).Clone()
	one.ForceAttemptHTTP2, one.TLSClientConfig.NextProtos, one.DisableKeepAlives = false, nil, true
	if answer, err := (&http.Client{Transport: one}).Get(jwks); err == nil {
		t.Errorf("answered %d", replyOf(t, answer).status)
	} else if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the call ended with %v", err)
	}
	fetch(t, client, jwks).want(200)
}

func TestACAThatIsKeptIsTheSameForTheNextMock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	first := secured(t, mockserver.Config{CADir: dir})
	client := stranger(t, first)
	fetch(t, client, "https://id.uqudo.io/api/.well-known/jwks.json").want(200)
	second := secured(t, mockserver.Config{CADir: dir})
	roots := client.Transport.(*http.Transport).TLSClientConfig.RootCAs
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}}
	fetch(t, trusting, second.TLSURL+"/readyz").want(200)
	if text, err := os.ReadFile(filepath.Join(dir, "ca.pem")); err != nil || !roots.AppendCertsFromPEM(text) {
		t.Errorf("ca.pem holds %s, %v", text, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "ca-key.pem")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is %v, %v", info, err)
	}
	third := secured(t, mockserver.Config{})
	if answer, err := trusting.Get(third.TLSURL + "/readyz"); err == nil {
		answer.Body.Close()
		t.Error("a mock that keeps no CA has the same one")
	}
}

func TestACAThatIsNotForTheseNamesIsSaidSo(t *testing.T) {
	dir := t.TempDir()
	secured(t, mockserver.Config{CADir: dir, PublicURL: "http://one.test"})
	secured(t, mockserver.Config{CADir: dir, PublicURL: "https://one.test:8443"})
	_, err := mockserver.Start(mockserver.Config{TLSAddr: "127.0.0.1:0", CADir: dir, PublicURL: "http://two.test"})
	for _, says := range []string{"the CA in " + dir + ": it was not made for two.test; ", "remove ca.pem and ca-key.pem"} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("the error is %v, want %q in it", err, says)
		}
	}
}

// A container has another name at each start.
func TestAKeptCAOfAnotherMachineServesWithoutThisOnesName(t *testing.T) {
	machine, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := certs.Open(dir, []string{
		"id.uqudo.io", "auth.uqudo.io", "id.dev.uqudo.io", "auth.dev.uqudo.io", "api.uip.digital",
		"localhost", "host.docker.internal", "127.0.0.1", "::1",
	}); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	client := stranger(t, secured(t, mockserver.Config{CADir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))}))
	fetch(t, client, "https://localhost/readyz").want(200)
	if answer, err := client.Get("https://" + machine + "/readyz"); err == nil {
		answer.Body.Close()
		t.Errorf("the certificate holds for %s", machine)
	}
	if !strings.Contains(log.String(), machine) {
		t.Errorf("the log does not say so: %s", log.String())
	}
}

func TestWhenHTTPSCannotBeServedNothingIs(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	half := t.TempDir()
	if err := os.WriteFile(filepath.Join(half, "ca.pem"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	for name, c := range map[string]struct {
		config mockserver.Config
		says   string
	}{
		"an address that is taken": {mockserver.Config{TLSAddr: taken.Addr().String()}, "address already in use"},
		"an address that is none":  {mockserver.Config{TLSAddr: "nowhere"}, "nowhere"},
		"a folder that is broken":  {mockserver.Config{TLSAddr: address, CADir: half}, "the CA: " + half + "/ca.pem: no CERTIFICATE in it"},
	} {
		t.Run(name, func(t *testing.T) {
			plain, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer plain.Close()
			c.config.Listener = plain
			if _, err := mockserver.Start(c.config); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error is %v, want %q in it", err, c.says)
			}
			_ = plain.(*net.TCPListener).SetDeadline(clock.Deadline(0)) // or a listener that is open would wait
			if _, err := plain.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("the other listener is open: %v", err)
			}
		})
	}
	if again, err := net.Listen("tcp", address); err != nil {
		t.Errorf("the listener for HTTPS is open: %v", err)
	} else {
		again.Close()
	}
	if !come(t, func() bool { return len(ours()) == 0 }) {
		t.Errorf("left are %s", strings.Join(ours(), "\n\n"))
	}
}

func TestCloseClosesBothListeners(t *testing.T) {
	mock, err := mockserver.Start(mockserver.Config{TLSAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	fetch(t, stranger(t, mock), "https://localhost/readyz").want(200)
	for range 2 {
		if err := mock.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, url := range []string{mock.URL, mock.TLSURL} {
		_, address, _ := strings.Cut(url, "://")
		var dialer net.Dialer
		if conn, err := dialer.DialContext(t.Context(), "tcp", address); err == nil {
			conn.Close()
			t.Errorf("%s still listens", url)
		}
	}
}

// curl is another client than Go's, with a TLS library of its own.
func TestCurlTakesTheCertificate(t *testing.T) {
	mock := secured(t, mockserver.Config{CADir: t.TempDir()})
	text, err := mock.CA()
	if err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, text, 0o600); err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(mock.TLSURL, "https://"))
	curl := func(more ...string) (string, error) {
		args := append([]string{"--silent", "--show-error", "--fail", "--noproxy", "*", "--cacert", ca}, more...)
		out, err := exec.CommandContext(t.Context(), "curl", args...).CombinedOutput()
		return string(out), err
	}
	out, err := curl("--resolve", "id.uqudo.io:"+port+":127.0.0.1", "https://id.uqudo.io:"+port+"/api/.well-known/jwks.json")
	if err != nil || !strings.Contains(out, `"kty"`) {
		t.Errorf("the key set is %s, %v", out, err)
	}
	if out, err := curl(mock.TLSURL + "/readyz"); err != nil || out != "ok" {
		t.Errorf("by the address it answers %s, %v", out, err)
	}
	if out, err := curl("--resolve", "bank.test:"+port+":127.0.0.1", "https://bank.test:"+port+"/"); err == nil {
		t.Errorf("it takes the certificate for another host: %s", out)
	}
}

func TestReceiversWithCertificatesOfTheirOwn(t *testing.T) {
	receiver := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	t.Cleanup(receiver.Close)
	receiver.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	own := x509.NewCertPool()
	own.AddCert(receiver.Certificate())
	for name, c := range map[string]struct {
		config mockserver.Config
		kind   delivery.ErrorKind
	}{
		"nobody is trusted beside the machine's own": {mockserver.Config{}, delivery.KindTLS},
		"others are trusted":                         {mockserver.Config{CAs: x509.NewCertPool()}, delivery.KindTLS},
		"theirs are trusted":                         {mockserver.Config{CAs: own}, ""},
		"whatever they have":                         {mockserver.Config{InsecureSkipVerify: true}, ""},
	} {
		for _, fault := range []string{"", `"chunked"`, `"reset-before-response"`} { // the latter two by raw connections
			t.Run(name+" "+fault, func(t *testing.T) {
				mock := mockserver.Test(t, c.config).Server
				a := apiOf(t, mock)
				a.listen(receiver.URL)
				if fault != "" {
					a.call("POST", "/_mock/v1/faults/armed", `{"fault": `+fault+`}`).want(201)
				}
				id := a.enroll()[0]
				a.advance(`{"by": "0s"}`)
				r, err := mock.Delivery(id)
				if err != nil {
					t.Fatal(err)
				}
				want := c.kind
				if want == "" && strings.Contains(fault, "reset") {
					want = delivery.KindReset
				}
				if got := r.Attempts[0]; got.ErrorKind != want || want == "" && r.Status != delivery.Delivered {
					t.Errorf("the attempt failed of %q: %s; want %q", got.ErrorKind, got.Error, want)
				}
			})
		}
	}
}
