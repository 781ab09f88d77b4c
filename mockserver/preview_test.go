package mockserver_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// preview is what a trigger would tell, as the control API shows it.
type preview struct {
	Seed    uint64
	Session *string
	Content map[string]any
}

func (a api) preview(body string) (p preview) {
	a.t.Helper()
	a.call("POST", "/_mock/v1/triggers/preview", body).want(200).into(&p)
	return p
}

// told is the content of a webhook of either vendor: the claims of a JWS, or the
// event itself.
func told(t *testing.T, body string) (content map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &content); err != nil {
		t.Fatal(err)
	}
	token, jws := content["jwsResult"].(string)
	if !jws {
		return content
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return told(t, string(claims))
}

// listening sets a webhook of each vendor to one receiver.
func (a api) listening(url string) {
	a.t.Helper()
	a.listen(url)
	a.call("PUT", "/_mock/v1/uip/businesses/default/webhook", `{"url": "`+url+`"}`).want(201)
}

// wire has something happen and returns what was told of it.
func (a api) wire(h *hook, body string) map[string]any {
	a.t.Helper()
	a.call("POST", "/_mock/v1/triggers", body).want(http.StatusAccepted)
	a.advance(`{"by": "0s"}`)
	all := h.received()
	return told(a.t, all[len(all)-1])
}

// without leaves members out of content, each named by a path such as data.x.
func without(content map[string]any, paths ...string) map[string]any {
	for _, path := range paths {
		within, name := content, path
		if outer, inner, nested := strings.Cut(path, "."); nested {
			within, _ = content[outer].(map[string]any)
			name = inner
		}
		delete(within, name)
	}
	return content
}

func TestATriggerWithThePreviewsSeedAndSessionTellsThePreview(t *testing.T) {
	for _, c := range []struct {
		trigger string   // without its end
		differ  []string // identities that nobody can choose
	}{
		{`"provider": "uqudo", "event": "enrollment"`, nil},
		{`"provider": "uqudo", "event": "enrollment", "data": {"documentType": "UAE_ID", "profile": "background-hit", "person": {"surname": "Adair"}}`, nil},
		{`"provider": "uqudo", "event": "enrollment", "data": {"imageStyle": "drawn"}`, nil},
		{`"provider": "uqudo", "event": "reading"`, nil},
		{`"provider": "uqudo", "event": "lookup", "data": {"profile": "lookup-failed"}`, nil},
		{`"provider": "uqudo", "event": "face"`, []string{"jti"}},
		{`"provider": "uqudo", "event": "face", "patch": [{"op": "replace", "path": "/aud", "value": "me"}]`, []string{"jti"}},
		{`"provider": "uip", "event": "identify"`, []string{"data.audit_id"}},
		{`"provider": "uip", "event": "identify", "data": {"person": {"countryOfOrigin": "JP"}}`, []string{"data.audit_id"}},
		{`"provider": "uip", "event": "sign"`, []string{"data.audit_id"}},
		{`"provider": "uip", "event": "message", "data": {"status": "declined"}`, []string{"data.audit_id"}},
	} {
		t.Run(c.trigger, func(t *testing.T) {
			a, h := apiOf(t, mockserver.Test(t, at(0))), newHook(t)
			p := a.preview("{" + c.trigger + "}") // no webhook is needed yet
			if entries := a.journal("").Entries; len(entries) != 0 || len(a.sessions("")) != 0 {
				t.Fatalf("it did something: %+v", entries)
			}
			if p.Session == nil {
				t.Fatal("it tells no session")
			}
			a.listening(h.URL)
			again := a.preview(fmt.Sprintf(`{%s, "seed": %d}`, c.trigger, p.Seed))
			if !reflect.DeepEqual(again, p) {
				t.Errorf("again it is\n%v, at first\n%v", again, p)
			}
			got := a.wire(h, fmt.Sprintf(`{%s, "seed": %d, "session": %q}`, c.trigger, p.Seed, *p.Session))
			if got, want := without(got, c.differ...), without(p.Content, c.differ...); !reflect.DeepEqual(got, want) {
				t.Errorf("told was\n%v\nthe preview is\n%v", got, want)
			}
			problem := a.call("POST", "/_mock/v1/triggers/preview", fmt.Sprintf(`{%s, "session": %q}`, c.trigger, *p.Session)).problem(409)
			if got := problem.locations(); len(got) != 1 || got[0] != "body.session" {
				t.Errorf("of a session that there is it finds something at %v", got)
			}
			if fresh := a.preview(fmt.Sprintf(`{%s, "seed": %d}`, c.trigger, p.Seed)); *fresh.Session == *p.Session {
				t.Error("it promises a session that there is")
			}
		})
	}
}

// TestAnEditedPreviewIsToldAsEdited does what the page does with what somebody
// writes into the preview: it makes a patch of the difference.
func TestAnEditedPreviewIsToldAsEdited(t *testing.T) {
	for _, c := range []struct {
		trigger, patch string
		edit           func(content map[string]any)
		differ         []string
	}{
		{
			`"provider": "uqudo", "event": "enrollment"`, `[{"op": "replace", "path": "/data/documents/0/documentType", "value": "MINE"}]`,
			func(claims map[string]any) {
				claims["data"].(map[string]any)["documents"].([]any)[0].(map[string]any)["documentType"] = "MINE"
			}, nil,
		},
		{
			`"provider": "uqudo", "event": "lookup"`, `[{"op": "remove", "path": "/jti"}, {"op": "add", "path": "/extra", "value": {"a": 1}}]`,
			func(claims map[string]any) { delete(claims, "jti"); claims["extra"] = map[string]any{"a": 1.0} }, nil,
		},
		{
			`"provider": "uip", "event": "identify"`, `[{"op": "replace", "path": "/data/name", "value": "Zoë"}]`,
			func(event map[string]any) { event["data"].(map[string]any)["name"] = "Zoë" }, []string{"data.audit_id"},
		},
		{
			`"provider": "uip", "event": "test"`, `[{"op": "replace", "path": "/data/pong", "value": 5}]`,
			func(event map[string]any) { event["data"].(map[string]any)["pong"] = 5.0 }, nil,
		},
	} {
		t.Run(c.trigger, func(t *testing.T) {
			a, h := apiOf(t, mockserver.Test(t, at(0))), newHook(t)
			a.listening(h.URL)
			p := a.preview("{" + c.trigger + "}")
			before := fmt.Sprint(p.Content)
			c.edit(p.Content)
			if fmt.Sprint(p.Content) == before {
				t.Fatal("the edit changes nothing")
			}
			session := ""
			if p.Session != nil {
				session = fmt.Sprintf(`, "session": %q`, *p.Session)
			}
			got := a.wire(h, fmt.Sprintf(`{%s, "seed": %d, "patch": %s%s}`, c.trigger, p.Seed, c.patch, session))
			if got, want := without(got, c.differ...), without(p.Content, c.differ...); !reflect.DeepEqual(got, want) {
				t.Errorf("told was\n%v\nedited was\n%v", got, want)
			}
		})
	}
}

func TestLaterOnlyTheTimesOfThePreviewAreOthers(t *testing.T) {
	a, h := apiOf(t, mockserver.Test(t, at(0))), newHook(t)
	a.listening(h.URL)
	p := a.preview(`{"provider": "uqudo", "event": "enrollment"}`)
	a.advance(`{"by": "90s"}`)
	got := a.wire(h, fmt.Sprintf(`{"provider": "uqudo", "event": "enrollment", "seed": %d, "session": %q}`, p.Seed, *p.Session))
	if got["iat"] != p.Content["iat"].(float64)+90 || got["exp"] != p.Content["exp"].(float64)+90 {
		t.Errorf("iat and exp are %v and %v, in the preview %v and %v", got["iat"], got["exp"], p.Content["iat"], p.Content["exp"])
	}
	if got, want := without(got, "iat", "exp"), without(p.Content, "iat", "exp"); !reflect.DeepEqual(got, want) {
		t.Errorf("told was\n%v\nthe preview is\n%v", got, want)
	}
}

func TestThePreviewOfWhatTellsNothingIsNull(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	for _, body := range []string{
		`{"provider": "uqudo", "event": "enrollment", "data": {"status": "cancelled"}}`,
		`{"provider": "uip", "event": "identify", "data": {"status": "pending"}}`,
		`{"provider": "uip", "event": "identify", "data": {"status": "declined"}}`,
		`{"provider": "uip", "event": "message", "data": {"status": "expired"}}`,
	} {
		r := a.call("POST", "/_mock/v1/triggers/preview", body).want(200)
		if !strings.Contains(string(r.body), `"content":null`) || !strings.Contains(string(r.body), `"seed":`) {
			t.Errorf("of %s it tells %s", body, r.body)
		}
	}
}

func TestAPreviewHasTheProblemsOfTheTrigger(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listening(newHook(t).URL)
	a.call("PUT", "/_mock/v1/uqudo/accounts/default/hosted-kyc/shop", `{"webhook": {"url": "`+newHook(t).URL+`", "securityType": "NONE"}}`).want(201)
	const linked = `{"provider": "uqudo", "event": "enrollment", "data": {"hostedKyc": "shop", "nonce": "tn1"}}`
	a.trigger(linked)
	a.call("PUT", "/_mock/v1/uip/businesses/poor", `{"balance": 0}`).want(201)
	a.call("PUT", "/_mock/v1/uip/businesses/poor/webhook", `{"url": "`+newHook(t).URL+`"}`).want(201)
	for _, c := range []struct {
		name, body string
		status     int
	}{
		{"everything at once", `{"provider": "uqudo", "event": "nope", "bogus": 1, "data": {"profile": "x", "more": 2}, "session": "z", "seed": -1}`, 422},
		{"a patch", `{"provider": "uqudo", "event": "face", "patch": [{"op": "remove", "path": "/nope"}]}`, 422},
		{"a patch of UIP's", `{"provider": "uip", "event": "sign", "patch": [{"op": "remove", "path": "/nope"}]}`, 422},
		{"a patch of nothing", `{"provider": "uip", "event": "sign", "data": {"status": "pending"}, "patch": []}`, 422},
		{"a fault", `{"provider": "uip", "event": "sign", "faults": ["nope"]}`, 422},
		{"a vendor", `{"provider": "acme", "event": "sign"}`, 422},
		{"an account", `{"provider": "uqudo", "event": "face", "account": "nobody"}`, 404},
		{"a business", `{"provider": "uip", "event": "sign", "account": "nobody"}`, 404},
		{"a balance", `{"provider": "uip", "event": "sign", "account": "poor"}`, 409},
		{"a link that was used", linked, 409},
		{"no JSON", `{`, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := api{t, a.base}
			got, want := a.call("POST", "/_mock/v1/triggers/preview", c.body).problem(c.status), a.call("POST", "/_mock/v1/triggers", c.body).problem(c.status)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the preview's problem is\n%+v, the trigger's\n%+v", got, want)
			}
		})
	}
}

func TestAToyTellsNothingBeforehand(t *testing.T) {
	mock, h := withToy(t, mockserver.Config{})
	a := apiOf(t, mock)
	if p := a.call("POST", "/_mock/v1/triggers/preview", squeak).problem(404); !strings.Contains(p.Detail, "toy does not tell beforehand") {
		t.Errorf("the problem says %q", p.Detail)
	}
	a.call("POST", "/_mock/v1/triggers/preview", `{"provider": "toy", "event": "growl"}`).problem(422)
	if got := h.received(); len(got) != 0 {
		t.Errorf("received was %q", got)
	}
}
