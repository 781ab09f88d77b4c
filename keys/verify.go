package keys

import (
	"errors"

	"github.com/go-jose/go-jose/v4"
)

// ErrForged means that a token is not one that the ring's keys have signed.
var ErrForged = errors.New("the token was not signed by a key of this ring")

// Verify returns the payload of a compact JWS that a pair of the ring signed,
// retired ones too. Every other text gives ErrForged.
func (r *Ring) Verify(token string) (payload []byte, err error) {
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, ErrForged
	}
	pair, err := r.Pair(jws.Signatures[0].Header.KeyID)
	if err != nil {
		return nil, ErrForged
	}
	if payload, err = jws.Verify(&pair.private.PublicKey); err != nil {
		return nil, ErrForged
	}
	return payload, nil
}
