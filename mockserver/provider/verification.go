package provider

import (
	"net/http"
	"strings"
	"time"

	"kycmock/verify"
)

// Verifier is a Provider that knows how receivers tell that what they get is
// the vendor's.
type Verifier interface {
	// Verify judges what an attempt sent, as a correct receiver at that time
	// would that has the keys, or the secret, which hold now. It repeats no
	// secret.
	Verify(sent Sent) (Verification, error)
}

// Sent is what an attempt sent.
type Sent struct {
	Account string
	At      time.Time   // On the mock's clock.
	Header  http.Header // The names may be in any case.
	Body    []byte
}

// Value is the first value of a header, and whether it was sent.
func (s Sent) Value(name string) (value string, there bool) {
	for sent, values := range s.Header {
		if strings.EqualFold(sent, name) && len(values) > 0 {
			return values[0], true
		}
	}
	return "", false
}

// Verification is what a receiver finds out about what an attempt sent.
type Verification struct {
	verify.Report
	// Signature is nil for a vendor whose signature is inside the body.
	Signature *Signature `json:"signature,omitempty" doc:"How the body is signed, for a vendor that signs it as a whole and sends the signature in a header."`
}

// Signature is one of the whole body, in a header.
type Signature struct {
	Algorithm    string `json:"algorithm" doc:"How it is computed, in words."`
	Header       string `json:"header" doc:"The name of the header that it is sent in."`
	Given        string `json:"given" doc:"What was sent; empty when nothing was."`
	Expected     string `json:"expected" doc:"What a receiver that has the right secret computes of the body that was sent."`
	Signed       string `json:"signed" doc:"The exact bytes that are signed, as text."`
	SignedBase64 string `json:"signedBase64,omitempty" doc:"Instead of signed when that is not UTF-8."`
}
