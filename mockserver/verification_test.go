package mockserver_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
)

// verification is what a receiver finds out, as the control API shows it.
type verification struct {
	Authentic, InOrder bool
	Findings           []struct{ Code, Message string }
	Notes              []string
	Header, Claims     map[string]any
	Signature          *provider.Signature
}

func (v verification) has(code string) bool {
	return slices.ContainsFunc(v.Findings, func(f struct{ Code, Message string }) bool { return f.Code == code })
}

func (a api) verification(id string, n int) (v verification) {
	a.t.Helper()
	a.call("GET", fmt.Sprintf("/_mock/v1/deliveries/%s/attempts/%d/verification", id, n), "").want(200).into(&v)
	if v.Findings == nil || v.Notes == nil {
		a.t.Error("findings or notes are null")
	}
	return v
}

// attempted has something happen and returns the delivery whose first attempt
// was made.
func (a api) attempted(trigger string) string {
	a.t.Helper()
	id := a.trigger(trigger)[0]
	a.advance(`{"by": "0s"}`)
	return id
}

func events(vendor string) []string {
	return map[string][]string{
		uqudo.Name: {"enrollment", "reading", "lookup", "face"},
		uip.Name:   {uip.EventIdentify, uip.EventSign, uip.EventMessage, uip.EventTest},
	}[vendor]
}

func TestWhatAVendorSendsIsAuthentic(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listening(newHook(t, slices.Repeat([]int{503}, 100)...).URL)
	for _, vendor := range []string{uqudo.Name, uip.Name} {
		for _, event := range events(vendor) {
			t.Run(vendor+" "+event, func(t *testing.T) {
				a := api{t, a.base}
				id := a.attempted(fmt.Sprintf(`{"provider": %q, "event": %q}`, vendor, event))
				if event != uip.EventTest {
					a.advance(`{"by": "6m"}`)
				}
				r := a.delivery(id)
				for _, attempt := range r.Attempts {
					v := a.verification(id, attempt.N)
					if !v.Authentic || !v.InOrder || len(v.Findings) > 0 {
						t.Errorf("attempt %d is %+v", attempt.N, v)
					}
					if vendor == uqudo.Name {
						sound(t, v, attempt.Request.Body)
					} else {
						keyed(t, v, attempt.Request.Body, attempt.Request.Headers["X-UIP-Signature"][0]) //nolint:staticcheck // it is sent in this case
					}
				}
				if len(r.Attempts) < 2 && event != uip.EventTest {
					t.Errorf("%d attempts were looked at", len(r.Attempts))
				}
			})
		}
	}
}

// sound wants the header and the claims of a token.
func sound(t *testing.T, v verification, body string) {
	t.Helper()
	if v.Header["alg"] != "RS256" || v.Claims["jti"] != told(t, body)["jti"] || v.Signature != nil {
		t.Errorf("taken apart it is %v, %v, %+v", v.Header, v.Claims, v.Signature)
	}
}

// keyed wants the HMAC of a body and all that it takes to compute it but the
// secret.
func keyed(t *testing.T, v verification, body, signature string) {
	t.Helper()
	const secret = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	want := hex.EncodeToString(mac.Sum(nil))
	s := v.Signature
	if s == nil || s.Given != signature || s.Expected != want || s.Signed != body || s.SignedBase64 != "" || s.Header != "X-UIP-Signature" || s.Algorithm == "" || v.Claims != nil {
		t.Errorf("the signature is %+v, want %s of %s", s, want, body)
	}
	if strings.Contains(fmt.Sprint(v, *s), secret) {
		t.Error("it repeats the secret")
	}
}

// stillProven are faults of the signature that leave it a good one, written in
// another way.
var stillProven = []string{fault.UppercaseSig, fault.PrefixedSig}

func TestNoFaultOfTheSignatureGoesUnnoticed(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	a := apiOf(t, mock)
	a.listening(newHook(t).URL)
	seen := 0
	for _, profile := range mock.Providers() {
		for _, name := range profile.Faults {
			if spec, _ := fault.Find(name); spec.Stage != fault.Signature {
				continue
			}
			seen++
			t.Run(profile.Name+" "+name, func(t *testing.T) {
				a := api{t, a.base}
				v := a.verification(a.attempted(fmt.Sprintf(`{"provider": %q, "event": %q, "faults": [%q]}`, profile.Name, events(profile.Name)[0], name)), 1)
				if proven := slices.Contains(stillProven, name); v.Authentic != proven || v.InOrder || len(v.Findings) == 0 {
					t.Errorf("authentic %t, in order %t, %+v", v.Authentic, v.InOrder, v.Findings)
				}
			})
		}
	}
	if seen < 15 {
		t.Errorf("only %d faults were looked at", seen)
	}
}

func TestAVerificationSaysWhatIsWrong(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listening(newHook(t).URL)
	for _, c := range []struct {
		name, trigger   string
		authentic       bool
		code, says, not string
	}{
		{"an HMAC by the public key", `"uqudo", "event": "face", "faults": ["alg-hs256"]`, false, "signature-confused", "this was forged", ""},
		{"a key of nobody's", `"uqudo", "event": "face", "faults": ["wrong-key"]`, false, "signature-other-key", "the forger's key", ""},
		{"another account's", `"uqudo", "event": "face", "faults": ["wrong-audience"]`, true, "aud-wrong", "another account", ""},
		{"an expired one", `"uqudo", "event": "face", "faults": ["expired"]`, true, "exp-passed", "has expired", ""},
		{"another serialisation", `"uip", "event": "sign", "faults": ["reserialised"]`, false, "signature-wrong", "another body", ""},
		{"no header", `"uip", "event": "sign", "faults": ["missing-signature"]`, false, "signature-empty", "there is no header X-UIP-Signature", ""},
		{"an empty header", `"uip", "event": "sign", "faults": ["empty-signature"]`, false, "signature-empty", "", "there is no header"},
		{"no body", `"uip", "event": "sign", "faults": ["empty-body"]`, true, "body-not-object", "", ""},
		{"the deprecated format", `"uqudo", "event": "face", "faults": ["legacy-format"]`, true, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := api{t, a.base}
			v := a.verification(a.attempted(`{"provider": `+c.trigger+`}`), 1)
			text := fmt.Sprint(v.Findings, v.Notes)
			if v.Authentic != c.authentic || c.code != "" && !v.has(c.code) || v.InOrder != (c.code == "") {
				t.Errorf("authentic %t, in order %t, %s; want %s", v.Authentic, v.InOrder, text, c.code)
			}
			if !strings.Contains(text, c.says) || c.not != "" && strings.Contains(text, c.not) {
				t.Errorf("it says %s, want %q in it and not %q", text, c.says, c.not)
			}
		})
	}
}

func TestAVerificationIsByTheKeysOfNow(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listen(newHook(t).URL)
	const face = `{"provider": "uqudo", "event": "face"}`
	old := a.attempted(face)
	a.call("POST", "/_mock/v1/keys/rotate", `{}`).want(201)
	if v := a.verification(old, 1); !v.InOrder {
		t.Errorf("after a rotation it is %+v", v.Findings)
	}
	a.call("POST", "/_mock/v1/keys/rotate", `{"retire": "now"}`).want(201)
	a.call("POST", "/_mock/v1/keys/"+a.verification(old, 1).Header["kid"].(string)+"/retire", "").want(200)
	v := a.verification(old, 1)
	if v.Authentic || !v.has("kid-unknown") || !v.has("kid-withdrawn") || !strings.Contains(fmt.Sprint(v.Findings), "a key that the mock has retired") {
		t.Errorf("after its key was retired it is %t, %+v", v.Authentic, v.Findings)
	}
	a.call("POST", "/_mock/v1/faults/armed", `{"match": {"provider": "uqudo"}, "fault": "jwks-empty", "times": 0}`).want(201)
	if v := a.verification(a.attempted(face), 1); !v.InOrder {
		t.Errorf("a fault of the JWKS makes it %+v", v.Findings)
	}
	a.call("POST", "/_mock/v1/keys/rotate", `{"retire": "now", "publish": "later"}`).want(201)
	if v := a.verification(a.attempted(face), 1); v.Authentic || !v.has("kid-unknown") || !strings.Contains(fmt.Sprint(v.Findings), "has not published yet") {
		t.Errorf("of a key that is in no JWKS yet it is %t, %+v", v.Authentic, v.Findings)
	}
}

func TestAVerificationIsByTheSecretOfNow(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	h := newHook(t, 503, 503) // the first retry comes at once
	a.listening(h.URL)
	id := a.attempted(`{"provider": "uip", "event": "sign"}`)
	rotate := func() string {
		var rotated struct{ Secret string }
		a.call("POST", "/_mock/v1/uip/businesses/default/webhook/rotate-secret", "").want(200).into(&rotated)
		return rotated.Secret
	}
	secret := rotate()
	a.advance(`{"to": "idle"}`)
	before, after := a.verification(id, 1), a.verification(id, 3)
	if before.Authentic || !before.has("secret-other") || !strings.Contains(fmt.Sprint(before.Findings), "one that the webhook had before") {
		t.Errorf("of the old secret it is %t, %+v", before.Authentic, before.Findings)
	}
	if before.Signature.Given == before.Signature.Expected {
		t.Error("the old signature is expected")
	}
	if !after.InOrder {
		t.Errorf("of the new secret it is %+v", after.Findings)
	}
	for range 3 {
		rotate()
	}
	a.call("PUT", "/_mock/v1/uip/businesses/default/webhook", `{"url": "`+h.URL+`", "secret": "`+secret+`"}`).want(200)
	if before, after := a.verification(id, 1), a.verification(id, 3); !before.has("secret-other") || !after.InOrder {
		t.Errorf("later they are %+v and %+v", before.Findings, after.Findings)
	}
	if text := string(a.call("GET", "/_mock/v1/journal", "").want(200).body); strings.Contains(text, secret) || strings.Contains(text, "3f2504e0-4f89") {
		t.Error("the journal shows a secret")
	}
}

func TestABodyThatIsNoUTF8IsVerified(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listening(newHook(t).URL)
	id := a.attempted(`{"provider": "uip", "event": "identify", "faults": ["invalid-utf8"]}`)
	var r struct {
		Attempts []struct{ Request struct{ BodyBase64 string } }
	}
	a.call("GET", "/_mock/v1/deliveries/"+id, "").into(&r)
	v := a.verification(id, 1)
	if sent := r.Attempts[0].Request.BodyBase64; sent == "" || v.Signature.SignedBase64 != sent || v.Signature.Signed != "" {
		t.Errorf("signed is %q, sent was %q", v.Signature.SignedBase64, sent)
	}
	if !v.Authentic || v.Signature.Given != v.Signature.Expected {
		t.Errorf("it is %+v, %+v", v, v.Signature)
	}
	if raw, err := base64.StdEncoding.DecodeString(v.Signature.SignedBase64); err != nil || len(raw) == 0 {
		t.Errorf("signed is %q: %v", raw, err)
	}
}

func TestThereIsNoVerificationOfWhatWasNotSent(t *testing.T) {
	mock, _ := withToy(t, mockserver.Config{})
	a := apiOf(t, mock)
	a.listening(newHook(t).URL)
	id := a.attempted(`{"provider": "uip", "event": "sign"}`)
	large := a.attempted(`{"provider": "uip", "event": "sign", "faults": [{"name": "large", "params": {"bytes": "9MiB"}}]}`)
	for _, c := range []struct {
		name, path string
		status     int
		says       string
	}{
		{"an attempt that was not made", id + "/attempts/2", 404, "has no attempt 2, only 1 attempt"},
		{"an attempt before the first", id + "/attempts/0", 404, "has no attempt 0"},
		{"an unknown delivery", "dlv_nobody/attempts/1", 404, "dlv_nobody"},
		{"an attempt without a number", id + "/attempts/first", 422, "breaks a rule"},
		{"a vendor without signatures", a.attempted(squeak) + "/attempts/1", 404, "does not know how toy's webhooks are verified"},
		{"a body that is too large", large + "/attempts/1", 413, "at most 8388608"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if p := (api{t, a.base}).call("GET", "/_mock/v1/deliveries/"+c.path+"/verification", "").problem(c.status); !strings.Contains(p.Detail, c.says) {
				t.Errorf("the problem says %q, want %q in it", p.Detail, c.says)
			}
		})
	}
}
