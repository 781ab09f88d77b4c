package clock_test

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/clock"
)

func TestAStandingClockStillCallsWhatIsDueNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 0)
		defer c.Close()
		var l log
		c.AfterFunc(1, l.at(c, "later"))
		c.AfterFunc(0, func() {
			l.at(c, "a")()
			c.AfterFunc(0, l.at(c, "set by a"))
		})
		c.AfterFunc(-time.Hour, l.at(c, "overdue"))
		pass(t, time.Hour)
		l.want(t, "a 0s", "overdue 0s", "set by a 0s")
	})
}

func TestWhatIsFallingDueWhenTheClockIsStoppedGoesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 0)
		defer c.Close()
		var l log
		gate := make(chan struct{})
		c.AfterFunc(0, func() { <-gate })
		c.AfterFunc(0, l.at(c, "waits its turn"))
		synctest.Wait()
		l.want(t)
		c.SetRate(1) // a running clock's calls wait for nobody
		synctest.Wait()
		l.want(t, "waits its turn 0s")
		c.SetRate(0)
		close(gate)
		c.AfterFunc(0, l.at(c, "again"))
		synctest.Wait()
		l.want(t, "waits its turn 0s", "again 0s")
	})
}

func TestACallThatHungWhileTheClockRanHoldsUpNobodyWhenItStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 1)
		defer c.Close()
		hung := make(chan struct{})
		defer close(hung)
		c.AfterFunc(0, func() { <-hung })
		synctest.Wait()
		c.SetRate(0)
		var l log
		c.AfterFunc(0, l.at(c, "call"))
		synctest.Wait()
		l.want(t, "call 0s")
	})
}

func TestAStandingClockCallsSideBySideWhenAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 0)
		defer c.Close()
		c.SetParallel(3)
		var l log
		gate := make(chan struct{})
		for range 5 { // one after another, as requests come in
			c.AfterFunc(0, func() { l.add("began"); <-gate })
			synctest.Wait()
		}
		l.want(t, "began", "began", "began")
		c.SetParallel(4)
		synctest.Wait()
		l.want(t, "began", "began", "began", "began")
		close(gate)
		synctest.Wait()
		l.want(t, "began", "began", "began", "began", "began")
	})
}

func TestACallThatEndsItsGoroutineEndsNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 0)
		defer c.Close()
		var l log
		// What t.FailNow does, less the failure.
		c.AfterFunc(time.Second, runtime.Goexit)
		c.AfterFunc(time.Second, l.at(c, "next"))
		if err := c.Advance(t.Context(), time.Minute); err != nil {
			t.Error(err)
		}
		l.want(t, "next 1s")
	})
}
