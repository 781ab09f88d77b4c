package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
)

// webhookCommand is what can be done with webhooks.
type webhookCommand struct {
	Set    webhookSet    `cmd:"" help:"Save a webhook: replaces all of it."`
	Show   webhookShow   `cmd:"" help:"Show a webhook."`
	Delete webhookDelete `cmd:"" help:"Delete a webhook."`
}

// Help is more about the commands.
func (webhookCommand) Help() string {
	return example(
		"kycmock webhook set --provider uqudo http://127.0.0.1:3000/hook",
		"kycmock webhook show --provider uqudo",
	)
}

// webhookFlags say which webhook it is.
type webhookFlags struct {
	Provider string `required:"" placeholder:"VENDOR" help:"The vendor: uqudo or uip."`
	Account  string `placeholder:"NAME" help:"The account, or business; the one called default when absent. Saving makes one of a new name."`
	Name     string `placeholder:"WEBHOOK" variable:"-" help:"Which of the account's: of uqudo global, which is meant when absent, or hosted-kyc/CONFIG; of uip there is one."`
	serverFlag
	outputFlag
}

// hostedPrefix is before the name of a Hosted KYC configuration in that of its
// webhook.
const hostedPrefix = "hosted-kyc/"

// path is where the control API has the webhook.
func (f webhookFlags) path() (string, error) {
	account := cmp.Or(f.Account, provider.DefaultAccount)
	config, hosted := strings.CutPrefix(f.Name, hostedPrefix)
	switch {
	case f.Provider == uqudo.Name && hosted && config != "":
		return at("/uqudo/accounts/%s/hosted-kyc/%s", account, config), nil
	case f.Provider == uqudo.Name && (f.Name == "" || f.Name == "global"):
		return at("/uqudo/accounts/%s/global-webhook", account), nil
	case f.Provider == uqudo.Name:
		return "", usagef("--name: uqudo has the webhooks global and hosted-kyc/CONFIG, not %q", f.Name)
	case f.Provider == uip.Name && (f.Name == "" || f.Name == uip.WebhookName):
		return at("/uip/businesses/%s/webhook", account), nil
	case f.Provider == uip.Name:
		return "", usagef("--name: uip has one webhook, called %s, not %q", uip.WebhookName, f.Name)
	default:
		return "", usagef("--provider: want %s or %s, not %q", uqudo.Name, uip.Name, f.Provider)
	}
}

// mock is the client of the mock, and where it has the webhook.
func (f webhookFlags) mock() (mock client, path string, err error) {
	if mock, err = f.client(); err != nil {
		return mock, "", err
	}
	path, err = f.path()
	return mock, path, err
}

func (f webhookFlags) hosted() bool { return strings.HasPrefix(f.Name, hostedPrefix) }

type webhookShow struct {
	Reveal bool `variable:"-" help:"Show secrets as they are instead of as ***."`
	webhookFlags
}

// Help is more about the command.
func (webhookShow) Help() string {
	return example("kycmock webhook show --provider uqudo", "kycmock webhook show --provider uip --reveal -o json")
}

// Run shows the webhook.
func (c webhookShow) Run(s *streams) error {
	mock, path, err := c.mock()
	if err != nil {
		return err
	}
	answer, err := mock.do(s.ctx, http.MethodGet, path, revealing(c.Reveal), nil)
	if err != nil {
		return err
	}
	return c.write(s.out, answer, shownWebhook(mock, answer))
}

// revealing is the query that shows secrets.
func revealing(reveal bool) url.Values {
	if !reveal {
		return nil
	}
	return url.Values{"reveal": {"true"}}
}

// shownWebhook is the table of a webhook, whoever's it is: a line for each of
// its members.
func shownWebhook(mock client, answer []byte) func(io.Writer) error {
	return func(out io.Writer) error {
		members, err := parsed[map[string]json.RawMessage](mock, answer)
		if err != nil {
			return err
		}
		if inner := members["webhook"]; inner != nil {
			members = nil // there may be none
			if json.Unmarshal(inner, &members) != nil {
				return mock.stranger()
			}
		}
		var lines facts
		for _, name := range slices.Sorted(maps.Keys(members)) {
			var headers []uqudo.CustomHeader
			var text string
			switch {
			case json.Unmarshal(members[name], &text) == nil:
				lines.add(name, text)
			case name == "customHeaders" && json.Unmarshal(members[name], &headers) == nil:
				for _, h := range headers {
					lines.add("header", h.Name+": "+h.Value)
				}
			default:
				lines.add(name, string(members[name]))
			}
		}
		if len(lines) == 0 {
			_, err := fmt.Fprintln(out, "The configuration has no webhook.")
			return err
		}
		return lines.write(out)
	}
}

type webhookDelete struct{ webhookFlags }

// Help is more about the command.
func (webhookDelete) Help() string {
	return example("kycmock webhook delete --provider uqudo --account acme")
}

// Run deletes the webhook.
func (c webhookDelete) Run(s *streams) error {
	mock, path, err := c.mock()
	if err != nil {
		return err
	}
	answer, err := mock.do(s.ctx, http.MethodDelete, path, nil, nil)
	if err != nil {
		return err
	}
	return c.write(s.out, answer, func(out io.Writer) error {
		name := strings.TrimSpace("webhook " + c.Name)
		_, err := fmt.Fprintf(out, "The %s of %s is deleted.\n", plain(name), plain(cmp.Or(c.Account, provider.DefaultAccount)))
		return err
	})
}
