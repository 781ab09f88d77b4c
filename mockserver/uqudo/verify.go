package uqudo

import (
	"kycmock/keys"
	"kycmock/mockserver/provider"
	"kycmock/verify"
)

// Verify judges what an attempt sent by the keys that the JWKS has now, whatever
// faults its answers have: see [provider.Verifier].
func (u *Uqudo) Verify(sent provider.Sent) (provider.Verification, error) {
	others, err := u.unpublished()
	if err != nil {
		return provider.Verification{}, err
	}
	published, err := verify.ReadSet(u.env.Keys.JWKS())
	if err != nil {
		published = verify.Set{} // the only key was withheld
	}
	account, _ := u.account(sent.Account)
	judged := verify.Uqudo{Body: sent.Body, Keys: published, Audience: account.ClientID, At: sent.At, Others: others}
	return provider.Verification{Report: judged.Verify()}, nil
}

// unpublished are the keys that a result may be signed with and that are not in
// the JWKS.
func (u *Uqudo) unpublished() ([]verify.Other, error) {
	var others []verify.Other
	add := func(jwk []byte, what string) error {
		other, err := verify.ReadOther(jwk, what)
		others = append(others, other)
		return err
	}
	for _, k := range u.env.Keys.Keys() {
		what := k.Unpublished()
		if what == "" {
			continue
		}
		jwk, err := u.env.Keys.PublicJWK(k.KID)
		if err != nil { // it was replaced meanwhile
			continue
		}
		if err := add(jwk, what); err != nil {
			return nil, err
		}
	}
	err := add(keys.Forger().PublicJWK(), "the forger's key that the mock's faults sign with")
	return others, err
}
