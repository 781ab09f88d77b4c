package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// errUnfetched is that the keys cannot be fetched, so that nothing can be said of
// a token.
var errUnfetched = errors.New("the keys cannot be fetched")

// keySet is the keys that are published at a URL. They are fetched when a token
// needs that, but not more often than the cool-down, lest every forged token makes
// us ask. The last good ones are kept while they cannot be fetched.
type keySet struct {
	url      string
	cooldown time.Duration
	client   *http.Client

	// Two locks, so that a token whose key is known never waits for a fetch that
	// a forged one has caused.
	fetching sync.Mutex // guards the next two, and is held while they are fetched
	asked    time.Time  // whatever came of it: the cool-down is for failures too
	failure  error      // of the last fetch

	mu   sync.Mutex // guards the keys, and is held for moments
	keys jose.JSONWebKeySet
}

// named finds a key by its ID among those that are known.
func (s *keySet) named(kid string) (key jose.JSONWebKey, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if keys := s.keys.Key(kid); len(keys) > 0 {
		return keys[0], true
	}
	return key, false
}

// refresh fetches the keys again if that may be, and says whether the last fetch
// failed: then a key that is not known may be there all the same.
func (s *keySet) refresh() error {
	s.fetching.Lock()
	defer s.fetching.Unlock()
	if time.Since(s.asked) >= s.cooldown {
		s.asked = time.Now()
		s.failure = s.fetch()
	}
	if s.failure != nil {
		return fmt.Errorf("%w: %w", errUnfetched, s.failure)
	}
	return nil
}

func (s *keySet) fetch() error {
	answer, err := s.client.Get(s.url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	var keys jose.JSONWebKeySet
	if err := json.NewDecoder(answer.Body).Decode(&keys); err != nil {
		return err
	}
	if len(keys.Keys) == 0 {
		return errors.New("there is no key")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = keys
	return nil
}
