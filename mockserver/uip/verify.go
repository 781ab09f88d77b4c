package uip

import (
	"encoding/base64"
	"unicode/utf8"

	"kycmock/mockserver/provider"
	"kycmock/verify"
)

// Verify judges what an attempt sent by the secret that the business has now:
// see [provider.Verifier].
func (u *UIP) Verify(sent provider.Sent) (provider.Verification, error) {
	w := u.webhook(sent.Account)
	given, there := sent.Value(signatureHeader)
	former := map[string]string{}
	for _, secret := range w.Former {
		former[secret] = "one that the webhook had before"
	}
	report := verify.UIP{Secret: w.Secret, Signature: given, Body: sent.Body, Known: former}.Verify()
	if !there {
		report.Notes = append(report.Notes, "there is no header "+signatureHeader)
	}
	signature := provider.Signature{
		Algorithm: "HMAC-SHA-256 in lower-case hex, keyed with the webhook's secret", Header: signatureHeader, Given: given,
		Expected: Sign(w.Secret, "", string(sent.Body)),
	}
	if utf8.Valid(sent.Body) {
		signature.Signed = string(sent.Body)
	} else {
		signature.SignedBase64 = base64.StdEncoding.EncodeToString(sent.Body)
	}
	return provider.Verification{Report: report, Signature: &signature}, nil
}
