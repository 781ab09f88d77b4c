package uip_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
)

const ctlBusiness = "/uip/businesses/default"

// ctlDefaults is what a business is that nobody has set anything of.
const ctlDefaults = `{"business":"default","name":"default","requesterName":"API","contract":"A","balance":null,"archived":false,` +
	`"verified":true,"extremeMessages":true,"strict":false,"autoComplete":null,"webhookRequired":"all","probeWebhook":false,` +
	`"unknownFields":"ignore","attachmentLimit":20971520,"qrCode":"https://www.uip.id/{session_id}","delivery":{"waits":["0s","5s","30s","2m","10m"],` +
	`"attempts":6,"base":"previous","timeout":"10s","accepts":"200","followRedirects":false,"pending":"current","userAgent":"kycmock"},` +
	`"apiKeys":[{"id":"key_default","key":"***"}]}`

func TestTheDefaultBusinessExistsFromTheStart(t *testing.T) {
	t.Parallel()
	l := ctlNew(t, mockserver.Config{})
	if a := l.call("GET", ctlBusiness, "").wants(200); strings.TrimSpace(a.body) != ctlDefaults {
		t.Errorf("it is\n%swant\n%s", a.body, ctlDefaults)
	}
	if a := l.call("GET", "/uip/businesses", "").wants(200); strings.TrimSpace(a.body) != `{"businesses":[`+ctlDefaults+`]}` {
		t.Errorf("the businesses are\n%s", a.body)
	}
	if a := l.call("GET", ctlBusiness+"?reveal=true", "").wants(200); !strings.Contains(a.body, `"key":"uip-test-key"`) {
		t.Errorf("it is\n%s", a.body)
	}
	if a := l.call("PUT", ctlBusiness, "{}").wants(200); strings.TrimSpace(a.body) != ctlDefaults {
		t.Errorf("after nothing was set it is\n%swant\n%s", a.body, ctlDefaults)
	}
	l.call("GET", "/uip/businesses/nobody", "").refused(404)
}

func TestPutReplacesABusinessAndKeepsItsKeys(t *testing.T) {
	t.Parallel()
	l, _ := ctlWith(t)
	l.call("POST", ctlBusiness+"/api-keys", "").wants(201)
	before := l.keys("default")
	l.settings(`{"name": "Acme", "requesterName": "HR", "contract": "A2", "balance": 5.5, "archived": true, "verified": false, "extremeMessages": false,
		"strict": true, "autoComplete": "1m30s", "webhookRequired": "listed", "probeWebhook": true, "unknownFields": "refuse", "attachmentLimit": 10,
		"qrCode": "uip:{session_id}", "delivery": {"waits": ["1s"], "base": "first", "timeout": "1s", "accepts": "2xx", "followRedirects": true, "pending": "snapshot", "userAgent": "UIP"}}`)
	want := `{"business":"default","name":"Acme","requesterName":"HR","contract":"A2","balance":5.5,"archived":true,"verified":false,"extremeMessages":false,` +
		`"strict":true,"autoComplete":"1m30s","webhookRequired":"listed","probeWebhook":true,"unknownFields":"refuse","attachmentLimit":10,"qrCode":"uip:{session_id}",` +
		`"delivery":{"waits":["1s"],"attempts":2,"base":"first","timeout":"1s","accepts":"2xx","followRedirects":true,"pending":"snapshot","userAgent":"UIP"},`
	if a := l.call("GET", ctlBusiness, "").wants(200); !strings.HasPrefix(a.body, want) {
		t.Errorf("it is\n%swant\n%s", a.body, want)
	}
	if after := l.keys("default"); !slices.Equal(after, before) || len(after) != 2 {
		t.Errorf("the keys are %v, want %v", after, before)
	}
	l.settings(`{"name": "Acme"}`) // everything else has its default again
	if a, want := l.call("GET", ctlBusiness, "").wants(200), strings.Replace(ctlDefaults, `"name":"default"`, `"name":"Acme"`, 1); !strings.HasPrefix(a.body, strings.Split(want, `"apiKeys"`)[0]) {
		t.Errorf("it is\n%swant\n%s", a.body, want)
	}
	if a := l.call("GET", ctlBusiness+"/webhook?reveal=true", "").wants(200); !strings.Contains(a.body, ctlSecret) {
		t.Errorf("the webhook is %s", a.body)
	}
}

// A ctlAPIKey is one of a business's.
type ctlAPIKey struct {
	ID, Key string
	Revoked bool
}

func (l ctlLab) keys(business string) []ctlAPIKey {
	l.Helper()
	var b struct{ APIKeys []ctlAPIKey }
	l.call("GET", "/uip/businesses/"+business+"?reveal=true", "").wants(200).into(&b)
	return b.APIKeys
}

// calls is what UIP's API answers whoever shows this key.
func (l ctlLab) calls(key string) string {
	l.Helper()
	var problem struct{ Code string }
	a := l.ask("POST", "/uip/v1/invalidate", `{"message_id": "msg_1"}`, http.Header{"Authorization": {"Bearer " + key}, "Content-Type": {"application/json"}})
	a.into(&problem)
	return problem.Code
}

func TestAPIKeysAreMadeReplacedAndRevoked(t *testing.T) {
	t.Parallel()
	l, _ := ctlWith(t)
	const good = "resource/not-found" // there is no such message
	var made ctlAPIKey
	l.call("POST", ctlBusiness+"/api-keys", "").wants(201).into(&made)
	if l.calls(made.Key) != good || l.calls(ctlKey) != good || l.calls("nobody's") != "auth/invalid-api-key" || l.calls("***") != "auth/invalid-api-key" {
		t.Errorf("the new key %q is answered %s", made.Key, l.calls(made.Key))
	}
	l.call("DELETE", ctlBusiness+"/api-keys/"+made.ID, "").wants(204)
	l.call("DELETE", ctlBusiness+"/api-keys/"+made.ID, "").refused(404)
	l.call("DELETE", ctlBusiness+"/api-keys/key_none", "").refused(404)
	if l.calls(made.Key) != "auth/revoked-api-key" {
		t.Errorf("the revoked key is answered %s", l.calls(made.Key))
	}
	l.settings(`{"apiKeys": ["first-key", "second-key"]}`)
	if l.calls("first-key") != good || l.calls("second-key") != good || l.calls(ctlKey) != "auth/revoked-api-key" || l.calls(made.Key) != "auth/revoked-api-key" {
		t.Errorf("after keys were replaced they are %v", l.keys("default"))
	}
	first := l.keys("default")[0]
	l.settings(`{"apiKeys": ["uip-test-key", "first-key"]}`)
	keys := l.keys("default")
	if l.calls(ctlKey) != good || l.calls("second-key") != "auth/revoked-api-key" || len(keys) != 4 || keys[1] != first || keys[0].ID != "key_default" {
		t.Errorf("after keys were replaced again they are %v", keys)
	}
	l.settings(`{"apiKeys": []}`)
	if l.calls("first-key") != "auth/revoked-api-key" || l.calls(ctlKey) != "auth/revoked-api-key" {
		t.Errorf("after keys were taken away they are %v", l.keys("default"))
	}

	l.call("PUT", "/uip/businesses/shop", "{}").wants(201)
	if got := l.calls("uip-test-key-shop"); got != "request/webhook-missing" {
		t.Errorf("the other business's key is answered %s", got)
	}
	l.call("POST", "/uip/businesses/nobody/api-keys", "").refused(404)
	l.call("DELETE", "/uip/businesses/nobody/api-keys/key_nobody", "").refused(404)
	l.call("DELETE", "/uip/businesses/shop/api-keys/"+first.ID, "").refused(404)
}

// TestNoTwoBusinessesHaveOneKey tries to take a key that is another business's,
// or will be as soon as that is made.
func TestNoTwoBusinessesHaveOneKey(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	l.call("PUT", "/uip/businesses/shop", `{"apiKeys": ["own-key"]}`).wants(201)
	l.call("PUT", "/uip/businesses/shop", `{"apiKeys": ["uip-test-key", "own-key"]}`).refused(422, "body.apiKeys[0]")
	l.call("PUT", ctlBusiness, `{"apiKeys": ["fine", "own-key"]}`).refused(422, "body.apiKeys[1]")
	l.call("PUT", ctlBusiness, `{"apiKeys": ["uip-test-key-shop"]}`).refused(422, "body.apiKeys[0]") // revoked, and still the shop's
	l.call("PUT", ctlBusiness, `{"apiKeys": ["uip-test-key-later"]}`).refused(422, "body.apiKeys[0]")
	l.call("PUT", "/uip/businesses/later/webhook", ctlObject{"url": hook.URL}.text()).wants(201)
	l.call("PUT", "/uip/businesses/later", `{"apiKeys": ["uip-test-key-later", "another"]}`).wants(200)
	if l.calls("uip-test-key-later") != "resource/not-found" {
		t.Errorf("the key is answered %s", l.calls("uip-test-key-later"))
	}
	l.call("PUT", "/uip/businesses/new", `{"apiKeys": ["uip-test-key"]}`).refused(422, "body.apiKeys[0]")
	l.call("GET", "/uip/businesses/new", "").refused(404)
}

func TestWhatABusinessCannotBe(t *testing.T) {
	t.Parallel()
	l := ctlNew(t, mockserver.Config{})
	for _, c := range []struct {
		body      string
		locations []string
	}{
		{`{"name": ""}`, []string{"body.name"}},
		{`{"contract": "B"}`, []string{"body.contract"}},
		{`{"contract": "a"}`, []string{"body.contract"}},
		{`{"balance": "5"}`, []string{"body.balance"}},
		{`{"autoComplete": "-1s"}`, []string{"body.autoComplete"}},
		{`{"autoComplete": "soon"}`, []string{"body.autoComplete"}},
		{`{"autoComplete": "10001h"}`, []string{"body.autoComplete"}},
		{`{"webhookRequired": "none", "unknownFields": "maybe"}`, []string{"body.webhookRequired", "body.unknownFields"}},
		{`{"attachmentLimit": 0}`, []string{"body.attachmentLimit"}},
		{`{"attachmentLimit": 50000001}`, []string{"body.attachmentLimit"}},
		{`{"qrCode": ""}`, []string{"body.qrCode"}},
		{`{"apiKey": "x"}`, []string{"body.apiKey"}},
		{`{"apiKeys": ["a", "a", "", "b c", "ü", "***"]}`, []string{"body.apiKeys[1]", "body.apiKeys[2]", "body.apiKeys[3]", "body.apiKeys[4]", "body.apiKeys[5]"}},
		{`{"apiKeys": [{"id": "key_1"}]}`, []string{"body.apiKeys[0]"}},
		{`{"delivery": {"attempts": 4}}`, []string{"body.delivery.attempts"}},
		{`{"delivery": {"attempts": 7}}`, []string{"body.delivery.attempts"}},
		{`{"delivery": {"attempts": 0, "waits": []}}`, []string{"body.delivery.attempts"}},
		{`{"delivery": {"waits": ["-1s", "10001h"]}}`, []string{"body.delivery.waits[0]", "body.delivery.waits[1]"}},
		{`{"delivery": {"waits": ["5s", "1s"], "base": "first"}}`, []string{"body.delivery.waits[1]"}},
		{`{"delivery": {"base": "last", "accepts": "any", "pending": "never"}}`, []string{"body.delivery.base", "body.delivery.accepts", "body.delivery.pending"}},
		{`{"delivery": {"timeout": "long"}}`, []string{"body.delivery.timeout"}},
		{`{"delivery": {"waits": ["1s", "soon", 5]}}`, []string{"body.delivery.waits[1]", "body.delivery.waits[2]"}},
		{`{"delivery": {"timeout": "0s"}}`, []string{"body.delivery.timeout"}},
		{`{"delivery": {"userAgent": "a\r\nX-Evil: 1"}}`, []string{"body.delivery.userAgent"}},
		{`{"delivery": {"retries": 1}, "colour": "red", "strict": "yes"}`, []string{"body.delivery.retries", "body.colour", "body.strict"}},
	} {
		t.Run(c.body, func(t *testing.T) {
			l := l.in(t)
			l.call("PUT", ctlBusiness, c.body).refused(422, c.locations...)
			l.call("PUT", "/uip/businesses/new", c.body).refused(422, c.locations...)
			l.call("GET", "/uip/businesses/new", "").refused(404)
		})
	}
	for _, body := range []string{`{`, `[]`, `"x"`, `{"name": "a", "name": "b"}`} {
		if a := l.call("PUT", ctlBusiness, body); a.status != 400 && a.status != 422 {
			t.Errorf("%s is answered %d: %s", body, a.status, a.body)
		}
	}
	if entries := l.entries("uip.business"); len(entries) != 0 {
		t.Errorf("something was saved: %s", entries[0].Data)
	}
}

// TestABusinesssNameCanBeWrittenInAKeyAndAPath has names that would make an API
// key that nobody can send, or an address that nobody can ask for.
func TestABusinesssNameCanBeWrittenInAKeyAndAPath(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	for path, works := range map[string]bool{
		"shop": true, "Shop_2.eu-west": true, "a%40b": true, "a%3Fb%26c": true, strings.Repeat("a", 64): true,
		"a%20b": false, "%C3%BC": false, "a%0Ab": false, "a%00b": false, strings.Repeat("a", 65): false,
	} {
		t.Run(path, func(t *testing.T) {
			l := l.in(t)
			if !works {
				l.call("PUT", "/uip/businesses/"+path, "{}").refused(422)
				l.call("PUT", "/uip/businesses/"+path+"/webhook", ctlObject{"url": hook.URL}.text()).refused(422)
				l.call("GET", "/uip/businesses/"+path, "").refused(404)
				return
			}
			l.call("PUT", "/uip/businesses/"+path, "{}").wants(201)
			l.call("PUT", "/uip/businesses/"+path, "{}").wants(200)
			l.call("PUT", "/uip/businesses/"+path+"/webhook", ctlObject{"url": hook.URL}.text()).wants(201)
			keys := l.keys(path)
			if got := l.calls(keys[0].Key); got != "resource/not-found" {
				t.Errorf("its key %q is answered %s", keys[0].Key, got)
			}
		})
	}
}

func TestPeopleAreInventedOrAsDescribed(t *testing.T) {
	t.Parallel()
	l := ctlNew(t, mockserver.Config{})
	type human struct{ UIPID, Name, DateOfBirth, CountryOfOrigin, IdentityExpiresAt string }
	people := func() []human {
		var out struct{ People []human }
		l.call("GET", "/uip/people", "").wants(200).into(&out)
		return out.People
	}
	tessa := human{"user_test", "Tessa Quillmere", "1990-05-15", "US", "2035-01-01T00:00:00Z"}
	if got := people(); !slices.Equal(got, []human{tessa}) {
		t.Errorf("at first the people are %v", got)
	}
	var invented, described, partly human
	l.call("POST", "/uip/people", `{}`).wants(201).into(&invented)
	l.call("POST", "/uip/people", `{"uipId": "user_zoe", "name": "Zoë", "dateOfBirth": "2000-02-29", "countryOfOrigin": "DE", "identityExpiresAt": "2030-01-02T05:04:05+01:00"}`).wants(201).into(&described)
	l.call("POST", "/uip/people", `{"name": "Ann"}`).wants(201).into(&partly)
	if described != (human{"user_zoe", "Zoë", "2000-02-29", "DE", "2030-01-02T04:04:05Z"}) {
		t.Errorf("she is %v", described)
	}
	if !strings.HasPrefix(invented.UIPID, "user_") || invented.Name == "" || len(invented.DateOfBirth) != 10 || len(invented.CountryOfOrigin) != 2 || invented.IdentityExpiresAt != "2028-11-22T00:00:00Z" {
		t.Errorf("somebody invented is %v", invented)
	}
	if partly.Name != "Ann" || partly.UIPID == "" || partly.UIPID == invented.UIPID {
		t.Errorf("Ann is %v", partly)
	}
	if got := people(); !slices.Equal(got, []human{tessa, invented, described, partly}) {
		t.Errorf("then the people are %v", got)
	}
	for body, c := range map[string]struct {
		status    int
		locations []string
	}{
		`{"uipId": "user_zoe"}`:                              {409, []string{"body.uipId"}},
		`{"uipId": "user_test"}`:                             {409, []string{"body.uipId"}},
		`{"uipId": "zoe"}`:                                   {422, []string{"body.uipId"}},
		`{"uipId": "user_a b"}`:                              {422, []string{"body.uipId"}},
		`{"name": "  "}`:                                     {422, []string{"body.name"}},
		`{"dateOfBirth": "29.2.2000"}`:                       {422, []string{"body.dateOfBirth"}},
		`{"dateOfBirth": "2001-02-29"}`:                      {422, []string{"body.dateOfBirth"}},
		`{"countryOfOrigin": "Germany", "age": 5}`:           {422, []string{"body.countryOfOrigin", "body.age"}},
		`{"identityExpiresAt": "tomorrow"}`:                  {422, []string{"body.identityExpiresAt"}},
		`{"identityExpiresAt": "9999-12-31T23:00:00-02:00"}`: {422, []string{"body.identityExpiresAt"}},
		`{"identityExpiresAt": "0000-01-01T01:00:00+02:00"}`: {422, []string{"body.identityExpiresAt"}},
		`{"name": 5, "countryOfOrigin": ["US"]}`:             {422, []string{"body.name", "body.countryOfOrigin"}},
	} {
		l.call("POST", "/uip/people", body).refused(c.status, c.locations...)
	}
	if n := len(people()); n != 4 {
		t.Errorf("there are %d people", n)
	}
}

// TestNoSecretAndNoKeyIsShownThatNobodyAskedToSee plays through a day of a
// business and then reads everything that can be read.
func TestNoSecretAndNoKeyIsShownThatNobodyAskedToSee(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t, 503, 503)
	secrets := []string{ctlSecret, ctlKey, "shop-key-of-a-test"}
	var key ctlAPIKey
	l.call("POST", ctlBusiness+"/api-keys", "").wants(201).into(&key)
	var rotated, saved struct{ Secret string }
	l.call("PUT", "/uip/businesses/shop", `{"apiKeys": ["shop-key-of-a-test"]}`).wants(201)
	l.call("PUT", "/uip/businesses/shop/webhook", ctlObject{"url": hook.URL}.text()).wants(201).into(&saved)
	l.call("PUT", "/uip/businesses/shop/webhook", ctlObject{"url": hook.URL, "secret": key.Key + "***"}.text()).wants(422)
	l.trigger(ctlObject{"event": "identify"})
	l.trigger(ctlObject{"event": "test", "account": "shop"})
	l.message("Contract", nil)
	l.call("POST", ctlBusiness+"/webhook/rotate-secret", "").wants(200).into(&rotated)
	l.call("PUT", ctlBusiness, `{"apiKeys": ["uip-test-key", "uip-test-key"]}`).wants(422)
	l.idle()
	secrets = append(secrets, key.Key, rotated.Secret, saved.Secret)
	reads := []string{
		"/journal?limit=1000", "/deliveries", "/sessions", "/uip/businesses", ctlBusiness, "/uip/businesses/shop",
		ctlBusiness + "/webhook", "/uip/businesses/shop/webhook", "/uip/people", "/providers",
	}
	for _, d := range l.deliveries("") {
		reads = append(reads, "/deliveries/"+d.ID)
	}
	for _, path := range reads {
		a := l.call("GET", path, "").wants(200)
		for _, secret := range secrets {
			if len(secret) < 5 || strings.Contains(a.body, secret) {
				t.Errorf("%s shows %q: %s", path, secret, a.body)
			}
		}
	}
	for path, want := range map[string][]string{
		ctlBusiness + "?reveal=true":               {ctlKey, key.Key},
		"/uip/businesses?reveal=true":              {ctlKey, key.Key, "shop-key-of-a-test"},
		ctlBusiness + "/webhook?reveal=true":       {rotated.Secret},
		"/uip/businesses/shop/webhook?reveal=true": {saved.Secret},
		"/uip/businesses/shop?reveal=true":         {"shop-key-of-a-test"},
	} {
		a := l.call("GET", path, "").wants(200)
		for _, secret := range want {
			if !strings.Contains(a.body, secret) {
				t.Errorf("%s does not show %s: %s", path, secret, a.body)
			}
		}
	}
	var kinds []string
	for _, e := range l.entries("") {
		if !json.Valid(e.Data) {
			t.Errorf("an entry of kind %s is %s", e.Kind, e.Data)
		}
		kinds = append(kinds, e.Kind)
	}
	for _, kind := range []string{"uip.business", "uip.webhook", "uip.audit", "session", "delivery", "attempt"} {
		if !slices.Contains(kinds, kind) {
			t.Errorf("the journal has no entry of kind %s", kind)
		}
	}
}
