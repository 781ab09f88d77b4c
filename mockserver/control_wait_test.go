package mockserver_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
)

func TestWaitAnswersWhenTheConditionHolds(t *testing.T) {
	for _, c := range []struct {
		name, query string
		statuses    []int
		status      string
		attempts    int
	}{
		{"any final status, by default", "", []int{503, 503}, "delivered", 3},
		{"any final status", "status=any", []int{503, 503}, "delivered", 3},
		{"a status", "status=delivered", []int{503}, "delivered", 2},
		{"the end of all retries", "status=exhausted", slices.Repeat([]int{500}, 25), "exhausted", 25},
		{"a number of attempts", "attempts=2", []int{503, 503}, "pending", 2},
		{"more attempts than asked for", "attempts=1&status=delivered", []int{503}, "delivered", 2},
		{"pending and attempts", "status=pending&attempts=1", []int{503}, "pending", 1},
		{"attempts and any final status", "status=any&attempts=2", []int{503}, "delivered", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			mock := mockserver.Test(t, at(0))
			a := apiOf(t, mock)
			a.listen(newHook(t, c.statuses...).URL)
			id := a.enroll()[0]
			answer := make(chan reply, 1)
			go func() { answer <- a.call("GET", "/_mock/v1/deliveries/"+id+"/wait?"+c.query, "") }()
			for made := 1; made < c.attempts; made++ {
				a.advance(`{"to": "next"}`)
			}
			var r record
			(<-answer).want(200).into(&r)
			if r.ID != id || len(r.Attempts) < c.attempts || r.Status != c.status {
				t.Errorf("it is %s after %d attempts, want %s after %d", r.Status, len(r.Attempts), c.status, c.attempts)
			}
		})
	}
}

func TestAWaitInVainTellsWhatItWaitedForAndHowThingsStand(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	url := newHook(t, 503).URL
	a.call("PUT", globalWebhook, `{"url": "`+url+`", "securityType": "BASIC_AUTHENTICATION", "userId": "u", "password": "secret-of-a-test"}`).want(201)
	id := a.enroll()[0]
	a.advance(`{"by": "0s"}`)
	for query, want := range map[string]string{
		"":                            "waiting for any final status",
		"status=delivered":            "waiting for status delivered",
		"attempts=3":                  "waiting for at least 3 attempts",
		"status=exhausted&attempts=7": "waiting for status exhausted and at least 7 attempts",
	} {
		r := a.call("GET", "/_mock/v1/deliveries/"+id+"/wait?timeout=20ms&"+query, "")
		p := r.problem(408)
		if !strings.Contains(p.Detail, want) || !strings.Contains(p.Detail, "pending after 1 attempt") {
			t.Errorf("%s: the problem says %q, want %q", query, p.Detail, want)
		}
		var stands struct{ Delivery record }
		r.into(&stands)
		if d := stands.Delivery; d.ID != id || d.Status != "pending" || len(d.Attempts) != 1 {
			t.Errorf("%s: the delivery is %+v", query, d)
		}
		if got := stands.Delivery.Attempts[0].Request.Headers["Authorization"]; !slices.Equal(got, []string{"***"}) {
			t.Errorf("%s: it shows %q", query, got)
		}
	}
}

func TestAWaitForWhatCanNoLongerBeEndsAtOnce(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listen(newHook(t).URL)
	id := a.enroll()[0]
	a.advance(`{"by": "0s"}`)
	for query, want := range map[string]string{
		"status=exhausted":            "waiting for status exhausted",
		"status=pending":              "waiting for status pending",
		"status=cancelled&attempts=1": "waiting for status cancelled and at least 1 attempt",
	} {
		r := a.call("GET", "/_mock/v1/deliveries/"+id+"/wait?timeout=10m&"+query, "")
		if p := r.problem(409); !strings.Contains(p.Detail, want) || !strings.Contains(p.Detail, "delivered after 1 attempt, for good") {
			t.Errorf("%s: the problem says %q, want %q", query, p.Detail, want)
		}
		var stands struct{ Delivery record }
		if r.into(&stands); stands.Delivery.ID != id || stands.Delivery.Status != "delivered" {
			t.Errorf("%s: the delivery is %+v", query, stands.Delivery)
		}
	}
}

func TestAWaitThatCannotBeIsRefused(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listen(newHook(t).URL)
	id := a.enroll()[0]
	for query, locations := range map[string][]string{
		"status=done":                         {"query.status"},
		"timeout=5":                           {"query.timeout"},
		"timeout=-1s":                         {"query.timeout"},
		"timeout=10m1s":                       {"query.timeout"},
		"attempts=-1":                         {"query.attempts"},
		"attempts=many":                       {"query.attempts"},
		"until=delivered":                     {"query.until"},
		"status=done&timeout=soon&attempts=x": {"query.status", "query.timeout", "query.attempts"},
	} {
		got := a.call("GET", "/_mock/v1/deliveries/"+id+"/wait?"+query, "").problem(422).locations()
		slices.Sort(got)
		slices.Sort(locations)
		if !slices.Equal(got, locations) {
			t.Errorf("%s: found something at %v, want %v", query, got, locations)
		}
	}
}

func TestADeliveryIsMadeAgain(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	h := newHook(t)
	a.listen(h.URL)
	id := a.enroll()[0]
	a.advance(`{"by": "1m"}`)
	var again record
	a.call("POST", "/_mock/v1/deliveries/"+id+"/redeliver", "").want(202).into(&again)
	if again.ID == id || again.RedeliveryOf == nil || *again.RedeliveryOf != id || again.Status != "pending" || again.Attempts == nil {
		t.Errorf("the new delivery is %+v", again)
	}
	a.advance(`{"by": "0s"}`)
	bodies := h.received()
	if len(bodies) != 2 || bodies[0] != bodies[1] || a.delivery(again.ID).Status != "delivered" {
		t.Errorf("%d requests were received, want the same bytes twice", len(bodies))
	}
	if first := a.delivery(id); len(first.Attempts) != 1 || first.RedeliveryOf != nil {
		t.Errorf("the first delivery became %+v", first)
	}
}

func TestAnAttemptIsMadeEarlyAndTheOthersKeepTheirTimes(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listen(newHook(t, 503, 503).URL)
	id := a.enroll()[0]
	a.advance(`{"by": "1m"}`)
	var r record
	a.call("POST", "/_mock/v1/deliveries/"+id+"/attempt", "").want(202).into(&r)
	a.advance(`{"by": "0s"}`)
	r = a.delivery(id)
	if len(r.Attempts) != 2 || !r.Attempts[1].At.Equal(start.Add(time.Minute)) {
		t.Fatalf("the attempts are %+v, want one a minute early enough", r.Attempts)
	}
	if r.NextAt == nil || !r.NextAt.Equal(start.Add(10*time.Minute)) {
		t.Errorf("the next attempt is due at %v, want ten minutes after the first", r.NextAt)
	}
	a.advance(`{"to": "idle"}`)
	for _, verb := range []string{"attempt", "cancel"} {
		if p := a.call("POST", "/_mock/v1/deliveries/"+id+"/"+verb, "").problem(409); !strings.Contains(p.Detail, "delivered already") {
			t.Errorf("%s: the problem says %q", verb, p.Detail)
		}
	}
}

func TestADeliveryIsCalledOffAlsoInTheMiddleOfAnAttempt(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	began, gone := make(chan struct{}), make(chan struct{})
	hung := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or net/http would not notice a hang-up
		close(began)
		<-r.Context().Done()
		close(gone)
	}))
	defer hung.Close()
	a.listen(hung.URL)
	id := a.enroll()[0]
	<-began
	if p := a.call("POST", "/_mock/v1/deliveries/"+id+"/attempt", "").problem(409); !strings.Contains(p.Detail, "right now") {
		t.Errorf("the problem says %q", p.Detail)
	}
	var r record
	a.call("POST", "/_mock/v1/deliveries/"+id+"/cancel", "").want(200).into(&r)
	if r.Status != "cancelled" || r.NextAt != nil || r.CancelReason == "" {
		t.Errorf("it became %+v", r)
	}
	<-gone
	a.advance(`{"by": "2h"}`)
	if r := a.delivery(id); r.Status != "cancelled" || len(r.Attempts) != 1 || r.Attempts[0].ErrorKind != "aborted" {
		t.Errorf("two hours later it is %+v, want the one attempt that was cut off", r)
	}
	a.call("POST", "/_mock/v1/deliveries/"+id+"/cancel", "").problem(409)
}

// A client that hangs up ends its wait: a mock that waited on would keep it
// for ten minutes.
func TestAWaitEndsWithItsClient(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	a := apiOf(t, mock)
	a.listen(newHook(t, 503).URL)
	id := a.enroll()[0]
	ctx, hangUp := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r := httptest.NewRequest("GET", "/_mock/v1/deliveries/"+id+"/wait?timeout=10m", nil)
		mock.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
	}()
	hangUp()
	<-done
}
