package mockserver

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
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

// listen binds all that is to be bound before anything of it is served.
func (s *Server) listen() error {
	plain, err := s.bind()
	if err != nil {
		return err
	}
	s.URL = "http://" + reachable(plain.Addr())
	s.PublicURL = cmp.Or(s.PublicURL, s.URL)
	if s.config.TLSAddr == "" {
		s.serve(plain, nil, nil)
		return nil
	}
	secure, err := net.Listen("tcp", s.config.TLSAddr)
	if err != nil {
		return errors.Join(err, plain.Close())
	}
	config, err := s.certify(secure.Addr())
	if err != nil {
		return errors.Join(err, plain.Close(), secure.Close())
	}
	s.TLSURL = "https://" + reachable(secure.Addr())
	s.serve(plain, secure, config)
	return nil
}

// bind is where HTTP is served.
func (s *Server) bind() (net.Listener, error) {
	if s.config.Listener != nil {
		return s.config.Listener, nil
	}
	return net.Listen("tcp", cmp.Or(s.config.Addr, "127.0.0.1:0"))
}

// serve serves HTTP and, when secure is not nil, HTTPS, until Close.
func (s *Server) serve(plain, secure net.Listener, config *tls.Config) {
	server := &http.Server{
		Handler:           s,
		TLSConfig:         config,
		BaseContext:       func(net.Listener) context.Context { return s.ctx },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(s.config.Log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 2)
	serving := 1
	go func() { served <- server.Serve(plain) }()
	if secure != nil {
		serving++
		go func() { served <- server.ServeTLS(secure, "", "") }()
	}
	s.closing(func() (failure error) {
		s.end()          // or Shutdown would wait for the open streams
		s.engine.Close() // and for who waits for an attempt
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
		for range serving {
			if err := <-served; !errors.Is(err, http.ErrServerClosed) {
				failure = errors.Join(failure, err)
			}
		}
		return failure
	})
}

// reachable is the host and port by which this machine reaches a listener: the
// loopback address when it listens on all.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
