package delivery_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/memory"
	"kycmock/mockserver/problem"
)

func TestARefusedNotificationIsSentEveryFiveMinutesAndThenGivenUp(t *testing.T) {
	endpoint := newReceiver(t, statuses(503))
	r := newRig(t)
	d := r.send(endpoint.URL, `{"a":1}`)
	if d.Status != delivery.Pending || d.NextAt == nil || !d.NextAt.Equal(start) {
		t.Errorf("sent: %+v", d)
	}
	r.advance(2*time.Hour - 1)
	if got := r.record(d.ID); got.Status != delivery.Pending || len(got.Attempts) != 24 || !got.NextAt.Equal(start.Add(2*time.Hour)) {
		t.Errorf("before the window's end: %s, %d attempts, next at %v", got.Status, len(got.Attempts), got.NextAt)
	}
	r.advance(1)
	got := r.record(d.ID)
	if got.Status != delivery.Exhausted || got.NextAt != nil || len(got.Attempts) != 25 {
		t.Fatalf("%s after %d attempts, next at %v", got.Status, len(got.Attempts), got.NextAt)
	}
	for i, a := range got.Attempts {
		due := start.Add(time.Duration(i) * 5 * time.Minute)
		if a.N != i+1 || !a.DueAt.Equal(due) || !a.At.Equal(due) || a.Status != 503 || a.Error != "" || a.PlannedAt != nil {
			t.Errorf("attempt %d: %+v", i+1, a)
		}
		if last := i == 24; last != (a.NextAt == nil) || !last && !a.NextAt.Equal(due.Add(5*time.Minute)) {
			t.Errorf("attempt %d says that the next is at %v", i+1, a.NextAt)
		}
	}
	r.advance(24 * time.Hour)
	if n := len(endpoint.requests()); n != 25 || r.engine.Pending() != 0 {
		t.Errorf("%d requests, %d pending", n, r.engine.Pending())
	}
}

func TestSuccessIsAny2xxAndEverythingElseIsRetried(t *testing.T) {
	var status int
	endpoint := newReceiver(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	})
	r := newRig(t)
	for status = 200; status <= 599; status++ {
		if status == 226 { // the rest of each hundred says nothing new
			status = 299
		} else if status%100 == 30 {
			status += 69
		}
		d := r.send(endpoint.URL, "{}")
		r.advance(0)
		got := r.record(d.ID)
		want := delivery.Pending
		if status <= 299 {
			want = delivery.Delivered
		}
		if got.Status != want || len(got.Attempts) != 1 || got.Attempts[0].Status != status || got.Attempts[0].Error != "" {
			t.Errorf("%d: %s, %+v", status, got.Status, got.Attempts)
		}
	}
	for _, g := range endpoint.requests() {
		if g.uri != "/" {
			t.Errorf("a redirect was followed to %s", g.uri)
		}
	}
}

func TestAPolicySaysWhatIsSuccess(t *testing.T) {
	endpoint := newReceiver(t, statuses(204, 404))
	r := newRig(t)
	r.set(func(p *delivery.Policy) { p.Accepts = func(status int) bool { return status == 404 } })
	d := r.send(endpoint.URL, "{}")
	r.advance(5 * time.Minute)
	if got := r.record(d.ID); got.Status != delivery.Delivered || len(got.Attempts) != 2 {
		t.Errorf("%s after %d attempts", got.Status, len(got.Attempts))
	}
}

func TestAPolicyMayFollowRedirects(t *testing.T) {
	for _, tt := range []struct {
		status int
		method string
		body   string
	}{
		{307, "POST", "told"},
		{308, "POST", "told"},
		{302, "GET", ""},
	} {
		t.Run(fmt.Sprint(tt.status), func(t *testing.T) {
			endpoint := newReceiver(t, func(n int, w http.ResponseWriter, r *http.Request) {
				if n == 1 {
					http.Redirect(w, r, "/moved", tt.status)
				}
			})
			r := newRig(t)
			r.set(func(p *delivery.Policy) { p.FollowRedirects = true })
			d := r.send(endpoint.URL, "told")
			r.advance(0)
			got := endpoint.requests()
			if len(got) != 2 || got[1].uri != "/moved" || got[1].method != tt.method || got[1].body != tt.body {
				t.Errorf("got %+v", got)
			}
			if s := r.record(d.ID).Status; s != delivery.Delivered {
				t.Error(s)
			}
		})
	}
	t.Run("in a circle", func(t *testing.T) {
		endpoint := newReceiver(t, func(_ int, w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) })
		r := newRig(t)
		r.set(func(p *delivery.Policy) { p.FollowRedirects = true })
		d := r.send(endpoint.URL, "told")
		r.advance(0)
		if a := r.record(d.ID).Attempts; len(a) != 1 || a[0].ErrorKind != delivery.KindProtocol || !strings.Contains(a[0].Error, "10 redirects") {
			t.Errorf("%+v", a)
		}
	})
}

func TestAPolicyThatChangesHoldsFromTheNextAttempt(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	d := r.send(endpoint.URL, "{}")
	r.advance(0)
	r.set(func(p *delivery.Policy) { p.Schedule = delivery.Every(time.Minute, 7*time.Minute, true) })
	r.advance(time.Hour)
	got := r.record(d.ID)
	var minutes []float64
	for _, a := range got.Attempts {
		minutes = append(minutes, a.At.Sub(start).Minutes())
	}
	if got.Status != delivery.Exhausted || !slices.Equal(minutes, []float64{0, 5, 6, 7}) {
		t.Errorf("%s, attempts at minutes %v", got.Status, minutes)
	}
}

func TestAPolicyWithoutAScheduleMakesOneAttempt(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	r.set(func(p *delivery.Policy) { *p = delivery.Policy{} })
	d := r.send(endpoint.URL, "{}")
	r.advance(time.Hour)
	if got := r.record(d.ID); got.Status != delivery.Exhausted || len(got.Attempts) != 1 {
		t.Errorf("%s after %d attempts", got.Status, len(got.Attempts))
	}
}

func TestWhatCanNeverBeSentIsRefused(t *testing.T) {
	r := newRig(t)
	for _, url := range []string{"", "/hook", "hook", "ftp://127.0.0.1/hook", "http://", "http:///hook", "mailto:a@b.example", "http://a b/", "http://127.0.0.1:port/", "://"} {
		_, err := r.engine.Send(notification(url, "{}"))
		if p, ok := problem.As(err); !ok || p.Code != problem.Invalid || !strings.Contains(p.Detail, fmt.Sprintf("%q", url)) {
			t.Errorf("%q: %v", url, err)
		}
	}
	r.mu.Lock()
	r.known = false
	r.mu.Unlock()
	if _, err := r.engine.Send(notification("http://127.0.0.1/", "{}")); err == nil || err.Error() != `no vendor is called "acme"` {
		t.Error(err)
	}
	if n := r.journal.Last(); n != 0 {
		t.Errorf("refusals left %d entries in the journal", n)
	}
}

func TestADeliveryWhoseVendorIsGoneIsCancelled(t *testing.T) {
	r := newRig(t)
	var d delivery.Delivery
	r.held(func() {
		d = r.send("http://127.0.0.1:1/", "{}")
		r.mu.Lock()
		r.known = false
		r.mu.Unlock()
	})
	if got := r.record(d.ID); got.Status != delivery.Cancelled || got.CancelReason == "" || len(got.Attempts) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestDeliveriesOfOneInstantGoInTheOrderOfTheirCreation(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	var want []string
	r.held(func() {
		for i := range 20 {
			want = append(want, fmt.Sprintf("body %02d", i))
			r.send(endpoint.URL, want[i])
		}
	})
	r.advance(10 * time.Minute)
	if got := endpoint.bodies(); !slices.Equal(got, slices.Concat(want, want, want)) {
		t.Errorf("got %q", got)
	}
}

func TestSlowReceiversShiftNothingOnAClockThatStands(t *testing.T) {
	r := newRig(t)
	endpoint := newReceiver(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	hung := newReceiver(t, func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	r.set(func(p *delivery.Policy) { p.Timeout = 5 * time.Millisecond })
	ids := []string{r.send(hung.URL, "{}").ID, r.send(endpoint.URL, "{}").ID}
	r.advance(2 * time.Hour)
	for _, id := range ids {
		got := r.record(id)
		if got.Status != delivery.Exhausted || len(got.Attempts) != 25 {
			t.Fatalf("%s after %d attempts", got.Status, len(got.Attempts))
		}
		for i, a := range got.Attempts {
			if due := start.Add(time.Duration(i) * 5 * time.Minute); !a.DueAt.Equal(due) || !a.At.Equal(due) {
				t.Errorf("attempt %d was due at %v and made at %v", a.N, a.DueAt, a.At)
			}
		}
	}
}

// While the clock runs, an attempt that took longer than the wait makes the
// next one late, and the window still counts from the first due time.
func TestALateAttemptIsDueNowOnAClockThatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int64
		network := memory.New()
		defer network.Serve("receiver.test", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if requests.Add(1) == 2 {
				_ = clock.Wait(context.Background(), 9*time.Second)
			}
			w.WriteHeader(http.StatusServiceUnavailable)
		}))()
		r := newRig(t, atRate(60), dialling(network.Dial)) // 5 minutes are 5 s
		r.set(func(p *delivery.Policy) { p.Schedule = delivery.Every(5*time.Minute, time.Hour, true) })
		d := r.send("http://receiver.test/", "{}")
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		got, err := r.engine.Wait(ctx, d.ID, final)
		if err != nil {
			t.Fatal(err)
		}
		var due []time.Duration
		for _, a := range got.Attempts {
			due = append(due, a.DueAt.Sub(d.CreatedAt).Round(time.Second))
			if late := a.At.Sub(a.DueAt); late < 0 || late > time.Second {
				t.Errorf("attempt %d was due at %v and made at %v", a.N, a.DueAt, a.At)
			}
		}
		// The second is answered after 14 minutes; the last is due as the
		// window, which counts from the first, is about to end.
		var want []time.Duration
		for _, minute := range []time.Duration{0, 5, 14, 19, 24, 29, 34, 39, 44, 49, 54, 59} {
			want = append(want, minute*time.Minute)
		}
		if got.Status != delivery.Exhausted || !slices.Equal(due, want) {
			t.Errorf("%s, due at %v", got.Status, due)
		}
	})
}

func TestOneHungReceiverHoldsUpNobodyOnAClockThatRuns(t *testing.T) {
	r := newRig(t, atRate(1))
	done := make(chan struct{})
	hung := newReceiver(t, func(int, http.ResponseWriter, *http.Request) { <-done })
	defer close(done)
	good := newReceiver(t, nil)
	for range 10 {
		r.send(hung.URL, "{}")
	}
	d := r.send(good.URL, "{}")
	if got := r.wait(d.ID, final); got.Status != delivery.Delivered {
		t.Error(got.Status)
	}
}

// Basic credentials in a URL are no part of the engine's business, but they
// must not break it either.
func TestAURLWithCredentialsAuthenticates(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	d := r.send(strings.Replace(endpoint.URL, "http://", "http://user:pass@", 1), "{}")
	r.advance(0)
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("user:pass"))
	if got := endpoint.requests()[0].header.Get("Authorization"); got != want || r.record(d.ID).Status != delivery.Delivered {
		t.Errorf("Authorization: %q", got)
	}
}
