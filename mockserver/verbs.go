package mockserver

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"kycmock/keys"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// Providers tells who the vendors are.
func (s *Server) Providers() []provider.Profile {
	profiles := make([]provider.Profile, len(s.names))
	for i, name := range s.names {
		profiles[i] = s.providers[name].Profile()
	}
	return profiles
}

// provider finds a vendor by name.
func (s *Server) provider(name string) (provider.Provider, error) {
	if p := s.providers[name]; p != nil {
		return p, nil
	}
	return nil, problem.New(problem.Invalid, "there is no such vendor").
		With(problem.Field{Location: "provider", Message: "want one of " + list(s.names), Value: name})
}

// Trigger makes a user of a vendor do something. The deliveries that it leads
// to have begun when it returns, and are not finished.
func (s *Server) Trigger(ctx context.Context, t provider.Trigger) (provider.Outcome, error) {
	p, err := s.provider(t.Provider)
	if err != nil {
		return provider.Outcome{}, err
	}
	return p.Trigger(ctx, t)
}

// Check returns all that is wrong with a trigger, and does nothing.
func (s *Server) Check(t provider.Trigger) error {
	p, err := s.provider(t.Provider)
	if err != nil {
		return err
	}
	return p.Check(t)
}

// SaveWebhook replaces the configuration of a webhook; config is anything that
// marshals to the vendor's own shape of it. It tells whether there was none.
func (s *Server) SaveWebhook(ctx context.Context, vendor, account, name string, config any) (created bool, err error) {
	p, err := s.provider(vendor)
	if err != nil {
		return false, err
	}
	text, err := json.Marshal(config)
	if err != nil {
		return false, err
	}
	return p.SaveWebhook(ctx, account, name, text)
}

// DeleteWebhook removes a webhook.
func (s *Server) DeleteWebhook(ctx context.Context, vendor, account, name string) error {
	p, err := s.provider(vendor)
	if err != nil {
		return err
	}
	return p.DeleteWebhook(ctx, account, name)
}

// Act does in a session what the person with the phone does there: one of the
// verbs of the vendor's profile. Data is anything that marshals to what the
// vendor can be told about it, or nil.
func (s *Server) Act(ctx context.Context, session, verb string, data any) error {
	of, err := s.Session(session)
	if err != nil {
		return err
	}
	p, err := s.provider(of.Provider)
	if err != nil {
		return err
	}
	var text []byte
	if data != nil {
		if text, err = json.Marshal(data); err != nil {
			return err
		}
	}
	return p.Act(ctx, session, verb, text)
}

// Session returns the session of this ID.
func (s *Server) Session(id string) (provider.Session, error) {
	session, ok := s.sessions.Get(id)
	if !ok {
		return session, problem.New(problem.NotFound, "there is no session %q; old ones are forgotten in time", id)
	}
	return session, nil
}

// Sessions lists the sessions of a vendor and an account, oldest first; an
// empty name means all.
func (s *Server) Sessions(vendor, account string) []provider.Session {
	sessions := []provider.Session{}
	for _, session := range s.sessions.All() {
		if (vendor == "" || vendor == session.Provider) && (account == "" || account == session.Account) {
			sessions = append(sessions, session)
		}
	}
	return sessions
}

// Delivery returns a delivery with its attempts, secrets included.
func (s *Server) Delivery(id string) (delivery.Record, error) { return s.engine.Record(id) }

// Deliveries lists deliveries, and the cursor for those after them.
func (s *Server) Deliveries(f delivery.Filter) ([]delivery.Record, string) { return s.engine.List(f) }

// Wait returns the delivery as soon as done is true of it. When ctx ends first
// it returns the delivery as it stands, and a problem.Timeout.
func (s *Server) Wait(ctx context.Context, id string, done func(delivery.Record) bool) (delivery.Record, error) {
	return s.engine.Wait(ctx, id, done)
}

// Watch yields what happens, after the entry of this seq and from then on, until
// ctx ends: see [journal.Journal.Watch].
func (s *Server) Watch(ctx context.Context, after int64) iter.Seq[journal.Entry] {
	return s.journal.Watch(ctx, after)
}

// Duplicate begins a copy of a delivery that is due now, as if the vendor had sent
// it twice: the same bytes, with the same faults.
func (s *Server) Duplicate(id string) (delivery.Delivery, error) { return s.engine.Duplicate(id) }

// AttemptNow makes a delivery's next attempt due now. Those after it keep
// their times.
func (s *Server) AttemptNow(id string) error { return s.engine.AttemptNow(id) }

// Cancel calls a pending delivery off.
func (s *Server) Cancel(id string) error { return s.engine.Cancel(id) }

// Answer sets what the built-in sample receiver answers next before it
// behaves: each status is used once, in order.
func (s *Server) Answer(statuses ...int) error { return s.receiver.Answer(statuses...) }

// kindKey is the kind of the journal's entries about keys.
const kindKey = "key"

// Keys lists the keys, oldest first, the active one last.
func (s *Server) Keys() []keys.Key { return s.keys.Keys() }

// RotateKey makes a new key that signs from now on. The old one stays
// published until it is retired: after retire has passed on the mock's clock,
// at once when that is 0, never when it is nil.
func (s *Server) RotateKey(retire *time.Duration) (keys.Key, error) {
	return s.Rotate(Rotation{Retire: retire})
}

// PublishKey puts the key that signs into the JWKS, after a rotation that
// withheld it.
func (s *Server) PublishKey() (keys.Key, error) {
	key := s.keys.Publish()
	s.noteKeys(key.KID)
	return key, nil
}

// rotationStream is where the draws for new keys begin, far from those for
// identities.
const rotationStream = 1 << 62

// Rotation is how a key is rotated.
type Rotation struct {
	// Retire is after how long on the mock's clock the old key leaves the JWKS:
	// at once when it is 0, never when it is nil.
	Retire *time.Duration
	// Withhold leaves the new key out of the JWKS until PublishKey, although it
	// signs.
	Withhold bool
	// SameKID gives the new key the old one's kid, which no vendor should do.
	// The old one is gone then.
	SameKID bool
}

// Rotate makes a new key that signs from now on. It is the seed's, and the same
// in every mock of that seed.
func (s *Server) Rotate(r Rotation) (keys.Key, error) {
	s.mu.Lock()
	s.rotations++
	seed := newIdentities(*s.config.Seed, rotationStream+s.rotations).seed()
	s.mu.Unlock()
	pair, err := keys.Derive(seed)
	if err != nil {
		return keys.Key{}, err
	}
	s.mu.Lock() // or of two that rotate at once both would retire the same key
	old := s.keys.Active()
	if r.SameKID {
		pair = pair.Named(old.KID)
	}
	rotate := s.keys.Rotate
	if r.Withhold {
		rotate = s.keys.RotateWithheld
	}
	active := rotate(s.Clock.Now(), pair)
	s.mu.Unlock()
	s.noteKeys(old.KID, active.KID)
	switch {
	case r.Retire == nil, r.SameKID:
	case *r.Retire <= 0:
		_, err = s.RetireKey(old.KID)
	default:
		s.retireLater(old.KID, *r.Retire)
	}
	return active, err
}

func (s *Server) retireLater(kid string, after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retirements = append(s.retirements, s.Clock.AfterFunc(after, func() {
		if _, err := s.RetireKey(kid); err != nil {
			s.config.Log.Warn("a key could not be retired", "kid", kid, "error", err)
		}
	}))
}

// resetKeys goes back to the keys of the start and takes back what was planned
// for the others.
func (s *Server) resetKeys() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, timer := range s.retirements {
		timer.Stop()
	}
	s.retirements, s.rotations = nil, 0
	s.keys.Reset(s.Clock.Now())
}

// RetireKey takes a key out of the JWKS. The active one cannot be retired.
func (s *Server) RetireKey(kid string) (keys.Key, error) {
	key, err := s.keys.Retire(kid)
	switch {
	case errors.Is(err, keys.ErrUnknown):
		return key, problem.New(problem.NotFound, "%s", err)
	case errors.Is(err, keys.ErrActive):
		return key, problem.New(problem.Conflict, "%s", err)
	case err != nil:
		return key, err
	}
	s.noteKeys(kid)
	return key, nil
}

func (s *Server) noteKeys(kids ...string) {
	for _, key := range s.keys.Keys() {
		for _, kid := range kids {
			if key.KID == kid {
				s.journal.Append(kindKey, kid, key)
			}
		}
	}
}

// Reset forgets sessions, deliveries and armed faults; with all also the vendors'
// accounts and webhooks, and the keys that were made since the start. What
// Config.Setup and Config.Webhooks say is there again then. It tells how many of
// each kind there were.
func (s *Server) Reset(all bool) map[string]int {
	s.receiver.Reset()
	runs := s.forgetRuns()
	kinds := slices.Concat(delivery.Kinds(), s.sessions.Kinds(), []string{kindFault})
	if all {
		kinds = s.journal.Kinds()
		s.resetKeys()
	}
	kinds = append(kinds, kindRun, kindStep)
	var cleared map[string]int
	s.armory.mu.Lock() // or who is counting a fault down would put it back
	s.engine.Reset(func() { cleared = s.journal.Forget(kinds...) })
	s.armory.mu.Unlock()
	if runs > 0 {
		cleared[kindRun] = runs
	}
	if all {
		s.setUpAgain()
	}
	s.resumeProviders()
	return cleared
}

func list(words []string) string { return strings.Join(words, ", ") }
