package uip_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestAnIdentificationTellsWhatWasRequested goes through every subset, by UIP's
// own API and as a trigger.
func TestAnIdentificationTellsWhatWasRequested(t *testing.T) {
	t.Parallel()
	all := []struct{ requested, told string }{
		{"name", `,"name":"Zoë & Co"`}, {"birthdate", `,"date_of_birth":"2000-02-29"`}, {"country", `,"country_of_origin":"DE"`},
	}
	type row struct {
		requested []string
		want      string
	}
	rows := []row{
		{nil, all[0].told + all[1].told + all[2].told},
		{[]string{"country", "name", "country"}, all[0].told + all[2].told},
	}
	for subset := range 8 {
		r := row{requested: []string{}}
		for i, a := range all {
			if subset>>i&1 == 1 {
				r.requested, r.want = append(r.requested, a.requested), r.want+a.told
			}
		}
		if subset == 0 { // nothing requested is all
			r.want = rows[0].want
		}
		rows = append(rows, r)
	}
	for contract, expiry := range map[string]string{"A": "", "A2": `,"expires_at":1893557045`} {
		l, hook := ctlWith(t)
		l.settings(ctlObject{"contract": contract}.text())
		l.call("POST", "/uip/people", `{"uipId": "user_zoe", "name": "Zoë & Co", "dateOfBirth": "2000-02-29", "countryOfOrigin": "DE", "identityExpiresAt": "2030-01-02T05:04:05.9+01:00"}`).wants(201)
		for _, r := range rows {
			what := contract + " requested " + strings.Join(r.requested, ", ")
			for _, way := range []string{"api", "trigger"} {
				t.Run(what+" by "+way, func(t *testing.T) {
					l := l.in(t)
					var id string
					if way == "api" {
						id = l.identify("Sign in", r.requested...)
						l.does(id, "complete", `{"person": "user_zoe"}`).wants(200)
					} else {
						id = l.trigger(ctlObject{"event": "identify", "data": ctlObject{"person": "user_zoe", "requestedData": r.requested}}).Session.ID
					}
					l.idle()
					got := hook.last(t)
					want := `{"event":"identify","data":{"uip_id":"user_zoe","audit_id":"` + l.session(id).Data.AuditID + `","session_id":"` + id + `"` + r.want + expiry + `}}`
					if got.body != want {
						t.Errorf("it told\n%s\nwant\n%s", got.body, want)
					}
				})
			}
		}
	}
}

func TestUnknownRequestedDataIsIgnored(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	for _, c := range []struct {
		requested []string
		members   []string
	}{
		{[]string{"name", "email"}, []string{"name"}},
		{[]string{"NAME", "country"}, []string{"country_of_origin"}},
		{[]string{"email"}, []string{"country_of_origin", "date_of_birth", "name"}},
	} {
		l.does(l.identify("Sign in", c.requested...), "complete", "").wants(200)
		l.idle()
		members := []string{}
		for name := range hook.last(t).data(t) {
			if !strings.HasSuffix(name, "_id") {
				members = append(members, name)
			}
		}
		slices.Sort(members)
		if !slices.Equal(members, c.members) {
			t.Errorf("of %v it told %v, want %v", c.requested, members, c.members)
		}
	}
}

// TestExpiresAtIsAnIntegerAlsoForIdentitiesOfOtherCenturies pins the type: Unix
// seconds without a fraction or an exponent.
func TestExpiresAtIsAnIntegerAlsoForIdentitiesOfOtherCenturies(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"1969-12-31T23:59:59Z": "-1", "1970-01-01T00:00:00Z": "0", "2025-01-01T00:00:00.999Z": "1735689600", "9999-12-31T23:59:59Z": "253402300799",
	} {
		l, hook := ctlWith(t)
		l.settings(`{"contract": "A2"}`)
		l.trigger(ctlObject{"event": "identify", "data": ctlObject{"person": ctlObject{"identityExpiresAt": at}}})
		l.idle()
		var body struct {
			Data struct {
				ExpiresAt json.RawMessage `json:"expires_at"`
			}
		}
		got := hook.last(t).body
		if err := json.Unmarshal([]byte(got), &body); err != nil || string(body.Data.ExpiresAt) != want || !strings.HasSuffix(got, `,"expires_at":`+want+`}}`) {
			t.Errorf("of %s it told %s, want %s: %v", at, got, want, err)
		}
	}
}

func TestTheContractIsTheOneThatHoldsWhenThePersonAnswers(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	id := l.identify("Sign in")
	l.settings(`{"contract": "A2"}`)
	l.does(id, "complete", "").wants(200)
	l.idle()
	if body := hook.last(t).body; !strings.Contains(body, `"expires_at":2051222400`) {
		t.Errorf("it told %s", body)
	}
}

func TestPingSendsTheTestEventOnceAndAnswersNothing(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t, 204, 200)
	for i, want := range []int{400, 200} {
		a := l.api("POST", "/webhook/ping", "")
		if a.status != want || want == 200 && a.body != "" {
			t.Errorf("ping %d answered %d: %q", i, a.status, a.body)
		}
		l.advance("1h")
		if got := hook.requests(t, i+1)[i]; got.body != `{"event":"test","data":{"pong":"Pong"}}` {
			t.Errorf("it sent %s", got.body)
		}
	}
}
