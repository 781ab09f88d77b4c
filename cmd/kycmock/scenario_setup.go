package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"kycmock/mockserver"
)

// prepare gives the account what the receiver has already.
func (c scenarioRun) prepare(ctx context.Context, mock *mockserver.Server, account, receiver string) error {
	if c.ClientID != "" {
		if err := put(ctx, mock.URL+"/_mock/v1/uqudo/accounts/"+url.PathEscape(account), map[string]string{"clientId": c.ClientID}); err != nil {
			return fmt.Errorf("--client-id: %w", err)
		}
	}
	if c.UIPSecret != "" {
		config := map[string]string{"url": receiver, "secret": c.UIPSecret}
		if _, err := mock.SaveWebhook(ctx, "uip", account, "default", config); err != nil {
			return fmt.Errorf("--uip-secret: %w", err)
		}
	}
	return nil
}

// put asks the control API.
func put(ctx context.Context, url string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, url, bytes.NewReader(text))
	if err != nil {
		return err
	}
	answer, err := (&http.Client{}).Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode < http.StatusMultipleChoices {
		return nil
	}
	var p struct {
		Detail string
		Errors []struct{ Message string }
	}
	_ = json.NewDecoder(answer.Body).Decode(&p)
	for _, e := range p.Errors {
		p.Detail += ": " + e.Message
	}
	return errors.New(p.Detail)
}

// repeating adds to a command that repeats a run what the run cannot know: how
// the mock was set up for the receiver. The secret is left to the environment,
// because reports are passed around.
func (c scenarioRun) repeating(command, receiver string) string {
	if c.URL == "" { // the next mock's own, which may be at another port
		command = strings.Replace(command, " --url "+quoted(receiver), "", 1)
	}
	for _, flag := range []struct{ name, value, usual string }{
		{"addr", c.Addr, "127.0.0.1:8080"},
		{"client-id", c.ClientID, ""},
		{"scenarios", c.Scenarios, ""},
		{"keys", c.Keys, ""},
		{"public-url", c.PublicURL, ""},
		{"tls-addr", c.TLSAddr, ""},
		{"ca-dir", c.CADir, ""},
		{"ca", c.CA, ""},
		{"parallel", fmt.Sprint(c.Parallel), "1"},
	} {
		if flag.value != flag.usual {
			command += " --" + flag.name + " " + quoted(flag.value)
		}
	}
	if c.Strict {
		command += " --strict"
	}
	if c.InsecureSkipVerify {
		command += " --insecure-skip-verify"
	}
	if c.UIPSecret != "" {
		command = strings.Replace(command, " --var "+secretVar+"="+c.UIPSecret, "", 1)
		command += ` --uip-secret "$` + envName("uip-secret") + `"`
	}
	return command
}

// quoted is a word for a POSIX shell.
func quoted(word string) string {
	if word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=@%+,-", r)
	}) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
