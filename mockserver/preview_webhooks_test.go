package mockserver_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

// wouldTell lists the webhooks of a preview, each as its name and its URL.
func (a api) wouldTell(trigger string) []string {
	a.t.Helper()
	var p struct{ Webhooks []provider.ToldWebhook }
	r := a.call("POST", "/_mock/v1/triggers/preview", trigger).want(200)
	if r.into(&p); p.Webhooks == nil {
		a.t.Errorf("the preview has no list of webhooks: %s", r.body)
	}
	told := []string{}
	for _, w := range p.Webhooks {
		told = append(told, w.Name+" "+w.URL)
	}
	return told
}

// tells lists the webhooks to which a trigger begins deliveries, in the same way;
// none when the vendor refuses it for want of one.
func (a api) tells(trigger string) []string {
	a.t.Helper()
	var outcome struct{ Deliveries []delivery.Delivery }
	r := a.call("POST", "/_mock/v1/triggers", trigger)
	if r.status == 409 && strings.Contains(string(r.body), "has no webhook") {
		return []string{}
	}
	r.want(202).into(&outcome)
	told := []string{}
	for _, d := range outcome.Deliveries {
		told = append(told, d.Webhook+" "+d.URL)
	}
	return told
}

func TestAPreviewNamesTheWebhooksThatItsTriggerTells(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	url := newHook(t).URL
	put := func(path, body string) { a.call("PUT", "/_mock/v1/"+path, body).want(201) }
	hook := `{"url": "` + url + `"}`
	open := `{"url": "` + url + `", "securityType": "NONE"}`
	put("uqudo/accounts/told/global-webhook", open)
	put("uqudo/accounts/told/hosted-kyc/shop", `{"webhook": {"url": "`+url+`/shop", "securityType": "NONE"}}`)
	put("uqudo/accounts/told/hosted-kyc/bare", `{}`)
	put("uqudo/accounts/faceless", `{"faceSessions": false}`)
	put("uqudo/accounts/faceless/global-webhook", open)
	put("uqudo/accounts/left/global-webhook", open)
	a.call("DELETE", "/_mock/v1/uqudo/accounts/left/global-webhook", "").want(204)
	put("uip/businesses/told/webhook", hook)
	put("uip/businesses/left/webhook", hook)
	a.call("DELETE", "/_mock/v1/uip/businesses/left/webhook", "").want(204)
	global, shop, only := "global "+url, "hosted-kyc/shop "+url+"/shop", "default "+url
	for _, c := range []struct {
		name, trigger string
		want          []string
	}{
		{"an account without one", `"provider": "uqudo", "event": "enrollment"`, nil},
		{"the Global Webhook", `"provider": "uqudo", "account": "told", "event": "enrollment"`, []string{global}},
		{"that of a configuration too", `"provider": "uqudo", "account": "told", "event": "enrollment", "data": {"hostedKyc": "shop"}`, []string{global, shop}},
		{"a configuration without one", `"provider": "uqudo", "account": "told", "event": "enrollment", "data": {"hostedKyc": "bare"}`, []string{global}},
		{"a session that did not complete", `"provider": "uqudo", "account": "told", "event": "enrollment", "data": {"status": "cancelled"}`, nil},
		{"a face session", `"provider": "uqudo", "account": "told", "event": "face"`, []string{global}},
		{"a face session that the account does not tell", `"provider": "uqudo", "account": "faceless", "event": "face"`, nil},
		{"a Global Webhook that was deleted", `"provider": "uqudo", "account": "left", "event": "lookup"`, nil},
		{"a business without one", `"provider": "uip", "event": "identify"`, nil},
		{"a business", `"provider": "uip", "account": "told", "event": "identify"`, []string{only}},
		{"a test", `"provider": "uip", "account": "told", "event": "test"`, []string{only}},
		{"a session that was declined", `"provider": "uip", "account": "told", "event": "sign", "data": {"status": "declined"}`, nil},
		{"a message that was declined", `"provider": "uip", "account": "told", "event": "message", "data": {"status": "declined"}`, []string{only}},
		{"a webhook that was deleted", `"provider": "uip", "account": "left", "event": "identify"`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := api{t, a.base}
			if got := a.wouldTell("{" + c.trigger + "}"); !slices.Equal(got, c.want) {
				t.Errorf("the preview names %q, want %q", got, c.want)
			}
			if got := a.tells("{" + c.trigger + "}"); !slices.Equal(got, c.want) {
				t.Errorf("the trigger tells %q, want %q", got, c.want)
			}
		})
	}
}

// frank is a toy that tells beforehand what it would send.
type frank struct{ *toy }

func newFrank(env provider.Env) (provider.Provider, error) {
	v, err := newToy(env)
	return frank{v.(*toy)}, err
}

func (v frank) Preview(t provider.Trigger) (provider.Preview, error) {
	p := provider.Preview{Seed: *t.Seed, Content: json.RawMessage(`"squeak!"`)}
	if hook, set := v.hook.Get("only"); set {
		p.Webhooks = []provider.ToldWebhook{{Name: "only", URL: hook.URL}}
	}
	return p, v.Check(t)
}

func TestAnyVendorCanNameItsWebhooksBeforehand(t *testing.T) {
	c := at(0)
	c.Providers = append(mockserver.Vendors(), newFrank)
	mock := mockserver.Test(t, c).Server
	a := apiOf(t, mock)
	if got := a.wouldTell(squeak); len(got) != 0 {
		t.Errorf("without a webhook it names %q", got)
	}
	url := newHook(t).URL
	if _, err := mock.SaveWebhook(t.Context(), "toy", "", "only", toyHook{url}); err != nil {
		t.Fatal(err)
	}
	if got, want := a.wouldTell(squeak), []string{"only " + url}; !slices.Equal(got, want) {
		t.Errorf("it names %q, want %q", got, want)
	}
}
