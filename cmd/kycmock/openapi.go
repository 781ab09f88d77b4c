package main

import "kycmock/mockserver"

type openapiCommand struct {
	Output string `short:"o" enum:"yaml,json" default:"yaml" placeholder:"FORMAT" variable:"-" help:"How the document is written: as yaml or json. Default: ${default}."`
	catalogueFlag
}

// Help is more about the command.
func (openapiCommand) Help() string {
	return example("kycmock openapi > kycmock.yaml", "kycmock openapi -o json")
}

// Run prints the document.
func (c openapiCommand) Run(s *streams) error {
	mock, done, err := c.ask()
	if err != nil {
		return err
	}
	defer done()
	text, err := mock.text(s.ctx, at("/openapi."+c.Output), nil, "application/openapi+"+c.Output)
	if err != nil {
		return err
	}
	return outputFlag{Output: "json"}.write(s.out, text, nil)
}

// catalogueFlag says whom to ask for what every mock of a version answers alike.
type catalogueFlag struct {
	Server string `placeholder:"URL" help:"Ask this mock. Without it the answer is what a mock that this program makes would say."`
	trustFlags
}

// ask is a client of the mock at the address or, without one, of a mock that
// there is only for this.
func (f catalogueFlag) ask() (mock client, done func(), err error) {
	done = func() {}
	server := f.Server
	if server == "" {
		own, err := mockserver.Start(mockserver.Config{Version: versionText(), Commit: commit})
		if err != nil {
			return mock, nil, err
		}
		server = own.URL
		done = func() { _ = own.Close() }
	}
	if mock, err = (serverFlag{server, f.trustFlags}).client(); err != nil {
		done()
		return mock, nil, err
	}
	return mock, done, nil
}
