package verify

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// Set is a key set as Uqudo publishes it.
type Set struct {
	keys   []named
	kids   []string
	wrong  []Finding
	passed []string // keys that receivers pass over, and why
}

// named is a key that signatures can be by.
type named struct {
	kid string
	key *rsa.PublicKey
}

// ReadSet reads a JSON Web Key Set, or a single key. Keys for something other
// than RS256 signatures are passed over, as the vendor may add some one day; a
// text without any for them is an error.
func ReadSet(text []byte) (Set, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
		Kty  string            `json:"kty"`
	}
	trimmed := bytes.TrimSpace(text)
	if err := json.Unmarshal(trimmed, &set); err != nil {
		begins := strings.ToLower(clip(string(trimmed)))
		switch {
		case len(trimmed) == 0:
			return Set{}, errors.New("it is empty, want a JSON Web Key Set")
		case strings.HasPrefix(begins, "<"):
			return Set{}, errors.New("it is a web page, want a JSON Web Key Set")
		case strings.HasPrefix(begins, "-----begin"):
			return Set{}, errors.New("it is in PEM, want a JSON Web Key Set")
		}
		return Set{}, fmt.Errorf("it is no JSON Web Key Set: %w", err)
	}
	if set.Keys == nil && set.Kty != "" {
		set.Keys = []json.RawMessage{trimmed}
	}
	if len(set.Keys) == 0 {
		return Set{}, errors.New(`it has no keys, want {"keys": [...]}`)
	}
	var s Set
	for i, raw := range set.Keys {
		s.add(fmt.Sprintf("keys[%d]", i), raw)
	}
	if len(s.keys) == 0 {
		return Set{}, fmt.Errorf("it has no RSA key for signatures: %s", strings.Join(s.passed, "; "))
	}
	return s, nil
}

// KIDs are the names of the keys that RS256 can be verified with, in the order
// of the set.
func (s Set) KIDs() []string { return s.kids }

// Findings are what is wrong with the set itself.
func (s Set) Findings() []Finding { return s.wrong }

// add takes a key, or finds out why it is of no use.
func (s *Set) add(place string, raw []byte) {
	pass := func(format string, args ...any) { s.passed = append(s.passed, place+" "+fmt.Sprintf(format, args...)) }
	wrong := func(code, what string) { s.wrong = append(s.wrong, found(code, "the key set's %s %s", place, what)) }
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(raw); err != nil {
		pass("cannot be read: %s", strings.TrimPrefix(err.Error(), "go-jose/go-jose: "))
		return
	}
	private, leaked := key.Key.(*rsa.PrivateKey)
	if leaked {
		wrong("key-private", "is a private key: whoever fetches the set can sign with it")
		key.Key = &private.PublicKey
	}
	public, ok := key.Key.(*rsa.PublicKey)
	switch {
	case !ok:
		pass("is no RSA key")
	case key.Use != "" && key.Use != "sig":
		pass("has the use %q, want sig", clip(key.Use))
	case key.Algorithm != "" && key.Algorithm != string(jose.RS256):
		pass("has the alg %q, want RS256", clip(key.Algorithm))
	case key.KeyID == "":
		pass("has no kid, so no token can name it")
	default:
		if s.find(key.KeyID) != nil {
			wrong("key-twice", fmt.Sprintf("has the kid %q, which an earlier one has: receivers take one or the other", clip(key.KeyID)))
		}
		s.keys = append(s.keys, named{key.KeyID, public})
		s.kids = append(s.kids, key.KeyID)
	}
}

// find is the first key of that kid, nil when there is none.
func (s Set) find(kid string) *rsa.PublicKey {
	for _, k := range s.keys {
		if k.kid == kid {
			return k.key
		}
	}
	return nil
}

// Other is a key that is not published, or not any longer.
type Other struct {
	named
	what string
}

// ReadOther reads a JSON Web Key. What says what it is in a sentence, such as
// "a key that the mock has retired".
func ReadOther(jwk []byte, what string) (Other, error) {
	s, err := ReadSet(jwk)
	if err != nil {
		return Other{}, err
	}
	return Other{s.keys[0], what}, nil
}
