package keys_test

import (
	"os"
	"strings"
	"testing"

	"kycmock/keys"
)

func TestAPrivateKeyIsReadAsItWasWritten(t *testing.T) {
	for _, p := range []keys.Pair{keys.Default(), keys.Default().Named("mine")} {
		again, err := keys.Parse(p.PrivatePEM())
		if err != nil {
			t.Fatal(err)
		}
		if !again.Named(p.KID()).Equal(p) || again.KID() != keys.Default().KID() {
			t.Errorf("%s is read as %s", p.KID(), again.KID())
		}
	}
	if (keys.Pair{}).PrivatePEM() != nil || !(keys.Pair{}).Equal(keys.Pair{}) || (keys.Pair{}).Equal(keys.Default()) || keys.Default().Equal(keys.Pair{}) {
		t.Error("the zero pair is somebody")
	}
	if keys.Default().Equal(keys.Default().Named("mine")) {
		t.Error("a kid makes no difference")
	}
}

func TestOneKeyIsRead(t *testing.T) {
	const good, bad = "testdata/good/", "testdata/bad/"
	for file, want := range map[string]string{
		good + "10-pkcs1.pem":     "",
		good + "20-pkcs8.PEM":     "",
		good + "30-single.jwk":    "",
		good + "40-set.json":      " private keys in it, want one",
		bad + "public-only.pem":   "only PUBLIC KEY in it",
		bad + "1024-bits.pem":     "the RSA key has 1024 bits",
		bad + "elliptic.pem":      "an elliptic curve key, want RSA",
		bad + "public.jwk":        "only a public key",
		bad + "no-keys.json":      "no key in it",
		bad + "empty.pem":         "no PEM block in it",
		bad + "encrypted.pem":     "the private key is encrypted",
		bad + "garbage-pkcs1.pem": "the RSA PRIVATE KEY block cannot be read",
		bad + "inconsistent.jwk":  "",
		bad + "encryption.jwk":    "use is",
		bad + "no-block.pem":      "no PEM block in it",
		bad + "not-json.json":     "",
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pair, err := keys.Parse(text)
		wrong := strings.HasPrefix(file, bad) || want != ""
		if (err != nil) != wrong || wrong && !strings.Contains(err.Error(), want) || !wrong && pair.KID() == "" {
			t.Errorf("%s: %v, want %q", file, err, want)
		}
	}
}
