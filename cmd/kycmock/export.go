package main

import (
	"io"
	"net/http"
	"net/url"
)

type exportCommand struct {
	Mask   bool   `variable:"-" help:"Show secrets as ***, and of keys no more than their kid. Nothing can be set up with that."`
	Output string `short:"o" enum:"yaml,json" default:"yaml" placeholder:"FORMAT" variable:"-" help:"How the setup is written: as yaml or json. Default: ${default}."`
	serverFlag
}

// Help is more about the command.
func (exportCommand) Help() string {
	return "It has the secrets and the private keys in it, or no other mock could be set up with it.\n\n" +
		example("kycmock export > setup.yaml", "kycmock serve --setup setup.yaml")
}

// Run prints what sets up the same mock again.
func (c exportCommand) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	query := url.Values{}
	if !c.Mask {
		query.Set("reveal", "true")
	}
	header := http.Header{"Accept": {"application/" + c.Output}}
	answer, err := mock.open(s.ctx, http.MethodGet, at("/setup"), query, nil, header)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return mock.unreachable(s.ctx, err)
	}
	_, err = s.out.Write(text)
	return err
}
