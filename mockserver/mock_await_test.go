package mockserver_test

import (
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
)

func TestAWaitInVainSaysWhatCameClosest(t *testing.T) {
	const (
		place    = "event enrollment, webhook global of uqudo account default, "
		standing = "; next at 2026-03-01T09:10:00Z, and the clock stands: Advance it"
	)
	for _, c := range []struct {
		name string
		use  func(t *testing.T, m *mockserver.Mock)
		want string
	}{
		{"only time is missing", func(t *testing.T, m *mockserver.Mock) {
			down(t, m, 503, 503)
			m.Uqudo().Enroll(uqudo.SessionData{})
			m.Advance(5 * time.Minute)
			m.Patience = brief
			m.Await(mockserver.Want{Event: "enrollment", Status: delivery.Delivered})
		}, "no delivery with event enrollment and status delivered within 20ms; closest is dlv_1: " + place + "status pending after 2 attempts that were answered 503, 503" + standing},
		{"an attempt is missing", func(t *testing.T, m *mockserver.Mock) {
			down(t, m, 503, 503)
			m.Uqudo().Enroll(uqudo.SessionData{})
			m.Advance(5 * time.Minute)
			m.Patience = brief
			m.Await(mockserver.Want{Provider: "uqudo", Attempts: 3})
		}, "no delivery with provider uqudo and attempts 3 or more within 20ms; closest is dlv_1: " + place + "status pending after 2 attempts that were answered 503, 503" + standing},
		{"nothing answered", func(t *testing.T, m *mockserver.Mock) {
			m.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: "http://127.0.0.1:1/"})
			m.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
			m.Patience = brief
			m.Await(mockserver.Want{Status: delivery.Exhausted})
		}, "no delivery with status exhausted within 20ms; closest is dlv_1: " + place + "status pending after 1 attempt that was answered nothing (refused); next at 2026-03-01T09:05:00Z, and the clock stands: Advance it"},
		{"the newest of those that are as close", func(t *testing.T, m *mockserver.Mock) {
			down(t, m)
			m.Uqudo().Complete(uqudo.FlowLookup, uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
			m.Uqudo().Enroll(uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
			m.Patience = brief
			m.Await(mockserver.Want{Event: "reading", Webhook: "global", Account: "default"})
		}, "no delivery with account default, webhook global and event reading within 20ms; closest is dlv_1: " + place + "status delivered after 1 attempt that was answered 200"},
		{"the event counts for more than the status", func(t *testing.T, m *mockserver.Mock) {
			down(t, m, 503)
			m.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
			m.Uqudo().Complete(uqudo.FlowLookup, uqudo.SessionData{}).Delivery().Wait(delivery.Delivered)
			m.Patience = brief
			m.Await(mockserver.Want{Event: "enrollment", Status: delivery.Delivered, Attempts: 1})
		}, "no delivery with event enrollment, status delivered and attempts 1 or more within 20ms; closest is dlv_1: " + place + "status pending after 1 attempt that was answered 503; next at 2026-03-01T09:05:00Z, and the clock stands: Advance it"},
		{"a person has yet to act, beside another delivery", func(t *testing.T, m *mockserver.Mock) {
			m.UIP().SaveWebhook(newHook(t).URL)
			m.UIP().Test().Wait(delivery.Delivered)
			m.UIP().Sign(uip.SignData{Status: uip.StatusPending})
			m.Patience = brief
			m.Await(mockserver.Want{Provider: "uip", Event: "sign"})
		}, "no delivery with provider uip and event sign within 20ms; closest is dlv_1: event test, webhook default of uip account default, status delivered after 1 attempt that was answered 200; session sess_2 of event sign waits for its person to act"},
		{"another session", func(t *testing.T, m *mockserver.Mock) {
			down(t, m)
			d := m.Uqudo().Enroll(uqudo.SessionData{SessionID: "00000000-0000-4000-8000-000000000001"}).Delivery()
			d.Wait(delivery.Delivered)
			m.Patience = brief
			m.Await(mockserver.Want{Session: "00000000-0000-4000-8000-000000000002", Provider: "uqudo"})
		}, "no delivery with provider uqudo and session uuid_1 within 20ms; closest is dlv_2: " + place + "status delivered after 1 attempt that was answered 200; it tells about session uuid_3"},
		{"no webhook is set", func(_ *testing.T, m *mockserver.Mock) {
			m.Uqudo().Enroll(uqudo.SessionData{})
			m.Patience = brief
			m.Await(mockserver.Want{Event: "enrollment"})
		}, "no delivery with event enrollment within 20ms; there is none at all; the webhook global of uqudo account default is not set"},
		{"no webhook of the account that is meant", func(t *testing.T, m *mockserver.Mock) {
			down(t, m)
			m.Patience = brief
			m.Await(mockserver.Want{Provider: "uqudo", Account: "other"})
		}, "no delivery with provider uqudo and account other within 20ms; there is none at all; the webhook global of uqudo account other is not set"},
		{"no webhook at all", func(_ *testing.T, m *mockserver.Mock) {
			m.Patience = brief
			m.NextDelivery()
		},
			"no other delivery began within 20ms: there is none at all; the webhook global of uqudo account default is not set; the webhook default of uip account default is not set"},
		{"a person has yet to act", func(t *testing.T, m *mockserver.Mock) {
			m.UIP().SaveWebhook(newHook(t).URL)
			m.UIP().Sign(uip.SignData{Status: uip.StatusPending})
			m.Patience = brief
			m.Await(mockserver.Want{Event: "sign"})
		}, "no delivery with event sign within 20ms; there is none at all; session sess_1 of event sign waits for its person to act"},
		{"all were taken", func(t *testing.T, m *mockserver.Mock) {
			down(t, m)
			m.UIP().SaveWebhook(newHook(t).URL)
			m.Uqudo().Enroll(uqudo.SessionData{})
			m.NextDelivery().Wait(delivery.Delivered)
			m.Patience = brief
			m.NextDelivery()
		}, "no other delivery began within 20ms: dlv_1 was taken before"},
		{"the delivery ended otherwise", func(t *testing.T, m *mockserver.Mock) {
			down(t, m)
			d := m.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
			d.Wait(delivery.Delivered)
			m.Patience = brief
			d.Wait(delivery.Exhausted)
		}, "delivery dlv_1 will not have the status exhausted any more: " + place + "status delivered after 1 attempt that was answered 200"},
		{"the delivery is still on its way", func(t *testing.T, m *mockserver.Mock) {
			down(t, m, 503, 503)
			d := m.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
			m.Advance(5 * time.Minute)
			m.Patience = brief
			d.WaitAttempts(3)
		}, "delivery dlv_1 did not have 3 attempts within 20ms: " + place + "status pending after 2 attempts that were answered 503, 503" + standing},
		{"it was called off", func(t *testing.T, m *mockserver.Mock) {
			m.UIP().SaveWebhook(newHook(t, 500, 500).URL)
			d := m.UIP().Identify(uip.IdentifyData{}).Delivery()
			d.WaitAttempts(2)
			d.Cancel()
			m.Patience = brief
			d.Wait(delivery.Delivered)
		}, "delivery dlv_1 will not have the status delivered any more: event identify, webhook default of uip account default, status cancelled after 2 attempts that were answered 500, 500; it was called off because "},
		{"nobody called UIP", func(_ *testing.T, m *mockserver.Mock) {
			m.Patience = brief
			m.UIP().NextSession()
		},
			"no other session or message began within 20ms through UIP's API at http://127.0.0.1:PORT/uip/v1 for business default, whose API key is uip-test-key, and it has no webhook, without which UIP refuses every call: SaveWebhook sets it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := said(t, mockserver.Config{}, func(tb mockserver.TB, m *mockserver.Mock) {
				c.use(t, m)
				tb.Errorf("it went on")
			})
			if len(got) == 1 {
				got[0] = port.ReplaceAllString(got[0], "127.0.0.1:PORT/")
			}
			if len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
				t.Errorf("it says\n%q\nwant\n%q", got, c.want)
			}
		})
	}
}

// What is waited for may come while it is waited for, on a clock that runs.
func TestAwaitReturnsWhenItHappens(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{Clock: clock.New(time.Time{}, 6000)})
	mock.UIP().SaveWebhook(newHook(t, 500, 500, 500).URL)
	going := make(chan struct{})
	go func() {
		defer close(going)
		data := []byte(`{}`)
		if _, err := mock.Server.Trigger(t.Context(), triggerOf("uip", "identify", data)); err != nil {
			t.Error(err)
		}
	}()
	d := mock.Await(mockserver.Want{Event: "identify", Status: delivery.Delivered, Attempts: 4})
	d.WantAnswers(500, 500, 500, 200)
	<-going
}

func TestDeliveriesAreTakenInTheirOrderOnce(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	down(t, mock)
	var want []string
	for range 3 {
		want = append(want, mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().ID)
	}
	want = append(want, mock.Delivery(want[0]).Redeliver().ID)
	for i, id := range want {
		if got := mock.NextDelivery(); got.ID != id {
			t.Errorf("delivery %d is %s, want %s", i+1, got.ID, id)
		}
	}
	mock.Reset(false)
	copies := mock.Uqudo().Enroll(uqudo.SessionData{}, fault.Fault{Name: fault.Duplicate}).Deliveries()
	for i, d := range copies {
		if got := mock.NextDelivery(); got != d {
			t.Errorf("copy %d is %s, want %s", i, got.ID, d.ID)
		}
	}
}

func TestWhatCannotBeIsNotWaitedFor(t *testing.T) {
	for _, c := range []struct {
		want mockserver.Want
		says string
	}{
		{mockserver.Want{Event: "enrolment"}, "no delivery can have the event enrolment, did you mean enrollment?"},
		{mockserver.Want{Status: "deliverd"}, "no delivery can have the status deliverd, did you mean delivered?"},
		{mockserver.Want{Provider: "stripe"}, "no delivery can have the provider stripe, want one of uqudo, uip"},
	} {
		got := said(t, mockserver.Config{}, func(_ mockserver.TB, m *mockserver.Mock) {
			m.Patience = time.Hour
			m.Await(c.want)
		})
		if len(got) != 1 || !strings.Contains(got[0], c.says) {
			t.Errorf("it says %q, want %q", got, c.says)
		}
	}
}
