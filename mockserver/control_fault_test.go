package mockserver_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/fault"
)

const armedPath = "/_mock/v1/faults/armed"

// armed is an armed fault as the control API shows it.
type armed struct {
	ID                string
	Match             struct{ Provider, Account, Webhook, Event string }
	Fault             fault.Fault
	Times, Left, Hits int
}

func (a api) arm(body string) (made armed) {
	a.t.Helper()
	a.call("POST", armedPath, body).want(http.StatusCreated).into(&made)
	return made
}

func (a api) armed() []armed {
	a.t.Helper()
	var list struct{ Armed []armed }
	a.call("GET", armedPath, "").want(200).into(&list)
	if list.Armed == nil {
		a.t.Error("the list is null")
	}
	return list.Armed
}

func TestTheCatalogueSaysWhoCanHaveEachFault(t *testing.T) {
	mock, _ := withToy(t, mockserver.Config{})
	var list struct {
		Faults []struct {
			Name, Stage, Summary, Finds string
			Params                      []map[string]any
			Providers                   []string
			On                          bool
		}
	}
	apiOf(t, mock).call("GET", "/_mock/v1/faults", "").want(200).into(&list)
	if len(list.Faults) != len(fault.All()) {
		t.Errorf("%d faults are listed, want %d", len(list.Faults), len(fault.All()))
	}
	profiles := mock.Providers()
	for i, f := range list.Faults {
		spec := fault.All()[i]
		if f.Name != spec.Name || f.Stage == "" || f.Summary == "" || f.Finds == "" || len(f.Params) != len(spec.Params) {
			t.Errorf("row %d is %+v, want %s", i, f, spec.Name)
		}
		if f.On != spec.OnAttempts() {
			t.Errorf("%s takes on: %t", f.Name, f.On)
		}
		if f.Params == nil || f.Providers == nil {
			t.Errorf("%s has lists that are null", f.Name)
		}
		for _, p := range f.Params {
			if _, has := p["default"]; len(p) != 4 || p["name"] == "" || p["type"] == "" || p["summary"] == "" || !has {
				t.Errorf("%s has the parameter %v", f.Name, p)
			}
		}
		var want []string
		for _, p := range profiles {
			if slices.Contains(fault.EveryVendor(), f.Name) || slices.Contains(p.Faults, f.Name) {
				want = append(want, p.Name)
			}
		}
		if !slices.Equal(f.Providers, want) {
			t.Errorf("%s is %v's, want %v's", f.Name, f.Providers, want)
		}
		if made := slices.Contains(fault.EveryVendor(), f.Name); made != slices.Contains(f.Providers, "toy") {
			t.Errorf("the toy, which makes none itself, has %s: %v", f.Name, !made)
		}
	}
}

func TestAFaultIsArmedListedAndDisarmed(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	if list := a.armed(); len(list) != 0 {
		t.Errorf("at first %+v is armed", list)
	}
	for body, want := range map[string]string{
		`{"fault": "drop"}`: `"match":{},"fault":"drop","times":1,"left":1,"hits":0}`,
		`{"match": {"provider": "uip", "account": "acme"}, "fault": {"name": "delay", "params": {"by": "5m"}}, "times": 3}`: `"match":{"provider":"uip","account":"acme"},"fault":{"name":"delay","params":{"by":"5m"}},"times":3,"left":3,"hits":0}`,
		`{"fault": {"name": "chunked", "on": "first", "probability": 0.5}, "times": 0}`:                                     `"match":{},"fault":{"name":"chunked","on":[1],"probability":0.5},"times":0,"left":0,"hits":0}`,
	} {
		r := a.call("POST", armedPath, body).want(201)
		id, rest, _ := strings.Cut(strings.TrimPrefix(string(r.body), `{"id":"flt_`), `",`)
		if len(id) != 16 || strings.TrimSpace(rest) != want {
			t.Errorf("%s armed\n%s, want\n%s", body, r.body, want)
		}
	}
	list := a.armed()
	if len(list) != 3 {
		t.Fatalf("armed are %+v", list)
	}
	a.call("DELETE", armedPath+"/"+list[1].ID, "").want(204)
	if left := a.armed(); len(left) != 2 || left[0].ID != list[0].ID || left[1].ID != list[2].ID {
		t.Errorf("left are %+v of %+v", left, list)
	}
	for _, id := range []string{list[1].ID, "flt_nobody"} {
		if p := a.call("DELETE", armedPath+"/"+id, "").problem(404); !strings.Contains(p.Detail, id) {
			t.Errorf("the problem says %q", p.Detail)
		}
	}

	var told []string
	for _, e := range a.journal("").Entries {
		if e.Kind == "fault" && e.ID == list[1].ID {
			told = append(told, string(e.Data))
		}
	}
	var first armed
	if len(told) != 2 || told[1] != "null" || json.Unmarshal([]byte(told[0]), &first) != nil || first.Fault.Name != list[1].Fault.Name {
		t.Errorf("of its life the journal says %q", told)
	}
}

func TestAllThatIsWrongWithAnArmedFaultIsSaidAtOnce(t *testing.T) {
	mock, _ := withToy(t, mockserver.Config{})
	for _, c := range []struct {
		name, body string
		want       map[string]string // what it says, by place
	}{
		{"nothing at all", `{}`, map[string]string{"body.fault": "required"}},
		{"no name", `{"fault": {"on": "all", "params": {"by": 1}}}`, map[string]string{"body.fault.name": "required"}},
		{"no fault but a number", `{"fault": 5}`, map[string]string{"body.fault": "a fault's name"}},
		{"an unknown name", `{"fault": "tamperd"}`, map[string]string{"body.fault.name": "want one of tampered, "}},
		{
			"unknown names in what it matches", `{"match": {"provider": "acme", "webhook": "gobal", "event": "nod", "acount": "x"}, "fault": "drop"}`,
			map[string]string{
				"body.match.provider": "want one of uqudo, uip, toy", "body.match.webhook": "global", "body.match.event": "squeak",
				"body.match.acount": "no such member",
			},
		},
		{
			"names of another vendor", `{"match": {"provider": "toy", "webhook": "global", "event": "enrollment"}, "fault": "drop"}`,
			map[string]string{"body.match.webhook": "want one of only", "body.match.event": "want one of squeak"},
		},
		{
			"a webhook of one and an event of another", `{"match": {"webhook": "global", "event": "squeak"}, "fault": "drop"}`,
			map[string]string{"body.match.event": "want one of enrollment, reading, lookup, face"},
		},
		{"no configuration's name", `{"match": {"webhook": "hosted-kyc/"}, "fault": "drop"}`, map[string]string{"body.match.webhook": "hosted-kyc/{config}"}},
		{
			"bad parameters, a negative number of times and more", `{"fault": {"name": "delay", "params": {"by": "soon", "bye": 1}, "on": [0]}, "times": -1, "then": 1}`,
			map[string]string{
				"body.fault.params.by": "such as 10m", "body.fault.params.bye": "want one of by", "body.fault.on": "acts once",
				"body.times": "", "body.then": "no such member",
			},
		},
		{"a fault that the vendor cannot have", `{"match": {"provider": "toy"}, "fault": "tampered"}`, map[string]string{"body.fault.name": "is not one of toy's"}},
		{"a fault that who has the event cannot have", `{"match": {"event": "squeak"}, "fault": "tampered"}`, map[string]string{"body.fault.name": "is not one of toy's"}},
		{"a fault that nobody here can have", `{"fault": "stale-timestamp"}`, map[string]string{"body.fault.name": "signs no timestamp"}},
		{"a route that is missing", `{"fault": "api-reset"}`, map[string]string{"body.fault.params.route": "is required"}},
		{
			"a route that nobody has", `{"fault": {"name": "api-slow", "params": {"route": "GET /v1/identify"}}}`,
			map[string]string{"body.fault.params.route": "want one of POST /api/oauth/token, GET /api/v1/info, "},
		},
		{
			"a route of who cannot have the fault", `{"fault": {"name": "api-reset", "params": {"route": "GET /v1/toys"}}}`,
			map[string]string{"body.fault.params.route": "want one of "},
		},
		{
			"a route of another vendor", `{"match": {"provider": "uip"}, "fault": {"name": "api-slow", "params": {"route": "GET /api/.well-known/jwks.json"}}}`,
			map[string]string{"body.fault.params.route": "want one of POST /v1/identify, POST /v1/sign, POST /v1/message, POST /v1/invalidate, GET /v1/audit/{id}, POST /v1/webhook/ping"},
		},
		{"attempts of a call", `{"fault": {"name": "jwks-empty", "on": "first", "probability": 2}}`, map[string]string{"body.fault.on": "", "body.fault.probability": "0 to 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := apiOf(t, mock).call("POST", armedPath, c.body).problem(422)
			if len(p.Errors) != len(c.want) {
				t.Errorf("found something at %v, want %v", p.locations(), c.want)
			}
			for _, e := range p.Errors {
				if part, wanted := c.want[e.Location]; !wanted || !strings.Contains(e.Message, part) {
					t.Errorf("%s: %s; want %q", e.Location, e.Message, part)
				}
			}
		})
	}
	if list := mock.ArmedFaults(); len(list) != 0 {
		t.Errorf("what was refused armed %+v", list)
	}
}

func TestFaultsOfAnAPITakeAWebhookAndAnEventAndIgnoreThem(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.arm(`{"match": {"webhook": "global", "event": "face"}, "fault": {"name": "api-error", "params": {"route": "POST /v1/identify"}}}`)
	a.call("POST", "/uip/v1/identify", "{}").want(500)
	a.call("POST", "/uip/v1/identify", "{}").want(401)
}
