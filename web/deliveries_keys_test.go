package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"kycmock/mockserver/uqudo"
)

// isAt waits until the row of a delivery has the focus.
func (p *page) isAt(id string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`document.activeElement?.hash?.startsWith("#/deliveries/%s") && document.activeElement.closest(".row.chosen") != null`, id))
}

func TestTheListIsOneStopOfTab(t *testing.T) {
	p, ids := aFew(t, "/deliveries")
	session := func() {
		t.Helper()
		p.eval(`document.querySelector(".filters .session").focus()`, nil)
		p.press("Tab")
	}
	session()
	p.isAt(ids[0])
	p.press("Tab")
	p.until(`document.activeElement.closest(".row") == null`)
	session()
	p.press("ArrowDown")
	p.isAt(ids[1])
	p.press("j")
	p.isAt(ids[2])
	p.press("ArrowUp")
	p.isAt(ids[1])
	p.press("Tab")
	p.until(`document.activeElement.closest(".row") == null`)
	session() // back to where one was
	p.isAt(ids[1])
	p.accessible()

	p.visit("/deliveries/" + ids[3]) // the one that is open
	p.in(".detail").see("exhausted")
	session()
	p.isAt(ids[3])
	p.press("Tab")
	p.until(`document.activeElement.closest(".detail") != null`)
	p.press("ArrowDown") // scrolls there
	p.press("k")
	p.isAt(ids[2])
	p.until(fmt.Sprintf(`location.hash === "#/deliveries/%s"`, ids[2]))
}

func TestEnterReadsOnInTheDeliveryThatIsOpen(t *testing.T) {
	p, ids := aFew(t, "/deliveries")
	p.press("j")
	p.press("Enter")
	p.in(".detail").see("identify", "pending")
	p.press("j")
	p.in(".detail").see("lookup", "cancelled")
	p.isAt(ids[1])
	p.press("Enter")
	p.until(`document.activeElement.matches(".detail h1") && document.activeElement.textContent === "lookup"`)
	p.press("Tab")
	p.until(`document.activeElement.closest(".detail") != null`)
	p.back() // from the one that j opened in the other's place
	p.until(`location.hash === "#/deliveries"`)
}

func TestTheFocusStaysInTheListWhenItsRowGoes(t *testing.T) {
	p, ids := aFew(t, "/deliveries")
	p.visit("/deliveries?status=pending")
	p.wantEvents("identify", "face")
	p.press("j")
	p.isAt(ids[0])
	p.mock.Delivery(ids[0]).Cancel()
	p.wantEvents("face")
	p.isAt(ids[2]) // which is in its place now
	p.mock.Delivery(ids[2]).Cancel()
	p.see("Nothing matches.")
	p.until(`document.activeElement.matches("main")`)
}

func TestTheListStaysUnderWhoClicksAndWhoScrolls(t *testing.T) {
	m, _ := many(t, 300)
	p := openAt(t, m.URL, "/deliveries")
	p.until(`document.querySelector(".rows")?.ariaRowCount === "301"`)

	// The first row in sight is where Tab comes into a list that was scrolled.
	p.eval(`void (document.querySelector(".rows").scrollTop = 3600)`, nil)
	p.until(`document.querySelector(".row a[tabindex='0']").closest(".row").ariaRowIndex === "102"`)
	p.eval(`document.querySelector(".filters .session").focus()`, nil)
	p.press("Tab")
	p.until(`document.activeElement.closest(".row.chosen")?.ariaRowIndex === "102" && document.querySelector(".rows").scrollTop === 3600`)

	// It keeps the focus wherever one scrolls.
	p.eval(`void (document.querySelector(".rows").scrollTop = 0)`, nil)
	p.until(`document.querySelector(".row[aria-rowindex='2']") != null && document.activeElement.closest(".row")?.ariaRowIndex === "102"`)
	p.press("ArrowDown")
	p.until(`document.activeElement.closest(".row.chosen")?.ariaRowIndex === "103" && document.querySelector(".rows").scrollTop > 0`)

	// A row of which half is in sight does not go away under the mouse.
	p.eval(`void (document.querySelector(".rows").scrollTop = 18)`, nil)
	p.until(`document.querySelector(".row[aria-rowindex='2']") != null`)
	var at struct {
		X, Y float64
		Link string
	}
	p.eval(`(() => {
		const { left, bottom } = document.querySelector(".rows").getBoundingClientRect();
		const [x, y] = [left + 50, bottom - 3];
		return { x, y, link: document.elementFromPoint(x, y).closest(".row").querySelector("a").hash };
	})()`, &at)
	p.do("clicking on the last row", chromedp.MouseClickXY(at.X, at.Y))
	p.until(fmt.Sprintf(`location.hash === %q`, at.Link))
	p.until(fmt.Sprintf(`(() => {
		const rows = document.querySelector(".rows").getBoundingClientRect();
		const row = document.querySelector(".row.chosen");
		const { top, bottom } = row.getBoundingClientRect();
		return row.querySelector("a").hash === %q && top >= rows.top && bottom <= rows.bottom;
	})()`, at.Link))
}

func TestALongAccountLeavesTheEventItsRoom(t *testing.T) {
	p := openAtNoon(t, "/deliveries")
	account := p.mock.UqudoAccount("a-quite-long-name-of-an-account")
	account.SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503)})
	account.Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	p.wantEvents("enrollment")
	p.resize(360, 740)
	const link, cell, row = `document.querySelector(".row a")`, `document.querySelector(".row .event-cell")`, `document.querySelector(".row")`
	p.until(`innerWidth === 360 && ` + row + `.querySelector(".line") != null`)
	p.until(link + `.scrollWidth <= ` + link + `.clientWidth && ` + cell + `.scrollWidth <= ` + cell + `.clientWidth`)
	p.screenshot("deliveries-account-360")
	// One for which there is no room at all is seen to be cut.
	for width, lines := range map[int64]int{360: 2, 1280: 0} {
		p.resize(width, 740)
		p.until(fmt.Sprintf(`innerWidth === %d && `+row+`.querySelectorAll(".line").length === %d`, width, lines))
		p.eval(`void (`+link+`.textContent = "document.verification.completed.once.more")`, nil)
		p.until(link + `.scrollWidth > ` + link + `.clientWidth && getComputedStyle(` + link + `).textOverflow === "ellipsis"`)
		p.until(link + `.getBoundingClientRect().right <= ` + cell + `.getBoundingClientRect().right + .5`)
		p.until(`[...` + row + `.querySelectorAll(".cell")].every((cell) => cell.getBoundingClientRect().right <= ` + row + `.getBoundingClientRect().right)`)
	}
}
