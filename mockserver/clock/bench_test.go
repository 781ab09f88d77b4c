package clock_test

import (
	"runtime"
	"testing"
	"time"

	"kycmock/mockserver/clock"
)

// BenchmarkStanding is one call of a clock that is being moved, each at an
// instant of its own.
func BenchmarkStanding(b *testing.B) {
	c := clock.New(noon, 0)
	defer c.Close()
	b.ReportAllocs()
	for i := range b.N {
		c.AfterFunc(time.Duration(i+1), func() {})
	}
	if err := c.Advance(b.Context(), time.Duration(b.N)); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRunning is one call of a clock that keeps real time.
func BenchmarkRunning(b *testing.B) {
	c := clock.New(noon, 1)
	b.ReportAllocs()
	for range b.N {
		c.AfterFunc(time.Microsecond, func() {})
	}
	if err := c.Advance(b.Context(), time.Second); err != nil {
		b.Fatal(err)
	}
	c.Close()
}

// BenchmarkRearm is a retry: one call that sets the next beside 10,000 others.
func BenchmarkRearm(b *testing.B) {
	c := clock.New(noon, 0)
	defer c.Close()
	for range 10_000 {
		c.AfterFunc(24*365*time.Hour, func() {})
	}
	b.ReportAllocs()
	var again func()
	again = func() { c.AfterFunc(1, again) }
	again()
	if err := c.Advance(b.Context(), time.Duration(b.N)); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPending tells the memory of a timer that is still to come.
func BenchmarkPending(b *testing.B) {
	const n = 100_000
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	f := func() {}
	var bytes float64
	for range b.N {
		before := heap()
		c := clock.New(noon, 0)
		for i := range n {
			c.AfterFunc(time.Duration(i+1), f)
		}
		bytes = float64(heap()-before) / n
		c.Close()
	}
	b.ReportMetric(bytes, "bytes/timer")
}
