package mockserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

// One process, a hundred worlds: each has a time, a seed, a receiver and a
// history of its own, and sees nothing of the others.
func TestAHundredMocksDoNotTouchEachOther(t *testing.T) {
	const worlds = 100
	var mu sync.Mutex
	received := map[string]int{}
	shared := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		received[r.URL.Path]++
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(shared.Close)
	t.Run("worlds", func(t *testing.T) {
		for i := range worlds {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				seed, begin := uint64(i), start.Add(time.Duration(i)*time.Hour)
				a := apiOf(t, mockserver.Test(t, mockserver.Config{Seed: &seed, Clock: clock.New(begin, 0)}))
				a.listen(fmt.Sprintf("%s/%d", shared.URL, i))
				ids := a.enroll()
				if i%50 == 0 { // making a key takes its time
					a.call("POST", "/_mock/v1/keys/rotate", `{"retire": "now"}`).want(201)
				}
				retries := i % 5
				out := a.advance(fmt.Sprintf(`{"by": "%dm"}`, 5*retries))
				if want := begin.Add(time.Duration(retries) * 5 * time.Minute); !out.Now.Equal(want) || len(out.Attempts) != retries {
					t.Errorf("the clock shows %s after %d attempts, want %s after %d", out.Now, len(out.Attempts), want, retries)
				}
				if got := idsOf(a.deliveries("")); !slices.Equal(got, ids) || len(a.sessions("")) != 1 {
					t.Errorf("the deliveries are %v, want %v", got, ids)
				}
				if keys := a.keys(); (len(keys) == 2) != (i%50 == 0) {
					t.Errorf("the keys are %v", keys)
				}
				for n, e := range a.journal("limit=1000").Entries {
					if e.Seq != int64(n+1) || e.At.Before(begin) || e.At.After(out.Now) {
						t.Errorf("entry %d is %+v", n+1, e)
					}
				}
			})
		}
	})
	for i := range worlds {
		if got, want := received[fmt.Sprintf("/%d", i)], 1+i%5; got != want {
			t.Errorf("the receiver of world %d got %d requests, want %d", i, got, want)
		}
	}
}
