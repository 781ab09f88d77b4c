package web_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/uqudo"
)

// mailbox is a receiver of both vendors' webhooks that keeps what it is told.
type mailbox struct {
	url  string
	next func() map[string]any // what the next webhook says
}

// openTrigger opens the view at a query, of a mock whose webhooks go to a
// mailbox.
func openTrigger(t *testing.T, query string) (*page, mailbox) {
	t.Helper()
	url, took := taking(t)
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: url})
	p.mock.UIP().SaveWebhook(url)
	p.visit("/trigger" + query)
	p.firstField()
	return p, mailbox{url, func() map[string]any {
		t.Helper()
		return contentOf(t, []byte(took().body))
	}}
}

// firstField waits until the form is there, with its first field in focus.
func (p *page) firstField() {
	p.t.Helper()
	p.until(`document.activeElement?.labels?.[0]?.textContent === "Vendor"`)
}

// payload waits until the payload has all of these, and is its text.
func (p *page) payload(has ...string) string {
	p.t.Helper()
	p.in(".payload").see(has...)
	var text string
	p.eval(`document.querySelector(".payload textarea").value`, &text)
	return text
}

// sent presses the keys that send the form.
func (p *page) sent() {
	p.t.Helper()
	p.do("pressing Ctrl+Enter", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}

// beside waits for what is said to be wrong with the field of a label.
func (p *page) beside(label, want string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`[...document.querySelectorAll(".field")].some((field) => field.querySelector("label")?.textContent === %q &&
		field.querySelector("[aria-invalid=true]") && field.querySelector("ul.wrong")?.textContent.includes(%q))`, label, want))
}

func (p *page) wantDeliveries(n int) {
	p.t.Helper()
	if all, _ := p.mock.Deliveries(delivery.Filter{}); len(all) != n {
		p.t.Errorf("there are %d deliveries, want %d", len(all), n)
	}
}

func TestTheFirstTriggerOfEveryEventArrives(t *testing.T) {
	p, box := openTrigger(t, "")
	main := p.in("main")
	for _, vendor := range p.mock.Providers() {
		main.choose("Vendor", vendor.Title)
		for _, event := range vendor.Events {
			main.choose("Event", event.Name)
			main.see(event.Summary)
			p.until(fmt.Sprintf(`location.hash === "#/trigger?provider=%s&event=%s"`, vendor.Name, event.Name))
			p.sent()
			box.next()
			p.in(".outcomes ol > li:first-child").see(event.Name, "delivered", box.url)
		}
	}
	p.in(".outcomes ol > li:first-child").click("default to " + box.url)
	p.until(`location.hash.startsWith("#/deliveries/dlv_")`)
}

func TestEditingAndResendingChangesExactlyThatOnTheWire(t *testing.T) {
	for _, test := range []struct {
		name, query, from, to string
		place                 []string // of what is edited
		given                 []string // identities that are given when it is sent
	}{
		{"a claim", "?provider=uqudo", `"https://id.uqudo.io"`, `"https://else.example"`, []string{"iss"}, []string{"jti"}},
		{"a claim that is deep inside", "?provider=uqudo", `"documentType": "PASSPORT"`, `"documentType": "a/b~c"`, []string{"data", "documents", "0", "documentType"}, []string{"jti"}},
		{"a member of an event", "?provider=uip", `"user_test"`, `"user_else"`, []string{"data", "uip_id"}, []string{"data.audit_id", "data.session_id"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, box := openTrigger(t, test.query)
			drawn := p.payload(test.from)
			p.fill("Seed", "7")
			p.until(fmt.Sprintf(`document.querySelector(".payload textarea").value !== %q`, drawn))
			p.until(`document.querySelector(".commands").textContent.includes('"seed":7}')`)
			before := p.payload(test.from)
			p.fill("What is signed", strings.Replace(before, test.from, test.to, 1))
			p.see("1 edit, sent as a patch:", "replace /"+strings.Join(test.place, "/"))
			want := contentOf(t, []byte(strings.Replace(before, test.from, test.to, 1)))
			p.sent()
			got := box.next()
			if got, want := without(got, test.given...), without(want, test.given...); !reflect.DeepEqual(got, want) {
				t.Errorf("sent was\n%v\nwant\n%v", got, want)
			}
			p.see("delivered")
			p.in(".sending").see(" again")
			p.in(".sending").click("Trigger")
			if again := without(box.next(), test.given...); !reflect.DeepEqual(again, without(want, test.given...)) {
				t.Errorf("sent again was\n%v\nwant\n%v", again, want)
			}
			p.until(`document.querySelectorAll(".outcomes .delivered").length === 2`) // nothing moves any more
			p.click("Reset the edits")
			p.gone("sent as a patch")
			p.payload(test.from)
		})
	}
}

// without leaves members out of content, each named by a path such as data.x.
func without(content map[string]any, paths ...string) map[string]any {
	for _, path := range paths {
		within := content
		names := strings.Split(path, ".")
		for _, name := range names[:len(names)-1] {
			within, _ = within[name].(map[string]any)
		}
		delete(within, names[len(names)-1])
	}
	return content
}

func TestEditsStayWhenTheFormChanges(t *testing.T) {
	p, box := openTrigger(t, "")
	p.fill("What is signed", strings.Replace(p.payload("PASSPORT"), "https://id.uqudo.io", "https://else.example", 1))
	p.see("1 edit, sent as a patch:")
	p.choose("documentType", "UAE_ID")
	p.payload("https://else.example", `"documentType": "UAE_ID"`)
	p.visit("/deliveries") // the draft is there when one comes back
	p.until(`!document.querySelector(".trigger")`)
	p.press("t")
	p.payload("https://else.example", `"documentType": "UAE_ID"`)
	p.sent()
	if got := box.next(); got["iss"] != "https://else.example" {
		t.Errorf("iss is %v", got["iss"])
	}
}

func TestWhatTheMockFindsWrongStandsBesideItsField(t *testing.T) {
	p, _ := openTrigger(t, "?faults=duplicate")
	p.expect("422")
	p.fill("nonce", strings.Repeat("n", 65))
	p.beside("nonce", "64")
	p.see("There is no preview: what is wrong is shown beside its field.")
	p.fill("Session", "mine")
	p.beside("Session", "UUID")
	p.fill("count", "many")
	p.beside("count", "want a whole number")
	p.sent()
	p.see("3 fields need attention.")
	p.until(`document.activeElement.labels[0].textContent === "Session"`) // the first of them
	p.wantDeliveries(0)
	p.accessible()
	p.screenshot("trigger-wrong-1280")
	p.fill("nonce", "")
	p.fill("Session", "")
	p.fill("count", "")
	p.gone("There is no preview", "need attention")
	p.sent()
	p.see("delivered")
}

func TestAFaultIsPickedWithItsParameters(t *testing.T) {
	p, box := openTrigger(t, "?provider=uip")
	p.click("Add a fault")
	p.gone("alg-none", "api-reset") // another vendor's, and of no webhook
	p.fill("Search the faults", "a delivery of its own")
	p.press("Enter")
	p.wantDeliveries(0)
	p.fill("count", "2")
	p.until(`location.hash.includes("duplicate") && location.hash.includes("count")`)
	p.sent()
	for range 3 {
		box.next()
	}
	p.until(`document.querySelectorAll(".outcomes .told .delivered").length === 3`)
	p.click("Remove duplicate")
	p.gone("how many copies")
	p.see("Nothing goes wrong.")
}
