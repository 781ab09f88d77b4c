package memory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/memory"
	"kycmock/mockserver/uqudo"
)

func ExampleNetwork() {
	network := memory.New()
	defer network.Serve("receiver.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s of %s", r.URL.Path, r.Host)
	}))()
	answer, err := network.Client().Get("http://receiver.test/hook")
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	fmt.Println(string(text), err)
	// Output: /hook of receiver.test <nil>
}

func TestEachHostIsFoundByItsNameAndPort(t *testing.T) {
	network := memory.New()
	for _, host := range []string{"a.test", "b.test", "c.test:8080", "c.test:9090"} {
		defer network.Serve(host, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, host) }))()
	}
	closed := network.Serve("d.test", http.NotFoundHandler())
	closed()
	defer network.Serve("e.test", http.NotFoundHandler())()
	defer network.Serve("e.test", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the new one") }))()
	for _, c := range []struct {
		url, want string
		is        error
	}{
		{"http://a.test/", "a.test", nil},
		{"http://a.test:8080/", "a.test", nil},
		{"http://b.test/", "b.test", nil},
		{"http://c.test:8080/", "c.test:8080", nil},
		{"http://c.test:9090/", "c.test:9090", nil},
		{"http://c.test/", "", syscall.ECONNREFUSED},
		{"http://d.test/", "", syscall.ECONNREFUSED},
		{"http://e.test/", "the new one", nil},
		{"http://f.test/", "", &net.DNSError{}},
	} {
		answer, err := network.Client().Get(c.url)
		switch dns := new(net.DNSError); {
		case c.want != "" && err == nil:
			if text, _ := io.ReadAll(answer.Body); string(text) != c.want {
				t.Errorf("%s answers %q, want %q", c.url, text, c.want)
			}
			answer.Body.Close()
		case c.want != "" || err == nil:
			t.Errorf("%s: %v", c.url, err)
		case errors.Is(c.is, syscall.ECONNREFUSED) && !errors.Is(err, syscall.ECONNREFUSED),
			errors.As(c.is, &dns) && (!errors.As(err, &dns) || !dns.IsNotFound):
			t.Errorf("%s: %v, want %v", c.url, err, c.is)
		}
	}
}

// Two megabytes go both ways at once, more than either side holds.
func TestLargeBodiesGoBothWaysAtOnce(t *testing.T) {
	network := memory.New()
	defer network.Serve("echo.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
			t.Error(err)
		}
		_, _ = io.Copy(w, r.Body)
	}))()
	sent := bytes.Repeat([]byte("0123456789abcdef"), 128<<10)
	answer, err := network.Client().Post("http://echo.test/", "text/plain", bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got, err := io.ReadAll(answer.Body); err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d bytes came back, want %d: %v", len(got), len(sent), err)
	}
}

// connected are the two ends of a connection.
func connected(t *testing.T) (client, server net.Conn) {
	t.Helper()
	network := memory.New()
	listener := network.Listen("server.test:1")
	accepted := make(chan net.Conn, 1)
	go func() {
		c, err := listener.Accept()
		if err != nil {
			t.Error(err)
		}
		accepted <- c
	}()
	client, err := network.Dial(t.Context(), "tcp", "server.test:1")
	if err != nil {
		t.Fatal(err)
	}
	return client, <-accepted
}

func TestADeadlineEndsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := connected(t)
		defer server.Close()
		defer client.Close()
		took := clock.Stopwatch()
		for _, c := range []struct {
			name string
			set  func(time.Time) error
			do   func() error
		}{
			{"a read", client.SetReadDeadline, func() error { _, err := client.Read(make([]byte, 1)); return err }},
			{"a write", client.SetWriteDeadline, func() error { _, err := client.Write(make([]byte, 1<<20)); return err }},
			{"both", client.SetDeadline, func() error { _, err := client.Read(make([]byte, 1)); return err }},
		} {
			before := took()
			if err := c.set(clock.Deadline(time.Minute)); err != nil {
				t.Fatal(err)
			}
			var timeout net.Error
			if err := c.do(); !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
				t.Errorf("%s: %v", c.name, err)
			}
			if got := took() - before; got != time.Minute {
				t.Errorf("%s took %s", c.name, got)
			}
			if err := c.set(time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		read := make(chan error)
		go func() { _, err := client.Read(make([]byte, 1)); read <- err }()
		synctest.Wait()
		_ = client.SetReadDeadline(clock.Deadline(-time.Hour)) // as http.Server does
		if err := <-read; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a read that waited: %v", err)
		}
	})
}

func TestAFarewellIsSeenOnTheOtherSide(t *testing.T) {
	read := func(c net.Conn) error { _, err := c.Read(make([]byte, 8)); return err }
	t.Run("by the end of what was written", func(t *testing.T) {
		client, server := connected(t)
		_, _ = client.Write([]byte("bye"))
		client.Close()
		if text, err := io.ReadAll(server); string(text) != "bye" || err != nil {
			t.Errorf("read was %q: %v", text, err)
		}
		if _, err := server.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("a write after that: %v", err)
		}
		if err := client.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a second farewell: %v", err)
		}
		if err := read(client); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a read of one's own end: %v", err)
		}
		if _, err := client.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a write of one's own end: %v", err)
		}
	})
	t.Run("by a reset", func(t *testing.T) {
		client, server := connected(t)
		_, _ = client.Write([]byte("lost"))
		_ = client.(interface{ SetLinger(int) error }).SetLinger(0)
		client.Close()
		if err := read(server); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("a read after a reset: %v", err)
		}
	})
	t.Run("by who waits for it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client, server := connected(t)
			ended := make(chan error, 2)
			go func() { ended <- read(server) }()
			go func() { _, err := server.Write(make([]byte, 1<<20)); ended <- err }()
			synctest.Wait()
			client.Close()
			for range 2 {
				if err := <-ended; !errors.Is(err, io.EOF) && !errors.Is(err, syscall.EPIPE) {
					t.Errorf("it ended with %v", err)
				}
			}
		})
	})
}

// Nobody who has seen the farewell is heard any more, as on a socket: or the end
// of a request that was given up would still be taken for its answer.
func TestAnAnswerToAFarewellIsNotRead(t *testing.T) {
	for range 2000 {
		client, server := connected(t)
		heard := make(chan int)
		go func() { n, _ := client.Read(make([]byte, 8)); heard <- n }()
		go func() {
			_, _ = server.Read(make([]byte, 8))
			_, _ = server.Write([]byte("late"))
		}()
		client.Close()
		if n := <-heard; n > 0 {
			t.Fatalf("%d bytes were read of what was written after the end", n)
		}
	}
}

func TestADialWaitsAsLongAsItsContext(t *testing.T) {
	network := memory.New()
	listener := network.Listen("busy.test") // and nobody accepts
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := network.Dial(ctx, "tcp", "busy.test:80"); !errors.Is(err, context.Canceled) {
		t.Errorf("dialling: %v", err)
	}
	if got := listener.Addr().String(); got != "busy.test" {
		t.Errorf("it listens at %s", got)
	}
	if err := listener.Close(); err != nil {
		t.Error(err)
	}
	if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed again: %v", err)
	}
	if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accepted: %v", err)
	}
}

// A mock meets on this network all that it meets on a real one, also the
// faults that need a connection of their own.
func TestAMockDeliversOnItAndFailsAsOnSockets(t *testing.T) {
	for _, c := range []struct {
		name, url string
		faults    []fault.Fault
		kind      delivery.ErrorKind
		status    int
	}{
		{"to a host that takes it", "http://receiver.test/", nil, "", 200},
		{"to a host that is not there", "http://nobody.test/", nil, delivery.KindDNS, 0},
		{"to a port where nobody listens", "http://other.test:81/", nil, delivery.KindRefused, 0},
		{"reset half-way", "http://receiver.test/", []fault.Fault{{Name: fault.ResetMidBody}}, delivery.KindReset, 0},
		{"in chunks", "http://receiver.test/", []fault.Fault{{Name: fault.Chunked}}, "", 200},
		{"dripped", "http://receiver.test/", []fault.Fault{{Name: fault.SlowRequest}}, "", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				network := memory.New()
				defer network.Serve("other.test:80", http.NotFoundHandler())()
				defer network.Serve("receiver.test", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					body, err := io.ReadAll(r.Body)
					if c.kind == "" && (err != nil || !strings.Contains(string(body), "jwsResult")) {
						t.Errorf("received was %q: %v", body, err)
					}
				}))()
				mock := mockserver.Test(t, mockserver.Config{Listener: network.Listen("mock.test"), Dial: network.Dial, Clock: clock.New(time.Time{}, 1)})
				mock.Patience = time.Hour
				mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: c.url})
				a := mock.Uqudo().Enroll(uqudo.SessionData{}, c.faults...).Delivery().WaitAttempts(1).Attempts[0]
				if a.Status != c.status || a.ErrorKind != c.kind {
					t.Errorf("it was answered %d, %s: %s", a.Status, a.ErrorKind, a.Error)
				}
			})
		})
	}
}
