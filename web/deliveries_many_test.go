package web_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/memory"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

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
	// Other tests want the machine too: what is the page's own is there each time.
	for range 3 {
		if len(p.longTasks()) == 0 {
			break
		}
		p.reload()
		p.until(`document.querySelector(".rows")?.ariaRowCount === "5001"`)
	}
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
