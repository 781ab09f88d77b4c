package uip_test

import (
	"strings"
	"testing"
)

func TestCompleteTakesWhoeverItIs(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	l.call("POST", "/uip/people", `{"uipId": "user_zoe", "name": "Zoë"}`).wants(201)
	for _, c := range []struct{ name, body, uipID, known string }{
		{"nobody said", "", "user_test", "Tessa Quillmere"},
		{"an empty object", "{}", "user_test", "Tessa Quillmere"},
		{"null", `{"person": null}`, "user_test", "Tessa Quillmere"},
		{"the test person", `{"person": "user_test"}`, "user_test", "Tessa Quillmere"},
		{"a uipId", `{"person": "user_zoe"}`, "user_zoe", "Zoë"},
		{"somebody new", `{"person": {"uipId": "user_ann", "name": "Ann"}}`, "user_ann", "Ann"},
		{"somebody new again by the uipId", `{"person": "user_ann"}`, "user_ann", "Ann"},
		{"somebody new without a uipId", `{"person": {"name": "Bob"}}`, "", "Bob"},
		{"somebody invented", `{"person": {}}`, "", ""},
	} {
		for _, event := range []string{"identify", "sign"} {
			t.Run(event+", "+c.name, func(t *testing.T) {
				l := l.in(t)
				body := strings.Replace(c.body, `{"uipId": "user_ann"`, `{"uipId": "user_ann_`+event+`"`, 1)
				body = strings.Replace(body, `"user_ann"`, `"user_ann_`+event+`"`, 1)
				want := strings.Replace(c.uipID, "user_ann", "user_ann_"+event, 1)
				id := l.begin(event, "Hello")
				h := l.does(id, "complete", body).wants(200).happening()
				l.advance("0s")
				data := hook.last(t).data(t)
				if got := data["uip_id"].(string); want != "" && got != want || !strings.HasPrefix(got, "user_") || got != h.Session.Data.Person {
					t.Errorf("it told of %s, want %s", got, want)
				}
				if name := data["name"]; event == "identify" && c.known != "" && name != c.known {
					t.Errorf("it told of %v, want %s", name, c.known)
				}
				if a := l.call("GET", "/uip/people", "").wants(200); !strings.Contains(a.body, data["uip_id"].(string)) {
					t.Errorf("the people are %s", a.body)
				}
			})
		}
	}
}

func TestCompleteRefusesWhoCannotBe(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	id := l.identify("Sign in")
	for body, locations := range map[string][]string{
		`{"person": "user_nobody"}`:          {"body.person"},
		`{"person": ""}`:                     {"body.person"},
		`{"person": 5}`:                      {"body.person"},
		`{"person": []}`:                     {"body.person"},
		`{"person": {"uipId": "user_test"}}`: {"body.person.uipId"},
		`{"person": {"uipId": "zoe", "dateOfBirth": "1.1.2000"}}`: {"body.person.uipId", "body.person.dateOfBirth"},
		`{"person": {"born": 5}, "who": 1}`:                       {"body.person.born", "body.who"},
		`{"uipId": "user_test"}`:                                  {"body.uipId"},
	} {
		l.does(id, "complete", body).refused(422, locations...)
	}
	l.stands(id, "pending")
	l.does(id, "complete", "").wants(200)
	l.does(id, "complete", `{"person": {"uipId": "user_late"}}`).refused(409)
	if a := l.call("GET", "/uip/people", "").wants(200); strings.Contains(a.body, "user_late") {
		t.Errorf("who came too late is among the people: %s", a.body)
	}
	l.advance("0s")
	hook.requests(t, 1)
}

func TestActsAnswerWhatTheyLedTo(t *testing.T) {
	t.Parallel()
	l, _ := ctlWith(t)
	session, message := l.identify("Sign in"), l.message("Contract", nil)
	for _, path := range []string{"sessions/sess_none/complete", "sessions/sess_none/cancel", "sessions/sess_none/decline", "messages/msg_none/sign",
		"messages/msg_none/decline", "messages/msg_none/read", "sessions/" + message + "/complete", "sessions/" + message + "/cancel",
		"sessions/" + message + "/decline", "messages/" + session + "/sign", "messages/" + session + "/decline", "messages/" + session + "/read",
		"sessions/" + session + "/sign"} {
		l.call("POST", "/uip/"+path, "").refused(404)
	}
	read := l.does(message, "read", "").wants(200).happening()
	if read.Session.Status != "pending" || read.Session.Data.ReadAt == nil || !read.Session.Data.ReadAt.Equal(ctlStart) || len(read.Deliveries) != 0 {
		t.Errorf("reading led to %+v", read)
	}
	l.advance("1m")
	signed := l.does(message, "sign", "").wants(200).happening()
	if signed.Session.Status != "signed" || len(signed.Deliveries) != 1 || signed.Deliveries[0].Event != "message" ||
		*signed.Deliveries[0].Session != message || !signed.Session.Data.ReadAt.Equal(ctlStart) {
		t.Errorf("signing led to %+v", signed)
	}
	if a := l.does(session, "decline", "").wants(200); !strings.Contains(a.body, `"deliveries":[]`) {
		t.Errorf("declining led to %s", a.body)
	}
}

func TestWithoutAWebhookASessionStillEnds(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	id := l.identify("Sign in")
	l.call("DELETE", ctlBusiness+"/webhook", "").wants(204)
	h := l.does(id, "complete", "").wants(200).happening()
	if h.Session.Status != "completed" || len(h.Deliveries) != 0 {
		t.Errorf("it led to %+v", h)
	}
	l.webhook(hook.URL)
	l.audit(h.Session.Data.AuditID).wants(200)
	l.advance("1h")
	hook.requests(t, 0)
}
