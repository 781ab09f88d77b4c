package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"kycmock/keys"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/uqudo"
	"kycmock/verify"
)

// verifyCommand says whether a webhook is the vendor's, and why not.
type verifyCommand struct {
	UIP   verifyUIP   `cmd:"" name:"uip" help:"Say whether a signature is of a body, and if not, of what it is."`
	Uqudo verifyUqudo `cmd:"" help:"Say whether a token is Uqudo's and good, and all that is wrong with it."`
}

// Help is more about the commands.
func (verifyCommand) Help() string {
	return example(
		`kycmock verify uip --secret "$SECRET" --signature "$SIGNATURE" event.json`,
		"kycmock verify uqudo --jwks http://127.0.0.1:8080/uqudo/api/.well-known/jwks.json body.json",
	)
}

// verdictFlag is in every command that finds out what is wrong.
type verdictFlag struct {
	Output string `short:"o" enum:"table,json" default:"table" help:"How it is said: table, a finding a line, or json. Default: ${default}."`
}

// verifyUIP judges a body by a webhook's secret.
type verifyUIP struct {
	Secret    string `required:"" placeholder:"SECRET" help:"The webhook's secret, as the receiver has it."`
	Signature string `required:"" placeholder:"VALUE" variable:"-" help:"The value of X-UIP-Signature."`
	Timestamp string `placeholder:"VALUE" variable:"-" help:"The value of X-UIP-Timestamp, which later contracts of UIP's sign too."`
	File      string `arg:"" name:"file|-" help:"The body that was received, byte for byte; - is stdin."`
	verdictFlag
}

// Help is more about the command.
func (verifyUIP) Help() string {
	return "Give it the signature that came, or the one that your receiver computes: what is said of it is the same. " +
		"The exit status is 0 when all is good and 1 when something is wrong.\n\n" + example(
		"kycmock verify uip --secret "+firstSecret+` \`,
		"  --signature 3c35136f7213c884052c23ffaeac6ea57e3c419bfde7bd039b77bb11e823c374 event.json")
}

// firstSecret is the one that the business default of a mock begins with.
const firstSecret = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

// Run says what was found out.
func (c verifyUIP) Run(s *streams) error {
	body, err := received(c.File)
	if err != nil {
		return err
	}
	return pronounce(s.out, c.Output, verify.UIP{
		Secret: c.Secret, Signature: c.Signature, Timestamp: c.Timestamp, Body: body,
		Known: map[string]string{firstSecret: "the one that the business default of a mock begins with"},
	}.Verify())
}

// verifyUqudo judges a token by a key set.
type verifyUqudo struct {
	JWKS     string `name:"jwks" placeholder:"URL" help:"The key set, at a URL or in a file. The mock's built-in test key when absent."`
	Audience string `placeholder:"UUID" help:"The OAuth client ID that aud has to be; it is not compared when absent."`
	At       string `placeholder:"TIME" variable:"-" help:"The time to judge by: Unix seconds, or by RFC 3339; now when absent."`
	File     string `arg:"" name:"file|-" help:"The webhook's body, or the token alone; - is stdin."`
	trustFlags
	verdictFlag
}

// Help is more about the command.
func (verifyUqudo) Help() string {
	return "A running mock whose key set it is, is also asked which keys it does not publish. " +
		"The exit status is 0 when all is good, 1 when something is wrong, and 3 when there is no key set to be had.\n\n" + example(
		"kycmock verify uqudo --jwks "+usualServer+uqudo.JWKSPath+" body.json",
		"kycmock sign uqudo claims.json | kycmock verify uqudo --at 2026-11-22T09:00:00Z -")
}

// Run says what was found out.
func (c verifyUqudo) Run(s *streams) error {
	now := clock.Deadline(0)
	if c.At != "" {
		var err error
		if now, err = timeIn("--at", c.At); err != nil {
			return err
		}
	}
	body, err := received(c.File)
	if err != nil {
		return err
	}
	set, others, err := c.keys(s)
	if err != nil {
		return err
	}
	judged := verify.Uqudo{Body: body, Keys: set, Audience: c.Audience, At: now.Truncate(time.Second), Others: others}.Verify()
	if c.JWKS == "" && hasCode(judged, "kid-unknown") {
		judged.Notes = append(judged.Notes, "only the mock's built-in test key was tried; --jwks names the key set of another")
	}
	return pronounce(s.out, c.Output, judged)
}

// keys are those to judge by, and those that may have been used instead.
func (c verifyUqudo) keys(s *streams) (verify.Set, []verify.Other, error) {
	text, others := keys.Default().PublicJWK(), []verify.Other(nil)
	if c.JWKS != "" {
		client, err := c.asking()
		if err != nil {
			return verify.Set{}, nil, err
		}
		if text, others, err = fetchSet(s.ctx, client, c.JWKS); err != nil {
			if s.ctx.Err() != nil {
				err = exitStatus(exitInterrupted)
			}
			return verify.Set{}, nil, unreachableError{fmt.Errorf("--jwks %s: the key set cannot be had: %w", c.JWKS, err)}
		}
	}
	set, err := verify.ReadSet(text)
	if err != nil {
		return verify.Set{}, nil, unreachableError{fmt.Errorf("--jwks %s: the key set cannot be used: %w", c.JWKS, err)}
	}
	for _, k := range []struct {
		pair keys.Pair
		what string
	}{{keys.Default(), "the mock's built-in test key"}, {keys.Forger(), "the forger's key that the mock's faults sign with"}} {
		other, err := verify.ReadOther(k.pair.PublicJWK(), k.what)
		if err != nil {
			return verify.Set{}, nil, err
		}
		others = append(others, other)
	}
	return set, others, nil
}

func hasCode(r verify.Report, code string) bool {
	for _, f := range r.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

// pronounce prints a report. What is not in order is exit status 1.
func pronounce(out io.Writer, form string, r verify.Report) error {
	if form == "json" {
		if err := printJSON(out, r); err != nil {
			return err
		}
	} else {
		verdict := "authentic and in order"
		switch {
		case !r.Authentic:
			verdict = "not authentic"
		case !r.InOrder:
			verdict = "authentic, but not in order"
		}
		fmt.Fprintln(out, verdict)
		for _, f := range r.Findings {
			fmt.Fprintln(out, "-", plain(f.Message))
		}
		for _, n := range r.Notes {
			fmt.Fprintln(out, "note:", plain(n))
		}
	}
	if !r.InOrder {
		return exitStatus(exitFailed)
	}
	return nil
}

// printJSON prints a value for programs, in lines for people who look on.
func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// received is what a file holds, or stdin for a hyphen. More than any webhook
// has is refused.
func received(file string) ([]byte, error) {
	const most = 8 << 20
	f := os.Stdin
	if file != "-" {
		var err error
		if f, err = os.Open(file); err != nil {
			return nil, usageError{err}
		}
		defer f.Close()
	}
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, usageError{err}
	}
	if len(text) > most {
		return nil, usagef("%s: want a webhook's body, this has more than 8 MiB", file)
	}
	return text, nil
}
