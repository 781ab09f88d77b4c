package uip_test

import (
	"net/http"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// An apiEndpoint is one call that would be taken, save that it names a message
// and a record that there are not.
type apiEndpoint struct {
	name, method, path, kind, body string

	costs, listed bool // needs a verified business; lists request/webhook-missing
}

func apiEndpoints() []apiEndpoint {
	const object = "application/json"
	return []apiEndpoint{
		{"identify", "POST", "/identify", object, `{"intent":"Hello"}`, true, true},
		{"sign", "POST", "/sign", object, `{"intent":"Hello","signature_information":"All of it"}`, true, true},
		{"message", "POST", "/message", labURLEncoded, labMessage().Encode(), true, true},
		{"invalidate", "POST", "/invalidate", object, `{"message_id":"msg_unknown"}`, false, false},
		{"audit", "GET", "/audit/audit_unknown", "", "", false, false},
		{"ping", "POST", "/webhook/ping", "", "", false, true},
	}
}

// by makes the call with this Authorization header; nil sends none.
func (e apiEndpoint) by(l lab, authorization ...string) labAnswer {
	l.Helper()
	header := http.Header{"Authorization": authorization}
	if e.kind != "" {
		header.Set("Content-Type", e.kind)
	}
	return l.ask(e.method, "/uip/v1"+e.path, header, strings.NewReader(e.body))
}

// passes wants a call to get to what the endpoint itself does.
func (e apiEndpoint) passes(a labAnswer) {
	a.Helper()
	if e.name == "invalidate" || e.name == "audit" {
		a.refused("resource/not-found")
		return
	}
	a.wants(200)
}

func TestEveryEndpointWantsAKey(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	for _, e := range apiEndpoints() {
		for _, tt := range []struct {
			name          string
			authorization []string
			code          string
		}{
			{"none", nil, "auth/missing-api-key"},
			{"an empty one", []string{""}, "auth/missing-api-key"},
			{"the scheme alone", []string{"Bearer"}, "auth/missing-api-key"},
			{"the scheme and a space", []string{"Bearer "}, "auth/missing-api-key"},
			{"the key alone", []string{labKey}, "auth/missing-api-key"},
			{"another scheme", []string{"Basic " + labKey}, "auth/missing-api-key"},
			{"two spaces", []string{"Bearer  " + labKey}, "auth/missing-api-key"},
			{"a tab", []string{"Bearer\t" + labKey}, "auth/missing-api-key"},
			{"two keys", []string{"Bearer " + labKey + " " + labKey}, "auth/missing-api-key"},
			{"a colon", []string{"Bearer: " + labKey}, "auth/missing-api-key"},
			{"nobody's", []string{"Bearer nobodys"}, "auth/invalid-api-key"},
			{"one in other letters", []string{"Bearer " + strings.ToUpper(labKey)}, "auth/invalid-api-key"},
			{"one cut short", []string{"Bearer " + labKey[:8]}, "auth/invalid-api-key"},
			{"one in quotes", []string{`Bearer "` + labKey + `"`}, "auth/invalid-api-key"},
			{"one that is not UTF-8", []string{"Bearer \xff\xfe"}, "auth/invalid-api-key"},
			{"a business's that nobody made", []string{"Bearer uip-test-key-acme"}, "auth/invalid-api-key"},
		} {
			t.Run(e.name+" with "+tt.name, func(t *testing.T) {
				l := l.in(t)
				l.unchanged(func() { e.by(l, tt.authorization...).refused(tt.code) })
			})
		}
		t.Run(e.name+" reads the scheme without regard to case", func(t *testing.T) {
			e.passes(e.by(l.in(t), "bEARER "+labKey))
		})
	}
}

func TestEveryEndpointAsksWhoCalls(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, settings, code string
		withoutWebhook       bool
		only                 func(apiEndpoint) bool // the others pass
	}{
		{"an archived business", `{"archived":true}`, "auth/business-archived", false, func(apiEndpoint) bool { return true }},
		{"a revoked key", `{"apiKeys":["another-key"]}`, "auth/revoked-api-key", false, func(apiEndpoint) bool { return true }},
		{"an unverified business", `{"verified":false}`, "auth/verification-required", false, func(e apiEndpoint) bool { return e.costs }},
		{"a business without a webhook", `{}`, "request/webhook-missing", true, func(apiEndpoint) bool { return true }},
		{"a business that needs a webhook where it is listed", `{"webhookRequired":"listed"}`, "request/webhook-missing", true, func(e apiEndpoint) bool { return e.listed }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, mockserver.Config{})
			l.settings(tt.settings)
			if !tt.withoutWebhook {
				l.webhook(l.receiver().url)
			}
			for _, e := range apiEndpoints() {
				if !tt.only(e) {
					e.passes(e.by(l, "Bearer "+labKey))
					continue
				}
				l.unchanged(func() { e.by(l, "Bearer "+labKey).refused(tt.code) })
			}
		})
	}
}

// TestACallIsCheckedInOneOrder mends one thing after another that is wrong with
// a message, and wants to hear of the next.
func TestACallIsCheckedInOneOrder(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	kind, form := labURLEncoded, labMessage("receiver_uip", "user_unknown", "priority", "EXTREME")
	key, path := "", "/message/"
	revoked := l.control("POST", "/uip/businesses/default/api-keys", "").wants(201)
	l.control("DELETE", "/uip/businesses/default/api-keys/"+revoked.text("id"), "").wants(204)
	busy := l.receiver(503)
	for _, step := range []struct {
		mend func()
		code string
	}{
		{func() { l.settings(`{"archived":true,"verified":false,"extremeMessages":false,"balance":0}`) }, "request/not-found"},
		{func() { path = "/message" }, "auth/missing-api-key"},
		{func() { key = "nobodys" }, "auth/invalid-api-key"},
		{func() { key = revoked.text("key") }, "auth/revoked-api-key"},
		{func() { key = labKey }, "auth/business-archived"},
		{func() { l.settings(`{"verified":false,"extremeMessages":false,"balance":0}`) }, "auth/verification-required"},
		{func() { l.settings(`{"extremeMessages":false,"balance":0,"probeWebhook":true}`) }, "request/webhook-missing"},
		{func() { l.webhook(busy.url); kind = "text/plain" }, "request/invalid-payload"},
		{func() { kind = labURLEncoded }, "auth/insufficient-permissions"},
		{func() { form.Set("priority", "HIGH") }, "payment/insufficient-funds"},
		{func() { l.settings(`{"balance":0.03,"probeWebhook":true}`) }, "resource/not-found"},
		{func() { form.Set("receiver_uip", "user_test") }, "request/webhook-unreachable"},
	} {
		step.mend()
		a := l.as(key, "POST", path, kind, form.Encode())
		if !strings.Contains(a.body, `"code":"`+step.code+`"`) {
			t.Errorf("it answered %s, want %s", a.body, step.code)
		}
	}
	l.as(key, "POST", path, kind, form.Encode()).wants(200)
}

func TestAKeyThatIsRevokedInMidSessionOpensNothingMore(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	made := l.control("POST", "/uip/businesses/default/api-keys", "").wants(201)
	key := made.text("key")
	session := l.as(key, "POST", "/identify", "application/json", `{"intent":"Hello"}`).wants(200).text("session_id")
	l.control("DELETE", "/uip/businesses/default/api-keys/"+made.text("id"), "").wants(204)

	audit := l.complete(session) // the person knows nothing of keys
	l.as(key, "GET", "/audit/"+audit, "", "").refused("auth/revoked-api-key")
	l.audit(audit).wants(200)
	l.settings(`{"apiKeys":["` + labKey + `","` + key + `"]}`)
	l.as(key, "GET", "/audit/"+audit, "", "").wants(200)
}

func TestAKeyOpensItsOwnBusinessAlone(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	l.business("acme", `{}`)
	l.webhookOf("acme", l.receiver().url)
	const acme = "uip-test-key-acme"
	message := l.as(acme, "POST", "/message", labURLEncoded, labMessage().Encode()).wants(200).text("message_id")
	audit := l.act("messages", message, "decline")
	l.unchanged(func() {
		l.post("/invalidate", `{"message_id":"`+message+`"}`).refused("auth/unauthorized")
		l.audit(audit).refused("auth/unauthorized")
	})
	l.as(acme, "POST", "/invalidate", "application/json", `{"message_id":"`+message+`"}`).refused("resource/already-completed")
	l.as(acme, "GET", "/audit/"+audit, "", "").wants(200)
}
