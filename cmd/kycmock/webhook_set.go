package main

import (
	"net/http"
	"strings"

	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
)

type webhookSet struct {
	URL    string   `arg:"" help:"Where the receiver is."`
	Basic  string   `placeholder:"USER:PASSWORD" help:"Send HTTP Basic credentials along; of uqudo."`
	Header []string `sep:"none" placeholder:"NAME: VALUE" variable:"-" help:"Send a header along; of uqudo, up to five; can be repeated."`
	Secret string   `placeholder:"SECRET" help:"What events are signed with, a version 4 UUID; of uip. The one that it has when absent."`
	Format string   `placeholder:"FORMAT" variable:"-" help:"JSON or LEGACY, the bare JWS; of uqudo's hosted-kyc. JSON when absent."`
	webhookFlags
}

// Help is more about the command.
func (webhookSet) Help() string {
	return example(
		"kycmock webhook set --provider uqudo http://127.0.0.1:3000/hook",
		"kycmock webhook set --provider uqudo --name hosted-kyc/checkout --header 'X-Token: test' http://127.0.0.1:3000/hook",
		"kycmock webhook set --provider uip http://127.0.0.1:3000/uip",
	)
}

// Run saves the webhook.
func (c webhookSet) Run(s *streams) error {
	mock, path, err := c.mock()
	if err != nil {
		return err
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	answer, err := mock.do(s.ctx, http.MethodPut, path, nil, body)
	if err != nil {
		words := map[string]string{"path.account": "--account", "path.business": "--account", "path.config": "--name"}
		for member, flag := range map[string]string{
			"url": "<url>", "userId": "--basic", "password": "--basic", "customHeaders": "--header", "secret": "--secret", "format": "--format",
		} {
			words["body."+member], words["body.webhook."+member] = flag, flag
		}
		return inWords(err, words)
	}
	return c.write(s.out, answer, shownWebhook(mock, answer))
}

// body is the webhook as the control API has it. Whether a flag is one of the
// vendor's is said here, because the mock would speak of its own members.
func (c webhookSet) body() (any, error) {
	for _, flag := range []struct {
		name  string
		given bool
		whose bool
		of    string
	}{
		{"--basic", c.Basic != "", c.Provider == uqudo.Name, uqudo.Name},
		{"--header", len(c.Header) > 0, c.Provider == uqudo.Name, uqudo.Name},
		{"--format", c.Format != "", c.hosted(), "uqudo's hosted-kyc/CONFIG"},
		{"--secret", c.Secret != "", c.Provider == uip.Name, uip.Name},
	} {
		if flag.given && !flag.whose {
			return nil, usagef("%s: is for webhooks of %s alone", flag.name, flag.of)
		}
	}
	if c.Provider == uip.Name {
		return uip.WebhookConfig{URL: c.URL, Secret: c.Secret}, nil
	}
	webhook, err := c.uqudo()
	if err != nil || !c.hosted() {
		return webhook, err
	}
	return uqudo.HostedKYC{Webhook: &uqudo.HostedWebhook{Webhook: webhook, Format: uqudo.Format(c.Format)}}, nil
}

func (c webhookSet) uqudo() (uqudo.Webhook, error) {
	w := uqudo.Webhook{URL: c.URL, SecurityType: uqudo.SecurityNone}
	if c.Basic != "" && len(c.Header) > 0 {
		return w, usagef("--header: uqudo sends credentials or headers along, want it without --basic")
	}
	if c.Basic != "" {
		user, password, ok := strings.Cut(c.Basic, ":")
		if !ok {
			return w, usagef("--basic: want USER:PASSWORD")
		}
		w.SecurityType, w.UserID, w.Password = uqudo.SecurityBasic, user, password
	}
	for _, line := range c.Header {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return w, usagef("--header: want NAME: VALUE, with a colon between them")
		}
		w.SecurityType = uqudo.SecurityHeader
		w.CustomHeaders = append(w.CustomHeaders, uqudo.CustomHeader{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
	}
	return w, nil
}
