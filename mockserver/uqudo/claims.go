package uqudo

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"kycmock/keys"
	"kycmock/mockserver/problem"
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
func (c *completion) complete(in resultInput, patch json.RawMessage, p *problem.Fields) error {
	r, err := newResult(in)
	if err != nil {
		return err
	}
	if d, ok := r.Data.(documentData); ok && !c.account.DeviceAttestation {
		d.DeviceAttestation = nil
		r.Data = d
	}
	c.images = r.Images
	text, err := compact(claims{
		Aud: c.account.ClientID, Iat: c.at.Unix(), Exp: c.at.Add(time.Duration(c.account.lifetime(c.flow))).Unix(),
		Iss: resultIssuer, JTI: c.jti, Data: r.Data,
	})
	if err != nil {
		return err
	}
	if len(patch) > 0 {
		text = patched(text, patch, p)
	}
	c.claims = string(text)
	return nil
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

// Bounds of a patch: a few copies of copies would fill any memory.
const (
	maxOperations = 1000
	maxClaims     = 8 << 20  // bytes
	maxWork       = 64 << 20 // bytes that all operations read together
)

// patched applies an RFC 6902 patch, operation by operation, so that each one
// that cannot be applied is named.
func patched(text []byte, patch json.RawMessage, p *problem.Fields) []byte {
	var operations []json.RawMessage
	if err := json.Unmarshal(patch, &operations); err != nil {
		p.Add("patch", nil, "want an RFC 6902 patch: an array of operations")
		return text
	}
	if len(operations) > maxOperations {
		p.Add("patch", len(operations), "want at most %d operations", maxOperations)
		return text
	}
	options := jsonpatch.NewApplyOptions()
	options.EscapeHTML = false
	options.SupportNegativeIndices = false
	work := 0
	for i, operation := range operations {
		if work += len(text); work > maxWork {
			p.Add(fmt.Sprintf("patch[%d]", i), nil, "want fewer operations on claims this large")
			return text
		}
		after, err := applied(text, operation, options)
		if err != nil {
			p.Add(fmt.Sprintf("patch[%d]", i), nil, "%s", err)
			continue
		}
		if len(after) > maxClaims {
			p.Add(fmt.Sprintf("patch[%d]", i), nil, "makes the claims larger than 8 MiB")
			return text
		}
		text = after
	}
	return text
}

// jsonPointer is one of RFC 6901. The library drops what stands before the first
// slash, whatever it is.
var jsonPointer = regexp.MustCompile(`^(/([^~/]|~[01])*)*$`)

func applied(text []byte, operation json.RawMessage, options *jsonpatch.ApplyOptions) ([]byte, error) {
	var shape struct{ Path, From *string }
	if err := json.Unmarshal(operation, &shape); err != nil {
		return nil, errors.New(`want an operation such as {"op": "replace", "path": "/data/nonce", "value": "x"}`)
	}
	switch {
	case shape.Path == nil:
		return nil, errors.New("want a path")
	case *shape.Path == "":
		return nil, errors.New("the claims as a whole cannot be replaced, want a path such as /data/nonce")
	case !jsonPointer.MatchString(*shape.Path), shape.From != nil && !jsonPointer.MatchString(*shape.From):
		return nil, errors.New("want path and from to begin with /, with ~0 for ~ and ~1 for / in a name")
	}
	one, err := jsonpatch.DecodePatch([]byte("[" + string(operation) + "]"))
	if err != nil {
		return nil, fmt.Errorf("want op to be one of add, remove, replace, move, copy, test, each with its members: %w", err)
	}
	return one.ApplyWithOptions(text, options)
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
	payload = patched(payload, json.RawMessage(patch), &p)
	if err := p.Err("the claims cannot be issued again"); err != nil {
		return "", err
	}
	token, _, err = ring.Sign(payload)
	return token, err
}
