package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

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
	m, more := many(t, 5000)
	p := openAt(t, m.URL, "/deliveries")
	p.see("5,000")
	p.until(`document.querySelector(".rows").ariaRowCount === "5001"`)
	p.staysSmooth("loading", func() {
		p.reload()
		p.until(`document.querySelector(".rows")?.ariaRowCount === "5001"`)
	})

	// Each frame a screen further, to the bottom.
	scroll := `(async () => {
		const rows = document.querySelector(".rows");
		rows.scrollTop = 0;
		let blank = 0;
		while (rows.scrollTop + rows.clientHeight < rows.scrollHeight - 1) {
			rows.scrollTop += rows.clientHeight;
			const { left, top, height } = rows.getBoundingClientRect();
			const drawn = () => document.elementFromPoint(left + 50, top + height / 2).closest(".row") != null;
			await person.frame();
			for (let late = 0; late < 10 && !drawn(); late++) {
				await person.frame(); // of a tab that is not drawn for a while
			}
			blank += drawn() ? 0 : 1;
		}
		return blank;
	})()`
	var blank int
	p.staysSmooth("scrolling", func() { p.eval(scroll, &blank) })
	if blank > 0 {
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
	count := 5000
	p.staysSmooth("while 500 arrive", func() {
		more(500)
		count += 500
		p.until(fmt.Sprintf(`document.querySelector(".rows").ariaRowCount === "%d"`, count+1))
	})
	p.eval(reading, &after)
	if before != after {
		t.Errorf("the reader was moved from %s to %s", before, after)
	}

	p.staysSmooth("filtering", func() {
		p.fill("Free text", "face")
		p.in(".count").see(" of ")
		p.choose("Account", "emea")
		p.choose("Status", "exhausted")
		p.click("Clear")
	})
	p.eval(`void (document.querySelector(".rows").scrollTop = 1e7)`, nil)
	p.press("j")
	p.press("j")
	p.until(`document.querySelector(".rows").scrollTop === 0`) // where what was chosen is
}

// staysSmooth fails when what is done makes long tasks every time. Others want the
// machine too: a task is counted for as long as it would have taken alone, by the
// share of its processor that the page got.
func (p *page) staysSmooth(doing string, do func()) {
	p.t.Helper()
	call(p, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainTimeTicks})
	var long []time.Duration
	var share float64
	for range 5 {
		_ = p.longTasks()
		before := p.metrics()
		do()
		all, after := p.longTasks(), p.metrics()
		share = min(1, (after["ThreadTime"]-before["ThreadTime"])/(after["TaskDuration"]-before["TaskDuration"]))
		long = slices.DeleteFunc(all, func(d time.Duration) bool {
			return time.Duration(float64(d)*share) <= 100*time.Millisecond
		})
		if len(long) == 0 {
			return
		}
	}
	p.t.Errorf("%s has long tasks: %s, while the page got %.0f %% of its processor", doing, long, 100*share)
}

// metrics are the browser's own of the tab, in seconds of real and of processor
// time.
func (p *page) metrics() map[string]float64 {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	got, err := chromedp.Call(ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		p.t.Fatalf("asking the browser for its metrics: %v", err)
	}
	metrics := map[string]float64{}
	for _, m := range got.Metrics {
		metrics[m.Name] = m.Value
	}
	return metrics
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
