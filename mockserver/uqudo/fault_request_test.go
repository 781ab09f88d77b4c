package uqudo_test

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"kycmock/mockserver"
)

// brokenCases are the faults of the request: what becomes of the good body.
func brokenCases() map[string]func(good, token, got string) bool {
	is := func(want func(good, token string) string) func(good, token, got string) bool {
		return func(good, token, got string) bool { return got == want(good, token) }
	}
	return map[string]func(good, token, got string) bool{
		"legacy-format":     is(func(_, token string) string { return token }),
		"malformed-json":    is(func(_, token string) string { return `{"jwsResult"="` + token + `"}` }),
		"duplicate-members": is(func(_, token string) string { return `{"jwsResult":"` + token + `","jwsResult":"` + token + `"}` }),
		"invalid-utf8": func(good, token, got string) bool {
			return !utf8.ValidString(got) && strings.ToValidUTF8(got, "") == good && strings.Contains(got, token)
		},
		"empty-body":      is(func(string, string) string { return "" }),
		"byte-order-mark": is(func(good, _ string) string { return "\xef\xbb\xbf" + good }),
		"truncated-json": func(good, _, got string) bool {
			return len(got) > 0 && len(got) < len(good) && strings.HasPrefix(good, got)
		},
	}
}

func TestAFaultOfTheRequestBreaksTheBodyAroundAGoodToken(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for fault, holds := range brokenCases() {
		t.Run(fault, func(t *testing.T) {
			l := l.in(t)
			clean, spoilt := l.spoiled("enrollment", `"`+fault+`"`)
			if !holds(clean.body, clean.token(t), spoilt.body) {
				t.Errorf("the body is %.60q ... %q of %d bytes, the good one has %d", spoilt.body, spoilt.body[max(0, len(spoilt.body)-20):], len(spoilt.body), len(clean.body))
			}
			want := "application/json"
			if fault == "legacy-format" {
				want = "text/plain"
			}
			if kind := spoilt.header.Get("Content-Type"); kind != want {
				t.Errorf("it came as %s, want %s", kind, want)
			}
		})
	}
}

func TestBrokenBodiesAreShownAsTheyWereSent(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for fault := range brokenCases() {
		t.Run(fault, func(t *testing.T) {
			l := l.in(t)
			h := newHook(t)
			l.webhook(h.URL)
			id := l.trigger("face", `"`+fault+`"`).Deliveries[0].ID
			var shown struct {
				Faults   []string
				Attempts []struct {
					Faults  []string
					Request struct{ Body, BodyBase64 string }
				}
			}
			l.call("GET", "/deliveries/"+id, "").wants(200).into(&shown)
			body := shown.Attempts[0].Request.Body
			if encoded := shown.Attempts[0].Request.BodyBase64; encoded != "" {
				text, err := base64.StdEncoding.DecodeString(encoded)
				if err != nil {
					t.Fatal(err)
				}
				body = string(text)
			}
			if got := h.requests(t, 1)[0].body; got != body {
				t.Errorf("shown is %.60q, sent was %.60q", body, got)
			}
			if len(shown.Faults) != 1 || len(shown.Attempts[0].Faults) != 1 || shown.Attempts[0].Faults[0] != fault {
				t.Errorf("the delivery names %v, the attempt %v", shown.Faults, shown.Attempts[0].Faults)
			}
		})
	}
}

func TestFaultsOfTheRequestCompose(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct{ name, faults, kind, body string }{
		{"an unsigned token twice", `"alg-none", "duplicate-members"`, "application/json", `^\{"jwsResult":"[\w-]+\.[\w-]+\.","jwsResult":"[\w-]+\.[\w-]+\."\}$`},
		{"garbage as text behind a mark", `"byte-order-mark", "garbage-jws", "legacy-format"`, "text/plain", `^\x{feff}[\w-]+$`},
		{"a text that is broken all the same", `"legacy-format", "malformed-json"`, "text/plain", `^=[\w-]+\.[\w-]+\.[\w-]+$`},
		{"a text twice", `"legacy-format", "duplicate-members"`, "text/plain", `^([\w-]+\.){4}[\w-]+$`},
		{"a text has no place for more members", `"legacy-format", "extra-members"`, "text/plain", `^[\w-]+\.[\w-]+\.[\w-]+$`},
		{"an empty body is empty", `"empty-body", "byte-order-mark", {"name": "large", "params": {"bytes": "1KiB"}}, "tampered"`, "application/json", `^$`},
		{"more members, all of them twice", `"extra-members", "duplicate-members"`, "application/json",
			`^\{"jwsResult":"[\w.-]+","addedLater":\{[^}]*\},"jwsResult":"[\w.-]+","addedLater":\{[^}]*\}\}$`},
		{"a text under a Content-Type of somebody's choice", `"legacy-format", {"name": "content-type", "params": {"value": "application/jwt"}}`, "application/jwt", `^[\w-]+\.[\w-]+\.[\w-]+$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, spoilt := l.in(t).spoiled("face", c.faults)
			if kind := spoilt.header.Get("Content-Type"); kind != c.kind || !regexp.MustCompile(c.body).MatchString(spoilt.body) {
				t.Errorf("sent was, as %s, %.200q", kind, spoilt.body)
			}
		})
	}
}

func TestBothFormatsOfHostedKYCHaveTheirFaults(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, format := range []string{"JSON", "LEGACY"} {
		h := newHook(t)
		l.hosted("shop", h.URL, format)
		l.call("POST", account+"/sessions", `{"flow": "enrollment", "hostedKyc": "shop", "faults": ["alg-none", {"name": "legacy-format"}]}`).wants(202)
		l.advance(`{"by": "0s"}`)
		got := h.requests(t, 1)[0]
		if kind := got.header.Get("Content-Type"); kind != "text/plain" || parts(t, got.body, 3)[2] != "" {
			t.Errorf("%s: sent was, as %s, %.80q", format, kind, got.body)
		}
	}
}

func TestCredentialsCanBeWrongOrMissing(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct{ config, header, good, wrong string }{
		{`{"url": "URL", "securityType": "BASIC_AUTHENTICATION", "userId": "u", "password": "p"}`, "Authorization", "Basic dTpw", "Basic dTpwLXdyb25n"},
		{`{"url": "URL", "securityType": "CUSTOM_HEADERS", "customHeaders": [{"name": "X-Key", "value": "k"}]}`, "X-Key", "k", "k-wrong"},
	} {
		h := newHook(t, 401, 401)
		if a := l.call("PUT", account+"/global-webhook", strings.Replace(c.config, "URL", h.URL, 1)); a.status != 200 {
			a.wants(201)
		}
		l.trigger("face", `{"name": "wrong-credentials", "on": [1]}, {"name": "missing-credentials", "on": [2]}`)
		l.advance(`{"to": "idle"}`)
		got := h.requests(t, 3)
		for i, want := range []string{c.wrong, "", c.good} {
			if value := got[i].header.Get(c.header); value != want || got[i].body != got[0].body {
				t.Errorf("attempt %d carries %q, want %q and the same body", i+1, value, want)
			}
		}
	}
}

// TestTheSampleReceiverRefusesWhatIsForged tells the receiver that comes with
// the mock of every fault that Uqudo makes.
func TestTheSampleReceiverRefusesWhatIsForged(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.webhook(l.url + "/_mock/receiver/default")
	want := map[string]int{
		"expired": 200, "issued-in-future": 401, "wrong-issuer": 401, "wrong-audience": 401, "audience-array": 401, "missing-claim": 401,
		"other-session": 200, "extra-members": 200, "large": 200, "documents-empty": 200, "steps-omitted": 200,
		"tampered": 401, "wrong-key": 401, "unknown-kid": 401, "missing-kid": 401, "alg-none": 401, "alg-hs256": 401,
		"malformed-signature": 400, "short-signature": 401, "empty-signature": 401, "missing-signature": 400, "garbage-jws": 400,
		"wrong-credentials": 200, "missing-credentials": 200, "legacy-format": 200, // it asks for none
		"malformed-json": 400, "truncated-json": 400, "duplicate-members": 400, "invalid-utf8": 400, "empty-body": 400, "byte-order-mark": 400,
	}
	own := l.ownFaults()
	if len(own) != len(want) {
		t.Errorf("Uqudo has %d faults, and %d are known here", len(own), len(want))
	}
	for _, fault := range own {
		for _, flow := range []string{"enrollment", "face"} {
			l.advance(`{"by": "1m"}`) // the receiver asks for unknown keys a few times a minute
			what := `"` + fault + `"`
			if fault == "large" {
				what = `{"name": "large", "params": {"bytes": "256KiB"}}` // the race detector takes its time
			}
			id := l.trigger(flow, what).Deliveries[0].ID
			var d struct {
				Attempts []struct {
					Status   int
					Response struct{ Body string }
				}
			}
			l.call("GET", "/deliveries/"+id, "").wants(200).into(&d)
			l.call("POST", "/deliveries/"+id+"/cancel", "")
			if len(d.Attempts) != 1 || d.Attempts[0].Status != want[fault] {
				t.Errorf("%s of %s: %+v, want %d", fault, flow, d.Attempts, want[fault])
				continue
			}
			var verdict struct {
				Taken, Expired bool
				Reason         string
			}
			if err := json.Unmarshal([]byte(d.Attempts[0].Response.Body), &verdict); err != nil {
				t.Fatal(err)
			}
			if verdict.Taken != (want[fault] == 200) || verdict.Taken == (verdict.Reason != "") || verdict.Expired != (fault == "expired") {
				t.Errorf("%s of %s: %+v", fault, flow, verdict)
			}
		}
	}
}

// TestEveryFaultIsLookedAt finds a fault that was added without a test.
func TestEveryFaultIsLookedAt(t *testing.T) {
	t.Parallel()
	content := strings.Fields(`expired issued-in-future wrong-issuer wrong-audience audience-array missing-claim other-session
		extra-members large documents-empty steps-omitted wrong-credentials missing-credentials`)
	seen := map[string]bool{}
	for _, name := range content {
		seen[name] = true
	}
	for name := range forgedCases() {
		seen[name] = true
	}
	for name := range brokenCases() {
		seen[name] = true
	}
	for _, name := range newLab(t, mockserver.Config{}).ownFaults() {
		if !seen[name] {
			t.Errorf("no test looks at %s", name)
		}
	}
}
