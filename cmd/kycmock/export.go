package main

import "net/url"

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
	if err := mock.identify(s.ctx); err != nil {
		return err
	}
	text, err := mock.text(s.ctx, at("/setup"), query, "application/"+c.Output)
	if err != nil {
		return err
	}
	_, err = s.out.Write(text)
	return err
}
