package web_test

import (
	"fmt"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/uqudo"
)

func TestEscapeLeavesAFieldInEveryView(t *testing.T) {
	p := openAtNoon(t, "/deliveries")
	p.in("header").see("live") // what a view begins with is there
	for _, view := range []string{"deliveries", "trigger", "webhooks", "scenarios", "clock"} {
		p.visit("/" + view)
		p.until(fmt.Sprintf(`location.hash.startsWith("#/%s") && document.querySelector("main h1")`, view))
		field := `document.querySelector("main :is(input:not([type=checkbox], [type=radio]), select, textarea)")`
		if view == "deliveries" { // an empty mock has no field there
			p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 200)})
			p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
		} else { // what is opened takes the focus
			p.until(`document.querySelector("main").contains(document.activeElement)`)
		}
		p.until(field + ` && (` + field + `.focus(), document.activeElement === ` + field + `)`)
		p.press("Escape")
		p.until(`document.activeElement === document.body`)
		p.press("?")
		p.see("leave a field, or a delivery")
		p.press("Escape")
		p.gone("leave a field, or a delivery")
	}
}

func TestTabGoesOnFromTheFieldThatEscapeLeft(t *testing.T) {
	p := openAtNoon(t, "/keys")
	p.see("Keys")
	p.press("t")
	const fields = `[...document.querySelectorAll("main :is(select, input, textarea)")].indexOf(document.activeElement)`
	for field := range 2 {
		p.until(fmt.Sprintf(`%s === %d`, fields, field))
		p.press("Escape")
		p.until(fields + ` === -1`)
		p.press("Tab")
	}
	p.until(fields + ` === 2`)
}

func TestATabIsCalledAfterWhatIsOpen(t *testing.T) {
	p, ids := aFew(t, "/deliveries")
	called := func(route, want string) {
		t.Helper()
		p.visit(route)
		p.until(fmt.Sprintf(`document.title === %q`, want))
	}
	called("/deliveries", "Deliveries · kycmock")
	called("/deliveries/"+ids[2], "face …"+ids[2][len(ids[2])-6:]+" · Deliveries · kycmock")
	called("/keys", "Keys · kycmock")
	called("/scenarios/lost-acknowledgement", "lost-acknowledgement · Scenarios · kycmock")
	called("/scenarios/~new", "New scenario · Scenarios · kycmock")
	p.expect("404")
	called("/runs/run_nobody", "Run …nobody · kycmock")
	p.see("No run is called")
}

func TestWhatWentWrongIsToldOnceAndStaysWhereItWas(t *testing.T) {
	p, _ := openResult(t, "", []int{503})
	p.marks(1, 24)
	p.eval(`void (() => {
		const { fetch } = globalThis;
		globalThis.fetch = (url, options) => options?.method !== "POST" ? fetch(url, options)
			: Promise.resolve(new Response('{"detail":"no such luck"}', { status: 409, headers: { "Content-Type": "application/problem+json" } }));
	})()`, nil)
	p.click("Redeliver")
	p.in(".notices").see("no such luck")
	p.click("Redeliver")
	p.click("Send a duplicate")
	p.until(`document.querySelectorAll(".notices .notice").length === 1`)
	p.resize(360, 740)
	p.until(`document.querySelector("main").getBoundingClientRect().bottom <= document.querySelector(".notices").getBoundingClientRect().top`)
	p.accessible()
	p.resize(1280, 800)
	p.in(".detail").click("Close")
	p.until(`document.querySelectorAll(".notices .notice").length === 0`)
}

func TestCopiesKeepTheFocusAndAreToldOnce(t *testing.T) {
	p, d := openResult(t, "", []int{503})
	p.eval(`void Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true })`, nil) // as over plain http
	p.click("Copy the ID")
	p.see("Copied.")
	p.click("Copy the ID")
	p.until(`document.activeElement.ariaLabel === "Copy the ID" && document.querySelectorAll(".notices .notice").length === 1`)
	p.eval(`void delete navigator.clipboard`, nil)
	if got := p.clipboard(); got != d.ID {
		t.Errorf("copied %q, want %q", got, d.ID)
	}
}

func TestAllViewsAreInTheNavigationOfAPhone(t *testing.T) {
	p := open(t, mockserver.Config{}, "/keys")
	p.resize(360, 740)
	p.until(`innerWidth === 360 && document.querySelectorAll("nav a").length === 6`)
	p.until(`[...document.querySelectorAll("header nav a")].every((link) => link.getBoundingClientRect().right <= innerWidth)`)
	if got := p.text("header nav"); !strings.Contains(got, "Keys") {
		t.Errorf("the navigation is %q", got)
	}
}
