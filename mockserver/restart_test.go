package mockserver_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/conformance"
	"kycmock/mockserver/journal"
)

// begin starts a mock at a time, with a store; the test closes it.
func begin(t *testing.T, store journal.Store, now time.Time) (*mockserver.Server, api) {
	t.Helper()
	mock, err := mockserver.Start(mockserver.Config{Store: store, Clock: clock.New(now, 0)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mock.Close() })
	return mock, apiOf(t, mock)
}

func end(t *testing.T, mock *mockserver.Server) {
	t.Helper()
	if err := mock.Close(); err != nil {
		t.Fatal(err)
	}
}

// caller is a receiver that is always busy and notes who called it.
func caller(t *testing.T) (url string, tokens func() []string, bodies func() []string) {
	var mu sync.Mutex
	var seen, told []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		seen, told = append(seen, r.Header.Get("X-Api-Key")), append(told, string(body))
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(s.Close)
	list := func(of *[]string) func() []string {
		return func() []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(*of)
		}
	}
	return s.URL, list(&seen), list(&told)
}

func TestAMockThatIsStartedAgainGoesOnInMidRetry(t *testing.T) {
	store := &conformance.Shelf{}
	url, tokens, bodies := caller(t)
	mock, a := begin(t, store, start)
	a.call("PUT", "/_mock/v1/uqudo/accounts/other", `{"clientSecret": "client-of-a-test", "jwsLifetime": "30m"}`).want(201)
	a.call("PUT", globalWebhook, `{"url": "`+url+`", "securityType": "CUSTOM_HEADERS",
		"customHeaders": [{"name": "X-Api-Key", "value": "header-of-a-test"}]}`).want(201)
	a.call("PUT", "/_mock/v1/uqudo/accounts/default/hosted-kyc/site", `{}`).want(201)
	id := a.enroll()[0]
	a.advance(`{"by": "12m"}`) // attempts at 0, 5 and 10 minutes
	before := a.sessions("")
	end(t, mock)

	mock, a = begin(t, store, start.Add(13*time.Minute))
	if r := a.delivery(id); r.Status != "pending" || len(r.Attempts) != 3 || r.NextAt == nil || !r.NextAt.Equal(start.Add(15*time.Minute)) {
		t.Errorf("the delivery came back as %+v", r)
	}
	if after := a.sessions(""); !slices.Equal(after, before) || len(after) != 1 {
		t.Errorf("the sessions are %v, want %v", after, before)
	}
	for path, secret := range map[string]string{globalWebhook: "header-of-a-test", "/_mock/v1/uqudo/accounts/other": "client-of-a-test"} {
		if r := a.call("GET", path, "").want(200); strings.Contains(string(r.body), secret) {
			t.Errorf("%s shows %s", path, secret)
		}
		if r := a.call("GET", path+"?reveal=true", "").want(200); !strings.Contains(string(r.body), secret) {
			t.Errorf("%s came back without its secret: %s", path, r.body)
		}
	}
	a.call("GET", "/_mock/v1/uqudo/accounts/default/hosted-kyc/site", "").want(200)

	if out := a.advance(`{"to": "next"}`); len(out.Attempts) != 1 || out.Attempts[0].N != 4 || !out.Now.Equal(start.Add(15*time.Minute)) {
		t.Errorf("the next attempt is %+v", out)
	}
	a.advance(`{"to": "idle"}`)
	r := a.delivery(id)
	if r.Status != "exhausted" || len(r.Attempts) != 25 {
		t.Fatalf("it is %s after %d attempts", r.Status, len(r.Attempts))
	}
	for i, made := range r.Attempts {
		if want := start.Add(time.Duration(i) * 5 * time.Minute); made.N != i+1 || !made.At.Equal(want) || made.Status != 503 {
			t.Errorf("attempt %d is %+v, want it at %s", i+1, made, want)
		}
	}
	if got := bodies(); len(got) != 25 || len(slices.Compact(got)) != 1 {
		t.Errorf("%d requests were received, %d of them different", len(got), len(slices.Compact(got)))
	}
	if got := slices.Compact(tokens()); !slices.Equal(got, []string{"header-of-a-test"}) {
		t.Errorf("the receiver was shown %q", got)
	}
	end(t, mock)

	mock, a = begin(t, store, start.Add(3*time.Hour)) // when all is over
	if out := a.advance(`{"by": "24h"}`); len(out.Attempts) != 0 || a.delivery(id).Status != "exhausted" {
		t.Errorf("what was finished began again: %+v", out)
	}
	again := a.enroll()[0]
	if again == id || len(a.sessions("")) != 2 {
		t.Error("the new session took the place of the old one")
	}
	end(t, mock)
	if store.Closed() != 3 {
		t.Errorf("the store was closed %d times by 3 mocks", store.Closed())
	}
}

func TestWhatFellDueWhileNoMockWasThereIsMadeAtOnce(t *testing.T) {
	store := &conformance.Shelf{}
	url, _, bodies := caller(t)
	mock, a := begin(t, store, start)
	a.listen(url)
	id := a.enroll()[0]
	a.advance(`{"by": "1m"}`)
	end(t, mock)
	mock, a = begin(t, store, start.Add(31*time.Minute))
	a.advance(`{"by": "0s"}`)
	r := a.delivery(id)
	if len(r.Attempts) != 2 || !r.Attempts[1].At.Equal(start.Add(31*time.Minute)) || r.NextAt == nil || !r.NextAt.Equal(start.Add(36*time.Minute)) {
		t.Errorf("the delivery is %+v, want one attempt now and the next in five minutes", r)
	}
	if len(bodies()) != 2 {
		t.Errorf("%d requests were received", len(bodies()))
	}
	end(t, mock)
}

func TestAnAttemptThatCloseCutOffIsMadeAgain(t *testing.T) {
	store := &conformance.Shelf{}
	began := make(chan struct{}, 2)
	hung := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or net/http would not notice a hang-up
		began <- struct{}{}
		<-r.Context().Done()
	}))
	defer hung.Close()
	mock, a := begin(t, store, start)
	a.listen(hung.URL)
	id := a.enroll()[0]
	<-began
	end(t, mock)
	mock, a = begin(t, store, start.Add(time.Second))
	<-began
	if r := a.delivery(id); r.Status != "pending" || len(r.Attempts) != 0 {
		t.Errorf("the delivery is %+v, want nothing said of what was cut off", r)
	}
	end(t, mock)
}

func TestAReaderOfAMockThatWasStartedAgainIsToldOfTheGap(t *testing.T) {
	store := &conformance.Shelf{}
	mock, a := begin(t, store, start)
	a.save(5)
	end(t, mock)
	mock, a = begin(t, store, start)
	if page := a.journal("after=2"); page.Gap == nil || page.Gap.Oldest != 6 || len(page.Entries) != 0 {
		t.Errorf("the journal is %+v", page)
	}
	s := a.watch("", "3")
	a.save(1)
	if events := s.until(6); len(events) != 2 || events[0].kind != "gap" || events[1].id != 6 {
		t.Errorf("the events are %+v", events)
	}
	end(t, mock)
}

func TestAResetIsStillOneAfterARestart(t *testing.T) {
	store := &conformance.Shelf{}
	mock, a := begin(t, store, start)
	a.listen(newHook(t, 503).URL)
	a.enroll()
	a.advance(`{"by": "0s"}`)
	a.reset("")
	end(t, mock)
	mock, a = begin(t, store, start)
	if len(a.deliveries("").Deliveries) != 0 || len(a.sessions("")) != 0 {
		t.Error("what was forgotten came back")
	}
	a.call("GET", globalWebhook, "").want(200)
	a.reset(`{"all": true}`)
	end(t, mock)
	mock, a = begin(t, store, start)
	a.call("GET", globalWebhook, "").problem(404)
	end(t, mock)
}
