package receiver

import (
	"context"
	"crypto/rsa"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

const (
	// fetches is how often in a minute the key set is asked for at most, so that
	// whoever posts invented kids here cannot make us flood the vendor.
	fetches = 5
	// patience is how long, in real time, the key set may take: less than the
	// sender waits for us.
	patience = 5 * time.Second
)

// keySet is the vendor's key set as it was last fetched. As Uqudo's pages ask,
// it is kept in memory and fetched again only when a kid is not in it.
type keySet struct {
	fetch func(ctx context.Context) ([]byte, error)
	now   func() time.Time
	turn  chan struct{} // holds one token: whoever has it may fetch

	mu      sync.Mutex
	keys    map[string]*rsa.PublicKey
	begun   int         // counts the fetches
	version int         // which of them the keys are from
	asked   []time.Time // when the latest ones were, at most as many as a minute allows
}

func newKeySet(fetch func(ctx context.Context) ([]byte, error), now func() time.Time) *keySet {
	return &keySet{fetch: fetch, now: now, turn: make(chan struct{}, 1)}
}

// find returns the key of that kid, fetching the set if it has to. A kid that
// is not in a set just fetched is not authentic (401). A set that cannot be had
// proves nothing either way, so that is 503: the vendor shall try again.
func (k *keySet) find(ctx context.Context, kid string) (*rsa.PublicKey, error) {
	key, begun, _ := k.lookup(kid)
	if key != nil {
		return key, nil
	}
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return nil, refuse(http.StatusServiceUnavailable, "the sender went away while the key set was being fetched")
	}
	// Of many that wait here for the same new key, the first has fetched for
	// all; but a fetch that was begun before this one looked may be of before
	// the key was published, and proves nothing.
	key, _, version := k.lookup(kid)
	if key == nil && version <= begun {
		if err := k.refresh(ctx); err != nil {
			return nil, err
		}
		key, _, _ = k.lookup(kid)
	}
	if key == nil {
		return nil, refuse(http.StatusUnauthorized, "kid %q is not in the vendor's key set, which was just fetched", clip(kid))
	}
	return key, nil
}

func (k *keySet) lookup(kid string) (key *rsa.PublicKey, begun, version int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.keys[kid], k.begun, k.version
}

// refresh fetches the set; what was known before is kept when that fails and
// replaced when it succeeds, so that a key that the vendor withdrew goes too.
func (k *keySet) refresh(ctx context.Context) error {
	if !k.mayAsk() {
		return refuse(http.StatusServiceUnavailable, "the kid is not known, and the key set was asked for %d times within a minute", fetches)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	data, err := k.fetch(ctx)
	if err != nil {
		return refuse(http.StatusServiceUnavailable, "the key set cannot be fetched: %v", err)
	}
	keys, err := readKeySet(data)
	if err != nil {
		return refuse(http.StatusServiceUnavailable, "the key set cannot be used: %v", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys, k.version = keys, k.begun
	return nil
}

// mayAsk counts a fetch, unless there were enough within the last minute.
func (k *keySet) mayAsk() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if len(k.asked) == fetches {
		// The clock of a mock may have been moved back; then the count is void.
		if age := now.Sub(k.asked[0]); age >= 0 && age < time.Minute {
			return false
		}
		k.asked = k.asked[1:]
	}
	k.asked = append(k.asked, now)
	k.begun++
	return true
}

func (k *keySet) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys, k.asked, k.version = nil, nil, 0
}

// readKeySet picks the keys for RS256 signatures. Others, also of kinds that
// are not known here, are passed over: the vendor may add them one day. A set
// without any is a fault of the vendor's and must not drive out a good one.
func readKeySet(data []byte) (map[string]*rsa.PublicKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, errors.New(why(err))
	}
	keys := map[string]*rsa.PublicKey{}
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if err := key.UnmarshalJSON(raw); err != nil {
			continue
		}
		public, ok := key.Key.(*rsa.PublicKey)
		if !ok || key.KeyID == "" || key.Use != "" && key.Use != "sig" || key.Algorithm != "" && key.Algorithm != string(jose.RS256) {
			continue
		}
		keys[key.KeyID] = public
	}
	if len(keys) == 0 {
		return nil, errors.New("it has no RSA key for signatures")
	}
	return keys, nil
}
