package uqudo

import (
	"encoding/base64"
	"time"

	"kycmock/mockserver/picture"
)

// readingResult is what was read from a document's chip. Unlike a scan it
// holds pictures as base64 text.
type readingResult struct {
	Data any `json:"data"`
}

// readingCheck says whether the chip's content is genuine.
type readingCheck struct {
	Enabled bool `json:"enabled"`
	*readingOutcome
}

type readingOutcome struct {
	PassiveAuthentication passiveAuthentication `json:"passiveAuthentication"`
	ChipAuthentication    *stepCheck            `json:"chipAuthentication,omitempty"`
	ActiveAuthentication  *stepCheck            `json:"activeAuthentication,omitempty"`
}

type passiveAuthentication struct {
	Enabled                                  bool  `json:"enabled"`
	CountrySigningCertificateAvailable       bool  `json:"countrySigningCertificateAvailable"`
	DocumentSigningCertificateAvailable      bool  `json:"documentSigningCertificateAvailable"`
	DocumentSigningCertificateSignatureValid *bool `json:"documentSigningCertificateSignatureValid,omitempty"`
	DocumentDataSignatureValid               bool  `json:"documentDataSignatureValid"`
}

type stepCheck struct {
	Enabled bool `json:"enabled"`
}

// reading reads the chip: an Emirates ID has a content of its own, all others
// the one that ICAO Doc 9303 gives to passports.
func (m *resultMaker) reading() *readingResult {
	if m.DocumentType == "UAE_ID" {
		return &readingResult{Data: m.uaeChip()}
	}
	return &readingResult{Data: m.icaoChip()}
}

// readingCheck is that of a genuine chip. On an Emirates ID some members were
// absent (observed).
func (m *resultMaker) readingCheck() readingCheck {
	outcome := &readingOutcome{PassiveAuthentication: passiveAuthentication{
		Enabled:                            true,
		CountrySigningCertificateAvailable: true,
		DocumentDataSignatureValid:         true,
	}}
	if m.DocumentType != "UAE_ID" {
		valid := true
		outcome.PassiveAuthentication.DocumentSigningCertificateAvailable = true
		outcome.PassiveAuthentication.DocumentSigningCertificateSignatureValid = &valid
		outcome.ChipAuthentication = &stepCheck{Enabled: true}
		outcome.ActiveAuthentication = &stepCheck{Enabled: true}
	}
	return readingCheck{true, outcome}
}

// inline is a picture as text.
func (m *resultMaker) inline(kind picture.Kind) string {
	return base64.StdEncoding.EncodeToString(m.newInlineImage(kind))
}

// chipDate spells a date as chips do: a time with milliseconds and offset.
func chipDate(date time.Time) string {
	return date.Format("2006-01-02T15:04:05.000-07:00")
}

// chipDateUAE spells it in the time of the Emirates, four in the morning. An
// Emirates ID has all dates but that of birth like this (observed).
func chipDateUAE(date time.Time) string {
	return chipDate(date.In(time.FixedZone("", 4*60*60)))
}
