package uqudo_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

// An apiCall is a call of a route that succeeds, again and again.
type apiCall struct {
	route, method, path, body string
	header                    http.Header
	status                    int
}

func (l lab) does(c apiCall) answer {
	l.Helper()
	return l.ask(c.method, c.path, c.body, c.header.Clone())
}

// apiCalls are one of each route.
func (l lab) apiCalls(done told) []apiCall {
	l.Helper()
	c := l.client("default")
	with := func(name, value string) http.Header {
		h := c.header.Clone()
		h.Set(name, value)
		return h
	}
	us := l.account("default")
	grant := url.Values{"grant_type": {"client_credentials"}, "client_id": {us.ClientID}, "client_secret": {us.ClientSecret}}
	const info = "/api/v1/info"
	return []apiCall{
		{"POST /api/oauth/token", "POST", tokenAt, grant.Encode(), form(), 200},
		{"GET " + info, "GET", infoAt, "", with("UQ-Session-ID", done.id), 200},
		{"GET " + info + "/{sessionId}", "GET", infoAt + "/" + done.id, "", c.header, 200},
		{"DELETE " + info + "/{sessionId}", "DELETE", infoAt + "/" + nobodys, "", c.header, 204},
		{"GET " + info + "/img/{id}", "GET", imageAt + "/" + anImageOf(l.T, done.claims), "", c.header, 200},
		{"POST /api/v1/face", "POST", faceAt, photoMember(jpegPhoto(100)), with("Content-Type", "application/json"), 201},
	}
}

// arm arms a fault of a route, for whatever account when that is empty, and
// returns its ID.
func (l lab) arm(account, route, fault, params string) string {
	l.Helper()
	match := object{"provider": "uqudo"}
	if account != "" {
		match["account"] = account
	}
	var armed struct{ ID string }
	l.call("POST", "/faults/armed", `{"match": `+match.text()+`, "fault": {"name": "`+fault+`", "params": {"route": "`+route+`"`+params+`}}}`).wants(201).into(&armed)
	return armed.ID
}

func TestEveryRouteGoesWrongOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.other(`{}`)
	done := l.complete(`{"flow": "enrollment"}`)
	calls := l.apiCalls(done)
	for i, c := range calls {
		t.Run(c.route, func(t *testing.T) {
			l := l.in(t)
			next := calls[(i+1)%len(calls)]
			for _, f := range []struct {
				params string
				status int
				code   string
			}{
				{``, 500, "UNEXPECTED_ERROR"},
				{`, "status": 503`, 503, "UNEXPECTED_ERROR"},
				{`, "status": 403`, 403, "FORBIDDEN"},
				{`, "code": "SCAN_FAILED"`, 500, "SCAN_FAILED"},
				{`, "code": "PAYLOAD_TOO_LARGE"`, 413, "PAYLOAD_TOO_LARGE"},
				{`, "code": "BUSY", "status": 429`, 429, "BUSY"},
			} {
				l.arm("default", c.route, "api-error", f.params)
				l.does(next).wants(next.status) // is another route
				if i > 0 {
					l.does(c).says(f.status, f.code)
				} else { // OAuth has words of its own
					own := map[string]string{"UNEXPECTED_ERROR 500": "server_error", "UNEXPECTED_ERROR 503": "temporarily_unavailable", "FORBIDDEN 403": "server_error"}
					l.does(c).saysOfGrant(f.status, cmp.Or(own[fmt.Sprint(f.code, " ", f.status)], f.code))
				}
				l.does(c).wants(c.status)
			}
			others := l.arm("other", c.route, "api-error", "")
			l.does(c).wants(c.status)
			l.call("DELETE", "/faults/armed/"+others, "").wants(204)
		})
	}
}

func TestEveryRouteIsSlowOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	done := l.complete(`{"flow": "enrollment"}`)
	for _, c := range l.apiCalls(done) {
		t.Run(c.route, func(t *testing.T) {
			l := l.in(t)
			l.arm("default", c.route, "api-slow", `, "by": "30ms"`)
			took := clock.Stopwatch()
			l.does(c).wants(c.status)
			if took() < 30*time.Millisecond {
				t.Errorf("it took %s", took())
			}
			l.noneArmed()
		})
	}
}

func TestEveryRouteIsResetOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	done := l.complete(`{"flow": "enrollment"}`)
	once := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // or it would try again by itself
	for _, c := range l.apiCalls(done) {
		t.Run(c.route, func(t *testing.T) {
			l := l.in(t)
			l.arm("", c.route, "api-reset", "")
			r, err := http.NewRequestWithContext(t.Context(), c.method, l.url+c.path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header = c.header.Clone()
			if answer, err := once.Do(r); err == nil {
				answer.Body.Close()
				t.Errorf("it answers %d", answer.StatusCode)
			}
			l.noneArmed()
			l.does(c).wants(c.status)
		})
	}
}

func (l lab) noneArmed() {
	l.Helper()
	var list struct{ Armed, Faults []any }
	a := l.call("GET", "/faults/armed", "").wants(200)
	if a.into(&list); len(list.Armed)+len(list.Faults) > 0 {
		l.Errorf("still armed is %s", a.body)
	}
}

func TestFaultsAreArmedForTheRoutesOfTheAPI(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range l.apiCalls(l.complete(`{"flow": "face"}`)) {
		for _, name := range []string{"api-error", "api-slow", "api-reset"} {
			l.arm("", c.route, name, "")
		}
	}
	for _, route := range []string{"GET /api/oauth/token", "GET /uqudo/api/v1/info", "GET /api/v1/info/x"} {
		l.call("POST", "/faults/armed", `{"match": {"provider": "uqudo"}, "fault": {"name": "api-error", "params": {"route": "`+route+`"}}}`).
			refused(422, "body.fault.params.route")
	}
}
