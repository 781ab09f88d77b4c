package mockserver_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"

	"kycmock/keys"
	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// rig is a mock with a receiver that always answers the same.
func rig(b *testing.B, rate float64, status, parallel int) *mockserver.Server {
	b.Helper()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
	}))
	b.Cleanup(receiver.Close)
	mock := mockserver.Test(b, mockserver.Config{Clock: clock.New(time.Time{}, rate), Parallel: parallel}).Server
	webhook := uqudo.Webhook{URL: receiver.URL, SecurityType: uqudo.SecurityNone}
	if _, err := mock.SaveWebhook(b.Context(), "uqudo", "default", "global", webhook); err != nil {
		b.Fatal(err)
	}
	return mock
}

var enrollment = provider.Trigger{Provider: "uqudo", Event: "enrollment"}

// BenchmarkFreshResults measures results that are invented, signed and
// delivered, beside the bare signature on all cores, in turns, so that both meet
// the same machine. The goal is 0.8 of it.
func BenchmarkFreshResults(b *testing.B) {
	const batch = 256
	pair := keys.Default()
	payload := make([]byte, 4<<10)
	mock := rig(b, 1, http.StatusOK, 0)
	var bare, delivered time.Duration
	for b.Loop() {
		bare += sideBySide(b, batch, func() error {
			_, err := pair.Sign(payload)
			return err
		})
		took := clock.Stopwatch()
		sideBySide(b, batch, func() error {
			_, err := mock.Trigger(b.Context(), enrollment)
			return err
		})
		if _, err := mock.AdvanceToIdle(b.Context()); err != nil { // the last ones are still under way
			b.Fatal(err)
		}
		delivered += took()
	}
	all := float64(b.N * batch)
	b.ReportMetric(all/bare.Seconds(), "signatures/s")
	b.ReportMetric(all/delivered.Seconds(), "deliveries/s")
	b.ReportMetric(bare.Seconds()/delivered.Seconds(), "of-bare")
}

// sideBySide calls f n times on all cores and tells how long that took.
func sideBySide(b *testing.B, n int, f func() error) time.Duration {
	b.Helper()
	took := clock.Stopwatch()
	var group sync.WaitGroup
	cores := runtime.GOMAXPROCS(0)
	for range cores {
		group.Go(func() {
			for range n / cores {
				if err := f(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	group.Wait()
	return took()
}

// BenchmarkTwoHours measures 1,000 deliveries to a receiver that is down, all
// through the schedule: 25,000 attempts. The goal is under ten seconds.
func BenchmarkTwoHours(b *testing.B) {
	for b.Loop() {
		mock := rig(b, 0, http.StatusServiceUnavailable, runtime.GOMAXPROCS(0)*4)
		for range 1000 {
			if _, err := mock.Trigger(b.Context(), enrollment); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := mock.Advance(b.Context(), 2*time.Hour); err != nil {
			b.Fatal(err)
		}
		if exhausted, _ := mock.Deliveries(delivery.Filter{Status: delivery.Exhausted}); len(exhausted) != 1000 {
			b.Fatalf("%d deliveries are exhausted", len(exhausted))
		}
	}
}
