package keys_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"kycmock/keys"
)

func TestGenerateMakesANewPairEachTime(t *testing.T) {
	one, err := keys.Generate()
	if err != nil {
		t.Fatal(err)
	}
	two, err := keys.Generate()
	if err != nil {
		t.Fatal(err)
	}
	if one.KID() == two.KID() || one.KID() == keys.Default().KID() {
		t.Errorf("kids %s, %s: want new ones", one.KID(), two.KID())
	}
	ring := newRing(t, one, two)
	token, _, err := ring.Sign([]byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	verify(t, token, ring.JWKS())
}

func TestComposeForgesWhatSignWouldNot(t *testing.T) {
	nothing := func([]byte) ([]byte, error) { return nil, nil }
	got, err := keys.Compose([]byte(`{"alg":"none"}`), []byte(`{"a":1}`), nothing)
	if want := "eyJhbGciOiJub25lIn0.eyJhIjoxfQ."; err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}

	var input []byte
	got, err = keys.Compose([]byte(`{"alg":"HS256"}`), []byte{0xfb, 0xff}, func(in []byte) ([]byte, error) {
		input = bytes.Clone(in)
		return []byte{0xff, 0xef, 0xbe}, nil
	})
	if want := "eyJhbGciOiJIUzI1NiJ9.-_8._---"; err != nil || got != want || string(input) != strings.TrimSuffix(want, "._---") {
		t.Errorf("got %s over %s, %v, want %s", got, input, err, want)
	}

	want := errors.New("no key")
	if got, err := keys.Compose(nil, nil, func([]byte) ([]byte, error) { return nil, want }); got != "" || !errors.Is(err, want) {
		t.Errorf("got %q, %v, want the signer's error", got, err)
	}
}

func TestSignatureSignsUnderAnyHeader(t *testing.T) {
	p := keys.Default()
	token, err := keys.Compose([]byte(`{"alg":"RS256","kid":"other"}`), []byte("{}"), p.Signature)
	if err != nil {
		t.Fatal(err)
	}
	set := strings.Replace(string(p.PublicJWK()), p.KID(), "other", 1)
	verify(t, token, []byte(`{"keys":[`+set+`]}`))
	if _, err := stranger(token, newRing(t).JWKS()); err == nil {
		t.Error("a kid that is not in the key set was verified")
	}
}

func TestAZeroPairCannotSign(t *testing.T) {
	_, err := keys.Pair{}.Sign([]byte("{}"))
	wantError(t, err, "a zero key pair cannot sign")
	defer func() {
		if recover() == nil {
			t.Error("Rotate took a zero pair")
		}
	}()
	newRing(t).Rotate(start, keys.Pair{})
}

func TestPrintingAPairShowsNoPrivatePart(t *testing.T) {
	key := rawDefault(t)
	text := fmt.Sprintf("%v %+v %#v", keys.Default(), keys.Default(), []keys.Pair{keys.Default()})
	for _, secret := range []string{key.D.String(), key.Primes[0].String(), key.D.Text(16)} {
		if strings.Contains(text, secret) {
			t.Fatal("a private part was printed")
		}
	}
}

// The two show what it costs to make a token of the bare signature.
func BenchmarkSign(b *testing.B) {
	payload := bytes.Repeat([]byte("x"), 4<<10)
	b.Run("ring", func(b *testing.B) {
		ring := newRing(b)
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := ring.Sign(payload); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("raw", func(b *testing.B) {
		key := rawDefault(b)
		b.ReportAllocs()
		for b.Loop() {
			sum := sha256.Sum256(payload)
			if _, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func rawDefault(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	file, err := os.ReadFile("default.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(file)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}
