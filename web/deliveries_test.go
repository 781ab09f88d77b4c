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

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/memory"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// shownEvents are the events in the list's rows, from the top.
func (p *page) shownEvents() []string {
	p.t.Helper()
	var events []string
	p.eval(`[...document.querySelectorAll(".row .event-cell a")].map((link) => link.textContent)`, &events)
	return events
}

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
	p.see("in 5 s", "in 5 min")
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
	p.until(`location.hash === "#/trigger"`)
	p.slash() // from any view
	p.until(`location.hash === "#/deliveries" && document.activeElement?.ariaLabel === "Free text" && document.activeElement.value === ""`)
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
		p.until(fmt.Sprintf(`location.hash === "#/%s" && document.querySelector("main h1")`, view))
		p.until(`[document.documentElement, document.querySelector("main")].every((box) => box.scrollWidth <= box.clientWidth)`)
		p.until(`document.querySelector("nav [aria-current]").getBoundingClientRect().right <= innerWidth`) // where one is can be seen
	}
}

// many is a mock whose deliveries are quick to make: copies of a few, to a
// receiver without sockets.
func many(t *testing.T, n int) (m *mockserver.Mock, more func(n int)) {
	t.Helper()
	network := memory.New()
	t.Cleanup(network.Serve("receiver.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/down" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})))
	m = mockserver.Test(t, mockserver.Config{Dial: network.Dial, Parallel: 8})
	m.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: "http://receiver.test/up"})
	m.UIP().SaveWebhook("http://receiver.test/up")
	m.UqudoAccount("emea").SaveGlobalWebhook(uqudo.Webhook{URL: "http://receiver.test/down"})
	first := []mockserver.Delivery{
		m.Uqudo().Enroll(uqudo.SessionData{}).Delivery(),
		m.Trigger(provider.Trigger{Provider: "uip", Event: "identify"}).Delivery(),
		m.UqudoAccount("emea").Complete(uqudo.FlowFace, uqudo.SessionData{}).Delivery(),
	}
	more = func(n int) {
		t.Helper()
		for i := range n {
			which := i % 20 % 2 // the journeys to the receiver that is down are long
			if i%20 == 19 {
				which = 2
			}
			if _, err := m.Server.Duplicate(first[which].ID); err != nil {
				t.Error(err)
				return
			}
		}
	}
	more(n - len(first))
	m.Advance(2 * time.Hour)
	return m, more
}

func TestThousandsOfDeliveriesScrollSmoothly(t *testing.T) {
	const count = 5000
	m, more := many(t, count)
	p := openAt(t, m.URL, "/deliveries")
	p.see("5,000")
	p.until(`document.querySelector(".rows").ariaRowCount === "5001"`)
	p.wantNoLongTasks("loading")

	// Each frame a screen further, to the bottom.
	scroll := `(async () => {
		const rows = document.querySelector(".rows");
		let blank = 0;
		while (rows.scrollTop + rows.clientHeight < rows.scrollHeight - 1) {
			rows.scrollTop += rows.clientHeight;
			await person.frame();
			const { left, top, height } = rows.getBoundingClientRect();
			blank += document.elementFromPoint(left + 50, top + height / 2).closest(".row") ? 0 : 1;
		}
		return blank;
	})()`
	var blank int
	p.eval(scroll, &blank)
	p.wantNoLongTasks("scrolling")
	if blank > 5 {
		t.Errorf("%d of the screens were blank", blank)
	}
	var last string
	p.eval(`[...document.querySelectorAll(".row")].at(-1).ariaRowIndex`, &last)
	if last != "5001" {
		t.Errorf("the last row is %s, want 5001", last)
	}
	// Some are in sight at once, not all.
	p.until(`document.querySelectorAll(".row").length < 100`)

	// While others arrive, who has scrolled down reads on undisturbed.
	p.eval(`void (document.querySelector(".rows").scrollTop = 3000)`, nil)
	p.until(`document.querySelector(".row[aria-rowindex='85']") != null`)
	const reading = `(() => {
		const { left, top } = document.querySelector(".rows").getBoundingClientRect();
		const row = document.elementFromPoint(left + 50, top + 100).closest(".row");
		return row.querySelector("a").hash + " " + Math.round(row.getBoundingClientRect().top);
	})()`
	var before, after string
	p.eval(reading, &before)
	more(500)
	p.see("5,500")
	p.until(`document.querySelector(".rows").ariaRowCount === "5501"`)
	p.eval(reading, &after)
	if before != after {
		t.Errorf("the reader was moved from %s to %s", before, after)
	}
	p.wantNoLongTasks("500 arriving")

	p.fill("Free text", "face")
	p.see(" of 5,500")
	p.choose("Account", "emea")
	p.choose("Status", "exhausted")
	p.click("Clear")
	p.wantNoLongTasks("filtering")
	p.eval(`void (document.querySelector(".rows").scrollTop = 1e7)`, nil)
	p.press("j")
	p.press("j")
	p.until(`document.querySelector(".rows").scrollTop === 0`) // where what was chosen is
	p.wantNoLongTasks("keys")
}

func (p *page) wantNoLongTasks(doing string) {
	p.t.Helper()
	if long := p.longTasks(); len(long) > 0 {
		p.t.Errorf("%s has long tasks: %s", doing, long)
	}
}

// The mock looks through every body for a text: it is not to be asked that for
// each of the deliveries that arrive.
func TestATextIsNotLookedForWithEveryDelivery(t *testing.T) {
	m, more := many(t, 100)
	p := openAt(t, m.URL, "/deliveries?q=identify")
	p.see(" of 100")
	const asked = `performance.getEntriesByType("resource").filter(({ name }) => name.includes("q=identify")).length`
	p.until(asked + ` === 1`)
	for n := 200; n <= 600; n += 100 {
		more(100)
		p.see(fmt.Sprintf(" of %d", n))
	}
	var times int
	if p.eval(asked, &times); times > 8 {
		t.Errorf("the mock was asked %d times", times)
	}
}
