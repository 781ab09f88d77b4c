package provider_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/provider"
)

var timersStart = time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)

// A bell has timers that ring, one and two minutes after the start.
type bell struct {
	*testing.T
	*provider.Timers
	clock    *clock.Clock
	sessions *provider.Sessions

	mu    sync.Mutex
	rings []string
}

func newBell(t *testing.T) *bell {
	t.Helper()
	s, _ := sessions(t, 10_000, nil)
	b := &bell{T: t, clock: clock.New(timersStart, 0), sessions: s}
	t.Cleanup(b.clock.Close)
	b.Timers = provider.NewTimers(provider.Env{Clock: b.clock, Sessions: s}, "toy", func(s provider.Session) []provider.Due {
		return []provider.Due{
			{At: timersStart.Add(time.Minute), Do: func() { b.ring(s.ID + " 1") }},
			{At: timersStart.Add(2 * time.Minute), Do: func() { b.ring(s.ID + " 2") }},
		}
	})
	return b
}

func (b *bell) ring(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rings = append(b.rings, what)
}

func (b *bell) add(ids ...string) {
	b.Helper()
	for _, id := range ids {
		if !b.sessions.Add(provider.Session{ID: id, Provider: "toy", Waiting: true}) {
			b.Fatalf("there is a session %s", id)
		}
	}
}

// ends has a session wait no longer.
func (b *bell) ends(id string) {
	b.Helper()
	if _, err := b.sessions.Update(id, func(s *provider.Session) error { s.Waiting = false; return nil }); err != nil {
		b.Error(err)
	}
}

// rung advances the clock and wants these rings, all there were so far.
func (b *bell) rung(by time.Duration, want ...string) {
	b.Helper()
	if err := b.clock.Advance(b.Context(), by); err != nil {
		b.Fatal(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Equal(b.rings, want) {
		b.Errorf("rung has %q, want %q", b.rings, want)
	}
}

func (b *bell) has(timers int) {
	b.Helper()
	if got := b.Len(); got != timers {
		b.Errorf("%d sessions have timers, want %d", got, timers)
	}
}

func TestTimersAreThoseOfASessionThatWaits(t *testing.T) {
	b := newBell(t)
	b.add("a", "ended")
	b.ends("ended")
	if !b.sessions.Add(provider.Session{ID: "another's", Provider: "game", Waiting: true}) {
		t.Fatal("it was not added")
	}
	for _, id := range []string{"a", "ended", "another's", "nobody"} {
		b.Set(id)
	}
	b.has(1)
	b.rung(59 * time.Second)
	b.rung(time.Second, "a 1")
	b.rung(time.Hour, "a 1", "a 2")
}

func TestTimersSetAgainRingOnce(t *testing.T) {
	b := newBell(t)
	b.add("a")
	b.Set("a")
	b.Set("a")
	b.Resume()
	b.rung(time.Minute, "a 1")
	b.Stop("a")
	b.has(0)
	b.rung(time.Hour, "a 1")
	b.Stop("a")
	b.Stop("nobody")
}

func TestTimersOfASessionThatEndedAreGoneWhenSetAgain(t *testing.T) {
	b := newBell(t)
	b.add("a", "b")
	b.Set("a")
	b.Set("b")
	b.has(2)
	b.ends("a")
	b.Set("a")
	b.has(1)
	b.rung(time.Hour, "b 1", "b 2")
}

func TestResumeSetsTheTimersOfAllThatWaitAndOfNoOthers(t *testing.T) {
	b := newBell(t)
	b.add("a", "b", "c")
	b.Set("b")
	b.Set("c")
	b.ends("b")
	b.Resume()
	b.has(2)
	b.rung(time.Minute, "a 1", "c 1")
	b.ends("c")
	b.Resume()
	b.has(1)
	// What has passed meanwhile rings at once: whoever rings looks whether it is
	// still wanted.
	b.rung(0, "a 1", "c 1", "a 1")
	b.rung(time.Hour, "a 1", "c 1", "a 1", "a 2")
}

func TestATimerMayStopItsOwnSessions(t *testing.T) {
	s, _ := sessions(t, 10, nil)
	c := clock.New(timersStart, 0)
	t.Cleanup(c.Close)
	var timers *provider.Timers
	rings := 0
	timers = provider.NewTimers(provider.Env{Clock: c, Sessions: s}, "toy", func(s provider.Session) []provider.Due {
		ring := func() { rings++; timers.Stop(s.ID) }
		return []provider.Due{{At: timersStart, Do: ring}, {At: timersStart.Add(time.Minute), Do: ring}}
	})
	if !s.Add(provider.Session{ID: "a", Provider: "toy", Waiting: true}) {
		t.Fatal("it was not added")
	}
	timers.Set("a")
	if err := c.Advance(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if rings != 1 || timers.Len() != 0 {
		t.Errorf("it rang %d times, and %d sessions have timers", rings, timers.Len())
	}
}

// TestWhoeverEndsASessionWhileItsTimersAreSetLeavesNone ends sessions in the way
// that vendors do: first the session, then its timers.
func TestWhoeverEndsASessionWhileItsTimersAreSetLeavesNone(t *testing.T) {
	b := newBell(t)
	const many = 200
	var all sync.WaitGroup
	for i := range many {
		id := string(rune('a' + i))
		b.add(id)
		all.Go(func() { b.Set(id) })
		all.Go(func() { b.ends(id); b.Stop(id) })
		if i%20 == 0 {
			all.Go(b.Resume)
		}
	}
	all.Wait()
	b.has(0)
	b.rung(time.Hour)
}
