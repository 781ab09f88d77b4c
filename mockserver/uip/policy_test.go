package uip_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/uip"
)

// TestRetriesComeWhenTheSettingsSay is the golden test of the schedule.
func TestRetriesComeWhenTheSettingsSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, settings string
		times          []string
	}{
		{"as documented, six attempts", `{}`, []string{"0s", "0s", "5s", "35s", "2m35s", "12m35s"}},
		{"five, of which the immediate one is the first", `{"attempts": 5}`, []string{"0s", "5s", "35s", "2m35s", "12m35s"}},
		{"six, as said", `{"attempts": 6}`, []string{"0s", "0s", "5s", "35s", "2m35s", "12m35s"}},
		{"counted from the first attempt", `{"base": "first"}`, []string{"0s", "0s", "5s", "30s", "2m0s", "10m0s"}},
		{"five, counted from the first attempt", `{"base": "first", "attempts": 5}`, []string{"0s", "5s", "30s", "2m0s", "10m0s"}},
		{"waits of one's own", `{"waits": ["1s", "1h"]}`, []string{"0s", "1s", "1h0m1s"}},
		{"waits of one's own, the first being the first attempt", `{"waits": ["0s", "1s", "1h"], "attempts": 3}`, []string{"0s", "1s", "1h0m1s"}},
		{"waits of one's own from the first attempt", `{"waits": ["1s", "1s", "1h"], "base": "first"}`, []string{"0s", "1s", "1s", "1h0m0s"}},
		{"no retry", `{"waits": []}`, []string{"0s"}},
		{"one wait that is the first attempt", `{"waits": ["7s"], "attempts": 1}`, []string{"0s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, hook := ctlWith(t, ctlDown()...)
			l.settings(`{"delivery": ` + c.settings + `}`)
			begun := l.trigger(ctlObject{"event": "identify"})
			if len(begun.Deliveries) != 1 {
				t.Fatalf("it led to %+v", begun)
			}
			l.idle()
			d := l.delivery(begun.Deliveries[0].ID)
			if !slices.Equal(d.times(), c.times) || d.Status != "exhausted" || d.NextAt != nil {
				t.Errorf("it is %s after attempts at %v, want exhausted after %v", d.Status, d.times(), c.times)
			}
			l.advance("48h")
			requests := hook.requests(t, len(c.times))
			for i, got := range requests {
				if got.body != requests[0].body || got.signature() != requests[0].signature() {
					t.Errorf("attempt %d is\n%s\nwant\n%s", i+1, got.body, requests[0].body)
				}
			}
			var out struct {
				Providers []struct {
					Name     string
					Policies []struct {
						Name string
						Plan []string
					}
				}
			}
			l.call("GET", "/providers", "").wants(200).into(&out)
			for _, p := range out.Providers {
				if p.Name == "uip" && !slices.Equal(ctlDurations(t, p.Policies[0].Plan), ctlDurations(t, c.times[1:])) {
					t.Errorf("its profile says %v", p.Policies[0])
				}
			}
		})
	}
}

func ctlDurations(t *testing.T, texts []string) (all []time.Duration) {
	t.Helper()
	for _, text := range texts {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

func TestOnly200IsSuccess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer  int
		accepts string
		taken   bool
	}{
		{200, "200", true}, {201, "200", false}, {202, "200", false}, {204, "200", false}, {299, "200", false},
		{301, "200", false}, {304, "200", false}, {400, "200", false}, {401, "200", false}, {500, "200", false},
		{200, "2xx", true}, {201, "2xx", true}, {202, "2xx", true}, {204, "2xx", true}, {299, "2xx", true},
		{301, "2xx", false}, {400, "2xx", false}, {503, "2xx", false},
	} {
		t.Run(fmt.Sprintf("%d with accepts %s", c.answer, c.accepts), func(t *testing.T) {
			t.Parallel()
			l, hook := ctlWith(t, c.answer)
			l.settings(`{"delivery": {"accepts": "` + c.accepts + `"}}`)
			id := l.trigger(ctlObject{"event": "sign"}).Deliveries[0].ID
			l.idle()
			want := 2 - ctlCount(c.taken)
			if d := l.delivery(id); d.Status != "delivered" || len(d.Attempts) != want || d.Attempts[0].Status != c.answer {
				t.Errorf("it is %s after %d attempts, want %d: %+v", d.Status, len(d.Attempts), want, d.Attempts)
			}
			hook.requests(t, want)
		})
	}
}

func TestARedirectIsFollowedWhenTheSettingSaysSo(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t, 307, 200)
	l.settings(`{"delivery": {"followRedirects": true}}`)
	id := l.trigger(ctlObject{"event": "sign"}).Deliveries[0].ID
	l.idle()
	if d := l.delivery(id); d.Status != "delivered" || len(d.Attempts) != 1 {
		t.Errorf("it is %s after %d attempts", d.Status, len(d.Attempts))
	}
	got := hook.requests(t, 2)
	if got[0].body != got[1].body || got[1].signature() != uip.Sign(ctlSecret, "", got[1].body) {
		t.Errorf("there it told %s", got[1].body)
	}
}

func TestAReceiverThatTakesTooLongIsTriedAgain(t *testing.T) {
	t.Parallel()
	l := ctlNew(t, mockserver.Config{})
	var slow atomic.Bool // asked by two connections: the first may still be there
	slow.Store(true)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or net/http would not notice a hang-up
		if slow.Swap(false) {
			<-r.Context().Done()
		}
	}))
	defer s.Close()
	l.settings(`{"delivery": {"timeout": "1s"}}`)
	l.webhook(s.URL)
	id := l.trigger(ctlObject{"event": "sign"}).Deliveries[0].ID
	l.idle()
	d := l.delivery(id)
	if d.Status != "delivered" || len(d.Attempts) != 2 || d.Attempts[0].ErrorKind != "timeout" {
		t.Errorf("it is %s after %+v", d.Status, d.Attempts)
	}
}

func TestWhatWaitsGoesToTheWebhookAsItIsOrAsItWas(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, pending, change string
		first, second         int // requests to each webhook
		status                string
		attempts              int
	}{
		{"replaced, current", "current", "replace", 3, 1, "delivered", 4},
		{"replaced, snapshot", "snapshot", "replace", 6, 0, "exhausted", 6},
		{"deleted, current", "current", "delete", 3, 0, "cancelled", 3},
		{"deleted, snapshot", "snapshot", "delete", 6, 0, "exhausted", 6},
		{"deleted and saved again, current", "current", "delete and replace", 3, 0, "cancelled", 3},
		{"left alone", "current", "", 6, 0, "exhausted", 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, first := ctlWith(t, ctlDown()...)
			second := ctlListen(t)
			l.settings(`{"delivery": {"pending": "` + c.pending + `"}}`)
			id := l.trigger(ctlObject{"event": "identify"}).Deliveries[0].ID
			l.advance("5s")
			first.requests(t, 3)
			if strings.HasPrefix(c.change, "delete") {
				l.call("DELETE", "/uip/businesses/default/webhook", "").wants(204)
			}
			if strings.HasSuffix(c.change, "replace") {
				l.webhook(second.URL)
			}
			l.idle()
			if d := l.delivery(id); d.Status != c.status || len(d.Attempts) != c.attempts {
				t.Errorf("it is %s after %d attempts, want %s after %d", d.Status, len(d.Attempts), c.status, c.attempts)
			}
			first.requests(t, c.first)
			second.requests(t, c.second)
		})
	}
}

func TestAfterARotationLaterAttemptsVerifyWithTheNewSecret(t *testing.T) {
	t.Parallel()
	for _, pending := range []string{"current", "snapshot"} {
		for _, way := range []string{"rotate", "save"} {
			t.Run(pending+", "+way, func(t *testing.T) {
				t.Parallel()
				l, hook := ctlWith(t, ctlDown()...)
				l.settings(`{"delivery": {"pending": "` + pending + `"}}`)
				l.trigger(ctlObject{"event": "message"})
				l.advance("34s") // attempts at 0, 0 and 5 seconds
				var saved struct{ Secret string }
				if way == "rotate" {
					l.call("POST", "/uip/businesses/default/webhook/rotate-secret", "").wants(200).into(&saved)
				} else {
					l.call("PUT", "/uip/businesses/default/webhook", ctlObject{"url": hook.URL, "secret": "0B8A6CC0-7F9E-4E7A-8D7E-0123456789AB"}.text()).wants(200).into(&saved)
				}
				l.idle()
				for i, got := range hook.requests(t, 6) {
					secret := ctlSecret
					if i >= 3 {
						secret = saved.Secret
					}
					if want := uip.Sign(secret, "", got.body); got.signature() != want || len(want) != 64 || strings.ToLower(want) != want {
						t.Errorf("attempt %d is signed %s, want %s", i+1, got.signature(), want)
					}
				}
			})
		}
	}
}

func TestATestEventIsTriedOnce(t *testing.T) {
	t.Parallel()
	for _, pending := range []string{"current", "snapshot"} {
		l, hook := ctlWith(t, ctlDown()...)
		l.settings(`{"delivery": {"pending": "` + pending + `"}}`)
		begun := l.trigger(ctlObject{"event": "test"})
		if begun.Session != nil {
			t.Errorf("a test is about %+v", begun.Session)
		}
		l.advance("1h")
		if d := l.delivery(begun.Deliveries[0].ID); d.Status != "exhausted" || len(d.Attempts) != 1 || d.Session != nil {
			t.Errorf("it is %+v", d)
		}
		hook.requests(t, 1)
	}
}

func TestABusinessHasItsOwnUserAgentAndPlan(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t, ctlDown()...)
	l.call("PUT", "/uip/businesses/shop", `{"delivery": {"userAgent": "UIP-Webhook/1.0", "waits": ["1m"]}}`).wants(201)
	l.call("PUT", "/uip/businesses/shop/webhook", ctlObject{"url": hook.URL}.text()).wants(201)
	l.trigger(ctlObject{"event": "test", "account": "shop"})
	l.trigger(ctlObject{"event": "test"})
	l.idle()
	got := hook.requests(t, 2)
	if a, b := got[0].header.Get("User-Agent"), got[1].header.Get("User-Agent"); a != "UIP-Webhook/1.0" || b != "kycmock" {
		t.Errorf("they came from %q and %q", a, b)
	}
	if got[0].signature() == got[1].signature() {
		t.Error("two businesses have one secret")
	}
	if a := l.call("GET", "/providers", "").wants(200); !strings.Contains(a.body, `"webhook of business shop"`) || !strings.Contains(a.body, `"plan":["1m"]`) {
		t.Errorf("the vendor's profile is %s", a.body)
	}
}
