package provider

import (
	"sync"
	"time"

	"kycmock/mockserver/clock"
)

// Due is something that is to be done at a time.
type Due struct {
	At time.Time
	Do func()
}

// Timers are those of a vendor's sessions that wait. They are set by what the
// sessions hold, so that a restart needs nothing else. Its methods may be
// called from any goroutine.
type Timers struct {
	env    Env
	vendor string
	due    func(Session) []Due

	mu sync.Mutex
	of map[string][]*clock.Timer
}

// NewTimers makes the timers of a vendor, none of which is set yet. Due says
// what is to come of a session that waits.
func NewTimers(env Env, vendor string, due func(Session) []Due) *Timers {
	return &Timers{env: env, vendor: vendor, due: due, of: map[string][]*clock.Timer{}}
}

// Set sets the timers of a session, if it waits. It looks at the session while
// nobody can stop them, so that whoever ends it meanwhile either is seen there
// or finds the timers.
func (t *Timers) Set(session string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.set(session)
}

func (t *Timers) set(session string) {
	t.stop(session)
	s, ok := t.env.Sessions.Get(session)
	if !ok || !s.Waiting || s.Provider != t.vendor {
		return
	}
	now := t.env.Clock.Now()
	for _, d := range t.due(s) {
		t.of[session] = append(t.of[session], t.env.Clock.AfterFunc(d.At.Sub(now), d.Do))
	}
}

// Stop stops the timers of a session that has ended.
func (t *Timers) Stop(session string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stop(session)
}

func (t *Timers) stop(session string) {
	for _, timer := range t.of[session] {
		timer.Stop()
	}
	delete(t.of, session)
}

// Resume sets the timers of the sessions that wait, and of no others: a reset
// may have forgotten some.
func (t *Timers) Resume() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for session := range t.of {
		t.stop(session)
	}
	for session := range t.env.Sessions.All() {
		t.set(session)
	}
}

// Len is how many sessions have timers.
func (t *Timers) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.of)
}
