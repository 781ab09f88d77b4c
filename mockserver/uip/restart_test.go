package uip_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/conformance"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/uip"
)

// ctlBegin starts a mock at so much after ctlStart, on what the shelf holds. The
// test ends it.
func ctlBegin(t *testing.T, store journal.Store, after time.Duration) ctlLab {
	t.Helper()
	mock, err := mockserver.Start(mockserver.Config{Store: store, Clock: clock.New(ctlStart.Add(after), 0)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mock.Close() })
	return ctlLab{t, mock}
}

func (l ctlLab) end() {
	l.Helper()
	if err := l.mock.Close(); err != nil {
		l.Fatal(err)
	}
}

func TestAMockThatIsStartedAgainGoesOnInMidWait(t *testing.T) {
	t.Parallel()
	store, hook := &conformance.Shelf{}, ctlListen(t)
	l := ctlBegin(t, store, 0)
	l.webhook(hook.URL)
	l.call("PUT", "/uip/businesses/shop", `{"name": "Shop", "balance": 5, "contract": "A2", "apiKeys": ["shop-key-of-a-test"]}`).wants(201)
	l.call("POST", "/uip/people", `{"uipId": "user_zoe", "name": "Zoë"}`).wants(201)
	l.call("POST", "/uip/businesses/default/webhook/rotate-secret", "").wants(200)
	var saved struct{ Secret string }
	l.call("GET", "/uip/businesses/default/webhook?reveal=true", "").wants(200).into(&saved)

	expires := l.identify("Sign in")
	acts := l.sign("[slow 3m] Order")
	declines := l.message("[decline] [slow 24h]", nil)
	lapses := l.multipart("Contract", "%PDF-kept")
	gone := l.multipart("[slow 1000h]", "%PDF-gone")
	l.does(gone, "decline", "").wants(200)
	taken := l.multipart("Contract", "%PDF-taken back")
	l.api("POST", "/invalidate", ctlObject{"message_id": taken}.text()).wants(200)
	l.advance("1m")
	auditID := hook.last(t).data(t)["audit_id"].(string)
	record := l.audit(auditID).wants(200).body
	if !strings.Contains(record, `"attachments":[{"filename":"file0.pdf"`) {
		t.Errorf("the audit record is %s", record)
	}
	l.end()

	l = ctlBegin(t, store, 2*time.Minute)
	if next := l.next(); next == nil || !next.Equal(ctlStart.Add(3*time.Minute)) {
		t.Errorf("the next thing to come is at %v, want after 3 minutes", next)
	}
	if again := l.audit(auditID).wants(200).body; again != record {
		t.Errorf("the audit record came back as\n%s\nand was\n%s", again, record)
	}
	var business struct{ Balance float64 }
	a := l.call("GET", "/uip/businesses/shop?reveal=true", "").wants(200)
	if a.into(&business); business.Balance != 5 || !strings.Contains(a.body, "shop-key-of-a-test") {
		t.Errorf("the business came back as %s", a.body)
	}
	if a := l.call("GET", "/uip/people", "").wants(200); !strings.Contains(a.body, "user_zoe") {
		t.Errorf("the people came back as %s", a.body)
	}
	hook.requests(t, 1)
	l.advance("59.999s")
	l.stands(acts, "pending")
	l.advance("1ms")
	l.stands(acts, "signed")
	got := hook.requests(t, 2)[1]
	if got.data(t)["session_id"] != acts || got.signature() != uip.Sign(saved.Secret, "", got.body) {
		t.Errorf("it told %s, signed %s", got.body, got.signature())
	}
	l.audit(got.data(t)["audit_id"].(string)).wants(200)
	l.advance("1m59.999s")
	l.stands(expires, "pending")
	l.advance("1ms")
	l.stands(expires, "expired")
	l.end()

	l = ctlBegin(t, store, time.Hour)
	l.stands(expires, "expired")
	l.stands(acts, "signed")
	if next := l.next(); next == nil || !next.Equal(ctlStart.Add(24*time.Hour)) {
		t.Errorf("the next thing to come is at %v, want after a day", next)
	}
	l.advance("23h")
	l.stands(declines, "declined")
	hook.requests(t, 3)
	l.advance("143h59m59s")
	l.stands(lapses, "pending")
	l.does(lapses, "sign", "").wants(200)
	l.advance("0s")
	got = hook.requests(t, 4)[3]
	if a := l.audit(got.data(t)["audit_id"].(string)).wants(200); !strings.Contains(a.body, `"content":"JVBERi1rZXB0"`) {
		t.Errorf("the file did not come back: %s", a.body)
	}
	if next := l.next(); next != nil {
		t.Errorf("something is still to come, at %s", next)
	}
	l.end()
}

func TestFilesOfAMessageThatNobodyWillAnswerStayForgotten(t *testing.T) {
	t.Parallel()
	store, hook := &conformance.Shelf{}, ctlListen(t)
	l := ctlBegin(t, store, 0)
	l.webhook(hook.URL)
	l.api("POST", "/invalidate", ctlObject{"message_id": l.multipart("Contract", "%PDF-1")}.text()).wants(200)
	l.multipart("[expire]", "%PDF-2")
	l.advance("168h")
	l.end()
	l = ctlBegin(t, store, 169*time.Hour)
	var out struct{ Cleared map[string]int }
	l.call("POST", "/reset", "").wants(200).into(&out)
	if out.Cleared["uip.attachments"] != 0 {
		t.Errorf("files of %d messages came back", out.Cleared["uip.attachments"])
	}
	l.end()
}

func TestARestartInMidRetryKeepsTheMinutes(t *testing.T) {
	t.Parallel()
	store, hook := &conformance.Shelf{}, ctlListen(t, ctlDown()...)
	l := ctlBegin(t, store, 0)
	l.webhook(hook.URL)
	id := l.trigger(ctlObject{"event": "identify"}).Deliveries[0].ID
	l.advance("20s") // attempts at 0, 0 and 5 seconds
	hook.requests(t, 3)
	l.end()
	l = ctlBegin(t, store, 30*time.Second)
	if d := l.delivery(id); d.Status != "pending" || len(d.Attempts) != 3 || d.NextAt == nil || !d.NextAt.Equal(ctlStart.Add(35*time.Second)) {
		t.Errorf("the delivery came back as %+v", d)
	}
	l.idle()
	d := l.delivery(id)
	if want := []string{"0s", "0s", "5s", "35s", "2m35s", "12m35s"}; !slices.Equal(d.times(), want) || d.Status != "exhausted" {
		t.Errorf("it is %s after attempts at %v, want %v", d.Status, d.times(), want)
	}
	requests := hook.requests(t, 6)
	for _, got := range requests {
		if got.body != requests[0].body || got.signature() != requests[0].signature() {
			t.Errorf("a retry is\n%s\nwant\n%s", got.body, requests[0].body)
		}
	}
	l.end()
}

func TestASessionThatLapsedWhileNoMockWasThereIsExpiredAtOnce(t *testing.T) {
	t.Parallel()
	store, hook := &conformance.Shelf{}, ctlListen(t)
	l := ctlBegin(t, store, 0)
	l.webhook(hook.URL)
	id := l.identify("Sign in")
	late := l.identify("[slow 6m]")
	soon := l.message("[slow 6m]", nil)
	l.end()
	l = ctlBegin(t, store, time.Hour)
	l.advance("0s")
	l.stands(id, "expired")
	l.stands(late, "expired")
	l.stands(soon, "signed") // the person was ready all the time
	hook.requests(t, 1)
	l.end()
}

func TestAResetIsStillOneAfterARestart(t *testing.T) {
	t.Parallel()
	store, hook := &conformance.Shelf{}, ctlListen(t)
	l := ctlBegin(t, store, 0)
	l.webhook(hook.URL)
	id := l.identify("[slow 1m]")
	auditID := l.trigger(ctlObject{"event": "sign"}).Session.Data.AuditID
	l.multipart("[slow 1m]", "%PDF-1")
	l.advance("0s")
	l.call("POST", "/reset", "").wants(200)
	l.end()
	l = ctlBegin(t, store, time.Second)
	if next := l.next(); next != nil {
		t.Errorf("something came back that is due at %s", next)
	}
	l.call("GET", "/sessions/"+id, "").wants(404)
	l.audit(auditID).wants(404)
	hook.requests(t, 1)
	l.end()
}
