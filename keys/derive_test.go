package keys_test

import (
	"encoding/json"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"kycmock/keys"
)

func TestASeedHasAKeyOfItsOwn(t *testing.T) {
	derive := func(seed uint64) keys.Pair {
		t.Helper()
		p, err := keys.Derive(seed)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	one, again, other := derive(1), derive(1), derive(2)
	if one.KID() != again.KID() || one.KID() == other.KID() {
		t.Errorf("the keys are %s, %s and %s", one.KID(), again.KID(), other.KID())
	}
	token, err := one.Sign([]byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	same, err := again.Sign([]byte(`{"a":1}`))
	if err != nil || token != same {
		t.Errorf("it signs %s, and then %s: %v", token, same, err)
	}
	ring, err := keys.NewRing(start, one)
	if err != nil {
		t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(ring.JWKS(), &set); err != nil {
		t.Fatal(err)
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signed.Verify(set.Keys[0]); err != nil {
		t.Errorf("another library does not verify it: %v", err)
	}
}
