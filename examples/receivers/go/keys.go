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

// keySet is the keys that are published at a URL. They are fetched again when a
// token needs that, but not more often than the cool-down, lest every forged
// token makes us ask.
type keySet struct {
	url      string
	cooldown time.Duration
	client   *http.Client

	mu      sync.Mutex
	fetched time.Time
	keys    jose.JSONWebKeySet
}

// named finds a key by its ID, after the keys were fetched again if that may be.
func (s *keySet) named(kid string, again bool) (key jose.JSONWebKey, found bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.keys.Keys) == 0 || again && time.Since(s.fetched) >= s.cooldown {
		if err := s.fetch(); err != nil {
			return key, false, fmt.Errorf("%w: %w", errUnfetched, err)
		}
	}
	if keys := s.keys.Key(kid); len(keys) > 0 {
		return keys[0], true, nil
	}
	return key, false, nil
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
	s.keys, s.fetched = keys, time.Now()
	return nil
}
