package uqudo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
)

func TestTwoHoursOfRetriesAndThenNoMore(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t, always(400)...)
	l.webhook(h.URL)
	d := l.finish(`{"flow": "enrollment"}`).Deliveries[0]
	made := l.advance(`{"by": "2h"}`)
	if len(made) != 24 {
		t.Fatalf("%d retries were made, want 24", len(made))
	}
	for i, a := range made {
		due := labStart.Add(time.Duration(i+1) * 5 * time.Minute)
		if a.Delivery != d.ID || a.N != i+2 || a.Status != 400 || !a.At.Equal(due) {
			t.Errorf("retry %d is attempt %d at %s with %d, want it at %s", i+1, a.N, a.At, a.Status, due)
		}
	}
	r := l.stands(d, "exhausted", 25)
	if r.NextAt != nil {
		t.Errorf("another attempt is due at %s", r.NextAt)
	}
	if more := l.advance(`{"by": "48h"}`); len(more) != 0 {
		t.Errorf("%d attempts were made after the end", len(more))
	}
	got := h.requests(t, 25)
	for i, r := range got {
		if r.body != got[0].body {
			t.Errorf("attempt %d carries another token", i+1)
		}
	}
	if exp := tokenClaims(t, got[24].token(t))["exp"].(float64); exp != float64(labStart.Add(2*time.Hour).Unix()) {
		t.Errorf("exp is %v", exp)
	}
}

func TestLateRetriesCarryATokenThatHasExpired(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.settings(`{"jwsLifetime": "30m"}`)
	h := newHook(t, always(503)[:7]...)
	l.webhook(h.URL)
	d := l.finish(`{"flow": "enrollment"}`).Deliveries[0]
	l.call("POST", "/keys/rotate", `{}`).wants(201)
	l.advance(`{"by": "35m"}`)
	r := l.stands(d, "delivered", 8)
	got := h.requests(t, 8)
	exp := int64(tokenClaims(t, got[7].token(t))["exp"].(float64))
	if got[7].body != got[0].body || exp != labStart.Add(30*time.Minute).Unix() || !r.Attempts[7].At.After(time.Unix(exp, 0)) {
		t.Errorf("the last retry at %s has a token until %d, want the first one's", r.Attempts[7].At, exp)
	}
}

func TestResignMakesANewTokenForEachRetry(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.settings(`{"resign": true, "jwsLifetime": "30m"}`)
	h := newHook(t, 503, 503, 200)
	l.webhook(h.URL)
	d := l.finish(`{"flow": "enrollment", "patch": [{"op": "add", "path": "/sub", "value": "<kept>"}]}`).Deliveries[0]
	first, err := verified(t, h.got[0].token(t), l.keySet())
	if err != nil {
		t.Error(err)
	}
	var key struct{ KID string }
	l.call("POST", "/keys/rotate", `{"retire": "now"}`).wants(201).into(&key)
	l.advance(`{"to": "idle"}`)
	r := l.stands(d, "delivered", 3)
	for i, got := range h.requests(t, 3) {
		claims := tokenClaims(t, got.token(t))
		iat := float64(labStart.Unix() + int64(i)*300)
		if claims["iat"] != iat || claims["exp"] != iat+1800 || claims["sub"] != "<kept>" || claims["jti"] != d.Session {
			t.Errorf("attempt %d has iat %v exp %v sub %v jti %v", i+1, claims["iat"], claims["exp"], claims["sub"], claims["jti"])
		}
		if kid, err := verified(t, got.token(t), l.keySet()); i > 0 && (err != nil || kid != key.KID || kid == first) {
			t.Errorf("attempt %d is signed by %s, want the new key: %v", i+1, kid, err)
		}
		if r.Attempts[i].Request.Body != got.body {
			t.Errorf("attempt %d is shown with another body", i+1)
		}
	}
}

func TestResignLeavesTimesThatAPatchHasSpoilt(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.settings(`{"resign": true}`)
	for _, patch := range []string{`{"op": "replace", "path": "/iat", "value": "now"}`, `{"op": "remove", "path": "/exp"}`, `{"op": "replace", "path": "/exp", "value": 1.5}`} {
		h := newHook(t, 503)
		l.webhook(h.URL)
		d := l.finish(`{"flow": "face", "patch": [` + patch + `]}`).Deliveries[0]
		l.advance(`{"by": "5m"}`)
		l.stands(d, "delivered", 2)
		if got := h.requests(t, 2); got[0].body != got[1].body {
			t.Errorf("with %s the retry carries another token", patch)
		}
	}
}

func TestTheClockAdvancesToNextAndToIdle(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	a, b := newHook(t, always(500)...), newHook(t, 503, 503)
	l.webhook(a.URL)
	l.hosted("shop", b.URL, "JSON")
	done := l.finish(`{"flow": "lookup", "hostedKyc": "shop"}`).Deliveries
	l.advance(`{"by": "2m"}`)
	next := l.advance(`{"to": "next"}`)
	if len(next) != 2 || next[0].Delivery != done[0].ID || next[1].Delivery != done[1].ID || !next[0].At.Equal(labStart.Add(5*time.Minute)) {
		t.Errorf("to next made %v, want one attempt of each delivery at 5m, in order", next)
	}
	idle := l.advance(`{"to": "idle"}`)
	if len(idle) != 23+1 {
		t.Errorf("to idle made %d attempts, want 24", len(idle))
	}
	for i := 1; i < len(idle); i++ {
		if idle[i].At.Before(idle[i-1].At) {
			t.Errorf("attempt %d was made before the one listed before it", i)
		}
	}
	l.stands(done[0], "exhausted", 25)
	l.stands(done[1], "delivered", 3)
	var clock struct {
		Now     time.Time
		Next    *time.Time
		Pending int
	}
	l.call("GET", "/clock", "").wants(200).into(&clock)
	if !clock.Now.Equal(labStart.Add(2*time.Hour)) || clock.Next != nil || clock.Pending != 0 {
		t.Errorf("the clock is %v", clock)
	}
	if again := l.advance(`{"to": "idle"}`); len(again) != 0 {
		t.Errorf("idle again made %v", again)
	}
	l.advance(fmt.Sprintf(`{"to": %q}`, labStart.Add(3*time.Hour).Format(time.RFC3339)))
}

func TestEveryStatusBut2xxIsRetried(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, status := range []int{200, 201, 202, 204, 226, 299} {
		t.Run(fmt.Sprint(status, " is success"), func(t *testing.T) {
			l := l.anew(t)
			l.webhook(newHook(t, status).URL)
			l.stands(l.finish(`{"flow": "face"}`).Deliveries[0], "delivered", 1)
		})
	}
	for _, status := range []int{300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 410, 418, 422, 429, 500, 502, 503, 504} {
		t.Run(fmt.Sprint(status, " is retried in five minutes"), func(t *testing.T) {
			l := l.anew(t)
			l.webhook(newHook(t, status).URL)
			d := l.finish(`{"flow": "face"}`).Deliveries[0]
			if r := l.stands(d, "pending", 1); r.NextAt == nil || r.NextAt.Sub(r.Attempts[0].At) != 5*time.Minute {
				t.Errorf("the next attempt is due at %v", r.NextAt)
			}
			l.advance(`{"to": "idle"}`)
			l.stands(d, "delivered", 2)
		})
	}
}

func TestTheVendorShowsItsPlan(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	var list struct {
		Providers []struct {
			Name     string
			Events   []struct{ Name string }
			Policies []struct {
				Name, Timeout, Accepts string
				Plan                   []string
			}
		}
	}
	l.call("GET", "/providers", "").wants(200).into(&list)
	var want []string
	for m := 5; m <= 120; m += 5 {
		text := strings.TrimSuffix((time.Duration(m) * time.Minute).String(), "0s")
		want = append(want, strings.TrimSuffix(text, "h0m")+map[bool]string{true: "h"}[strings.HasSuffix(text, "h0m")])
	}
	for _, p := range list.Providers {
		if p.Name != "uqudo" {
			continue
		}
		if len(p.Events) != 4 || len(p.Policies) != 1 || p.Policies[0].Timeout != "10s" || p.Policies[0].Accepts != "2xx" {
			t.Errorf("shown are %+v", p)
		}
		if got := p.Policies[0].Plan; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the plan is %v, want %v", got, want)
		}
		return
	}
	t.Error("there is no vendor uqudo")
}

func TestThePlanOfAnAccountWithSettingsOfItsOwnIsShownToo(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.settings(`{"delivery": {"interval": "1h", "timeout": "3s"}}`)
	l.call("PUT", "/uqudo/accounts/like-others", `{"delivery": {"interval": "1h", "timeout": "3s"}}`).wants(201)
	l.call("PUT", "/uqudo/accounts/hasty", `{"delivery": {"interval": "30m", "window": "1h", "inclusive": false, "accepts": "200"}}`).wants(201)
	var list struct {
		Providers []struct {
			Policies []struct {
				Name, Timeout, Accepts string
				Plan                   []string
			}
		}
	}
	l.call("GET", "/providers", "").wants(200).into(&list)
	got := fmt.Sprintf("%+v", list.Providers[0].Policies)
	const want = "[{Name:webhook Timeout:3s Accepts:2xx Plan:[1h 2h]} {Name:webhook of account hasty Timeout:10s Accepts:200 Plan:[30m]}]"
	if got != want {
		t.Errorf("shown are %s, want %s", got, want)
	}
}
