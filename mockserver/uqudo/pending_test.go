package uqudo_test

import (
	"fmt"
	"testing"

	"kycmock/mockserver"
)

const (
	oldHeader = `[{"name": "X-Key", "value": "old"}]`
	newHeader = `[{"name": "X-Key", "value": "new"}]`
)

// keyed is a Global Webhook with a custom header.
func keyed(url, header string) string {
	return fmt.Sprintf(`{"url": %q, "securityType": "CUSTOM_HEADERS", "customHeaders": %s}`, url, header)
}

func TestWhatAWaitingDeliveryUsesAfterTheWebhookIsReplaced(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		name, settings string
		old, new       int // requests
		key            string
	}{
		{"by default what is configured when the attempt is made", `{}`, 1, 1, "new"},
		{"current is the default's name", `{"delivery": {"pending": "current"}}`, 1, 1, "new"},
		{"snapshot is what was configured when the session completed", `{"delivery": {"pending": "snapshot"}}`, 2, 0, "old"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.anew(t)
			l.settings(c.settings)
			before, after := newHook(t, 503), newHook(t)
			l.call("PUT", account+"/global-webhook", keyed(before.URL, oldHeader)).wants(201)
			d := l.finish(`{"flow": "enrollment"}`).Deliveries[0]
			l.call("PUT", account+"/global-webhook", keyed(after.URL, newHeader)).wants(200)
			l.advance(`{"by": "5m"}`)
			l.stands(d, "delivered", 2)
			got := append(before.requests(t, c.old), after.requests(t, c.new)...)
			if key := got[1].header.Get("X-Key"); got[0].header.Get("X-Key") != "old" || key != c.key {
				t.Errorf("the retry has the key %q, want %q", key, c.key)
			}
		})
	}
}

func TestWhatBecomesOfAWaitingDeliveryWhenItsWebhookIsDeleted(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	const none = `{"delivery": {"onDelete": "none"}}`
	for _, c := range []struct {
		name, settings string
		answers        []int
		saveAnew       bool
		status         string
		attempts       int
	}{
		{"one more attempt that succeeds delivers", `{}`, []int{503, 200}, false, "delivered", 2},
		{"one more attempt that fails is the last", `{}`, []int{503, 503, 200}, false, "cancelled", 2},
		{"one more attempt goes to the old address although there is a new webhook", `{}`, []int{503, 200}, true, "delivered", 2},
		{"one more attempt that fails is the last although there is a new webhook", `{}`, []int{503, 400, 200}, true, "cancelled", 2},
		{"a snapshot makes one more attempt too", `{"delivery": {"pending": "snapshot"}}`, []int{503, 503, 200}, false, "cancelled", 2},
		{"none is none", none, []int{503, 200}, false, "cancelled", 1},
		{"none is none although there is a new webhook", none, []int{503, 200}, true, "cancelled", 1},
	} {
		for _, path := range []string{account + "/global-webhook", account + "/hosted-kyc/shop"} {
			t.Run(c.name+" of "+path, func(t *testing.T) {
				l := l.anew(t)
				l.settings(c.settings)
				before, after := newHook(t, c.answers...), newHook(t)
				save := func(body string) {
					if path != account+"/global-webhook" {
						body = `{"webhook": ` + body + `}`
					}
					l.call("PUT", path, body).wants(201)
				}
				save(keyed(before.URL, oldHeader))
				session := `{"flow": "enrollment"}`
				if path != account+"/global-webhook" {
					session = `{"flow": "enrollment", "hostedKyc": "shop"}`
				}
				d := l.finish(session).Deliveries[0]
				l.advance(`{"by": "2m"}`)
				l.call("DELETE", path, "").wants(204)
				if c.saveAnew {
					save(keyed(after.URL, newHeader))
				}
				l.advance(`{"by": "2m59s"}`)
				before.requests(t, 1)
				l.advance(`{"by": "1s"}`)
				before.requests(t, c.attempts)
				l.advance(`{"by": "3h"}`)
				r := l.stands(d, c.status, c.attempts)
				for _, got := range before.requests(t, c.attempts) {
					if got.header.Get("X-Key") != "old" {
						t.Errorf("the old address got the key %q", got.header.Get("X-Key"))
					}
				}
				after.requests(t, 0)
				if c.status == "cancelled" && r.CancelReason == "" {
					t.Error("nothing says why it was cancelled")
				}
				if c.saveAnew {
					l.finish(session)
					after.requests(t, 1)
					before.requests(t, c.attempts)
				}
			})
		}
	}
}

func TestAWebhookDeletedWhileAnAttemptIsInFlight(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		name, settings string
		answers        []int
		status         string
		attempts       int
	}{
		{"which succeeds", `{}`, []int{200}, "delivered", 1},
		{"which fails, and so does one more", `{}`, []int{503, 503}, "cancelled", 2},
		{"which fails, and one more succeeds", `{}`, []int{503, 200}, "delivered", 2},
		{"which fails, and none follows", `{"delivery": {"onDelete": "none"}}`, []int{503, 200}, "cancelled", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.anew(t)
			l.settings(c.settings)
			h := newHook(t, c.answers...)
			l.webhook(h.URL)
			deleted := false
			h.during = func() {
				if !deleted {
					deleted = true
					l.call("DELETE", account+"/global-webhook", "").wants(204)
				}
			}
			d := l.finish(`{"flow": "enrollment"}`).Deliveries[0]
			l.advance(`{"by": "3h"}`)
			l.stands(d, c.status, c.attempts)
			h.requests(t, c.attempts)
		})
	}
}

func TestAWebhookDeletedOftenWhileADeliveryWaits(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	first, other := newHook(t, 503), newHook(t)
	l.webhook(first.URL)
	d := l.finish(`{"flow": "face"}`).Deliveries[0]
	for range 30 {
		l.call("DELETE", account+"/global-webhook", "").wants(204)
		l.webhook(other.URL)
	}
	l.advance(`{"by": "5m"}`)
	l.stands(d, "delivered", 2)
	first.requests(t, 2)
	l.finish(`{"flow": "face"}`)
	other.requests(t, 1)
	var journal struct {
		Entries []struct {
			Kind string
			Data struct{ Gone []any }
		}
	}
	l.call("GET", "/journal?limit=1000", "").wants(200).into(&journal)
	for _, e := range journal.Entries {
		if len(e.Data.Gone) > 10 {
			t.Fatalf("an entry of the journal lists %d deleted webhooks", len(e.Data.Gone))
		}
	}
}

func TestAConfigurationLosesItsWebhookAndStays(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t, 503, 503, 200)
	l.hosted("shop", h.URL, "JSON")
	d := l.finish(`{"flow": "enrollment", "hostedKyc": "shop"}`).Deliveries[0]
	l.call("PUT", account+"/hosted-kyc/shop", `{}`).wants(200)
	if got := string(l.call("GET", account+"/hosted-kyc/shop", "").wants(200).body); got != `{"name":"shop"}`+"\n" {
		t.Errorf("the configuration is %s", got)
	}
	l.advance(`{"by": "2h"}`)
	l.stands(d, "cancelled", 2)
	if told := l.finish(`{"flow": "enrollment", "hostedKyc": "shop"}`).Deliveries; len(told) != 0 {
		t.Errorf("told by %v", told)
	}
}

func TestAccountsShareNothing(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	ours, theirs := newHook(t, 503), newHook(t)
	const other = "/uqudo/accounts/other"
	l.webhook(ours.URL)
	l.call("PUT", other+"/global-webhook", keyed(theirs.URL, newHeader)).wants(201)
	l.call("PUT", other, `{"jwsLifetime": "30m", "delivery": {"interval": "1m"}}`).wants(200)
	l.call("PUT", other+"/hosted-kyc/shop", `{}`).wants(201)
	d := l.finish(`{"flow": "enrollment", "nonce": "n"}`).Deliveries[0]
	theirs.requests(t, 0)
	l.call("POST", account+"/sessions", `{"flow": "enrollment", "hostedKyc": "shop"}`).refused(422, "body.hostedKyc")
	l.call("DELETE", other+"/global-webhook", "").wants(204)
	l.call("GET", account+"/global-webhook", "").wants(200)
	l.advance(`{"by": "4m"}`)
	ours.requests(t, 1)
	l.advance(`{"by": "1m"}`)
	l.stands(d, "delivered", 2)
	theirs.requests(t, 0)
}
