package uqudo

import "kycmock/mockserver/person"

// mrzChecksum says whether the check digits of a machine-readable zone are
// right.
type mrzChecksum struct {
	Enabled bool `json:"enabled"`
	*mrzOutcome
}

type mrzOutcome struct {
	FinalCheckDigit string       `json:"finalCheckDigit"`
	Valid           bool         `json:"valid"`
	CheckDigits     []checkDigit `json:"checkDigits"`
}

// checkDigit is a digit as it was read. Uqudo's page says that it is a number;
// on the wire it is a string (observed).
type checkDigit struct {
	FieldName  string `json:"fieldName"`
	FieldValue string `json:"fieldValue"`
	CheckDigit string `json:"checkDigit"`
	Valid      bool   `json:"valid"`
}

// checkZone does the arithmetic. The final digit covers the others, so it is
// right when they are.
func checkZone(zone *person.Zone) *mrzOutcome {
	outcome := &mrzOutcome{FinalCheckDigit: zone.FinalDigit, Valid: true}
	for _, d := range []checkDigit{
		{FieldName: "documentNumber", FieldValue: zone.Number, CheckDigit: zone.NumberDigit},
		{FieldName: "dateOfBirth", FieldValue: zone.BirthDate, CheckDigit: zone.BirthDigit},
		{FieldName: "dateOfExpiry", FieldValue: zone.Expiry, CheckDigit: zone.ExpiryDigit},
	} {
		d.Valid = person.CheckDigit(d.FieldValue) == d.CheckDigit
		outcome.Valid = outcome.Valid && d.Valid
		outcome.CheckDigits = append(outcome.CheckDigits, d)
	}
	return outcome
}
