package keys_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"kycmock/keys"
)

func TestTheForgersKeyIsPublishedByNobody(t *testing.T) {
	ring := newRing(t)
	token, err := keys.Compose(keys.Header(keys.Default().KID(), keys.RS256), []byte("{}"), keys.Forger().Signature)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger(token, ring.JWKS()); err == nil {
		t.Error("a forged token was verified")
	}
	forged := strings.Replace(string(keys.Forger().PublicJWK()), keys.Forger().KID(), keys.Default().KID(), 1)
	verify(t, token, []byte(`{"keys":[`+forged+`]}`))
	if keys.Forger().KID() == keys.Default().KID() {
		t.Error("the forger has the vendor's key")
	}
	if _, err := ring.PublicPEM(keys.Forger().KID()); err == nil {
		t.Error("a ring has the forger's key")
	}
}

func TestAConfusedSignatureIsKeyedWithTheTextOfThePublicKey(t *testing.T) {
	p := keys.Default()
	token, err := keys.Compose(keys.Header(p.KID(), "HS256"), []byte("{}"), p.ConfusedSignature)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.HS256})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jws.Verify(p.PublicPEM()); err != nil {
		t.Errorf("a receiver that is confused refuses it: %v", err)
	}
	signed, signature, _ := strings.Cut(token, ".e30.")
	mac := hmac.New(sha256.New, p.PublicPEM())
	mac.Write([]byte(signed + ".e30"))
	if want := base64.RawURLEncoding.EncodeToString(mac.Sum(nil)); signature != want {
		t.Errorf("the signature is %s, want %s", signature, want)
	}
	_, err = keys.Pair{}.ConfusedSignature(nil)
	wantError(t, err, "a zero key pair cannot sign")
}

func TestAHeaderHasItsMembersInOrder(t *testing.T) {
	for want, got := range map[string][]byte{
		`{"kid":"k","alg":"RS256"}`: keys.Header("k", "RS256"),
		`{"alg":"none"}`:            keys.Header("", "none"),
	} {
		if string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestARingSignsAgainWithAnyOfItsPairs(t *testing.T) {
	all := pairs(t)
	ring := newRing(t, all[0], all[1])
	ring.Rotate(start, all[2])
	if _, err := ring.Retire(all[0].KID()); err != nil {
		t.Fatal(err)
	}
	for _, p := range all[:3] {
		got, err := ring.Pair(p.KID())
		if err != nil {
			t.Fatal(err)
		}
		want, _ := p.Sign([]byte("{}"))
		if token, err := got.Sign([]byte("{}")); err != nil || token != want {
			t.Errorf("%s signs otherwise: %v", p.KID(), err)
		}
	}
	if _, err := ring.Pair(all[3].KID()); !errors.Is(err, keys.ErrUnknown) {
		t.Errorf("got %v, want that there is no such key", err)
	}
}

// FuzzCompose puts tokens together of whatever there is: they come apart again
// into the same, and a stranger's library reads them without harm.
func FuzzCompose(f *testing.F) {
	p := keys.Default()
	for _, header := range []string{string(keys.Header(p.KID(), keys.RS256)), `{"alg":"none"}`, `{"alg":"RS256","crit":["b64"],"b64":false}`, `{}`, `{`, "", "\xff", `{"alg":"RS256","alg":"none"}`} {
		for _, payload := range []string{"", "{}", "\x00\xff", strings.Repeat("a", 1000)} {
			f.Add([]byte(header), []byte(payload), []byte("signature"))
		}
	}
	f.Fuzz(func(t *testing.T, header, payload, signature []byte) {
		var input string
		token, err := keys.Compose(header, payload, func(in []byte) ([]byte, error) { input = string(in); return signature, nil })
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(token, ".")
		if len(parts) != 3 || parts[0]+"."+parts[1] != input {
			t.Fatalf("signed was %q of %q", input, token)
		}
		for i, want := range [][]byte{header, payload, signature} {
			if got, err := base64.RawURLEncoding.DecodeString(parts[i]); err != nil || !bytes.Equal(got, want) {
				t.Errorf("part %d is %q, want %q: %v", i, got, want, err)
			}
		}
		if jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256}); err == nil {
			if _, err := jws.Verify(verifier(t, p)); err == nil {
				t.Error("an invented signature was verified")
			}
		}
	})
}

func verifier(t *testing.T, p keys.Pair) any {
	t.Helper()
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(p.PublicJWK()); err != nil {
		t.Fatal(err)
	}
	return key.Key
}
