package mockserver_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"kycmock/keys"
	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
)

// library is a toy with an API: it publishes keys and lends toys. Its words for
// faults are in wordy.
type library struct{ *toy }

func newLibrary(env provider.Env) (provider.Provider, error) {
	p, err := newToy(env)
	return library{p.(*toy)}, err
}

func (v library) Profile() provider.Profile {
	p := v.toy.Profile()
	p.JWKS = "/keys"
	p.Faults = []string{
		fault.JWKSError, fault.JWKSSlow, fault.JWKSEmpty, fault.JWKSStale, fault.JWKSMalformed,
		fault.APIError, fault.APISlow, fault.APIReset,
	}
	return p
}

func (v library) Mount(r *mux.Router) {
	r.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(v.env.Keys.JWKS()) }).Methods("GET", "HEAD")
	lend := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
		_, _ = io.WriteString(w, mux.Vars(r)["name"])
	}
	toys := r.PathPrefix("/v1/toys").Subrouter()
	toys.HandleFunc("/{name:[a-z]{4,8}}/parts/{part}", lend).Methods("GET", "POST")
	toys.HandleFunc("/any", lend)
}

// wordy is a library that knows its callers and words its errors.
type wordy struct{ library }

func newWordy(env provider.Env) (provider.Provider, error) {
	p, err := newLibrary(env)
	return wordy{p.(library)}, err
}

func (wordy) Caller(r *http.Request) string { return r.Header.Get("X-Reader") }

func (wordy) Refuse(w http.ResponseWriter, _ *http.Request, status int, code string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "sorry: "+code)
}

// playing is a mock that plays one vendor, with a second key that was published
// at first.
func playing(t *testing.T, vendor provider.New) (*mockserver.Server, api) {
	t.Helper()
	second, err := keys.Generate()
	if err != nil {
		t.Fatal(err)
	}
	mock := mockserver.Test(t, mockserver.Config{Providers: []provider.New{vendor}, Keys: []keys.Pair{keys.Default(), second}}).Server
	return mock, apiOf(t, mock)
}

func kidsOf(t *testing.T, set []byte) []string {
	t.Helper()
	var keys struct{ Keys []struct{ Kid string } }
	if err := json.Unmarshal(set, &keys); err != nil || keys.Keys == nil {
		t.Fatalf("the key set is %s: %v", set, err)
	}
	kids := []string{}
	for _, k := range keys.Keys {
		kids = append(kids, k.Kid)
	}
	return kids
}

func TestTheKeySetGoesWrongForOneCall(t *testing.T) {
	for name, check := range map[string]func(t *testing.T, r reply, good []string){
		`"jwks-error"`: func(_ *testing.T, r reply, _ []string) { r.want(503) },
		`{"name": "jwks-error", "params": {"status": 404}}`: func(_ *testing.T, r reply, _ []string) { r.want(404) },
		`"jwks-empty"`: func(t *testing.T, r reply, _ []string) {
			if got := kidsOf(t, r.want(200).body); len(got) > 0 {
				t.Errorf("it has the keys %v", got)
			}
		},
		`"jwks-stale"`: func(t *testing.T, r reply, good []string) {
			if got := kidsOf(t, r.want(200).body); len(good) < 2 || !slices.Equal(got, good[1:]) {
				t.Errorf("it has the keys %v of %v", got, good)
			}
		},
		`"jwks-malformed"`: func(t *testing.T, r reply, _ []string) {
			if r.want(200); json.Valid(r.body) || len(r.body) == 0 {
				t.Errorf("it is %s", r.body)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, a := playing(t, newLibrary)
			good := a.call("GET", "/toy/keys", "").want(200)
			a.arm(`{"match": {"account": "of nobody"}, "fault": ` + name + `}`) // the key set is for all accounts
			a.call("GET", "/toy/v1/toys/any", "").want(200)
			bad := a.call("GET", "/toy/keys", "")
			check(t, bad, kidsOf(t, good.body))
			if bad.status == 200 && bad.header.Get("Content-Type") != "application/json" {
				t.Errorf("its headers are %v", bad.header)
			}
			if again := a.call("GET", "/toy/keys", "").want(200); string(again.body) != string(good.body) {
				t.Errorf("after one call it is %s", again.body)
			}
		})
	}
}

func TestAStaleKeySetMissesTheKeyOfTheLastRotation(t *testing.T) {
	mock, a := playing(t, newLibrary)
	before := a.call("GET", "/toy/keys", "").body
	if _, err := mock.RotateKey(nil); err != nil {
		t.Fatal(err)
	}
	a.arm(`{"fault": "jwks-stale"}`)
	if got := a.call("GET", "/toy/keys", "").want(200); string(got.body) != string(before) {
		t.Errorf("it is\n%s, want as before the rotation\n%s", got.body, before)
	}
}

func TestAFaultOfARouteIsForItsMethodPathAndAccount(t *testing.T) {
	const parts = "/toy/v1/toys/bear/parts/"
	type call struct {
		method, path, reader string
		hit                  bool
	}
	for name, c := range map[string]struct {
		account, route string
		calls          []call
	}{
		"whatever stands for the path's variables": {"", "GET /v1/toys/{name}/parts/{part}", []call{
			{"POST", parts + "ear", "", false}, {"GET", "/toy/v1/toys/any", "", false}, {"GET", "/toy/keys", "", false},
			{"GET", parts + "ear", "", true}, {"GET", "/toy/v1/toys/lion/parts/7", "ann", true},
		}},
		"another method": {"", "POST /v1/toys/{name}/parts/{part}", []call{{"GET", parts + "ear", "", false}, {"POST", parts + "ear", "", true}}},
		"any method of a route that takes all": {"", "PATCH /v1/toys/any", []call{
			{"GET", "/toy/v1/toys/any", "", false}, {"PATCH", "/toy/v1/toys/any", "", true},
		}},
		"the key set as any route": {"", "GET /keys", []call{{"GET", "/toy/keys", "", true}}},
		"one account": {"ann", "GET /v1/toys/any", []call{
			{"GET", "/toy/v1/toys/any", "", false}, {"GET", "/toy/v1/toys/any", "bob", false}, {"GET", "/toy/v1/toys/any", "ann", true},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			mock, a := playing(t, newWordy)
			a.arm(`{"match": {"account": "` + c.account + `"}, "times": 0, "fault": {"name": "api-error", "params": {"route": "` + c.route + `", "status": 418, "code": "lent"}}}`)
			for _, call := range c.calls {
				r, err := http.NewRequestWithContext(t.Context(), call.method, mock.URL+call.path, strings.NewReader("please"))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("X-Reader", call.reader)
				answer, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				got := replyOf(t, answer)
				if hit := got.status == 418; hit != call.hit || hit && string(got.body) != "sorry: lent" {
					t.Errorf("%+v is answered %d %s", call, got.status, got.body)
				}
			}
		})
	}
}

func TestAVendorWithoutWordsFailsInPlainOnes(t *testing.T) {
	_, a := playing(t, newLibrary)
	for fault, want := range map[string]string{
		`{"name": "api-error", "params": {"route": "GET /v1/toys/any"}}`:                                `{"error":"Internal Server Error"}`,
		`{"name": "api-error", "params": {"route": "GET /v1/toys/any", "status": 500, "code": "lent"}}`: `{"error":"lent"}`,
	} {
		a.arm(`{"fault": ` + fault + `}`)
		if r := a.call("GET", "/toy/v1/toys/any", "").want(500); string(r.body) != want {
			t.Errorf("answered %s, want %s", r.body, want)
		}
	}
	a.arm(`{"match": {"account": "ann"}, "fault": {"name": "api-reset", "params": {"route": "GET /v1/toys/any"}}}`)
	a.call("GET", "/toy/v1/toys/any", "").want(200) // nobody knows whose call it is
}

// Of those that answer, each call gets one, so that they can be armed in a row.
func TestFaultsOfOneCallAreSlowFirstAndThenAnswerInTheirOrder(t *testing.T) {
	_, a := playing(t, newLibrary)
	for _, f := range []string{
		`{"name": "api-error", "params": {"route": "GET /keys", "status": 418}}`, `"jwks-error"`,
		`{"name": "api-slow", "params": {"route": "GET /keys", "by": "60ms"}}`, `{"name": "jwks-slow", "params": {"by": "60ms"}}`,
		`{"name": "api-slow", "params": {"route": "POST /v1/toys/any", "by": "1ms"}}`,
	} {
		a.arm(`{"fault": ` + f + `}`)
	}
	passed := clock.Stopwatch()
	a.call("GET", "/toy/keys", "").want(418)
	if got := passed(); got < 120*time.Millisecond {
		t.Errorf("it was answered after %s, want both delays to have passed", got)
	}
	a.call("GET", "/toy/keys", "").want(503)
	a.call("GET", "/toy/keys", "").want(200)
	if r := a.call("POST", "/toy/v1/toys/any", "a body to be read later").want(200); string(r.body) != "a body to be read later" {
		t.Errorf("what was slow is answered %s", r.body)
	}
	if left := a.armed(); len(left) != 0 {
		t.Errorf("%+v is left", left)
	}
}

func TestACallThatChanceSparesIsCountedAndBlocksNobody(t *testing.T) {
	pattern := func(seed uint64) (statuses []int) {
		a := apiOf(t, mockserver.Test(t, mockserver.Config{Seed: &seed, Providers: []provider.New{newLibrary}}))
		a.arm(`{"times": 30, "fault": {"name": "jwks-error", "probability": 0.5, "params": {"status": 418}}}`)
		a.arm(`{"times": 0, "fault": "jwks-error"}`)
		for range 32 {
			statuses = append(statuses, a.call("GET", "/toy/keys", "").status)
		}
		return statuses
	}
	first := pattern(1)
	teapots := 0
	for _, status := range first {
		if status == 418 {
			teapots++
		} else if status != 503 {
			t.Errorf("answered %d", status)
		}
	}
	if teapots < 5 || teapots > 25 || first[30] != 503 || first[31] != 503 {
		t.Errorf("of 30 tosses of a coin %d came to pass: %v", teapots, first)
	}
	if again := pattern(1); !slices.Equal(again, first) {
		t.Errorf("the same seed gave\n%v, then\n%v", first, again)
	}
	if other := pattern(2); slices.Equal(other, first) {
		t.Errorf("another seed gave the same, %v", other)
	}
}

const resetAny = `{"times": 0, "fault": {"name": "api-reset", "params": {"route": "POST /v1/toys/any"}}}`

func TestAResetIsAResetOnTheSocket(t *testing.T) {
	mock, a := playing(t, newLibrary)
	a.arm(resetAny)
	overTLS, overHTTP2 := httptest.NewUnstartedServer(mock), httptest.NewUnstartedServer(mock)
	overTLS.StartTLS()
	overHTTP2.EnableHTTP2 = true
	overHTTP2.StartTLS()
	t.Cleanup(overTLS.Close)
	t.Cleanup(overHTTP2.Close)
	for name, c := range map[string]struct {
		base   string
		client *http.Client
		reset  bool // of the connection, and not of a stream in it
	}{
		"plain": {mock.URL, http.DefaultClient, true}, "TLS": {overTLS.URL, overTLS.Client(), true}, "HTTP/2": {overHTTP2.URL, overHTTP2.Client(), false},
	} {
		answer, err := c.client.Post(c.base+"/toy/v1/toys/any", "text/plain", strings.NewReader(strings.Repeat("x", 1<<20)))
		if err == nil {
			t.Fatalf("%s: answered %d", name, replyOf(t, answer).status)
		}
		if got := errors.Is(err, syscall.ECONNRESET); got != c.reset {
			t.Errorf("%s: the call ended with %v", name, err)
		}
		if answer, err = c.client.Get(c.base + "/toy/v1/toys/any"); err != nil || replyOf(t, answer).status != 200 {
			t.Errorf("%s: another call ended with %v", name, err)
		}
	}
}

func TestAResetWithoutASocketAbortsTheHandler(t *testing.T) {
	mock, a := playing(t, newLibrary)
	a.arm(resetAny)
	defer func() {
		if cause := recover(); cause != http.ErrAbortHandler {
			t.Errorf("it panicked with %v", cause)
		}
	}()
	mock.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "POST", "/toy/v1/toys/any", http.NoBody))
	t.Error("it returned")
}

func TestASlowCallEndsWithItsClientAndWithTheMock(t *testing.T) {
	mock, a := playing(t, newLibrary)
	a.arm(`{"times": 0, "fault": {"name": "jwks-slow", "params": {"by": "5m"}}}`)
	passed := clock.Stopwatch()
	hits := func(n int) func() bool { return func() bool { return a.armed()[0].Hits == n } }
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", mock.URL+"/toy/keys", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := http.DefaultClient.Do(r)
		ended <- err
	}()
	if !come(t, hits(1)) {
		t.Error("the call did not come")
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}

	inside := httptest.NewServer(mock) // whose own requests do not end with the mock
	var waiting sync.WaitGroup
	for _, base := range []string{mock.URL, inside.URL} {
		waiting.Go(func() {
			if answer, err := http.Get(base + "/toy/keys"); err == nil {
				t.Errorf("answered %d", replyOf(t, answer).status)
			}
		})
	}
	if !come(t, hits(3)) {
		t.Error("the calls did not come")
	}
	if err := mock.Close(); err != nil {
		t.Error(err)
	}
	waiting.Wait()
	inside.Close()
	if got := passed(); got > time.Minute {
		t.Errorf("it took %s", got)
	}
}
