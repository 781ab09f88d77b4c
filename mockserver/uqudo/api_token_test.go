package uqudo_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
)

const observedScope = "KYC_SCAN_API KYC_FACE_SEARCH_SDK KYC_FACE_FLOW KYC_INFO_SDK KYC_SCAN_SDK KYC_EVENT_SDK"

// granted is what a client that asks for a token gets.
type granted struct {
	Token     string `json:"access_token"`
	Type      string `json:"token_type"`
	ExpiresIn any    `json:"expires_in"`
	Scope     string `json:"scope"`
	JTI       string `json:"jti"`
}

func TestATokenIsWhatTheLiveServiceGives(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	a := l.ask("POST", tokenAt, l.grant("default").Encode(), form()).wants(200)
	if a.header.Get("Content-Type") != "application/json" || a.header.Get("Cache-Control") != "no-store" || a.header.Get("Pragma") != "no-cache" {
		t.Errorf("the headers are %v", a.header)
	}
	var got granted
	var members map[string]any
	a.into(&got)
	a.into(&members)
	want := granted{got.Token, "bearer", 1859.0, observedScope, got.JTI}
	if got != want || len(members) != 5 || !strings.Contains(string(a.body), `"expires_in":1859,`) {
		t.Errorf("got %s\nwant %+v", a.body, want)
	}
	if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(got.JTI) {
		t.Errorf("jti is %q", got.JTI)
	}
	if again := l.token("default"); tokenClaims(t, again)["jti"] == got.JTI {
		t.Error("two tokens have one jti")
	}
}

func TestTheClaimsOfAToken(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	var got granted
	l.ask("POST", tokenAt, l.grant("default").Encode(), form()).wants(200).into(&got)
	payload, err := strictly(got.Token, l.published())
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(claims)); !slices.Equal(names, fields("aud client_id exp iat iss jti nbf scope sub")) {
		t.Errorf("the claims are %v", names)
	}
	id, iat := l.account("default").ClientID, float64(labStart.Unix())
	for name, want := range map[string]any{
		"aud": id, "client_id": id, "sub": id, "iss": "https://auth.uqudo.io",
		"jti": got.JTI, "iat": iat, "nbf": iat, "exp": iat + 1859,
	} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %v", name, claims[name], want)
		}
	}
	var scope []string
	for _, word := range claims["scope"].([]any) {
		scope = append(scope, word.(string))
	}
	if strings.Join(scope, " ") != observedScope {
		t.Errorf("the scope is %v", scope)
	}
}

func TestWhatATokenIsAccordingToSettings(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		settings  string
		expiresIn any
		scope     string
	}{
		{`{}`, 1859.0, observedScope},
		{`{"tokenLifetime": "30m"}`, 1800.0, observedScope},
		{`{"tokenLifetime": "1.9s"}`, 1.0, observedScope},
		{`{"expiresInText": true}`, "1859", observedScope},
		{`{"expiresInText": true, "tokenLifetime": "1h", "scope": "KYC_INFO_SDK"}`, "3600", "KYC_INFO_SDK"},
	} {
		t.Run(c.settings, func(t *testing.T) {
			l := l.in(t)
			l.settings(`{"api": ` + c.settings + `}`)
			var got granted
			l.ask("POST", tokenAt, l.grant("default").Encode(), form()).wants(200).into(&got)
			if got.ExpiresIn != c.expiresIn || got.Scope != c.scope {
				t.Errorf("got %+v", got)
			}
			claims := tokenClaims(t, got.Token)
			if lasts := claims["exp"].(float64) - claims["iat"].(float64); fmt.Sprint(lasts) != fmt.Sprint(c.expiresIn) {
				t.Errorf("the token lasts %v s", lasts)
			}
		})
	}
}

func TestWhoGetsAToken(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	good := l.grant("default")
	id, secret := good.Get("client_id"), good.Get("client_secret")
	with := func(name string, values ...string) url.Values {
		changed := maps.Clone(good)
		changed[name] = values
		if len(values) == 0 {
			delete(changed, name)
		}
		return changed
	}
	alone := url.Values{"grant_type": good["grant_type"]}
	basic := func(id, secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
	}
	query := "?" + good.Encode()
	const useBasic, useQuery = `{"basicCredentials": true}`, `{"queryCredentials": true}`
	for _, c := range []struct {
		name, settings, query, body, authorization string
		status                                     int
		code                                       string
	}{
		{"the right credentials", `{}`, "", good.Encode(), "", 200, ""},
		{"an unknown client", `{}`, "", with("client_id", nobodys).Encode(), "", 401, "invalid_client"},
		{"no client", `{}`, "", with("client_id").Encode(), "", 401, "invalid_client"},
		{"an empty client", `{}`, "", with("client_id", "").Encode(), "", 401, "invalid_client"},
		{"a wrong secret", `{}`, "", with("client_secret", "x").Encode(), "", 401, "invalid_client"},
		{"no secret", `{}`, "", with("client_secret").Encode(), "", 401, "invalid_client"},
		{"no credentials", `{}`, "", alone.Encode(), "", 401, "invalid_client"},
		{"nothing", `{}`, "", "", "", 401, "invalid_client"},
		{"Basic when it is not let through", `{}`, "", alone.Encode(), basic(id, secret), 401, "invalid_client"},
		{"Basic when it is", useBasic, "", alone.Encode(), basic(id, secret), 200, ""},
		{"Basic of an encoded secret", useBasic, "", alone.Encode(), basic(url.QueryEscape(id), url.QueryEscape(secret)), 200, ""},
		{"Basic of a wrong secret", useBasic, "", alone.Encode(), basic(id, "x"), 401, "invalid_client"},
		{"a body where Basic is let through", useBasic, "", good.Encode(), "", 200, ""},
		{"a query when it is not let through", `{}`, query, "", "", 401, "invalid_client"},
		{"a query when it is", useQuery, query, "", "", 200, ""},
		{"a query beside a body with the grant", useQuery, query, alone.Encode(), "", 200, ""},
		{"a query of a wrong secret", useQuery, "?" + with("client_secret", "x").Encode(), "", "", 401, "invalid_client"},
		{"no grant_type", `{}`, "", with("grant_type").Encode(), "", 400, "invalid_request"},
		{"an empty grant_type", `{}`, "", with("grant_type", "").Encode(), "", 400, "invalid_request"},
		{"another grant_type", `{}`, "", with("grant_type", "password").Encode(), "", 400, "unsupported_grant_type"},
		{"a query without a grant_type", useQuery, "?" + with("grant_type").Encode(), "", "", 400, "invalid_request"},
		{"a parameter twice", `{}`, "", with("client_id", id, id).Encode(), "", 400, "invalid_request"},
		{"a form that cannot be read", `{}`, "", "grant_type=%zz", "", 400, "invalid_request"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.in(t)
			l.settings(`{"api": ` + c.settings + `}`)
			header := form()
			if c.authorization != "" {
				header.Set("Authorization", c.authorization)
			}
			a := l.ask("POST", tokenAt+c.query, c.body, header)
			if c.status == 200 {
				a.wants(200)
			} else {
				a.saysOfGrant(c.status, c.code)
			}
		})
	}
}

func TestARequestForATokenIsAForm(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	good := l.grant("default").Encode()
	for name, kind := range map[string]string{"JSON": "application/json", "a multipart form": "multipart/form-data; boundary=b", "without a media type": "", "nonsense": "a/b/c"} {
		t.Run(name, func(t *testing.T) {
			l.in(t).ask("POST", tokenAt, good, http.Header{"Content-Type": {kind}}).saysOfGrant(400, "invalid_request")
		})
	}
	l.ask("POST", tokenAt, good, http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=UTF-8"}}).wants(200)
}

// saysOfGrant wants an error in OAuth's words, with Uqudo's message as well.
func (a answer) saysOfGrant(status int, code string) {
	a.Helper()
	var body map[string]string
	a.wants(status).into(&body)
	if body["error"] != code || body["message"] == "" || body["error_description"] != body["message"] || len(body) != 3 {
		a.Errorf("%s answered %s, want %s", a.what, a.body, code)
	}
	if a.header.Get("Content-Type") != "application/json" {
		a.Errorf("the headers are %v", a.header)
	}
}

func TestATokenExpiresOnTheMocksClock(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	l.advance(by(1858 * time.Second))
	c.delete(nobodys).wants(204)
	l.advance(`{"by": "1s"}`)
	c.delete(nobodys).says(401, "UNAUTHORIZED")
	l.client("default").delete(nobodys).wants(204)

	l.settings(`{"api": {"tokenLifetime": "1m"}}`)
	c = l.client("default")
	l.settings(`{}`) // the token keeps the time that it was given
	l.advance(`{"by": "59s"}`)
	c.delete(nobodys).wants(204)
	l.advance(`{"by": "1s"}`)
	c.delete(nobodys).says(401, "UNAUTHORIZED")

	late := l.client("default")
	l.call("PUT", "/clock", object{"now": labStart}.text()).wants(200)
	late.delete(nobodys).says(401, "UNAUTHORIZED") // it is issued in the future
}

func TestAChangedSecretIsForTheNextToken(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c, old := l.client("default"), l.grant("default")
	l.settings(`{"clientSecret": "another"}`)
	c.delete(nobodys).wants(204)
	l.ask("POST", tokenAt, old.Encode(), form()).saysOfGrant(401, "invalid_client")
	l.client("default").delete(nobodys).wants(204)
}

func TestAChangedClientIDMakesItsTokensWorthless(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c, old := l.client("default"), l.grant("default")
	l.settings(`{"clientId": "` + nobodys + `"}`)
	c.delete(nobodys).says(401, "UNAUTHORIZED")
	l.ask("POST", tokenAt, old.Encode(), form()).saysOfGrant(401, "invalid_client")
	l.client("default").delete(nobodys).wants(204)
}

func TestTokensOutliveARotation(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	l.call("POST", "/keys/rotate", `{"retire": "now"}`).wants(201)
	c.delete(nobodys).wants(204)
	if _, err := strictly(l.token("default"), l.published()); err != nil {
		t.Error(err)
	}
}
