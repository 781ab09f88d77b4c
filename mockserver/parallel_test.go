package mockserver_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"kycmock/keys"
	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/uqudo"
)

// neighbour is one of a hundred mocks that are there at once: it has a seed, a
// time, a key, an account with a webhook, and faults of its own.
type neighbour struct {
	n       int
	begin   time.Time
	kid     string
	mock    *mockserver.Mock
	account mockserver.UqudoAccount
}

func newNeighbour(t *testing.T, n int, receivers string) neighbour {
	seed, begin, kid := uint64(n), start.Add(time.Duration(n)*time.Hour), fmt.Sprintf("key-%d", n)
	mock := mockserver.Test(t, mockserver.Config{
		Seed: &seed, Clock: clock.New(begin, 0), Keys: []keys.Pair{keys.Default().Named(kid)},
	})
	account := mock.UqudoAccount(fmt.Sprintf("shop-%d", n))
	account.SaveGlobalWebhook(uqudo.Webhook{URL: fmt.Sprintf("%s/%d", receivers, n)})
	return neighbour{n, begin, kid, mock, account}
}

// in is the same neighbour in a subtest.
func (w neighbour) in(t *testing.T) neighbour {
	w.mock = w.mock.In(t)
	w.account = w.mock.UqudoAccount(fmt.Sprintf("shop-%d", w.n))
	return w
}

// retries is how many of them this one waits for.
func (w neighbour) retries() int { return w.n % 5 }

// spoilt is whether a fault is armed for it.
func (w neighbour) spoilt() bool { return w.n%2 == 0 }

// live goes through what a test does, and finds nothing there but its own.
func (w neighbour) live(t *testing.T) {
	if w.spoilt() {
		w.mock.Arm(mockserver.Rule{Fault: fault.Fault{Name: fault.WrongIssuer}})
	}
	session := w.account.Enroll(uqudo.SessionData{Nonce: fmt.Sprint(w.n)})
	d := w.mock.NextDelivery()
	if w.n%50 == 0 { // making a key takes its time
		w.mock.RotateKey()
	}
	made := w.mock.Advance(time.Duration(w.retries()) * 5 * time.Minute)
	d.WantAnswers(slices.Repeat([]int{503}, 1+w.retries())...)

	now := w.begin.Add(time.Duration(w.retries()) * 5 * time.Minute)
	if got := w.mock.Clock.Now(); !got.Equal(now) || len(made) != w.retries() {
		t.Errorf("the clock shows %s after %d retries, want %s after %d", got, len(made), now, w.retries())
	}
	if got, _ := w.mock.Deliveries(delivery.Filter{}); len(got) != 1 || got[0].ID != session.Delivery().ID {
		t.Errorf("the deliveries are %v", got)
	}
	published := w.mock.Keys()
	if want := 1 + max(0, 1-w.n%50); len(published) != want || published[0].KID != w.kid {
		t.Errorf("the keys are %v, want %d, the first of them %s", published, want, w.kid)
	}
	claims := claimsOf(jwsResult(d.Attempts()[0].Request.Body))
	if claims.Data.Nonce != fmt.Sprint(w.n) || !claims.Audience.Contains(w.account.ClientID()) || (claims.Issuer != "https://id.uqudo.io") != w.spoilt() {
		t.Errorf("the result is %+v", claims)
	}
	for n, e := range apiOf(t, w.mock).journal("limit=1000").Entries {
		if e.Seq != int64(n+1) || e.At.Before(w.begin) || e.At.After(now) {
			t.Errorf("entry %d is %+v", n+1, e)
		}
	}
}

func TestAHundredMocksInParallelTestsDoNotTouchEachOther(t *testing.T) {
	const many = 100
	var mu sync.Mutex
	received := map[string][]string{}
	receivers := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		received[r.URL.Path] = append(received[r.URL.Path], claimsOf(jwsResult(string(body))).Data.Nonce)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(receivers.Close)
	took := clock.Stopwatch()
	all := make([]neighbour, many)
	inParallel := func(name string, do func(t *testing.T, n int)) {
		t.Run(name, func(t *testing.T) {
			for n := range many {
				t.Run(fmt.Sprint(n), func(t *testing.T) { t.Parallel(); do(t, n) })
			}
		})
	}
	inParallel("come", func(_ *testing.T, n int) { all[n] = newNeighbour(t, n, receivers.URL) }) // and stay
	inParallel("live", func(sub *testing.T, n int) { all[n].in(sub).live(sub) })
	t.Logf("%d mocks lived for %s", many, took().Round(time.Millisecond))
	for n := range many {
		want := slices.Repeat([]string{fmt.Sprint(n)}, 1+n%5)
		if got := received[fmt.Sprintf("/%d", n)]; !slices.Equal(got, want) {
			t.Errorf("the receiver of mock %d got results of %v, want of %v", n, got, want)
		}
	}
}
