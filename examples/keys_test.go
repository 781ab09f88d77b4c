package examples

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// Whoever knows a receiver's URL can make it ask for keys. That must cost no
// genuine result, least of all while the keys cannot be fetched.
func TestForgedTokensCostNoGenuineResult(t *testing.T) {
	for _, language := range []string{"go", "node", "python", "java"} {
		t.Run(language+" keeps its keys while they cannot be fetched", func(t *testing.T) {
			t.Parallel()
			keepsItsKeys(t, language)
		})
		t.Run(language+" asks once for keys that cannot be fetched", func(t *testing.T) {
			t.Parallel()
			asksOnce(t, language)
		})
	}
}

// A jwks answers once with the mock's keys, then 503, and hangs when it is told to.
type jwks struct {
	*httptest.Server
	fetches atomic.Int64
	hangs   atomic.Bool
	hanging chan *http.Request // those that wait for an answer
}

func newJWKS(t *testing.T, f *front, good int64) *jwks {
	t.Helper()
	j := &jwks{hanging: make(chan *http.Request, 100)}
	j.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n := j.fetches.Add(1); {
		case j.hangs.Load():
			j.hanging <- r
			<-r.Context().Done()
		case n > good:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			r.URL.Path = "/uqudo/api/.well-known/jwks.json"
			f.mock.Load().ServeHTTP(w, r)
		}
	}))
	t.Cleanup(func() {
		j.CloseClientConnections()
		j.Close()
	})
	return j
}

func keepsItsKeys(t *testing.T, language string) {
	f := newFront(t)
	mock := f.another(t)
	keys := newJWKS(t, f, 1)
	r := start(t, language, f.URL, "JWKS_URL="+keys.URL, "JWKS_COOLDOWN=0")
	takesGenuine(t, mock, r)
	for n := range 5 {
		if status := forge(t, r, n); status != http.StatusServiceUnavailable {
			t.Errorf("a token with an unknown key is answered %d while the keys cannot be fetched", status)
		}
	}
	takesGenuine(t, mock, r)
	if n := keys.fetches.Load(); n != 6 {
		t.Errorf("the keys were asked for %d times, wanted 6: once, and once for each forged token", n)
	}

	// A genuine token is taken while a forged one waits for keys.
	keys.hangs.Store(true)
	forged := make(chan int, 1)
	go func() { forged <- forge(t, r, 5) }()
	var hanging *http.Request
	select {
	case hanging = <-keys.hanging:
	case <-deadline(t).Done():
		t.Fatal("the keys are not asked for")
	}
	takesGenuine(t, mock, r)
	if hanging.Context().Err() != nil {
		t.Error("the genuine token was answered after the fetch that a forged one has caused")
	}
	keys.CloseClientConnections()
	if status := <-forged; status != http.StatusServiceUnavailable {
		t.Errorf("the forged token is answered %d", status)
	}
}

func asksOnce(t *testing.T, language string) {
	f := newFront(t)
	f.another(t)
	keys := newJWKS(t, f, 0)
	r := start(t, language, f.URL, "JWKS_URL="+keys.URL, "JWKS_COOLDOWN=3600")
	for n := range 5 {
		if status := forge(t, r, n); status != http.StatusServiceUnavailable {
			t.Errorf("a token is answered %d while the keys cannot be fetched", status)
		}
	}
	if n := keys.fetches.Load(); n != 1 {
		t.Errorf("the keys were asked for %d times within the cool-down, wanted 1", n)
	}
}

// takesGenuine wants a new result of the mock's to be taken.
func takesGenuine(t *testing.T, mock *mockserver.Server, r *receiver) {
	t.Helper()
	if _, err := mock.SaveWebhook(t.Context(), "uqudo", provider.DefaultAccount, "global",
		uqudo.Webhook{URL: r.url + "/uqudo", SecurityType: uqudo.SecurityNone}); err != nil {
		t.Fatal(err)
	}
	outcome, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "uqudo", Event: "enrollment"})
	if err != nil {
		t.Fatal(err)
	}
	delivered(t, mock, outcome.Deliveries[0].ID)
	if line, want := r.next(t), "uqudo session "+outcome.Session.ID; line != want {
		t.Errorf("it says %q, wanted %q", line, want)
	}
}

// forge brings a token that is signed by nobody, and returns the answer's status:
// 0 when there is none.
func forge(t *testing.T, r *receiver, n int) int {
	part := base64.RawURLEncoding.EncodeToString
	token := part([]byte(`{"alg":"RS256","kid":"forged-`+strconv.Itoa(n)+`"}`)) + "." + part([]byte(`{"jti":"forged"}`)) + ".AAAA"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/uqudo", strings.NewReader(token))
	if err != nil {
		t.Error(err)
		return 0
	}
	request.Header.Set("Content-Type", "text/plain")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
