package uqudo

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"kycmock/keys"
	"kycmock/mockserver/fault"
)

// This file has the faults of how a result is signed. Which key, which kid and
// what becomes of the signature are chosen independently of each other; within
// each, the fault that leaves less of a signature wins:
//
//	alg-none > alg-hs256 > wrong-key
//	missing-kid > unknown-kid
//	garbage-jws > missing-signature > empty-signature > malformed-signature with short-signature

// forged signs a payload as the faults have it; a good pair's good signature
// when none of them is about that.
func forged(pair keys.Pair, payload []byte, a fault.Active) (string, error) {
	alg, sign := keys.RS256, pair.Signature
	switch {
	case a.Has(fault.AlgNone):
		alg, sign = "none", keys.Unsigned
	case a.Has(fault.AlgHS256):
		alg, sign = "HS256", pair.ConfusedSignature
	case a.Has(fault.WrongKey):
		sign = keys.Forger().Signature
	}
	kid := pair.KID()
	switch {
	case a.Has(fault.MissingKID):
		kid = ""
	case a.Has(fault.UnknownKID):
		kid = strings.ReplaceAll(drawnUUID(a, "kid"), "-", "")
	}
	if whole := sign; a.Has(fault.ShortSig) {
		sign = func(input []byte) ([]byte, error) {
			signature, err := whole(input)
			return signature[:len(signature)/2], err
		}
	}
	token, err := keys.Compose(keys.Header(kid, alg), payload, sign)
	if err != nil {
		return "", err
	}
	return disfigured(token, payload, a), nil
}

// disfigured is a signed token with what the faults change afterwards.
func disfigured(token string, payload []byte, a fault.Active) string {
	parts := strings.Split(token, ".")
	header, content, signature := parts[0], parts[1], parts[2]
	if a.Has(fault.Tampered) {
		content = base64.RawURLEncoding.EncodeToString(tampered(payload, a))
	}
	if a.Has(fault.MalformedSig) && signature != "" {
		signature = "!" + signature[1:] // in no alphabet of base64
	}
	switch {
	case a.Has(fault.GarbageJWS):
		return header + content + signature
	case a.Has(fault.MissingSig):
		return header + "." + content
	case a.Has(fault.EmptySig):
		return header + "." + content + "."
	}
	return header + "." + content + "." + signature
}

// tampered is a payload with one byte changed: one of a text, so that it is JSON
// as before, and of none that a receiver compares with what it knows, so that
// nothing but the signature gives it away.
func tampered(payload []byte, a fault.Active) []byte {
	if places := texts(payload); len(places) > 0 {
		place := places[a.Dice("place").IntN(len(places))]
		text := place.value.(string)
		changed := bytes.Replace(payload, spelt(place.name, text), spelt(place.name, a.ChangedByte(text, 0)), 1)
		if !bytes.Equal(changed, payload) { // as it is when a patch spells the text otherwise
			return changed
		}
	}
	return []byte(a.ChangedByte(string(payload), 0))
}

// spelt is a member as it stands in JSON.
func spelt(name, text string) []byte {
	return written(append(written(nil, name), ':'), text)
}

// texts are the members of a payload, at any level, that can be tampered with.
func texts(payload []byte) []branch {
	t, err := readTree(payload)
	if err != nil {
		return nil
	}
	const picture = 1000 // bytes that no other text has
	compared := []string{"iss", "aud", "jti", "nonce", "sessionId", "documentType"}
	var found []branch
	everyMember(t, func(b branch) {
		text, _ := b.value.(string)
		if strings.ContainsFunc(text, isAlphanumeric) && len(text) < picture && !slices.Contains(compared, b.name) {
			found = append(found, b)
		}
	})
	return found
}

func isAlphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
