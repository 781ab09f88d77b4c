package uqudo

import (
	"strings"
	"time"

	"kycmock/mockserver/person"
)

// documentResult is what was found out about one document. Steps that did not
// run are null, not missing (observed on the live service).
type documentResult struct {
	DocumentType string         `json:"documentType"`
	Scan         *scanResult    `json:"scan"`
	Reading      *readingResult `json:"reading"`
	Face         *faceResult    `json:"face"`
	Lookup       *lookupResult  `json:"lookup"`
}

// document makes the document of a session and the verification beside it.
func (m *resultMaker) document() (documentResult, verificationResult) {
	document := documentResult{DocumentType: m.DocumentType}
	verification := verificationResult{DocumentType: m.DocumentType}
	switch m.Flow {
	case FlowEnrollment:
		shown := m.showDocument()
		document.Scan = m.scan(shown)
		m.verifyScan(&verification, shown)
	case FlowReading:
		document.Reading = m.reading()
		verification.Reading = m.readingCheck()
	case FlowLookup:
		document.Lookup = m.lookup()
		verification.Lookup.Enabled = true
	}
	if m.Flow != FlowLookup {
		document.Face = m.face()
		verification.Biometric = biometricCheck{true, &biometricOutcome{"FACIAL_RECOGNITION", document.Face.MatchLevel}}
	}
	return document, verification
}

// shownDocument is a document as it lies before the camera, by what is read
// off it.
type shownDocument struct {
	front, back any
	oneSided    bool
	zone        *person.Zone       // nil when there is no machine-readable zone
	agreement   []consistencyField // what stands in more than one place
}

// showDocument makes the document by the shape of its type.
func (m *resultMaker) showDocument() shownDocument {
	switch m.DocumentType {
	case "PASSPORT":
		return m.showPassport()
	case "UAE_ID":
		return m.showUAEID()
	case "SDN_ID":
		return m.showSudaneseID()
	case "KEN_ID":
		return m.showKenyanID()
	case "GENERIC_ID":
		return m.showGenericID()
	case "MRZ":
		return m.showZoneOnly()
	}
	return m.showOther()
}

// held is the document of the session's type that the holder has at the
// moment.
func (m *resultMaker) held() person.Document {
	return m.holder.Document(m.DocumentType, validity(m.DocumentType), m.At)
}

// passport is the passport that the holder has at the moment, whatever the
// session is about.
func (m *resultMaker) passport() person.Document {
	return m.holder.Document("PASSPORT", validity("PASSPORT"), m.At)
}

// validity is for how many years documents of a type are issued.
func validity(documentType string) int {
	switch documentType {
	case "PASSPORT", "KEN_ID", "MRZ":
		return 10
	case "UAE_ID":
		return 3
	}
	return 5
}

// issuingCountry is the country that issues documents of a type, as in a
// machine-readable zone: UTO where the type names none.
func issuingCountry(documentType string) string {
	country, _, _ := strings.Cut(documentType, "_")
	switch country {
	case "PASSPORT", "GENERIC", "MRZ":
		return "UTO"
	case "UAE":
		return "ARE"
	case "RSL":
		return "SLE"
	}
	return country
}

// personalNumber is a number of n digits that the holder keeps for life. Its
// leading zeros tell it from a real one.
func (m *resultMaker) personalNumber(kind string, n int) string {
	const zeros = 3
	return strings.Repeat("0", zeros) + m.holder.Dice("personal number "+kind).Digits(n-zeros)
}

// Spellings of dates on documents.
const (
	dayFirst  = "02/01/2006"
	yearFirst = "2006/01/02"
)

// iso spells a date as the members do whose names end in Formatted.
func iso(date time.Time) string { return date.Format(time.DateOnly) }
