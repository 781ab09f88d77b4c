package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

type healthcheckCommand struct {
	Server  string        `placeholder:"URL" help:"Where the mock is; the way to --addr when absent."`
	Addr    string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where the mock listens on this machine, as it was told itself. Default: ${default}."`
	Timeout time.Duration `default:"2s" placeholder:"DURATION" variable:"-" help:"How long it may take to answer. Default: ${default}."`
}

// Help is more about the command.
func (healthcheckCommand) Help() string {
	return example("kycmock healthcheck", "kycmock healthcheck --server http://mock:8080 --timeout 500ms")
}

// Run asks the mock whether it is ready. Whoever asks, such as a container's
// runtime, knows 0 and 1 alone.
func (c healthcheckCommand) Run(s *streams) error {
	server := c.Server
	if server == "" {
		var err error
		if server, err = reached(c.Addr); err != nil {
			return err
		}
	}
	mock, err := serverFlag{Server: server}.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, c.Timeout)
	defer cancel()
	_, err = mock.do(ctx, http.MethodGet, "/readyz", nil, nil)
	var unreachable unreachableError
	if errors.As(err, &unreachable) {
		return unreachable.error
	}
	return err
}

// reached is the URL by which a mock that listens at addr is reached from the
// same machine.
func reached(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", usagef("--addr: want HOST:PORT, such as :8080, not %q", addr)
	}
	if port == "" || port == "0" {
		return "", usagef("--addr %s: the mock took a free port, want --server with its URL", addr)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return fmt.Sprintf("http://%s", net.JoinHostPort(host, port)), nil
}
