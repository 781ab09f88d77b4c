package mockserver

import (
	"encoding/base64"
	"slices"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// maxVerified is how large a body may be whose signature is looked into: dozens
// of copies are made of one whose signature does not fit.
const maxVerified = 8 << 20

// Verification says whether what the nth attempt of a delivery sent is
// authentic, as a correct receiver finds at the time of the attempt with the
// keys, or the secret, that hold now; and if not, why. Bodies beyond 8 MiB are
// refused.
func (s *Server) Verification(id string, n int) (provider.Verification, error) {
	r, err := s.Delivery(id)
	if err != nil {
		return provider.Verification{}, err
	}
	i := slices.IndexFunc(r.Attempts, func(a delivery.Attempt) bool { return a.N == n })
	if i < 0 {
		return provider.Verification{}, problem.New(problem.NotFound, "delivery %s has no attempt %d, only %s", id, n, delivery.Counted(len(r.Attempts)))
	}
	vendor, ok := s.providers[r.Provider].(provider.Verifier)
	if !ok {
		return provider.Verification{}, problem.New(problem.NotFound, "the mock does not know how %s's webhooks are verified", r.Provider)
	}
	sent := r.Attempts[i].Request
	if sent == nil {
		return provider.Verification{}, problem.New(problem.Conflict, "attempt %d sent nothing: %s", n, r.Attempts[i].Error)
	}
	body := []byte(sent.Body)
	if sent.BodyBase64 != "" {
		if body, err = base64.StdEncoding.DecodeString(sent.BodyBase64); err != nil {
			return provider.Verification{}, err
		}
	}
	if len(body) > maxVerified {
		return provider.Verification{}, problem.New(problem.TooLarge, "attempt %d sent %d bytes, at most %d are verified", n, len(body), maxVerified)
	}
	return vendor.Verify(provider.Sent{Account: r.Account, At: r.Attempts[i].At, Header: sent.Headers, Body: body})
}
