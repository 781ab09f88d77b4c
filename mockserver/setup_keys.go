package mockserver

import (
	"strings"

	"kycmock/keys"
	"kycmock/scenarios"
)

// keys are the pairs of the setup, the one that signs first.
func (u *setup) keys() []keys.Pair {
	if u.doc.Empty() {
		return nil
	}
	var pairs []keys.Pair
	lines := map[string]int{} // of the kids
	for _, section := range u.doc.Whole().Entries(sectionKeys) {
		if section.Name != sectionKeys {
			continue
		}
		for _, item := range section.Items() {
			pair, ok := u.key(item)
			if !ok {
				continue
			}
			if line, taken := lines[pair.KID()]; taken {
				item.Note("kid", "the key of line %d has the kid %s already, want each kid once", line, pair.KID())
				continue
			}
			lines[pair.KID()] = item.Line()
			pairs = append(pairs, pair)
		}
	}
	return pairs
}

// Members of a key in a setup.
const (
	keyKID = "kid"
	keyPEM = "pem"
	keyJWK = "jwk"
)

// key reads one key of the setup.
func (u *setup) key(item scenarios.Place) (pair keys.Pair, ok bool) {
	kid := ""
	forms := 0
	entries, ok := u.entries(item, keyPEM, []string{keyKID, keyPEM, keyJWK})
	for _, e := range entries {
		switch e.Name {
		case keyKID:
			text, read := e.Text()
			kid, ok = text, ok && read
		default:
			forms++
			parsed, read := parsedKey(e)
			pair, ok = parsed, ok && read
		}
	}
	switch {
	case forms > 1:
		item.Note("", "want one of pem, jwk, got two")
	case forms == 0 && ok:
		item.Note("", "want one of pem, jwk, got none")
	}
	if kid != "" && forms == 1 && ok {
		pair = pair.Named(kid)
	}
	return pair, ok && forms == 1
}

// parsedKey reads a key as PEM or as a JWK, which may be an object or its text.
func parsedKey(e scenarios.Entry) (keys.Pair, bool) {
	var text []byte
	var ok bool
	if e.Name == keyJWK && e.IsMapping() {
		text, ok = e.JSON()
	} else {
		var said string
		said, ok = e.Text()
		text = []byte(said)
	}
	if !ok {
		return keys.Pair{}, false
	}
	pair, err := keys.Parse(text)
	if err != nil {
		e.Note("", "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return pair, err == nil
}
