package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"kycmock/keys"
	"kycmock/mockserver/uip"
)

// signCommand signs as the vendors do, without a mock.
type signCommand struct {
	UIP   signUIP   `cmd:"" name:"uip" help:"Print the headers that UIP signs a body with."`
	Uqudo signUqudo `cmd:"" help:"Print a result of Uqudo's as a signed token."`
}

// Help is more about the commands.
func (signCommand) Help() string {
	return example(
		"kycmock sign uip --secret 3f2504e0-4f89-41d3-9a0c-0305e82c3301 event.json",
		"kycmock sign uqudo claims.json",
	)
}

// signUIP signs a body with a webhook's secret.
type signUIP struct {
	Secret string `required:"" placeholder:"SECRET" help:"The webhook's secret, as it is shown."`
	At     string `placeholder:"TIME" variable:"-" help:"Sign this time too, as later contracts of UIP's do: Unix seconds, or by RFC 3339."`
	File   string `arg:"" name:"file|-" help:"The body, byte for byte; - is stdin."`
}

// Help is more about the command.
func (signUIP) Help() string {
	return "Contract A signs the body alone, so the time is left out unless --at gives one.\n\n" + example(
		"kycmock sign uip --secret "+firstSecret+" event.json",
		`kycmock sign uip --secret "$SECRET" event.json |`,
		"  curl -H @- --data-binary @event.json http://127.0.0.1:3000/uip")
}

// Run prints the headers, one a line.
func (c signUIP) Run(s *streams) error {
	if c.Secret == "" {
		return usagef("--secret: want one that is not empty")
	}
	body, err := received(c.File)
	if err != nil {
		return err
	}
	timestamp := ""
	if c.At != "" {
		at, err := timeIn("--at", c.At)
		if err != nil {
			return err
		}
		timestamp = strconv.FormatInt(at.Unix(), 10)
	}
	if bytes.HasSuffix(body, []byte("\n")) {
		fmt.Fprintln(s.err, "kycmock: the body ends with a newline, which is signed too; UIP's have none, and curl sends it with --data-binary alone")
	}
	text := "Content-Type: application/json\n"
	if timestamp != "" {
		text += "X-UIP-Timestamp: " + timestamp + "\n"
	}
	_, err = fmt.Fprintf(s.out, "%sX-UIP-Signature: %s\n", text, uip.Sign(c.Secret, timestamp, string(body)))
	return err
}

// signUqudo signs claims with a key of the mock's.
type signUqudo struct {
	Keys   string `placeholder:"DIR" help:"Sign with the first key, by name, in this folder (*.pem, *.jwk, *.json). A built-in test key when absent."`
	Format string `enum:"jws,json" default:"jws" placeholder:"FORMAT" variable:"-" help:"What to print: jws, the token alone, or json, the webhook's body with it. Default: ${default}."`
	File   string `arg:"" name:"claims|-" help:"The claims, a JSON object, which are signed as they are but for white space; - is stdin."`
}

// Help is more about the command.
func (signUqudo) Help() string {
	return "The built-in key is the one that a mock signs with at first, so a receiver that fetches its JWKS takes the token. " +
		"Nothing is added to the claims: kycmock verify uqudo says what they lack.\n\n" + example(
		"kycmock sign uqudo claims.json",
		"kycmock sign uqudo --format json claims.json |",
		"  curl -H 'Content-Type: application/json' --data-binary @- http://127.0.0.1:3000/uqudo")
}

// Run prints the token, or the body with it.
func (c signUqudo) Run(s *streams) error {
	text, err := received(c.File)
	if err != nil {
		return err
	}
	var claims map[string]json.RawMessage
	if err := json.Unmarshal(text, &claims); err != nil || claims == nil {
		return usagef("%s: want the claims as a JSON object: %w", c.File, notAnObject(err))
	}
	var payload bytes.Buffer
	if err := json.Compact(&payload, text); err != nil {
		return usagef("%s: %w", c.File, err)
	}
	pair, err := c.pair()
	if err != nil {
		return err
	}
	token, err := pair.Sign(payload.Bytes())
	if err != nil {
		return err
	}
	if c.Format == "json" {
		token = `{"jwsResult":"` + token + `"}`
	}
	_, err = fmt.Fprintln(s.out, token)
	return err
}

// pair is the key that signs.
func (c signUqudo) pair() (keys.Pair, error) {
	if c.Keys == "" {
		return keys.Default(), nil
	}
	pairs, err := keys.Load(os.DirFS(c.Keys))
	if err != nil {
		return keys.Pair{}, usagef("--keys %s: %w", c.Keys, err)
	}
	return pairs[0], nil
}

func notAnObject(err error) error {
	if err == nil {
		return errors.New("found null")
	}
	return err
}

// timeIn reads a flag's time: Unix seconds, or RFC 3339.
func timeIn(flag, text string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return at, nil
	}
	// More would be milliseconds, or no time of ours.
	const digits = 11
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds < 0 || len(text) > digits {
		return time.Time{}, usagef("%s: want Unix seconds or a time such as 2026-11-22T09:00:00Z, not %q", flag, text)
	}
	return time.Unix(seconds, 0), nil
}
