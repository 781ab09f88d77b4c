package uip_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"kycmock/mockserver"
)

const apiTestEvent = `{"event":"test","data":{"pong":"Pong"}}`

func TestPingTellsWhetherTheWebhookAnswered200(t *testing.T) {
	t.Parallel()
	const unreachable = "request/webhook-unreachable"
	for _, tt := range []struct {
		name, settings string
		status         int
		code           string // empty for success
	}{
		{"200", `{}`, 200, ""},
		{"201", `{}`, 201, unreachable},
		{"202", `{}`, 202, unreachable},
		{"204", `{}`, 204, unreachable},
		{"301", `{}`, 301, unreachable},
		{"400", `{}`, 400, unreachable},
		{"500", `{}`, 500, unreachable},
		{"204 of a business that accepts it", `{"delivery":{"accepts":"2xx"}}`, 204, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, mockserver.Config{})
			l.settings(tt.settings)
			r := l.receiver(tt.status, 200)
			l.webhook(r.url)
			if a := l.ping(); tt.code == "" {
				a.empty()
			} else {
				a.refused(tt.code)
			}
			l.advance("1h") // it is tried once
			if got := r.got(); !slices.Equal(got, []string{apiTestEvent}) {
				t.Errorf("it was sent %q", got)
			}
		})
	}
}

func TestPingTellsThatTheWebhookIsNotThere(t *testing.T) {
	t.Parallel()
	silent := make(chan struct{})
	for name, handler := range map[string]http.HandlerFunc{
		"one that never answers":   func(http.ResponseWriter, *http.Request) { <-silent },
		"one that hangs up":        func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"one that sends elsewhere": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/there", http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, mockserver.Config{})
			l.settings(`{"delivery":{"timeout":"50ms"}}`)
			server := httptest.NewServer(handler)
			l.webhook(server.URL)
			l.ping().refused("request/webhook-unreachable")
			if name == "one that never answers" {
				close(silent)
			}
			server.Close()
			l.ping().refused("request/webhook-unreachable") // and now it is refused a connection
		})
	}
}

func TestPingWantsAWebhookThatIsAsStrictAsTheBusiness(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	r := l.receiver()
	l.webhook(r.url)
	l.settings(`{"strict":true}`)
	l.unchanged(func() { l.ping().refused("data/corrupt") })
	l.webhook("https://127.0.0.1:1")
	l.ping().refused("request/webhook-unreachable")
	l.control("DELETE", "/uip/businesses/default/webhook", "").wants(204)
	l.ping().refused("request/webhook-missing")
	if got := r.got(); len(got) > 0 {
		t.Errorf("something came: %q", got)
	}
}

func TestPingTakesABodyWithoutReadingIt(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	l.as(labKey, "POST", "/webhook/ping", "application/json", "{not JSON").empty()
}

func TestAProbedWebhookDecidesWhetherASessionBegins(t *testing.T) {
	t.Parallel()
	for _, e := range apiEndpoints() {
		if !e.costs {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, mockserver.Config{})
			l.settings(`{"probeWebhook":true,"balance":1}`)
			sessions := func() string { return l.control("GET", "/sessions", "").wants(200).body }
			empty := sessions()
			atTheProbe := ""
			busy := true
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				atTheProbe = sessions()
				if busy {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
			}))
			t.Cleanup(server.Close)
			l.webhook(server.URL)

			e.by(l, "Bearer "+labKey).refused("request/webhook-unreachable")
			if got := sessions(); got != empty || atTheProbe != empty {
				t.Errorf("there is %s, and at the probe was %s", got, atTheProbe)
			}
			if got := l.balance(); got != 1 {
				t.Errorf("the balance is %v", got)
			}
			busy = false
			e.by(l, "Bearer "+labKey).wants(200)
			if got := sessions(); got == empty || atTheProbe != empty {
				t.Errorf("there is %s, and at the probe was %s", got, atTheProbe)
			}
			l.settings(`{"probeWebhook":true,"strict":true}`)
			l.unchanged(func() { e.by(l, "Bearer "+labKey).refused("data/corrupt") })
		})
	}
}
