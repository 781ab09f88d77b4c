package uip_test

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"kycmock/mockserver"
)

// balance is that of the business default.
func (l lab) balance() float64 {
	l.Helper()
	var b struct{ Balance *float64 }
	if l.control("GET", "/uip/businesses/default", "").wants(200).into(&b); b.Balance == nil {
		l.Fatal("there is no balance")
	}
	return *b.Balance
}

func TestWhatSucceedsIsCharged(t *testing.T) {
	t.Parallel()
	message := func(required string, files ...labFile) func(lab) string {
		return func(l lab) string {
			return l.sendFiles(labMessage("signature_required", required), files...).wants(200).text("message_id")
		}
	}
	signed := func(begin func(lab) string) func(lab) string {
		return func(l lab) string {
			id := begin(l)
			l.act("messages", id, "sign")
			return id
		}
	}
	ended := func(begin func(lab) string, verb string) func(lab) string {
		return func(l lab) string { id := begin(l); l.act("sessions", id, verb); return id }
	}
	for _, tt := range []struct {
		name string
		do   func(l lab) string
		left float64 // of 5 USD
	}{
		{"an identification that waits", lab.identify, 5},
		{"an identification", ended(lab.identify, "complete"), 4.99},
		{"an identification that was cancelled", ended(lab.identify, "cancel"), 5},
		{"an identification that expired", func(l lab) string { id := l.identify(); l.advance("5m"); return id }, 5},
		{"a signature that waits", lab.sign, 5},
		{"a signature", ended(lab.sign, "complete"), 4.97},
		{"a signature that was declined", ended(lab.sign, "decline"), 5},
		{"a message", message("false"), 4.97},
		{"a message that waits for its signature", message("true"), 4.97},
		{"a message that was signed", signed(message("true")), 4.97},
		{"a message with a PDF", message("true", labPDF("x")), 4.9},
		{"a message with PDFs, signed", signed(message("true", labPDF("x"), labPDF("y"))), 4.9},
		{"a ping and an audit", func(l lab) string {
			l.ping().empty()
			l.audit("audit_unknown").wants(404)
			return ""
		}, 5},
		{"an invalidation", func(l lab) string {
			id := message("true")(l)
			l.post("/invalidate", `{"message_id":"`+id+`"}`).empty()
			return id
		}, 4.97},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLabWithWebhook(t)
			l.settings(`{"balance":5}`)
			if tt.do(l); l.balance() != tt.left {
				t.Errorf("left of 5 are %v, want %v", l.balance(), tt.left)
			}
		})
	}
}

func TestABalanceCoversAPriceToTheCent(t *testing.T) {
	t.Parallel()
	sign := `{"intent":"Lease","signature_information":"All of it"}`
	for _, tt := range []struct {
		name         string
		enough, less float64
		call         func(l lab) labAnswer
	}{
		{"identify", 0.01, 0.0099, func(l lab) labAnswer { return l.post("/identify", `{"intent":"Hello"}`) }},
		{"sign", 0.03, 0.0299, func(l lab) labAnswer { return l.post("/sign", sign) }},
		{"message", 0.03, 0.0299, func(l lab) labAnswer { return l.send(labMessage()) }},
		{"message with PDFs", 0.10, 0.0999, func(l lab) labAnswer { return l.sendFiles(labMessage(), labPDF("x"), labPDF("y")) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLabWithWebhook(t)
			for _, balance := range []float64{tt.less, 0, -5} {
				l.settings(fmt.Sprintf(`{"balance":%v}`, balance))
				l.unchanged(func() { tt.call(l).refused("payment/insufficient-funds") })
			}
			l.settings(fmt.Sprintf(`{"balance":%v}`, tt.enough))
			tt.call(l).wants(200)
		})
	}
}

func TestABalanceIsUsedUpToTheLastCent(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	l.settings(`{"balance":0.3}`)
	for range 10 { // 0.3 is not 10 times 0.03 in binary
		l.send(labMessage()).wants(200)
	}
	l.send(labMessage()).refused("payment/insufficient-funds")
	if got := l.balance(); got != 0 {
		t.Errorf("the balance is %v", got)
	}
}

func TestABalanceStaysANumberHoweverLarge(t *testing.T) {
	t.Parallel()
	for _, balance := range []float64{1e308, 1e15, 12345678.9, 0.0300001} {
		l := newLabWithWebhook(t)
		l.settings(fmt.Sprintf(`{"balance":%v}`, balance))
		l.send(labMessage()).wants(200)
		if got := l.balance(); math.Abs(got-(balance-0.03)) > max(balance*1e-15, 1e-4) {
			t.Errorf("left of %v are %v", balance, got)
		}
	}
}

// TestMessagesSideBySideNeverOverspend holds all of them at the probe, when
// each has found the balance good enough.
func TestMessagesSideBySideNeverOverspend(t *testing.T) {
	t.Parallel()
	const messages = 30
	l := newLab(t, mockserver.Config{})
	l.settings(`{"balance":0.3,"probeWebhook":true}`) // ten messages
	var probes, wait sync.WaitGroup
	probes.Add(messages)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		probes.Done()
		probes.Wait()
	}))
	t.Cleanup(server.Close)
	l.webhook(server.URL)
	answers := make([]labAnswer, messages)
	for i := range answers {
		wait.Go(func() { answers[i] = l.send(labMessage()) })
	}
	wait.Wait()
	sent := 0
	for _, a := range answers {
		if a.status == 200 {
			sent++
			continue
		}
		a.refused("payment/insufficient-funds")
	}
	var list struct{ Sessions []struct{ ID string } }
	l.control("GET", "/sessions", "").wants(200).into(&list)
	if sent != 10 || len(list.Sessions) != 10 || l.balance() != 0 {
		t.Errorf("%d were sent, there are %d and %v USD, want 10, 10 and 0", sent, len(list.Sessions), l.balance())
	}
}

func TestWhatWasBegunIsChargedAlthoughTheBalanceIsUsedUp(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	r := l.receiver()
	l.webhook(r.url)
	l.settings(`{"balance":0.03}`)
	first, second := l.sign(), l.sign()
	l.complete(first)
	l.complete(second)
	l.advance("0s")
	if got := l.balance(); got != -0.03 || len(r.got()) != 2 {
		t.Errorf("the balance is %v after %d events, want -0.03 after 2", got, len(r.got()))
	}
}

func TestWithoutABalanceNothingIsCharged(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	l.settings(`{"balance":null}`)
	l.complete(l.sign())
	l.sendFiles(labMessage(), labPDF("x")).wants(200)
	var b struct{ Balance *float64 }
	if l.control("GET", "/uip/businesses/default", "").into(&b); b.Balance != nil {
		t.Errorf("there is a balance of %v", *b.Balance)
	}
}
