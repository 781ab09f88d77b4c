package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/uqudo"
)

// wrongWith is what is said to be wrong with the field of this label.
func (p *page) wrongWith(label string) string {
	p.t.Helper()
	var words string
	p.eval(fmt.Sprintf(`(() => {
		const field = [...document.querySelectorAll(%q + " .field")].find((one) => one.querySelector("label")?.innerText === %q);
		return field ? field.querySelector("ul.wrong")?.innerText ?? "" : "no such field";
	})()`, p.scope, label), &words)
	return words
}

// focused waits until the heading of these words has the focus.
func (p *page) focused(heading string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`/^H\d$/.test(document.activeElement.tagName) && document.activeElement.innerText === %q`, heading))
}

// bad holds what is wrong beside each field, by words of it, to what is wanted;
// "" wants nothing.
func (p *page) bad(want map[string]string) {
	p.t.Helper()
	for label, words := range want {
		if got := p.wrongWith(label); !strings.Contains(got, words) || words == "" && got != "" {
			p.t.Errorf("beside %s stands %q, want %q", label, got, words)
		}
	}
}

func TestBadFieldsOfAWebhookAreToldBesideThemAndNothingIsSaved(t *testing.T) {
	url, took := taking(t)
	p := open(t, mockserver.Config{}, "/webhooks")
	p.expect("422")
	p.see("Global Webhook", "Not set up yet.")
	p.fill("URL", "ftp://127.0.0.1/hook")
	p.choose("Security type", "Custom Headers")
	p.fill("Header 1", "bad name")
	p.fill("Value 1", "one")
	p.click("Add a header")
	p.fill("Header 2", "X-Good")
	p.fill("Value 2", "two")
	p.click("Add a header")
	p.fill("Header 3", "Host")
	p.click("Save")
	p.see("3 fields need attention.")
	p.until(`document.activeElement.labels?.[0]?.innerText === "URL"`)
	p.bad(map[string]string{
		"URL": "want an absolute http or https URL", "Security type": "",
		"Header 1": "RFC 9110 token", "Value 1": "", "Header 2": "", "Value 2": "", "Header 3": "Host belongs to the request itself",
	})
	if saved, err := p.mock.ExportSetup(true); err != nil || strings.Contains(string(saved), "globalWebhook") {
		t.Fatalf("saved was %s %v", saved, err)
	}

	p.click("Remove header 1")
	p.see("2 of 5")
	p.bad(map[string]string{"Header 1": "", "Header 2": "Host belongs to the request itself"})
	p.fill("URL", url)
	p.fill("Header 2", "X-Api-Key")
	p.fill("Value 2", "se cr=et")
	p.click("Save")
	p.see("Saved.")
	p.gone("replaced", "need attention", "Not saved yet.")
	p.mock.Uqudo().Enroll(uqudo.SessionData{})
	got := took().header
	if got.Get("X-Good") != "two" || got.Get("X-Api-Key") != "se cr=et" || got.Get("Bad") != "" {
		t.Errorf("the receiver took the headers %v", got)
	}
	p.until(`[...document.links].some(({ text, hash }) => text === "Trigger an event" && hash === "#/trigger?provider=uqudo&account=default")`)
	for range 3 {
		p.click("Add a header")
	}
	p.see("5 of 5")
	p.until(`[...document.querySelectorAll("button")].find(({ innerText }) => innerText === "Add a header").disabled`)
	p.click("Undo the edits")
	p.see("2 of 5")
}

func TestToSaveAWebhookReplacesAllOfIt(t *testing.T) {
	url, took := taking(t)
	p := open(t, mockserver.Config{}, "/webhooks/uqudo/default")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: url + "/old", SecurityType: uqudo.SecurityBasic, UserID: "anna", Password: "a:b c"})
	p.see("User ID", "anna")
	p.until(`document.querySelector("input[type=password]").value === "a:b c"`)
	p.fill("URL", url+"/new")
	p.click("Save") // what is masked in lists goes back as it was
	p.see("It replaced what was there.")
	p.mock.Uqudo().Enroll(uqudo.SessionData{})
	r := &http.Request{Header: took().header}
	if user, password, ok := r.BasicAuth(); !ok || user != "anna" || password != "a:b c" {
		t.Errorf("the receiver took %q %q", user, password)
	}
	p.choose("Security type", "None")
	p.gone("User ID")
	p.click("Save")
	p.see("It replaced what was there.")
	p.mock.Uqudo().Enroll(uqudo.SessionData{})
	if got := took().header.Get("Authorization"); got != "" {
		t.Errorf("Authorization is still %s", got)
	}
}

func TestToDeleteAWebhookAsksAndTellsWhatWaits(t *testing.T) {
	p := openAtNoon(t, "/webhooks/uqudo/default")
	account := p.mock.Uqudo()
	account.SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503)})
	d := account.Enroll(uqudo.SessionData{}).Delivery()
	d.WaitAttempts(1)
	p.click("Delete…")
	p.see("Delete the Global Webhook?", "1 delivery is still waiting: it makes one more attempt, to the address that it had")
	p.click("Cancel")
	p.gone("Delete the Global Webhook?")
	p.click("Delete…")
	p.click("Delete it")
	p.see("Not set up yet.", "The Global Webhook is deleted.")
	p.gone("Delete…")
	p.focused("Global Webhook")
	p.mock.AdvanceToIdle()
	if got := d.Record(); len(got.Attempts) != 2 || got.Status == delivery.Pending {
		t.Errorf("it is %s after %d attempts", got.Status, len(got.Attempts))
	}
	account.Configure(func(a *uqudo.Account) { a.Delivery.OnDelete = "none" })
	account.SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503)})
	account.Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	p.click("Delete…")
	p.see("1 delivery is still waiting: it is cancelled")
}

func TestHostedKYCConfigurationsAreKept(t *testing.T) {
	url, took := taking(t)
	p := open(t, mockserver.Config{}, "/webhooks/uqudo/default")
	p.see("None yet.")
	p.fill("New configuration", "a/b")
	p.click("Add")
	p.see("want a name without a slash")
	p.fill("New configuration", "loan")
	p.click("Add")
	p.see("Saving creates it.")
	form := p.in(".configuration")
	p.expect("422")
	form.click("Save")
	form.see("want an absolute http or https URL")
	form.bad(map[string]string{"URL": "want an absolute http or https URL"})
	p.until(`document.activeElement.closest(".configuration") && document.activeElement.type === "url"`)
	form.fill("URL", url)
	form.choose("Format", "LEGACY, the bare JWS")
	form.click("Save")
	form.see("Saved.")
	p.in(".configurations").see("loan", url, "legacy")
	p.mock.Uqudo().Enroll(uqudo.SessionData{HostedKYC: "loan"})
	if got := took(); got.header.Get("Content-Type") != "text/plain" || strings.Count(got.body, ".") != 2 {
		t.Errorf("the receiver took %.40s as %s", got.body, got.header.Get("Content-Type"))
	}
	p.click("It has a webhook of its own")
	form.click("Save")
	p.in(".configurations").see("no webhook")
	form.click("Delete loan…")
	p.click("Delete it")
	p.see("None yet.", "The configuration loan is deleted.")
	p.until(`location.hash === "#/webhooks/uqudo/default"`)
	p.focused("Hosted KYC configurations")
}

// The page learns that a configuration is gone before it is told that it deleted it.
func TestTheFocusIsHandedOnUntilSomethingStays(t *testing.T) {
	m := mockserver.Test(t, mockserver.Config{})
	deleted := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodDelete {
			m.Server.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		m.Server.ServeHTTP(answer, r)
		select {
		case <-deleted:
		case <-r.Context().Done():
		}
		w.WriteHeader(answer.Code)
	}))
	t.Cleanup(server.Close)
	p := openAt(t, server.URL, "/webhooks/uqudo/default/hosted-kyc/loan")
	form := p.in(".configuration")
	form.click("It has a webhook of its own")
	form.click("Save")
	form.click("Delete loan…")
	p.click("Delete it")
	p.see("None yet.")
	p.focused("loan")
	close(deleted)
	p.see("The configuration loan is deleted.")
	p.focused("Hosted KYC configurations")
}

func TestEditsOutliveWhatSomebodyElseSaves(t *testing.T) {
	p := open(t, mockserver.Config{}, "/webhooks/uqudo/default")
	p.see("Not set up yet.")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: "http://127.0.0.1:1/first"})
	p.see("http://127.0.0.1:1/first") // nobody has edited it
	p.fill("URL", "http://127.0.0.1:1/mine")
	p.see("Not saved yet.")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: "http://127.0.0.1:1/theirs"})
	p.see("Somebody else has changed this in the meantime.", "http://127.0.0.1:1/mine")
	p.click("Load what is there")
	p.see("http://127.0.0.1:1/theirs")
	p.gone("Somebody else", "Not saved yet.")
	p.focused("Global Webhook")
	p.mock.Uqudo().DeleteGlobalWebhook()
	p.see("Not set up yet.")
	p.gone("http://127.0.0.1:1/theirs")
}
