package keys_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"kycmock/keys"
)

var start = time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC)

func TestDefaultIsTheSameEverywhere(t *testing.T) {
	// A receiver that was set up with this key's PEM breaks when it changes.
	const want = "1f3ec27fa5cdee63dd68d575f90b6c97"
	if got := keys.Default().KID(); got != want {
		t.Errorf("the default key has kid %s, want %s", got, want)
	}
	file, err := os.ReadFile("default.pem")
	if err != nil || !strings.HasPrefix(string(file), "TEST ONLY.") {
		t.Errorf("default.pem does not say that it is for tests only: %v", err)
	}
}

func TestSignMakesATokenThatAStrangerVerifies(t *testing.T) {
	ring := newRing(t)
	payload := []byte(`{"iss":"https://id.uqudo.io","jti":"5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a10"}`)
	token, kid, err := ring.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	if got := verify(t, token, ring.JWKS()); got != string(payload) {
		t.Errorf("payload %s, want %s", got, payload)
	}
	header, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	if want := `{"kid":"` + kid + `","alg":"RS256"}`; err != nil || string(header) != want {
		t.Errorf("header %s, %v, want %s", header, err, want)
	}
	if len(kid) != 32 || strings.Trim(kid, "0123456789abcdef") != "" {
		t.Errorf("kid %q, want 32 lower-case hex characters", kid)
	}
	if again, _, _ := ring.Sign(payload); again != token {
		t.Error("the same payload gave another token")
	}
}

func TestKeySetHasItsMembersInOrder(t *testing.T) {
	p := keys.Default()
	jwk := string(p.PublicJWK())
	want := `{"kty":"RSA","e":"AQAB","use":"sig","kid":"` + p.KID() + `","alg":"RS256","n":"`
	if !strings.HasPrefix(jwk, want) {
		t.Errorf("got %s\nwant it to begin with %s", jwk, want)
	}
	if got, want := string(newRing(t).JWKS()), `{"keys":[`+jwk+`]}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestKeySetShowsNoPrivatePart(t *testing.T) {
	ring := newRing(t, pairs(t)...)
	shown, err := json.Marshal(ring.Keys())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(ring.JWKS()), string(shown)} {
		for _, member := range []string{`"d"`, `"p"`, `"q"`, `"dp"`, `"dq"`, `"qi"`} {
			if strings.Contains(text, member) {
				t.Errorf("%s in %s", member, text)
			}
		}
	}
	if want := `{"kid":"team-key-1","alg":"RS256","state":"published","createdAt":"2026-04-10T09:00:00Z"}`; !strings.Contains(string(shown), want) {
		t.Errorf("got %s\nwithout %s", shown, want)
	}
}

func TestFirstPairSignsAndTheOthersArePublished(t *testing.T) {
	all := pairs(t)
	ring := newRing(t, all...)
	if got := ring.Active().KID; got != all[0].KID() {
		t.Errorf("%s is active, want the first pair %s", got, all[0].KID())
	}
	var want []string
	for _, p := range all {
		want = append(want, p.KID())
	}
	if got := published(t, ring); !slices.Equal(got, want) {
		t.Errorf("the key set has %v, want %v", got, want)
	}
}

func TestRetiredKeysCanStillBeExported(t *testing.T) {
	ring := newRing(t, pairs(t)...)
	token, kid, _ := ring.Sign([]byte("{}"))
	ring.Rotate(start, keys.Default())
	if _, err := ring.Retire(kid); err != nil {
		t.Fatal(err)
	}
	file, err := ring.PublicPEM(kid)
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(file)
	if block == nil || block.Type != "PUBLIC KEY" || len(rest) > 0 {
		t.Fatalf("got %s, want one PUBLIC KEY block", file)
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jws.Verify(public.(*rsa.PublicKey)); err != nil {
		t.Errorf("with the PEM: %v", err)
	}
	jwk, err := ring.PublicJWK(kid)
	if err != nil {
		t.Fatal(err)
	}
	verify(t, token, []byte(`{"keys":[`+string(jwk)+`]}`))

	for _, export := range []func(string) ([]byte, error){ring.PublicPEM, ring.PublicJWK} {
		if _, err := export("nobody"); !errors.Is(err, keys.ErrUnknown) {
			t.Errorf("an unknown key: got %v, want ErrUnknown", err)
		}
	}
}

func TestResetGoesBackToTheBeginning(t *testing.T) {
	all := pairs(t)
	ring := newRing(t, all[:2]...)
	before := string(ring.JWKS())
	ring.Rotate(start, all[2])
	if _, err := ring.Retire(all[0].KID()); err != nil {
		t.Fatal(err)
	}
	first := all[0].KID()
	all[0] = all[3] // what the caller does with its slice is no concern of the ring's
	ring.Reset(start.Add(time.Hour))
	if got := string(ring.JWKS()); got != before {
		t.Errorf("the key set is %s\nwant %s", got, before)
	}
	if got := ring.Active(); got.KID != first || !got.CreatedAt.Equal(start.Add(time.Hour)) {
		t.Errorf("active is %+v", got)
	}
}

func TestNewRingRefusesPairsThatCannotWork(t *testing.T) {
	p := keys.Default()
	_, err := keys.NewRing(start, p, p)
	wantError(t, err, `two pairs have kid "`+p.KID()+`", want each kid once`)
	_, err = keys.NewRing(start, p, keys.Pair{})
	wantError(t, err, "pair 1 is empty, want one from Default, Generate or Load")
}

func TestCallersCannotChangeTheKeySet(t *testing.T) {
	ring := newRing(t)
	clear(ring.JWKS())
	if got := ring.JWKS(); got[0] != '{' {
		t.Errorf("the key set was changed to %q", got[:10])
	}
}
