package uip_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// ctlStatuses are what a trigger can have each event end with, and whether that
// is told.
var ctlStatuses = map[string]map[string]bool{
	"identify": {"completed": true, "cancelled": false, "declined": false, "expired": false, "pending": false},
	"sign":     {"signed": true, "cancelled": false, "declined": false, "expired": false, "pending": false},
	"message":  {"signed": true, "declined": true, "expired": false, "invalidated": false, "pending": false},
	"note":     {"delivered": false, "read": false},
}

func TestATriggerEndsASessionInEachStatus(t *testing.T) {
	t.Parallel()
	for kind, statuses := range ctlStatuses {
		for status, tells := range statuses {
			t.Run(kind+" "+status, func(t *testing.T) {
				t.Parallel()
				l, hook := ctlWith(t)
				event, data := kind, ctlObject{"status": status}
				if kind == "note" {
					event, data["signatureRequired"] = "message", false
				}
				begun := l.trigger(ctlObject{"event": event, "data": data})
				if begun.Session == nil || begun.Session.Status != status || begun.Session.Event != event || begun.Session.Account != "default" ||
					begun.Session.Waiting != (status == "pending") || len(begun.Deliveries) != ctlCount(tells) {
					t.Errorf("it led to %+v", begun)
				}
				l.advance("0s")
				s := l.stands(begun.Session.ID, status)
				if (s.Data.AuditID != "") != tells {
					t.Errorf("its audit record is %q", s.Data.AuditID)
				}
				if next := l.next(); (next != nil) != (status == "pending") {
					t.Errorf("the next thing to come is at %v", next)
				}
				for _, got := range hook.requests(t, ctlCount(tells)) {
					l.audit(got.data(t)["audit_id"].(string)).wants(200)
				}
			})
		}
	}
}

func TestATriggerNeedsNoMoreThanAnEvent(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	for event, c := range map[string]struct{ status, prefix string }{
		"identify": {"completed", "sess_"}, "sign": {"signed", "sess_"}, "message": {"signed", "msg_"},
	} {
		s := l.trigger(ctlObject{"event": event}).Session
		if s.Status != c.status || !strings.HasPrefix(s.ID, c.prefix) || s.Data.Person != "user_test" {
			t.Errorf("%s led to %+v", event, s)
		}
	}
	l.trigger(ctlObject{"event": "message", "data": ctlObject{"signatureRequired": false}})
	l.trigger(ctlObject{"event": "test"})
	l.advance("0s")
	hook.requests(t, 4)
}

func TestWhatIsWrongWithATriggerIsSaidAllAtOnce(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	l.trigger(ctlObject{"event": "identify", "session": "sess_taken"})
	l.call("PUT", "/uip/businesses/bare", "{}").wants(201)
	l.advance("0s")
	hook.requests(t, 1)
	for _, c := range []struct {
		name, body string
		status     int
		locations  []string
	}{
		{"an unknown event", `{"event": "authorize"}`, 422, []string{"body.event"}},
		{"an unknown member", `{"event": "identify", "data": {"nonce": 1}}`, 422, []string{"body.data.nonce"}},
		{"everything at once", `{"event": "identify", "session": "x", "data": {"intent": 5, "requestedData": ["email"], "status": "signed", "person": "user_nobody"}}`, 422,
			[]string{"body.session", "body.data.intent", "body.data.requestedData[0]", "body.data.status", "body.data.person"}},
		{"data that is no object", `{"event": "sign", "data": []}`, 422, []string{"body.data"}},
		{"a person with bad members", `{"event": "sign", "data": {"person": {"uipId": "zoe", "name": " ", "dateOfBirth": "1990-02-30", "countryOfOrigin": "us", "age": 3}}}`, 422,
			[]string{"body.data.person.age"}},
		{"a person with bad values", `{"event": "sign", "data": {"person": {"uipId": "zoe", "name": " ", "dateOfBirth": "1990-02-30", "countryOfOrigin": "us"}}}`, 422,
			[]string{"body.data.person.uipId", "body.data.person.name", "body.data.person.dateOfBirth", "body.data.person.countryOfOrigin"}},
		{"a person whose identity outlives the calendar", `{"event": "sign", "data": {"person": {"identityExpiresAt": "9999-12-31T23:59:59-14:00"}}}`, 422,
			[]string{"body.data.person.identityExpiresAt"}},
		{"a new person of a taken uipId", `{"event": "sign", "data": {"person": {"uipId": "user_test", "name": "Other"}}}`, 422, []string{"body.data.person.uipId"}},
		{"a person that is a number", `{"event": "sign", "data": {"person": 5}}`, 422, []string{"body.data.person"}},
		{"a message to nobody", `{"event": "message", "data": {"receiverUip": "user_nobody", "priority": "low"}}`, 422, []string{"body.data.receiverUip", "body.data.priority"}},
		{"a message that is signed without a signature", `{"event": "message", "data": {"signatureRequired": false, "status": "signed"}}`, 422, []string{"body.data.status"}},
		{"a message that is read without a signature", `{"event": "message", "data": {"status": "read"}}`, 422, []string{"body.data.status"}},
		{"an expiry without a signature", `{"event": "message", "data": {"signatureRequired": false, "signatureExpiry": "2026-12-01T00:00:00Z"}}`, 422, []string{"body.data.signatureExpiry"}},
		{"an expiry that has passed", `{"event": "message", "data": {"signatureExpiry": "2026-11-22T10:00:00Z"}}`, 422, []string{"body.data.signatureExpiry"}},
		{"an expiry too far off", `{"event": "message", "data": {"signatureExpiry": "2027-02-22T10:00:01Z"}}`, 422, []string{"body.data.signatureExpiry"}},
		{"data for a test", `{"event": "test", "data": {"intent": "Hello"}}`, 422, []string{"body.data.intent"}},
		{"a session for a test", `{"event": "test", "session": "sess_1"}`, 422, []string{"body.session"}},
		{"a session's ID for a message", `{"event": "message", "session": "sess_1"}`, 422, []string{"body.session"}},
		{"a message's ID for a session", `{"event": "sign", "session": "msg_1"}`, 422, []string{"body.session"}},
		{"an ID of odd characters", `{"event": "sign", "session": "sess_a/b"}`, 422, []string{"body.session"}},
		{"an ID that is taken", `{"event": "sign", "session": "sess_taken"}`, 409, []string{"body.session"}},
		{"a patch that is no array", `{"event": "sign", "patch": {"op": "remove"}}`, 422, []string{"body.patch"}},
		{"a patch of a path that there is not", `{"event": "identify", "patch": [{"op": "replace", "path": "/data/nonce", "value": 1}, {"op": "remove", "path": "/data/session"}]}`, 422,
			[]string{"body.patch[0]", "body.patch[1]"}},
		{"a patch of what was not requested", `{"event": "identify", "data": {"requestedData": ["name"]}, "patch": [{"op": "replace", "path": "/data/country_of_origin", "value": "XX"}]}`, 422,
			[]string{"body.patch[0]"}},
		{"a patch of the whole", `{"event": "test", "patch": [{"op": "replace", "path": "", "value": {}}]}`, 422, []string{"body.patch[0]"}},
		{"a patch of what is not told", `{"event": "sign", "data": {"status": "declined"}, "patch": [{"op": "remove", "path": "/data"}]}`, 422, []string{"body.patch"}},
		{"a patch of what expires", `{"event": "message", "data": {"status": "expired"}, "patch": [{"op": "remove", "path": "/data"}]}`, 422, []string{"body.patch"}},
		{"an unknown business", `{"event": "sign", "account": "nobody"}`, 404, []string{"body.account"}},
		{"a business without a webhook", `{"event": "sign", "account": "bare"}`, 409, nil},
		{"a test of no webhook", `{"event": "test", "account": "bare"}`, 409, nil},
		{"what is declined without a webhook", `{"event": "sign", "account": "bare", "data": {"status": "declined"}}`, 409, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.in(t)
			before := len(l.entries(""))
			l.call("POST", "/triggers", `{"provider": "uip", `+c.body[1:]).refused(c.status, c.locations...)
			if after := len(l.entries("")); after != before {
				t.Errorf("it left %d entries in the journal", after-before)
			}
		})
	}
	l.advance("200h")
	hook.requests(t, 1)
}

func TestCheckDoesNothing(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	before := len(l.entries(""))
	for kind, statuses := range ctlStatuses {
		for status := range statuses {
			event, data := kind, `{"status": "`+status+`"}`
			if kind == "note" {
				event, data = "message", `{"status": "`+status+`", "signatureRequired": false}`
			}
			if err := l.mock.Check(provider.Trigger{Provider: "uip", Event: event, Data: json.RawMessage(data)}); err != nil {
				t.Errorf("%s %s: %v", event, status, err)
			}
		}
	}
	for _, trigger := range []provider.Trigger{
		{Provider: "uip", Event: "test"},
		{Provider: "uip", Event: "sign", Data: json.RawMessage(`{"person": {"uipId": "user_new"}}`), Patch: json.RawMessage(`[{"op": "remove", "path": "/data"}]`)},
	} {
		if err := l.mock.Check(trigger); err != nil {
			t.Error(err)
		}
	}
	for account, code := range map[string]problem.Code{"nobody": problem.NotFound, "default": ""} {
		p, found := problem.As(l.mock.Check(provider.Trigger{Provider: "uip", Event: "test", Account: account}))
		if found != (code != "") || found && p.Code != code {
			t.Errorf("of %s it says %v", account, p)
		}
	}
	if after := len(l.entries("")); after != before {
		t.Errorf("it left %d entries in the journal", after-before)
	}
	l.advance("1h")
	hook.requests(t, 0)
	if a := l.call("GET", "/uip/people", "").wants(200); strings.Contains(a.body, "user_new") {
		t.Errorf("it made a person: %s", a.body)
	}
}

func TestASeedInventsTheSamePerson(t *testing.T) {
	t.Parallel()
	invented := func(seed int) string {
		l, hook := ctlWith(t)
		l.trigger(ctlObject{"event": "identify", "session": "sess_1", "seed": seed, "data": ctlObject{"person": ctlObject{}}})
		l.advance("0s")
		data := hook.last(t).data(t)
		return fmt.Sprint(data["uip_id"], data["name"], data["date_of_birth"], data["country_of_origin"])
	}
	if a, b, c := invented(1), invented(1), invented(2); a != b || a == c {
		t.Errorf("seeds 1, 1 and 2 invented %s, %s and %s", a, b, c)
	}
}

func TestAPersonThatATriggerDescribesIsKnownFromThenOn(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	l.trigger(ctlObject{"event": "identify", "data": ctlObject{"person": ctlObject{"uipId": "user_zoe", "name": "Zoë"}}})
	l.trigger(ctlObject{"event": "message", "data": ctlObject{"receiverUip": "user_zoe"}})
	l.trigger(ctlObject{"event": "sign", "data": ctlObject{"status": "declined", "person": ctlObject{"uipId": "user_shy"}}})
	l.advance("0s")
	hook.requests(t, 2)
	if a := l.call("GET", "/uip/people", "").wants(200); !strings.Contains(a.body, "user_zoe") || strings.Contains(a.body, "user_shy") {
		t.Errorf("the people are %s", a.body)
	}
}

func TestATriggerIsChargedAsTheCallWouldBe(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	l.settings(`{"balance": 0.07}`)
	balance := func() (b struct{ Balance float64 }) {
		l.call("GET", "/uip/businesses/default", "").wants(200).into(&b)
		return b
	}
	for _, c := range []struct {
		event, status string
		left          float64
	}{{"identify", "declined", 0.07}, {"identify", "completed", 0.06}, {"sign", "cancelled", 0.06}, {"sign", "signed", 0.03}, {"message", "invalidated", 0}} {
		l.trigger(ctlObject{"event": c.event, "data": ctlObject{"status": c.status}})
		if b := balance(); b.Balance != c.left {
			t.Errorf("after %s %s it is %v, want %v", c.event, c.status, b.Balance, c.left)
		}
	}
	for _, event := range []string{"identify", "sign", "message"} {
		l.call("POST", "/triggers", `{"provider": "uip", "event": "`+event+`"}`).refused(409)
	}
	l.trigger(ctlObject{"event": "test"})
	l.advance("0s")
	hook.requests(t, 3)
}

func TestAMessageOfATakenIDIsNotCharged(t *testing.T) {
	t.Parallel()
	l, _ := ctlWith(t)
	l.settings(`{"balance": 1}`)
	l.trigger(ctlObject{"event": "message", "session": "msg_1"})
	l.call("POST", "/triggers", `{"provider": "uip", "event": "message", "session": "msg_1"}`).refused(409, "body.session")
	if a := l.call("GET", "/uip/businesses/default", "").wants(200); !strings.Contains(a.body, `"balance":0.97`) {
		t.Errorf("the business is %s", a.body)
	}
}
