package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/uqudo"
)

func (p *page) wantNow(want time.Time) {
	p.t.Helper()
	p.in(".clock-page .now").see(want.Format(time.TimeOnly), want.Format(time.DateOnly))
	if now := p.mock.Clock.Now(); !now.Equal(want) {
		p.t.Errorf("the clock shows %s, want %s", now, want)
	}
}

func TestTheClockSaysWhatIsNextAndWhatAMoveLedTo(t *testing.T) {
	p := openAtNoon(t, "/clock")
	p.see("12:00:00", "2026-11-23 UTC", "It stands still.", "Nothing is due.", "no delivery is pending")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503)})
	id := p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1).ID
	p.see("1 pending", "12:05:00", "in 5 min", "Uqudo enrollment")

	p.click("+5 min")
	p.see("+5 min: 1 attempt on the way", "attempt 2", "503", "12:10:00")
	p.wantNow(noon.Add(5 * time.Minute))
	p.click("Next")
	p.see("Next: 1 attempt on the way", "attempt 3")
	p.wantNow(noon.Add(10 * time.Minute))
	p.click("+2 h")
	p.see("+2 h: 22 attempts on the way", "attempt 25", "no delivery is pending", "Nothing is due.")
	p.wantNow(noon.Add(2*time.Hour + 10*time.Minute))
	if r := p.mock.Delivery(id).Record(); r.Status != delivery.Exhausted || len(r.Attempts) != 25 {
		t.Errorf("the delivery is %s after %d attempts", r.Status, len(r.Attempts))
	}
	p.eval(`void document.querySelectorAll(".clock-page tbody a")[0].focus()`, nil)
	p.press("Enter")
	p.until(fmt.Sprintf(`location.hash === "#/deliveries/%s?attempt=4"`, id))
}

func TestTheClockGoesOnUntilNothingIsToCome(t *testing.T) {
	p := openAtNoon(t, "/clock")
	p.click("Until idle")
	p.see("Until idle: nothing was attempted")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503, 500, 200)})
	p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	p.see("1 pending")
	p.click("Until idle")
	p.see("Until idle: 2 attempts on the way", "500", "200", "no delivery is pending")
	p.wantNow(noon.Add(10 * time.Minute))
}

func TestTheClockNamesWhatIsHeldBack(t *testing.T) {
	p := openAtNoon(t, "/clock")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 200)})
	id := p.mock.Uqudo().Enroll(uqudo.SessionData{}, fault.Fault{Name: fault.Overtaken}).Delivery().Record().ID
	p.see("1 pending", "Nothing is due.")
	p.click("Until idle")
	p.see("Held back, with no attempt planned: " + id)
}

func TestTheClocksRateIsChosen(t *testing.T) {
	p := openAtNoon(t, "/clock")
	for _, test := range []struct {
		button, says string
		rate         float64
	}{
		{"60×", "A minute passes every second.", 60},
		{"600×", "Ten minutes pass every second.", 600},
		{"1×", "It keeps real time.", 1},
		{"Pause", "It stands still.", 0},
	} {
		p.click(test.button)
		p.see(test.says)
		p.until(fmt.Sprintf(`document.querySelector("[aria-label=Rate] [aria-pressed=true]").textContent === %q`, test.button))
		if rate := p.mock.Clock.Rate(); rate != test.rate {
			t.Errorf("after %s the rate is %v, want %v", test.button, rate, test.rate)
		}
	}
}

func TestTheHeaderShowsTheClockAndPausesIt(t *testing.T) {
	p := openAtNoon(t, "/keys")
	p.in("header").see("12:00:00", "paused")
	p.click("Let the clock run")
	p.in("header").see("1×", "12:00:01", "12:00:02") // it ticks
	p.mock.Clock.SetRate(60)
	p.in("header").see("60×") // others move it too
	p.click("Pause the clock")
	p.in("header").see("paused")
	p.click("Let the clock run")
	p.in("header").see("60×") // as it ran before
	p.eval(`void document.querySelector("header .face a").focus()`, nil)
	p.press("Enter")
	p.see("A minute passes every second.")
}

func TestTheClockIsSet(t *testing.T) {
	p := openAtNoon(t, "/clock")
	set := func(text string) {
		t.Helper()
		p.fill("Set it, in UTC", text)
		p.click("Set")
	}
	set("2026-11-24 09:30")
	p.see("nothing was attempted")
	p.wantNow(time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC))
	set("2026-11-23T12:00:00Z") // back, while nothing is pending
	p.wantNow(noon)

	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503)})
	p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	p.see("1 pending")
	p.expect("409 (Conflict)")
	set("2026-11-23 11:00:00")
	p.see("pending") // and the mock's own sentence says why not
	p.until(`/pending/.test(document.querySelector(".notice.wrong")?.textContent)`)
	p.wantNow(noon)
	for _, text := range []string{"tomorrow", "idle", "2026-06-31 10:00", "2026-11-23 24:00"} { // of which nothing is asked
		set(text)
		p.see("want a date and a time, such as 2026-11-23 12:00:00", text)
		p.until(`document.activeElement.ariaInvalid === "true"`)
		p.wantNow(noon)
	}
	set("2026-11-23 14:05:00 +02:00")
	p.see("1 attempt on the way", "attempt 2")
	p.wantNow(noon.Add(5 * time.Minute))
	p.until(`!document.querySelector(".notice.wrong")`)
}

func TestTheClockSaysWhenSomebodyElseMovesIt(t *testing.T) {
	p := openAtNoon(t, "/clock")
	p.see("Nothing is due.")
	turn, err := p.mock.Clock.Turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.expect("409 (Conflict)")
	p.click("+5 min")
	p.see("Moving the clock", "somebody else is moving the clock")
	turn.End()
	p.click("+5 min")
	p.gone("somebody else is moving the clock")
	p.wantNow(noon.Add(5 * time.Minute))
}

func TestAMoveOfTheClockIsSeenAlsoAfterLeavingTheView(t *testing.T) {
	p := openAtNoon(t, "/clock")
	answered := make(chan struct{})
	answer := sync.OnceFunc(func() { close(answered) })
	var requests atomic.Int32
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) <= 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		<-answered
	}))
	t.Cleanup(receiver.Close)
	t.Cleanup(answer)
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	for range 2 {
		p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	}
	p.see("2 pending")
	p.click("Until idle")
	p.see("Moving the clock… 1 attempt made so far, and it is 12:05:00 now.")
	p.visit("/keys")
	p.see("The old key")
	p.visit("/clock")
	p.see("Moving the clock… 1 attempt made so far")
	p.until(`[...document.querySelectorAll(".clock-page button")].every(({ ariaDisabled }) => ariaDisabled === "true")`)
	p.accessible()
	p.eval(`[...document.querySelectorAll(".clock-page button")].forEach((button) => button.click())`, nil) // which is nothing now
	answer()
	p.see("Until idle: 3 attempts on the way")
	p.gone("Moving the clock", "somebody else")
	p.until(`[...document.querySelectorAll(".clock-page button")].every(({ ariaDisabled }) => ariaDisabled === null)`)
	p.wantNow(noon.Add(10 * time.Minute))
}

func TestTheClockLooksRightAndIsAccessible(t *testing.T) {
	p := openAtNoon(t, "/clock")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503)})
	for range 3 {
		p.mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
	}
	p.see("3 pending")
	p.click("+5 min")
	p.see("3 attempts on the way")
	p.looks("clock")
}
