package verify

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// token is a compact JWS that was taken apart, as far as that goes.
type token struct {
	parts   [3]string // as they came
	header  map[string]any
	payload []byte
	sig     []byte
	strict  bool // it is written as RFC 7515 wants it
}

// partNames are what the parts are called.
var partNames = [3]string{"header", "payload", "signature"}

// readToken takes a text apart. What is not as it should be is a finding, and is
// read all the same where there is no doubt.
func readToken(r *Report, text string) token {
	parts := strings.Split(text, ".")
	switch n := len(parts); {
	case n == 5:
		r.add("token-encrypted", "the token has five parts: it is encrypted, want a signed one of three")
		return token{}
	case n != 3:
		r.add("token-parts", "the token has %s between full stops, want 3: it may have been cut off", counted(n, "part"))
		if n > 3 {
			return token{}
		}
	}
	t := token{strict: len(parts) == 3}
	copy(t.parts[:], parts)
	var decoded [3][]byte
	for i := range parts {
		raw, ok := t.decode(r, i)
		if !ok {
			t.strict = false
			continue
		}
		decoded[i] = raw
	}
	t.payload, t.sig = decoded[1], decoded[2]
	if decoded[0] != nil {
		if err := json.Unmarshal(decoded[0], &t.header); err != nil || t.header == nil {
			r.add("header-not-object", "the token's header is not a JSON object")
		}
	}
	if len(parts) == 3 && t.parts[2] == "" {
		r.add("signature-empty", "the token's signature is empty")
	}
	return t
}

// decode reads a part. Padding and the other alphabet are findings.
func (t *token) decode(r *Report, i int) (raw []byte, ok bool) {
	text := t.parts[i]
	if bare := strings.TrimRight(text, "="); bare != text {
		r.add("token-padded", "the token's %s ends with =, want base64url without padding", partNames[i])
		text, t.strict = bare, false
	}
	if strings.ContainsAny(text, "+/") {
		r.add("token-base64", "the token's %s is in base64, want base64url: - and _ instead of + and /", partNames[i])
		text, t.strict = strings.NewReplacer("+", "-", "/", "_").Replace(text), false
	}
	t.parts[i] = text
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		r.add("token-base64", "the token's %s is not base64url: %s", partNames[i], misplaced(text))
		return nil, false
	}
	if base64.RawURLEncoding.EncodeToString(raw) != text {
		r.add("token-base64", "the token's %s has bits in its last character that mean nothing: it was changed, or cut off", partNames[i])
		t.strict = false
	}
	return raw, true
}

func misplaced(text string) string {
	for i, c := range text {
		if c > 'z' || !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", c) {
			return found("", "%q at %d does not belong there", c, i+1).Message
		}
	}
	return found("", "%d characters cannot be, something was cut off", len(text)).Message
}

// input is what the signature is of.
func (t token) input() string { return t.parts[0] + "." + t.parts[1] }

// normal is the token as it should have been written.
func (t token) normal() string { return t.input() + "." + t.parts[2] }

// claims are what the payload says, nil when that cannot be read.
func (t token) claims(r *Report) map[string]any {
	if t.payload == nil {
		return nil
	}
	var claims map[string]any
	if err := json.Unmarshal(t.payload, &claims); err != nil || claims == nil {
		r.add("payload-not-object", "the token's payload is not a JSON object")
		return nil
	}
	return claims
}

// checkHeader says what no correct receiver takes, whatever the signature.
func checkHeader(r *Report, header map[string]any) {
	switch alg, ok := header["alg"].(string); {
	case !ok:
		r.add("alg-missing", "the header has no alg, want RS256")
	case strings.EqualFold(alg, "none"):
		r.add("alg-none", "the header says alg %q: the token is not signed, and anybody can have written it", alg)
	case strings.HasPrefix(alg, "HS"):
		r.add("alg-symmetric", "the header says %s, want RS256: an attacker's trick, for receivers that take the alg from the token and the public key for a shared secret", plain(clip(alg)))
	case alg != "RS256":
		r.add("alg-other", "the header says %q, want RS256: receivers must pin the alg", clip(alg))
	}
	if kid, ok := header["kid"].(string); !ok || kid == "" {
		r.add("kid-missing", "the header has no kid: it does not say which key it is signed with")
	}
	for _, name := range []string{"jwk", "jku", "x5c", "x5u"} {
		if header[name] != nil {
			r.add("header-key", "the header brings a key along by %s: it proves nothing, receivers must not use it", name)
		}
	}
	if header["crit"] != nil {
		r.add("header-crit", "the header says by crit that it has extensions which must be understood; Uqudo documents none")
	}
}
