package web_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// numbers is an acme whose event is told numbers.
type numbers struct{ acme }

func newNumbers(env provider.Env) (provider.Provider, error) { return numbers{acme{env}}, nil }

func (numbers) Profile() provider.Profile {
	return provider.Profile{Name: "acme", Title: "Acme Checks", Webhooks: []string{"only"}, Events: []provider.Event{{
		Name: "grade", Summary: "Somebody grades a form.",
		Schema: json.RawMessage(`{"type": "object", "properties": {"score": {"type": "number"}, "offset": {"type": "number"}, "level": {"type": "integer", "enum": [1, 2, 3]},
			"size": {"enum": ["any", 0.5, 20]}, "marks": {"type": "array", "items": {"enum": [1, 2.5]}}}}`),
	}}}
}

// typed types a text key by key into the field of a label, and wants it to stand
// there as it was typed after each.
func (p *page) typed(label, text string) {
	p.t.Helper()
	p.fill(label, "")
	for i := range len(text) {
		p.press(text[i : i+1])
		p.until(fmt.Sprintf(`document.activeElement.labels[0].textContent === %q && document.activeElement.value === %q &&
			document.activeElement.selectionStart === %[3]d`, label, text[:i+1], i+1))
	}
}

func TestNumbersAreTypedIntoTheirFields(t *testing.T) {
	_, box := openTrigger(t, "")
	p := open(t, mockserver.Config{Providers: append(mockserver.Vendors(), newNumbers)}, "/trigger?provider=acme")
	p.firstField()
	p.fill("Account", box.url)
	p.typed("score", "1.050")
	p.typed("offset", "-0.5")
	p.choose("level", "2")
	p.choose("size", "0.5")
	p.click("2.5") // of the marks
	p.in(".commands").see(`{"score":1.05,"offset":-0.5,"level":2,"size":0.5,"marks":[2.5]}`)
	p.accessible()
	p.sent()
	want := map[string]any{"score": 1.05, "offset": -0.5, "level": 2.0, "size": 0.5, "marks": []any{2.5}}
	if got := box.next(); !reflect.DeepEqual(got, want) {
		t.Errorf("sent was %v, want %v", got, want)
	}
	p.see("delivered")
	p.click("Defaults")
	p.until(`[...document.querySelectorAll(".data .field")].every((field) => !field.querySelector("select, input:not([type=checkbox])")?.value)`)
	p.typed("score", "-")
	p.in(".commands").see(`"data":{"score":"-"}`) // for the vendor to refuse
}

func TestWrongAttemptsOfAFaultStandBesideThem(t *testing.T) {
	p, _ := openTrigger(t, `?faults=[{"name":"ignore-response","on":[1]}]`)
	p.expect("422")
	for _, text := range []string{"", "0, x, 1.5", "0"} {
		p.fill("Attempts", "1")
		p.until(`!document.querySelector(".faults [aria-invalid]")`)
		p.fill("Attempts", text)
		p.beside("Attempts", "want numbers from 1, with commas, such as 1, 3")
		p.until(`document.querySelectorAll(".faults [aria-invalid]").length === 1`)
		p.sent()
		p.see("1 field needs attention.")
		p.until(`document.activeElement.labels?.[0]?.textContent === "Attempts"`)
	}
	p.wantDeliveries(0)
	p.looks("trigger-attempts")
	p.fill("Attempts", "1, 3")
	p.gone("attention", "want numbers")
	p.sent()
	p.in(".outcomes").see("pending")
}

// What a link says of a fault that acts once has no field to stand beside.
func TestAttemptsOfAFaultThatActsOnceAreRefusedInSight(t *testing.T) {
	p, _ := openTrigger(t, `?faults=[{"name":"duplicate","on":[1]}]`)
	p.expect("422")
	p.in(".faults").see("acts once, and not on attempts")
}

func TestASeedThatIsNoneIsToldWhatASeedIs(t *testing.T) {
	p, _ := openTrigger(t, "")
	p.expect("422")
	for _, seed := range []string{"-1", "18446744073709551616", "one"} {
		p.fill("Seed", seed)
		p.beside("Seed", "want a whole number from 0 to 18446744073709551615")
		p.fill("Seed", "1")
		p.until(`!document.querySelector(".field [aria-invalid]")`)
	}
}

func TestAnUnknownAccountIsReportedAtItsField(t *testing.T) {
	for _, vendor := range []string{"uqudo", "uip"} {
		t.Run(vendor, func(t *testing.T) {
			p, _ := openTrigger(t, "?provider="+vendor)
			p.expect("404")
			p.fill("Account", "emea")
			p.beside("Account", `is called "emea"`)
			p.gone("PUT /_mock")
			p.see("There is no preview: what is wrong is shown beside its field.")
			p.press("Tab")
			p.sent()
			p.see("1 field needs attention.")
			p.until(`document.activeElement.labels?.[0]?.textContent === "Account"`)
			p.accessible()
			p.wantDeliveries(0)
		})
	}
	p, _ := openTrigger(t, "?provider=uqudo&account=emea")
	p.expect("404")
	p.beside("Account", `is called "emea"`)
	p.mock.UqudoAccount("emea").SaveGlobalWebhook(uqudo.Webhook{URL: "http://receiver.test/emea"})
	p.until(`!document.querySelector(".field [aria-invalid]")`)
}
