// Package keys holds the key pairs that Uqudo's results are signed with: a
// default that is the same on every start, pairs loaded from files, and a Ring
// that signs, publishes its key set and rotates.
//
// Tokens are put together here and not by a library, because they have to be
// Uqudo's byte for byte (a header of exactly kid and alg) and because the
// forged ones that a receiver must refuse are made by the same Compose. The
// keys are for tests: they are held in memory, unprotected.
package keys

import "time"

// RS256 is the only algorithm that Uqudo's documentation shows and that was
// observed on the live service: RSASSA-PKCS1-v1_5 with SHA-256.
const RS256 = "RS256"

// State says what a key in a Ring is there for.
//
//	active --Rotate--> published --Retire--> retired
type State string

const (
	// Active means that the key signs and is in the key set; exactly one is.
	Active State = "active"
	// Published means that the key is in the key set but does not sign:
	// results that it signed earlier can still be verified.
	Published State = "published"
	// Retired means that the key has left the key set: results that it signed
	// can no longer be verified by a receiver that fetches the set anew.
	Retired State = "retired"
)

// Key is what may be shown of a key pair; it never holds a private part.
type Key struct {
	KID       string    `json:"kid"`       // The name in the header of what it signs: 32 lower-case hex characters, or what a JWK file says.
	Alg       string    `json:"alg"`       // Always RS256.
	State     State     `json:"state"`     // What the key is there for now.
	CreatedAt time.Time `json:"createdAt"` // When it came into the ring.

	// Withheld is whether the key is not in the key set yet, although it signs,
	// or did.
	Withheld bool `json:"withheld,omitempty"`
}

// Unpublished says what a key is that is not in the key set, for people:
// empty for one that is in it.
func (k Key) Unpublished() string {
	switch {
	case k.State == Retired:
		return "a key that the mock has retired"
	case k.Withheld:
		return "a key that the mock signs with and has not published yet"
	default:
		return ""
	}
}
