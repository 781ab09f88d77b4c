package keys

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// Parse reads the one private key of a text: RSA as PKCS#1 or PKCS#8 in PEM, or
// a JWK. A JWK keeps its own kid, otherwise it is derived from the public key.
// It refuses what [Load] refuses, and more keys than one.
func Parse(text []byte) (Pair, error) {
	read := readPEM
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		read = readJWKs
	}
	pairs, err := read(text)
	switch {
	case err != nil:
		return Pair{}, err
	case len(pairs) == 0:
		return Pair{}, errors.New("no private key in it, want one")
	case len(pairs) > 1:
		return Pair{}, fmt.Errorf("%d private keys in it, want one", len(pairs))
	}
	return pairs[0], nil
}

// PrivatePEM is the private key as PKCS#8 in PEM, for a setup that makes the
// same mock again. The zero Pair has none.
func (p Pair) PrivatePEM() []byte {
	if p.private == nil {
		return nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(p.private)
	if err != nil {
		panic("keys: " + err.Error()) // of an RSA key there is nothing that could fail
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// Equal is whether both are the same key under the same kid.
func (p Pair) Equal(other Pair) bool {
	if p.private == nil || other.private == nil {
		return p.private == other.private
	}
	return p.kid == other.kid && p.private.Equal(other.private)
}
