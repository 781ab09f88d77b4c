package fault

import "strings"

// Broken is a JSON body as the faults of the request's stage break it, before
// it is signed: what is signed is what is sent.
func (a Active) Broken(body string) string {
	dice := a.Dice("body")
	if a.Has(DuplicateMember) {
		if open := strings.IndexByte(body, '{'); open >= 0 {
			body = body[:open+1] + strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(body[open+1:]), "}")) + "," + body[open+1:]
		}
	}
	if a.Has(InvalidUTF8) {
		if quote := strings.LastIndexByte(body, '"'); quote >= 0 {
			body = body[:quote] + "\xff\xfe" + body[quote:]
		}
	}
	if a.Has(MalformedJSON) {
		if i := strings.IndexByte(body, ':'); i >= 0 {
			body = body[:i] + "=" + body[i+1:]
		}
	}
	if a.Has(TruncatedJSON) && len(body) > 1 {
		body = body[:1+len(body)/4+dice.IntN(1+len(body)/2)]
	}
	if a.Has(ByteOrderMark) {
		body = "\ufeff" + body
	}
	if a.Has(EmptyBody) {
		body = ""
	}
	return body
}

// ChangedByte is a text with one of its characters, which are ASCII letters and
// digits, changed to another one: at a place of dice's choice from low up.
func (a Active) ChangedByte(text string, low int) string {
	dice := a.Dice("change")
	var places []int
	for i := low; i < len(text); i++ {
		if isAlphanumeric(text[i]) {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return text + "x"
	}
	i := places[dice.IntN(len(places))]
	other := byte('A')
	switch c := text[i]; {
	case c >= '0' && c <= '9': // so that a number stays one
		other = '1' + (c-'0')%9
	case c == 'A':
		other = 'B'
	case c >= 'a' && c <= 'z':
		other = 'a' + (c-'a'+1)%26
	}
	return text[:i] + string(other) + text[i+1:]
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
