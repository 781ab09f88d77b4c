package receiver

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// verify proves that the vendor signed the token, and returns the kid of the
// key that did and the payload. Nothing of the payload is looked at before.
func (r *Receiver) verify(ctx context.Context, token string) (kid string, payload []byte, err error) {
	if err := inspect(token); err != nil {
		return "", nil, err
	}
	// The algorithm is pinned here and not taken from the token: else a forger
	// chooses "none", or HS256 keyed with the public key that everybody has.
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", nil, refuse(http.StatusBadRequest, "the token cannot be read: %s", plain(err))
	}
	kid = jws.Signatures[0].Protected.KeyID
	if kid == "" {
		// Trying every key instead would tie nothing to the key that was named.
		return "", nil, refuse(http.StatusUnauthorized, "the token's header has no kid")
	}
	key, err := r.keys.find(ctx, kid)
	if err != nil {
		return "", nil, err
	}
	payload, err = jws.Verify(key)
	if err != nil {
		return "", nil, refuse(http.StatusUnauthorized, "the signature does not fit the key %q", clip(kid))
	}
	return kid, payload, nil
}

// inspect tells what is wrong with a token that the library would refuse
// without saying why.
func inspect(token string) error {
	parts := strings.Split(token, ".")
	if len(parts) == 5 {
		return refuse(http.StatusBadRequest, "the token is encrypted (five parts), want a signed one (three parts)")
	}
	if len(parts) != 3 {
		return refuse(http.StatusBadRequest, "a token has 3 parts, this one has %d", len(parts))
	}
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return refuse(http.StatusBadRequest, "the token's header is not base64url")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(header, &members); err != nil || members == nil {
		return refuse(http.StatusBadRequest, "the token's header is not a JSON object: %s", why(err))
	}
	switch alg, ok := text(members, "alg"); {
	case !ok:
		return refuse(http.StatusUnauthorized, "the token's header has no alg, want RS256")
	case alg == "none":
		return refuse(http.StatusUnauthorized, "the token is not signed (alg none), want RS256")
	case alg != string(jose.RS256):
		return refuse(http.StatusUnauthorized, "the token is signed by %s, want RS256", clip(alg))
	}
	if parts[2] == "" {
		return refuse(http.StatusUnauthorized, "the token's signature is empty")
	}
	return nil
}

// plain words the library's error without its name.
func plain(err error) string {
	return clip(strings.TrimPrefix(err.Error(), "go-jose/go-jose: "))
}
