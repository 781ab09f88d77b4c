package uip_test

import (
	"regexp"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/uip"
)

var ctlUUID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

type ctlWebhook struct{ URL, Secret string }

func TestAWebhookIsSavedShownRotatedAndDeleted(t *testing.T) {
	t.Parallel()
	const path = ctlBusiness + "/webhook"
	l, hook := ctlNew(t, mockserver.Config{}), ctlListen(t)
	l.call("GET", path, "").refused(404)
	l.call("DELETE", path, "").refused(404)
	var w ctlWebhook
	l.call("PUT", path, ctlObject{"url": hook.URL}.text()).wants(201).into(&w)
	if w != (ctlWebhook{hook.URL, ctlSecret}) {
		t.Errorf("it was saved as %v", w)
	}
	l.call("GET", path, "").wants(200).into(&w)
	if w != (ctlWebhook{hook.URL, "***"}) {
		t.Errorf("it shows as %v", w)
	}
	var first struct{ Secret string }
	l.call("POST", path+"/rotate-secret", "").wants(200).into(&first)
	if !ctlUUID.MatchString(first.Secret) || first.Secret == ctlSecret {
		t.Errorf("the new secret is %q", first.Secret)
	}
	l.call("PUT", path, ctlObject{"url": hook.URL + "/other"}.text()).wants(200).into(&w)
	if w != (ctlWebhook{hook.URL + "/other", first.Secret}) {
		t.Errorf("with another URL it was saved as %v", w)
	}
	l.call("PUT", path, ctlObject{"url": hook.URL, "secret": "00000000-0000-4000-8000-000000000000"}.text()).wants(200).into(&w)
	if w.Secret != "00000000-0000-4000-8000-000000000000" {
		t.Errorf("with a secret it was saved as %v", w)
	}
	l.call("DELETE", path, "").wants(204)
	l.call("GET", path, "").refused(404)
	l.call("PUT", path, ctlObject{"url": hook.URL}.text()).wants(201).into(&w) // its secret stayed
	if w.Secret != "00000000-0000-4000-8000-000000000000" {
		t.Errorf("after it was deleted it was saved as %v", w)
	}
}

func TestWhatAWebhookCannotBe(t *testing.T) {
	t.Parallel()
	l := ctlNew(t, mockserver.Config{})
	for body, locations := range map[string][]string{
		`{}`:                       {"body.url"},
		`{"url": ""}`:              {"body.url"},
		`{"url": "example.test"}`:  {"body.url"},
		`{"url": "/hook"}`:         {"body.url"},
		`{"url": "ftp://a.test/"}`: {"body.url"},
		`{"url": "http://"}`:       {"body.url"},
		`{"url": "http://a b/"}`:   {"body.url"},
		`{"url": "http://u:p@a/"}`: {"body.url"},
		`{"url": 5, "secret": 5}`:  {"body.url", "body.secret"},
		`{"url": "x", "secret": "uip_whsec_0123456789abcdef0123456789abcdef"}`:         {"body.url", "body.secret"},
		`{"url": "http://a.test", "secret": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"}`:   {"body.secret"},
		`{"url": "http://a.test", "secret": "3f2504e04f8941d39a0c0305e82c3301"}`:       {"body.secret"},
		`{"url": "http://a.test", "secret": "***", "securityType": "NONE"}`:            {"body.secret", "body.securityType"},
		`{"url": "http://a.test", "secret": "3f2504e0-4f89-41d3-9a0c-0305e82c3301\n"}`: {"body.secret"},
	} {
		for _, business := range []string{"default", "new"} {
			a := l.call("PUT", "/uip/businesses/"+business+"/webhook", body).refused(422, locations...)
			if strings.Contains(a.body, "whsec_0123") || strings.Contains(a.body, "u:p@") {
				t.Errorf("it repeats a secret: %s", a.body)
			}
		}
	}
	l.call("GET", "/uip/businesses/new", "").refused(404)
	l.call("GET", "/uip/businesses/new/webhook", "").refused(404)
	l.call("DELETE", "/uip/businesses/new/webhook", "").refused(404)
	l.call("POST", "/uip/businesses/new/webhook/rotate-secret", "").refused(404)
}

func TestAnotherBusinessStartsWithASecretMadeFromItsName(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{}
	for range 2 {
		l, hook := ctlNew(t, mockserver.Config{}), ctlListen(t)
		for _, business := range []string{"shop", "bank"} {
			var w ctlWebhook
			l.call("PUT", "/uip/businesses/"+business+"/webhook", ctlObject{"url": hook.URL}.text()).wants(201).into(&w)
			if before, known := secrets[business]; known && before != w.Secret || !ctlUUID.MatchString(w.Secret) {
				t.Errorf("the secret of %s is %s, and was %s", business, w.Secret, before)
			}
			secrets[business] = w.Secret
			l.trigger(ctlObject{"event": "test", "account": business})
			l.idle()
			if got := hook.last(t); got.signature() != uip.Sign(w.Secret, "", got.body) {
				t.Errorf("its event is signed %s", got.signature())
			}
		}
	}
	if secrets["shop"] == secrets["bank"] {
		t.Error("two businesses have one secret")
	}
}

func TestAStrictMockOrBusinessWantsHTTPS(t *testing.T) {
	t.Parallel()
	t.Run("the mock", func(t *testing.T) {
		t.Parallel()
		l := ctlNew(t, mockserver.Config{Strict: true})
		for _, business := range []string{"default", "new"} {
			l.call("PUT", "/uip/businesses/"+business+"/webhook", `{"url": "http://a.test/"}`).refused(422, "body.url")
			l.call("PUT", "/uip/businesses/"+business+"/webhook", `{"url": "https://a.test/"}`).wants(201)
		}
	})
	t.Run("the business", func(t *testing.T) {
		t.Parallel()
		l, hook := ctlWith(t)
		l.settings(`{"strict": true}`)
		l.call("PUT", ctlBusiness+"/webhook", `{"url": "http://a.test/"}`).refused(422, "body.url")
		if a := l.api("POST", "/webhook/ping", ""); a.status != 500 || !strings.Contains(a.body, `"data/corrupt"`) {
			t.Errorf("ping answered %d: %s", a.status, a.body)
		}
		hook.requests(t, 0)
		l.trigger(ctlObject{"event": "identify"}) // what was saved before is still used
		l.idle()
		hook.requests(t, 1)
		l.call("PUT", "/uip/businesses/other/webhook", `{"url": "http://a.test/"}`).wants(201)
		l.settings(`{}`)
		l.api("POST", "/webhook/ping", "").wants(200)
	})
}
