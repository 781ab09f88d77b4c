package uip_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// ctlKinds are what can be begun, and how each of its statuses is reached.
var ctlKinds = []struct {
	kind    string
	begin   func(l ctlLab) string
	expires string
	reach   map[string]string // a status, and the verb that leads to it
}{
	{"identify", func(l ctlLab) string { return l.identify("Sign in") }, "5m",
		map[string]string{"pending": "", "completed": "complete", "cancelled": "cancel", "declined": "decline", "expired": "expiry"}},
	{"sign", func(l ctlLab) string { return l.sign("Order") }, "5m",
		map[string]string{"pending": "", "signed": "complete", "cancelled": "cancel", "declined": "decline", "expired": "expiry"}},
	{"message", func(l ctlLab) string { return l.message("Contract", nil) }, "168h",
		map[string]string{"pending": "", "signed": "sign", "declined": "decline", "expired": "expiry", "invalidated": "invalidate"}},
	{"note", func(l ctlLab) string { return l.message("News", url.Values{"signature_required": {"false"}}) }, "2000h",
		map[string]string{"delivered": "", "read": "read"}},
}

// ctlMoves are all that lead anywhere. Everything else changes nothing.
var ctlMoves = map[string]struct {
	to    string
	tells bool
}{
	"pending identify, complete":  {"completed", true},
	"pending identify, cancel":    {"cancelled", false},
	"pending identify, decline":   {"declined", false},
	"pending identify, expiry":    {"expired", false},
	"pending sign, complete":      {"signed", true},
	"pending sign, cancel":        {"cancelled", false},
	"pending sign, decline":       {"declined", false},
	"pending sign, expiry":        {"expired", false},
	"pending message, sign":       {"signed", true},
	"pending message, decline":    {"declined", true},
	"pending message, read":       {"pending", false},
	"pending message, invalidate": {"invalidated", false},
	"pending message, expiry":     {"expired", false},
	"delivered note, read":        {"read", false},
}

// ctlRefusal is what is answered to a verb that leads nowhere, unless that is
// 409.
func ctlRefusal(kind, status, verb string) (code int, says string) {
	isMessage := kind == "message" || kind == "note"
	switch {
	case verb == "expiry":
		return 0, ""
	case verb == "invalidate" && !isMessage:
		return 404, `"resource/not-found"`
	case verb == "invalidate" && kind == "note":
		return 400, `"request/invalid-payload"`
	case verb == "invalidate" && (status == "signed" || status == "declined"):
		return 400, `"resource/already-completed"`
	case verb == "invalidate":
		return 400, `"resource/invalidated"`
	case isMessage && (verb == "complete" || verb == "cancel"), !isMessage && (verb == "sign" || verb == "read"):
		return 404, ""
	}
	return 409, ""
}

// act does a verb, and is answered.
func (l ctlLab) act(id, verb, expires string) ctlAnswer {
	l.Helper()
	switch verb {
	case "expiry":
		l.advance(expires)
		return ctlAnswer{T: l.T}
	case "invalidate":
		return l.api("POST", "/invalidate", ctlObject{"message_id": id}.text())
	}
	return l.does(id, verb, "")
}

func TestEachVerbLeadsFromEachStatusWhereUIPSaysAndNowhereElse(t *testing.T) {
	t.Parallel()
	made := 0
	for _, k := range ctlKinds {
		l, hook := ctlWith(t)
		for status, reached := range k.reach {
			for _, verb := range []string{"complete", "cancel", "decline", "sign", "read", "invalidate", "expiry"} {
				move, moves := ctlMoves[status+" "+k.kind+", "+verb]
				to := status
				if moves {
					to = move.to
					made++
				}
				t.Run(fmt.Sprintf("a %s %s after %s is %s", status, k.kind, verb, to), func(t *testing.T) {
					l := l.in(t)
					id := k.begin(l)
					if reached != "" {
						l.act(id, reached, k.expires)
						l.advance("0s")
					}
					before := l.stands(id, status)
					hook.mu.Lock()
					got := len(hook.got)
					hook.mu.Unlock()

					a := l.act(id, verb, k.expires)
					l.advance("0s")
					after := l.stands(id, to)
					switch code, says := ctlRefusal(k.kind, status, verb); {
					case !moves && (a.status != code || !strings.Contains(a.body, says)):
						t.Errorf("%s answered %d: %s; want %d %s", verb, a.status, a.body, code, says)
					case moves && verb != "expiry" && a.status != 200:
						t.Errorf("%s answered %d: %s", verb, a.status, a.body)
					case moves && a.status == 200 && verb != "invalidate":
						if h := a.happening(); h.Session == nil || h.Session.ID != id || h.Session.Status != to || (len(h.Deliveries) == 1) != move.tells {
							t.Errorf("%s answered %s", verb, a.body)
						}
					}
					requests := hook.requests(t, got+ctlCount(move.tells))
					audited := before.Data.AuditID != "" || move.tells
					if (after.Data.AuditID != "") != audited {
						t.Errorf("its audit record is %q", after.Data.AuditID)
					}
					if audited {
						l.audit(after.Data.AuditID).wants(200)
					}
					if move.tells && requests[len(requests)-1].data(t)["audit_id"] != after.Data.AuditID {
						t.Errorf("it told %s of audit record %s", requests[len(requests)-1].body, after.Data.AuditID)
					}
				})
			}
		}
	}
	if made != len(ctlMoves) {
		t.Errorf("%d of %d moves were made", made, len(ctlMoves))
	}
}

func ctlCount(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestASessionCanBeCompletedForFiveMinutesAndNoLonger(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		event, after, status string
		answer               int
	}{
		{"identify", "4m59.999s", "completed", 200},
		{"identify", "4m59.999999999s", "completed", 200},
		{"identify", "5m", "expired", 409},
		{"sign", "4m59.999s", "signed", 200},
		{"sign", "5m", "expired", 409},
		{"message", "167h59m59.999s", "signed", 200},
		{"message", "168h", "expired", 409},
	} {
		t.Run(c.event+" after "+c.after, func(t *testing.T) {
			t.Parallel()
			l, hook := ctlWith(t)
			id, verb := l.begin(c.event, "Hello"), "complete"
			if c.event == "message" {
				verb = "sign"
			}
			if attempts := l.advance(c.after); len(attempts) != 0 {
				t.Errorf("it told %v", attempts)
			}
			l.does(id, verb, "").wants(c.answer)
			l.advance("1h")
			l.stands(id, c.status)
			hook.requests(t, ctlCount(c.answer == 200))
		})
	}
}

func TestAMessageWaitsForItsSignatureAsLongAsItSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ expiry, before, rest string }{
		{"2026-11-22T10:00:01Z", "999ms", "1ms"},
		{"2026-11-22T11:30:00+01:00", "29m59.999s", "1ms"},
		{"2027-02-22T10:00:00Z", "2207h59m59s", "1s"},
	} {
		t.Run(c.expiry, func(t *testing.T) {
			t.Parallel()
			l, hook := ctlWith(t)
			id := l.message("Contract", url.Values{"signature_expiry": {c.expiry}})
			triggered := l.trigger(ctlObject{"event": "message", "data": ctlObject{"signatureExpiry": c.expiry, "status": "pending"}})
			for _, id := range []string{id, triggered.Session.ID} {
				if at := l.session(id).Data.ExpiresAt; at == nil || at.Location() != time.UTC {
					t.Errorf("it says that it expires at %v, want UTC", at)
				}
			}
			l.advance(c.before)
			l.stands(id, "pending")
			l.stands(triggered.Session.ID, "pending")
			l.advance(c.rest)
			l.stands(id, "expired")
			l.stands(triggered.Session.ID, "expired")
			hook.requests(t, 0)
		})
	}
}

func TestASignedAndADeclinedMessageAreToldInTheSameWords(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	for _, verb := range []string{"sign", "decline"} {
		id := l.message("Contract", nil)
		l.does(id, verb, "").wants(200)
		l.advance("0s")
		got := hook.last(t)
		data := got.data(t)
		want := fmt.Sprintf(`{"event":"message","data":{"signing_uip_id":"user_test","message_id":"%s","audit_id":"%s"}}`, id, data["audit_id"])
		if got.body != want {
			t.Errorf("%s told\n%s\nwant\n%s", verb, got.body, want)
		}
		var record struct {
			Audit struct {
				SignedAccepted bool `json:"signed_accepted"`
			}
		}
		l.audit(data["audit_id"].(string)).wants(200).into(&record)
		if record.Audit.SignedAccepted != (verb == "sign") {
			t.Errorf("after %s the audit record has signed_accepted %t", verb, record.Audit.SignedAccepted)
		}
	}
}

func TestOfTwentyWhoCompleteASessionAtOnceOneDoes(t *testing.T) {
	t.Parallel()
	for _, event := range []string{"identify", "sign", "message"} {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			l, hook := ctlWith(t)
			id := l.begin(event, "Hello")
			verbs := []string{"complete", "decline", "complete", "cancel"}
			if event == "message" {
				verbs = []string{"sign", "decline"}
			}
			statuses := make([]int, 20)
			var all sync.WaitGroup
			for i := range statuses {
				all.Go(func() { statuses[i] = l.does(id, verbs[i/2%len(verbs)], "").status })
			}
			all.Wait()
			l.advance("0s")
			won := 0
			for _, status := range statuses {
				if status == 200 {
					won++
				} else if status != 409 {
					t.Errorf("somebody was answered %d", status)
				}
			}
			if won != 1 {
				t.Errorf("%d of them ended it: %v", won, statuses)
			}
			s := l.session(id)
			told := s.Status == "completed" || s.Status == "signed" || event == "message"
			hook.requests(t, ctlCount(told))
			if n := len(l.entries("uip.audit")); n != ctlCount(told) {
				t.Errorf("there are %d audit records of a session that is %s", n, s.Status)
			}
			if next := l.next(); next != nil {
				t.Errorf("something is still to come, at %s", next)
			}
		})
	}
}

func TestOfTwentyWhoCompleteASessionAlikeOneDoes(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	id := l.identify("Hello")
	var all sync.WaitGroup
	var mu sync.Mutex
	answers := map[int]int{}
	for range 20 {
		all.Go(func() {
			status := l.does(id, "complete", `{"person": {"uipId": "user_same"}}`).status
			mu.Lock()
			defer mu.Unlock()
			answers[status]++
		})
	}
	all.Wait()
	l.advance("0s")
	if answers[200] != 1 || answers[409]+answers[422] != 19 {
		t.Errorf("they were answered %v", answers)
	}
	hook.requests(t, 1)
	if n := len(l.entries("uip.audit")); n != 1 {
		t.Errorf("there are %d audit records", n)
	}
}

// A ctlEntry is one of the journal.
type ctlEntry struct {
	Seq      int64
	Kind, ID string
	Data     json.RawMessage
}

// entries are those of a kind in the journal, all of them when it is empty.
func (l ctlLab) entries(kind string) (found []ctlEntry) {
	l.Helper()
	var out struct{ Entries []ctlEntry }
	l.call("GET", "/journal?limit=1000", "").wants(200).into(&out)
	for _, e := range out.Entries {
		if kind == "" || e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// TestTheAuditRecordIsThereWhenTheWebhookIs has the receiver ask for it, and
// test its webhook, from inside its handler: while the clock stands, and while
// it is moved, when nothing of it may wait for the clock.
func TestTheAuditRecordIsThereWhenTheWebhookIs(t *testing.T) {
	t.Parallel()
	for _, event := range []string{"identify", "sign", "message"} {
		for _, moved := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, the clock being moved: %t", event, moved), func(t *testing.T) {
				t.Parallel()
				l, hook := ctlWith(t)
				asked := 0
				hook.during = func(got ctlReceived) {
					if strings.HasPrefix(got.body, `{"event":"test"`) {
						return
					}
					asked++
					id := got.data(t)["audit_id"].(string)
					if a := l.audit(id); a.status != 200 || !strings.Contains(a.body, `"audit_type":"`+event+`"`) {
						t.Errorf("the audit API answered %d: %s", a.status, a.body)
					}
					if a := l.api("POST", "/webhook/ping", ""); a.status != 200 || a.body != "" {
						t.Errorf("ping answered %d: %s", a.status, a.body)
					}
				}
				if moved {
					l.settings(`{"autoComplete": "30s"}`)
				}
				id := l.begin(event, "Hello")
				if moved {
					if attempts := l.advance("1m"); len(attempts) != 2 {
						t.Errorf("on the way it made %d attempts, want the event's and the test's: %+v", len(attempts), attempts)
					}
				} else {
					verb := "complete"
					if event == "message" {
						verb = "sign"
					}
					l.does(id, verb, "").wants(200)
					l.advance("0s")
				}
				if asked != 1 {
					t.Errorf("the receiver asked %d times", asked)
				}
				hook.requests(t, 2)
			})
		}
	}
}

func TestAnAuditRecordSaysWhoAskedWhomForWhat(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	l.settings(`{"name": "Acme & Sons", "requesterName": "HR <Manager>"}`)
	l.call("POST", "/uip/people", `{"uipId": "user_zoe", "name": "Zoë O\"Neil"}`).wants(201)
	l.advance("90s")
	for _, c := range []struct {
		trigger ctlObject
		want    string
	}{
		{ctlObject{"event": "identify", "data": ctlObject{"intent": "Sign in", "person": "user_zoe"}},
			`{"created_at":"2026-11-22T10:01:30Z","requester_uip_id":"business_default","requester_sign_intent":"Sign in","requester_sign_information":"",` +
				`"signatoree_uip_id":"user_zoe","message_ref":null,"attachment_refs":null,"audit_type":"identify","requester_name":"HR <Manager>",` +
				`"signatoree_name":"Zoë O\"Neil","requester_business_name":"Acme & Sons","signed_accepted":true}`},
		{ctlObject{"event": "sign", "data": ctlObject{"intent": "Order", "signatureInformation": "Three boxes.", "person": "user_zoe"}},
			`{"created_at":"2026-11-22T10:01:30Z","requester_uip_id":"business_default","requester_sign_intent":"Order","requester_sign_information":"Three boxes.",` +
				`"signatoree_uip_id":"user_zoe","message_ref":null,"attachment_refs":null,"audit_type":"sign","requester_name":"HR <Manager>",` +
				`"signatoree_name":"Zoë O\"Neil","requester_business_name":"Acme & Sons","signed_accepted":true}`},
		{ctlObject{"event": "message", "session": "msg_1", "data": ctlObject{"intent": "Contract", "message": "Sign it.", "receiverUip": "user_zoe", "status": "declined"}},
			`{"created_at":"2026-11-22T10:01:30Z","requester_uip_id":"business_default","requester_sign_intent":"Contract","requester_sign_information":"Sign it.",` +
				`"signatoree_uip_id":"user_zoe","message_ref":"msg_1","attachment_refs":null,"audit_type":"message","requester_name":"HR <Manager>",` +
				`"signatoree_name":"Zoë O\"Neil","requester_business_name":"Acme & Sons","signed_accepted":false}`},
	} {
		l.trigger(c.trigger)
		l.advance("0s")
		a := l.audit(hook.last(t).data(t)["audit_id"].(string)).wants(200)
		if want := `{"audit":` + c.want + `,"attachments":[]}`; a.body != want {
			t.Errorf("of %s it says\n%s\nwant\n%s", c.trigger["event"], a.body, want)
		}
	}
}
