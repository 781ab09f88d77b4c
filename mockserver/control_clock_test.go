package mockserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

type clockState struct {
	Now     time.Time
	Rate    float64
	Next    *time.Time
	Pending int
}

type advanced struct {
	Now      time.Time
	Attempts []struct {
		Delivery string
		N        int
		At       time.Time
		Status   int
		Error    string
	}
	Held []string
}

func (a api) advance(body string) advanced {
	a.t.Helper()
	var out advanced
	a.call("POST", "/_mock/v1/clock/advance", body).want(200).into(&out)
	return out
}

// start is what the clock shows in tests that look at times.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func at(rate float64) mockserver.Config { return mockserver.Config{Clock: clock.New(start, rate)} }

func TestTwoHoursOfRetriesPassInOneCall(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	a := apiOf(t, mock)
	down := newHook(t, slices.Repeat([]int{503}, 30)...)
	a.listen(down.URL)
	id := a.enroll()[0]
	a.call("GET", "/_mock/v1/deliveries/"+id+"/wait?attempts=1", "").want(200)

	out := a.advance(`{"by": "2h"}`)
	if len(out.Attempts) != 24 {
		t.Fatalf("%d attempts were made on the way, want 24", len(out.Attempts))
	}
	for i, made := range out.Attempts {
		want := start.Add(time.Duration(i+1) * 5 * time.Minute)
		if made.N != i+2 || !made.At.Equal(want) || made.Status != 503 || made.Delivery != id {
			t.Errorf("attempt %d is %+v, want number %d at %s", i, made, i+2, want)
		}
	}
	if !out.Now.Equal(start.Add(2 * time.Hour)) {
		t.Errorf("the clock shows %s", out.Now)
	}
	var d struct{ Status string }
	a.call("GET", "/_mock/v1/deliveries/"+id, "").want(200).into(&d)
	if d.Status != "exhausted" || len(down.received()) != 25 {
		t.Errorf("the delivery is %s after %d requests", d.Status, len(down.received()))
	}
}

func TestTheClockGoesToTheNextThingAndToIdle(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	if out := a.advance(`{"to": "next"}`); len(out.Attempts) != 0 || !out.Now.Equal(start) {
		t.Errorf("nothing was due, and the clock went to %s", out.Now)
	}
	a.listen(newHook(t, 500, 500, 500).URL)
	a.enroll()
	if out := a.advance(`{"to": "next"}`); len(out.Attempts) == 0 || !out.Now.Equal(start.Add(5*time.Minute)) {
		t.Errorf("the next attempt is %+v", out)
	}
	a.enroll()
	a.call("POST", "/_mock/v1/keys/rotate", `{"retire": "24h"}`).want(http.StatusCreated)
	out := a.advance(`{"to": "idle"}`)
	if !out.Now.Equal(start.Add(10*time.Minute)) || len(out.Held) != 0 {
		t.Errorf("idle is at %s: a key that retires tomorrow is no delivery", out.Now)
	}
	var c clockState
	a.call("GET", "/_mock/v1/clock", "").want(200).into(&c)
	if c.Pending != 0 || c.Next == nil {
		t.Errorf("the clock is %+v, want no delivery pending and a key to retire", c)
	}
}

func TestTheClockIsSet(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	var c clockState
	a.call("PUT", "/_mock/v1/clock", `{"now": "2026-03-01T08:00:00Z"}`).want(200).into(&c)
	if !c.Now.Equal(start.Add(-time.Hour)) || c.Rate != 0 {
		t.Errorf("set back, the clock is %+v", c)
	}
	a.listen(newHook(t, 500).URL)
	id := a.enroll()[0]
	a.call("GET", "/_mock/v1/deliveries/"+id+"/wait?attempts=1", "").want(200)
	if p := a.call("PUT", "/_mock/v1/clock", `{"now": "2026-03-01T07:00:00Z", "rate": 9}`).problem(409); !strings.Contains(p.Detail, "pending") {
		t.Errorf("the problem says %q", p.Detail)
	}
	a.call("PUT", "/_mock/v1/clock", `{"now": "2026-03-01T08:10:00Z"}`).want(200).into(&c)
	if c.Pending != 0 || !c.Now.Equal(start.Add(-50*time.Minute)) || c.Rate != 0 {
		t.Errorf("set forward, the clock is %+v, want the retry made on the way and the refused rate not set", c)
	}
	a.call("PUT", "/_mock/v1/clock", `{"rate": 60}`).want(200).into(&c)
	if c.Rate != 60 {
		t.Errorf("the rate is %g", c.Rate)
	}
}

func TestWhatTheClockCannotDoIsRefused(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	for _, c := range []struct {
		method, path, body string
		status             int
		location           string
	}{
		{"POST", "/advance", `{}`, 422, "body"},
		{"POST", "/advance", `{"by": "1m", "to": "next"}`, 422, "body"},
		{"POST", "/advance", `{"by": "5"}`, 422, "body.by"},
		{"POST", "/advance", `{"by": "-5m"}`, 422, "body.by"},
		{"POST", "/advance", `{"by": 5}`, 422, "body.by"},
		{"POST", "/advance", `{"to": "tomorrow"}`, 422, "body.to"},
		{"POST", "/advance", `{"to": "next", "until": 1}`, 422, "body.until"},
		{"POST", "/advance", `[]`, 422, "body"},
		{"POST", "/advance", `{`, 400, "body"},
		{"POST", "/advance", ``, 400, "body"},
		{"POST", "/advance", `{"to": "2020-01-01T00:00:00Z"}`, 409, ""},
		{"POST", "/advance", `{"to": "9999-01-01T00:00:00Z"}`, 422, "body.to"},
		{"POST", "/advance", `{"by": "2000000h"}`, 422, "body.by"},
		{"POST", "/advance", `{"by": "99999999999h"}`, 422, "body.by"},
		{"PUT", "", `{"now": "9999-01-01T00:00:00Z"}`, 422, "body.now"},
		{"PUT", "", `{"now": "0001-01-01T00:00:00Z"}`, 422, "body.now"},
		{"PUT", "", `{"rate": -1}`, 422, "body.rate"},
		{"PUT", "", `{"now": "noon"}`, 422, "body.now"},
	} {
		t.Run(c.method+c.path+" "+c.body, func(t *testing.T) {
			a := api{t, a.base}
			p := a.call(c.method, "/_mock/v1/clock"+c.path, c.body).problem(c.status)
			if c.location != "" && !slices.Contains(p.locations(), c.location) {
				t.Errorf("found something at %v, want %s", p.locations(), c.location)
			}
		})
	}
}

// A receiver may call the mock from inside its handler, but the clock waits for
// the receiver, so the receiver cannot wait for the clock.
func TestAReceiverThatWaitsForTheClockIsToldSo(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	answers := make(chan reply, 2)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		a := apiOf(t, mock)
		answers <- a.call("GET", "/_mock/v1/deliveries", "")
		answers <- a.call("POST", "/_mock/v1/clock/advance", `{"by": "5m"}`)
		w.WriteHeader(http.StatusOK)
	}))
	defer receiver.Close()
	a := apiOf(t, mock)
	a.listen(newHook(t, 500).URL)
	id := a.enroll()[0]
	a.call("GET", "/_mock/v1/deliveries/"+id+"/wait?attempts=1", "").want(200)
	a.call("PUT", globalWebhook, fmt.Sprintf(`{"url": %q, "securityType": "NONE"}`, receiver.URL)).want(200)
	out := a.advance(`{"by": "5m"}`)
	(<-answers).want(200)
	if p := (<-answers).problem(409); !strings.Contains(p.Detail, "receiver") {
		t.Errorf("the problem says %q", p.Detail)
	}
	if len(out.Attempts) != 1 || out.Attempts[0].Status != 200 {
		t.Errorf("the attempt is %+v", out.Attempts)
	}
}

func TestARunningClockJumpsAhead(t *testing.T) {
	mock := mockserver.Test(t, at(1))
	a := apiOf(t, mock)
	a.listen(newHook(t, 503, 503).URL)
	a.enroll()
	out := a.advance(`{"by": "10m"}`)
	if n := len(out.Attempts); n < 2 || out.Attempts[n-1].Status != 200 {
		t.Errorf("the attempts are %+v", out.Attempts)
	}
	if passed := mock.Clock.Now().Sub(start); passed < 10*time.Minute || passed > 11*time.Minute {
		t.Errorf("%s have passed, want ten minutes and a little", passed)
	}
}
