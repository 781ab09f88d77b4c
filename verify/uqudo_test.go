package verify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/keys"
	"kycmock/verify"
)

const client = "0b6f3a52-9d1c-4c8e-9a77-51f2c0de1a01"

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// claims is a good payload with members set, or taken out by a nil.
func claims(set map[string]any) string {
	all := map[string]any{
		"aud": client, "iss": "https://id.uqudo.io", "jti": "5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a10",
		"iat": noon.Unix() - 60, "exp": noon.Unix() + 7200, "data": map[string]any{"documents": []any{}},
	}
	for name, value := range set {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func token(t *testing.T, by keys.Pair, payload string) string {
	t.Helper()
	text, err := by.Sign([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// under is a token whose header is not the signer's own.
func under(t *testing.T, header string, sign func([]byte) ([]byte, error)) string {
	t.Helper()
	text, err := keys.Compose([]byte(header), []byte(claims(nil)), sign)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func derived(t *testing.T, seed uint64) keys.Pair {
	t.Helper()
	p, err := keys.Derive(seed)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func set(t *testing.T, pairs ...keys.Pair) verify.Set {
	t.Helper()
	var list []string
	for _, p := range pairs {
		list = append(list, string(p.PublicJWK()))
	}
	s, err := verify.ReadSet([]byte(`{"keys":[` + strings.Join(list, ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func other(t *testing.T, p keys.Pair, what string) verify.Other {
	t.Helper()
	o, err := verify.ReadOther(p.PublicJWK(), what)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAResultOfUqudosIsInOrder(t *testing.T) {
	good := token(t, keys.Default(), claims(nil))
	for name, body := range map[string]string{
		"in JSON": `{"jwsResult":"` + good + `"}`, "with more members": `{"more": 1, "jwsResult": "` + good + `"}`,
		"alone": good, "with a newline": good + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := verify.Uqudo{Body: []byte(body), Keys: set(t, keys.Default()), Audience: client, At: noon}.Verify()
			wants(t, r, true, []string{})
			if r.Claims["aud"] != client || r.Header["kid"] != keys.Default().KID() {
				t.Errorf("it says %v and %v", r.Header, r.Claims)
			}
			if !slices.Contains(r.Notes, "it expires in 2h, at 2026-11-22T14:00:00Z") {
				t.Errorf("the notes are %q", r.Notes)
			}
		})
	}
}

func TestWhatIsWrongWithClaimsIsSaidAtOnce(t *testing.T) {
	for _, c := range []struct {
		name  string
		set   map[string]any
		codes []string
		says  string
	}{
		{"expired", map[string]any{"exp": noon.Unix() - 90}, []string{"exp-before-iat"}, "exp is not after iat"},
		{"expired since", map[string]any{"iat": noon.Unix() - 7290, "exp": noon.Unix() - 90}, []string{"exp-passed"}, "has expired 1m30s ago, at 2026-11-22T11:58:30Z; it is 2026-11-22T12:00:00Z"},
		{"expired at this moment", map[string]any{"exp": noon.Unix()}, []string{"exp-passed"}, "has just expired, at 2026-11-22T12:00:00Z"},
		{"expired less than a second ago", map[string]any{"exp": float64(noon.Unix()) - .5}, []string{"exp-passed"}, "has just expired, at 2026-11-22T11:59:59Z"},
		{"expired a second ago", map[string]any{"exp": noon.Unix() - 1}, []string{"exp-passed"}, "has expired 1s ago, at 2026-11-22T11:59:59Z; it is 2026-11-22T12:00:00Z"},
		{"expired the day before", map[string]any{"iat": noon.Unix() - 1e6, "exp": noon.Unix() - 47*3600}, []string{"exp-passed"}, "has expired 47h ago"},
		{"expired long ago", map[string]any{"iat": 1577829600, "exp": 1577836800}, []string{"exp-passed"}, "has expired 2517 days ago, at 2020-01-01T00:00:00Z"},
		{"from the future", map[string]any{"iat": noon.Unix() + 3600}, []string{"iat-future"}, "iat is 1h in the future"},
		{"in milliseconds", map[string]any{"iat": noon.UnixMilli(), "exp": noon.UnixMilli()}, []string{"iat-unit", "exp-unit"}, "looks like milliseconds"},
		{"times as text", map[string]any{"iat": "today", "exp": nil}, []string{"iat-missing", "exp-missing"}, `iat is "today", want a number`},
		{"of another issuer", map[string]any{"iss": "https://id.uqudo.io/api"}, []string{"iss-wrong"}, `iss is "https://id.uqudo.io/api", want "https://id.uqudo.io"`},
		{"for another account", map[string]any{"aud": "acme"}, []string{"aud-wrong"}, `aud is "acme", want "` + client},
		{"of an issuer that would turn words around", map[string]any{"iss": "https://evil.example/\u202e\u200b\U000e0001é علي"}, []string{"iss-wrong"},
			`iss is "https://evil.example/\u202e\u200b\U000e0001é علي", want "https://id.uqudo.io"`},
		{"for several", map[string]any{"aud": []string{client, "acme"}}, []string{"aud-list"}, "aud is an array"},
		{"for nobody", map[string]any{"aud": nil}, []string{"aud-missing"}, "aud is missing"},
		{"without anything", map[string]any{"aud": nil, "iss": nil, "jti": nil, "iat": nil, "exp": nil, "data": nil},
			[]string{"iss-wrong", "aud-missing", "jti-missing", "data-missing", "iat-missing", "exp-missing"}, "jti is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := verify.Uqudo{Body: []byte(token(t, keys.Default(), claims(c.set))), Keys: set(t, keys.Default()), Audience: client, At: noon}.Verify()
			wants(t, r, true, c.codes, c.says)
		})
	}
	r := verify.Uqudo{Body: []byte(token(t, keys.Default(), claims(nil))), Keys: set(t, keys.Default()), At: noon}.Verify()
	wants(t, r, true, []string{})
	if !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, "not compared") }) {
		t.Errorf("without an audience, the notes are %q", r.Notes)
	}
}

func TestTheTimeThatIsLeftIsSaidInWords(t *testing.T) {
	for _, c := range []struct {
		exp  float64
		want string
	}{
		{float64(noon.Unix()) + .25, "it expires in less than a second, at 2026-11-22T12:00:00Z"},
		{float64(noon.Unix()) + 1, "it expires in 1s, at 2026-11-22T12:00:01Z"},
		{float64(noon.Unix()) + 7197, "it expires in 1h59m57s, at 2026-11-22T13:59:57Z"},
		{float64(noon.Unix()) + 49*3600, "it expires in 2 days, at 2026-11-24T13:00:00Z"},
	} {
		t.Run(c.want, func(t *testing.T) {
			r := verify.Uqudo{Body: []byte(token(t, keys.Default(), claims(map[string]any{"exp": c.exp}))), Keys: set(t, keys.Default()), Audience: client, At: noon}.Verify()
			wants(t, r, true, []string{})
			if !slices.Contains(r.Notes, c.want) {
				t.Errorf("the notes are %q", r.Notes)
			}
		})
	}
}

func TestForgedHeadersAreNamed(t *testing.T) {
	p := keys.Default()
	kid := p.KID()
	header := func(alg, more string) string { return fmt.Sprintf(`{"kid":%q,"alg":%q%s}`, kid, alg, more) }
	byDER := func(input []byte) ([]byte, error) {
		block := strings.TrimSpace(string(p.PublicPEM()))
		lines := strings.Split(block, "\n")
		der, err := base64.StdEncoding.DecodeString(strings.Join(lines[1:len(lines)-1], ""))
		m := hmac.New(sha256.New, der)
		m.Write(input)
		return m.Sum(nil), err
	}
	for _, c := range []struct {
		name, header string
		sign         func([]byte) ([]byte, error)
		codes        []string
		says         string
	}{
		{"none", header("none", ""), keys.Unsigned, []string{"signature-empty", "alg-none"}, "not signed"},
		{"None", header("None", ""), keys.Unsigned, []string{"signature-empty", "alg-none"}, `alg "None"`},
		{"HS256 with the PEM", header("HS256", ""), p.ConfusedSignature, []string{"alg-symmetric", "signature-confused"}, "keyed with the public key " + kid},
		{"HS256 with the DER", header("HS256", ""), byDER, []string{"alg-symmetric", "signature-confused"}, "an attacker's trick"},
		{"HS256 with another secret", header("HS256", ""), func(in []byte) ([]byte, error) { return mac(sha256.New, secret, string(in)), nil }, []string{"alg-symmetric", "signature-length"}, ""},
		{"RS512 over an RS256 signature", header("RS512", ""), p.Signature, []string{"alg-other"}, `the header says "RS512", want RS256`},
		{"no alg", `{"kid":"` + kid + `"}`, p.Signature, []string{"alg-missing"}, "no alg"},
		{"no kid", `{"alg":"RS256"}`, p.Signature, []string{"kid-missing", "signature-other-key"}, "made by the key " + kid},
		{"a key of its own", header("RS256", `,"jwk":`+string(p.PublicJWK())), p.Signature, []string{"header-key"}, "brings a key along by jwk"},
		{"an extension", header("RS256", `,"crit":["b64"]`), p.Signature, []string{"header-crit"}, "crit"},
		{"no object", `[1]`, p.Signature, []string{"header-not-object"}, "not a JSON object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := verify.Uqudo{Body: []byte(under(t, c.header, c.sign)), Keys: set(t, p), Audience: client, At: noon}.Verify()
			wants(t, r, slices.Equal(c.codes, []string{"header-key"}), c.codes, c.says)
		})
	}
}

func TestWhoMadeASignatureIsFound(t *testing.T) {
	one, two, retired := keys.Default(), derived(t, 1), derived(t, 2)
	known := []verify.Other{other(t, retired, "a key that the mock has retired"), other(t, keys.Forger(), "the forger's key")}
	good := token(t, one, claims(nil))
	parts := strings.Split(good, ".")
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	var pretty strings.Builder
	pretty.WriteString(strings.ReplaceAll(claims(nil), `,"`, ",\n\""))
	for _, c := range []struct {
		name, token string
		codes       []string
		says        string
	}{
		{"an unknown key", token(t, derived(t, 3), claims(nil)), []string{"kid-unknown", "signature-unknown"}, "is not in the key set, which has " + one.KID() + ", " + two.KID()},
		{"a retired key", token(t, retired, claims(nil)), []string{"kid-unknown", "kid-withdrawn"}, "is that of a key that the mock has retired"},
		{"the forger under a kid of the set", token(t, keys.Forger().Named(one.KID()), claims(nil)), []string{"signature-other-key"}, "made by the forger's key, and not by the key that the kid names"},
		{"another key of the set", token(t, two.Named(one.KID()), claims(nil)), []string{"signature-other-key"}, "made by the key " + two.KID() + " of the set"},
		{"the payload changed", parts[0] + "." + encode(claims(map[string]any{"jti": "another"})) + "." + parts[2], []string{"signature-changed"}, "made this signature, but of something else: the header or the payload was changed"},
		{"the payload written again", parts[0] + "." + encode(pretty.String()) + "." + parts[2], []string{"signature-changed"}, "the same JSON without spaces"},
		{"the header changed", encode(`{"alg":"RS256","kid":"`+one.KID()+`"}`) + "." + parts[1] + "." + parts[2], []string{"signature-changed"}, "its header was changed"},
		{"the kid changed", encode(`{"kid":"`+two.KID()+`","alg":"RS256"}`) + "." + parts[1] + "." + parts[2], []string{"signature-other-key", "signature-changed"}, "its header was changed"},
		{"rubbish", parts[0] + "." + parts[1] + "." + encode(strings.Repeat("x", 256)), []string{"signature-unknown"}, "by none of the keys"},
		{"cut off", good[:len(good)-42], []string{"signature-length"}, "has 225 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := verify.Uqudo{Body: []byte(c.token), Keys: set(t, one, two), Audience: client, At: noon, Others: known}.Verify()
			wants(t, r, false, c.codes, c.says)
		})
	}
}

func TestABodyWithoutATokenIsExplained(t *testing.T) {
	good := token(t, keys.Default(), claims(nil))
	parts := strings.Split(good, ".")
	inAlphabet := strings.NewReplacer("-", "+", "_", "/").Replace(good)
	for _, c := range []struct {
		name, body string
		codes      []string
		says       string
	}{
		{"nothing", " \n", []string{"body-empty"}, ""},
		{"another object", `{"jws":"x","b":1}`, []string{"body-no-token"}, "it has b, jws"},
		{"a token that is no text", `{"jwsResult":{"a":1}}`, []string{"body-no-token"}, `jwsResult is {"a":1}, want a string`},
		{"the claims", claims(nil), []string{"body-payload"}, "without the token"},
		{"an event of UIP's", event, []string{"body-uip"}, "kycmock verify uip"},
		{"the JSON serialization", `{"payload":"","signatures":[]}`, []string{"body-serialization"}, "compact"},
		{"broken JSON", `{"jwsResult":`, []string{"body-not-json"}, "cannot be read as JSON"},
		{"one part", parts[0], []string{"token-parts"}, "has 1 part between"},
		{"two parts", parts[0] + "." + parts[1], []string{"token-parts"}, "has 2 parts"},
		{"five parts", "a.b.c.d.e", []string{"token-encrypted"}, "encrypted"},
		{"no token at all", "hello!", []string{"token-parts", "token-base64"}, `'!' at 6`},
	} {
		t.Run(c.name, func(t *testing.T) {
			wants(t, verify.Uqudo{Body: []byte(c.body), Keys: set(t, keys.Default()), Audience: client, At: noon}.Verify(), false, c.codes, c.says)
		})
	}
	for _, c := range []struct {
		name, body string
		authentic  bool
		code       string
	}{
		{"in quotes", `"` + good + `"`, true, "token-quoted"},
		{"after Bearer", "Bearer " + good, true, "token-bearer"},
		{"wrapped", good[:100] + "\n" + good[100:], true, "token-space"},
		{"in a form", "jwsResult=" + good, true, "body-form"},
		{"padded", good + "==", false, "token-padded"},
		{"in base64", inAlphabet, false, "token-base64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := verify.Uqudo{Body: []byte(c.body), Keys: set(t, keys.Default()), Audience: client, At: noon}.Verify()
			if r.Authentic != c.authentic || !slices.Contains(codes(r), c.code) || len(slices.Compact(codes(r))) != 1 {
				t.Errorf("authentic %v, %+v; want %s", r.Authentic, r.Findings, c.code)
			}
		})
	}
}

func TestAKeySetThatCannotBeUsedIsRefused(t *testing.T) {
	for _, c := range []struct{ name, text, says string }{
		{"nothing", "", "it is empty"},
		{"a page", "<!doctype html>", "a web page"},
		{"PEM", string(keys.Default().PublicPEM()), "in PEM"},
		{"text", "hello", "no JSON Web Key Set"},
		{"no keys", `{"keys":[]}`, "it has no keys"},
		{"a secret", `{"keys":[{"kty":"oct","k":"AAAA","kid":"a"}]}`, "keys[0] is no RSA key"},
		{"for encryption", strings.Replace(string(keys.Default().PublicJWK()), `"use":"sig"`, `"use":"enc"`, 1), `has the use "enc"`},
		{"for another alg", strings.Replace(string(keys.Default().PublicJWK()), `"alg":"RS256"`, `"alg":"RS512"`, 1), `has the alg "RS512"`},
		{"without a kid", strings.Replace(string(keys.Default().PublicJWK()), `"kid"`, `"x"`, 1), "no kid"},
		{"a key that is none", `{"keys":[{"kty":"RSA"}]}`, "cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := verify.ReadSet([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it says %v, want %q", err, c.says)
			}
		})
	}
}

func TestWhatIsWrongWithAKeySetIsSaid(t *testing.T) {
	one := string(keys.Default().PublicJWK())
	s, err := verify.ReadSet([]byte(`{"keys":[{"kty":"oct","k":"AAAA"},` + one + "," + one + "]}"))
	if err != nil {
		t.Fatal(err)
	}
	r := verify.Uqudo{Body: []byte(token(t, keys.Default(), claims(nil))), Keys: s, Audience: client, At: noon}.Verify()
	wants(t, r, true, []string{"key-twice"}, "which an earlier one has")
	if !strings.Contains(strings.Join(r.Notes, "\n"), "keys[0] is no RSA key: receivers pass it over") {
		t.Errorf("the notes are %q", r.Notes)
	}
	if len(s.KIDs()) != 2 || len(s.Findings()) != 1 {
		t.Errorf("it has %q and %+v", s.KIDs(), s.Findings())
	}
}
