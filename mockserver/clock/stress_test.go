package clock_test

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kycmock/mockserver/clock"
)

// TestEverybodyUsesOneClock has all of a clock's methods in use at once and
// holds that every call was made, taken back or dropped, and time went forward.
func TestEverybodyUsesOneClock(t *testing.T) {
	c := clock.New(noon, 0)
	var set, made, stopped atomic.Int64
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Go(func() {
			random := rand.New(rand.NewPCG(3, uint64(worker)))
			for range 300 {
				last := c.Now()
				set.Add(1)
				timer := c.AfterFunc(time.Duration(random.IntN(50)-10), func() {
					made.Add(1)
					set.Add(1)
					c.AfterFunc(time.Duration(worker), func() { made.Add(1) })
				})
				switch random.IntN(8) {
				case 0:
					if timer.Stop() {
						stopped.Add(1)
					}
				case 1:
					if err := c.Advance(t.Context(), time.Duration(random.IntN(20))); err != nil {
						t.Error(err)
					}
				case 2:
					c.SetRate(float64(random.IntN(3)))
				case 3:
					c.SetParallel(random.IntN(4))
				case 4:
					c.Next()
				}
				if now := c.Now(); now.Before(last) {
					t.Errorf("time went back from %v to %v", last, now)
				}
			}
		})
	}
	workers.Wait()
	c.SetRate(0)
	if err := c.Advance(t.Context(), time.Second); err != nil {
		t.Error(err)
	}
	if got, want := made.Load()+stopped.Load(), set.Load(); got != want {
		t.Errorf("%d calls were made or taken back of %d", got, want)
	}
	c.Close()
}

func TestClosingInTheMiddleOfEverything(t *testing.T) {
	for range 20 {
		c := clock.New(noon, 0)
		c.SetParallel(2)
		var users sync.WaitGroup
		var closed atomic.Bool
		begin := make(chan struct{})
		for range 4 {
			users.Go(func() {
				<-begin
				for range 50 {
					c.AfterFunc(1, func() {
						if closed.Load() {
							t.Error("called after Close had returned")
						}
					})
					_ = c.Advance(t.Context(), 1)
				}
			})
		}
		users.Go(func() {
			<-begin
			c.Close()
			closed.Store(true)
		})
		close(begin)
		users.Wait()
	}
}
