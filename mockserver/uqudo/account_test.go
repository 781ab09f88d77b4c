package uqudo_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"kycmock/mockserver"
)

// accountBody is an account as the control API shows it.
type accountBody struct {
	Name, ClientID, ClientSecret, JWSLifetime, FaceJWSLifetime string
	Resign, StoreData, FaceSessions, DeviceAttestation         bool
	Delivery                                                   struct {
		Interval, Window, Timeout, Accepts, Pending, OnDelete, UserAgent, ContentType, LegacyContentType string
		Inclusive, FollowRedirects                                                                       bool
	}
}

func (l lab) account(name string) (a accountBody) {
	l.Helper()
	l.call("GET", "/uqudo/accounts/"+name+"?reveal=true", "").wants(200).into(&a)
	return a
}

func TestTheDefaultAccountIsThereWithItsDefaults(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	got := l.account("default")
	want := accountBody{Name: "default", ClientID: got.ClientID, ClientSecret: got.ClientSecret, JWSLifetime: "2h", FaceJWSLifetime: "10m",
		StoreData: true, FaceSessions: true, DeviceAttestation: true}
	want.Delivery.Interval, want.Delivery.Window, want.Delivery.Inclusive, want.Delivery.Timeout = "5m", "2h", true, "10s"
	want.Delivery.Accepts, want.Delivery.Pending, want.Delivery.OnDelete = "2xx", "current", "one-more"
	want.Delivery.UserAgent, want.Delivery.ContentType, want.Delivery.LegacyContentType = "kycmock", "application/json", "text/plain"
	if got != want || len(got.ClientID) != 36 || got.ClientSecret == "" {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	other := lab{t, mockserver.Test(t, mockserver.Config{}).URL}
	if other.account("default").ClientID != got.ClientID {
		t.Error("another mock has another client ID")
	}
	l.call("GET", "/uqudo/accounts/nobody", "").refused(404)
}

func TestPuttingAnAccountReplacesAllButItsIdentities(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	const id = "0b6f3a52-9d1c-4c8e-9a77-51f2c0de1a01"
	before := l.account("default")
	l.settings(`{"clientId": "` + id + `", "clientSecret": "s", "jwsLifetime": "30m", "resign": true, "storeData": false, "faceSessions": false, "delivery": {"interval": "1m", "inclusive": false, "accepts": "200"}}`)
	set := l.account("default")
	if set.ClientID != id || set.ClientSecret != "s" || set.JWSLifetime != "30m" || !set.Resign || set.StoreData || set.Delivery.Interval != "1m" || set.Delivery.Inclusive || set.Delivery.Window != "2h" {
		t.Errorf("set is %+v", set)
	}
	l.settings(`{}`)
	want := before
	want.ClientID, want.ClientSecret = id, "s"
	if got := l.account("default"); got != want {
		t.Errorf("got %+v\nwant the defaults and the identities of before: %+v", got, want)
	}
	l.call("PUT", "/uqudo/accounts/second", `{}`).wants(201)
	if second := l.account("second"); second.ClientID == id || second.ClientID == before.ClientID {
		t.Errorf("the second account has the client ID %s of the first", second.ClientID)
	}
	var list struct{ Accounts []accountBody }
	l.call("GET", "/uqudo/accounts", "").wants(200).into(&list)
	if len(list.Accounts) != 2 || list.Accounts[0].Name != "default" || list.Accounts[1].Name != "second" {
		t.Errorf("listed are %+v", list.Accounts)
	}
}

func TestAnAccountThatBreaksRulesIsToldEachAndStays(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	before := l.account("default")
	for _, c := range []struct{ body, places string }{
		{`{"clientId": "me", "clientSecret": ""}`, "body.clientId body.clientSecret"},
		{`{"jwsLifetime": "0s", "faceJwsLifetime": "soon"}`, "body.jwsLifetime body.faceJwsLifetime"},
		{`{"jwsLifetime": 30}`, "body.jwsLifetime"},
		{`{"jwsLifetime": "-5m"}`, "body.jwsLifetime"},
		{`{"resign": "yes", "surprise": 1}`, "body.resign body.surprise"},
		{`{"delivery": {"interval": "0s", "window": "2", "timeout": "0s", "accepts": "3xx", "pending": "now", "onDelete": "two", "jitter": "1s"}}`,
			"body.delivery.interval body.delivery.window body.delivery.timeout body.delivery.accepts body.delivery.pending body.delivery.onDelete body.delivery.jitter"},
		{`{"delivery": {"interval": "1.2.3s"}}`, "body.delivery.interval"},
		{`{"delivery": {"interval": "1ms", "window": "999999h"}}`, "body.delivery.interval"},
		{`{"delivery": {"window": "99999999999h"}}`, "body.delivery.window"},
		{`{"delivery": {"userAgent": "a\nb", "contentType": "a\rb", "legacyContentType": "a\u0000b"}}`, "body.delivery.userAgent body.delivery.contentType body.delivery.legacyContentType"},
	} {
		t.Run(c.body, func(t *testing.T) {
			l.in(t).call("PUT", account, c.body).refused(422, fields(c.places)...)
		})
	}
	if got := l.account("default"); got != before {
		t.Errorf("the account is %+v now", got)
	}
}

// TestSettingsOfDelivery lets a receiver be down for good, and looks when it
// was asked.
func TestSettingsOfDelivery(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		name, settings string
		answers        []int
		minutes        []int // when attempts were made
		status         string
	}{
		{"interval", `{"interval": "30m"}`, always(503), []int{0, 30, 60, 90, 120}, "exhausted"},
		{"window", `{"window": "12m"}`, always(503), []int{0, 5, 10}, "exhausted"},
		{"a window of nothing is no retry", `{"window": "0s"}`, always(503), []int{0}, "exhausted"},
		{"inclusive, the default, retries when the window has passed exactly", `{"window": "10m"}`, always(503), []int{0, 5, 10}, "exhausted"},
		{"not inclusive does not", `{"window": "10m", "inclusive": false}`, always(503), []int{0, 5}, "exhausted"},
		{"accepts 200 alone", `{"accepts": "200"}`, []int{201, 204, 200}, []int{0, 5, 10}, "delivered"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.anew(t)
			l.settings(`{"delivery": ` + c.settings + `}`)
			l.webhook(newHook(t, c.answers...).URL)
			d := l.finish(`{"flow": "face"}`).Deliveries[0]
			l.advance(`{"to": "idle"}`)
			var got []int
			attempts := l.stands(d, c.status, len(c.minutes)).Attempts
			for _, a := range attempts {
				got = append(got, int(a.At.Sub(attempts[0].At)/time.Minute))
			}
			if !slices.Equal(got, c.minutes) {
				t.Errorf("attempts were made at minutes %v, want %v", got, c.minutes)
			}
		})
	}
}

func TestTheTimeoutOfAnAttemptIsRealTime(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.settings(`{"delivery": {"timeout": "20ms"}}`)
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the server does not see that the mock hangs up
		<-r.Context().Done()
	}))
	t.Cleanup(slow.Close)
	l.webhook(slow.URL)
	d := l.finish(`{"flow": "face"}`).Deliveries[0]
	if a := l.stands(d, "pending", 1).Attempts[0]; a.Status != 0 || a.ErrorKind != "timeout" || a.Error == "" {
		t.Errorf("the attempt is %+v", a)
	}
}

func TestRedirectsAreFollowedOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for follow, want := range map[bool]string{false: "pending", true: "delivered"} {
		t.Run(fmt.Sprint(follow), func(t *testing.T) {
			l := l.anew(t)
			l.settings(fmt.Sprintf(`{"delivery": {"followRedirects": %t}}`, follow))
			target := newHook(t)
			h := httptest.NewServer(http.RedirectHandler(target.URL, http.StatusTemporaryRedirect))
			t.Cleanup(h.Close)
			l.webhook(h.URL)
			l.stands(l.finish(`{"flow": "face"}`).Deliveries[0], want, 1)
			target.requests(t, map[bool]int{true: 1}[follow])
		})
	}
}

func TestSettingsOfWhatIsSent(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h, legacy := newHook(t), newHook(t)
	l.webhook(h.URL)
	l.hosted("old", legacy.URL, "LEGACY")
	l.settings(`{"clientId": "0b6f3a52-9d1c-4c8e-9a77-51f2c0de1a01", "jwsLifetime": "30m", "faceJwsLifetime": "1m", "faceSessions": false, "deviceAttestation": false,
		"delivery": {"userAgent": "Uqudo/1", "contentType": "application/json; charset=utf-8", "legacyContentType": "application/jwt"}}`)
	if told := l.finish(`{"flow": "face"}`).Deliveries; len(told) != 0 {
		t.Errorf("a face session is told by %v", told)
	}
	l.finish(`{"flow": "enrollment", "hostedKyc": "old"}`)
	got := h.requests(t, 1)[0]
	if got.header.Get("User-Agent") != "Uqudo/1" || got.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("the headers are %v", got.header)
	}
	if kind := legacy.requests(t, 1)[0].header.Get("Content-Type"); kind != "application/jwt" {
		t.Errorf("LEGACY is sent as %s", kind)
	}
	claims := h.claims(t)
	if claims["aud"] != "0b6f3a52-9d1c-4c8e-9a77-51f2c0de1a01" || claims["exp"].(float64)-claims["iat"].(float64) != 1800 {
		t.Errorf("aud %v iat %v exp %v", claims["aud"], claims["iat"], claims["exp"])
	}
	if look(claims, "data.deviceAttestation") != "absent" {
		t.Error("the result has a device attestation")
	}
	l.settings(`{"faceJwsLifetime": "1m", "delivery": {"userAgent": ""}}`)
	l.finish(`{"flow": "enrollment"}`)
	if look(h.claims(t), "data.deviceAttestation") == "absent" {
		t.Error("by default the result has no device attestation")
	}
	l.finish(`{"flow": "face"}`)
	if claims := h.claims(t); claims["exp"].(float64)-claims["iat"].(float64) != 60 {
		t.Errorf("a face session has iat %v exp %v", claims["iat"], claims["exp"])
	}
	if agent, sent := h.requests(t, 3)[2].header["User-Agent"]; sent {
		t.Errorf("an empty userAgent is sent as %q", agent)
	}
}
