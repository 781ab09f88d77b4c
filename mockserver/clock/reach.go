package clock

import (
	"math"
	"time"
)

// forever is as far as a clock reaches from its start. It is half of what the
// type holds, so that no two times are further apart than a duration.
const forever = time.Duration(math.MaxInt64 / 2)

// later is a + b, where b is not negative, or forever when that is too far.
func later(a, b time.Duration) time.Duration {
	if a > forever-b {
		return forever
	}
	return a + b
}

// atMost turns nanoseconds into a duration, which forever bounds.
func atMost(ns float64) time.Duration {
	if ns < float64(forever) {
		return time.Duration(ns)
	}
	return forever
}

// sensible is rate, or 0 when that is negative or no number.
func sensible(rate float64) float64 {
	if !(rate > 0) {
		return 0
	}
	return rate
}
