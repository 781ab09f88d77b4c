package uqudo

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"kycmock/keys"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// resultIssuer is the iss of every result, as observed on the live service. It has
// no /api, unlike the JWKS's address.
const resultIssuer = "https://id.uqudo.io"

// claims is the payload of a result's JWS. There is no sub and no nbf.
type claims struct {
	Aud  string `json:"aud"` // the account's OAuth client ID, a plain string
	Exp  int64  `json:"exp"`
	Iat  int64  `json:"iat"` // when the session completed
	Iss  string `json:"iss"`
	JTI  string `json:"jti"` // the session's ID; of a face session another UUID
	Data any    `json:"data"`
}

// complete makes the claims of a completed session and applies a patch to
// them, whose problems it adds to p.
func (c *completion) complete(patch json.RawMessage, p *problem.Fields) error {
	r, err := newResult(c.input)
	if err != nil {
		return err
	}
	if d, ok := r.Data.(documentData); ok && !c.account.DeviceAttestation {
		d.DeviceAttestation = nil
		r.Data = d
	}
	c.images = r.Images
	text, err := compact(claims{
		Aud: c.account.ClientID, Iat: c.at.Unix(), Exp: c.expires().Unix(),
		Iss: resultIssuer, JTI: c.jti, Data: r.Data,
	})
	if err != nil {
		return err
	}
	if len(patch) > 0 {
		text = provider.Patched("claims", text, patch, p)
	}
	c.claims = string(text)
	return nil
}

// expires is when the result does, on the mock's clock; a patch of its exp
// changes that as well.
func (c *completion) expires() time.Time {
	var patched struct{ Exp *int64 }
	if json.Unmarshal([]byte(c.claims), &patched) == nil && patched.Exp != nil {
		return time.Unix(*patched.Exp, 0).UTC()
	}
	return c.at.Add(time.Duration(c.account.lifetime(c.flow)))
}

// compact is JSON without white space and without the escapes for HTML.
func compact(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// resigned is the token with iat and exp as if it had been issued at this time,
// for as long as before, and signed by the key that is active now.
func resigned(ring *keys.Ring, token string, at time.Time) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", errors.New("the result is not a JWS")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	var times struct{ Iat, Exp *int64 }
	if json.Unmarshal(payload, &times) != nil || times.Iat == nil || times.Exp == nil || *times.Iat == at.Unix() {
		return token, nil // a patch may have left times that cannot be renewed
	}
	patch := fmt.Sprintf(`[{"op":"replace","path":"/iat","value":%d},{"op":"replace","path":"/exp","value":%d}]`,
		at.Unix(), at.Unix()+*times.Exp-*times.Iat)
	var p problem.Fields
	payload = provider.Patched("claims", payload, json.RawMessage(patch), &p)
	if err := p.Err("the claims cannot be issued again"); err != nil {
		return "", err
	}
	token, _, err = ring.Sign(payload)
	return token, err
}
