package uqudo_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"kycmock/keys"
	"kycmock/mockserver"
)

// forgedCase is a fault of the signature: why go-jose refuses its token, and
// what else is true of that.
type forgedCase struct {
	reason error
	parts  int // that the token has
	holds  func(f *forgery)
}

// A forgery is a token to be looked at beside the one that is good.
type forgery struct {
	*testing.T
	lab         lab
	token       string
	parts, good []string
}

func forgedCases() map[string]forgedCase {
	return map[string]forgedCase{
		"tampered": {errForged, 3, func(f *forgery) {
			f.same(0, 2)
			f.oneByteChanged()
		}},
		"wrong-key": {errForged, 3, func(f *forgery) {
			f.same(0, 1)
			f.signs(jose.RS256, publicKey(f.T, keys.Forger().PublicPEM()), f.parts)
		}},
		"unknown-kid": {errUnknownKID, 3, func(f *forgery) {
			f.same(1)
			f.header(`^\{"kid":"[0-9a-f]{32}","alg":"RS256"\}$`)
			f.signs(jose.RS256, f.published(), f.parts)
		}},
		"missing-kid": {errNoKID, 3, func(f *forgery) {
			f.same(1)
			f.header(`^\{"alg":"RS256"\}$`)
			f.signs(jose.RS256, f.published(), f.parts)
		}},
		"alg-none": {errUnreadable, 3, func(f *forgery) {
			f.same(1)
			f.header(`^\{"kid":"` + f.kid() + `","alg":"none"\}$`)
			f.signature(0)
		}},
		"alg-hs256": {errUnreadable, 3, func(f *forgery) {
			f.same(1)
			f.header(`^\{"kid":"` + f.kid() + `","alg":"HS256"\}$`)
			f.signs(jose.HS256, f.lab.call("GET", "/keys/"+f.kid()+"/public.pem", "").wants(200).body, f.parts)
		}},
		"malformed-signature": {errUnreadable, 3, func(f *forgery) {
			f.same(0, 1)
			if _, err := base64.RawURLEncoding.DecodeString(f.parts[2]); err == nil || len(f.parts[2]) != len(f.good[2]) {
				f.Errorf("the signature is %s", f.parts[2])
			}
		}},
		"short-signature": {errForged, 3, func(f *forgery) {
			f.same(0, 1)
			f.signature(128)
		}},
		"empty-signature": {errForged, 3, func(f *forgery) {
			f.same(0, 1)
			f.signature(0)
		}},
		"missing-signature": {errUnreadable, 2, func(f *forgery) { f.same(0, 1) }},
		"garbage-jws":       {errUnreadable, 1, func(*forgery) {}},
	}
}

func TestAFaultOfTheSignatureIsRefusedForTheRightReason(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for fault, c := range forgedCases() {
		for _, flow := range []string{"enrollment", "face"} {
			t.Run(fault+" "+flow, func(t *testing.T) {
				l := l.in(t)
				clean, spoilt := l.spoiled(flow, `"`+fault+`"`)
				if _, err := strictly(clean.token(t), l.published()); err != nil {
					t.Fatalf("the first attempt is not good: %v", err)
				}
				token := spoilt.token(t)
				if _, err := strictly(token, l.published()); !errors.Is(err, c.reason) {
					t.Errorf("go-jose says %v, want %v", err, c.reason)
				}
				c.holds(&forgery{t, l, token, parts(t, token, c.parts), parts(t, clean.token(t), 3)})
			})
		}
	}
}

// same wants these parts of the token to be those of the good one.
func (f *forgery) same(indexes ...int) {
	f.Helper()
	for _, i := range indexes {
		if f.parts[i] != f.good[i] {
			f.Errorf("part %d is %.100s, want %.100s", i, f.parts[i], f.good[i])
		}
	}
}

func (f *forgery) header(want string) {
	f.Helper()
	if got := decoded(f.T, f.parts[0]); !regexp.MustCompile(want).MatchString(got) {
		f.Errorf("the header is %s, want %s", got, want)
	}
}

// signature wants it to have so many bytes.
func (f *forgery) signature(size int) {
	f.Helper()
	if got := decoded(f.T, f.parts[2]); len(got) != size {
		f.Errorf("the signature has %d bytes, want %d", len(got), size)
	}
}

func (f *forgery) kid() string {
	f.Helper()
	var header struct{ KID string }
	if err := json.Unmarshal([]byte(decoded(f.T, f.good[0])), &header); err != nil {
		f.Fatal(err)
	}
	return header.KID
}

// published is the key that the good token is signed by.
func (f *forgery) published() any {
	f.Helper()
	set := f.lab.published()
	found := set.Key(f.kid())
	if len(found) != 1 {
		f.Fatalf("%d keys of that kid", len(found))
	}
	return found[0].Key
}

// signs wants a key to fit, for whoever takes it for the right one.
func (f *forgery) signs(alg jose.SignatureAlgorithm, key any, parts []string) {
	f.Helper()
	jws, err := jose.ParseSignedCompact(strings.Join(parts, "."), []jose.SignatureAlgorithm{alg})
	if err == nil {
		_, err = jws.Verify(key)
	}
	if err != nil {
		f.Errorf("the signature is not what the fault is about: %v", err)
	}
}

func (f *forgery) oneByteChanged() {
	f.Helper()
	before, after := decoded(f.T, f.good[1]), decoded(f.T, f.parts[1])
	if len(before) != len(after) {
		f.Fatalf("%d bytes became %d", len(before), len(after))
	}
	changed := 0
	for i := range before {
		if before[i] != after[i] {
			changed++
		}
	}
	var was, is any
	if err := errors.Join(json.Unmarshal([]byte(before), &was), json.Unmarshal([]byte(after), &is)); err != nil {
		f.Fatalf("what was tampered with is no JSON: %v", err)
	}
	list := changes(was, is)
	if changed != 1 || len(list) != 1 {
		f.Errorf("%d bytes were changed: %v", changed, list)
	}
	for path := range list {
		if !strings.HasPrefix(path, "data.") || strings.HasSuffix(path, "sessionId") || strings.HasSuffix(path, "nonce") {
			f.Errorf("%s was changed, which shows without a look at the signature", path)
		}
	}
}

func publicKey(t *testing.T, text []byte) any {
	t.Helper()
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestTamperingWorksOnWhateverAPatchHasLeft(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, patch := range []string{
		`{"op": "replace", "path": "/data", "value": {"name": "\u0041da"}}`,
		`{"op": "replace", "path": "/data", "value": {"name" : "Ada"}}`,
		`{"op": "replace", "path": "/data", "value": {"n": 1}}`,
		`{"op": "replace", "path": "/data", "value": null}`,
		`{"op": "remove", "path": "/data"}`,
	} {
		h := newHook(t)
		l.webhook(h.URL)
		l.call("POST", "/triggers", fmt.Sprintf(`{"provider": "uqudo", "event": "face", "faults": [{"name": "tampered", "on": [1]}], "patch": [%s]}`, patch)).wants(202)
		l.advance(`{"by": "0s"}`)
		if _, err := strictly(h.requests(t, 1)[0].token(t), l.published()); !errors.Is(err, errForged) {
			t.Errorf("after %s go-jose says %v", patch, err)
		}
	}
}

func TestFaultsOfTheSignatureCompose(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		name, faults string
		parts        int
		holds        func(f *forgery)
	}{
		{"what it says and who signs it", `"wrong-key", "expired"`, 3, func(f *forgery) {
			f.same(0)
			f.signs(jose.RS256, publicKey(f.T, keys.Forger().PublicPEM()), f.parts)
			if exp := tokenClaims(f.T, f.token)["exp"]; exp != 1577836800.0 {
				f.Errorf("exp is %v", exp)
			}
		}},
		{"no signature and no kid", `"missing-kid", "alg-none"`, 3, func(f *forgery) { f.header(`^\{"alg":"none"\}$`); f.signature(0) }},
		{"a missing kid wins over an unknown one", `"unknown-kid", "missing-kid"`, 3, func(f *forgery) { f.header(`^\{"alg":"RS256"\}$`) }},
		{"alg none wins over HS256 and a wrong key", `"wrong-key", "alg-hs256", "alg-none"`, 3, func(f *forgery) { f.header(`"alg":"none"`); f.signature(0) }},
		{"HS256 wins over a wrong key", `"wrong-key", "alg-hs256"`, 3, func(f *forgery) { f.header(`"alg":"HS256"`); f.signature(32) }},
		{"half of an HMAC", `"short-signature", "alg-hs256"`, 3, func(f *forgery) { f.signature(16) }},
		{"short and malformed", `"short-signature", "malformed-signature"`, 3, func(f *forgery) {
			if len(f.parts[2]) != 171 || f.parts[2][0] != '!' {
				f.Errorf("the signature is %s", f.parts[2])
			}
		}},
		{"nothing of none is malformed", `"alg-none", "malformed-signature", "short-signature"`, 3, func(f *forgery) { f.signature(0) }},
		{"an empty one wins over a malformed one", `"malformed-signature", "empty-signature"`, 3, func(f *forgery) { f.signature(0) }},
		{"a missing one wins over an empty one", `"empty-signature", "missing-signature"`, 2, func(f *forgery) { f.same(0, 1) }},
		{"garbage wins over all", `"garbage-jws", "missing-signature", "alg-none"`, 1, func(*forgery) {}},
		{"tampered with under another kid", `"unknown-kid", "tampered"`, 3, func(f *forgery) {
			f.oneByteChanged()
			f.signs(jose.RS256, f.published(), []string{f.parts[0], f.good[1], f.parts[2]})
		}},
		{"tampered with what other faults say", `"tampered", "wrong-issuer", "audience-array"`, 3, func(f *forgery) {
			f.same(0)
			claims := tokenClaims(f.T, f.token)
			if claims["iss"] != "https://id.uqudo.io.example" || len(claims["aud"].([]any)) != 1 {
				f.Errorf("iss %v aud %v", claims["iss"], claims["aud"])
			}
			if list := changes(tokenClaims(f.T, strings.Join(f.good, ".")), claims); len(list) != 4 { // iss, aud twice, and the byte
				f.Errorf("changed are %v", list)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.in(t)
			clean, spoilt := l.spoiled("enrollment", c.faults)
			token := spoilt.token(t)
			if _, err := strictly(token, l.published()); err == nil {
				t.Error("go-jose takes it")
			}
			c.holds(&forgery{t, l, token, parts(t, token, c.parts), parts(t, clean.token(t), 3)})
		})
	}
}

func TestAFaultSignsByTheKeyThatSignedTheResult(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t, 503, 503)
	l.webhook(h.URL)
	l.trigger("enrollment", `{"name": "expired", "on": [1, 3]}`)
	l.call("POST", "/keys/rotate", `{"retire": "now"}`).wants(201)
	l.advance(`{"to": "idle"}`)
	got := h.requests(t, 3)
	if got[0].body != got[2].body || got[0].body == got[1].body {
		t.Error("the third attempt is not the first one's, or the second one is")
	}
	for i, r := range got {
		if _, err := strictly(r.token(t), l.published()); !errors.Is(err, errUnknownKID) {
			t.Errorf("attempt %d: go-jose says %v, want it to be signed by the retired key", i+1, err)
		}
	}
}

func TestAFaultActsOnWhatWasSignedAgain(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.settings(`{"resign": true}`)
	h := newHook(t, 503)
	l.webhook(h.URL)
	l.trigger("enrollment", `"issued-in-future"`)
	l.call("POST", "/keys/rotate", `{"retire": "now"}`).wants(201)
	l.advance(`{"to": "idle"}`)
	got := h.requests(t, 2)
	if _, err := strictly(got[1].token(t), l.published()); err != nil {
		t.Errorf("go-jose says %v", err)
	}
	for i, r := range got {
		if iat := tokenClaims(t, r.token(t))["iat"].(float64); iat != float64(labStart.Unix()+int64(i)*300+600) {
			t.Errorf("iat of attempt %d is %v", i+1, iat)
		}
	}
}
