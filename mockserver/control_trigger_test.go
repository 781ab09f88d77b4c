package mockserver_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// session is what a user did, as the control API shows it.
type session struct{ ID, Provider, Account, Event, Status string }

func (a api) sessions(query string) []session {
	a.t.Helper()
	var body struct{ Sessions []session }
	a.call("GET", "/_mock/v1/sessions?"+query, "").want(200).into(&body)
	if body.Sessions == nil {
		a.t.Error("the list is null")
	}
	return body.Sessions
}

func TestSessionsAreListedAndShown(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	const id = "5d0d8f0e-0000-4000-8000-000000000001"
	a.call("PUT", "/_mock/v1/uqudo/accounts/other", `{}`).want(201)
	a.trigger(`{"provider": "uqudo", "event": "enrollment"}`)
	a.trigger(`{"provider": "uqudo", "event": "lookup", "account": "other", "session": "` + id + `"}`)
	a.trigger(`{"provider": "uqudo", "event": "face", "data": {"status": "cancelled"}}`)
	for query, want := range map[string]string{
		"":                               "enrollment lookup face",
		"provider=uqudo":                 "enrollment lookup face",
		"provider=uip":                   "",
		"account=default":                "enrollment face",
		"account=other":                  "lookup",
		"account=other&provider=uqudo":   "lookup",
		"account=nobody&provider=nobody": "",
	} {
		events := []string{}
		for _, s := range a.sessions(query) {
			events = append(events, s.Event)
		}
		if got := strings.Join(events, " "); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	var got session
	a.call("GET", "/_mock/v1/sessions/"+id, "").want(200).into(&got)
	if want := (session{id, "uqudo", "other", "lookup", "completed"}); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if p := a.call("GET", "/_mock/v1/sessions/none", "").problem(404); !strings.Contains(p.Detail, "none") {
		t.Errorf("the problem says %q", p.Detail)
	}
	a.call("GET", "/_mock/v1/sessions?event=face", "").problem(422)
	a.call("POST", "/_mock/v1/triggers", `{"provider": "uqudo", "event": "face", "session": "`+id+`"}`).problem(409)
}

const postTriggers, postSessions = "/_mock/v1/triggers", "/_mock/v1/uqudo/accounts/default/sessions"

func TestAllProblemsOfARequestComeAtOnce(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	for _, c := range []struct {
		name, path, body string
		want             []string
	}{
		{
			"of a trigger, the schema's and the vendor's", postTriggers,
			`{"provider": "uqudo", "event": "nope", "bogus": 1, "data": {"profile": "x", "status": "y", "more": 2}, "session": "z"}`,
			[]string{"body.bogus", "body.data.more", "body.data.profile", "body.data.status", "body.event", "body.session"},
		},
		{"of a trigger of nobody", postTriggers, `{"event": "enrollment", "bogus": 1}`, []string{"body.bogus", "body.provider"}},
		{"of an empty trigger", postTriggers, `{}`, []string{"body.event", "body.provider"}},
		{"of an unknown vendor", postTriggers, `{"provider": "acme", "event": "enrollment"}`, []string{"body.provider"}},
		{
			"of a patch beside the rest", postTriggers,
			`{"provider": "uqudo", "event": "enrollment", "faults": {}, "patch": {"op": "remove"}, "seed": -1}`,
			[]string{"body.faults", "body.patch", "body.seed"},
		},
		{
			"of a number that is too large", postTriggers,
			`{"provider": "uqudo", "event": "enrollment", "seed": 99999999999999999999}`, []string{"body.seed"},
		},
		{
			"of a session, in its own names", postSessions,
			`{"flow": "nope", "profile": "x", "sessionId": "z", "bogus": true}`,
			[]string{"body.bogus", "body.flow", "body.profile", "body.sessionId"},
		},
		{"of a session without a flow", postSessions, `{"documentType": 5}`, []string{"body.documentType", "body.flow"}},
		{
			"of a webhook", globalWebhook,
			`{"url": "/hook", "securityType": "CUSTOM_HEADERS", "userId": "u", "customHeaders": [{"name": "a b", "value": "x"}, {"value": 5}], "bogus": 1}`,
			[]string{"body.bogus", "body.customHeaders[0].name", "body.customHeaders[1].name", "body.customHeaders[1].value", "body.url", "body.userId"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			method := http.MethodPost
			if c.path == globalWebhook {
				method = http.MethodPut
			}
			got := api{t, a.base}.call(method, c.path, c.body).problem(422).locations()
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("found something at\n%v, want\n%v", got, c.want)
			}
		})
	}
	if len(a.sessions("")) != 0 || len(a.journal("").Entries) != 0 {
		t.Error("something was done of what was refused")
	}
}

func TestAnAccountThatThereIsNotIsLocated(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	for _, c := range []struct{ name, path, body, location, says string }{
		{"a trigger", postTriggers, `{"provider": "uqudo", "event": "face", "account": "nobody"}`, "body.account", `no Uqudo account is called "nobody"; PUT /`},
		{"a trigger of a business", postTriggers, `{"provider": "uip", "event": "sign", "account": "nobody"}`, "body.account", `no UIP business is called "nobody"; PUT /`},
		{"a session", strings.Replace(postSessions, "default", "nobody", 1), `{"flow": "face"}`, "path.account", `no Uqudo account is called "nobody"; PUT /`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := api{t, a.base}.call("POST", c.path, c.body).problem(404)
			if len(p.Errors) != 1 || p.Errors[0].Location != c.location || !strings.Contains(p.Errors[0].Message, c.says) {
				t.Errorf("the problem is %+v, want one at %s", p, c.location)
			}
		})
	}
}

func TestWhatIsNoSeedIsToldWhatASeedIs(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	const want = "want a whole number from 0 to 18446744073709551615"
	for _, c := range []struct{ name, path, body string }{
		{"a trigger", postTriggers, `{"provider": "uqudo", "event": "face", "seed": %s}`},
		{"a preview", postTriggers + "/preview", `{"provider": "uip", "event": "sign", "seed": %s}`},
		{"a session", postSessions, `{"flow": "face", "seed": %s}`},
		{"a run", "/_mock/v1/scenarios/lost-acknowledgement/runs", `{"seed": %s}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, seed := range []string{"-1", `"-1"`, "18446744073709551616", "1e99", "1.5", "true"} {
				p := api{t, a.base}.call("POST", c.path, fmt.Sprintf(c.body, seed)).problem(422)
				if len(p.Errors) != 1 || p.Errors[0].Location != "body.seed" || p.Errors[0].Message != want {
					t.Errorf("of %s the problem is %+v, want %q at body.seed", seed, p, want)
				}
			}
		})
	}
	p := a.call("POST", "/_mock/v1/keys/rotate", `{"seed": -1}`).problem(422)
	if len(p.Errors) != 1 || p.Errors[0].Message != "there is no such member" {
		t.Errorf("of what has no seed the problem is %+v", p)
	}
}

func TestABodyThatCanBeReadInTwoWaysIsRefused(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	for _, c := range []struct{ name, method, path, body, member string }{
		{"a member twice", "PUT", globalWebhook, `{"url": "http://a.test", "url": "http://b.test", "securityType": "NONE"}`, "url"},
		{"a member in two cases", "PUT", globalWebhook, `{"url": "http://a.test", "URL": "http://b.test", "securityType": "NONE"}`, "URL"},
		{"deep inside", "PUT", globalWebhook, `{"url": "http://a.test", "securityType": "CUSTOM_HEADERS", "customHeaders": [{"name": "a", "value": "b", "Value": "c"}]}`, "customHeaders[0].Value"},
		{"in what only the vendor reads", "POST", postTriggers, `{"provider": "uqudo", "event": "face", "data": {"profile": "clean", "profile": "clean"}}`, "data.profile"},
		{"in a patch", "POST", postTriggers, `{"provider": "uqudo", "event": "face", "patch": [{"op": "add", "op": "remove", "path": "/x"}]}`, "patch[0].op"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := api{t, a.base}.call(c.method, c.path, c.body).problem(400)
			if len(p.Errors) != 1 || p.Errors[0].Location != "body" || !strings.Contains(p.Errors[0].Message, c.member+" is there twice") {
				t.Errorf("the problem is %+v, want one about %s", p, c.member)
			}
		})
	}
	a.call("GET", globalWebhook, "").problem(404)
}

func TestABodyIsReadByItsMediaType(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	const good = `{"provider": "uqudo", "event": "enrollment"}`
	for _, c := range []struct {
		name, mediaType, body string
		status                int
	}{
		{"as JSON", "application/json", good, 202},
		{"as JSON with a charset", "application/json; charset=utf-8", good, 202},
		{"as what curl -d says of any body", "application/x-www-form-urlencoded", good, 202},
		{"without a media type", "", good, 202},
		{"what is not JSON", "application/json", `{"provider": `, 400},
		{"a form in truth", "application/x-www-form-urlencoded", "provider=uqudo&event=enrollment", 400},
		{"two values", "application/json", good + good, 400},
		{"nothing", "application/json", "", 400},
		{"XML", "application/xml", good, 415},
		{"text", "text/plain", good, 415},
		{"another value than an object", "application/json", `"enrollment"`, 422},
		{"null", "application/json", `null`, 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), "POST", a.base+postTriggers, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if c.mediaType != "" {
				r.Header.Set("Content-Type", c.mediaType)
			}
			got := answerTo(t, r)
			if c.status < 400 {
				got.want(c.status)
				return
			}
			got.problem(c.status)
		})
	}
}

func answerTo(t *testing.T, r *http.Request) reply {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return replyOf(t, answer)
}

func replyOf(t *testing.T, answer *http.Response) reply {
	t.Helper()
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{t, answer.StatusCode, answer.Header, text}
}
