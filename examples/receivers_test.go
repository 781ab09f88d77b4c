// Package examples holds no code of its own, only the tests of the examples: each
// is started and exercised as far as a machine without a Docker daemon can, and
// the rest is read and held against the command that it calls.
package examples

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
	"kycmock/scenarios"
)

// notAsked are scenarios for receivers of a kind that the examples are not of.
func notAsked() []string {
	return []string{
		"uqudo-wrong-credentials", // for those that check Basic credentials
	}
}

// A front is one address at which one mock after another stands, so that a
// receiver can be told the address once and every scenario has a mock of its own.
type front struct {
	*httptest.Server
	mock  atomic.Pointer[mockserver.Server]
	mocks uint64 // that there were
}

func newFront(t *testing.T) *front {
	t.Helper()
	f := &front{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mock.Load().ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

// another puts a new mock there, whose clock stands. Each has a seed of its own,
// or the receiver would know the keys that it rotates to.
func (f *front) another(t *testing.T) *mockserver.Server {
	t.Helper()
	still := clock.New(time.Time{}, 0)
	t.Cleanup(still.Close)
	f.mocks++
	seed := f.mocks
	mock, err := mockserver.New(mockserver.Config{Clock: still, Seed: &seed, PublicURL: f.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mock.Close() })
	f.mock.Store(mock)
	return mock
}

// Every receiver passes all scenarios that ask what it is there for, and takes
// each good event of both vendors, once.
func TestEachReceiverVerifiesAndTakesOnce(t *testing.T) {
	for _, language := range []string{"go", "node", "python", "java"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			f := newFront(t)
			f.another(t)
			r := start(t, language, f.URL)
			takesEachGoodEventOnce(t, f.another(t), r)
			breaksOnNothing(t, f.another(t), r)
			for _, story := range scenarios.BuiltIn() {
				if slices.Contains(notAsked(), story.Name) {
					continue
				}
				t.Run(story.Name, func(t *testing.T) { passes(t, f.another(t), r, story) })
			}
		})
	}
}

func passes(t *testing.T, mock *mockserver.Server, r *receiver, story scenarios.Scenario) {
	seed := mock.Seed()
	vars := map[string]string{}
	if _, has := story.Vars["patience"]; has {
		vars["patience"] = "8s" // for a machine that is busy
	}
	result, err := scenarios.Play(t.Context(), mock.World(), story, scenarios.Options{
		URL: r.url + "/" + story.Provider, Vars: vars, Seed: &seed, Include: mock.Scenarios().Find, Limit: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	if result.Status == scenarios.Passed {
		return
	}
	t.Errorf("it is %s: %s", result.Status, result.Detail)
	for _, s := range result.Steps {
		if s.Status != scenarios.Passed {
			t.Errorf("%s %s: %s", s.Path, s.Name, s.Detail)
		}
	}
}

// good is an event that a receiver takes, and what it says of it.
type good struct {
	provider, event, data, says string
}

func goodEvents() []good {
	return []good{
		{"uqudo", "enrollment", ``, "uqudo session "},
		{"uqudo", "reading", ``, "uqudo session "},
		{"uqudo", "lookup", ``, "uqudo session "},
		{"uqudo", "face", ``, "uqudo session "},
		{"uip", "test", ``, ""},
		{"uip", "identify", ``, "uip identify "},
		{"uip", "sign", ``, "uip sign "},
		{"uip", "message", `{"status": "signed"}`, " signed"},
		{"uip", "message", `{"status": "declined"}`, " declined"},
	}
}

// takesEachGoodEventOnce sends every event twice.
func takesEachGoodEventOnce(t *testing.T, mock *mockserver.Server, r *receiver) {
	t.Helper()
	for vendor, config := range map[string]any{
		"uqudo": uqudo.Webhook{URL: r.url + "/uqudo", SecurityType: uqudo.SecurityNone},
		"uip":   map[string]string{"url": r.url + "/uip"},
	} {
		name := map[string]string{"uqudo": "global", "uip": "default"}[vendor]
		if _, err := mock.SaveWebhook(t.Context(), vendor, provider.DefaultAccount, name, config); err != nil {
			t.Fatal(err)
		}
	}
	told := map[string]bool{}
	for _, g := range goodEvents() {
		wish := provider.Trigger{Provider: g.provider, Event: g.event}
		if g.data != "" {
			wish.Data = json.RawMessage(g.data)
		}
		outcome, err := mock.Trigger(t.Context(), wish)
		if err != nil || len(outcome.Deliveries) != 1 {
			t.Fatalf("%s %s: %v, %d deliveries", g.provider, g.event, err, len(outcome.Deliveries))
		}
		first := outcome.Deliveries[0].ID
		delivered(t, mock, first)
		if g.says != "" {
			line := r.next(t)
			if told[line] || !strings.Contains(line+"\n", g.says) {
				t.Errorf("of %s %s %s it says %q, wanted %q", g.provider, g.event, g.data, line, g.says)
			}
			told[line] = true
		}
		again, err := mock.Redeliver(first)
		if err != nil {
			t.Fatal(err)
		}
		delivered(t, mock, again.ID)
	}
	// What it says next, it says of what comes next.
	last, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "uqudo", Event: "enrollment"})
	if err != nil {
		t.Fatal(err)
	}
	if line, want := r.next(t), "uqudo session "+last.Session.ID; line != want {
		t.Errorf("it says %q, wanted %q", line, want)
	}
}

// delivered wants the first attempt to be taken, with 200.
func delivered(t *testing.T, mock *mockserver.Server, id string) {
	t.Helper()
	record, err := mock.Wait(deadline(t), id, func(r delivery.Record) bool { return len(r.Attempts) > 0 })
	if err != nil || record.Status != delivery.Delivered || record.Attempts[0].Status != http.StatusOK {
		t.Errorf("the delivery of %s is %s after %+v, %v", record.Event, record.Status, record.Attempts, err)
	}
}

// A receiver that was told another secret, or another client, takes nothing.
func TestAReceiverRefusesWhatIsForSomebodyElse(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	mock := f.another(t)
	r := start(t, "go", f.URL, "UQUDO_CLIENT_ID=00000000-0000-4000-8000-000000000000", "UIP_SECRET=00000000-0000-4000-8000-000000000000")
	for _, name := range []string{"uqudo-enrollment", "uip-identify"} {
		story, _ := mock.Scenarios().Find(name)
		result, err := scenarios.Play(t.Context(), mock.World(), story, scenarios.Options{URL: r.url + "/" + story.Provider})
		if err != nil || result.Status != scenarios.Failed {
			t.Errorf("%s is %s, %v", name, result.Status, err)
		}
	}
}
