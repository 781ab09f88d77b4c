package clock_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/clock"
)

func TestWaitAndStopwatchGoByRealTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		passed := clock.Stopwatch()
		if err := clock.Wait(t.Context(), 3*time.Second); err != nil {
			t.Error(err)
		}
		if got := passed(); got != 3*time.Second {
			t.Errorf("%s passed", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := clock.Wait(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if got := passed(); got != 4*time.Second {
			t.Errorf("%s passed, want 4s: the wait outlived its ctx", got)
		}
	})
}
