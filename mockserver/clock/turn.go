package clock

import (
	"context"
	"errors"
	"time"
)

// Turn is the right to move a clock, which one at a time has. While somebody
// has it the clock moves by their hand alone; afterwards it runs on, at its
// rate, from where they left it.
type Turn struct{ clock *Clock }

// Turn waits for the right to move the clock, as long as ctx allows.
func (c *Clock) Turn(ctx context.Context) (*Turn, error) {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = c.now()
	c.frozen = true
	return &Turn{c}, nil
}

// To moves the clock to at, from one due call to the next. Each call, and each
// that it sets in its turn, has ended before the clock goes on; those that were
// running before are awaited first. An at that has passed settles what is due
// now. When ctx ends, To begins no further call, waits for the one that is
// running, and leaves the clock there.
func (t *Turn) To(ctx context.Context, at time.Time) error {
	c := t.clock
	target := min(at.Sub(c.start), forever)
	for {
		if err := c.settle(ctx); err != nil {
			c.halt()
			return err
		}
		if done, err := c.step(target); done || err != nil {
			return err
		}
	}
}

// step moves the clock to the next due call, if that is no later than target,
// and starts what is due there. Otherwise it moves to target and is done.
func (c *Clock) step(target time.Duration) (done bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return true, ErrClosed
	}
	target = max(target, c.offset)
	if len(c.timers) == 0 || c.timers[0].due > target {
		c.offset = target
		return true, nil
	}
	c.offset = max(c.offset, c.timers[0].due)
	c.moving = true
	c.fire()
	return false, nil
}

// halt ends a step: no further call begins, and those that it began have ended
// when halt returns.
func (c *Clock) halt() {
	c.mu.Lock()
	stepping := c.moving
	c.moving = false
	c.mu.Unlock()
	if stepping {
		_ = c.settle(context.Background())
	}
}

// Back sets the clock to at, which may lie before now, and makes no call. It goes
// no further than from [Clock.Earliest] to [Clock.Furthest].
func (t *Turn) Back(at time.Time) {
	c := t.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = min(max(at.Sub(c.start), -forever), forever)
}

// End gives the turn back; the clock runs on at its rate. It is called once.
func (t *Turn) End() {
	c := t.clock
	c.mu.Lock()
	c.frozen = false
	c.since = time.Now()
	c.fire()
	c.mu.Unlock()
	<-c.turn
}

// Advance moves the clock by d and returns when everything that fell due on the
// way has finished; with 0 it settles what is due now. Advances take turns, and
// ctx bounds both the wait for the turn and the journey: see [Turn.To].
func (c *Clock) Advance(ctx context.Context, d time.Duration) error {
	if d < 0 {
		return errors.New("a clock advances by 0 or more")
	}
	turn, err := c.Turn(ctx)
	if err != nil {
		return err
	}
	defer turn.End()
	return turn.To(ctx, c.Now().Add(d))
}
