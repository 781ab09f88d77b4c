package mockserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"kycmock/mockserver/clock"
)

// grace is how long Close waits, in real time, for requests to end before it
// cuts them off.
const grace = 2 * time.Second

// Start makes a Server that listens. It is bound before Start returns, so its
// URL can be dialled at once. The caller closes it.
func Start(c Config) (*Server, error) {
	s, err := New(c)
	if err != nil {
		return nil, err
	}
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) listen() error {
	listener := s.config.Listener
	if listener == nil {
		addr := s.config.Addr
		if addr == "" {
			addr = "127.0.0.1:0"
		}
		var err error
		if listener, err = net.Listen("tcp", addr); err != nil {
			return err
		}
	}
	s.URL = urlOf(listener.Addr())
	server := &http.Server{
		Handler:           s,
		BaseContext:       func(net.Listener) context.Context { return s.ctx },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(s.config.Log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	s.closing(func() error {
		s.end()          // or Shutdown would wait for the open streams
		s.engine.Close() // and for who waits for an attempt
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	return nil
}

// urlOf is how this machine reaches a listener: by the loopback address when it
// listens on all.
func urlOf(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// TB is what Test needs of a *testing.T.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(f func())
}

// Test makes a Server that listens and closes with the test. Its clock stands
// still, from real now on, until the test advances it.
func Test(t TB, c Config) *Server {
	t.Helper()
	if c.Clock == nil {
		c.Clock = clock.New(time.Time{}, 0)
		t.Cleanup(c.Clock.Close)
	}
	s, err := Start(c)
	if err != nil {
		t.Fatalf("starting the mock: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Fatalf("closing the mock: %v", err)
		}
	})
	return s
}
