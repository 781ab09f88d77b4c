package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// Words of the form where nobody would be told.
const wouldTellNobody = "No webhook of this account would be told: nothing would be sent."

func TestTheFormSaysBeforehandWhereItGoes(t *testing.T) {
	p := open(t, mockserver.Config{}, "/trigger")
	m, form := p.mock, p.in(".destinations")
	form.see(wouldTellNobody)
	p.looks("trigger-nobody")

	m.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: "http://receiver.test/all"}) // while the form is open
	form.see("Goes to http://receiver.test/all (global)")
	form.gone(wouldTellNobody)
	m.Uqudo().SaveHostedKYC("shop", uqudo.HostedWebhook{Webhook: uqudo.Webhook{URL: "http://receiver.test/shop"}})
	form.gone("shop")
	p.fill("hostedKyc", "shop")
	form.see("Goes to http://receiver.test/all (global)", "Goes to http://receiver.test/shop (hosted-kyc/shop)")
	p.looks("trigger-destinations")
	m.Uqudo().DeleteGlobalWebhook()
	form.gone("http://receiver.test/all")
	form.see("http://receiver.test/shop")
	p.choose("status", "cancelled")
	p.in(".payload").see("Nothing is signed for this event")
	form.gone("Goes to", wouldTellNobody)

	m.UqudoAccount("quiet").SaveGlobalWebhook(uqudo.Webhook{URL: "http://receiver.test/quiet"})
	p.visit("/trigger?provider=uqudo&event=face&account=quiet")
	form.see("http://receiver.test/quiet")
	m.UqudoAccount("quiet").Configure(func(a *uqudo.Account) { a.FaceSessions = false })
	form.see(wouldTellNobody)
	p.choose("Event", "lookup")
	form.see("http://receiver.test/quiet")

	p.choose("Vendor", "UIP")
	form.see(wouldTellNobody)
	p.click("See its webhooks")
	p.until(`location.hash === "#/webhooks/uip/default"`)
	p.back()
	m.UIP().SaveWebhook("http://receiver.test/uip")
	form.see("Goes to http://receiver.test/uip (default)")
	m.UIP().DeleteWebhook()
	form.see(wouldTellNobody)
}

func TestTheFormSaysNothingOfAnAccountUntilThereIsOne(t *testing.T) {
	p := open(t, mockserver.Config{}, "/trigger?provider=uqudo")
	p.expect("404")
	p.in(".destinations").see(wouldTellNobody)
	p.fill("Account", "emea")
	p.in(".payload").see("There is no preview:")
	p.in(".destinations").gone(wouldTellNobody)
	p.mock.UqudoAccount("emea").SaveGlobalWebhook(uqudo.Webhook{URL: "http://receiver.test/emea"})
	p.in(".destinations").see("Goes to http://receiver.test/emea (global)")
	p.in(".payload").gone("There is no preview:")
}

// accounts waits until the form offers these accounts.
func (p *page) accounts(want ...string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`[...document.querySelectorAll("#trigger-accounts option")].map((option) => option.value).join() === %q`, strings.Join(want, ",")))
}

func TestTheFormOffersTheAccountsThatThereAreNow(t *testing.T) {
	p := open(t, mockserver.Config{}, "/trigger")
	p.accounts("default")
	p.mock.UqudoAccount("emea").SaveGlobalWebhook(uqudo.Webhook{URL: "http://receiver.test/emea"})
	p.accounts("default", "emea")
	p.mock.UqudoAccount("apac").Configure(func(*uqudo.Account) {})
	p.accounts("apac", "default", "emea")
	p.choose("Vendor", "UIP")
	p.accounts("default")
	p.mock.UIPBusiness("shop").SaveWebhook("http://receiver.test/shop")
	p.accounts("default", "shop")
	p.mock.Reset(true)
	p.accounts("default")
}

func TestAnEditedPayloadStaysWhenAWebhookIsSaved(t *testing.T) {
	p := open(t, mockserver.Config{}, "/trigger?provider=uqudo")
	p.fill("What is signed", strings.Replace(p.payload("https://id.uqudo.io"), "https://id.uqudo.io", "https://else.example", 1))
	p.see("1 edit, sent as a patch:")
	before := p.payload("else.example")
	p.mock.Advance(time.Hour) // the times in a payload of now are others
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: "http://receiver.test/all"})
	p.in(".destinations").see("http://receiver.test/all")
	if after := p.payload("else.example"); after != before {
		t.Errorf("the payload is now\n%s\nit was\n%s", after, before)
	}
	p.fill("Seed", "5") // another request
	p.until(fmt.Sprintf(`document.querySelector(".payload textarea").value !== %q`, before))
	p.see("1 edit, sent as a patch:")
}

// openAcme is an acme that tells beforehand what it would send.
type openAcme struct{ acme }

func newOpenAcme(env provider.Env) (provider.Provider, error) { return openAcme{acme{env}}, nil }

func (openAcme) Preview(t provider.Trigger) (provider.Preview, error) {
	p := provider.Preview{Seed: *t.Seed, Content: json.RawMessage(`{"stamped": true}`)}
	if t.Account != "" {
		p.Webhooks = []provider.ToldWebhook{{Name: "only", URL: t.Account}}
	}
	return p, nil
}

func TestTheFormSaysWhereAThirdVendorsEventsGo(t *testing.T) {
	p := open(t, mockserver.Config{Providers: append(mockserver.Vendors(), newOpenAcme)}, "/trigger?provider=acme")
	p.in(".destinations").see(wouldTellNobody)
	p.fill("Account", "http://receiver.test/acme")
	p.in(".destinations").see("Goes to http://receiver.test/acme (only)")
}
