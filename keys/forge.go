package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	_ "embed"
	"sync"
)

// This file has what Compose needs for tokens that a receiver must refuse.

//go:embed forger.pem
var forgerPEM []byte

var forgerPair = sync.OnceValue(func() Pair { return embedded("forger.pem", forgerPEM) })

// Forger is the pair of somebody who is not the vendor: no key set has its
// public key, whatever kid it signs under. It is part of the program and the
// same on every start, so that a forged token can be made again.
func Forger() Pair { return forgerPair() }

// Header is a JWS header with the members in Uqudo's order, kid and alg, which
// are written as they are. An empty kid is left out.
func Header(kid, alg string) []byte {
	return encode(struct {
		KID string `json:"kid,omitempty"`
		Alg string `json:"alg"`
	}{kid, alg})
}

// Unsigned is the signature of a token whose alg is none: no bytes.
func Unsigned([]byte) ([]byte, error) { return nil, nil }

// ConfusedSignature is an HS256 signature of input, keyed with the text of
// PublicPEM. It fits where a receiver takes the alg from the token and hands its
// public key to a library as if it were a shared secret.
func (p Pair) ConfusedSignature(input []byte) ([]byte, error) {
	if p.private == nil {
		return nil, errZero
	}
	mac := hmac.New(sha256.New, p.PublicPEM())
	mac.Write(input) // never fails, by its documentation
	return mac.Sum(nil), nil
}
