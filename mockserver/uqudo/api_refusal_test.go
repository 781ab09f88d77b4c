package uqudo_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"kycmock/keys"
	"kycmock/mockserver"
)

// guarded are the routes that want an access token, each with a call that is
// wrong in another way too: the token is looked at first.
var guarded = []struct{ name, method, path, scope string }{
	{"info", "GET", infoAt + "/x", "KYC_INFO_SDK"},
	{"info by header", "GET", infoAt, "KYC_INFO_SDK"},
	{"deletion", "DELETE", infoAt + "/x", "KYC_INFO_SDK"},
	{"an image", "GET", imageAt + "/x", "KYC_INFO_SDK"},
	{"a face session", "POST", faceAt, "KYC_FACE_FLOW"},
}

func TestEveryRouteWantsAnAccessToken(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	result := l.complete(`{"flow": "face"}`).token
	l.settings(`{"api": {"tokenLifetime": "1m"}}`)
	expired := l.token("default")
	l.advance(`{"by": "1m"}`)
	l.settings(`{}`)
	good := l.token("default")
	old, parts := strings.Split(expired, "."), strings.Split(good, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	signed := func(p keys.Pair, payload []byte) string {
		token, err := p.Sign(payload)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	without := func(name string, value any) []byte {
		var claims map[string]any
		if err := json.Unmarshal(payload, &claims); err != nil {
			t.Fatal(err)
		}
		claims[name] = value
		return []byte(object(claims).text())
	}
	kid := l.keySet()[0].Kid
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"kid":"` + kid + `","alg":"none"}`))
	us := l.account("default")
	for name, authorization := range map[string]string{
		"none":                      "",
		"a scheme alone":            "Bearer",
		"an empty one":              "Bearer ",
		"garbage":                   "Bearer x",
		"garbage of three parts":    "Bearer a.b.c",
		"another scheme":            "Basic " + good,
		"no scheme":                 good,
		"HTTP Basic":                "Basic " + base64.StdEncoding.EncodeToString([]byte(us.ClientID+":"+us.ClientSecret)),
		"a result":                  "Bearer " + result,
		"an expired one":            "Bearer " + expired,
		"one of a stranger's key":   "Bearer " + signed(keys.Forger(), payload),
		"one of a forger":           "Bearer " + signed(keys.Forger().Named(kid), payload),
		"one without a signature":   "Bearer " + parts[0] + "." + parts[1] + ".",
		"one of no algorithm":       "Bearer " + none + "." + parts[1] + ".",
		"one prolonged":             "Bearer " + old[0] + "." + parts[1] + "." + old[2],
		"one of an unknown client":  "Bearer " + signed(keys.Default(), without("client_id", nobodys)),
		"one of no time":            "Bearer " + signed(keys.Default(), without("exp", nil)),
		"one of the results' iss":   "Bearer " + signed(keys.Default(), without("iss", "https://id.uqudo.io")),
		"one whose exp is no time":  "Bearer " + signed(keys.Default(), without("exp", "soon")),
		"one signed, but no object": "Bearer " + signed(keys.Default(), []byte(`"x"`)),
	} {
		for _, route := range guarded {
			t.Run(name+" for "+route.name, func(t *testing.T) {
				a := l.in(t).ask(route.method, route.path, "", http.Header{"Authorization": {authorization}}).says(401, "UNAUTHORIZED")
				if a.header.Get("WWW-Authenticate") != "Bearer" {
					t.Errorf("the headers are %v", a.header)
				}
			})
		}
	}
	for _, scheme := range []string{"Bearer ", "bearer ", "BEARER  "} {
		l.ask("DELETE", infoAt+"/"+nobodys, "", http.Header{"Authorization": {scheme + good}}).wants(204)
	}
}

func TestATokenIsGoodForItsScope(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, scope := range []string{"KYC_SCAN_API", "KYC_INFO_SDK", "KYC_FACE_FLOW", "KYC_SCAN_SDK KYC_FACE_FLOW"} {
		l.settings(object{"api": object{"scope": scope}}.text())
		c := l.client("default")
		l.settings(`{}`) // what a token allows stands in it
		for _, route := range guarded {
			t.Run(route.name+" with "+scope, func(t *testing.T) {
				a := l.in(t).ask(route.method, route.path, "", c.header.Clone())
				if !strings.Contains(scope, route.scope) {
					a.says(403, "FORBIDDEN")
				} else if a.status != 400 && a.status != 415 { // for what else is wrong
					t.Errorf("it answers %d", a.status)
				}
			})
		}
	}
}

func TestWhatIsNotThereIsRefusedInUqudosWords(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	for path, c405 := range map[string]struct{ allow, methods string }{
		tokenAt:                {"POST", "GET PUT PATCH DELETE HEAD OPTIONS"},
		infoAt:                 {"GET", "POST PUT PATCH DELETE HEAD OPTIONS"},
		infoAt + "/" + nobodys: {"GET, DELETE", "POST PUT PATCH HEAD OPTIONS"},
		imageAt + "/x":         {"GET", "POST PUT PATCH DELETE HEAD OPTIONS"},
		faceAt:                 {"POST", "GET PUT PATCH DELETE HEAD OPTIONS"},
		jwks:                   {"GET, HEAD", "POST PUT PATCH DELETE OPTIONS"},
	} {
		for _, method := range fields(c405.methods) {
			t.Run(method+" "+path, func(t *testing.T) {
				a := client{l.in(t), c.header}.api(method, path).wants(405)
				if got := a.header.Get("Allow"); got != c405.allow {
					t.Errorf("it allows %q, want %q", got, c405.allow)
				}
				if method != "HEAD" {
					a.says(405, "METHOD_NOT_ALLOWED")
				}
			})
		}
	}
	for _, path := range []string{"", "/", "/api/v1", "/api/v2/info", "/api/v1/info/a/b", "/api/v1/info/img/a/b", "/api/v1/face/", "/api/oauth2/token"} {
		c.api("GET", "/uqudo"+path).says(404, "NOT_FOUND")
	}
}

func TestSettingsOfTheAPIThatBreakRules(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct{ settings, places string }{
		{`{"tokenLifetime": "0s"}`, "tokenLifetime"},
		{`{"tokenLifetime": "999ms", "imageLifetime": "-1s"}`, "tokenLifetime imageLifetime"},
		{`{"scope": "", "infoFormat": "xml", "expiredSession": "gone"}`, "scope infoFormat expiredSession"},
		{`{"scope": "a  b"}`, "scope"},
		{`{"unknownSession": 200}`, "unknownSession"},
		{`{"unknownSession": "404", "basicCredentials": 1, "surprise": 1}`, "unknownSession basicCredentials surprise"},
		{`{"facePhotoLimit": 0}`, "facePhotoLimit"},
		{`{"facePhotoLimit": 33554433}`, "facePhotoLimit"},
	} {
		t.Run(c.settings, func(t *testing.T) {
			places := fields(c.places)
			for i := range places {
				places[i] = "body.api." + places[i]
			}
			l.in(t).call("PUT", account, `{"api": `+c.settings+`}`).refused(422, places...)
		})
	}
}
