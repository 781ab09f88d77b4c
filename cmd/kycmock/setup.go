package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"kycmock/mockserver"
	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
	"kycmock/scenarios"
)

// setupFlags are what a mock has before its first request.
type setupFlags struct {
	Setup        string `placeholder:"FILE" help:"Set up accounts, webhooks, businesses, people, keys and armed faults from this YAML, such as kycmock export prints. It can be the text itself: what begins with { or has more than one line is no file. The other flags come after it."`
	UqudoWebhook string `placeholder:"URL" help:"Save this as Uqudo's Global Webhook of the account default."`
	UIPWebhook   string `name:"uip-webhook" placeholder:"URL" help:"Save this as UIP's webhook of the business default."`
}

// into gives a mock what the flags say.
func (f setupFlags) into(c *mockserver.Config) error {
	if err := f.read(c); err != nil {
		return err
	}
	c.Webhooks = map[string]string{}
	for vendor, to := range map[string]string{uqudo.Name: f.UqudoWebhook, uip.Name: f.UIPWebhook} {
		if to == "" {
			continue
		}
		if err := mockserver.CheckWebhookURL(to, c.Strict); err != nil {
			return usagef("--%s-webhook: %w", vendor, err)
		}
		c.Webhooks[vendor] = to
	}
	return nil
}

// read reads the setup of a file, or takes the text.
func (f setupFlags) read(c *mockserver.Config) error {
	if f.Setup == "" || f.isText() {
		c.Setup = []byte(f.Setup)
		return nil
	}
	text, err := os.ReadFile(f.Setup)
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		return usagef("--setup %s: %w; a text instead of a file begins with { or has more than one line", f.Setup, failure.Err)
	}
	c.Setup, c.SetupName = text, f.Setup
	return err
}

// isText is whether the setup itself was given, and no file's name.
func (f setupFlags) isText() bool {
	return strings.HasPrefix(strings.TrimSpace(f.Setup), "{") || strings.Contains(f.Setup, "\n")
}

// wrongSetup makes what keeps a mock from starting a mistake of the flags'.
func wrongSetup(err error) error {
	if all, ok := errors.AsType[scenarios.Problems](err); ok {
		return usagef("nothing was started, because the setup is wrong:\n%w", all)
	}
	return usageError{err}
}
