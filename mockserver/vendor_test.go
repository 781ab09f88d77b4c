package mockserver_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/gorilla/mux"

	mockproblem "kycmock/mockserver/problem"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/conformance"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/provider"
)

// keeper is a toy whose sessions wait, with a receipt for each, and which notes
// what it is asked.
type keeper struct {
	*toy
	receipts *journal.Table[string]
	asked    *[]string
}

func newKeeper(asked *[]string) provider.New {
	return func(env provider.Env) (provider.Provider, error) {
		p, err := newToy(env)
		if err != nil {
			return nil, err
		}
		env.Sessions.Own("toy.receipt")
		receipts, err := journal.NewTable[string](env.Journal, "toy.receipt")
		return keeper{p.(*toy), receipts, asked}, err
	}
}

func (k keeper) Trigger(_ context.Context, t provider.Trigger) (provider.Outcome, error) {
	session := provider.Session{ID: k.env.NewID("toy_"), Provider: "toy", Account: "default", Event: t.Event, Waiting: true}
	k.env.Sessions.Add(session)
	k.receipts.Put(session.ID, "paid")
	return provider.Outcome{Session: &session}, nil
}

func (k keeper) Act(_ context.Context, session, verb string, data json.RawMessage) error {
	*k.asked = append(*k.asked, fmt.Sprintf("%s %s %s", verb, session, data))
	return nil
}

func (k keeper) Resume() {
	waiting := 0
	for _, s := range k.env.Sessions.All() {
		if s.Waiting {
			waiting++
		}
	}
	*k.asked = append(*k.asked, fmt.Sprintf("resume %d", waiting))
}

func (k keeper) Mount(r *mux.Router) {
	r.HandleFunc("/swallow", func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		tooLarge := new(http.MaxBytesError)
		if errors.As(err, &tooLarge) {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
		fmt.Fprint(w, n)
	})
}

func TestAVendorWithTimersIsToldToResumeAtTheStartAndAfterAReset(t *testing.T) {
	store, asked := &conformance.Shelf{}, []string{}
	start := func() *mockserver.Server {
		mock, err := mockserver.Start(mockserver.Config{Store: store, Clock: clock.New(start, 0), Providers: []provider.New{newKeeper(&asked)}})
		if err != nil {
			t.Fatal(err)
		}
		return mock
	}
	mock := start()
	for range 2 {
		if _, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "toy", Event: "squeak"}); err != nil {
			t.Fatal(err)
		}
	}
	end(t, mock)
	mock = start()
	if cleared := mock.Reset(false); cleared["session"] != 2 || cleared["toy.receipt"] != 2 {
		t.Errorf("a reset cleared %v", cleared)
	}
	mock.Reset(true)
	end(t, mock)
	if want := []string{"resume 0", "resume 2", "resume 0", "resume 0"}; !slices.Equal(asked, want) {
		t.Errorf("it was told %q, want %q", asked, want)
	}
}

func TestAnActIsTheSessionsVendors(t *testing.T) {
	asked := []string{}
	mock := mockserver.Test(t, mockserver.Config{Providers: []provider.New{newKeeper(&asked)}}).Server
	outcome, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "toy", Event: "squeak"})
	if err != nil {
		t.Fatal(err)
	}
	id := outcome.Session.ID
	for _, data := range []any{nil, map[string]int{"softly": 1}, json.RawMessage(`[2]`)} {
		if err := mock.Act(t.Context(), id, "squeeze", data); err != nil {
			t.Error(err)
		}
	}
	if want := []string{"resume 0", "squeeze " + id + " ", "squeeze " + id + ` {"softly":1}`, "squeeze " + id + " [2]"}; !slices.Equal(asked, want) {
		t.Errorf("it was asked %q, want %q", asked, want)
	}
	if p, ok := mockproblem.As(mock.Act(t.Context(), "nobody", "squeeze", nil)); !ok || p.Code != mockproblem.NotFound {
		t.Errorf("of an unknown session: %v", p)
	}
	if err := mock.Act(t.Context(), id, "squeeze", make(chan int)); err == nil {
		t.Error("what is no JSON was passed on")
	}
}

func TestAPersonActsInASessionOfUIP(t *testing.T) {
	mock := mockserver.Test(t, at(0)).Server
	a := apiOf(t, mock)
	a.call("PUT", "/_mock/v1/uip/businesses/default/webhook", `{"url": "`+newHook(t).URL+`"}`).want(201)
	outcome, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "uip", Event: "identify", Data: json.RawMessage(`{"intent": "Sign in", "status": "pending"}`)})
	if err != nil {
		t.Fatal(err)
	}
	if err := mock.Act(t.Context(), outcome.Session.ID, "complete", map[string]string{"person": "user_test"}); err != nil {
		t.Fatal(err)
	}
	if sent, _ := mock.Deliveries(delivery.Filter{Session: outcome.Session.ID}); len(sent) != 1 || sent[0].Event != "identify" {
		t.Errorf("it led to %+v", sent)
	}
	if p, ok := mockproblem.As(mock.Act(t.Context(), outcome.Session.ID, "complete", nil)); !ok || p.Code != mockproblem.Conflict {
		t.Errorf("done again: %v", p)
	}
}

// endless is a body that has no end of its own.
type endless struct{}

func (endless) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestABodyEndsWhereItsPlaceSays(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{Providers: []provider.New{newKeeper(new([]string))}})
	for _, c := range []struct {
		name, path string
		size       int64
		status     int
	}{
		{"a vendor takes 64 MiB", "/toy/swallow", 64 << 20, 200},
		{"and no more", "/toy/swallow", 64<<20 + 1, 413},
		{"the sample receiver takes 8 MiB at most", "/_mock/receiver/default", 8<<20 + 1, 413},
		{"and so does the control API", "/_mock/v1/reset", 8<<20 + 1, 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), "POST", c.path, io.LimitReader(endless{}, c.size))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			mock.ServeHTTP(w, r)
			if w.Code != c.status {
				t.Errorf("answered %d %.200s, want %d", w.Code, w.Body, c.status)
			}
			if want := fmt.Sprint(min(c.size, 64<<20)); c.path == "/toy/swallow" && w.Body.String() != want {
				t.Errorf("read were %s bytes, want %s", w.Body, want)
			}
		})
	}
}
