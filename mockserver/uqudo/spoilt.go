package uqudo

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kycmock/keys"
	"kycmock/mockserver/fault"
)

// spoiltToken is a result's JWS as faults have it: first what they say, then how
// it is signed. It is a function of the token, the faults and the seed alone, so
// that a retry, a copy or a redelivery sends the same bytes as long as the same
// faults act on it.
//
// It is signed by the key that has signed the token; by the active one when that
// key is known no longer, because it came by a rotation before a restart.
func spoiltToken(ring *keys.Ring, token string, a fault.Active) (string, error) {
	if !signs(a) {
		return token, nil
	}
	a = everyTime(a)
	kid, payload, err := opened(token)
	if err != nil {
		return "", err
	}
	if payload, err = spoiltContent(payload, a); err != nil {
		return "", err
	}
	pair, err := ring.Pair(kid)
	if err != nil {
		pair = ring.Signer()
	}
	return forged(pair, payload, a)
}

// signs is whether one of the faults changes the token.
func signs(a fault.Active) bool {
	for _, f := range a.Faults {
		if spec, _ := fault.Find(f.Name); spec.Stage == fault.Content || spec.Stage == fault.Signature {
			return true
		}
	}
	return false
}

// everyTime has draws that are the same for all attempts and copies.
func everyTime(a fault.Active) fault.Active {
	a.Stream = fault.Stream{Seed: a.Seed}
	return a
}

// opened takes a token apart that the mock has signed.
func opened(token string) (kid string, payload []byte, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", nil, errors.New("the result is not a JWS")
	}
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return "", nil, fmt.Errorf("the header of the result: %w", err)
	}
	var names struct{ KID string }
	if err := json.Unmarshal(header, &names); err != nil {
		return "", nil, fmt.Errorf("the header of the result: %w", err)
	}
	if payload, err = base64.RawURLEncoding.DecodeString(parts[1]); err != nil {
		return "", nil, fmt.Errorf("the payload of the result: %w", err)
	}
	return names.KID, payload, nil
}

// spoiltBody is a webhook's body as faults have it. The legacy format has no
// place for another member.
func spoiltBody(body string, f Format, a fault.Active) string {
	if f == FormatJSON && a.Has(fault.ExtraMembers) {
		body = strings.TrimSuffix(body, "}") + `,"` + addedName + `":` + addedText + "}"
	}
	return everyTime(a).Broken(body)
}
