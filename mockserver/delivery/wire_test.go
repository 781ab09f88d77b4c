package delivery_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/memory"
)

func TestTheRequestOnTheWireIsTheSendersOwn(t *testing.T) {
	for _, tt := range []struct {
		name, path string
		sign       delivery.Signer
		endpoint   http.Header
		body       string
		want       string // %s is the host
	}{
		{
			name: "a plain one", path: "/hook", body: `{"a":"ü"}`,
			want: "POST /hook HTTP/1.1\r\nHost: %s\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 10\r\nContent-Type: application/json\r\n\r\n{\"a\":\"ü\"}",
		},
		{
			name: "without a path", path: "", body: "x",
			want: "POST / HTTP/1.1\r\nHost: %s\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 1\r\nContent-Type: application/json\r\n\r\nx",
		},
		{
			name: "with an odd path and query", path: "//a%2Fb/../c;d?x=a+b%20c&y=;&x=2&empty=#fragment", body: "x",
			want: "POST //a%%2Fb/../c;d?x=a+b%%20c&y=;&x=2&empty= HTTP/1.1\r\nHost: %s\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 1\r\nContent-Type: application/json\r\n\r\nx",
		},
		{
			name: "with an empty body", path: "/hook", body: "",
			want: "POST /hook HTTP/1.1\r\nHost: %s\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 0\r\nContent-Type: application/json\r\n\r\n",
		},
		{
			name: "signed, with the endpoint's own headers", path: "/hook", body: "told",
			sign: func(n delivery.Notification, _ time.Time, _ fault.Active) (delivery.Signed, error) {
				return delivery.Signed{Header: http.Header{
					"Content-Type": {"text/plain"}, "User-Agent": {"acme/1"}, "x-Acme-SIGNATURE": {"abc"}, "X-Two": {"1", "2"},
				}, Body: n.Body + "\x00\xff"}, nil
			},
			endpoint: http.Header{"x-API-key": {"secret"}, "Authorization": {"Basic dXNlcjpwYXNz"}, "x-two": {"mine"}},
			want: "POST /hook HTTP/1.1\r\nHost: %s\r\nUser-Agent: acme/1\r\nContent-Length: 6\r\nAuthorization: Basic dXNlcjpwYXNz\r\n" +
				"Content-Type: text/plain\r\nX-Two: mine\r\nx-API-key: secret\r\nx-Acme-SIGNATURE: abc\r\n\r\ntold\x00\xff",
		},
		{
			name: "without a user agent", path: "/hook", body: "x",
			sign: func(n delivery.Notification, _ time.Time, _ fault.Active) (delivery.Signed, error) {
				return delivery.Signed{Header: http.Header{"User-Agent": {""}}, Body: n.Body}, nil
			},
			want: "POST /hook HTTP/1.1\r\nHost: %s\r\nContent-Length: 1\r\n\r\nx",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sent := make(chan string, 1)
			address := listen(t, func(_ int, c net.Conn) {
				var text bytes.Buffer
				request, err := http.ReadRequest(bufio.NewReader(io.TeeReader(c, &text)))
				if err == nil {
					_, _ = io.Copy(io.Discard, request.Body)
				}
				sent <- text.String()
				_, _ = io.WriteString(c, good)
			})
			r := newRig(t)
			r.set(func(p *delivery.Policy) { p.Sign = tt.sign })
			n := notification("http://"+address+tt.path, tt.body)
			n.Endpoint.Header = tt.endpoint
			d := r.sendThis(n)
			r.advance(0)
			if got, want := <-sent, fmt.Sprintf(tt.want, address); got != want {
				t.Errorf("sent %q\nwant %q", got, want)
			}
			if s := r.record(d.ID).Status; s != delivery.Delivered {
				t.Error(s)
			}
		})
	}
}

func TestABodyIsSentByteForByte(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	long := strings.Repeat("0123456789abcdef", 1<<16) // 1 MiB
	for _, body := range []string{"{}", " {\n\"a\": 1e2 }\r\n", "<&>\u2028", "\xff\xfe\x00", long} {
		d := r.send(endpoint.URL, body)
		r.advance(0)
		got := endpoint.bodies()
		if got[len(got)-1] != body {
			t.Errorf("%.40q arrived as %.40q", body, got[len(got)-1])
		}
		request := r.record(d.ID).Attempts[0].Request
		kept := request.Body
		if request.BodyBase64 != "" {
			raw, _ := base64.StdEncoding.DecodeString(request.BodyBase64)
			kept = string(raw)
		}
		if kept != body {
			t.Errorf("%.40q is recorded as %.40q", body, kept)
		}
	}
}

func TestWhatASignerMakesOfABodyIsRecorded(t *testing.T) {
	for _, body := range []string{"told", "signed", "", "\xff\x00"} {
		t.Run(fmt.Sprintf("%q", body), func(t *testing.T) {
			endpoint := newReceiver(t, nil)
			r := newRig(t)
			r.set(func(p *delivery.Policy) {
				p.Sign = func(delivery.Notification, time.Time, fault.Active) (delivery.Signed, error) {
					return delivery.Signed{Body: body}, nil
				}
			})
			d := r.send(endpoint.URL, "told")
			r.advance(0)
			request := r.record(d.ID).Attempts[0].Request
			kept := request.Body
			if request.BodyBase64 != "" {
				raw, _ := base64.StdEncoding.DecodeString(request.BodyBase64)
				kept = string(raw)
			}
			if got := endpoint.bodies()[0]; got != body || kept != body {
				t.Errorf("got %q, recorded %q", got, kept)
			}
		})
	}
}

func TestAnAnswerIsKeptUpTo64KiB(t *testing.T) {
	const most = 64 << 10
	for _, tt := range []struct {
		name      string
		body      []byte
		kept      int
		truncated bool
		binary    bool
	}{
		{"nothing", nil, 0, false, false},
		{"text", []byte("bäng"), 5, false, false},
		{"just what is kept", bytes.Repeat([]byte("x"), most), most, false, false},
		{"one byte more", bytes.Repeat([]byte("x"), most+1), most, true, false},
		{"2 MB", bytes.Repeat([]byte("x"), 2<<20), most, true, false},
		{"not UTF-8", []byte("a\xffb"), 3, false, true},
		{"2 MB of no UTF-8", bytes.Repeat([]byte{0xfe}, 2<<20), most, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			endpoint := newReceiver(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Answer", "yes")
				_, _ = w.Write(tt.body)
			})
			r := newRig(t)
			d := r.send(endpoint.URL, "{}")
			r.advance(0)
			got := r.record(d.ID)
			a := got.Attempts[0].Response
			if got.Status != delivery.Delivered || a == nil || a.Truncated != tt.truncated || a.Headers.Get("X-Answer") != "yes" {
				t.Fatalf("%s: %+v", got.Status, got.Attempts[0])
			}
			kept := a.Body
			if tt.binary {
				raw, err := base64.StdEncoding.DecodeString(a.BodyBase64)
				if err != nil || a.Body != "" {
					t.Errorf("%v; body is %.20q", err, a.Body)
				}
				kept = string(raw)
			} else if a.BodyBase64 != "" {
				t.Error("text is kept in base64 too")
			}
			if kept != string(tt.body[:tt.kept]) {
				t.Errorf("kept %d bytes, want %d", len(kept), tt.kept)
			}
		})
	}
}

// A text of more than is kept may be cut in the middle of a character.
func TestACutCharacterIsNotLost(t *testing.T) {
	text := strings.Repeat("x", 64<<10-1) + "ü"
	endpoint := newReceiver(t, func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	r := newRig(t)
	d := r.send(endpoint.URL, "{}")
	r.advance(0)
	a := r.record(d.ID).Attempts[0].Response
	if a.Body != text[:64<<10-1] || a.BodyBase64 != "" || !a.Truncated {
		t.Errorf("kept %d bytes of text, %d of base64, truncated %t", len(a.Body), len(a.BodyBase64), a.Truncated)
	}
}

func TestAConnectionIsUsedAgain(t *testing.T) {
	// In a bubble, because net/http gives a connection up whose writer is not
	// back 50 ms after the answer, as on a machine that has much to do.
	synctest.Test(t, func(t *testing.T) {
		var requests, connections atomic.Int64
		network := memory.New()
		defer network.Serve("receiver.test", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			w.WriteHeader(500)
			_, _ = io.WriteString(w, "answers are read to their end")
		}))()
		r := newRig(t, dialling(func(ctx context.Context, to, address string) (net.Conn, error) {
			connections.Add(1)
			return network.Dial(ctx, to, address)
		}))
		for range 3 {
			r.send("http://receiver.test/", "{}")
		}
		r.advance(2 * time.Hour)
		if requests.Load() != 75 || connections.Load() != 1 {
			t.Errorf("%d requests over %d connections", requests.Load(), connections.Load())
		}
	})
}

// An idle connection is closed before receivers commonly close theirs, which
// is after 5 s: a retry that meets the closing would fail for no reason.
func TestAnIdleConnectionIsNotKeptForFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var servers sync.WaitGroup
		dialled := 0
		r := newRig(t, atRate(1), dialling(func(context.Context, string, string) (net.Conn, error) {
			dialled++
			ours, theirs := net.Pipe()
			servers.Go(func() { serve(theirs) })
			return ours, nil
		}))
		send := func() {
			if got := r.wait(r.send("http://receiver.test/", "{}").ID, final); got.Status != delivery.Delivered {
				t.Errorf("%s: %+v", got.Status, got.Attempts)
			}
		}
		send()
		_ = clock.Wait(t.Context(), 3*time.Second)
		send()
		if dialled != 1 {
			t.Errorf("%d connections for attempts 3 s apart", dialled)
		}
		_ = clock.Wait(t.Context(), 5*time.Second)
		send()
		if dialled != 2 {
			t.Errorf("%d connections after 5 idle seconds", dialled)
		}
		r.close()
		servers.Wait()
	})
}

// serve answers requests on one connection until it is closed.
func serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		if _, err := io.WriteString(c, good); err != nil {
			return
		}
	}
}

// The default timeout and an hour of retries at the real rate pass in virtual
// time.
func TestAnAttemptTimesOutAfterTenSecondsByDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var servers sync.WaitGroup
		r := newRig(t, atRate(1), dialling(func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			servers.Go(func() { _, _ = io.Copy(io.Discard, theirs); theirs.Close() })
			return ours, nil
		}))
		r.set(func(p *delivery.Policy) { p.Schedule = delivery.Every(5*time.Second, time.Minute, true) })
		d := r.send("http://receiver.test/", "{}")
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		got, err := r.engine.Wait(ctx, d.ID, final)
		if err != nil {
			t.Fatal(err)
		}
		var due []time.Duration
		for _, a := range got.Attempts {
			due = append(due, a.DueAt.Sub(d.CreatedAt).Round(time.Millisecond))
			if a.ErrorKind != delivery.KindTimeout || a.TookMs != 10_000 || a.Error != "no whole answer within 10s" {
				t.Errorf("attempt %d: %+v", a.N, a)
			}
		}
		// Each takes longer than the wait, so that the next is due when it ends.
		want := []time.Duration{0, 10 * time.Second, 20 * time.Second, 30 * time.Second, 40 * time.Second, 50 * time.Second, 60 * time.Second}
		if !slices.Equal(due, want) {
			t.Errorf("due at %v", due)
		}
		r.close()
		servers.Wait()
	})
}

func TestAttemptsToOneHostAreBoundedAndAnotherHostIsNotHeldUp(t *testing.T) {
	for _, tt := range []struct {
		name  string
		bound int
		want  int
	}{{"to 64 by default", 0, 64}, {"to what is configured", 3, 3}} {
		t.Run(tt.name, func(t *testing.T) {
			var mu sync.Mutex
			now, most := 0, 0
			release := make(chan struct{})
			busy := newReceiver(t, func(int, http.ResponseWriter, *http.Request) {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				<-release
				mu.Lock()
				now--
				mu.Unlock()
			})
			other := newReceiver(t, nil)
			r := newRig(t, atRate(1), inFlight(tt.bound))
			signed := 0
			r.set(func(p *delivery.Policy) {
				p.Timeout = time.Minute
				p.Sign = func(n delivery.Notification, _ time.Time, _ fault.Active) (delivery.Signed, error) {
					mu.Lock()
					defer mu.Unlock()
					signed++
					return delivery.Signed{Body: n.Body}, nil
				}
			})
			const sent = 100
			for range sent {
				r.send(busy.URL, "{}")
			}
			eventually(t, "as many as may", func() bool { mu.Lock(); defer mu.Unlock(); return now == tt.want })
			d := r.send(other.URL, "{}")
			if got := r.wait(d.ID, final); got.Status != delivery.Delivered {
				t.Error(got.Status)
			}
			mu.Lock()
			if signed != tt.want+1 {
				t.Errorf("%d are signed before there is room for them", signed-tt.want-1)
			}
			mu.Unlock()
			close(release)
			eventually(t, "all are delivered", func() bool { return r.engine.Pending() == 0 })
			if most != tt.want || len(busy.requests()) != sent {
				t.Errorf("%d at once, %d in all", most, len(busy.requests()))
			}
		})
	}
}

// A URL may be configured in a way that no request can be sent in.
func TestAnAttemptTellsTheURLThatWasAskedFor(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	d := r.send(endpoint.URL+"/a b{c}/é?q={d}#part", "{}")
	r.advance(0)
	asked := endpoint.requests()[0].uri
	if got, want := r.record(d.ID).Attempts[0].Request.URL, endpoint.URL+asked+"#part"; got != want {
		t.Errorf("the attempt tells %s, and asked was for %s", got, want)
	}
}
