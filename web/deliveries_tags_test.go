package web_test

import (
	"fmt"
	"testing"

	"kycmock/mockserver/fault"
	"kycmock/mockserver/uqudo"
)

// tags are the texts of the tags in the rows, from the top, with what is
// only read out.
const tags = `[...document.querySelectorAll(".row")].map((row) => [...row.querySelectorAll(".tag")].map((tag) => tag.textContent).join("|")).join(" / ")`

func TestTagsOfFaultsAreToldWhole(t *testing.T) {
	p := openAtNoon(t, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503)})
	named := func(name string) fault.Fault { return fault.Fault{Name: name} }
	p.mock.Uqudo().Enroll(uqudo.SessionData{}, named("wrong-credentials")).Delivery().WaitAttempts(1)
	first := p.mock.Uqudo().Enroll(uqudo.SessionData{}, named("reset-before-response"), named("tampered")).Delivery()
	first.WaitAttempts(1)
	first.Redeliver().WaitAttempts(1)
	p.wantEvents("enrollment", "enrollment", "enrollment")
	for _, width := range []int64{360, 960, 1280, 2560} {
		p.resize(width, 740)
		p.until(fmt.Sprintf("innerWidth === %d", width))
		p.until(tags + ` === "redelivery|reset-before-response+1, tampered / reset-before-response+1, tampered / wrong-credentials"`)
		// Over the whole row its link tells it too.
		p.until(`document.querySelectorAll(".row .event-cell a")[1].title === "Made to go wrong: reset-before-response, tampered"`)
		p.until(`document.querySelectorAll(".row .event-cell a")[0].title.includes("` + first.ID + `")`)
		// Each tag is within its cell, and enough of it is there to be told from others.
		p.until(`[...document.querySelectorAll(".row .tag")].every((tag) => {
			const box = tag.getBoundingClientRect(), cell = tag.closest(".cell").getBoundingClientRect();
			return box.left >= cell.left - .5 && box.right <= cell.right + .5 && box.width >= 40;
		})`)
		p.until(`new Set([...document.querySelectorAll(".row")].map((row) => row.getBoundingClientRect().height)).size === 1`)
		// Nothing is wider than the row.
		p.until(`[...document.querySelectorAll(".row")].every((row) => [...row.querySelectorAll(".cell")].every((cell) => cell.getBoundingClientRect().right <= row.getBoundingClientRect().right))`)
	}
	p.looks("deliveries-tags")
}
