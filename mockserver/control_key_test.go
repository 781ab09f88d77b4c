package mockserver_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"kycmock/mockserver"
	"kycmock/mockserver/uqudo"
)

// key is one of the mock's, as the control API shows it.
type key struct {
	KID, Alg, State string
	CreatedAt       time.Time
	Withheld        bool
}

func (a api) keys() []key {
	a.t.Helper()
	var body struct{ Keys []key }
	a.call("GET", "/_mock/v1/keys", "").want(200).into(&body)
	return body.Keys
}

// published lists the kids of the JWKS that receivers fetch.
func (a api) published() []string {
	a.t.Helper()
	var set jose.JSONWebKeySet
	a.call("GET", uqudo.JWKSPath, "").want(200).into(&set)
	kids := []string{}
	for _, k := range set.Keys {
		kids = append(kids, k.KeyID)
	}
	slices.Sort(kids)
	return kids
}

func sorted(words ...string) []string { return slices.Sorted(slices.Values(words)) }

func TestAKeyIsRotatedAndRetired(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	first := a.keys()
	if len(first) != 1 || first[0].State != "active" || first[0].Alg != "RS256" || !first[0].CreatedAt.Equal(start) {
		t.Fatalf("the keys are %+v", first)
	}
	old := first[0].KID
	if p := a.call("POST", "/_mock/v1/keys/"+old+"/retire", "").problem(409); !strings.Contains(p.Detail, old) {
		t.Errorf("the problem says %q", p.Detail)
	}
	a.advance(`{"by": "1h"}`)
	var second key
	a.call("POST", "/_mock/v1/keys/rotate", `{"alg": "RS256", "retire": "30m"}`).want(201).into(&second)
	if second.KID == old || second.State != "active" || !second.CreatedAt.Equal(start.Add(time.Hour)) {
		t.Errorf("the new key is %+v", second)
	}
	if got := a.published(); !slices.Equal(got, sorted(old, second.KID)) {
		t.Errorf("published are %v, want both", got)
	}
	a.advance(`{"by": "29m59s"}`)
	if got := a.published(); len(got) != 2 {
		t.Errorf("a second too early %v are published", got)
	}
	a.advance(`{"by": "1s"}`)
	if got := a.published(); !slices.Equal(got, []string{second.KID}) {
		t.Errorf("published are %v, want the active one", got)
	}

	var third key
	a.call("POST", "/_mock/v1/keys/rotate", `{"retire": "now"}`).want(201).into(&third)
	if got := a.published(); !slices.Equal(got, []string{third.KID}) {
		t.Errorf("published are %v, want the active one", got)
	}
	a.call("POST", "/_mock/v1/keys/rotate", `{"retire": "never"}`).want(201)
	var retired key
	a.call("POST", "/_mock/v1/keys/"+third.KID+"/retire", "").want(200).into(&retired)
	if retired.KID != third.KID || retired.State != "retired" || slices.Contains(a.published(), third.KID) {
		t.Errorf("the retired key is %+v", retired)
	}
	if page := a.journal("limit=1000"); strings.Contains(string(page.Entries[0].Data), "PRIVATE") || len(page.Entries) < 5 {
		t.Errorf("the journal has %d entries about keys", len(page.Entries))
	}
}

func TestAKeySignsBeforeItIsPublished(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	old := a.keys()[0].KID
	var first, second, shown key
	a.call("POST", "/_mock/v1/keys/rotate", `{"publish": "later"}`).want(201).into(&first)
	if first.State != "active" || !first.Withheld {
		t.Errorf("the new key is %+v", first)
	}
	if got := a.published(); !slices.Equal(got, []string{old}) {
		t.Errorf("published are %v, want the old one", got)
	}
	for range 2 { // publishing again changes nothing
		a.call("POST", "/_mock/v1/keys/publish", "").want(200).into(&shown)
		if shown.KID != first.KID || shown.Withheld {
			t.Errorf("published was %+v", shown)
		}
		if got := a.published(); !slices.Equal(got, sorted(old, first.KID)) {
			t.Errorf("published are %v, want both", got)
		}
	}

	// One that was withheld and signs no more stays withheld, and can be retired.
	a.call("POST", "/_mock/v1/keys/rotate", `{"publish": "later", "retire": "10m"}`).want(201).into(&second)
	a.call("POST", "/_mock/v1/keys/rotate", `{"publish": "now"}`).want(201)
	if got := a.published(); slices.Contains(got, second.KID) || len(got) != 3 {
		t.Errorf("published are %v, want all but %s", got, second.KID)
	}
	if list := a.keys(); !list[2].Withheld || list[3].Withheld {
		t.Errorf("the keys are %+v", list)
	}
	a.advance(`{"by": "10m"}`)
	if slices.Contains(a.published(), first.KID) {
		t.Error("the key before it was not retired")
	}
	a.call("POST", "/_mock/v1/keys/"+second.KID+"/retire", "").want(200).into(&shown)
	if shown.State != "retired" || shown.Withheld {
		t.Errorf("retired it is %+v", shown)
	}

	a.call("POST", "/_mock/v1/keys/rotate", `{"publish": "later"}`).want(201)
	a.call("POST", "/_mock/v1/reset", `{"all": true}`).want(200)
	if list := a.keys(); len(list) != 1 || list[0].KID != old || list[0].Withheld || !slices.Equal(a.published(), []string{old}) {
		t.Errorf("after a reset the keys are %+v", list)
	}
}

func TestAKeyIsShownAsPEMAndAsJWK(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	path := "/_mock/v1/keys/" + a.keys()[0].KID
	asPEM := a.call("GET", path+"/public.pem", "").want(200)
	block, rest := pem.Decode(asPEM.body)
	if block == nil || len(bytes.TrimSpace(rest)) > 0 {
		t.Fatalf("not one PEM block: %s", asPEM.body)
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	asJWK := a.call("GET", path+"/public.jwk", "").want(200)
	var jwk jose.JSONWebKey
	asJWK.into(&jwk)
	if !public.(*rsa.PublicKey).Equal(jwk.Key) || jwk.KeyID != a.keys()[0].KID || !jwk.IsPublic() {
		t.Errorf("the two are not one public key: %s", asJWK.body)
	}
	if got := asPEM.header.Get("Content-Type"); got != "application/x-pem-file" {
		t.Errorf("Content-Type of the PEM is %q", got)
	}
	if got := asJWK.header.Get("Content-Type"); got != "application/jwk+json" {
		t.Errorf("Content-Type of the JWK is %q", got)
	}
}

func TestWhatNoKeyCanDoIsRefused(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	for _, c := range []struct{ method, path string }{
		{"POST", "/none/retire"}, {"GET", "/none/public.pem"}, {"GET", "/none/public.jwk"},
	} {
		if p := a.call(c.method, "/_mock/v1/keys"+c.path, "").problem(404); !strings.Contains(p.Detail, "none") {
			t.Errorf("%s: the problem says %q", c.path, p.Detail)
		}
	}
	for body, want := range map[string][]string{
		`{"retire": "soon"}`:                          {"body.retire"},
		`{"retire": "-1h"}`:                           {"body.retire"},
		`{"retire": 5}`:                               {"body.retire"},
		`{"alg": "ES256"}`:                            {"body.alg"},
		`{"publish": "soon", "retire": "soon"}`:       {"body.publish", "body.retire"},
		`{"alg": "none", "retire": "x", "expiry": 1}`: {"body.alg", "body.expiry", "body.retire"},
	} {
		got := a.call("POST", "/_mock/v1/keys/rotate", body).problem(422).locations()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: found something at %v, want %v", body, got, want)
		}
	}
	if keys := a.keys(); len(keys) != 1 {
		t.Errorf("what was refused left %+v", keys)
	}
}
