package uip_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
)

// TestThePersonDoesByItselfWhatAutoCompleteAndMagicWordsSay looks at the clock
// for what is to come, and then goes there.
func TestThePersonDoesByItselfWhatAutoCompleteAndMagicWordsSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		auto, event, intent string
		status, at          string
		tells               bool
	}{
		// Without autoComplete it waits to be told, unless a word says more.
		{"", "identify", "Sign in", "expired", "5m", false},
		{"", "identify", "[decline]", "declined", "1s", false},
		{"", "identify", "Please [cancel] this", "cancelled", "1s", false},
		{"", "identify", "[expire]", "expired", "5m", false},
		{"", "identify", "[slow 30s]", "completed", "30s", true},
		{"", "identify", "[SLOW 1M30S] and [Decline]", "declined", "90s", false},
		{"", "identify", "[decline] [slow 1.5s]", "declined", "1.5s", false},
		{"", "identify", "[cancel][decline]", "cancelled", "1s", false},
		{"", "identify", "[slow 4m59.999s]", "completed", "4m59.999s", true},
		{"", "identify", "[slow 5m]", "expired", "5m", false},
		{"", "identify", "[slow 6m] [decline]", "expired", "5m", false},
		{"", "identify", "[slow 2s] [slow 1s]", "completed", "2s", true},
		{"", "sign", "[decline]", "declined", "1s", false},
		{"", "sign", "[cancel]", "cancelled", "1s", false},
		{"", "sign", "[slow 2m]", "signed", "2m", true},
		{"", "message", "[decline]", "declined", "1s", true},
		{"", "message", "[slow 30s]", "signed", "30s", true},
		{"", "message", "[decline] [slow 100h]", "declined", "100h", true},
		{"", "message", "[expire]", "expired", "168h", false},
		{"", "message", "[cancel]", "expired", "168h", false},
		// What is no magic word says nothing.
		{"", "identify", "decline", "expired", "5m", false},
		{"", "identify", "[decline", "expired", "5m", false},
		{"", "identify", "[ decline ]", "expired", "5m", false},
		{"", "identify", "[complete]", "expired", "5m", false},
		{"", "identify", "[slow]", "expired", "5m", false},
		{"", "identify", "[slow banana]", "expired", "5m", false},
		{"", "identify", "[slow 5]", "expired", "5m", false},
		{"", "identify", "[slow -5s]", "expired", "5m", false},
		{"", "identify", "[slow 1s2]", "expired", "5m", false},
		{"", "identify", "[slow 99999999h]", "expired", "5m", false},
		{"", "identify", "[slow 999999999999999999999999999h]", "expired", "5m", false},
		// With it, words go before it.
		{"5s", "identify", "Sign in", "completed", "5s", true},
		{"6m", "identify", "Sign in", "expired", "5m", false},
		{"5m", "identify", "Sign in", "expired", "5m", false},
		{"4m59.999s", "sign", "Order", "signed", "4m59.999s", true},
		{"10s", "identify", "[decline]", "declined", "10s", false},
		{"10s", "identify", "[expire]", "expired", "5m", false},
		{"10s", "identify", "[slow 30s]", "completed", "30s", true},
		{"10s", "identify", "[slow 1s] [cancel]", "cancelled", "1s", false},
		{"10s", "identify", "[slow banana]", "completed", "10s", true},
		{"10s", "message", "Contract", "signed", "10s", true},
		{"10s", "message", "[decline]", "declined", "10s", true},
		{"10s", "message", "[expire]", "expired", "168h", false},
		{"10s", "message", "[cancel]", "expired", "168h", false},
		{"200h", "message", "Contract", "expired", "168h", false},
	} {
		t.Run(fmt.Sprintf("autoComplete %q, %s %q: %s after %s", c.auto, c.event, c.intent, c.status, c.at), func(t *testing.T) {
			t.Parallel()
			l, hook := ctlWith(t)
			if c.auto != "" {
				l.settings(ctlObject{"autoComplete": c.auto}.text())
			}
			id := l.begin(c.event, c.intent)
			at, err := time.ParseDuration(c.at)
			if err != nil {
				t.Fatal(err)
			}
			if next := l.next(); next == nil || !next.Equal(ctlStart.Add(at)) {
				t.Errorf("the next thing to come is at %v, want after %s", next, c.at)
			}
			l.advance((at - time.Nanosecond).String())
			l.stands(id, "pending")
			hook.requests(t, 0)
			if attempts := l.advance("1ns"); len(attempts) != ctlCount(c.tells) {
				t.Errorf("it made %d attempts", len(attempts))
			}
			l.stands(id, c.status)
			if next := l.next(); next != nil {
				t.Errorf("something is still to come, at %s", next)
			}
			l.advance("400h")
			l.stands(id, c.status)
			for _, got := range hook.requests(t, ctlCount(c.tells)) {
				l.audit(got.data(t)["audit_id"].(string)).wants(200)
			}
		})
	}
}

func TestAPersonOfNoDelayAnswersAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ auto, intent, identified, signed, messaged string }{
		{"0s", "Hello", "completed", "signed", "signed"},
		{"10s", "[slow 0s]", "completed", "signed", "signed"},
		{"0s", "[decline]", "declined", "declined", "declined"},
	} {
		for event, status := range map[string]string{"identify": c.identified, "sign": c.signed, "message": c.messaged} {
			t.Run(fmt.Sprintf("autoComplete %s, %s %s", c.auto, event, c.intent), func(t *testing.T) {
				t.Parallel()
				l, hook := ctlWith(t)
				l.settings(ctlObject{"autoComplete": c.auto}.text())
				id := l.begin(event, c.intent)
				l.advance("0s")
				l.stands(id, status)
				hook.requests(t, ctlCount(status != "declined" || event == "message"))
			})
		}
	}
}

func TestWhatTheControlAPIDoesFirstIsNotDoneAgain(t *testing.T) {
	t.Parallel()
	for verb, status := range map[string]string{"complete": "completed", "cancel": "cancelled", "decline": "declined"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			l, hook := ctlWith(t)
			l.settings(`{"autoComplete": "30s"}`)
			id := l.identify("Sign in")
			l.does(id, verb, "").wants(200)
			l.advance("0s")
			if next := l.next(); next != nil {
				t.Errorf("something is still to come, at %s", next)
			}
			l.advance("10m")
			l.stands(id, status)
			hook.requests(t, ctlCount(status == "completed"))
		})
	}
}

func TestAPlanIsTheOneOfWhenTheSessionBegan(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	l.settings(`{"autoComplete": "1m"}`)
	planned := l.identify("Sign in")
	l.settings(`{}`)
	waiting := l.identify("Sign in")
	l.settings(`{"autoComplete": "2m"}`)
	l.advance("1m")
	l.stands(planned, "completed")
	l.advance("4m")
	l.stands(waiting, "expired")
	hook.requests(t, 1)
}

func TestAMessageThatNeedsNoSignatureIsNotAnsweredByItself(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	l.settings(`{"autoComplete": "0s"}`)
	id := l.message("[decline] [slow 1s]", map[string][]string{"signature_required": {"false"}})
	if next := l.next(); next != nil {
		t.Errorf("something is to come, at %s", next)
	}
	l.advance("400h")
	l.stands(id, "delivered")
	hook.requests(t, 0)
}

// multipart sends a message with PDFs.
func (l ctlLab) multipart(intent string, files ...string) string {
	l.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range map[string]string{"intent": intent, "message": "Sign.", "priority": "LOW", "receiver_uip": "user_test", "signature_required": "true"} {
		if err := w.WriteField(name, value); err != nil {
			l.Fatal(err)
		}
	}
	for i, content := range files {
		part, err := w.CreateFormFile("attachments", fmt.Sprintf("file%d.pdf", i))
		if err != nil {
			l.Fatal(err)
		}
		fmt.Fprint(part, content)
	}
	if err := w.Close(); err != nil {
		l.Fatal(err)
	}
	var created struct {
		ID string `json:"message_id"`
	}
	l.ask("POST", "/uip/v1/message", b.String(), http.Header{
		"Authorization": {"Bearer " + ctlKey}, "Content-Type": {w.FormDataContentType()},
	}).wants(200).into(&created)
	return created.ID
}

func TestAResetTakesTimersAuditsAndFilesAway(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", `{"all": true}`} {
		t.Run("reset "+body, func(t *testing.T) {
			t.Parallel()
			var vendor *uip.UIP
			l, hook := ctlNew(t, mockserver.Config{Providers: []provider.New{ctlSeen(&vendor)}}), ctlListen(t, ctlDown()...)
			l.webhook(hook.URL)
			l.settings(`{"autoComplete": "1m"}`)
			l.identify("[expire]")
			l.identify("Sign in")
			l.sign("[slow 2m]")
			l.multipart("Contract", "%PDF-a")
			done := l.trigger(ctlObject{"event": "message", "session": "msg_1"})
			l.trigger(ctlObject{"event": "identify", "data": ctlObject{"person": ctlObject{"uipId": "user_zoe"}}})
			auditID := done.Session.Data.AuditID
			l.audit(auditID).wants(200)
			if rows := vendor.Rows(); rows != (uip.Rows{Audits: 2, Attachments: 1, Timed: 4}) {
				t.Errorf("before the reset it holds %+v", rows)
			}
			l.advance("0s")
			before := len(hook.requests(t, 4))

			var out struct{ Cleared map[string]int }
			l.call("POST", "/reset", body).wants(200).into(&out)
			if out.Cleared["uip.audit"] != 2 || out.Cleared["uip.attachments"] != 1 || out.Cleared["session"] != 6 || out.Cleared["delivery"] != 2 {
				t.Errorf("it cleared %v", out.Cleared)
			}
			if rows := vendor.Rows(); rows != (uip.Rows{}) {
				t.Errorf("after the reset it holds %+v", rows)
			}
			if next := l.next(); next != nil {
				t.Errorf("something is still to come, at %s", next)
			}
			if attempts := l.advance("200h"); len(attempts) != 0 {
				t.Errorf("it still told: %+v", attempts)
			}
			hook.requests(t, before)

			if body == "" {
				l.audit(auditID).wants(404)
			} else {
				l.audit(auditID).wants(400) // there is no webhook any longer
				l.call("POST", "/uip/people", `{"uipId": "user_zoe"}`).wants(201)
				l.webhook(hook.URL)
			}
			l.audit(auditID).wants(404)
			l.trigger(ctlObject{"event": "message", "session": "msg_1"}) // its ID is free again
		})
	}
}

func TestAResetWhileThePersonWaitsLeavesTheOtherVendorsAlone(t *testing.T) {
	t.Parallel()
	l, _ := ctlWith(t)
	id := l.identify("[slow 1m]")
	l.call("POST", "/reset", "").wants(200)
	l.does(id, "complete", "").refused(404)
	l.call("GET", "/sessions/"+id, "").refused(404)
	again := l.identify("[slow 1m]")
	l.advance("1m")
	l.stands(again, "completed")
}

// TestResetsAmongSessionsThatBeginLeaveNothingFiring has sessions begin and end
// while everything is forgotten, again and again.
func TestResetsAmongSessionsThatBeginLeaveNothingFiring(t *testing.T) {
	t.Parallel()
	var vendor *uip.UIP
	l, hook := ctlNew(t, mockserver.Config{Providers: []provider.New{ctlSeen(&vendor)}}), ctlListen(t)
	l.webhook(hook.URL)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := range 25 {
				trigger := provider.Trigger{Provider: "uip", Event: "sign", Data: json.RawMessage(`{"status": "pending"}`)}
				if (i+n)%2 == 0 {
					trigger.Data = json.RawMessage(`{"status": "cancelled"}`)
				}
				_, _ = l.mock.Trigger(t.Context(), trigger) // what was forgotten in between cannot be cancelled
			}
		})
	}
	for range 25 {
		l.mock.Reset(false)
	}
	all.Wait()
	l.mock.Reset(false)
	if next := l.next(); next != nil || vendor.Rows() != (uip.Rows{}) {
		t.Errorf("something is still to come, at %v: %+v", next, vendor.Rows())
	}
}

// TestOnARunningClockSessionsEndByThemselves has a second be a millisecond.
func TestOnARunningClockSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	l.settings(`{"autoComplete": "5s"}`)
	l.call("PUT", "/clock", `{"rate": 1000}`).wants(200)
	l.identify("Sign in")
	l.message("Contract", nil)
	told := l.waitFor(func() bool { hook.mu.Lock(); defer hook.mu.Unlock(); return len(hook.got) == 2 })
	if !told {
		t.Error("nothing was told")
	}
}

// waitFor looks at each entry of the journal whether it has come true.
func (l ctlLab) waitFor(came func() bool) bool {
	for range l.mock.Watch(l.Context(), 0) {
		if came() {
			return true
		}
	}
	return false
}

// ctlSeen is uip.New that shows what it makes.
func ctlSeen(vendor **uip.UIP) provider.New {
	return func(env provider.Env) (provider.Provider, error) {
		p, err := uip.New(env)
		*vendor, _ = p.(*uip.UIP)
		return p, err
	}
}

func TestSessionsThatWaitAreKeptAndFinishedOnesAreNot(t *testing.T) {
	t.Parallel()
	var vendor *uip.UIP
	l, hook := ctlNew(t, mockserver.Config{Keep: 100, Providers: []provider.New{ctlSeen(&vendor)}}), ctlListen(t)
	l.webhook(hook.URL)
	var waiting []string
	for i := range 150 {
		waiting = append(waiting, l.begin([]string{"identify", "sign", "message"}[i%3], "Hello"))
	}
	events := []string{"identify", "sign", "message"}
	statuses := []string{`{}`, `{"status": "declined"}`, `{"status": "expired"}`}
	for i := range 1500 {
		_, err := l.mock.Trigger(t.Context(), provider.Trigger{Provider: "uip", Event: events[i%3], Data: json.RawMessage(statuses[i/3%3])})
		if err != nil {
			t.Fatal(err)
		}
		if i%50 == 0 {
			l.advance("0s")
		}
	}
	l.advance("0s")
	for i := range 150 {
		l.does(l.multipart("Contract", "%PDF-"+string(rune('a'+i%26))), []string{"sign", "decline"}[i%2], "").wants(200)
		l.advance("0s")
	}
	if n := len(l.mock.Sessions("uip", "")); n < 150 || n > 150+100 {
		t.Errorf("%d sessions are remembered, of which 150 wait", n)
	}
	if rows := vendor.Rows(); rows.Audits+rows.Attachments > 3*(150+120)+64 || rows.Timed != 150 {
		t.Errorf("it holds %+v", rows)
	}
	for _, id := range waiting[:30] {
		l.stands(id, "pending")
	}
	l.does(waiting[0], "complete", "").wants(200)
	l.does(waiting[2], "decline", "").wants(200)
	l.advance("5m")
	l.stands(waiting[1], "expired")
	l.stands(waiting[3], "expired")
	if rows := vendor.Rows(); rows.Timed != 49 {
		t.Errorf("it holds %+v", rows)
	}
}
