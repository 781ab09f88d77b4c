package delivery_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/memory"
)

// faulty is a notification with which these things go wrong, in JSON.
func faulty(t testing.TB, url, body string, faults ...string) delivery.Notification {
	t.Helper()
	n := notification(url, body)
	n.Seed = 7
	if err := json.Unmarshal([]byte("["+strings.Join(faults, ",")+"]"), &n.Faults); err != nil {
		t.Fatal(err)
	}
	for _, found := range fault.Check(n.Faults, "acme", spoils) {
		t.Fatal(found)
	}
	return n
}

// spoils are the faults of the vendor of these tests.
var spoils = []string{fault.Tampered, fault.TruncatedJSON, fault.WrongCreds, fault.MissingCreds}

// spoiling is the signer of these tests.
func spoiling(n delivery.Notification, _ time.Time, faults fault.Active) (delivery.Signed, error) {
	body := faults.Broken(n.Body)
	if faults.Has(fault.Tampered) {
		body = faults.ChangedByte(body, 0)
	}
	return delivery.Signed{Header: http.Header{"Content-Type": {n.ContentType}}, Body: body}, nil
}

// kinds tells of each attempt how it failed, or else its status.
func kinds(r delivery.Record) []string {
	var all []string
	for _, a := range r.Attempts {
		if a.ErrorKind != "" {
			all = append(all, string(a.ErrorKind))
		} else {
			all = append(all, fmt.Sprint(a.Status))
		}
	}
	return all
}

// wantKinds looks at a delivery's end.
func wantKinds(t *testing.T, r delivery.Record, status delivery.Status, want ...string) {
	t.Helper()
	if got := kinds(r); r.Status != status || !slices.Equal(got, want) {
		t.Errorf("%s after %q, want %s after %q", r.Status, got, status, want)
	}
}

// A tap is an endpoint that keeps the bytes of each connection as they came, in
// the pieces in which they came, and how reading ended.
type tap struct {
	address string
	answer  string
	mu      sync.Mutex
	read    map[int][]string // by connection, counted from 0
	ended   map[int]error
}

// newTap answers each request, once all of it is there, with answer.
func newTap(t *testing.T, answer string) *tap {
	t.Helper()
	p := &tap{answer: answer, read: map[int][]string{}, ended: map[int]error{}}
	p.address = listen(t, p.serve)
	return p
}

// newTapInMemory is newTap for a bubble.
func newTapInMemory(t *testing.T, answer string) (*tap, setting) {
	t.Helper()
	p := &tap{address: "receiver.test", answer: answer, read: map[int][]string{}, ended: map[int]error{}}
	return p, inMemory(t, p.serve)
}

func (p *tap) serve(n int, c net.Conn) {
	var pieces []string
	answered := false
	buffer := make([]byte, 64<<10)
	for {
		m, err := c.Read(buffer)
		if m > 0 {
			pieces = append(pieces, string(buffer[:m]))
		}
		if err != nil {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.read[n-1], p.ended[n-1] = pieces, err
			return
		}
		if request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.Join(pieces, "")))); err == nil && !answered {
			if _, err := io.Copy(io.Discard, request.Body); err == nil {
				answered = true
				_, _ = io.WriteString(c, p.answer)
			}
		}
	}
}

// connection waits for the end of the nth connection, counted from 0.
func (p *tap) connection(t *testing.T, n int) (pieces []string, ended error) {
	t.Helper()
	eventually(t, "a connection has ended", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.ended[n] != nil
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.read[n], p.ended[n]
}

func TestAConnectionOfItsOwnCarriesTheSameBytes(t *testing.T) {
	for _, body := range []string{`{"a":"ü"}`, "", "\x00\xff", strings.Repeat("x", 200_000)} {
		var sent []string
		for _, faults := range [][]string{nil, {`{"name":"connect-delay","params":{"by":"0s"}}`}} {
			p := newTap(t, good)
			r := newRig(t)
			n := faulty(t, "http://"+p.address+"/hook?a=b%20c", body, faults...)
			n.Endpoint.Header = http.Header{"x-API-key": {"secret"}}
			d := r.sendThis(n)
			r.advance(0)
			wantKinds(t, r.record(d.ID), delivery.Delivered, "200")
			r.engine.Close()
			pieces, _ := p.connection(t, 0)
			sent = append(sent, strings.ReplaceAll(strings.Join(pieces, ""), p.address, "HOST"))
		}
		if sent[0] != sent[1] {
			t.Errorf("%.300q\nwant %.300q", sent[1], sent[0])
		}
	}
}

func TestAChunkedRequestHasNoLength(t *testing.T) {
	p := newTap(t, good)
	r := newRig(t)
	for _, body := range []string{`{"a":1}`, ""} {
		d := r.sendThis(faulty(t, "http://"+p.address, body, `"chunked"`))
		r.advance(0)
		got := r.record(d.ID)
		wantKinds(t, got, delivery.Delivered, "200")
		if !slices.Equal(got.Attempts[0].Faults, []string{"chunked"}) || !slices.Equal(got.Faults, []string{"chunked"}) {
			t.Errorf("%q, %q", got.Attempts[0].Faults, got.Faults)
		}
	}
	for n, framed := range []string{"7\r\n{\"a\":1}\r\n0\r\n\r\n", "0\r\n\r\n"} {
		pieces, _ := p.connection(t, n)
		text := strings.Join(pieces, "")
		if !strings.Contains(text, "\r\nTransfer-Encoding: chunked\r\n") || strings.Contains(text, "Content-Length") || !strings.HasSuffix(text, "\r\n\r\n"+framed) {
			t.Errorf("sent %q", text)
		}
	}
}

func TestASlowRequestDrips(t *testing.T) {
	body := strings.Repeat("x", 300)
	for _, faults := range [][]string{
		{`{"name":"slow-request","params":{"bytesPerSecond":2000}}`},
		{`{"name":"slow-request","params":{"bytesPerSecond":2000}}`, `"chunked"`},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, there := newTapInMemory(t, good)
			r := newRig(t, there)
			d := r.sendThis(faulty(t, "http://"+p.address, body, faults...))
			r.advance(0)
			got := r.record(d.ID)
			wantKinds(t, got, delivery.Delivered, "200")
			if took := got.Attempts[0].TookMs; took < 150 || took > 160 { // 300 bytes, or those of the chunk too, at 2,000 a second
				t.Errorf("it took %v ms", took)
			}
			pieces, _ := p.connection(t, 0)
			if len(pieces) < 4 || !strings.Contains(strings.Join(pieces, ""), "x") {
				t.Errorf("it came in %d pieces", len(pieces))
			}
			request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.Join(pieces, ""))))
			if err != nil {
				t.Fatal(err)
			}
			if text, err := io.ReadAll(request.Body); err != nil || string(text) != body {
				t.Errorf("%q: %v", text, err)
			}
			if chunked := len(faults) == 2; chunked != slices.Equal(request.TransferEncoding, []string{"chunked"}) {
				t.Errorf("transfer encoding %q", request.TransferEncoding)
			}
		})
	}
}

// A receiver that loses its patience says so, and that is what is recorded.
func TestAnAnswerToHalfASlowRequestCounts(t *testing.T) {
	address := listen(t, func(_ int, c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = io.WriteString(c, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		_ = c.(*net.TCPConn).CloseWrite()
		_, _ = c.Read(make([]byte, 10))
	})
	r := newRig(t)
	r.set(func(p *delivery.Policy) { p.Schedule = nil })
	d := r.sendThis(faulty(t, "http://"+address, strings.Repeat("x", 2000), `{"name":"slow-request","params":{"bytesPerSecond":4000}}`))
	r.advance(0)
	wantKinds(t, r.record(d.ID), delivery.Exhausted, "408")
}

func TestAResetInTheMiddleOfTheBodyLeavesHalfOfIt(t *testing.T) {
	body := strings.Repeat("x", 1000)
	for _, tt := range []struct {
		body string
		want int
	}{{body, 500}, {"x", 0}} {
		p := newTap(t, good)
		r := newRig(t)
		d := r.sendThis(faulty(t, "http://"+p.address, tt.body, `{"name":"reset-mid-body","on":"first"}`))
		r.advance(0)
		checkFailure(t, r, d.ID, delivery.KindReset, "reset-mid-body: ")
		pieces, ended := p.connection(t, 0)
		_, got, _ := strings.Cut(strings.Join(pieces, ""), "\r\n\r\n")
		if len(got) != tt.want || !errors.Is(ended, syscall.ECONNRESET) {
			t.Errorf("%d bytes of the body, and then %v", len(got), ended)
		}
	}
}

// Without a body to break off, the head is: no receiver is to take the request
// for a whole one.
func TestAResetWithoutABodyIsNoWholeRequest(t *testing.T) {
	p := newTap(t, good)
	r := newRig(t)
	r.sendThis(faulty(t, "http://"+p.address, "", `{"name":"reset-mid-body","on":"first"}`))
	r.advance(0)
	pieces, ended := p.connection(t, 0)
	if text := strings.Join(pieces, ""); strings.HasSuffix(text, "\r\n\r\n") || text == "" || !errors.Is(ended, syscall.ECONNRESET) {
		t.Errorf("%q, and then %v", text, ended)
	}
}

func TestAResetBeforeTheAnswerLeavesTheWorkDone(t *testing.T) {
	p := newTap(t, good)
	r := newRig(t)
	d := r.sendThis(faulty(t, "http://"+p.address, `{"a":1}`, `{"name":"reset-before-response","on":"first"}`))
	r.advance(0)
	checkFailure(t, r, d.ID, delivery.KindReset, "reset-before-response: ")
	got := r.record(d.ID)
	if a := got.Attempts[0]; a.Status != 0 || a.Response != nil || !slices.Equal(a.Faults, []string{"reset-before-response"}) {
		t.Errorf("%+v", a)
	}
	if a := got.Attempts[1]; len(a.Faults) != 0 {
		t.Errorf("%+v", a)
	}
	r.engine.Close()
	pieces, ended := p.connection(t, 0)
	if !strings.HasSuffix(strings.Join(pieces, ""), "\r\n\r\n"+`{"a":1}`) || !errors.Is(ended, syscall.ECONNRESET) {
		t.Errorf("%q, and then %v", pieces, ended)
	}
	if pieces, ended := p.connection(t, 1); !strings.HasSuffix(strings.Join(pieces, ""), "\r\n\r\n"+`{"a":1}`) || !errors.Is(ended, io.EOF) {
		t.Errorf("the second time: %q, and then %v", pieces, ended)
	}
}

func TestAResetComesAlsoWhenNoAnswerDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, there := newTapInMemory(t, "")
		r := newRig(t, there)
		r.set(func(p *delivery.Policy) { p.Timeout = 50 * time.Millisecond; p.Schedule = nil })
		d := r.sendThis(faulty(t, "http://"+p.address, `{"a":1}`, `"reset-before-response"`))
		r.advance(0)
		wantKinds(t, r.record(d.ID), delivery.Exhausted, "reset")
		if _, ended := p.connection(t, 0); !errors.Is(ended, syscall.ECONNRESET) {
			t.Error(ended)
		}
	})
}

func TestAnIgnoredAnswerIsAFailureAndShowsBothStatuses(t *testing.T) {
	for _, status := range []int{504, 200, 204} { // also when success is claimed of it
		endpoint := newReceiver(t, statuses(202, 200))
		r := newRig(t)
		d := r.sendThis(faulty(t, endpoint.URL, "{}", fmt.Sprintf(`{"name":"ignore-response","on":"first","params":{"status":%d}}`, status)))
		r.advance(0)
		got := r.record(d.ID)
		wantKinds(t, got, delivery.Pending, fmt.Sprint(status))
		if a := got.Attempts[0]; a.IgnoredStatus != 202 || a.NextAt == nil || a.Error != "" {
			t.Errorf("%+v", a)
		}
		r.advance(5 * time.Minute)
		got = r.record(d.ID)
		wantKinds(t, got, delivery.Delivered, fmt.Sprint(status), "200")
		if a := got.Attempts[1]; a.IgnoredStatus != 0 {
			t.Errorf("%+v", a)
		}
		if !slices.Equal(endpoint.bodies(), []string{"{}", "{}"}) {
			t.Errorf("%q", endpoint.bodies())
		}
	}
}

func TestThereIsNoAnswerToIgnoreWhenNoneCame(t *testing.T) {
	p := newTap(t, "")
	r := newRig(t)
	r.set(func(p *delivery.Policy) { p.Timeout = 20 * time.Millisecond; p.Schedule = nil })
	d := r.sendThis(faulty(t, "http://"+p.address, "{}", `"ignore-response"`))
	r.advance(0)
	wantKinds(t, r.record(d.ID), delivery.Exhausted, "timeout")
}

func TestHangingUpEarlyIsATimeoutThatShort(t *testing.T) {
	for _, more := range []string{`"tampered"`, `"chunked"`} { // on both roads
		synctest.Test(t, func(t *testing.T) {
			gone := make(chan struct{}, 1)
			var requests atomic.Int64
			network := memory.New()
			defer network.Serve("receiver.test", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // or net/http would not notice a hang-up
				if requests.Add(1) == 1 {
					<-r.Context().Done()
					gone <- struct{}{}
				}
			}))()
			r := newRig(t, dialling(network.Dial))
			d := r.sendThis(faulty(t, "http://receiver.test/", "{}", more, `{"name":"hang-up-early","on":"first","params":{"after":"40ms"}}`))
			r.advance(0)
			checkFailure(t, r, d.ID, delivery.KindTimeout, "no whole answer within 40ms")
			<-gone
		})
	}
}

func TestAConnectionIsOpenedLateInRealTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := newPipes()
		server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), ReadHeaderTimeout: time.Hour}
		go func() { _ = server.Serve(network) }()
		defer server.Close()
		took := clock.Stopwatch()
		var dialled time.Duration
		r := newRig(t, dialling(network.dial(func() { dialled = took() })))
		// Neither counts for the timeout, which is 10 s.
		d := r.sendThis(faulty(t, "http://receiver.test/", strings.Repeat("x", 1000),
			`{"name":"connect-delay","params":{"by":"20s"}}`, `{"name":"slow-request","params":{"bytesPerSecond":50}}`))
		r.advance(0)
		wantKinds(t, r.record(d.ID), delivery.Delivered, "200")
		if dialled != 20*time.Second || took() < 40*time.Second || took() > 41*time.Second || r.record(d.ID).Attempts[0].TookMs < 40_000 {
			t.Errorf("dialled after %s, done after %s", dialled, took())
		}
		r.engine.Close()
	})
}

// A body that nobody reads is no reason to wait longer than the timeout.
func TestARequestThatIsNotReadTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := newPipes()
		defer network.Close()
		r := newRig(t, dialling(network.dial(nil)))
		go func() {
			for c, err := network.Accept(); err == nil; c, err = network.Accept() {
				defer c.Close()
			}
		}()
		for _, more := range []string{`"chunked"`, `{"name":"slow-request","params":{"bytesPerSecond":1}}`, `"reset-mid-body"`, `"duplicate-concurrent"`} {
			took := clock.Stopwatch()
			r.set(func(p *delivery.Policy) { p.Schedule = nil })
			d := r.sendThis(faulty(t, "http://receiver.test/", "{}", more))
			r.advance(0)
			wantKinds(t, r.record(d.ID), delivery.Exhausted, "timeout")
			if took() != 10*time.Second {
				t.Errorf("%s: after %s", more, took())
			}
		}
		r.engine.Close()
	})
}

// pipes is a network of one address, without sockets: what blocks on it lets
// the time of a synctest bubble pass.
type pipes struct {
	accept chan net.Conn
	done   chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{accept: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "receiver.test", Net: "pipe"} }

// dial calls dialled, if there is one, and connects.
func (p *pipes) dial(dialled func()) dialer {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		if dialled != nil {
			dialled()
		}
		ours, theirs := net.Pipe()
		select {
		case p.accept <- theirs:
			return ours, nil
		case <-p.done:
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func TestWireFaultsOverAPipe(t *testing.T) {
	network := newPipes()
	var requests atomic.Int64
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			requests.Add(1)
		}
	}), ReadHeaderTimeout: time.Hour, ErrorLog: quiet()}
	go func() { _ = server.Serve(network) }()
	defer server.Close()
	r := newRig(t, dialling(network.dial(nil)))
	for _, tt := range []struct {
		fault, want string
		requests    int64
	}{
		{`"chunked"`, "200", 1}, {`"reset-before-response"`, "reset", 1}, {`"reset-mid-body"`, "reset", 0},
		{`{"name":"slow-request","params":{"bytesPerSecond":1000}}`, "200", 1}, {`"duplicate-concurrent"`, "200", 5},
	} {
		requests.Store(0)
		r.set(func(p *delivery.Policy) { p.Schedule = nil })
		d := r.sendThis(faulty(t, "http://receiver.test/", strings.Repeat("x", 100), tt.fault))
		r.advance(0)
		if got := kinds(r.record(d.ID)); !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%s: %q, want %s", tt.fault, got, tt.want)
		}
		if n := requests.Load(); n != tt.requests {
			t.Errorf("%s: %d requests", tt.fault, n)
		}
	}
}

func TestCredentialsAreSpoilt(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("user:pass"))
	for _, tt := range []struct{ fault, authorization, key string }{
		{`"tampered"`, basic, "secret"},
		{`"wrong-credentials"`, "Basic " + base64.StdEncoding.EncodeToString([]byte("user:pass-wrong")), "secret-wrong"},
		{`"missing-credentials"`, "", ""},
	} {
		n := faulty(t, endpoint.URL, "{}", strings.Replace(`{"name":F,"on":"first"}`, "F", tt.fault, 1))
		n.Endpoint.Header = http.Header{"Authorization": {basic}, "X-Key": {"secret"}}
		d := r.sendThis(n)
		r.advance(0)
		requests := endpoint.requests()
		h := requests[len(requests)-1].header
		if h.Get("Authorization") != tt.authorization || h.Get("X-Key") != tt.key || h.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %v", tt.fault, h)
		}
		if masked := fmt.Sprint(r.record(d.ID).Attempts[0].Masked()); strings.Contains(masked, "secret") {
			t.Errorf("%s: shown as %s", tt.fault, masked)
		}
		if _, err := r.engine.Redeliver(d.ID); err != nil { // is the same again
			t.Fatal(err)
		}
		r.advance(0)
		requests = endpoint.requests()
		if again := requests[len(requests)-1].header; again.Get("Authorization") != tt.authorization || again.Get("X-Key") != tt.key {
			t.Errorf("%s, redelivered: %v", tt.fault, again)
		}
	}
}

// The endpoint's own headers are not changed by spoiling them for one attempt.
func TestWrongCredentialsAreWrongOnTheirAttemptsOnly(t *testing.T) {
	endpoint := newReceiver(t, statuses(401, 401, 200))
	r := newRig(t)
	n := faulty(t, endpoint.URL, "{}", `{"name":"wrong-credentials","on":[2]}`)
	n.Endpoint.Header = http.Header{"X-Key": {"secret"}}
	r.sendThis(n)
	r.advance(10 * time.Minute)
	var sent []string
	for _, g := range endpoint.requests() {
		sent = append(sent, g.header.Get("X-Key"))
	}
	if !slices.Equal(sent, []string{"secret", "secret-wrong", "secret"}) {
		t.Errorf("%q", sent)
	}
}

func TestTheContentTypeIsAnother(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	r.sendThis(faulty(t, endpoint.URL, "{}", `"content-type"`))
	r.sendThis(faulty(t, endpoint.URL, "{}", `{"name":"content-type","params":{"value":"application/xml; charset=utf-16"}}`, `"chunked"`))
	r.sendThis(faulty(t, endpoint.URL, "{}", `{"name":"content-type","params":{"value":""}}`))
	r.advance(0)
	var got []string
	for _, g := range endpoint.requests() {
		got = append(got, fmt.Sprintf("%q %s", g.header["Content-Type"], g.body))
	}
	if want := []string{`["text/plain"] {}`, `["application/xml; charset=utf-16"] {}`, `[""] {}`}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWireFaultsOverTLS(t *testing.T) {
	var read atomic.Int64
	trusted := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		read.Store(n)
		if err == nil {
			w.WriteHeader(202)
		}
	}))
	trusted.Config.ErrorLog = quiet()
	trusted.StartTLS()
	defer trusted.Close()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = quiet()
	untrusted.TLS = &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}}
	untrusted.StartTLS()
	defer untrusted.Close()
	for _, tt := range []struct {
		name, url, fault, want string
		read                   int64
	}{
		{"chunked", trusted.URL, `"chunked"`, "202", 100},
		{"slow", trusted.URL, `{"name":"slow-request","params":{"bytesPerSecond":1000}}`, "202", 100},
		{"five at once", trusted.URL, `"duplicate-concurrent"`, "202", 100},
		{"reset before the answer", trusted.URL, `"reset-before-response"`, "reset", 100},
		{"reset in the middle", trusted.URL, `"reset-mid-body"`, "reset", 50},
		{"a certificate that nobody trusts", untrusted.URL, `"chunked"`, "tls", 0},
		{"a certificate for another host", strings.Replace(trusted.URL, "127.0.0.1", "localhost", 1), `"chunked"`, "tls", 0},
		{"garbage", "https://" + listen(t, func(_ int, c net.Conn) { _, _ = io.WriteString(c, "garbage garbage\n"); hang(c) }), `"chunked"`, "tls", 0},
		{"a handshake that hangs", "https://" + listen(t, func(_ int, c net.Conn) { hang(c) }), `"chunked"`, "timeout", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			read.Store(0)
			r := newRig(t)
			r.set(func(p *delivery.Policy) {
				p.Schedule = nil
				if tt.want == "timeout" {
					p.Timeout = 50 * time.Millisecond
				}
			})
			d := r.sendThis(faulty(t, tt.url, strings.Repeat("x", 100), tt.fault))
			r.advance(0)
			if got := kinds(r.record(d.ID)); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("%q: %s", got, r.record(d.ID).Attempts[0].Error)
			}
			eventually(t, "the receiver has read what came", func() bool { return read.Load() == tt.read })
			r.engine.Close()
		})
	}
}

func TestOddAnswersOverAConnectionOfItsOwn(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	for _, tt := range []struct {
		name, answer string
		status, kept int
		truncated    bool
	}{
		{"100 before 200", "HTTP/1.1 100 Continue\r\n\r\n" + good, 200, 2, false},
		{"several of 1xx", "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + good, 200, 2, false},
		{"101", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n", 101, 0, false},
		{"204", "HTTP/1.1 204 No Content\r\n\r\n", 204, 0, false},
		{"a redirect", "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", 302, 0, false},
		{"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", 200, 2, false},
		{"small chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("1\r\nx\r\n", 60_000) + "0\r\n\r\n", 200, 60_000, false},
		{"more than is kept", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + long, 200, 64 << 10, true},
		{"more than is kept, and no end", "HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + long, 200, 64 << 10, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newTap(t, tt.answer)
			r := newRig(t)
			r.set(func(p *delivery.Policy) { p.Timeout = 5 * time.Second; p.Schedule = nil })
			d := r.sendThis(faulty(t, "http://"+p.address, "{}", `"chunked"`))
			r.advance(0)
			a := r.record(d.ID).Attempts[0]
			if a.Error != "" || a.Status != tt.status || len(a.Response.Body) != tt.kept || a.Response.Truncated != tt.truncated || a.TookMs > 4000 {
				t.Errorf("%d, %q after %v ms, %d bytes", a.Status, a.Error, a.TookMs, len(a.Response.Body))
			}
		})
	}
}

// As in HTTP/1.0, where the end of the connection is that of the answer.
func TestAnAnswerWithoutALengthIsReadUntilTheTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, there := newTapInMemory(t, "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nok")
		r := newRig(t, there)
		d := r.sendThis(faulty(t, "http://"+p.address, "{}", `"chunked"`))
		r.advance(0)
		if a := r.record(d.ID).Attempts[0]; a.ErrorKind != delivery.KindTimeout || a.Status != 200 || a.TookMs != 10_000 {
			t.Errorf("%+v", a)
		}
	})
}

func TestAnAttemptOnAConnectionOfItsOwnCanBeCalledOff(t *testing.T) {
	for _, faults := range [][]string{
		{`"chunked"`}, {`"reset-before-response"`}, {`{"name":"connect-delay","params":{"by":"1m"}}`},
		{`{"name":"slow-request","params":{"bytesPerSecond":1}}`},
	} {
		arrived := make(chan struct{}, 1)
		address := listen(t, func(_ int, c net.Conn) {
			_, _ = c.Read(make([]byte, 1))
			arrived <- struct{}{}
			hang(c)
		})
		r := newRig(t, atRate(1))
		d := r.sendThis(faulty(t, "http://"+address, "{}", faults...))
		if !strings.Contains(faults[0], "connect-delay") {
			<-arrived
		}
		if err := r.engine.Cancel(d.ID); err != nil {
			t.Error(err)
		}
		got := r.wait(d.ID, func(r delivery.Record) bool { return len(r.Attempts) == 1 || r.Status.Final() })
		if got.Status != delivery.Cancelled {
			t.Errorf("%s: %s", faults, got.Status)
		}
		r.clock.Close() // when what it called has ended
		if got := kinds(r.record(d.ID)); len(got) > 1 || len(got) == 1 && got[0] != "aborted" {
			t.Errorf("%s: %q", faults, got)
		}
	}
}

func TestARefusedConnectionOfItsOwnCostsOneAttempt(t *testing.T) {
	r := newRig(t)
	r.set(func(p *delivery.Policy) { p.Schedule = delivery.Waits(time.Minute) })
	for _, tt := range []struct{ url, want string }{{"http://" + nowhere, "refused"}, {"http://no-such-host.invalid", "dns"}} {
		d := r.sendThis(faulty(t, tt.url, "{}", `"chunked"`))
		r.advance(time.Minute)
		wantKinds(t, r.record(d.ID), delivery.Exhausted, tt.want, tt.want)
	}
}

func TestWireFaultsActOnTheAttemptsThatTheyChoose(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	d := r.sendThis(faulty(t, endpoint.URL, "{}", `{"name":"ignore-response","on":[2,4]}`, `{"name":"reset-before-response","on":[3]}`))
	r.advance(20 * time.Minute)
	wantKinds(t, r.record(d.ID), delivery.Pending, "500", "504", "reset", "504", "500")
}

func TestProbabilityIsDrawnForEachAttempt(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	run := func(seed uint64) string {
		r := newRig(t)
		n := faulty(t, endpoint.URL, "{}", `{"name":"ignore-response","probability":0.5}`)
		n.Seed = seed
		d := r.sendThis(n)
		r.advance(2 * time.Hour)
		return strings.Join(kinds(r.record(d.ID)), " ")
	}
	first := run(1)
	if n := strings.Count(first, "504"); n < 5 || n > 20 {
		t.Errorf("it acted on %d of 25 attempts", n)
	}
	if run(1) != first {
		t.Error("the same seed drew otherwise")
	}
	if run(2) == first {
		t.Error("another seed drew the same")
	}
}
