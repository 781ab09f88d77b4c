package mockserver_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
)

// tellers are both vendors: how each is set up to fail for ever, triggered, and
// given other settings.
var tellers = []struct {
	name, event, webhook, account string
	others                        string // settings of the account
	// How many attempts are planned: of a fresh delivery, after one was asked
	// for, and under the other settings.
	fresh, asked, changed int
}{
	{"uqudo", "enrollment", globalWebhook, "/_mock/v1/uqudo/accounts/default", `{"delivery": {"interval": "30s", "window": "20m"}}`, 25, 23, 31},
	{"uip", "identify", "/_mock/v1/uip/businesses/default/webhook", "/_mock/v1/uip/businesses/default", `{"delivery": {"waits": ["1s", "2s", "3s", "4s", "5m", "6h"]}}`, 6, 3, 4},
}

// inTrouble is a mock in which a delivery of each vendor's was begun and fails.
func inTrouble(t *testing.T, vendor int, status int) (a api, id string) {
	a = apiOf(t, mockserver.Test(t, at(0)))
	teller := tellers[vendor]
	body := `{"url": "` + saying(t, status, "") + `"}`
	if teller.name == "uqudo" {
		body = strings.Replace(body, "}", `, "securityType": "NONE"}`, 1)
	}
	a.call("PUT", teller.webhook, body).want(http.StatusCreated)
	return a, a.trigger(`{"provider": "` + teller.name + `", "event": "` + teller.event + `", "faults": [{"name": "delay", "params": {"by": "1s"}}]}`)[0]
}

func timesOf(r record) (times []time.Time) {
	for _, a := range r.Attempts {
		times = append(times, a.At.UTC())
	}
	return times
}

func TestWhatIsPlannedIsMade(t *testing.T) {
	for vendor, teller := range tellers {
		for _, c := range []struct {
			name  string
			then  func(a api, id string)
			count int
		}{
			{"fresh", func(api, string) {}, teller.fresh},
			{"after an attempt that was asked for", func(a api, id string) {
				a.advance(`{"by": "3s"}`)
				a.call("POST", "/_mock/v1/deliveries/"+id+"/attempt", "").want(202)
				a.advance(`{"by": "0s"}`)
			}, teller.asked},
			{"under other settings", func(a api, _ string) {
				a.advance(`{"by": "32s"}`)
				a.call("PUT", teller.account, teller.others).want(200)
			}, teller.changed},
		} {
			t.Run(teller.name+" "+c.name, func(t *testing.T) {
				a, id := inTrouble(t, vendor, 503)
				c.then(a, id)
				before := a.delivery(id)
				if before.Planned == nil || !before.Planned[0].Equal(*before.NextAt) {
					t.Errorf("the next is due at %v, and planned are %v", before.NextAt, before.Planned)
				}
				if d := a.deliveries("").Deliveries[0]; d.Planned != nil {
					t.Errorf("a list has %v", d.Planned)
				}
				a.advance(`{"by": "48h"}`)
				after := a.delivery(id)
				made := timesOf(after)[len(before.Attempts):]
				if !slices.EqualFunc(before.Planned, made, time.Time.Equal) || len(made) != c.count {
					t.Errorf("planned were %d: %v\nmade were %d: %v", len(before.Planned), before.Planned, len(made), made)
				}
				if after.Status != "exhausted" || after.Planned != nil {
					t.Errorf("it is %s, and planned are %v", after.Status, after.Planned)
				}
			})
		}
	}
}

func TestWhateverAnswersWithADeliveryHasItsPlan(t *testing.T) {
	a, id := inTrouble(t, 0, 503)
	for method, path := range map[string]string{"GET": "", "GET ": "/wait?attempts=0&status=pending", "POST": "/attempt"} {
		var r record
		got := a.call(strings.TrimSpace(method), "/_mock/v1/deliveries/"+id+path, "")
		got.into(&r)
		if got.status > 202 || len(r.Planned) < 24 {
			t.Errorf("%s %s answers %d with %v", method, path, got.status, r.Planned)
		}
	}
	var waited struct{ Delivery record }
	a.call("GET", "/_mock/v1/deliveries/"+id+"/wait?attempts=9&timeout=0s", "").want(408).into(&waited)
	if len(waited.Delivery.Planned) != 24 {
		t.Errorf("a wait in vain has %v", waited.Delivery.Planned)
	}
	var r record
	a.call("POST", "/_mock/v1/deliveries/"+id+"/cancel", "").want(200).into(&r)
	if r.Planned != nil || strings.Contains(string(a.call("GET", "/_mock/v1/deliveries/"+id, "").body), `"planned"`) {
		t.Errorf("a cancelled one has %v", r.Planned)
	}
}

func TestADeletedWebhookLeavesOneAttemptOrNone(t *testing.T) {
	for vendor, want := range []int{1, 0} {
		a, id := inTrouble(t, vendor, 503)
		a.advance(`{"by": "2s"}`)
		a.call("DELETE", tellers[vendor].webhook, "").want(204)
		before := a.delivery(id)
		a.advance(`{"by": "48h"}`)
		if after := a.delivery(id); len(before.Planned) != want || len(after.Attempts)-len(before.Attempts) != want || after.Status != "cancelled" {
			t.Errorf("%s: planned were %v, and it became %+v", tellers[vendor].name, before.Planned, after)
		}
	}
}
