package keys_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"kycmock/keys"
)

func TestARingKnowsWhatItSigned(t *testing.T) {
	at := time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)
	ring, err := keys.NewRing(at)
	if err != nil {
		t.Fatal(err)
	}
	token, first, err := ring.Sign([]byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	next, err := keys.Derive(7)
	if err != nil {
		t.Fatal(err)
	}
	verifies := func(when string) {
		t.Helper()
		if payload, err := ring.Verify(token); err != nil || string(payload) != `{"a":1}` {
			t.Errorf("%s it gave %s, %v", when, payload, err)
		}
	}
	verifies("at first")
	ring.Rotate(at, next)
	verifies("after a rotation")
	if _, err := ring.Retire(first); err != nil {
		t.Fatal(err)
	}
	verifies("when its key is retired")

	stranger, err := keys.Forger().Sign([]byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	namesake, err := keys.Forger().Named(first).Sign([]byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	unsigned, err := keys.Compose(keys.Header(first, "none"), []byte(`{"a":1}`), keys.Unsigned)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	for name, forged := range map[string]string{
		"nothing":              "",
		"no token":             "a.b",
		"another key":          stranger,
		"another key's kid":    namesake,
		"no algorithm":         unsigned,
		"another payload":      parts[0] + ".eyJhIjoyfQ." + parts[2],
		"without its end":      token[:len(token)-4],
		"with something added": token + ".x",
	} {
		if payload, err := ring.Verify(forged); !errors.Is(err, keys.ErrForged) || payload != nil {
			t.Errorf("%s gave %s, %v", name, payload, err)
		}
	}
}
