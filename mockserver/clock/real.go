package clock

import (
	"context"
	"time"
)

// Wait lets d of real time pass, whatever any Clock shows, and returns early
// with ctx's error when ctx ends.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stopwatch starts measuring real time; what it returns tells how much has
// passed since.
func Stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}

// Deadline is the real time that comes after d, for sockets.
func Deadline(d time.Duration) time.Time { return time.Now().Add(d) }
