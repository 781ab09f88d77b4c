package mockserver

import (
	"context"
	"fmt"
	"sync"
	"time"

	"kycmock/keys"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
)

// TB is what Test needs of a *testing.T.
type TB interface {
	Helper()
	Context() context.Context
	Cleanup(f func())
	Errorf(format string, args ...any)
	// Fatalf ends the test: it does not return.
	Fatalf(format string, args ...any)
}

// Mock is a Server in a test. Its verbs fail the test where a Server's return
// an error, and take no context, because the test has one. Those that wait
// return as soon as what they wait for has happened, and when it does not they
// say what came closest. A verb that a Mock does not have is its Server's, and
// one of the same name is there as mock.Server.Advance.
//
// They work in a Cleanup too, when the test's own context has ended already.
// Like the methods of a *testing.T that end a test, its verbs are for the
// test's own goroutine. A webhook handler that calls one that advances the
// clock would wait for itself.
type Mock struct {
	*Server
	// Patience is how long verbs wait, in real time, for what does not come. In
	// a bubble of testing/synctest that is the bubble's time, so let it be longer
	// than what is waited for. The default is 5 seconds; a mock that In returned
	// keeps the one that it was made with.
	Patience time.Duration

	t          TB
	deliveries *taken // by NextDelivery
	begun      *taken // sessions: by NextSession, or begun by the test itself
}

// taken remembers the IDs of what was handed out one after another.
type taken struct {
	mu  sync.Mutex
	ids map[string]bool
}

// first takes the first of these IDs that was not taken, if there is one.
func (k *taken) first(ids []string) (id string, found bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, id := range ids {
		if !k.ids[id] {
			k.ids[id] = true
			return id, true
		}
	}
	return "", false
}

// has is whether an ID was taken.
func (k *taken) has(id string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.ids[id]
}

// defaultPatience is more than a busy machine needs, and no more than people
// bear.
const defaultPatience = 5 * time.Second

// Test makes a Server that listens and closes with the test. Its clock stands
// still, from real now on, until the test advances it.
func Test(t TB, c Config) *Mock {
	t.Helper()
	if c.Clock == nil {
		c.Clock = clock.New(time.Time{}, 0)
		t.Cleanup(c.Clock.Close)
	}
	s, err := Start(c)
	if err != nil {
		t.Fatalf("starting the mock: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the mock: %v", err)
		}
	})
	return &Mock{Server: s, Patience: defaultPatience, t: t, deliveries: &taken{ids: map[string]bool{}}, begun: &taken{ids: map[string]bool{}}}
}

// In is the same mock, whose verbs fail another test: a subtest.
func (m *Mock) In(t TB) *Mock {
	other := *m
	other.t = t
	return &other
}

// ctx has the test's values and outlives it: verbs are called in a Cleanup too,
// and what they wait for has bounds of its own.
func (m *Mock) ctx() context.Context { return context.WithoutCancel(m.t.Context()) }

// must fails the test when doing something met an error.
func (m *Mock) must(err error, doing string, args ...any) {
	m.t.Helper()
	if err != nil {
		m.t.Fatalf("%s: %v", fmt.Sprintf(doing, args...), err)
	}
}

// until waits until done is true, and is false when that takes longer than the
// mock's patience.
func (m *Mock) until(done func() bool) bool {
	ctx, cancel := context.WithTimeout(m.ctx(), m.Patience)
	defer cancel()
	for {
		changed := m.journal.Changed()
		if done() {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return done()
		}
	}
}

// Advance moves the clock by d and returns, in order, the attempts that were
// made on the way; what was due already is made first and not among them.
// Everything that fell due has finished by then.
func (m *Mock) Advance(d time.Duration) []delivery.Attempt {
	m.t.Helper()
	made, err := m.Server.Advance(m.ctx(), d)
	m.must(err, "advancing the clock by %s", d)
	return made
}

// AdvanceToNext moves the clock to the next thing that is due, if there is one,
// and returns the attempts that were made there.
func (m *Mock) AdvanceToNext() []delivery.Attempt {
	m.t.Helper()
	made, err := m.Server.AdvanceToNext(m.ctx())
	m.must(err, "advancing the clock to what is due next")
	return made
}

// AdvanceToIdle moves the clock until no delivery has an attempt to come, and
// returns the attempts that were made on the way.
func (m *Mock) AdvanceToIdle() []delivery.Attempt {
	m.t.Helper()
	made, err := m.Server.AdvanceToIdle(m.ctx())
	m.must(err, "advancing the clock until no attempt is to come")
	return made
}

// SetNow sets the clock. Forward is an advance; back fails the test while a
// delivery is pending.
func (m *Mock) SetNow(at time.Time) {
	m.t.Helper()
	m.must(m.Server.SetNow(m.ctx(), at), "setting the clock to %s", at.Format(time.RFC3339))
}

// RotateKey makes a new key that signs from now on. The old one stays
// published until RetireKey takes it out; Rotate has other ways.
func (m *Mock) RotateKey() keys.Key {
	m.t.Helper()
	return m.Rotate(Rotation{})
}

// Rotate makes a new key that signs from now on.
func (m *Mock) Rotate(r Rotation) keys.Key {
	m.t.Helper()
	key, err := m.Server.Rotate(r)
	m.must(err, "rotating the key")
	return key
}

// PublishKey puts the key that signs into the JWKS, after a rotation that
// withheld it.
func (m *Mock) PublishKey() keys.Key {
	m.t.Helper()
	key, err := m.Server.PublishKey()
	m.must(err, "publishing the key")
	return key
}

// RetireKey takes a key out of the JWKS. The one that signs cannot be retired.
func (m *Mock) RetireKey(kid string) keys.Key {
	m.t.Helper()
	key, err := m.Server.RetireKey(kid)
	m.must(err, "retiring the key %s", kid)
	return key
}

// Arm has a fault happen to what comes next: to notifications, or to calls of a
// vendor's API.
func (m *Mock) Arm(r Rule) Armed {
	m.t.Helper()
	armed, err := m.Server.Arm(r)
	m.must(err, "arming %s", r.Fault.Name)
	return armed
}

// Disarm takes back an armed fault.
func (m *Mock) Disarm(id string) {
	m.t.Helper()
	m.must(m.Server.Disarm(id), "disarming %s", id)
}

// Answer sets what the built-in sample receiver answers next before it
// behaves: each status is used once, in order. It listens at
// URL + "/_mock/receiver/default".
func (m *Mock) Answer(statuses ...int) {
	m.t.Helper()
	m.must(m.Server.Answer(statuses...), "setting the sample receiver's answers")
}
