// Package clock is the only clock of the mock: everything that is still to
// come is a call from it.
//
// A Clock has a rate. At 1 it keeps real time, at 60 a minute passes every
// second, at 0 it stands still until somebody moves it. Whoever moves it waits
// until everything that fell due has finished, so two hours of retries pass in
// milliseconds, in the same order every time. A test's clock is the product's
// clock: there is no interface and no fake.
//
// No other package of the project reads or waits for real time. What has to
// (socket delays, heartbeats, long polls, how long an endpoint took) calls
// [Wait] and [Stopwatch].
package clock

import (
	"container/heap"
	"context"
	"errors"
	"math"
	"sync"
	"time"
)

// ErrClosed is returned by whatever moves a clock that has been closed.
var ErrClosed = errors.New("the clock is closed")

// Clock tells the mock's time and makes the calls that are due. Its methods
// may be called from any goroutine, also from inside a callback, save for
// Close and for what moves the clock: a callback would wait for itself.
type Clock struct {
	start time.Time     // the mock's time that offsets count from
	turn  chan struct{} // holds one token while somebody moves the clock

	mu       sync.Mutex
	offset   time.Duration // the mock's time at since, counted from start
	since    time.Time     // real time at which offset held
	rate     float64
	frozen   bool // somebody has the turn, so time moves only by their hand
	moving   bool // and the calls of the instant that they came to are being made
	closed   bool
	timers   timers
	ordinal  uint64
	parallel int
	abreast  int           // of the running calls, those that count against parallel
	running  int           // calls that have begun and not ended
	settled  chan struct{} // closed when running falls to 0; nil while nobody waits
	wake     *time.Timer   // the one runtime timer, for the earliest of timers
}

// New makes a clock that shows start, or the real time now when start is zero,
// and runs at rate mock seconds a real second: 1 keeps real time, 0 stands
// still. A rate that is negative or no number counts as 0. A clock reaches 146
// years to either side of its start and stops there; a start after 9800 counts
// as then, because no time after 9999 can be written.
func New(start time.Time, rate float64) *Clock {
	if start.IsZero() {
		start = time.Now()
	}
	if latest := time.Date(LatestYear, 1, 1, 0, 0, 0, 0, time.UTC); start.After(latest) {
		start = latest
	}
	return &Clock{
		start:    start.UTC().Round(0),
		since:    time.Now(),
		rate:     sensible(rate),
		turn:     make(chan struct{}, 1),
		parallel: 1,
	}
}

// LatestYear is the last year in which a clock can start.
const LatestYear = 9800

// Furthest is as far as the clock can go.
func (c *Clock) Furthest() time.Time { return c.start.Add(forever) }

// Earliest is as far back as the clock can be set.
func (c *Clock) Earliest() time.Time { return c.start.Add(-forever) }

// Now is the mock's time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.start.Add(c.now())
}

// now is the mock's time counted from start.
func (c *Clock) now() time.Duration {
	if c.rate == 0 || c.frozen {
		return c.offset
	}
	return later(c.offset, atMost(float64(time.Since(c.since))*c.rate))
}

// Rate is how many mock seconds pass in a real one, 0 while the clock stands.
func (c *Clock) Rate() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rate
}

// SetRate changes how fast the clock runs from now on; see New for its range.
func (c *Clock) SetRate(rate float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset, c.since = c.now(), time.Now()
	c.rate = sensible(rate)
	c.fire()
}

// SetParallel lets up to n calls that are due at the same instant run side by
// side while the clock stands or is being moved. The default is 1: one after
// another, in the order in which they were asked for.
func (c *Clock) SetParallel(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parallel = max(n, 1)
	c.fire()
}

// AfterFunc calls f when d has passed on this clock, which is at once when d is
// not positive. Each call has a goroutine of its own. While the clock runs by
// itself they wait for nobody; while it stands or is being moved they take
// turns.
func (c *Clock) AfterFunc(d time.Duration, f func()) *Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &Timer{clock: c, due: later(c.now(), max(d, 0)), ordinal: c.ordinal, f: f, index: gone}
	if c.closed {
		return t
	}
	c.ordinal++
	heap.Push(&c.timers, t)
	c.fire()
	return t
}

// Next is when the earliest call is due, and false when none is to come.
func (c *Clock) Next() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.timers) == 0 {
		return time.Time{}, false
	}
	return c.start.Add(c.timers[0].due), true
}

// Close drops every call that is still to come and returns when those that
// have begun have ended. It may be called again, with no effect.
func (c *Clock) Close() {
	c.mu.Lock()
	c.closed = true
	for _, t := range c.timers {
		t.index = gone
	}
	c.timers = nil
	if c.wake != nil {
		c.wake.Stop()
	}
	c.mu.Unlock()
	_ = c.settle(context.Background())
}

// fire starts what is due and sets the runtime timer for what comes next. It
// is called with mu held, after every change.
func (c *Clock) fire() {
	if c.closed || c.frozen && !c.moving {
		return
	}
	standing := c.rate == 0 || c.frozen
	for c.due() && (!standing || c.abreast < c.parallel) {
		t := heap.Pop(&c.timers).(*Timer)
		c.running++
		if standing {
			c.abreast++
		}
		go c.call(t, standing)
	}
	if !standing && len(c.timers) > 0 {
		// Rounded up, and never 0: woken a little early, the clock would not
		// have come as far as the timer, again and again.
		wait := float64(c.timers[0].due-c.now()) / c.rate
		c.setWake(max(atMost(math.Ceil(wait)), 1))
	}
}

// call makes one call and sees to what follows, also when f ends its goroutine.
func (c *Clock) call(t *Timer, counted bool) {
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.running--
		if counted {
			c.abreast--
		}
		c.fire()
		if c.running > 0 {
			return
		}
		c.moving = false
		if c.settled != nil {
			close(c.settled)
			c.settled = nil
		}
	}()
	t.f()
}

func (c *Clock) setWake(d time.Duration) {
	if c.wake == nil {
		c.wake = time.AfterFunc(d, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.fire()
		})
		return
	}
	c.wake.Reset(d)
}

func (c *Clock) due() bool { return len(c.timers) > 0 && c.timers[0].due <= c.now() }

// settle waits until no call is running. It returns ctx's error when ctx is
// done.
func (c *Clock) settle(ctx context.Context) error {
	for {
		c.mu.Lock()
		if c.running == 0 {
			c.mu.Unlock()
			return ctx.Err()
		}
		if c.settled == nil {
			c.settled = make(chan struct{})
		}
		settled := c.settled
		c.mu.Unlock()
		select {
		case <-settled:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
