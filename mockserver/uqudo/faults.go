package uqudo

import (
	"fmt"
	"slices"

	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
)

// faults lists what Uqudo itself can make go wrong: with what it signs, how it
// signs it, the request around that, and its own API.
func faults() []string {
	return []string{
		fault.Expired, fault.IssuedInFuture, fault.WrongIssuer, fault.WrongAudience, fault.AudienceArray,
		fault.MissingClaim, fault.OtherSession, fault.ExtraMembers, fault.Large, fault.DocumentsEmpty, fault.StepsOmitted,

		fault.Tampered, fault.WrongKey, fault.UnknownKID, fault.MissingKID, fault.AlgNone, fault.AlgHS256,
		fault.MalformedSig, fault.ShortSig, fault.EmptySig, fault.MissingSig, fault.GarbageJWS,

		fault.WrongCreds, fault.MissingCreds, fault.LegacyFormat, fault.MalformedJSON, fault.TruncatedJSON,
		fault.DuplicateMember, fault.InvalidUTF8, fault.EmptyBody, fault.ByteOrderMark,

		fault.JWKSError, fault.JWKSSlow, fault.JWKSEmpty, fault.JWKSStale, fault.JWKSMalformed,
		fault.APIError, fault.APISlow, fault.APIReset,
	}
}

// claimNames are the claims that every result has.
func claimNames() []string { return []string{"aud", "exp", "iat", "iss", "jti", "data"} }

// checkFaults finds all that is wrong with the faults of a trigger.
func checkFaults(asked []fault.Fault, status SessionStatus) problem.Fields {
	p := fault.CheckTriggered(asked, Name, faults()).At("faults")
	if len(p) > 0 {
		return p
	}
	if len(asked) > 0 && status != SessionCompleted {
		p.Add("faults", nil, "a session that did not complete is told to nobody: nothing can go wrong with that")
	}
	for i, f := range asked {
		at := fmt.Sprintf("faults[%d].", i)
		if claim := f.Text("name"); f.Name == fault.MissingClaim && !slices.Contains(claimNames(), claim) {
			p.Add(at+"params.name", claim, "a result has no such claim, want one of %s", list(claimNames()))
		}
	}
	return p
}
