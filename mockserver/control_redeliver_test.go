package mockserver_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/fault"
)

// taken is a mock whose sample receiver took a delivery of a vendor's.
func taken(t *testing.T, teller int, faults string) (a api, id string) {
	mock := mockserver.Test(t, at(0))
	a = apiOf(t, mock)
	body := `{"url": "` + mock.URL + `/_mock/receiver/default"}`
	if teller == 0 {
		body = strings.Replace(body, "}", `, "securityType": "NONE"}`, 1)
	}
	a.call("PUT", tellers[teller].webhook, body).want(201)
	id = a.trigger(`{"provider": "` + tellers[teller].name + `", "event": "` + tellers[teller].event + `", "seed": 7, "faults": [` + faults + `]}`)[0]
	a.advance(`{"by": "0s"}`)
	return a, id
}

func (a api) again(id, verb, body string) (r record) {
	a.t.Helper()
	a.call("POST", "/_mock/v1/deliveries/"+id+"/"+verb, body).want(202).into(&r)
	return r
}

// changed counts the bytes in which two texts of one length differ.
func changed(t *testing.T, one, other string) (n int) {
	t.Helper()
	if len(one) != len(other) {
		t.Fatalf("%d bytes became %d", len(one), len(other))
	}
	for i := range one {
		if one[i] != other[i] {
			n++
		}
	}
	return n
}

// signed is what of a body is signed: for Uqudo the claims of the JWS.
func signed(t *testing.T, body string) string {
	t.Helper()
	var result struct{ JWSResult string }
	if json.Unmarshal([]byte(body), &result) != nil || result.JWSResult == "" {
		return body
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(result.JWSResult, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(claims)
}

func TestATamperedRedeliveryIsRefusedAndTheOriginalStays(t *testing.T) {
	for i, teller := range tellers {
		t.Run(teller.name, func(t *testing.T) {
			a, id := taken(t, i, "")
			before := a.delivery(id)
			tampered := a.again(id, "redeliver", `{"faults": ["tampered"]}`)
			if tampered.ID == id || *tampered.RedeliveryOf != id || !slices.Equal(tampered.Faults, []string{"tampered"}) || tampered.Status != "pending" {
				t.Errorf("it is %+v", tampered)
			}
			a.advance(`{"by": "0s"}`)
			got := a.delivery(tampered.ID)
			if got.Status != "pending" || len(got.Attempts) == 0 || got.Attempts[0].Status != 401 {
				t.Fatalf("it became %+v", got)
			}
			first, second := before.Attempts[0].Request, got.Attempts[0].Request
			if n := changed(t, signed(t, first.Body), signed(t, second.Body)); n != 1 {
				t.Errorf("%d bytes of what is signed were changed:\n%s\n%s", n, first.Body, second.Body)
			}
			if first.URL != second.URL || !slices.Equal(first.Headers["Content-Type"], second.Headers["Content-Type"]) {
				t.Errorf("it went to %s, and not to %s", second.URL, first.URL)
			}
			if after := a.delivery(id); after.Attempts[0].Request.Body != first.Body || len(after.Attempts) != 1 || len(after.Faults) != 0 {
				t.Errorf("the original became %+v", after)
			}

			good := a.again(id, "redeliver", `{"faults": []}`)
			a.advance(`{"by": "0s"}`)
			if got := a.delivery(good.ID); got.Status != "delivered" || got.Attempts[0].Request.Body != first.Body {
				t.Errorf("without faults it became %+v", got)
			}
		})
	}
}

// What is made of the content is made of what was told, and signed anew.
func TestARedeliveryCanHaveEveryFaultOfATrigger(t *testing.T) {
	for i, teller := range tellers {
		a, id := taken(t, i, "")
		var catalogue struct{ Faults []fault.Spec }
		a.call("GET", "/_mock/v1/faults", "").want(200).into(&catalogue)
		original := a.delivery(id).Attempts[0].Request.Body
		for _, spec := range catalogue.Faults {
			acts := spec.Stage == fault.Content || spec.Stage == fault.Signature || spec.Stage == fault.Request
			if !acts || !slices.Contains(spec.Providers, teller.name) {
				continue
			}
			t.Run(teller.name+" "+spec.Name, func(t *testing.T) {
				a := api{t, a.base}
				again := a.again(id, "redeliver", `{"faults": ["`+spec.Name+`"]}`)
				a.advance(`{"by": "0s"}`)
				made := a.delivery(again.ID).Attempts
				if len(made) == 0 || made[0].ErrorKind != "" {
					t.Fatalf("the attempts are %+v", made)
				}
				if changed := made[0].Request.Body != original; spec.Stage == fault.Content && !changed {
					t.Error("it was not made: the body is the original's")
				}
				if spec.Name == fault.Expired && !strings.Contains(made[0].Response.Body, `"expired":true`) {
					t.Errorf("it is answered %d %s", made[0].Status, made[0].Response.Body)
				}
			})
		}
	}
}

func TestWhatGoesWrongWithARedeliveryReplacesWhatWentWrongFirst(t *testing.T) {
	for i, teller := range tellers {
		a, id := taken(t, i, `"tampered"`)
		if got := a.delivery(id).Attempts[0].Status; got != 401 {
			t.Fatalf("%s: answered %d", teller.name, got)
		}
		a.arm(`{"fault": "malformed-json"}`)
		again := a.again(id, "redeliver", `{"faults": [{"name": "ignore-response", "params": {"status": 500}, "on": "first"}, {"name": "delay", "params": {"by": "1s"}}]}`)
		same := a.again(id, "redeliver", `{}`)
		a.advance(`{"by": "1s"}`)
		if got := a.delivery(again.ID); len(got.Attempts) == 0 || got.Attempts[0].Status != 500 || !slices.Equal(got.Faults, []string{"ignore-response", "delay"}) {
			t.Errorf("%s: it became %+v", teller.name, got)
		}
		if got := a.delivery(same.ID).Attempts[0].Request.Body; got != a.delivery(id).Attempts[0].Request.Body {
			t.Errorf("%s: without faults it is\n%s", teller.name, got)
		}
		if left := a.armed(); len(left) != 1 || left[0].Hits != 0 {
			t.Errorf("%s: the armed faults became %+v", teller.name, left)
		}
		a.advance(`{"by": "5m"}`)
		if got := a.delivery(again.ID); got.Status != "delivered" {
			t.Errorf("%s: it became %+v", teller.name, got)
		}
	}
}

func TestFaultsThatARedeliveryCannotHaveAreRefused(t *testing.T) {
	for i, c := range []struct {
		body  string
		wrong []string
	}{
		{
			`{"faults": ["late", {"name": "jwks-error"}, {"name": "missing-claim", "params": {"nme": "x"}}, "stale-timestamp"], "fault": 1}`,
			[]string{"body.fault"},
		},
		{
			`{"faults": ["late", {"name": "api-error", "params": {"route": "POST /v1/identify"}}, {"name": "delay", "on": [1], "params": {"by": "soon"}}, "expired"]}`,
			[]string{"body.faults[0].name", "body.faults[1].name", "body.faults[2].on", "body.faults[2].params.by", "body.faults[3].name"},
		},
	} {
		a, id := taken(t, i, "")
		got := a.call("POST", "/_mock/v1/deliveries/"+id+"/redeliver", c.body).problem(422).locations()
		slices.Sort(got)
		if !slices.Equal(got, c.wrong) {
			t.Errorf("%s: found something at %v", c.body, got)
		}
		if n := len(a.deliveries("").Deliveries); n != 1 {
			t.Errorf("what was refused left %d deliveries", n)
		}
	}
	a, id := taken(t, 0, "")
	p := a.call("POST", "/_mock/v1/deliveries/"+id+"/redeliver", `{"faults": [{"name": "missing-claim", "params": {"name": "azp"}}]}`).problem(422)
	if !slices.Equal(p.locations(), []string{"body.faults[0].params.name"}) || !strings.Contains(p.Errors[0].Message, "a result has no such claim") {
		t.Errorf("the vendor's own rule: %+v", p)
	}
	a.call("POST", "/_mock/v1/deliveries/dlv_none/redeliver", `{"faults": ["tampered"]}`).problem(404)
}

func TestADuplicateIsTheSameOnceMore(t *testing.T) {
	for i, teller := range tellers {
		a, id := taken(t, i, "")
		first, second := a.again(id, "duplicate", ""), a.again(id, "duplicate", "")
		if *first.DuplicateOf != id || *second.DuplicateOf != id || first.Copy != 1 || second.Copy != 2 || first.RedeliveryOf != nil || first.ID == id {
			t.Errorf("%s: they are %+v\nand %+v", teller.name, first, second)
		}
		a.advance(`{"by": "0s"}`)
		original := a.delivery(id).Attempts[0].Request.Body
		for _, twin := range []record{first, second} {
			if got := a.delivery(twin.ID); got.Status != "delivered" || got.Attempts[0].Request.Body != original {
				t.Errorf("%s: a copy became %+v", teller.name, got)
			}
		}
	}
}

func TestATestSendsItsDeliveriesAgain(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	apiOf(t, mock).listen(mock.URL + "/_mock/receiver/default")
	id := apiOf(t, mock).enroll()[0]
	mock.Delivery(id).WantAnswers(200)
	mock.Delivery(id).Redeliver(fault.Fault{Name: fault.Tampered}).WantAnswers(401)
	mock.Delivery(id).Redeliver().WantAnswers(200)
	twin := mock.Delivery(id).Duplicate()
	twin.WantAnswers(200)
	if got := twin.Record(); *got.DuplicateOf != id {
		t.Errorf("the copy is %+v", got.Delivery)
	}
}
