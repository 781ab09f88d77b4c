package mockserver_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

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
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "mock.test", Net: "pipe"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
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

// serve has a receiver behind pipes until stop is called.
func serve(handle http.HandlerFunc) (network *pipes, stop func()) {
	network = newPipes()
	server := &http.Server{Handler: handle, ReadHeaderTimeout: time.Hour}
	go func() { _ = server.Serve(network) }()
	return network, func() { _ = server.Close() }
}

// In a bubble a clock at rate 1 and the sockets' timeouts share one time, so
// that two hours with real timeouts pass at once, to the nanosecond.
func TestAReceiverThatNeverAnswersCostsItsTimeoutAndShiftsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, stop := serve(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		})
		defer stop()
		mock, err := mockserver.Start(mockserver.Config{Listener: newPipes(), Dial: network.dial})
		if err != nil {
			t.Fatal(err)
		}
		defer mock.Close()
		passed := clock.Stopwatch()
		webhook := uqudo.Webhook{URL: "http://receiver.test/hook", SecurityType: uqudo.SecurityNone}
		if _, err := mock.SaveWebhook(t.Context(), "uqudo", "default", "global", webhook); err != nil {
			t.Fatal(err)
		}
		outcome, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "uqudo", Event: "enrollment"})
		if err != nil {
			t.Fatal(err)
		}
		r, err := mock.Wait(t.Context(), outcome.Deliveries[0].ID, func(r delivery.Record) bool { return r.Status.Final() })
		if err != nil || r.Status != delivery.Exhausted || len(r.Attempts) != 25 {
			t.Fatalf("it is %s after %d attempts: %v", r.Status, len(r.Attempts), err)
		}
		for i, a := range r.Attempts {
			want := r.CreatedAt.Add(time.Duration(i) * 5 * time.Minute)
			if !a.DueAt.Equal(want) || !a.At.Equal(want) || a.TookMs != 10_000 || a.ErrorKind != delivery.KindTimeout {
				t.Errorf("attempt %d was due at %s, made at %s, took %g ms, %s; want %s", a.N, a.DueAt, a.At, a.TookMs, a.ErrorKind, want)
			}
		}
		if got, want := passed(), 2*time.Hour+10*time.Second; got != want {
			t.Errorf("%s have passed, want %s", got, want)
		}
	})
}

func TestALongPollAndAQuietStreamKeepRealTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, stop := serve(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		defer stop()
		listener := newPipes()
		mock, err := mockserver.Start(mockserver.Config{Listener: listener, Dial: network.dial, Clock: clock.New(start, 0)})
		if err != nil {
			t.Fatal(err)
		}
		defer mock.Close()
		transport := &http.Transport{DialContext: listener.dial}
		defer transport.CloseIdleConnections()
		client := http.Client{Transport: transport}
		call := func(method, path, body string) *http.Response {
			r, err := http.NewRequestWithContext(t.Context(), method, mock.URL+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			answer, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			return answer
		}
		replyOf(t, call("PUT", globalWebhook, `{"url": "http://receiver.test/", "securityType": "NONE"}`)).want(201)
		var out recordPage
		replyOf(t, call("POST", postTriggers, `{"provider": "uqudo", "event": "face"}`)).want(202).into(&out)

		passed := clock.Stopwatch()
		replyOf(t, call("GET", "/_mock/v1/deliveries/"+out.Deliveries[0].ID+"/wait", "")).problem(408)
		if got := passed(); got != 10*time.Second {
			t.Errorf("a long poll took %s, want 10s by default", got)
		}

		stream := call("GET", "/_mock/v1/events?after=5", "") // the webhook's to the attempt's
		defer stream.Body.Close()
		lines := bufio.NewScanner(stream.Body)
		passed = clock.Stopwatch()
		for n := 1; n <= 3; n++ {
			if !lines.Scan() || !strings.HasPrefix(lines.Text(), ":") || !lines.Scan() || lines.Text() != "" {
				t.Fatalf("a quiet stream says %q: %v", lines.Text(), lines.Err())
			}
			if got, want := passed(), time.Duration(n)*15*time.Second; got != want {
				t.Errorf("heartbeat %d came after %s, want %s", n, got, want)
			}
		}
		if !mock.Clock.Now().Equal(start) {
			t.Errorf("the mock's own clock moved to %s", mock.Clock.Now())
		}
	})
}
