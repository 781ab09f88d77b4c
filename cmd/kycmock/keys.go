package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"kycmock/keys"
	"kycmock/mockserver/uqudo"
)

// keysCommand is what can be done with the keys that results are signed with.
type keysCommand struct {
	List    keysList    `cmd:"" help:"List the keys, oldest first."`
	Rotate  keysRotate  `cmd:"" help:"Make a new key that signs from now on."`
	Publish keysPublish `cmd:"" help:"Put the key that signs into the JWKS, after a rotation that withheld it."`
	Retire  keysRetire  `cmd:"" help:"Take a key out of the JWKS."`
	Pem     keysPEM     `cmd:"" help:"Print a key's public part as PEM."`
	Jwks    keysJWKS    `cmd:"" help:"Print the JWKS, as receivers fetch it."`
}

// Help is more about the commands.
func (keysCommand) Help() string {
	return example(
		"kycmock keys list",
		"kycmock keys rotate --retire 1h",
	)
}

// keyTable are keys as a table has them.
type keyTable []keys.Key

func (k keyTable) write(out io.Writer) error {
	t := tableOf("KID", "ALG", "STATE", "CREATED", "")
	for _, key := range k {
		withheld := ""
		if key.Withheld {
			withheld = "not in the JWKS yet"
		}
		t.add(key.KID, key.Alg, key.State, key.CreatedAt, withheld)
	}
	return t.write(out, "There are none.")
}

type keysList struct {
	serverFlag
	outputFlag
}

// Help is more about the command.
func (keysList) Help() string { return example("kycmock keys list") }

// Run lists the keys.
func (c keysList) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	list, answer, err := ask[struct{ Keys keyTable }](s.ctx, mock, http.MethodGet, at("/keys"), nil, nil)
	if err != nil {
		return err
	}
	return c.write(s.out, answer, list.Keys.write)
}

// changeKey asks for a change of one key and shows that key.
func changeKey(s *streams, server serverFlag, output outputFlag, path string, body any, words map[string]string) error {
	mock, err := server.client()
	if err != nil {
		return err
	}
	key, answer, err := ask[keys.Key](s.ctx, mock, http.MethodPost, path, nil, body)
	if err != nil {
		return inWords(err, words)
	}
	return output.write(s.out, answer, keyTable{key}.write)
}

type keysRotate struct {
	Retire  string `placeholder:"WHEN" variable:"-" help:"When the old key leaves the JWKS: now, never, or after a duration such as 1h on the mock's clock. Default: never."`
	Publish string `placeholder:"WHEN" variable:"-" help:"Whether the new key is in the JWKS now, or later: it signs before anybody can fetch it, until keys publish. Default: now."`
	Kid     string `placeholder:"KID" variable:"-" help:"Whether the new key has a new kid, or the same as the old one and its place. Default: new."`
	serverFlag
	outputFlag
}

// Help is more about the command.
func (keysRotate) Help() string {
	return example("kycmock keys rotate", "kycmock keys rotate --retire 1h", "kycmock keys rotate --publish later")
}

// Run rotates.
func (c keysRotate) Run(s *streams) error {
	return changeKey(s, c.serverFlag, c.outputFlag, at("/keys/rotate"), struct {
		Retire  string `json:"retire,omitempty"`
		Publish string `json:"publish,omitempty"`
		KID     string `json:"kid,omitempty"`
	}{c.Retire, c.Publish, c.Kid}, map[string]string{"body.retire": "--retire", "body.publish": "--publish", "body.kid": "--kid"})
}

type keysPublish struct {
	serverFlag
	outputFlag
}

// Help is more about the command.
func (keysPublish) Help() string { return example("kycmock keys publish") }

// Run publishes the key that signs.
func (c keysPublish) Run(s *streams) error {
	return changeKey(s, c.serverFlag, c.outputFlag, at("/keys/publish"), nil, nil)
}

type keysRetire struct {
	Kid string `arg:"" help:"The key's ID."`
	serverFlag
	outputFlag
}

// Help is more about the command.
func (keysRetire) Help() string {
	return example("kycmock keys retire 1f3ec27fa5cdee63dd68d575f90b6c97")
}

// Run retires a key.
func (c keysRetire) Run(s *streams) error {
	return changeKey(s, c.serverFlag, c.outputFlag, at("/keys/%s/retire", c.Kid), nil, map[string]string{"path.kid": "<kid>"})
}

type keysPEM struct {
	Kid string `arg:"" optional:"" help:"The key's ID; the one that signs when absent."`
	serverFlag
}

// Help is more about the command.
func (keysPEM) Help() string { return example("kycmock keys pem > uqudo.pem") }

// Run prints the key.
func (c keysPEM) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	kid := c.Kid
	if kid == "" {
		list, _, err := ask[struct{ Keys keyTable }](s.ctx, mock, http.MethodGet, at("/keys"), nil, nil)
		if err != nil {
			return err
		}
		if len(list.Keys) == 0 {
			return errors.New("the mock has no key")
		}
		kid = list.Keys[len(list.Keys)-1].KID // the active one comes last
	}
	text, err := mock.text(s.ctx, at("/keys/%s/public.pem", kid), nil, "application/x-pem-file")
	if err != nil {
		return inWords(err, map[string]string{"path.kid": "<kid>"})
	}
	_, err = s.out.Write(text)
	return err
}

type keysJWKS struct{ serverFlag }

// Help is more about the command.
func (keysJWKS) Help() string { return example("kycmock keys jwks") }

// Run prints the JWKS.
func (c keysJWKS) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	if err := mock.identify(s.ctx); err != nil {
		return err
	}
	text, err := mock.text(s.ctx, uqudo.JWKSPath, nil, jsonType)
	var strange strangeAnswer
	if errors.As(err, &strange) { // by a mock
		return fmt.Errorf("the JWKS answered %s; kycmock faults armed lists what may make it", strange.answer)
	}
	if err != nil {
		return err
	}
	return outputFlag{Output: "json"}.write(s.out, text, nil)
}
