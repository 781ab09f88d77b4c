package clock_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/clock"
)

func TestAdvancesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 0)
		defer c.Close()
		var l log
		gate := make(chan struct{})
		c.AfterFunc(time.Minute, func() { <-gate })
		go func() {
			_ = c.Advance(t.Context(), time.Hour)
			l.at(c, "first")()
		}()
		synctest.Wait()
		impatient, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := c.Advance(impatient, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who gave up waiting got %v", err)
		}
		wantNow(t, c, time.Minute)
		go func() {
			_ = c.Advance(t.Context(), time.Hour)
			l.at(c, "second")()
		}()
		synctest.Wait()
		l.want(t)
		close(gate)
		synctest.Wait()
		// Both may tell after both have ended; the sum is what counts.
		wantNow(t, c, 2*time.Hour)
		if len(l.lines) != 2 {
			t.Errorf("got %q", l.lines)
		}
	})
}

func TestACancelledAdvanceStopsAtTheInstantItHasReached(t *testing.T) {
	for _, parallel := range []int{1, 2} {
		synctest.Test(t, func(t *testing.T) {
			c := clock.New(noon, 0)
			defer c.Close()
			c.SetParallel(parallel)
			ctx, cancel := context.WithCancel(t.Context())
			var l log
			c.AfterFunc(time.Minute, l.at(c, "a"))
			c.AfterFunc(2*time.Minute, func() {
				cancel()
				_ = clock.Wait(t.Context(), time.Second)
				l.at(c, "b, to its end")()
				c.AfterFunc(time.Second, l.at(c, "set by b"))
			})
			c.AfterFunc(3*time.Minute, l.at(c, "c"))
			if err := c.Advance(ctx, time.Hour); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			l.want(t, "a 1m", "b, to its end 2m")
			wantNow(t, c, 2*time.Minute)
			advance(t, c, time.Hour)
			l.want(t, "a 1m", "b, to its end 2m", "set by b 2m1s", "c 3m")
			wantNow(t, c, time.Hour+2*time.Minute)
		})
	}
}

func TestWhoeverHasLeftMovesNothing(t *testing.T) {
	c := clock.New(noon, 0)
	defer c.Close()
	c.AfterFunc(time.Second, func() { t.Error("called") })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 { // the turn is free, so select may give it
		if err := c.Advance(ctx, time.Hour); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
	}
	wantNow(t, c, 0)
}

func TestACancelledAdvanceDoesNotWaitForWhatItHasNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 1)
		defer c.Close()
		hung := make(chan struct{})
		c.AfterFunc(0, func() { <-hung })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Advance(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		wantNow(t, c, 0)
		close(hung)
	})
}

func TestAClosedClockCannotBeMoved(t *testing.T) {
	c := clock.New(noon, 0)
	c.Close()
	for range 2 { // the first gave its turn back
		if err := c.Advance(t.Context(), time.Second); !errors.Is(err, clock.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
	wantNow(t, c, 0)
}

func TestCloseEndsAnAdvance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 0)
		gate := make(chan struct{})
		c.AfterFunc(time.Second, func() { <-gate })
		c.AfterFunc(time.Second, func() { t.Error("called") })
		go func() {
			synctest.Wait()
			go func() { synctest.Wait(); close(gate) }()
			c.Close()
		}()
		if err := c.Advance(t.Context(), time.Hour); !errors.Is(err, clock.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

func TestATurnMovesTheClockStepByStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 1)
		defer c.Close()
		var l log
		for _, m := range []time.Duration{1, 2, 3} {
			c.AfterFunc(m*time.Minute, l.at(c, "call"))
		}
		turn, err := c.Turn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := turn.To(t.Context(), noon.Add(time.Minute)); err != nil {
			t.Error(err)
		}
		l.want(t, "call 1m")
		pass(t, time.Hour)
		c.AfterFunc(0, l.at(c, "due between the steps"))
		synctest.Wait()
		l.want(t, "call 1m")
		if err := turn.To(t.Context(), noon); err != nil { // has passed: settles
			t.Error(err)
		}
		l.want(t, "call 1m", "due between the steps 1m")
		wantNow(t, c, time.Minute)
		if err := turn.To(t.Context(), noon.Add(2*time.Minute)); err != nil {
			t.Error(err)
		}
		c.AfterFunc(0, l.at(c, "due at the end"))
		turn.End()
		synctest.Wait()
		l.want(t, "call 1m", "due between the steps 1m", "call 2m", "due at the end 2m")
		pass(t, time.Minute)
		wantNow(t, c, 3*time.Minute)
		l.want(t, "call 1m", "due between the steps 1m", "call 2m", "due at the end 2m", "call 3m")
	})
}

func TestBackSetsTheClockBackAndCallsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 1)
		defer c.Close()
		var l log
		c.AfterFunc(time.Minute, l.at(c, "call"))
		pass(t, 10*time.Second)
		turn, err := c.Turn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		turn.Back(noon.Add(-time.Hour))
		turn.End()
		wantNow(t, c, -time.Hour)
		pass(t, time.Hour)
		l.want(t)
		pass(t, time.Minute)
		l.want(t, "call 1m")
	})
}

func TestAClockStopsAtTheEndOfItsReach(t *testing.T) {
	const reach = math.MaxInt64 / 2
	for _, rate := range []float64{0, 1} {
		synctest.Test(t, func(t *testing.T) {
			c := clock.New(noon, rate)
			defer c.Close()
			advance(t, c, math.MaxInt64)
			wantNow(t, c, reach)
			pass(t, time.Hour)
			wantNow(t, c, reach)
			turn, err := c.Turn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			turn.Back(time.Time{})
			wantNow(t, c, -reach)
			turn.End()
			c.AfterFunc(math.MaxInt64, func() { t.Error("called") })
			pass(t, time.Hour) // hangs if the difference overflows and the clock spins
		})
	}
}
