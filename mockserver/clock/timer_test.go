package clock_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/clock"
)

func TestCallsComeByDueTimeThenByCreation(t *testing.T) {
	c := clock.New(noon, 0)
	defer c.Close()
	type call struct {
		due time.Duration
		n   int
	}
	var want, got []call
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 500 {
		k := call{time.Duration(1 + random.IntN(20)), n}
		want = append(want, k)
		c.AfterFunc(k.due, func() { got = append(got, k) })
	}
	slices.SortStableFunc(want, func(a, b call) int { return int(a.due - b.due) })
	if err := c.Advance(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestAStoppedTimerIsNotCalled(t *testing.T) {
	c := clock.New(noon, 0)
	defer c.Close()
	var l log
	var timers []*clock.Timer
	for _, name := range []string{"a", "b", "c", "d"} {
		timers = append(timers, c.AfterFunc(time.Second, l.at(c, name)))
	}
	if !timers[1].Stop() || timers[1].Stop() {
		t.Error("a timer can be taken back once, and then no more")
	}
	var inside bool
	c.AfterFunc(time.Millisecond, func() { inside = timers[3].Stop() })
	if err := c.Advance(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	l.want(t, "a 1s", "c 1s")
	if !inside {
		t.Error("a call could not take back another")
	}
	if timers[0].Stop() {
		t.Error("a call that was made could be taken back")
	}
}

func TestACallThatRunsCannotBeTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(noon, 1)
		gate := make(chan struct{})
		timer := c.AfterFunc(0, func() { <-gate })
		if timer.Stop() {
			t.Error("it was taken back")
		}
		close(gate)
		c.Close()
	})
}

func TestNextIsTheEarliest(t *testing.T) {
	c := clock.New(noon, 0)
	defer c.Close()
	if at, ok := c.Next(); ok {
		t.Errorf("an idle clock has %v to come", at)
	}
	c.AfterFunc(time.Hour, func() {})
	early := c.AfterFunc(time.Minute, func() {})
	for _, want := range []time.Duration{time.Minute, time.Hour} {
		if at, ok := c.Next(); !ok || at != noon.Add(want) {
			t.Errorf("got %v, %v; want %v", at, ok, want)
		}
		early.Stop()
	}
	if got := early.Due(); got != noon.Add(time.Minute) {
		t.Errorf("a stopped timer was due at %v", got)
	}
}

func TestTheLongestWaitIsNotDueNow(t *testing.T) {
	for _, rate := range []float64{0, 1e-9, 1, 1e6} {
		synctest.Test(t, func(t *testing.T) {
			c := clock.New(noon, rate)
			defer c.Close()
			pass(t, 1)
			timer := c.AfterFunc(math.MaxInt64, func() { t.Error("called") })
			pass(t, time.Minute)
			if !timer.Due().After(c.Now()) {
				t.Errorf("at rate %v it was due at %v", rate, timer.Due())
			}
		})
	}
}
