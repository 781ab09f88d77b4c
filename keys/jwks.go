package keys

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
)

// jwk is a public key as it goes over the wire. Which optional members Uqudo's
// has is not known: kty, kid, n and e are certain, because the libraries that
// its own sample uses need them; use and alg are commonly there.
type jwk struct {
	Kty string `json:"kty"`
	E   string `json:"e"`
	Use string `json:"use"`
	KID string `json:"kid"`
	Alg string `json:"alg"`
	N   string `json:"n"`
}

func (p Pair) jwk() jwk {
	number := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	return jwk{
		Kty: "RSA",
		E:   number(big.NewInt(int64(p.private.E))),
		Use: "sig",
		KID: p.kid,
		Alg: RS256,
		N:   number(p.private.N),
	}
}

// encode cannot fail: there are only strings in what is encoded.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("keys: " + err.Error())
	}
	return b
}
