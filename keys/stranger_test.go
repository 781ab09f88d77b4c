package keys_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"kycmock/keys"
)

func newRing(t testing.TB, pairs ...keys.Pair) *keys.Ring {
	t.Helper()
	ring, err := keys.NewRing(start, pairs...)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// pairs are the five of testdata: loading is quicker than generating.
func pairs(t testing.TB) []keys.Pair {
	t.Helper()
	pairs, err := keys.Load(os.DirFS("testdata/good"))
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

// published lists the kids of the key set, as a stranger reads them.
func published(t testing.TB, ring *keys.Ring) []string {
	t.Helper()
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(ring.JWKS(), &set); err != nil {
		t.Error(err)
	}
	var kids []string
	for _, k := range set.Keys {
		if !k.Valid() || !k.IsPublic() || k.Use != "sig" || k.Algorithm != "RS256" {
			t.Errorf("key %+v is not a public key for RS256 signatures", k)
		}
		kids = append(kids, k.KeyID)
	}
	return kids
}

// verify is what a stranger's receiver does: it picks the key by kid from the
// set, and answers the payload.
func verify(t testing.TB, token string, set []byte) string {
	t.Helper()
	payload, err := stranger(token, set)
	if err != nil {
		t.Errorf("%v: %s", err, token)
	}
	return payload
}

func stranger(token string, data []byte) (string, error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(data, &set); err != nil {
		return "", err
	}
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", err
	}
	found := set.Key(jws.Signatures[0].Protected.KeyID)
	if len(found) != 1 {
		return "", fmt.Errorf("%d keys of that kid in the set", len(found))
	}
	payload, err := jws.Verify(found[0])
	return string(payload), err
}
