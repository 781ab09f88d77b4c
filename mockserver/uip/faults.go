package uip

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
)

// faults lists what UIP itself can make go wrong.
func faults() []string {
	return []string{
		fault.OtherSession, fault.ExtraMembers, fault.Large,
		fault.Tampered, fault.WrongKey, fault.MalformedSig, fault.ShortSig, fault.EmptySig, fault.MissingSig,
		fault.UppercaseSig, fault.PrefixedSig,
		fault.MalformedJSON, fault.TruncatedJSON, fault.DuplicateMember, fault.InvalidUTF8, fault.EmptyBody,
		fault.ByteOrderMark, fault.Reserialised,
		fault.APIError, fault.APISlow, fault.APIReset,
	}
}

// signed is what one attempt sends: the event as the faults of its content
// change it, signed with the secret as it is by now, and spoilt after that by
// the faults of the signature.
func (u *UIP) signed(b Business, n delivery.Notification, at time.Time, faults fault.Active) delivery.Signed {
	body, secret := n.Body, u.webhook(n.Account).Secret
	if len(faults.Faults) > 0 {
		body = faults.Broken(content(body, faults))
	}
	if faults.Has(fault.WrongKey) {
		secret = nobodys(faults.Dice("secret"))
	}
	header := b.Contract.headers(secret, at, body)
	header.Set("Content-Type", n.ContentType)
	header.Set("User-Agent", b.Delivery.UserAgent)
	signed := delivery.Signed{Header: header, Body: body}
	if len(faults.Faults) > 0 {
		spoil(&signed, faults)
	}
	return signed
}

// subject is the member of an event that names its session or message.
var subject = regexp.MustCompile(`"(session_id|message_id)":"(sess|msg)_[^"]*"`)

// content is an event as the faults of its content change it.
func content(body string, faults fault.Active) string {
	if faults.Has(fault.OtherSession) {
		other := fmt.Sprintf("%016x", faults.Dice("session").Uint64())
		body = subject.ReplaceAllString(body, `"$1":"${2}_`+other+`"`)
	}
	if faults.Has(fault.ExtraMembers) {
		const more = `"added_later":{"version":2,"tags":["a","b"],"nothing":null}`
		body = withMember(body, "}}", more)
		body = withMember(body, "}", more)
	}
	if f, has := faults.Find(fault.Large); has {
		body = withMember(body, "}}", `"padding":"`+strings.Repeat("x", f.Number("bytes"))+`"`)
	}
	return body
}

// withMember puts a member last into the object that ends at end, which is the
// end of the body.
func withMember(body, end, member string) string {
	before, found := strings.CutSuffix(body, end)
	if !found {
		return body
	}
	if !strings.HasSuffix(before, "{") {
		member = "," + member
	}
	return before + member + end
}

// nobodys is a secret that nobody has.
func nobodys(dice *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", dice.Uint32(), dice.Uint32()>>16, dice.Uint32()>>20, dice.Uint32()>>20, dice.Uint64()>>16)
}

// spoil does to a signed request what the faults of its signature do.
func spoil(s *delivery.Signed, faults fault.Active) {
	good := s.Header[signatureHeader][0] //nolint:staticcheck // it is sent in this case
	for _, spoilt := range []struct{ name, signature string }{
		{fault.UppercaseSig, strings.ToUpper(good)},
		{fault.PrefixedSig, "sha256=" + good},
		{fault.MalformedSig, strings.NewReplacer("0", "z", "4", "y", "8", "x", "c", "w").Replace("z" + good[1:])},
		{fault.ShortSig, good[:len(good)/2]},
		{fault.EmptySig, ""},
	} {
		if faults.Has(spoilt.name) {
			s.Header[signatureHeader] = []string{spoilt.signature}
		}
	}
	if faults.Has(fault.MissingSig) {
		delete(s.Header, signatureHeader)
	}
	if faults.Has(fault.Reserialised) {
		s.Body = reserialised(s.Body)
	}
	if faults.Has(fault.Tampered) {
		const data = `"data":`
		s.Body = faults.ChangedByte(s.Body, strings.Index(s.Body, data)+len(data))
	}
}

// reserialised is the same JSON with other white space and its members in
// another order.
func reserialised(body string) string {
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return body + " "
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if encoder.Encode(value) != nil {
		return body + " "
	}
	return b.String()
}
