package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/uqudo"
)

const secretField = `document.querySelector(".secret input")?.value`

// secret is what a UIP webhook's form has as its secret, covered or not.
func (p *page) secret() string {
	p.t.Helper()
	var secret string
	p.eval(secretField, &secret)
	return secret
}

func (p *page) seeSecret(secret string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%s === %q", secretField, secret))
}

// savedSecret is what the mock signs events of the business default with.
func savedSecret(t *testing.T, mock *mockserver.Mock) string {
	t.Helper()
	var webhook struct{ Secret string }
	saved := fetched(t, mock.URL+"/_mock/v1/uip/businesses/default/webhook?reveal=true")
	if err := json.Unmarshal([]byte(saved), &webhook); err != nil {
		t.Fatal(err)
	}
	return webhook.Secret
}

const (
	firstSecret = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	otherSecret = "00000000-0000-4000-8000-000000000000"
)

func TestToSaveAURLLeavesASecretThatSomebodyElseRotated(t *testing.T) {
	a := open(t, mockserver.Config{}, "/webhooks/uip/default")
	a.mock.UIP().SaveWebhook("http://127.0.0.1:1/uip")
	b := openAt(t, a.base, "/webhooks/uip/default")
	b.seeSecret(firstSecret)
	b.fill("URL", "http://127.0.0.1:1/mine")
	a.see("http://127.0.0.1:1/uip")
	a.click("Rotate the secret…")
	a.click("Rotate it")
	a.see("This is the new secret.")
	rotated := savedSecret(t, a.mock)
	if shown := a.secret(); shown != rotated || shown == firstSecret {
		t.Fatalf("shown as the new secret is %s, and it is %s", shown, rotated)
	}
	b.seeSecret(rotated)
	b.see("http://127.0.0.1:1/mine", "Not saved yet.")
	b.gone("Somebody else has changed this")
	b.click("Save")
	b.see("It replaced what was there.")
	if now := savedSecret(t, a.mock); now != rotated {
		t.Errorf("the secret is %s, want %s that the rotation gave", now, rotated)
	}
	a.see("http://127.0.0.1:1/mine", "This is the new secret.")
	a.seeSecret(rotated)
	a.accessible()
}

func TestASecretIsCalledNewUntilThereIsAnother(t *testing.T) {
	p := open(t, mockserver.Config{}, "/webhooks/uip/default")
	p.mock.UIP().SaveWebhook("http://127.0.0.1:1/uip")
	p.see("http://127.0.0.1:1/uip")
	p.fill("URL", "http://127.0.0.1:1/mine")
	p.click("Rotate the secret…")
	p.click("Rotate it")
	p.see("This is the new secret.", "http://127.0.0.1:1/mine", "Not saved yet.")
	mine := p.secret()
	p.mock.UIP().RotateSecret()
	p.gone("This is the new secret.", mine, "Somebody else has changed this")
	p.seeSecret(savedSecret(t, p.mock))
	p.see("http://127.0.0.1:1/mine", "Not saved yet.")

	p.click("Rotate the secret…")
	p.click("Rotate it")
	p.see("This is the new secret.")
	p.fill("Secret", otherSecret)
	p.gone("This is the new secret.")
	p.mock.UIP().RotateSecret()
	p.see("Somebody else has changed this", otherSecret)
	p.click("Save")
	p.see("It replaced what was there.")
	if now := savedSecret(t, p.mock); now != otherSecret {
		t.Errorf("the secret is %s, want %s that was typed", now, otherSecret)
	}
}

func TestEditsOutliveALookAtAnotherView(t *testing.T) {
	const settings = "What the vendor's documentation leaves open: retries, time limits, formats"
	for name, form := range map[string]struct {
		route, label, typed string
		edit                func(p *page) // shows the field
		theirs              func(mock *mockserver.Mock)
	}{
		"of a Global Webhook": {
			route: "/webhooks/uqudo/default", label: "URL", typed: "http://127.0.0.1:1/mine",
			theirs: func(mock *mockserver.Mock) {
				mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: "http://127.0.0.1:1/theirs"})
			},
		},
		"of a new Hosted KYC configuration": {
			route: "/webhooks/uqudo/default/hosted-kyc/loan", label: "User ID", typed: "anna",
			edit: func(p *page) { p.choose("Security type", "Basic Authentication") },
			theirs: func(mock *mockserver.Mock) {
				mock.Uqudo().SaveHostedKYC("loan", uqudo.HostedWebhook{Webhook: uqudo.Webhook{URL: "http://127.0.0.1:1/theirs"}})
			},
		},
		"of a business's webhook": {
			route: "/webhooks/uip/default", label: "URL", typed: "http://127.0.0.1:1/mine",
			theirs: func(mock *mockserver.Mock) { mock.UIP().SaveWebhook("http://127.0.0.1:1/theirs") },
		},
		"of an account's settings": {
			route: "/webhooks/uqudo/default", label: "Settings as JSON", typed: `{"delivery": {"interval": "7m"}}`,
			edit: func(p *page) { p.click(settings) },
			theirs: func(mock *mockserver.Mock) {
				mock.Uqudo().Configure(func(a *uqudo.Account) { a.Delivery.OnDelete = "none" })
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, mockserver.Config{}, form.route)
			part := p
			switch form.label {
			case "User ID":
				part = p.in(".configuration")
			case "URL":
				part = p.in("form[aria-label$=Webhook]")
			}
			if form.edit != nil {
				form.edit(part)
			}
			part.fill(form.label, form.typed)
			leave := func() {
				p.click("Deliveries")
				p.until(`!document.querySelector(".webhooks")`)
			}
			leave()
			p.visit(form.route)
			part.see(form.typed)
			part.gone("Somebody else has changed this")
			p.accessible()
			leave()
			form.theirs(p.mock)
			p.visit(form.route)
			part.see(form.typed)
			p.see("Somebody else has changed this in the meantime.")
			p.click("Load what is there")
			p.gone("Somebody else has changed this", form.typed)
			leave()
			p.visit(form.route)
			p.see("Settings of the")
			p.gone("Somebody else has changed this", "Not saved yet.", form.typed)
		})
	}
}

func TestWhatIsDeletedDoesNotComeBackAsEdits(t *testing.T) {
	p := open(t, mockserver.Config{}, "/webhooks/uqudo/default/hosted-kyc/loan")
	p.mock.Uqudo().SaveHostedKYC("loan", uqudo.HostedWebhook{Webhook: uqudo.Webhook{URL: "http://127.0.0.1:1/hosted"}})
	form := p.in(".configuration")
	form.see("http://127.0.0.1:1/hosted")
	form.fill("URL", "http://127.0.0.1:1/mine")
	form.click("Delete loan…")
	p.click("Delete it")
	p.see("None yet.")
	p.focused("Hosted KYC configurations")
	p.fill("New configuration", "loan")
	p.click("Add")
	form.see("Saving creates it.", "Not set up yet.")
	form.gone("http://127.0.0.1:1/mine", "Somebody else has changed this")
}

func TestALongNameOfAConfigurationStaysInItsCard(t *testing.T) {
	name := strings.Repeat("onboarding", 12)
	p := open(t, mockserver.Config{}, "/webhooks/uqudo/default/hosted-kyc/"+name)
	p.mock.Uqudo().SaveHostedKYC(name, uqudo.HostedWebhook{Webhook: uqudo.Webhook{URL: "http://127.0.0.1:1/hosted"}})
	p.in(".configurations").see(name)
	p.in(".configuration").see(name, "http://127.0.0.1:1/hosted")
	fits := func(selector string) {
		t.Helper()
		for _, width := range []int64{360, 1280, 2560} {
			p.resize(width, 800)
			p.until(fmt.Sprintf(`innerWidth === %d`, width))
			p.until(fmt.Sprintf(`document.querySelector(%q).scrollWidth <= document.querySelector(%[1]q).clientWidth`, selector))
		}
	}
	fits("main")
	fits(".hosted")
	p.looks("webhooks-long-name")
	p.click("Delete " + name + "…")
	p.see("Delete the configuration " + name + "?")
	fits("dialog[open]")
	p.click("Cancel")
	p.visit("/webhooks/uqudo/" + name)
	p.see("No account is called " + name)
	fits("main")
}
