package uqudo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/conformance"
)

func TestAFaultThatCannotBeMadeIsToldItsPlace(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	for _, c := range []struct{ name, faults, places string }{
		{"an unknown one", `"no-such-fault"`, "faults[0].name"},
		{"another vendor's", `"expired", "uppercase-signature"`, "faults[1].name"},
		{"one that no vendor of ours makes", `"stale-timestamp"`, "faults[0].name"},
		{"a parameter that it does not have", `{"name": "expired", "params": {"by": "1h"}}`, "faults[0].params.by"},
		{"a duration that is none", `{"name": "issued-in-future", "params": {"by": 10}}`, "faults[0].params.by"},
		{"a size that is none", `{"name": "large", "params": {"bytes": "much"}}`, "faults[0].params.bytes"},
		{"a size beyond all", `{"name": "large", "params": {"bytes": "1000MiB"}}`, "faults[0].params.bytes"},
		{"a claim that no result has", `{"name": "missing-claim", "params": {"name": "sub"}}`, "faults[0].params.name"},
		{"a claim that is no text", `{"name": "missing-claim", "params": {"name": 1}}`, "faults[0].params.name"},
		{"an attempt before the first", `{"name": "tampered", "on": [0]}`, "faults[0].on"},
		{"attempts that are none", `{"name": "tampered", "on": "last"}`, "faults[0].on"},
		{"a probability that is none", `{"name": "tampered", "probability": 1.5}`, "faults[0].probability"},
		{"faults of the API, which are armed", `"jwks-error", {"name": "api-reset", "params": {"route": "GET /api/.well-known/jwks.json"}}`, "faults[0].name faults[1].name"},
		{"all at once", `"nothing", {"name": "large", "params": {"bytes": -1}}, {"name": "tampered", "probability": -1}`, "faults[0].name faults[1].params.bytes faults[2].probability"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.in(t)
			var places []string
			for _, place := range strings.Fields(c.places) {
				places = append(places, "body."+place)
			}
			l.call("POST", "/triggers", `{"provider": "uqudo", "event": "face", "faults": [`+c.faults+`]}`).refused(422, places...)
			l.call("POST", account+"/sessions", `{"flow": "face", "faults": [`+c.faults+`]}`).refused(422, places...)
		})
	}
	for _, status := range []string{"cancelled", "expired", "failed"} {
		l.call("POST", account+"/sessions", `{"flow": "face", "status": "`+status+`", "faults": ["tampered"]}`).refused(422, "body.faults")
		l.call("POST", account+"/sessions", `{"flow": "face", "status": "`+status+`", "faults": []}`).wants(202)
	}
	l.advance(`{"to": "idle"}`)
	h.requests(t, 0)
}

func TestARetryACopyAndARedeliverySendTheSameBytes(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.settings(`{"delivery": {"pending": "snapshot"}}`) // so that each delivery stays with its receiver
	hooks, ids := map[string]*hook{}, map[string]string{}
	for _, fault := range l.ownFaults() {
		hooks[fault] = newHook(t, 503, 503, 503, 503)
		l.webhook(hooks[fault].URL)
		all := `{"name": "duplicate", "params": {"after": "1m"}}, "` + fault + `"`
		if fault == "large" {
			all = strings.Replace(all, `"large"`, `{"name": "large", "params": {"bytes": "1KiB"}}`, 1)
		}
		ids[fault] = l.trigger("enrollment", all).Deliveries[0].ID
	}
	l.advance(`{"by": "3m"}`)
	l.call("POST", "/keys/rotate", `{}`).wants(201)
	l.advance(`{"to": "idle"}`)
	for fault, id := range ids {
		l.call("POST", "/deliveries/"+id+"/redeliver", "").wants(202)
		l.advance(`{"to": "idle"}`)
		got := hooks[fault].requests(t, 7) // three and three, and again
		for i, r := range got {
			if r.body != got[0].body || r.header.Get("Content-Type") != got[0].header.Get("Content-Type") {
				t.Errorf("%s: request %d differs: %.80q, %.80q", fault, i+1, r.body, got[0].body)
			}
		}
	}
}

func TestTheSameSeedDrawsTheSame(t *testing.T) {
	t.Parallel()
	told := func(t *testing.T, seed, attempts int, faults string) []string {
		l := newLab(t, mockserver.Config{})
		h := newHook(t, always(503)...)
		l.webhook(h.URL)
		l.call("POST", "/triggers", fmt.Sprintf(`{"provider": "uqudo", "event": "enrollment", "session": "5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a10", "seed": %d, "faults": [%s]}`, seed, faults)).wants(202)
		l.advance(fmt.Sprintf(`{"by": "%dm"}`, (attempts-1)*5))
		var bodies []string
		for _, r := range h.requests(t, attempts) {
			bodies = append(bodies, r.body)
		}
		return bodies
	}
	for fault, drawn := range map[string]func(body string) any{
		"wrong-audience": func(body string) any { return tokenClaims(t, received{body: body}.token(t))["aud"] },
		"other-session":  func(body string) any { return tokenClaims(t, received{body: body}.token(t))["jti"] },
		"unknown-kid":    func(body string) any { return parts(t, received{body: body}.token(t), 3)[0] },
		"truncated-json": func(body string) any { return len(body) },
		"tampered":       func(body string) any { return body },
	} {
		t.Run(fault, func(t *testing.T) {
			one, again, other := told(t, 1, 1, `"`+fault+`"`), told(t, 1, 1, `"`+fault+`"`), told(t, 2, 1, `"`+fault+`"`)
			if !slices.Equal(one, again) {
				t.Error("the same seed sends other bytes")
			}
			if drawn(one[0]) == drawn(other[0]) {
				t.Errorf("another seed draws %v too", drawn(one[0]))
			}
		})
	}
	t.Run("whether it acts", func(t *testing.T) {
		const often = `{"name": "alg-none", "probability": 0.5}`
		one, again, other := told(t, 1, 13, often), told(t, 1, 13, often), told(t, 2, 13, often)
		acts := func(bodies []string) (pattern string) {
			for _, b := range bodies {
				pattern += map[bool]string{true: "x", false: "-"}[strings.HasSuffix(b, `."}`)]
			}
			return pattern
		}
		if !slices.Equal(one, again) || acts(one) == acts(other) {
			t.Errorf("it acts on %s and %s, by another seed on %s", acts(one), acts(again), acts(other))
		}
		if hits := strings.Count(acts(one), "x"); hits < 2 || hits > 11 {
			t.Errorf("it acts %d times of 13", hits)
		}
	})
}

func TestTwoSendersDrawForThemselves(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	global, hosted := newHook(t, always(503)...), newHook(t, always(503)...)
	l.webhook(global.URL)
	l.hosted("shop", hosted.URL, "JSON")
	l.call("POST", account+"/sessions", `{"flow": "enrollment", "hostedKyc": "shop", "seed": 3, "faults": [{"name": "missing-signature", "probability": 0.5}]}`).wants(202)
	l.advance(`{"by": "2h"}`)
	same := 0
	one, other := global.requests(t, 25), hosted.requests(t, 25)
	for i := range one {
		if one[i].body == other[i].body {
			same++
		}
	}
	if same == 25 || same == 0 {
		t.Errorf("of 25 attempts %d are the same", same)
	}
}

func TestOnChoosesAttempts(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for on, want := range map[string]string{`"first"`: "x----", `"all"`: "xxxxx", `[2, 4]`: "-x-x-", `[9]`: "-----"} {
		h := newHook(t, 503, 503, 503, 503)
		l.webhook(h.URL)
		l.trigger("face", `{"name": "garbage-jws", "on": `+on+`}`)
		l.advance(`{"to": "idle"}`)
		got := ""
		for _, r := range h.requests(t, 5) {
			got += map[bool]string{true: "-", false: "x"}[strings.Contains(r.body, ".")]
		}
		if got != want {
			t.Errorf("on %s it acts on %s, want %s", on, got, want)
		}
	}
}

func TestAResultThatExpiresOnALateRetry(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t, always(503)[:7]...)
	l.webhook(h.URL)
	l.trigger("enrollment", `{"name": "expired", "on": [7, 8, 9]}`)
	l.advance(`{"to": "idle"}`)
	for i, r := range h.requests(t, 8) {
		if past := tokenClaims(t, r.token(t))["exp"].(float64) < float64(labStart.Unix()); past != (i >= 6) {
			t.Errorf("attempt %d: expired is %v", i+1, past)
		}
	}
}

func TestAMockThatIsStartedAgainGoesOnWithItsFaults(t *testing.T) {
	t.Parallel()
	store := &conformance.Shelf{}
	begin := func(now time.Time) (lab, *mockserver.Server) {
		t.Helper()
		c := clock.New(now, 0)
		t.Cleanup(c.Close)
		mock, err := mockserver.Start(mockserver.Config{Store: store, Clock: c})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = mock.Close() })
		return lab{t, mock.URL}, mock
	}
	h := newHook(t, always(503)...)
	l, mock := begin(labStart)
	l.webhook(h.URL)
	for _, faults := range []string{
		`"other-session", "tampered", "unknown-kid", {"name": "large", "params": {"bytes": "1KiB"}}`,
		`{"name": "issued-in-future", "params": {"by": "1h"}}, {"name": "garbage-jws", "on": [3]}, {"name": "truncated-json", "probability": 0.5}`,
	} {
		l.trigger("enrollment", faults)
	}
	l.call("POST", "/keys/rotate", `{}`).wants(201)
	l.trigger("enrollment", `"wrong-issuer"`) // signed by a key that is lost with the process
	if err := mock.Close(); err != nil {
		t.Fatal(err)
	}
	l, _ = begin(labStart.Add(time.Minute))
	l.advance(`{"by": "10m"}`)

	got := h.requests(t, 9)
	if got[3].body != got[0].body || got[6].body != got[0].body {
		t.Error("the first one sends other bytes than before")
	}
	if strings.Contains(got[7].body, ".") {
		t.Errorf("the second one's third attempt is %.80q", got[7].body)
	}
	if iss := tokenClaims(t, got[5].token(t))["iss"]; iss != "https://id.uqudo.io.example" {
		t.Errorf("the third one has iss %v", iss)
	}
	if _, err := strictly(got[5].token(t), l.published()); err != nil {
		t.Errorf("by the key that there is, go-jose says %v", err)
	}
}
