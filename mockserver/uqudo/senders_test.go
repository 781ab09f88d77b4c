package uqudo_test

import (
	"strings"
	"testing"

	"kycmock/mockserver"
)

func TestWhichSendersTellOfASession(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		name           string
		global, hosted string // the format of the webhook; empty for none
		session        string
		want           []string
	}{
		{"both, of a session of the configuration", "JSON", "JSON", `{"flow": "enrollment", "hostedKyc": "shop"}`, []string{"global", "hosted-kyc/shop"}},
		{"the Global Webhook alone, of a session of the SDK", "JSON", "JSON", `{"flow": "enrollment"}`, []string{"global"}},
		{"the Global Webhook alone, of a configuration without one", "JSON", "", `{"flow": "reading", "hostedKyc": "shop"}`, []string{"global"}},
		{"the configuration's alone, where there is no Global Webhook", "", "JSON", `{"flow": "lookup", "hostedKyc": "shop"}`, []string{"hosted-kyc/shop"}},
		{"nobody, of a session of the SDK without a Global Webhook", "", "JSON", `{"flow": "enrollment"}`, nil},
		{"the Global Webhook, of a face session", "JSON", "JSON", `{"flow": "face"}`, []string{"global"}},
		{"nobody, of a session that was cancelled", "JSON", "JSON", `{"flow": "enrollment", "hostedKyc": "shop", "status": "cancelled"}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.anew(t)
			h := newHook(t)
			if c.global != "" {
				l.webhook(h.URL)
			}
			l.call("PUT", account+"/hosted-kyc/shop", `{}`).wants(201)
			if c.hosted != "" {
				l.hosted("shop", h.URL, c.hosted)
			}
			done := l.finish(c.session)
			var told []string
			for _, d := range done.Deliveries {
				told = append(told, d.Webhook)
				l.stands(d, "delivered", 1)
			}
			if strings.Join(told, " ") != strings.Join(c.want, " ") {
				t.Errorf("told by %v, want %v", told, c.want)
			}
			for _, r := range h.requests(t, len(c.want)) {
				if r.body != h.got[0].body || r.header.Get("Content-Type") != "application/json" {
					t.Error("two senders tell different things of one session")
				}
			}
		})
	}
}

func TestLegacyIsTheBareTokenAsText(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	global, hosted := newHook(t), newHook(t)
	l.webhook(global.URL)
	l.hosted("old", hosted.URL, "LEGACY")
	l.finish(`{"flow": "enrollment", "hostedKyc": "old"}`)
	got := hosted.requests(t, 1)[0]
	if kind := got.header.Get("Content-Type"); kind != "text/plain" {
		t.Errorf("sent as %s", kind)
	}
	if token := global.requests(t, 1)[0].token(t); got.body != token {
		t.Errorf("sent %.60q, want the token that the Global Webhook got", got.body)
	}
}

func TestLegacySwitchesToJSONInMidRetry(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct{ name, settings, kind string }{
		{"at the next attempt", `{}`, "application/json"},
		{"not for what waits, when that is a snapshot", `{"delivery": {"pending": "snapshot"}}`, "text/plain"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.anew(t)
			l.settings(c.settings)
			h := newHook(t, 503)
			l.hosted("old", h.URL, "LEGACY")
			d := l.finish(`{"flow": "enrollment", "hostedKyc": "old"}`).Deliveries[0]
			l.hosted("old", h.URL, "JSON")
			l.advance(`{"by": "5m"}`)
			l.stands(d, "delivered", 2)
			got := h.requests(t, 2)
			want := got[0].body
			if c.kind == "application/json" {
				want = `{"jwsResult":"` + want + `"}`
			}
			if kind := got[1].header.Get("Content-Type"); kind != c.kind || got[1].body != want {
				t.Errorf("the retry is %s, %.60s", kind, got[1].body)
			}
		})
	}
}

func TestALastAttemptIsWrittenAsTheDeletedWebhookWantedIt(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t, 503)
	l.hosted("old", h.URL, "LEGACY")
	d := l.finish(`{"flow": "enrollment", "hostedKyc": "old"}`).Deliveries[0]
	l.hosted("old", h.URL, "JSON")
	l.call("DELETE", account+"/hosted-kyc/old", "").wants(204)
	l.advance(`{"by": "5m"}`)
	l.stands(d, "delivered", 2)
	if got := h.requests(t, 2)[1]; got.header.Get("Content-Type") != "application/json" || !strings.HasPrefix(got.body, `{"jwsResult":`) {
		t.Errorf("the last attempt is %s, %.40s", got.header.Get("Content-Type"), got.body)
	}
}

func TestATnIsUsedOnceAndARefusalLeavesNothing(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	l.hosted("shop", h.URL, "JSON")
	l.hosted("bank", h.URL, "JSON")
	const id = "5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a10"
	l.finish(`{"flow": "enrollment", "hostedKyc": "shop", "nonce": "tn-1", "sessionId": "` + id + `"}`)
	l.call("POST", account+"/sessions", `{"flow": "reading", "hostedKyc": "shop", "nonce": "tn-1"}`).refused(409, "body.nonce")
	l.call("POST", "/triggers", `{"provider": "uqudo", "event": "reading", "data": {"hostedKyc": "shop", "nonce": "tn-1"}}`).refused(409, "body.data.nonce")
	// A refused session does not use its tn up.
	l.call("POST", account+"/sessions", `{"flow": "reading", "hostedKyc": "shop", "nonce": "tn-2", "sessionId": "`+id+`"}`).refused(409, "body.sessionId")
	l.call("POST", account+"/sessions", `{"flow": "reading", "hostedKyc": "shop", "nonce": "tn-2", "profile": "none"}`).refused(422, "body.profile")
	l.advance(`{"by": "2h"}`)
	h.requests(t, 2)
	var list struct{ Sessions []any }
	if l.call("GET", "/sessions", "").into(&list); len(list.Sessions) != 1 {
		t.Errorf("there are %d sessions, want 1", len(list.Sessions))
	}
	for _, free := range []string{
		`{"flow": "reading", "hostedKyc": "shop", "nonce": "tn-2"}`,
		`{"flow": "reading", "hostedKyc": "bank", "nonce": "tn-1"}`,
		`{"flow": "reading", "nonce": "tn-1"}`,
		`{"flow": "reading", "nonce": "tn-1"}`,
		`{"flow": "reading", "hostedKyc": "shop"}`,
		`{"flow": "reading", "hostedKyc": "shop"}`,
	} {
		l.finish(free)
	}
	l.call("POST", account+"/sessions", `{"flow": "reading", "hostedKyc": "none"}`).refused(422, "body.hostedKyc")
	l.call("POST", account+"/sessions", `{"flow": "face", "hostedKyc": "shop"}`).refused(422, "body.hostedKyc")
	l.call("POST", "/triggers", `{"provider": "uqudo", "event": "reading", "data": {"hostedKyc": "none"}}`).refused(422, "body.data.hostedKyc")
	l.call("POST", "/reset", "").wants(200)
	l.finish(`{"flow": "enrollment", "hostedKyc": "shop", "nonce": "tn-1", "sessionId": "` + id + `"}`)
}

func TestOneOfManyUsersOfATnGetsThrough(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.call("PUT", account+"/hosted-kyc/shop", `{}`).wants(201)
	statuses := make(chan int, 8)
	for range cap(statuses) {
		go func() {
			statuses <- l.call("POST", account+"/sessions", `{"flow": "reading", "hostedKyc": "shop", "nonce": "tn"}`).status
		}()
	}
	taken := 0
	for range cap(statuses) {
		if status := <-statuses; status == 202 {
			taken++
		} else if status != 409 {
			t.Errorf("answered %d", status)
		}
	}
	if taken != 1 {
		t.Errorf("%d sessions used one tn, want 1", taken)
	}
}
