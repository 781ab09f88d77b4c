package web_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
)

func TestUIPsSecretIsShownAfterSavingAndRotated(t *testing.T) {
	url, took := taking(t)
	p := open(t, mockserver.Config{}, "/webhooks/uip")
	covered, revealed := `document.querySelector(".secret input[type=password]")`, `document.querySelector(".secret input[type=text]")`
	p.see("Not set up yet.")
	p.see("No receiver yet?")
	p.click("Use the built-in receiver")
	p.focused("Webhook")
	p.see(p.base + "/_mock/receiver/default")
	p.fill("Secret", "guess")
	p.expect("422")
	p.click("Save")
	p.see("want a version 4 UUID", "1 field needs attention.")
	p.until(`document.activeElement.labels?.[0]?.innerText === "Secret"`)
	p.bad(map[string]string{"Secret": "want a version 4 UUID", "URL": ""})
	p.fill("Secret", "")
	p.fill("URL", url)
	p.click("Save")
	p.see("Saved.", "3f2504e0-4f89-41d3-9a0c-0305e82c3301")
	p.gone("No receiver yet?")
	p.until(revealed)
	p.accessible()
	p.click("Copy: Secret")
	p.see("Copied.")
	if got := p.clipboard(); got != "3f2504e0-4f89-41d3-9a0c-0305e82c3301" {
		t.Errorf("copied was %s", got)
	}
	p.reload()
	p.until(covered)
	p.click("Reveal: Secret")
	p.until(revealed)

	p.click("Rotate the secret…")
	p.click("Rotate it")
	p.see("This is the new secret.")
	p.gone("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
	var shown string
	p.eval(`document.querySelector(".secret input").value`, &shown)
	p.mock.UIP().Identify(uip.IdentifyData{})
	got := took()
	mac := hmac.New(sha256.New, []byte(shown))
	mac.Write([]byte(got.body))
	if want := hex.EncodeToString(mac.Sum(nil)); got.header.Get("X-UIP-Signature") != want {
		t.Errorf("the event is signed %s, want %s by the secret that the page shows", got.header.Get("X-UIP-Signature"), want)
	}
	p.click("Delete…")
	p.see("No delivery is waiting for it.")
	p.click("Delete it")
	p.see("Not set up yet.", "The webhook is deleted.")
	p.focused("Webhook")
}

func TestAnAccountIsMadeAndSet(t *testing.T) {
	for _, vendor := range []struct{ route, noun, setting, bad, good, errs string }{
		{"/webhooks/uqudo", "account", "delivery.interval", `{"delivery": {"interval": "soon"}, "bogus": 1}`, `{"delivery": {"interval": "7m"}}`, "bogus: there is no such member"},
		{"/webhooks/uip", "business", "contract", `{"contract": "Z", "bogus": 1}`, `{"contract": "A2"}`, "bogus: there is no such member"},
	} {
		t.Run(vendor.noun, func(t *testing.T) {
			p := open(t, mockserver.Config{}, vendor.route)
			p.click("New " + vendor.noun + "…")
			p.fill("Name", "default")
			p.click("Create it")
			p.see("there is a " + vendor.noun + " of this name already")
			p.fill("Name", "shop-1")
			p.press("Enter")
			p.until(fmt.Sprintf(`location.hash === "#%s/shop-1" && document.querySelector(".account select").value === "shop-1"`, vendor.route))
			p.click("What the vendor's documentation leaves open: retries, time limits, formats")
			p.expect("422")
			p.fill("Settings as JSON", vendor.bad)
			p.click("Save the settings")
			p.see(vendor.setting, vendor.errs)
			p.fill("Settings as JSON", vendor.good)
			p.click("Save the settings")
			p.see("Saved. It applies to deliveries that are waiting, too.")
			p.reload()
			p.click("What the vendor's documentation leaves open: retries, time limits, formats")
			p.see(strings.Trim(strings.ReplaceAll(vendor.good, `{"delivery": `, ""), "{}"))
		})
	}
}

// another is a vendor of somebody else's: it has webhooks, and no form here.
type another struct{ provider.Provider }

func (another) Profile() provider.Profile {
	return provider.Profile{Name: "acme", Title: "Acme", Webhooks: []string{"only"}}
}

func TestAVendorWithoutAFormIsListed(t *testing.T) {
	p := open(t, mockserver.Config{Providers: append(slices.Clone(mockserver.Vendors()[:1]), func(env provider.Env) (provider.Provider, error) {
		v, err := uip.New(env)
		return another{v}, err
	})}, "/webhooks")
	p.click("Acme")
	p.see("An account has the webhooks only.", "no form for them")
	p.visit("/webhooks/nobody")
	p.see("No vendor is called nobody")
	p.visit("/webhooks/uqudo/nobody")
	p.see("No account is called nobody", "default")
}

func TestTheWebhooksLookRightAndAreAccessible(t *testing.T) {
	p := open(t, mockserver.Config{}, "/webhooks/uqudo/default/hosted-kyc/loan")
	p.expect("422")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: "http://127.0.0.1:1/" + strings.Repeat("long", 30), SecurityType: uqudo.SecurityHeader, CustomHeaders: []uqudo.CustomHeader{{Name: "X-Api-Key", Value: "secret"}}})
	p.mock.Uqudo().SaveHostedKYC("loan", uqudo.HostedWebhook{Webhook: uqudo.Webhook{URL: "http://127.0.0.1:1/hosted", SecurityType: uqudo.SecurityBasic, UserID: "anna", Password: "pw"}})
	p.in(".configuration").see("anna")
	p.click("Add a header")
	p.fill("Header 2", "bad name")
	p.in(`[aria-label="Global Webhook"]`).click("Save")
	p.see("RFC 9110 token")
	p.looks("webhooks")
	p.in(".configuration").click("Delete loan…")
	p.see("Delete the configuration loan?")
	p.accessible()

	p.visit("/webhooks/uip/default")
	p.mock.UIP().SaveWebhook("http://127.0.0.1:1/uip")
	p.see("http://127.0.0.1:1/uip")
	p.click("What the vendor's documentation leaves open: retries, time limits, formats")
	p.looks("webhooks-uip")
}
