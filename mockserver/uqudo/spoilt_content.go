package uqudo

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"kycmock/mockserver/fault"
)

// This file has the faults of what a result says. What signs it is good.

// spoiltContent is the payload of a result's JWS as the faults have it. They
// leave alone what a result does not have, such as the documents of a face
// session.
func spoiltContent(payload []byte, a fault.Active) ([]byte, error) {
	var claims *object
	for _, name := range contentFaults() {
		for _, f := range a.Faults {
			if f.Name != name {
				continue
			}
			if claims == nil {
				var err error
				if claims, err = readClaims(payload); err != nil {
					return nil, err
				}
			}
			spoil(claims, f, a)
		}
	}
	if claims == nil {
		return payload, nil
	}
	return written(nil, claims), nil
}

// contentFaults is in the order in which they act: that of the catalogue, but
// what takes documents away comes before what is put into them, and what leaves
// out a claim comes last.
func contentFaults() []string {
	return []string{
		fault.Expired, fault.IssuedInFuture, fault.WrongIssuer, fault.WrongAudience, fault.AudienceArray, fault.OtherSession,
		fault.DocumentsEmpty, fault.StepsOmitted, fault.Large, fault.ExtraMembers, fault.MissingClaim,
	}
}

func spoil(claims *object, f fault.Fault, a fault.Active) {
	switch f.Name {
	case fault.Expired:
		expire(claims)
	case fault.IssuedInFuture:
		postdate(claims, f.Duration("by"))
	case fault.WrongIssuer:
		claims.set("iss", resultIssuer+".example") // for receivers that compare how it begins
	case fault.WrongAudience:
		claims.set("aud", drawnUUID(a, "audience"))
	case fault.AudienceArray:
		if audience, ok := claims.member("aud"); ok {
			claims.set("aud", []any{audience})
		}
	case fault.OtherSession:
		otherSession(claims, a)
	case fault.DocumentsEmpty:
		emptyDocuments(claims)
	case fault.StepsOmitted:
		omitSteps(claims)
	case fault.Large:
		enlarge(claims, f.Number("bytes"))
	case fault.ExtraMembers:
		addMembers(claims)
	case fault.MissingClaim:
		claims.remove(f.Text("name"))
	}
}

func readClaims(payload []byte) (*object, error) {
	t, err := readTree(payload)
	if err != nil {
		return nil, fmt.Errorf("the claims of the result cannot be read: %w", err)
	}
	claims, ok := t.(*object)
	if !ok {
		return nil, errors.New("the claims of the result are no object")
	}
	return claims, nil
}

// longAgo is when an expired result has expired, unless its session is older
// still: before the mock's clock and before the real one, whichever its receiver
// goes by, and at the same moment in every run.
var longAgo = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC).Unix()

// expire moves iat and exp, which stay as far apart as they are.
func expire(claims *object) {
	const hour = 60 * 60
	iat, issued := claims.whole("iat")
	exp, expires := claims.whole("exp")
	end, lifetime := longAgo, int64(2*hour)
	if issued {
		end = min(end, iat-hour)
	}
	if issued && expires {
		lifetime = exp - iat
	}
	claims.set("exp", number(end))
	if issued {
		claims.set("iat", number(end-lifetime))
	}
}

// postdate counts from when the session completed, and not from the attempt, so
// that a retry sends the same.
func postdate(claims *object, by time.Duration) {
	for _, name := range []string{"iat", "exp"} {
		if at, ok := claims.whole(name); ok {
			claims.set(name, number(at+int64(by/time.Second)))
		}
	}
}

func number(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }

// otherSession changes both identities of a face session.
func otherSession(claims *object, a fault.Active) {
	claims.set("jti", drawnUUID(a, "jti"))
	if data := claims.object("data"); data != nil && data.index("sessionId") >= 0 {
		data.set("sessionId", drawnUUID(a, "session"))
	}
}

// drawnUUID is one of version 4.
func drawnUUID(a fault.Active, purpose string) string {
	dice := a.Dice(purpose)
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], dice.Uint64())
	binary.BigEndian.PutUint64(id[8:], dice.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id.String()
}

// emptyDocuments empties the verifications too, which are parallel to them.
func emptyDocuments(claims *object) {
	data := claims.object("data")
	for _, name := range []string{"documents", "verifications"} {
		if data != nil && data.index(name) >= 0 {
			data.set(name, []any{})
		}
	}
}

func omitSteps(claims *object) {
	data := claims.object("data")
	if data == nil {
		return
	}
	for _, value := range data.list("documents") {
		if document, ok := value.(*object); ok {
			document.members = slices.DeleteFunc(document.members, func(b branch) bool { return b.value == nil })
		}
	}
}

// enlarge adds a photo where results have one inline: to what was read from the
// chip of the first document, or to the face of a face session.
func enlarge(claims *object, size int) {
	const jpeg = "/9j/" // how one begins in base64
	photo := strings.Repeat(jpeg, size/len(jpeg)+1)[:size]
	holder, name := claims, "photo"
	if data := claims.object("data"); data != nil {
		holder = data
		if face := data.object("face"); face != nil {
			holder = face
		}
		if documents := data.list("documents"); len(documents) > 0 {
			if document, ok := documents[0].(*object); ok {
				holder = document.made("reading").made("data")
			}
		}
	}
	if holder.index("photography") >= 0 { // what an Emirates ID calls it
		name = "photography"
	}
	holder.set(name, photo)
}

// made is the object of that name, which is made when there is none.
func (o *object) made(name string) *object {
	if o.object(name) == nil {
		o.set(name, &object{})
	}
	return o.object(name)
}

// addedLater is a member that no receiver knows.
const (
	addedName = "addedLater"
	addedText = `{"kind":"unknown","list":[1,"two",null]}`
)

// addMembers adds one to every object.
func addMembers(t tree) {
	switch t := t.(type) {
	case []any:
		for _, value := range t {
			addMembers(value)
		}
	case *object:
		for _, m := range t.members {
			addMembers(m.value)
		}
		t.set(addedName, json.RawMessage(addedText))
	}
}
