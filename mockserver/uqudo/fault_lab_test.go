package uqudo_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// spoiled has a receiver told twice of one session: first as it is, then with
// these faults, which are JSON: `"tampered", {"name": "large", "params": {...}}`.
func (l lab) spoiled(flow, faults string) (clean, spoilt received) {
	l.Helper()
	h := newHook(l.T, 503)
	l.webhook(h.URL)
	l.trigger(flow, onSecond(l.T, faults))
	l.advance(`{"by": "5m"}`)
	got := h.requests(l.T, 2)
	return got[0], got[1]
}

// trigger has a user end a session with faults, by the call that all vendors
// have, and waits for the first attempts.
func (l lab) trigger(flow, faults string) (h happening) {
	l.Helper()
	l.call("POST", "/triggers", fmt.Sprintf(`{"provider": "uqudo", "event": %q, "seed": 5, "faults": [%s]}`, flow, faults)).wants(202).into(&h)
	l.advance(`{"by": "0s"}`)
	return h
}

// onSecond has faults act on the second attempt alone.
func onSecond(t *testing.T, faults string) string {
	t.Helper()
	var list []any
	if err := json.Unmarshal([]byte("["+faults+"]"), &list); err != nil {
		t.Fatal(err)
	}
	for i, f := range list {
		o, ok := f.(map[string]any)
		if !ok {
			o = map[string]any{"name": f}
		}
		o["on"] = []int{2}
		list[i] = o
	}
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return string(text[1 : len(text)-1])
}

// published is the key set as go-jose reads it.
func (l lab) published() (set jose.JSONWebKeySet) {
	l.Helper()
	l.ask("GET", jwks, "", nil).wants(200).into(&set)
	return set
}

// Why go-jose refuses a token.
var (
	errUnreadable = errors.New("it cannot be read")
	errNoKID      = errors.New("it has no kid")
	errUnknownKID = errors.New("its kid is not in the key set")
	errForged     = errors.New("its signature does not fit")
)

// strictly is what go-jose makes of a token: the algorithm is pinned, the key is
// the one that the token names.
func strictly(token string, set jose.JSONWebKeySet) (payload []byte, err error) {
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	kid := jws.Signatures[0].Header.KeyID
	if kid == "" {
		return nil, errNoKID
	}
	found := set.Key(kid)
	if len(found) == 0 {
		return nil, errUnknownKID
	}
	if payload, err = jws.Verify(found[0]); err != nil {
		return nil, fmt.Errorf("%w: %w", errForged, err)
	}
	return payload, nil
}

// flat is JSON as a text for each of its leaves, by paths such as
// data.documents.0.scan.
func flat(v any) map[string]string {
	leaves := map[string]string{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, value := range v {
				walk(path+"."+name, value)
			}
			if len(v) > 0 {
				return
			}
		case []any:
			for i, value := range v {
				walk(fmt.Sprintf("%s.%d", path, i), value)
			}
			if len(v) > 0 {
				return
			}
		case float64:
			leaves[strings.TrimPrefix(path, ".")] = fmt.Sprintf("%.10g", v)
			return
		}
		text, _ := json.Marshal(v)
		leaves[strings.TrimPrefix(path, ".")] = string(text)
	}
	walk("", v)
	return leaves
}

// gone is the leaf of what is there no longer.
const gone = "gone"

// changes are the leaves that differ.
func changes(from, to any) map[string]string {
	before, after := flat(from), flat(to)
	for path, leaf := range before {
		if after[path] == leaf {
			delete(after, path)
		} else if _, there := after[path]; !there {
			after[path] = gone
		}
	}
	return after
}

func parts(t *testing.T, token string, n int) []string {
	t.Helper()
	p := strings.Split(token, ".")
	if len(p) != n {
		t.Fatalf("the token has %d parts, want %d: %.80q", len(p), n, token)
	}
	return p
}

func decoded(t *testing.T, part string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatalf("%v in %.80q", err, part)
	}
	return string(text)
}

// ownFaults lists what Uqudo says that it can make go wrong, but for its API.
func (l lab) ownFaults() (names []string) {
	l.Helper()
	var list struct {
		Providers []struct {
			Name   string
			Faults []string
		}
	}
	l.call("GET", "/providers", "").wants(200).into(&list)
	for _, p := range list.Providers {
		for _, f := range p.Faults {
			if p.Name == "uqudo" && !strings.HasPrefix(f, "jwks-") && !strings.HasPrefix(f, "api-") {
				names = append(names, f)
			}
		}
	}
	if len(names) == 0 {
		l.Fatal("Uqudo has no faults")
	}
	return names
}
