package uqudo_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
)

const jwks = "/uqudo/api/.well-known/jwks.json"

// A jwk has every member that a published key may have.
type jwk struct{ Kty, E, Use, Kid, Alg, N string }

// keySet fetches the published keys.
func (l lab) keySet() (keys []jwk) {
	l.Helper()
	var set struct{ Keys []json.RawMessage }
	l.ask("GET", jwks, "", nil).wants(200).into(&set)
	for _, raw := range set.Keys {
		var members map[string]string
		if err := json.Unmarshal(raw, &members); err != nil || len(members) != 6 {
			l.Errorf("a key is %s, want six strings: %v", raw, err)
		}
		k := jwk{members["kty"], members["e"], members["use"], members["kid"], members["alg"], members["n"]}
		if k.Kty != "RSA" || k.Use != "sig" || k.Alg != "RS256" || k.Kid == "" || k.public(l.T).N.BitLen() != 2048 {
			l.Errorf("a key is %s", raw)
		}
		keys = append(keys, k)
	}
	return keys
}

func (k jwk) public(t *testing.T) *rsa.PublicKey {
	t.Helper()
	n, err1 := base64.RawURLEncoding.DecodeString(k.N)
	e, err2 := base64.RawURLEncoding.DecodeString(k.E)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
}

func kids(keys []jwk) (kids []string) {
	for _, k := range keys {
		kids = append(kids, k.Kid)
	}
	return kids
}

// verified is the kid of the key that a token was signed with, and why it is
// not good by that key of the set.
func verified(t *testing.T, token string, set []jwk) (kid string, err error) {
	t.Helper()
	signed := token[:strings.LastIndex(token, ".")]
	var header struct{ KID string }
	text, err1 := base64.RawURLEncoding.DecodeString(token[:strings.Index(token, ".")])
	signature, err2 := base64.RawURLEncoding.DecodeString(token[len(signed)+1:])
	if err := errors.Join(err1, err2, json.Unmarshal(text, &header)); err != nil {
		t.Fatal(err)
	}
	i := slices.Index(kids(set), header.KID)
	if i < 0 {
		return header.KID, fmt.Errorf("the set has no kid %s", header.KID)
	}
	digest := sha256.Sum256([]byte(signed))
	return header.KID, rsa.VerifyPKCS1v15(set[i].public(t), crypto.SHA256, digest[:], signature)
}

func TestTheKeySetCanBeCached(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	get := l.ask("GET", jwks, "", nil).wants(200)
	tag := get.header.Get("ETag")
	if get.header.Get("Content-Type") != "application/json" || !strings.Contains(get.header.Get("Cache-Control"), "max-age=") || len(tag) < 10 || tag[0] != '"' {
		t.Errorf("the headers are %v", get.header)
	}
	head := l.ask("HEAD", jwks, "", nil).wants(200)
	if len(head.body) > 0 || head.header.Get("ETag") != tag || head.header.Get("Content-Length") != fmt.Sprint(len(get.body)) || head.header.Get("Content-Type") != "application/json" {
		t.Errorf("HEAD answers %v and %q", head.header, head.body)
	}
	for _, c := range []struct {
		name, match string
		status      int
	}{
		{"the same", tag, 304}, {"the same, weakly", "W/" + tag, 304}, {"one of several", `"x", ` + tag, 304}, {"any", "*", 304},
		{"another", `"x"`, 200}, {"one without quotes", strings.Trim(tag, `"`), 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := l.in(t).ask("GET", jwks, "", http.Header{"If-None-Match": {c.match}}).wants(c.status)
			if a.header.Get("ETag") != tag || a.header.Get("Cache-Control") == "" || c.status == 304 && len(a.body) > 0 {
				t.Errorf("answered %v and %q", a.header, a.body)
			}
		})
	}
	l.ask("POST", jwks, "{}", nil).wants(405)
	l.ask("GET", "/uqudo/.well-known/jwks.json", "", nil).wants(404)
	l.call("POST", "/keys/rotate", `{}`).wants(201)
	if again := l.ask("GET", jwks, "", http.Header{"If-None-Match": {tag}}).wants(200); again.header.Get("ETag") == tag {
		t.Error("another set has the same ETag")
	}
}

func TestKeysRotateOverlapAndRetire(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	signs := func() string {
		t.Helper()
		l.finish(`{"flow": "face"}`)
		got := h.got[len(h.got)-1].token(t)
		kid, err := verified(t, got, l.keySet())
		if err != nil {
			t.Errorf("what is signed now cannot be verified: %v", err)
		}
		return kid
	}
	states := func(want ...string) {
		t.Helper()
		var list struct {
			Keys []struct{ KID, Alg, State, CreatedAt string }
		}
		l.call("GET", "/keys", "").wants(200).into(&list)
		got := []string{}
		for _, k := range list.Keys {
			got = append(got, k.State)
		}
		if !slices.Equal(got, want) {
			t.Errorf("the keys are %v, want %v", got, want)
		}
	}
	rotate := func(body string) string {
		t.Helper()
		var k struct{ KID, State string }
		if l.call("POST", "/keys/rotate", body).wants(201).into(&k); k.State != "active" {
			t.Errorf("the new key is %s", k.State)
		}
		return k.KID
	}
	first := signs()
	old := h.got[0].token(t)
	second := rotate("")
	if got := kids(l.keySet()); !slices.Equal(got, []string{second, first}) {
		t.Errorf("published are %v, want both: %v", got, []string{second, first})
	}
	if got := signs(); got != second {
		t.Errorf("%s signs, want the new key %s", got, second)
	}
	if _, err := verified(t, old, l.keySet()); err != nil {
		t.Errorf("what was signed before cannot be verified: %v", err)
	}
	states("published", "active")
	l.call("POST", "/keys/"+second+"/retire", "").refused(409)
	l.call("POST", "/keys/nobody/retire", "").refused(404)
	l.call("POST", "/keys/"+first+"/retire", "").wants(200)
	states("retired", "active")
	if _, err := verified(t, old, l.keySet()); err == nil {
		t.Error("a retired key is still published")
	}

	third := rotate(`{"retire": "now"}`)
	if got := kids(l.keySet()); !slices.Equal(got, []string{third}) {
		t.Errorf("published are %v, want the new one alone", got)
	}
	fourth := rotate(`{"retire": "1h", "alg": "RS256"}`)
	l.advance(`{"by": "59m59s"}`)
	if got := kids(l.keySet()); !slices.Equal(got, []string{fourth, third}) {
		t.Errorf("published are %v before the hour has passed, want both", got)
	}
	l.advance(`{"by": "1s"}`)
	if got := kids(l.keySet()); !slices.Equal(got, []string{fourth}) {
		t.Errorf("published are %v after the hour, want the new one alone", got)
	}
	for _, body := range []string{`{"retire": "soon"}`, `{"retire": "-1h"}`} {
		l.call("POST", "/keys/rotate", body).refused(422, "body.retire")
	}
	l.call("POST", "/keys/rotate", `{"alg": "none"}`).refused(422, "body.alg")
	states("retired", "retired", "retired", "active")

	l.call("POST", "/reset", "").wants(200)
	if got := kids(l.keySet()); !slices.Equal(got, []string{fourth}) {
		t.Errorf("published are %v after a reset, want what was there", got)
	}
	l.call("POST", "/reset", `{"all": true}`).wants(200)
	if got := kids(l.keySet()); !slices.Equal(got, []string{first}) {
		t.Errorf("published are %v after a reset of all, want the one from the start", got)
	}
}

func TestPublicKeysAreExportedAsPEMAndJWK(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	l.finish(`{"flow": "face"}`)
	token := h.got[0].token(t)
	published := l.keySet()[0]
	l.call("POST", "/keys/rotate", `{"retire": "now"}`).wants(201) // a retired key is exported too
	var exported jwk
	if l.call("GET", "/keys/"+published.Kid+"/public.jwk", "").wants(200).into(&exported); exported != published {
		t.Errorf("the JWK is %v, want %v", exported, published)
	}
	block, _ := pem.Decode(l.call("GET", "/keys/"+published.Kid+"/public.pem", "").wants(200).body)
	if block == nil || block.Type != "PUBLIC KEY" {
		t.Fatal("no PEM block")
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if key, ok := public.(*rsa.PublicKey); err != nil || !ok || !key.Equal(published.public(t)) {
		t.Errorf("the PEM holds %v: %v", public, err)
	}
	if _, err := verified(t, token, []jwk{exported}); err != nil {
		t.Errorf("by the exported key: %v", err)
	}
	l.call("GET", "/keys/nobody/public.pem", "").refused(404)
	l.call("GET", "/keys/nobody/public.jwk", "").refused(404)
}
