package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// wantEvents waits until these are the events in the list, from the top.
func (p *page) wantEvents(want ...string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`[...document.querySelectorAll(".row .event-cell a")].map((link) => link.textContent).join() === %q`, strings.Join(want, ",")))
}

// aFew is a mock with five deliveries, of both vendors and of every status, and
// their IDs in the order of the list.
func aFew(t *testing.T, route string) (p *page, ids []string) {
	t.Helper()
	p = openAtNoon(t, route)
	m := p.mock
	up, down := receiving(t, 200), receiving(t, 503)
	m.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: up})
	m.UqudoAccount("emea").SaveGlobalWebhook(uqudo.Webhook{URL: down})
	m.UIP().SaveWebhook(down)
	m.Uqudo().Enroll(uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
	m.UqudoAccount("emea").Complete(uqudo.FlowReading, uqudo.SessionData{}).Delivery().WaitAttempts(1)
	m.Advance(125 * time.Minute)
	m.UqudoAccount("emea").Complete(uqudo.FlowFace, uqudo.SessionData{}).Delivery().WaitAttempts(1)
	called := m.UqudoAccount("emea").Complete(uqudo.FlowLookup, uqudo.SessionData{}).Delivery()
	called.WaitAttempts(1)
	called.Cancel()
	m.Trigger(provider.Trigger{Provider: "uip", Event: "identify"}).Delivery().WaitAttempts(2)
	all, _ := m.Deliveries(delivery.Filter{Newest: true})
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	p.wantEvents("identify", "lookup", "face", "reading", "enrollment")
	return p, ids
}

func TestDeliveriesShowNewestFirstWithTheirAttemptsAndTheNext(t *testing.T) {
	p, _ := aFew(t, "/deliveries")
	p.in(".rows").see("UIP", "Uqudo", "in 5 s", "in 5 min")
	rows := p.rows(".row")
	for i, want := range [][]string{
		{"14:05:00", "UIP", "identify", "default", "pending", "in 5 s"},
		{"14:05:00", "Uqudo", "lookup", "emea", "cancelled"},
		{"14:05:00", "Uqudo", "face", "emea", "pending", "in 5 min"},
		{"12:00:00", "Uqudo", "reading", "emea", "exhausted"},
		{"12:00:00", "Uqudo", "enrollment", "default", "delivered"},
	} {
		for _, text := range want {
			if !slices.Contains(rows[i], text) {
				t.Errorf("row %d is %q, without %q", i, rows[i], text)
			}
		}
	}
	p.until(`[...document.querySelectorAll(".row")].map((row) => row.querySelectorAll(".mark").length).join() === "2,1,1,25,1"`)
	p.until(`document.querySelector(".mark.taken") && document.querySelectorAll(".mark.refused").length >= 27`)
	// All 25 marks are within their cell.
	for _, width := range []int64{360, 800, 1000, 1280, 2560} {
		p.resize(width, 800)
		p.until(`[...document.querySelectorAll(".attempts-cell")].every((cell) => [...cell.querySelectorAll(".mark")].every((mark) => mark.getBoundingClientRect().right <= cell.getBoundingClientRect().right + .5 && mark.getBoundingClientRect().width >= 3))`)
	}
	// Wherever there is no room for one line there are two.
	for _, width := range []int64{360, 800, 1000} {
		p.resize(width, 800)
		for _, row := range p.rows(".row") {
			if words := strings.Join(row, " "); !strings.Contains(words, "127.0.0.1:") || !strings.Contains(words, "emea") && !strings.Contains(words, "default") {
				t.Errorf("%d pixels wide a row is %q", width, row)
			}
		}
	}
	p.mock.Clock.SetRate(1)
	p.see("in 4 min 58 s") // it ticks
}

func TestDeliveriesAreFiltered(t *testing.T) {
	p, ids := aFew(t, "/deliveries")
	session := *p.mock.Delivery(ids[2]).Record().Session
	p.choose("Vendor", "UIP")
	p.wantEvents("identify")
	p.see("1 of 5")
	p.click("Clear")
	p.wantEvents("identify", "lookup", "face", "reading", "enrollment")
	p.choose("Account", "emea")
	p.wantEvents("lookup", "face", "reading")
	p.choose("Status", "exhausted")
	p.wantEvents("reading")
	p.choose("Event", "face")
	p.wantEvents()
	p.see("Nothing matches.")
	p.click("Clear the filters")
	p.wantEvents("identify", "lookup", "face", "reading", "enrollment")
	p.fill("Session", session)
	p.wantEvents("face")
	if got, want := p.route(), "/deliveries?session="+session; got != want {
		t.Errorf("the route is %s, want %s", got, want)
	}
	p.reload() // a link that can be sent to somebody
	p.wantEvents("face")
	p.click("Clear")
	p.fill("Free text", "EMEA")
	p.wantEvents("lookup", "face", "reading")
	p.fill("Free text", ids[4])
	p.wantEvents("enrollment")
	p.visit("/deliveries?status=pending&provider=uqudo")
	p.wantEvents("face")
	p.see("1 of 5")
	p.until(`[...document.querySelectorAll(".filters select")].map((select) => select.value).join() === "uqudo,,pending,"`)
}

func TestDeliveriesAreFoundByWhatWasSentAndAnswered(t *testing.T) {
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), "signer") || strings.Contains(string(body), "sign_") || strings.Contains(string(body), `"sign`) {
			fmt.Fprint(w, "walrus")
		}
	}))
	t.Cleanup(receiver.Close)
	p := openAtNoon(t, "/deliveries?q=WALRUS")
	p.mock.UIP().SaveWebhook(receiver.URL)
	p.mock.Trigger(provider.Trigger{Provider: "uip", Event: "identify"}).Delivery().Wait(delivery.Delivered)
	p.see("0 of 1", "Nothing matches.")
	p.mock.Trigger(provider.Trigger{Provider: "uip", Event: "sign"}).Delivery().Wait(delivery.Delivered)
	p.wantEvents("sign") // it is looked for again by itself
	p.mock.Trigger(provider.Trigger{Provider: "uip", Event: "message"}).Delivery().Wait(delivery.Delivered)
	p.fill("Free text", `"message_id"`) // of what was sent
	p.wantEvents("message")
	p.fill("Free text", "no such thing")
	p.see("Nothing matches.")
}

func TestWhoHasGoneOnToTheSearchStaysThere(t *testing.T) {
	p, ids := aFew(t, "/deliveries")
	p.visit("/deliveries/" + ids[1])
	p.in(".detail").see("lookup", "cancelled")
	p.eval(`void (location.hash = "#/deliveries", document.querySelector(".search").focus())`, nil)
	p.until(`document.querySelector(".detail") === null`)
	p.until(`document.activeElement?.ariaLabel === "Free text"`)
}

func TestDeliveriesAreReachedByKeys(t *testing.T) {
	p, ids := aFew(t, "/deliveries")
	chosen := func(id string) {
		t.Helper()
		p.until(fmt.Sprintf(`document.activeElement?.getAttribute("href")?.startsWith("#/deliveries/%s") && document.activeElement.closest(".row.chosen") != null`, id))
	}
	p.press("j")
	chosen(ids[0])
	p.press("j")
	p.press("j")
	chosen(ids[2])
	p.press("k")
	chosen(ids[1])
	p.press("Enter")
	p.until(`location.hash === "#/deliveries/` + ids[1] + `"`)
	p.in(".detail").see("lookup", "cancelled")
	p.press("j") // the next one, in its place
	p.until(`location.hash === "#/deliveries/` + ids[2] + `"`)
	p.in(".detail").see("face", "pending")
	p.press("Escape")
	p.until(`location.hash === "#/deliveries"`)
	chosen(ids[2])
	p.back() // to the one that was open, as Escape went on from it
	p.until(`location.hash === "#/deliveries/` + ids[2] + `"`)
	p.back()
	p.until(`location.hash === "#/deliveries"`)

	p.slash()
	p.until(`document.activeElement?.ariaLabel === "Free text"`)
	p.press("j") // typed, not moved
	p.until(`location.hash === "#/deliveries?q=j"`)
	p.press("Escape")
	p.until(`document.activeElement === document.body && location.hash === "#/deliveries?q=j"`)
	p.slash()
	p.fill("Free text", "emea")
	p.wantEvents("lookup", "face", "reading")
	p.press("Enter") // on to what was found
	chosen(ids[2])
	p.press("Enter")
	p.until(`location.hash === "#/deliveries/` + ids[2] + `?q=emea"`)
	p.press("Escape")
	p.until(`location.hash === "#/deliveries?q=emea"`)

	p.press("?")
	p.see("filter the deliveries")
	p.press("j") // not while the help is open
	p.press("Escape")
	p.gone("filter the deliveries")
	chosen(ids[2])
	p.press("t")
	p.until(`location.hash.startsWith("#/trigger") && document.activeElement?.matches("main select")`)
	p.visit("/keys")
	p.until(`document.querySelector("main h1")?.textContent === "Keys"`)
	p.slash() // from any view, with the filters that were there
	p.until(`location.hash === "#/deliveries?q=emea" && document.activeElement?.ariaLabel === "Free text" && document.activeElement.value === "emea"`)
	p.press("f") // in the place of what was looked for
	p.until(`location.hash === "#/deliveries?q=f"`)
	p.press("Escape")
	p.visit("/deliveries?status=delivered")
	p.wantEvents("enrollment")
	p.press("t")
	p.until(`document.activeElement?.matches("main select")`)
	p.press("Escape")
	p.slash()
	p.until(`location.hash === "#/deliveries?status=delivered"`)
	p.wantEvents("enrollment")
}

// slash presses that key as keyboards do: what is done with it keeps its character
// from being typed, which it does not when a test sends both one after the other.
func (p *page) slash() {
	p.t.Helper()
	key := input.DispatchKeyEventParams{Type: "keyDown", Key: "/", Code: "Slash", Text: "/", WindowsVirtualKeyCode: 191}
	call(p, input.DispatchKeyEvent, key)
	key.Type, key.Text = "keyUp", ""
	call(p, input.DispatchKeyEvent, key)
}

func TestAChosenDeliveryKeepsTheFocusWhenOthersArrive(t *testing.T) {
	p, ids := aFew(t, "/deliveries")
	p.press("j")
	p.press("j")
	p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
	p.wantEvents("enrollment", "identify", "lookup", "face", "reading", "enrollment")
	p.until(fmt.Sprintf(`document.activeElement?.getAttribute("href") === "#/deliveries/%s"`, ids[1]))
	p.press("Enter")
	p.until(fmt.Sprintf(`location.hash === "#/deliveries/%s"`, ids[1]))
}

func TestDeliveriesLookRightAndAreAccessible(t *testing.T) {
	p, ids := aFew(t, "/deliveries")
	p.press("j")
	p.looks("deliveries")
	p.visit("/deliveries?q=nothing+like+it")
	p.see("Nothing matches.")
	p.looks("deliveries-none")
	p.visit("/deliveries/" + ids[3])
	p.see("exhausted")
	p.resize(1280, 800)
	p.screenshot("deliveries-open-1280")
}

func TestNoViewIsWiderThanAPhone(t *testing.T) {
	p, ids := aFew(t, "/deliveries")
	p.resize(360, 740)
	p.until(`innerWidth === 360`)
	for _, view := range []string{"deliveries", "trigger", "webhooks", "scenarios", "clock", "keys", "deliveries/" + ids[3]} {
		p.visit("/" + view)
		p.until(fmt.Sprintf(`location.hash.startsWith("#/%s") && document.querySelector("main h1")`, view))
		p.until(`[document.documentElement, document.querySelector("main")].every((box) => box.scrollWidth <= box.clientWidth)`)
		p.until(`document.querySelector("nav [aria-current]").getBoundingClientRect().right <= innerWidth`) // where one is can be seen
	}
}
