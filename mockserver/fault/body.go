package fault

import (
	"encoding/json"
	"strings"
)

// Broken is a JSON body as the faults of the request's stage break it, before
// it is signed: what is signed is what is sent. Each changes whatever body it
// is given, but that nothing is left to take from an empty one.
func (a Active) Broken(body string) string {
	if a.Has(DuplicateMember) {
		body = doubled(body)
	}
	if a.Has(InvalidUTF8) {
		i := max(strings.LastIndexByte(body, '"'), 0) // in a string, where a parser may overlook it
		body = body[:i] + "\xff\xfe" + body[i:]
	}
	if a.Has(MalformedJSON) {
		body = malformed(body)
	}
	if a.Has(TruncatedJSON) && body != "" {
		half := 1 + len(body)/4 + a.Dice("body").IntN(1+len(body)/2) // or so
		body = body[:min(half, len(body)-1)]
	}
	if a.Has(ByteOrderMark) {
		body = "\ufeff" + body
	}
	if a.Has(EmptyBody) {
		body = ""
	}
	return body
}

// doubled has the members of an object twice. What is no object, or has no
// members, comes twice as a whole.
func doubled(body string) string {
	trimmed := strings.TrimSpace(body)
	members, isObject := strings.CutPrefix(trimmed, "{")
	members, ends := strings.CutSuffix(members, "}")
	if !isObject || !ends || strings.TrimSpace(members) == "" {
		return body + body
	}
	return "{" + members + "," + members + "}"
}

// malformed has an equals sign for the first colon that makes it no JSON.
func malformed(body string) string {
	for i := range len(body) {
		if body[i] == ':' {
			if broken := body[:i] + "=" + body[i+1:]; !json.Valid([]byte(broken)) {
				return broken
			}
		}
	}
	return "=" + body
}

// ChangedByte is a text with one of its characters, an ASCII letter or digit,
// changed to another one: at a place of dice's choice from low up. JSON stays
// JSON, so that only the signature tells. Where no letter can be changed a
// space comes last.
func (a Active) ChangedByte(text string, low int) string {
	places := len(text) - low
	if places <= 0 {
		return text + " "
	}
	isJSON := json.Valid([]byte(text))
	first := a.Dice("change").IntN(places)
	for n := range places {
		i := low + (first+n)%places
		other := another(text[i])
		if other == text[i] {
			continue
		}
		changed := text[:i] + string(other) + text[i+1:]
		if !isJSON || json.Valid([]byte(changed)) {
			return changed
		}
	}
	return text + " "
}

// another letter or digit instead of one; whatever else stays itself.
func another(c byte) byte {
	switch {
	case c >= '0' && c <= '9': // never 0, with which a number could not begin
		return '1' + (c-'0')%9
	case c >= 'a' && c <= 'z':
		return 'a' + (c-'a'+1)%26
	case c >= 'A' && c <= 'Z':
		return 'A' + (c-'A'+1)%26
	}
	return c
}
