package web_test

import (
	"fmt"
	"strings"
	"testing"

	"kycmock/mockserver"
)

func TestALinkOpensTheFormPrefilled(t *testing.T) {
	p, _ := openTrigger(t, `?provider=uip&event=message&account=default&faults=tampered,duplicate`)
	for label, want := range map[string]string{"Vendor": "UIP", "Event": "message", "Account": "default"} {
		p.until(fmt.Sprintf(`[...document.querySelectorAll(".field")].some((field) => field.querySelector("label")?.textContent === %q &&
			[field.querySelector("input")?.value, field.querySelector("option:checked")?.text].includes(%q))`, label, want))
	}
	p.see("how many copies")
	p.click("Remove tampered")
	p.until(`location.hash === "#/trigger?provider=uip&event=message&account=default&faults=duplicate"`)
	p.visit("/trigger?provider=uqudo&event=face")
	p.click("Trigger face")
	p.see("face, session")
	p.gone("how many copies")
	p.visit("/trigger?provider=nobody&event=nothing&faults=[")
	p.see("The link cannot be followed: no vendor is called nobody. Below is Uqudo enrollment instead.", "Nothing goes wrong.")
	p.visit("/trigger?provider=uip&event=nothing")
	p.see("UIP has no event called nothing.")
	p.choose("Event", "message")
	p.gone("The link cannot be followed")
}

func TestTheKeyForTheFormLeadsToItsFirstField(t *testing.T) {
	p := open(t, mockserver.Config{}, "/keys")
	p.see("live")
	p.press("t")
	p.firstField()
	p.press("Tab")
	p.until(`document.activeElement.labels?.[0]?.textContent === "Event"`)
}

func TestAVendorWithoutItsWebhookSaysWhereToSetOne(t *testing.T) {
	p := open(t, mockserver.Config{}, "/trigger?provider=uip")
	p.expect("409")
	p.payload("user_test") // which can be seen all the same
	p.click("Trigger identify")
	p.see(`has no webhook, without which UIP refuses every call`)
	p.gone("PUT /_mock") // which is for callers of the API
	p.accessible()
	p.click("See the webhooks")
	p.until(`location.hash === "#/webhooks/uip/default"`)
	p.visit("/trigger?provider=uqudo")
	p.click("Trigger enrollment")
	p.see("Nothing was sent: no webhook is set up for this.")
}

func TestWhatIsNoJSONIsNotSent(t *testing.T) {
	p, _ := openTrigger(t, "?provider=uip")
	p.fill("What is signed", strings.Replace(p.payload("user_test"), `"user_test",`, `"user_test"`, 1))
	p.beside("What is signed", "Line 5, column 5: want a comma or }")
	p.fill("Session", "")
	p.sent()
	p.until(`document.activeElement === document.querySelector(".payload textarea")`)
	p.click("As JSON")
	p.fill("Data as JSON", `{"intent": oops}`)
	p.beside("Data as JSON", "Line 1, column 12: want a value")
	p.sent()
	p.wantDeliveries(0)
	p.click("Reset the edits")
	p.fill("Data as JSON", `{"intent": "Open"}`)
	p.gone("column")
	p.sent()
	p.see("delivered")
	p.wantDeliveries(1)
}

func TestTheFormIsUsableAtEverySize(t *testing.T) {
	p, _ := openTrigger(t, "?faults=ignore-response")
	p.fill("What is signed", strings.Replace(p.payload("id.uqudo.io"), "id.uqudo.io", "else.example", 1))
	p.sent()
	p.in(".outcomes").see("pending", "in 5 min")
	p.click("Add a fault")
	p.click("person Who the user is, as far as that is not to be invented.")
	p.looks("trigger")
}
