package mockserver_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/memory"
	"kycmock/mockserver/uqudo"
)

func TestUqudosAPIFailsInUqudosWords(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	for _, c := range []struct {
		fault, want string
		status      int
	}{
		{`"jwks-error"`, `{"error":"UNEXPECTED_ERROR","message":"Service Unavailable"}`, 503},
		{`{"name": "jwks-error", "params": {"status": 404}}`, `{"error":"NOT_FOUND","message":"Not Found"}`, 404},
		{`{"name": "api-error", "params": {"route": "GET /api/.well-known/jwks.json", "code": "BUSY"}}`, `{"error":"BUSY","message":"Unexpected error"}`, 500},
	} {
		a.arm(`{"fault": ` + c.fault + `}`)
		if r := a.call("GET", uqudo.JWKSPath, "").want(c.status); string(r.body) != c.want {
			t.Errorf("%s is answered %s, want %s", c.fault, r.body, c.want)
		}
	}
}

func TestTheSampleReceiverLivesThroughWhatGoesWrongWithTheKeySet(t *testing.T) {
	for _, f := range []string{
		`"jwks-error"`, `"jwks-empty"`, `"jwks-malformed"`, `{"name": "api-reset", "params": {"route": "GET /api/.well-known/jwks.json"}}`,
	} {
		t.Run(f, func(t *testing.T) {
			mock := mockserver.Test(t, at(0))
			a := apiOf(t, mock)
			a.listen(mock.URL + "/_mock/receiver/default")
			a.arm(`{"fault": ` + f + `}`)
			id := a.enroll()[0]
			a.advance(`{"to": "idle"}`)
			if r := a.delivery(id); r.Status != "delivered" || len(r.Attempts) != 2 || r.Attempts[0].Status != 503 {
				t.Errorf("it is %+v, want taken at the second attempt", r)
			}
		})
	}
	t.Run("a stale one", func(t *testing.T) {
		mock := mockserver.Test(t, at(0)).Server
		a := apiOf(t, mock)
		a.listen(mock.URL + "/_mock/receiver/default")
		if _, err := mock.RotateKey(nil); err != nil {
			t.Fatal(err)
		}
		a.arm(`{"fault": "jwks-stale"}`)
		id := a.enroll()[0]
		a.advance(`{"to": "idle"}`)
		if r := a.delivery(id); r.Status != "delivered" || len(r.Attempts) != 2 || r.Attempts[0].Status != 401 {
			t.Errorf("it is %+v, want taken at the second attempt", r)
		}
	})
}

// In a bubble the receiver's patience passes at once.
func TestASlowKeySetCostsTheSampleReceiverItsPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := memory.New()
		mock := mockserver.Test(t, mockserver.Config{
			Listener: network.Listen("mock.test"), Dial: network.Dial, Clock: clock.New(start, 0),
		})
		mock.Arm(mockserver.Rule{Fault: fault.Fault{Name: fault.JWKSSlow, Params: map[string]any{"by": "5m"}}})
		mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: mock.URL + "/_mock/receiver/default"})
		d := mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
		mock.AdvanceToIdle()
		r := d.Record()
		if r.Status != delivery.Delivered || len(r.Attempts) != 2 {
			t.Fatalf("it is %s after %d attempts", r.Status, len(r.Attempts))
		}
		first := r.Attempts[0]
		if took := time.Duration(first.TookMs * float64(time.Millisecond)); first.Status != 503 || took != 5*time.Second ||
			!strings.Contains(first.Response.Body, context.DeadlineExceeded.Error()) {
			t.Errorf("the first attempt was answered %d after %s: %s", first.Status, took, first.Response.Body)
		}
	})
}
