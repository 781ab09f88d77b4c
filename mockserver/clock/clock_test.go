package clock_test

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/clock"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// log is what the calls of a test wrote down, in order.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *log) want(t *testing.T, want ...string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.lines, want) {
		t.Errorf("got  %q\nwant %q", l.lines, want)
	}
}

// at writes name and the clock's time down, counted from noon.
func (l *log) at(c *clock.Clock, name string) func() {
	return func() { l.add("%s %s", name, clock.Duration(c.Now().Sub(noon))) }
}

// pass lets d of a bubble's virtual time pass and whatever it starts come to
// rest.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	if err := clock.Wait(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

func wantNow(t *testing.T, c *clock.Clock, since time.Duration) {
	t.Helper()
	if got := c.Now().Sub(noon); got != since {
		t.Errorf("the clock is %s on, want %s", got, since)
	}
}

func TestAClockKeepsItsRate(t *testing.T) {
	tests := []struct {
		name string
		rate float64
		want time.Duration // after 10 real seconds
	}{
		{"real time", 1, 10 * time.Second},
		{"a minute a second", 60, 10 * time.Minute},
		{"a third", 1.0 / 3, 3333333333},
		{"standing", 0, 0},
		{"a negative rate stands", -1, 0},
		{"no number stands", math.NaN(), 0},
		{"too fast stops where a clock ends", 1e300, math.MaxInt64 / 2},
		{"infinitely fast stops where a clock ends", math.Inf(1), math.MaxInt64 / 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := clock.New(noon, tt.rate)
				defer c.Close()
				pass(t, 10*time.Second)
				wantNow(t, c, tt.want)
			})
		})
	}
}

func TestAClockShowsUTCFromItsStart(t *testing.T) {
	c := clock.New(noon.In(time.FixedZone("", 4*3600)), 0)
	if got := c.Now(); got != noon {
		t.Errorf("got %v, want %v", got, noon)
	}
	synctest.Test(t, func(t *testing.T) {
		if got, want := clock.New(time.Time{}, 0).Now(), time.Now().UTC().Round(0); got != want {
			t.Errorf("without a start it shows %v, want %v", got, want)
		}
	})
}

func TestARunningClockCallsWhatIsDueWhenItIsDue(t *testing.T) {
	for _, rate := range []float64{0.1, 1, 3, 7.3, 60} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := clock.New(noon, rate)
				defer c.Close()
				early := make(chan time.Duration, 3)
				for i, d := range []time.Duration{time.Hour + 1, time.Minute, 0} {
					c.AfterFunc(d, func() { early <- time.Duration(i)<<40 + c.Now().Sub(noon.Add(d)) })
				}
				for _, i := range []int{2, 1, 0} { // by due time
					got := <-early
					if who, late := int(got>>40), got&(1<<40-1); who != i || late > time.Duration(rate)+2 {
						t.Errorf("call %d came %s late, want call %d on time", who, late, i)
					}
				}
			})
		})
	}
}

func TestWhileItRunsCallsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 1)
		defer c.Close()
		hung := make(chan struct{})
		defer close(hung)
		var l log
		c.AfterFunc(0, func() { <-hung })
		c.AfterFunc(0, l.at(c, "first"))
		pass(t, 0)
		c.AfterFunc(time.Second, func() { <-hung })
		c.AfterFunc(time.Second, l.at(c, "second"))
		pass(t, time.Second)
		l.want(t, "first 0s", "second 1s")
	})
}

func TestAnEarlierCallOvertakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 1)
		defer c.Close()
		var l log
		c.AfterFunc(time.Hour, l.at(c, "late"))
		c.AfterFunc(time.Second, l.at(c, "early"))
		pass(t, time.Second)
		l.want(t, "early 1s")
		pass(t, time.Hour)
		l.want(t, "early 1s", "late 1h")
	})
}

func TestTheRateChangesInMidFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 1)
		defer c.Close()
		var l log
		c.AfterFunc(time.Hour, l.at(c, "call"))
		pass(t, time.Minute)
		c.SetRate(0)
		pass(t, 24*time.Hour)
		wantNow(t, c, time.Minute)
		l.want(t)
		c.SetRate(60)
		if c.Rate() != 60 {
			t.Errorf("the rate is %v", c.Rate())
		}
		pass(t, 59*time.Second-1)
		l.want(t)
		pass(t, 1)
		l.want(t, "call 1h")
		wantNow(t, c, time.Hour)
	})
}

func TestAVerySlowClockSleepsUntilItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 1e-12)
		defer c.Close()
		c.AfterFunc(time.Hour, func() { t.Error("it was called ages too soon") })
		pass(t, time.Hour) // hangs if the clock spins
		wantNow(t, c, 3)
	})
}

func TestCloseDropsWhatIsToComeAndWaitsForWhatRuns(t *testing.T) {
	for _, rate := range []float64{0, 1} {
		t.Run(fmt.Sprint("at rate ", rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := clock.New(noon, rate)
				var l log
				gate := make(chan struct{})
				dropped := c.AfterFunc(time.Second, func() { l.add("dropped") })
				c.AfterFunc(0, func() {
					<-gate
					l.add("ran")
					c.AfterFunc(0, func() { l.add("too late") })
				})
				synctest.Wait()
				go func() { c.Close(); l.add("closed") }()
				go func() { c.Close(); l.add("closed") }()
				pass(t, time.Minute)
				l.want(t)
				if _, ok := c.Next(); ok || dropped.Stop() {
					t.Error("something is still to come of a closed clock")
				}
				close(gate)
				synctest.Wait()
				c.Close()
				c.SetRate(60)
				c.SetParallel(2)
				after := c.AfterFunc(0, func() { l.add("after Close") })
				pass(t, time.Minute)
				l.want(t, "ran", "closed", "closed")
				if after.Stop() {
					t.Error("a call of a closed clock could be taken back")
				}
			})
		})
	}
}

func TestACallMayUseTheClock(t *testing.T) {
	for _, rate := range []float64{0, 1} {
		synctest.Test(t, func(t *testing.T) {
			c := clock.New(noon, rate)
			defer c.Close()
			var l log
			c.AfterFunc(0, func() {
				timer := c.AfterFunc(time.Hour, nil)
				next, _ := c.Next()
				l.add("%t %t %t", c.Now().Equal(noon), next.Equal(noon.Add(time.Hour)), timer.Stop())
				c.SetRate(c.Rate())
				c.SetParallel(1)
			})
			synctest.Wait()
			l.want(t, "true true true")
		})
	}
}
