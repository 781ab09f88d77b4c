package keys

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Errors of a Ring, always wrapped with the kid that was asked for.
var (
	// ErrUnknown means that the ring never held a key of that kid.
	ErrUnknown = errors.New("there is no such key")
	// ErrActive means that the key signs and so cannot be retired.
	ErrActive = errors.New("the key is the active one, rotate first")
)

// Ring signs with one key and publishes it together with its predecessors. It
// is safe for concurrent use.
type Ring struct {
	initial []Pair

	mu      sync.RWMutex
	entries []entry // oldest first; the last one is the active one
	set     []byte  // the key set as it is now
}

type entry struct {
	pair      Pair
	withheld  bool // it signs before it is published
	retired   bool
	createdAt time.Time
}

// NewRing returns a ring in which the first pair signs and the others are only
// published, all created at the time given. Without pairs it begins with
// Default. A kid that occurs twice and a zero Pair are refused.
func NewRing(at time.Time, pairs ...Pair) (*Ring, error) {
	if len(pairs) == 0 {
		pairs = []Pair{Default()}
	}
	seen := map[string]bool{}
	for i, p := range pairs {
		if p.private == nil {
			return nil, fmt.Errorf("pair %d is empty, want one from Default, Generate or Load", i)
		}
		if seen[p.kid] {
			return nil, fmt.Errorf("two pairs have kid %q, want each kid once", p.kid)
		}
		seen[p.kid] = true
	}
	r := &Ring{initial: slices.Clone(pairs)}
	r.Reset(at)
	return r, nil
}

// Reset puts the ring back to the pairs that it began with, as if they were
// created at the time given; keys that came by rotation are forgotten.
func (r *Ring) Reset(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = nil
	for _, p := range slices.Backward(r.initial) {
		r.entries = append(r.entries, entry{pair: p, createdAt: at})
	}
	r.publish()
}

// Signer is the active pair, for tokens that Sign does not make.
func (r *Ring) Signer() Pair {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.active().pair
}

// Pair is any pair of the ring, retired ones too, to sign again as it signed
// before. The error wraps ErrUnknown.
func (r *Ring) Pair(kid string) (Pair, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	i, err := r.find(kid)
	if err != nil {
		return Pair{}, err
	}
	return r.entries[i].pair, nil
}

// Sign returns the payload as a compact JWS by the active key, and that key's
// kid. The computation, about a millisecond, holds up nobody else.
func (r *Ring) Sign(payload []byte) (token, kid string, err error) {
	p := r.Signer()
	token, err = p.Sign(payload)
	return token, p.kid, err
}

// Active is the key that signs now.
func (r *Ring) Active() Key {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.active().key(Active)
}

// Keys lists all keys, retired ones too, oldest first: the active one is last.
func (r *Ring) Keys() []Key {
	r.mu.RLock()
	defer r.mu.RUnlock()
	keys := make([]Key, len(r.entries))
	for i := range r.entries {
		keys[i] = r.key(i)
	}
	return keys
}

// Rotate makes p the active key, created at the time given; the one that was
// active stays published until it is retired. A pair whose kid the ring has
// already, published or retired, replaces that one. A zero Pair panics: it is
// a mistake in the program, never input.
func (r *Ring) Rotate(at time.Time, p Pair) Key { return r.rotate(entry{pair: p, createdAt: at}) }

// RotateWithheld is Rotate to a key that signs and is in no key set until
// Publish: nobody can verify what it signs.
func (r *Ring) RotateWithheld(at time.Time, p Pair) Key {
	return r.rotate(entry{pair: p, createdAt: at, withheld: true})
}

// Publish puts the key that signs into the key set, and others that were
// withheld, and tells which it is. Publishing again changes nothing.
func (r *Ring) Publish() Key {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.entries {
		r.entries[i].withheld = false
	}
	r.publish()
	return r.key(len(r.entries) - 1)
}

func (r *Ring) rotate(e entry) Key {
	p := e.pair
	if p.private == nil {
		panic("keys: Rotate to a zero Pair")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = slices.DeleteFunc(r.entries, func(e entry) bool { return e.pair.kid == p.kid })
	r.entries = append(r.entries, e)
	r.publish()
	return r.active().key(Active)
}

// Retire takes a published key out of the key set. Its public part can still
// be exported. Retiring a retired key again changes nothing and is no error,
// so that a caller whose answer got lost may ask again. The error wraps
// ErrUnknown, or ErrActive for the key that signs.
func (r *Ring) Retire(kid string) (Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i, err := r.find(kid)
	if err != nil {
		return Key{}, err
	}
	if i == len(r.entries)-1 {
		return Key{}, fmt.Errorf("kid %q: %w", kid, ErrActive)
	}
	r.entries[i].retired = true
	r.publish()
	return r.key(i), nil
}

// JWKS is the key set as receivers fetch it: the active key first, then the
// published ones, newest first; retired ones are absent. It is the same bytes
// until a key is rotated or retired; the caller owns them.
func (r *Ring) JWKS() []byte {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return bytes.Clone(r.set)
}

// PublicPEM is the public part of any key of the ring, retired ones too, as a
// PEM block of type PUBLIC KEY. The error wraps ErrUnknown.
func (r *Ring) PublicPEM(kid string) ([]byte, error) {
	return r.export(kid, Pair.PublicPEM)
}

// PublicJWK is the public part of any key of the ring, retired ones too, as a
// JSON Web Key. The error wraps ErrUnknown.
func (r *Ring) PublicJWK(kid string) ([]byte, error) {
	return r.export(kid, Pair.PublicJWK)
}

func (r *Ring) export(kid string, form func(Pair) []byte) ([]byte, error) {
	p, err := r.Pair(kid)
	if err != nil {
		return nil, err
	}
	return form(p), nil
}

// What follows wants the lock held.

func (r *Ring) active() entry { return r.entries[len(r.entries)-1] }

func (r *Ring) find(kid string) (int, error) {
	i := slices.IndexFunc(r.entries, func(e entry) bool { return e.pair.kid == kid })
	if i < 0 {
		return 0, fmt.Errorf("kid %q: %w", kid, ErrUnknown)
	}
	return i, nil
}

func (r *Ring) key(i int) Key {
	switch {
	case i == len(r.entries)-1:
		return r.entries[i].key(Active)
	case r.entries[i].retired:
		return r.entries[i].key(Retired)
	default:
		return r.entries[i].key(Published)
	}
}

func (e entry) key(s State) Key {
	return Key{KID: e.pair.kid, Alg: RS256, State: s, CreatedAt: e.createdAt, Withheld: e.withheld && s != Retired}
}

func (r *Ring) publish() {
	set := struct {
		Keys []jwk `json:"keys"`
	}{Keys: []jwk{}}
	for _, e := range slices.Backward(r.entries) {
		if !e.retired && !e.withheld {
			set.Keys = append(set.Keys, e.pair.jwk())
		}
	}
	r.set = encode(set)
}
