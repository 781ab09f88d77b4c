package uqudo_test

import (
	"net/http"
	"testing"

	"kycmock/mockserver"
)

func TestTheKeySetFailsAsItIsArmed(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.call("POST", "/keys/rotate", `{}`).wants(201)
	good := l.ask("GET", jwks, "", nil).wants(200)
	for _, c := range []struct {
		name, fault string
		status      int
		body        string // empty for one that is looked at below
	}{
		{"an error", `"jwks-error"`, 503, `{"error":"UNEXPECTED_ERROR","message":"Service Unavailable"}`},
		{"an error of somebody's choice", `{"name": "jwks-error", "params": {"status": 404}}`, 404, `{"error":"NOT_FOUND","message":"Not Found"}`},
		{"no keys", `"jwks-empty"`, 200, `{"keys":[]}`},
		{"half of it", `"jwks-malformed"`, 200, string(good.body[:len(good.body)/2])},
		{"an error of a route", `{"name": "api-error", "params": {"route": "GET /api/.well-known/jwks.json", "code": "SCAN_FAILED"}}`, 500, `{"error":"SCAN_FAILED","message":"Unexpected error"}`},
		{"without the newest", `"jwks-stale"`, 200, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.in(t)
			l.call("POST", "/faults/armed", `{"match": {"provider": "uqudo"}, "fault": `+c.fault+`}`).wants(201)
			a := l.ask("GET", jwks, "", http.Header{}).wants(c.status)
			if c.body != "" && string(a.body) != c.body {
				t.Errorf("it answers %q, want %q", a.body, c.body)
			}
			if kind := a.header.Get("Content-Type"); kind != "application/json" {
				t.Errorf("it answers in %s", kind)
			}
			if c.body == "" {
				var set struct{ Keys []struct{ KID string } }
				a.into(&set)
				if newest := l.keySet(); len(set.Keys) != 1 || set.Keys[0].KID != newest[1].Kid {
					t.Errorf("it answers %s", a.body)
				}
			}
			if again := l.ask("GET", jwks, "", nil).wants(200); string(again.body) != string(good.body) {
				t.Errorf("afterwards it answers %s", again.body)
			}
		})
	}
}

// TestAnArmedFaultActsOnTheNextResult arms what a trigger would say.
func TestAnArmedFaultActsOnTheNextResult(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	l.call("POST", "/faults/armed", `{"match": {"provider": "uqudo", "event": "face"}, "fault": "garbage-jws"}`).wants(201)
	for _, c := range []struct {
		flow  string
		parts int
	}{{"enrollment", 3}, {"face", 1}, {"face", 3}} {
		l.finish(`{"flow": "` + c.flow + `"}`)
		h.mu.Lock()
		last := h.got[len(h.got)-1]
		h.mu.Unlock()
		parts(t, last.token(t), c.parts)
	}
}
