package delivery_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/quick"
	"time"

	"kycmock/mockserver/delivery"
)

func TestAPlanListsTheRetries(t *testing.T) {
	every := func(inclusive bool) []time.Duration {
		plan := []time.Duration{}
		for at := 5 * time.Minute; at < 2*time.Hour || inclusive && at == 2*time.Hour; at += 5 * time.Minute {
			plan = append(plan, at)
		}
		return plan
	}
	const m = time.Minute
	for _, tt := range []struct {
		name     string
		schedule delivery.Schedule
		count    int
		plan     []time.Duration
	}{
		{"every 5 minutes for 2 hours, inclusive", delivery.Every(5*m, 120*m, true), 24, every(true)},
		{"every 5 minutes for 2 hours, exclusive", delivery.Every(5*m, 120*m, false), 23, every(false)},
		{"an interval that does not divide the window", delivery.Every(7*m, 20*m, true), 2, []time.Duration{7 * m, 14 * m}},
		{"a window of one interval, inclusive", delivery.Every(m, m, true), 1, []time.Duration{m}},
		{"a window of one interval, exclusive", delivery.Every(m, m, false), 0, []time.Duration{}},
		{"no window", delivery.Every(m, 0, true), 0, []time.Duration{}},
		{"a negative window", delivery.Every(m, -m, true), 0, []time.Duration{}},
		{"no interval, which must not go on for ever", delivery.Every(0, time.Hour, true), 0, []time.Duration{}},
		{"a negative interval", delivery.Every(-m, time.Hour, true), 0, []time.Duration{}},
		{"waits, each from the attempt before", delivery.Waits(0, 5*time.Second, 30*time.Second, 2*m, 10*m), 5,
			[]time.Duration{0, 5 * time.Second, 35 * time.Second, 2*m + 35*time.Second, 12*m + 35*time.Second}},
		{"no waits", delivery.Waits(), 0, []time.Duration{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := delivery.Plan(tt.schedule)
			if len(plan) != tt.count || !slices.Equal(plan, tt.plan) {
				t.Errorf("%d retries: %v\nwant %d: %v", len(plan), plan, tt.count, tt.plan)
			}
		})
	}
}

func TestAPlanOfAScheduleWithoutAnEndIsCutOff(t *testing.T) {
	endless := func(int, time.Duration) (time.Duration, bool) { return time.Second, true }
	if plan := delivery.Plan(endless); len(plan) != 1000 || plan[999] != 1000*time.Second {
		t.Errorf("%d retries", len(plan))
	}
}

// Any interval and window come to an end, after as many retries as fit.
func TestEveryScheduleEnds(t *testing.T) {
	ends := func(interval, window int64, inclusive bool) bool {
		s := delivery.Every(time.Duration(interval), time.Duration(window), inclusive)
		want := int64(0)
		if interval > 0 && window > 0 {
			want = window / interval
			if !inclusive && window%interval == 0 {
				want--
			}
		}
		elapsed := time.Duration(0)
		for made := 1; ; made++ {
			wait, again := s(made, elapsed)
			if !again {
				return int64(made-1) == want
			}
			if int64(made) > want || wait != time.Duration(interval) {
				return false
			}
			elapsed += wait
		}
	}
	dice := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		interval := dice.Int64N(1000) - 10
		if window := dice.Int64N(5000) - 10; !ends(interval, window, dice.IntN(2) == 0) {
			t.Fatalf("interval %d, window %d", interval, window)
		}
	}
	for _, extreme := range [][2]int64{
		{math.MaxInt64, math.MaxInt64}, {math.MaxInt64 - 1, math.MaxInt64}, {1, 0}, {0, math.MaxInt64},
		{math.MinInt64, math.MaxInt64}, {math.MaxInt64/2 + 1, math.MaxInt64},
	} {
		if !ends(extreme[0], extreme[1], true) {
			t.Errorf("interval %d, window %d", extreme[0], extreme[1])
		}
	}
}

func TestWaitsEndAfterTheLast(t *testing.T) {
	ends := func(waits []uint32) bool {
		all := make([]time.Duration, len(waits))
		for i, w := range waits {
			all[i] = time.Duration(w)
		}
		plan := delivery.Plan(delivery.Waits(all...))
		sum := time.Duration(0)
		for i := range plan {
			if sum += all[i]; plan[i] != sum {
				return false
			}
		}
		return len(plan) == len(waits)
	}
	if err := quick.Check(ends, nil); err != nil {
		t.Error(err)
	}
}

func TestOnlyPendingIsNotFinal(t *testing.T) {
	for _, s := range delivery.Statuses() {
		if s.Final() == (s == delivery.Pending) {
			t.Errorf("%s: final is %t", s, s.Final())
		}
	}
	if delivery.Status("lost").Final() {
		t.Error("a status that does not exist is final")
	}
}
