package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
)

// sampleReceiver sends both vendors' webhooks to the built-in receiver, which
// answers these statuses before it behaves.
func sampleReceiver(m *mockserver.Mock, statuses ...int) {
	url := m.URL + "/_mock/receiver/default"
	m.Answer(statuses...)
	m.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: url})
	m.UIP().SaveWebhook(url)
}

// openResult opens the page at the first delivery of a session of Uqudo's.
func openResult(t *testing.T, query string, statuses []int, faults ...fault.Fault) (*page, mockserver.Delivery) {
	t.Helper()
	p := open(t, mockserver.Config{}, "/deliveries")
	sampleReceiver(p.mock, statuses...)
	d := p.mock.Uqudo().Enroll(uqudo.SessionData{}, faults...).Delivery()
	p.visit("/deliveries/" + d.ID + query)
	p.in(".detail").see("enrollment")
	return p, d
}

// openEvent is the same of an event of UIP's.
func openEvent(t *testing.T, query string, statuses []int, faults ...fault.Fault) (*page, mockserver.Delivery) {
	t.Helper()
	p := open(t, mockserver.Config{}, "/deliveries")
	sampleReceiver(p.mock, statuses...)
	d := p.mock.UIP().Identify(uip.IdentifyData{}, faults...).Delivery()
	p.visit("/deliveries/" + d.ID + query)
	return p, d
}

// marks waits until so many attempts are on the timeline.
func (p *page) marks(made, planned int) {
	p.t.Helper()
	p.until(fmt.Sprintf(`document.querySelectorAll(".timeline li.made").length === %d && document.querySelectorAll(".timeline li.planned").length === %d`, made, planned))
}

// places are where the marks of the timeline stand, in pixels.
func (p *page) places() (places []float64) {
	p.t.Helper()
	p.eval(`[...document.querySelectorAll(".timeline li")].map((mark) => mark.getBoundingClientRect().left)`, &places)
	return places
}

func TestATimelineShowsTwoHoursOfRetriesAsTheyAreMade(t *testing.T) {
	p, d := openResult(t, "", slices.Repeat([]int{503}, 25))
	detail := p.in(".detail")
	p.marks(1, 24)
	detail.see("pending", "1 of 25 made, the next in 5 min", "Attempt 1 503", "+2 h")
	places := p.places()
	for i := 2; i < len(places); i++ {
		if a, b := places[1]-places[0], places[i]-places[i-1]; a-b > 1 || b-a > 1 {
			t.Fatalf("the marks, five minutes apart each, stand at %.0f", places)
		}
	}
	const now = `document.querySelector(".timeline .now").getBoundingClientRect().left`
	p.until(fmt.Sprintf("Math.abs(%s - %f) < 2", now, places[0]))
	p.mock.Advance(150 * time.Second)
	p.until(fmt.Sprintf("Math.abs(%s - %f) < 3", now, (places[0]+places[1])/2))
	detail.see("the next in 2 min 30 s")

	p.mock.Advance(150*time.Second + 5*time.Minute)
	p.marks(3, 22)
	detail.see("3 of 25 made", "Attempt 3 503", "pending")
	p.screenshot("delivery-1280")
	p.accessible()

	p.mock.Advance(2 * time.Hour)
	p.marks(25, 0)
	detail.see("exhausted", "25 attempts made", "Attempt 25 503")
	p.until(`document.querySelectorAll(".timeline .mark.refused").length === 25`)
	d.WantAnswers(slices.Repeat([]int{503}, 25)...)
	var titles []string
	p.eval(`[...document.querySelectorAll(".detail button:disabled")].map((button) => button.title)`, &titles)
	if want := []string{"It is exhausted: no attempt is still to come", "It is exhausted: no attempt is still to come", "There is none"}; !slices.Equal(titles, want) {
		t.Errorf("buttons that cannot work say %q, want %q", titles, want)
	}
	p.scheme("dark")
	p.accessible()
	p.resize(360, 740)
	p.screenshot("delivery-360")
	p.accessible()
}

func TestAttemptsThatCrowdCanBeToldApart(t *testing.T) {
	p, _ := openEvent(t, "", slices.Repeat([]int{503}, 9))
	detail := p.in(".detail")
	p.marks(2, 4) // the first retry is made at once
	detail.see("2 of 6 made, the next in 5 s")
	p.mock.Advance(36 * time.Second)
	p.marks(4, 2)
	places := p.places()
	for i := 1; i < len(places); i++ {
		if gap := places[i] - places[i-1]; gap < 20 {
			t.Errorf("mark %d is %.0f pixels after the one before", i+1, gap)
		}
	}
	if last, before := places[5]-places[4], places[4]-places[3]; last < 3*before {
		t.Errorf("ten minutes are %.0f pixels long, two are %.0f", last, before)
	}
	p.mock.AdvanceToIdle()
	p.marks(6, 0)
	detail.see("exhausted", "+12 min 35 s")
	p.screenshot("delivery-uip-1280")
}

func TestAttemptsOfOneInstantAndTheClockStandTogether(t *testing.T) {
	p, _ := openEvent(t, "", []int{503, 200})
	p.marks(2, 0) // the first retry is made at once, and the clock stands
	p.in(".detail").see("delivered")
	p.until(`((at, words) => Math.abs(at(".timeline .now") - at(".timeline li:last-child")) < 2 && words.length === 1 && words[0].textContent === "0" && words[0].matches("li:first-child *"))(
		(selector) => document.querySelector(selector)?.getBoundingClientRect().left, document.querySelectorAll(".timeline .offset"))`)
	p.screenshot("delivery-instant-1280")
}

func TestAnAttemptHasALinkAndKeys(t *testing.T) {
	p, _ := openResult(t, "?attempt=3&tab=response", []int{500, 502, 504, 508})
	p.see("There is no attempt 3 yet: it is planned for")
	p.mock.Advance(15 * time.Minute)
	p.see("Attempt 3 504", "HTTP 504", "told to answer 504")
	p.eval(`document.querySelector("[data-attempt='1']").focus()`, nil)
	p.press("ArrowRight")
	p.press("Enter")
	p.see("Attempt 2 502", "told to answer 502")
	p.click("Next attempt")
	p.see("Attempt 3 504")
	p.click("Previous attempt")
	p.click("Request")
	p.see("POST "+p.base, "Body, ")
	p.press("End")
	p.see("curl -X POST")
	if got := p.route(); !strings.HasSuffix(got, "?attempt=2&tab=curl") {
		t.Errorf("the route is %s", got)
	}
	p.reload()
	p.see("Attempt 2 502", "curl -X POST")
}

func TestWhatCanBeDoneWithADelivery(t *testing.T) {
	p, d := openResult(t, "", slices.Repeat([]int{503}, 25))
	detail := p.in(".detail")
	p.marks(1, 24)
	p.click("Attempt now")
	p.see("The next attempt is due now.")
	p.marks(2, 23)
	detail.see("asked for before its time")
	p.click("Send a duplicate")
	p.see("The duplicate is on its way")
	detail.see("Copy of", d.ID)
	p.click(d.ID)
	p.marks(2, 23)
	p.click("Redeliver")
	p.see("The redelivery is on its way")
	detail.see("Redelivery of", d.ID)
	p.click(d.ID)
	p.marks(2, 23)
	p.click("Cancel")
	detail.see("cancelled", "somebody asked for it", "2 attempts made")
	p.marks(2, 0)
}

func TestANarrowScreenShowsADeliveryAlone(t *testing.T) {
	p, d := openResult(t, "?q=enroll&tab=request", []int{503})
	p.resize(360, 740)
	p.see("All deliveries")
	if got := p.rows(".list .row"); len(got) > 0 {
		t.Errorf("the list is there: %q", got)
	}
	for _, tab := range []string{"Request", "Response", "Signature", "Difference", "cURL"} {
		p.click(tab)
		p.until(`document.querySelector("[aria-selected=true]").textContent === ` + fmt.Sprintf("%q", tab))
		var wide float64
		p.eval(`Math.max(...[...document.querySelectorAll("html, main, .detail")].map((e) => e.scrollWidth))`, &wide)
		if wide > 360 {
			t.Errorf("%s is %.0f pixels wide", tab, wide)
		}
	}
	p.scheme("dark")
	p.accessible()
	p.click("← All deliveries")
	p.until(`location.hash === "#/deliveries?q=enroll"`)
	p.in(".list").see("enrollment")
	p.gone(d.ID)
}

func TestADeliveryThatIsForgottenSaysSo(t *testing.T) {
	p := open(t, mockserver.Config{}, "/deliveries/dlv_nobody")
	p.expect("404")
	p.see("Forgotten", "The mock knows no delivery dlv_nobody", "reset or started anew")
	p.accessible()
	p.click("Close")
	p.until(`location.hash === "#/deliveries"`)
}

func TestADeliveryIsClosedByAButtonThatKeepsTheFilters(t *testing.T) {
	p, d := openResult(t, "?q=enroll&tab=request", []int{503})
	p.in(".list").see("enrollment", "default", "Uqudo", strings.TrimPrefix(p.mock.URL, "http://"), "pending", "in 5 min")
	p.in(".detail").click("Close")
	p.until(`location.hash === "#/deliveries?q=enroll" && document.querySelector(".detail") === null`)
	p.until(fmt.Sprintf(`document.activeElement?.hash === "#/deliveries/%s?q=enroll"`, d.ID))
}

func TestAnAttemptUnderWaySaysSo(t *testing.T) {
	answered := make(chan struct{})
	answer := sync.OnceFunc(func() { close(answered) })
	asked := make(chan struct{}, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		asked <- struct{}{}
		<-answered
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(receiver.Close)
	t.Cleanup(answer)
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	d := p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
	<-asked
	p.visit("/deliveries/" + d.ID)
	p.see("0 of 25 made, attempt 1 is being made now", "Attempt 1 is being made now: the answer is still to come")
	p.until(`document.querySelectorAll(".timeline .mark.flying").length === 1`)
	p.until(`document.querySelector("button[aria-disabled=true]")?.title === "An attempt is being made now"`)
	p.eval(`document.querySelector("button[aria-disabled=true]").focus()`, nil)
	p.press("Enter") // in vain
	p.accessible()
	answer()
	p.marks(1, 24)
	p.gone("being made now")
	if got := p.rows(".notice"); len(got) > 0 {
		t.Errorf("the page says %q", got)
	}

	// One that somebody asks for is seen under way too, and keeps the button's focus.
	p.click("Attempt now")
	p.see("Attempt 2 503", "2 of 25 made, the next")
	p.until(`document.activeElement.textContent === "Attempt now"`)
}

func TestTheWordsBelowATimelineStandApart(t *testing.T) {
	p, _ := openResult(t, "", slices.Repeat([]int{503}, 25))
	p.mock.Advance(2 * time.Hour)
	p.marks(25, 0)
	for _, width := range []int64{360, 800, 1280, 1600, 1920, 2560} {
		p.resize(width, 800)
		p.until(fmt.Sprintf(`innerWidth === %d`, width))
		p.until(`[...document.querySelectorAll(".timeline .offset")].every((words, i, all) => i === 0 ||
			words.getBoundingClientRect().left >= all[i - 1].getBoundingClientRect().right + 4)`)
	}
}

func TestADeliveryWhoseWebhookHasMovedSaysWhereItGoes(t *testing.T) {
	p, _ := openResult(t, "", []int{503})
	moved := receiving(t, 200)
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: moved})
	p.mock.Advance(5 * time.Minute)
	p.in(".detail").see("and the last attempt went to "+moved, "delivered")
}

func TestADeliveryThatIsHeldBackSaysSo(t *testing.T) {
	p, _ := openResult(t, "", nil, fault.Fault{Name: fault.Overtaken})
	p.see("held back until others have overtaken it", "No attempt has been made yet")
	p.mock.Uqudo().Enroll(uqudo.SessionData{})
	p.in(".detail").see("delivered", "Attempt 1 200")
}
