package main

import (
	"context"
	"errors"
	"strings"
	"time"
)

type healthcheckCommand struct {
	Server  string        `placeholder:"URL" help:"Where the mock is; the way to --addr when absent."`
	Addr    string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where the mock listens on this machine, as it was told itself. Default: ${default}."`
	Timeout time.Duration `default:"2s" placeholder:"DURATION" variable:"-" help:"How long it may take to answer. Default: ${default}."`
	trustFlags
}

// Help is more about the command.
func (healthcheckCommand) Help() string {
	return example("kycmock healthcheck", "kycmock healthcheck --server http://mock:8080 --timeout 500ms")
}

// Run asks the mock whether it is ready.
func (c healthcheckCommand) Run(s *streams) error {
	ctx, cancel := context.WithTimeout(s.ctx, c.Timeout)
	defer cancel()
	err := c.ask(ctx)
	// Whoever asks, such as a container's runtime, knows 0 and 1 alone.
	if _, said := errors.AsType[exitStatus](err); err != nil && !said {
		return errors.New(err.Error())
	}
	return err
}

func (c healthcheckCommand) ask(ctx context.Context) error {
	server := c.Server
	if server == "" {
		var err error
		if server, err = reached("--addr", c.Addr); err != nil {
			return err
		}
	}
	mock, err := serverFlag{server, c.trustFlags}.client()
	if err != nil {
		return err
	}
	text, err := mock.text(ctx, "/readyz", nil, "text/plain")
	if err != nil {
		return err
	}
	if strings.TrimSpace(string(text)) != "ok" {
		return mock.stranger()
	}
	return mock.identify(ctx)
}
