package delivery_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
)

// good is a whole answer.
const good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

type failure struct {
	name    string
	kind    delivery.ErrorKind
	status  int
	says    string
	badly   func(c net.Conn)
	timeout time.Duration
}

// A failing endpoint answers its first connection in some bad way and every
// later one well.
var failing = []failure{
	{"never answers", delivery.KindTimeout, 0, "no whole answer within 50ms", hang, 50 * time.Millisecond},
	{"hangs in the middle of the headers", delivery.KindTimeout, 0, "no whole answer", writeAnd("HTTP/1.1 200 OK\r\nContent-Le", hang), 50 * time.Millisecond},
	{"hangs in the body", delivery.KindTimeout, 200, "no whole answer", writeAnd("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart", hang), 50 * time.Millisecond},
	{"hangs after a chunk", delivery.KindTimeout, 200, "no whole answer", writeAnd("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", hang), 50 * time.Millisecond},
	{"resets before it answers", delivery.KindReset, 0, "reset by peer", reset, 0},
	{"resets in the middle of the body", delivery.KindReset, 200, "", writeAnd("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart", reset), 0},
	{"closes before it answers", delivery.KindReset, 0, "the receiver closed the connection without an answer", nothing, 0},
	{"closes in the middle of the headers", delivery.KindReset, 0, "the receiver closed the connection without an answer", writeAnd("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", nothing), 0},
	{"closes in the middle of the body", delivery.KindReset, 200, "closed the connection in the middle of its answer", writeAnd("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart", nothing), 0},
	{"closes in the middle of a chunk", delivery.KindReset, 200, "closed the connection in the middle of its answer", writeAnd("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\npart", nothing), 0},
	{"answers garbage", delivery.KindProtocol, 0, "malformed HTTP", writeAnd("\x00\x01\x02\x03 not HTTP\r\n\r\n", nothing), 0},
	{"answers as SSH does", delivery.KindProtocol, 0, "malformed HTTP", writeAnd("SSH-2.0-OpenSSH_9.2\r\n", nothing), 0},
	{"answers a status that is no number", delivery.KindProtocol, 0, "malformed HTTP", writeAnd("HTTP/1.1 abc OK\r\n\r\n", nothing), 0},
	{"answers bad chunks", delivery.KindProtocol, 200, "chunk", writeAnd("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", nothing), 0},
	{"answers two lengths", delivery.KindProtocol, 0, "Content-Length", writeAnd("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", nothing), 0},
	{"answers headers without an end", delivery.KindProtocol, 0, "headers exceeded 65536 bytes", endlessHeaders, 0},
}

func TestABadAnswerCostsOneAttempt(t *testing.T) {
	for _, tt := range failing {
		t.Run("an endpoint that "+tt.name, func(t *testing.T) { costsOneAttempt(t, tt) })
		t.Run("to a fault, an endpoint that "+tt.name, func(t *testing.T) { costsOneAttempt(t, tt, fault.Fault{Name: fault.Chunked}) })
	}
}

func costsOneAttempt(t *testing.T, tt failure, faults ...fault.Fault) {
	t.Parallel()
	serve := func(n int, c net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		if n == 1 {
			tt.badly(c)
			return
		}
		_, _ = io.WriteString(c, good)
	}
	if tt.kind == delivery.KindTimeout {
		synctest.Test(t, func(t *testing.T) { failsOnce(t, newRig(t, inMemory(t, serve)), "receiver.test", tt, faults) })
		return
	}
	address := listen(t, serve)
	failsOnce(t, newRig(t), address, tt, faults)
}

func failsOnce(t *testing.T, r *rig, address string, tt failure, faults []fault.Fault) {
	t.Helper()
	r.set(func(p *delivery.Policy) { p.Timeout = tt.timeout })
	n := notification("http://"+address+"/hook", "{}")
	n.Faults = faults
	d := r.sendThis(n)
	r.advance(0)
	r.set(func(p *delivery.Policy) { p.Timeout = 0 })
	checkFailure(t, r, d.ID, tt.kind, tt.says)
	first := r.record(d.ID).Attempts[0]
	if first.Status != tt.status || (first.Response != nil) != (tt.status != 0) {
		t.Errorf("status %d, response %+v", first.Status, first.Response)
	}
	if strings.Contains(first.Error, address+"/hook") {
		t.Errorf("the error repeats the address: %s", first.Error)
	}
}

// checkFailure looks at one failed attempt, and at the good one that follows it
// five minutes later.
func checkFailure(t *testing.T, r *rig, id string, kind delivery.ErrorKind, says string) {
	t.Helper()
	failed := r.record(id)
	if failed.Status != delivery.Pending || len(failed.Attempts) != 1 {
		t.Fatalf("%s after %d attempts", failed.Status, len(failed.Attempts))
	}
	if a := failed.Attempts[0]; a.ErrorKind != kind || a.Error == "" || !strings.Contains(a.Error, says) {
		t.Errorf("failed of %q: %s\nwant %q: %s", a.ErrorKind, a.Error, kind, says)
	}
	r.advance(5 * time.Minute)
	mended := r.record(id)
	if mended.Status != delivery.Delivered || len(mended.Attempts) != 2 || mended.Attempts[1].ErrorKind != delivery.KindNone {
		t.Fatalf("then: %s, %+v", mended.Status, mended.Attempts[len(mended.Attempts)-1])
	}
}

func writeAnd(text string, then func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, text)
		then(c)
	}
}

func nothing(net.Conn) {}

// hang keeps the connection open until the other side has closed it.
func hang(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

func reset(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }

func endlessHeaders(c net.Conn) {
	_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
	line := "X-Filler: " + strings.Repeat("x", 1000) + "\r\n"
	for {
		if _, err := io.WriteString(c, line); err != nil {
			return
		}
	}
}

func TestARefusedConnectionCostsOneAttempt(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	url := "http://" + nowhere + "/?tls: server closed idle connection" // words that must not be taken for the failure's
	r.set(func(p *delivery.Policy) {
		p.Target = func(delivery.Notification) (delivery.Endpoint, error) { return delivery.Endpoint{URL: url}, nil }
	})
	d := r.send(url, "{}")
	r.advance(0)
	url = endpoint.URL // somebody starts it
	checkFailure(t, r, d.ID, delivery.KindRefused, "connection refused")
}

func TestAHostThatDoesNotResolveCostsOneAttempt(t *testing.T) {
	offline := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("there is no network")
	}}
	endpoint := newReceiver(t, nil)
	attempts := 0
	r := newRig(t, dialling(func(ctx context.Context, network, address string) (net.Conn, error) {
		if attempts++; attempts == 1 {
			return (&net.Dialer{Resolver: offline}).DialContext(ctx, network, address)
		}
		return (&net.Dialer{}).DialContext(ctx, network, endpoint.Listener.Addr().String())
	}))
	d := r.send("http://receiver.invalid/hook", "{}")
	r.advance(0)
	checkFailure(t, r, d.ID, delivery.KindDNS, "receiver.invalid")
}

func TestADialThatFailsIsRefused(t *testing.T) {
	endpoint := newReceiver(t, nil)
	attempts := 0
	r := newRig(t, dialling(func(ctx context.Context, network, address string) (net.Conn, error) {
		if attempts++; attempts == 1 {
			return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:99999")
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}))
	d := r.send(endpoint.URL, "{}")
	r.advance(0)
	checkFailure(t, r, d.ID, delivery.KindRefused, "invalid port")
}

func TestTLS(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {})
	trusted := httptest.NewTLSServer(ok)
	defer trusted.Close()
	trusted.Config.ErrorLog = quiet()
	untrusted := httptest.NewUnstartedServer(ok)
	untrusted.TLS = &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}}
	untrusted.Config.ErrorLog = quiet()
	untrusted.StartTLS()
	defer untrusted.Close()
	plain := newReceiver(t, nil)
	picky := httptest.NewUnstartedServer(ok)
	picky.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	picky.Config.ErrorLog = quiet()
	picky.StartTLS()
	defer picky.Close()

	_, port, _ := net.SplitHostPort(trusted.Listener.Addr().String())
	for _, tt := range []struct{ name, url, says string }{
		{"a certificate that nobody trusts", untrusted.URL, "certificate signed by unknown authority"},
		{"a certificate for another host", "https://localhost:" + port, "certificate is valid for"},
		{"plain HTTP where TLS is asked for", strings.Replace(plain.URL, "http:", "https:", 1), "HTTP response to HTTPS"},
		{"garbage where TLS is asked for", "https://" + listen(t, func(_ int, c net.Conn) {
			_, _ = io.WriteString(c, "garbage garbage garbage\n")
			hang(c)
		}), "tls: "},
		{"a client certificate that is asked for", picky.URL, "certificate required"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			url := tt.url
			r.set(func(p *delivery.Policy) {
				p.Target = func(delivery.Notification) (delivery.Endpoint, error) { return delivery.Endpoint{URL: url}, nil }
			})
			d := r.send(tt.url, "{}")
			r.advance(0)
			url = trusted.URL
			checkFailure(t, r, d.ID, delivery.KindTLS, tt.says)
		})
	}
	t.Run("TLS where plain HTTP is asked for is an answer of 400", func(t *testing.T) {
		r := newRig(t)
		d := r.send(strings.Replace(trusted.URL, "https:", "http:", 1), "{}")
		r.advance(0)
		if a := r.record(d.ID).Attempts[0]; a.Status != 400 || a.Error != "" {
			t.Errorf("%+v", a)
		}
	})
	t.Run("a handshake that hangs is a timeout", func(t *testing.T) {
		address := listen(t, func(_ int, c net.Conn) { hang(c) })
		r := newRig(t)
		r.set(func(p *delivery.Policy) { p.Timeout = 50 * time.Millisecond })
		d := r.send("https://"+address, "{}")
		r.advance(0)
		if a := r.record(d.ID).Attempts[0]; a.ErrorKind != delivery.KindTimeout {
			t.Errorf("%+v", a)
		}
		r.engine.Close() // lets go of the connection, or the listener could not end
	})
	t.Run("a stream of HTTP/2 that is reset", func(t *testing.T) {
		n := 0
		abrupt := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				panic(http.ErrAbortHandler)
			}
			if r.ProtoMajor != 2 {
				t.Errorf("came by %s", r.Proto)
			}
		}))
		abrupt.EnableHTTP2 = true
		abrupt.StartTLS()
		defer abrupt.Close()
		r := newRig(t)
		d := r.send(abrupt.URL, "{}")
		r.advance(0)
		checkFailure(t, r, d.ID, delivery.KindReset, "stream error")
		r.engine.Close()
	})
}

func TestAnAnswerThatSwitchesProtocolsEndsTheAttempt(t *testing.T) {
	address := listen(t, func(_ int, c net.Conn) {
		_, _ = http.ReadRequest(bufio.NewReader(c))
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n")
		hang(c)
	})
	r := newRig(t)
	d := r.send("http://"+address, "{}")
	r.advance(0)
	if a := r.record(d.ID).Attempts[0]; a.Status != 101 || a.Error != "" || r.record(d.ID).Status != delivery.Pending {
		t.Errorf("%+v", a)
	}
}

// selfSigned is a certificate that nobody trusts.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Unix(0, 0), NotAfter: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}
