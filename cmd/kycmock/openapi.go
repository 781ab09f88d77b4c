package main

import (
	"net/http"

	"kycmock/mockserver"
)

type openapiCommand struct {
	Output string `short:"o" enum:"yaml,json" default:"yaml" placeholder:"FORMAT" variable:"-" help:"How the document is written: as yaml or json. Default: ${default}."`
	Server string `placeholder:"URL" help:"Ask this mock. Without it the answer is what a mock that this program makes would say."`
}

// Help is more about the command.
func (openapiCommand) Help() string {
	return example("kycmock openapi > kycmock.yaml", "kycmock openapi -o json")
}

// Run prints the document.
func (c openapiCommand) Run(s *streams) error {
	mock, done, err := catalogue(c.Server)
	if err != nil {
		return err
	}
	defer done()
	text, err := mock.do(s.ctx, http.MethodGet, at("/openapi."+c.Output), nil, nil)
	if err != nil {
		return err
	}
	return outputFlag{Output: "json"}.write(s.out, text, nil)
}

// catalogue is a client for what every mock of a version answers alike: of the
// mock at an address or, without one, of a mock that there is only for this.
func catalogue(server string) (mock client, done func(), err error) {
	done = func() {}
	if server == "" {
		own, err := mockserver.Start(mockserver.Config{Version: versionText(), Commit: commit})
		if err != nil {
			return mock, nil, err
		}
		server = own.URL
		done = func() { _ = own.Close() }
	}
	if mock, err = (serverFlag{Server: server}).client(); err != nil {
		done()
		return mock, nil, err
	}
	return mock, done, nil
}
