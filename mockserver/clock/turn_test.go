package clock_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/clock"
)

func advance(t *testing.T, c *clock.Clock, d time.Duration) {
	t.Helper()
	if err := c.Advance(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func TestAdvanceMakesEachCallAtItsOwnInstantAndThoseSetOnTheWay(t *testing.T) {
	for _, rate := range []float64{0, 1, 60} {
		t.Run(fmt.Sprint("at rate ", rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := clock.New(noon, rate)
				defer c.Close()
				var l log
				var retry func()
				made := 0
				retry = func() {
					l.at(c, "retry")()
					if made++; made < 4 {
						c.AfterFunc(5*time.Minute, retry)
					}
				}
				c.AfterFunc(5*time.Minute, retry)
				c.AfterFunc(7*time.Minute, func() {
					l.at(c, "other")()
					c.AfterFunc(0, l.at(c, "at once"))
				})
				c.AfterFunc(2*time.Hour+1, l.at(c, "beyond"))
				advance(t, c, 2*time.Hour)
				l.want(t, "retry 5m", "other 7m", "at once 7m", "retry 10m", "retry 15m", "retry 20m")
				wantNow(t, c, 2*time.Hour)
			})
		})
	}
}

func TestAdvanceWaitsForEveryCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 0)
		defer c.Close()
		var l log
		slow := func(name string) func() {
			return func() {
				l.at(c, name+" began")()
				_ = clock.Wait(t.Context(), 10*time.Second)
				l.at(c, name+" ended")()
			}
		}
		c.AfterFunc(time.Minute, slow("a"))
		c.AfterFunc(time.Minute, slow("b"))
		c.AfterFunc(time.Hour, slow("c"))
		advance(t, c, time.Hour)
		l.want(t, "a began 1m", "a ended 1m", "b began 1m", "b ended 1m", "c began 1h", "c ended 1h")
	})
}

func TestAdvanceBy0SettlesWhatIsDueNow(t *testing.T) {
	c := clock.New(noon, 0)
	defer c.Close()
	var l log
	for range 100 {
		c.AfterFunc(0, func() { c.AfterFunc(0, func() { l.add("x") }) })
	}
	c.AfterFunc(1, func() { t.Error("called too soon") })
	advance(t, c, 0)
	if len(l.lines) != 100 {
		t.Errorf("%d of 100 calls were made", len(l.lines))
	}
	wantNow(t, c, 0)
}

func TestAdvanceWaitsForWhatWasRunningBefore(t *testing.T) {
	for _, rate := range []float64{0, 1} {
		synctest.Test(t, func(t *testing.T) {
			c := clock.New(noon, rate)
			defer c.Close()
			var l log
			c.AfterFunc(0, func() {
				_ = clock.Wait(t.Context(), 10*time.Second)
				l.at(c, "slow")()
				c.AfterFunc(time.Minute, l.at(c, "its successor"))
			})
			c.AfterFunc(30*time.Second, l.at(c, "due meanwhile"))
			synctest.Wait()
			advance(t, c, time.Minute)
			l.want(t, "slow 0s", "due meanwhile 30s", "its successor 1m")
		})
	}
}

func TestWhatIsDueAtOneInstantRunsSideBySideWhenAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 0)
		defer c.Close()
		c.SetParallel(3)
		var l log
		var barrier sync.WaitGroup
		barrier.Add(3)
		meet := func() {
			barrier.Done()
			barrier.Wait() // hangs when they are made one after another
			l.at(c, "met")()
		}
		// The second and third are set by the first, at its own instant.
		c.AfterFunc(time.Second, func() {
			c.AfterFunc(0, meet)
			c.AfterFunc(0, meet)
			meet()
		})
		c.AfterFunc(2*time.Second, l.at(c, "next instant"))
		advance(t, c, time.Minute)
		l.want(t, "met 1s", "met 1s", "met 1s", "next instant 2s")
	})
}

func TestNoMoreRunSideBySideThanAllowed(t *testing.T) {
	for _, n := range []int{-1, 1, 4} {
		synctest.Test(t, func(t *testing.T) {
			c := clock.New(noon, 0)
			defer c.Close()
			c.SetParallel(n)
			var mu sync.Mutex
			var now, most int
			for range 50 {
				c.AfterFunc(time.Second, func() {
					mu.Lock()
					now++
					most = max(most, now)
					mu.Unlock()
					_ = clock.Wait(t.Context(), time.Second)
					mu.Lock()
					now--
					mu.Unlock()
				})
			}
			advance(t, c, time.Second)
			if want := max(n, 1); most != want {
				t.Errorf("%d ran side by side, want %d", most, want)
			}
		})
	}
}

func TestARunningClockJumpsAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 60)
		defer c.Close()
		var l log
		c.AfterFunc(30*time.Minute, l.at(c, "on the way"))
		c.AfterFunc(61*time.Minute, l.at(c, "afterwards"))
		advance(t, c, time.Hour)
		l.want(t, "on the way 30m")
		wantNow(t, c, time.Hour)
		pass(t, time.Second)
		l.want(t, "on the way 30m", "afterwards 1h1m")
	})
}

func TestAClockThatIsBeingMovedDoesNotRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 1)
		defer c.Close()
		var l log
		c.AfterFunc(time.Second, func() {
			_ = clock.Wait(t.Context(), time.Hour)
			l.at(c, "slow")()
		})
		advance(t, c, time.Minute)
		l.want(t, "slow 1s")
		wantNow(t, c, time.Minute)
		pass(t, time.Second)
		wantNow(t, c, time.Minute+time.Second)
	})
}

func TestTheRateIsSetWhileTheClockIsMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 0)
		defer c.Close()
		var l log
		c.AfterFunc(time.Second, func() {
			c.SetRate(60)
			_ = clock.Wait(t.Context(), time.Second)
			l.at(c, "still there")()
		})
		advance(t, c, time.Minute)
		l.want(t, "still there 1s")
		wantNow(t, c, time.Minute)
		pass(t, time.Second)
		wantNow(t, c, 2*time.Minute)
	})
}

func TestAClockDoesNotAdvanceBackwards(t *testing.T) {
	c := clock.New(noon, 0)
	defer c.Close()
	if err := c.Advance(t.Context(), -1); err == nil {
		t.Error("it did")
	}
	wantNow(t, c, 0)
}
