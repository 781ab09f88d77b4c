package uqudo

import "kycmock/mockserver/person"

// verificationResult is what was checked about one document. A check that did
// not run is {"enabled": false} and nothing else (observed on the live
// service), which is what the zero value of each says.
type verificationResult struct {
	DocumentType              string           `json:"documentType"`
	SourceDetection           sourceDetection  `json:"sourceDetection"`
	IDScreenDetection         detection        `json:"idScreenDetection"`
	IDPrintDetection          detection        `json:"idPrintDetection"`
	IDPhotoTamperingDetection detection        `json:"idPhotoTamperingDetection"`
	DataConsistencyCheck      consistencyCheck `json:"dataConsistencyCheck"`
	MRZChecksum               mrzChecksum      `json:"mrzChecksum"`
	Reading                   readingCheck     `json:"reading"`
	Biometric                 biometricCheck   `json:"biometric"`
	Lookup                    lookupCheck      `json:"lookup"`
}

// sourceDetection says from what kind of picture the document was taken. In
// this and the types below, the embedded outcome is nil when the check did not
// run, and its members are left out.
type sourceDetection struct {
	Enabled bool `json:"enabled"`
	*sourceOutcome
}

type sourceOutcome struct {
	AllowNonPhysicalDocuments bool   `json:"allowNonPhysicalDocuments"`
	SelectedResolution        string `json:"selectedResolution"`
	OptimalResolution         bool   `json:"optimalResolution"`
}

// detection is a score from 0 to 100, with decimals; the SDK itself refuses
// above 50, or 70 for a tampered photo.
type detection struct {
	Enabled bool     `json:"enabled"`
	Score   *float64 `json:"score,omitempty"`
}

type biometricCheck struct {
	Enabled bool `json:"enabled"`
	*biometricOutcome
}

type biometricOutcome struct {
	Type       string `json:"type"`
	MatchLevel int    `json:"matchLevel"` // as in the face of the document
}

// lookupCheck has more members on the wire, perhaps; none is known.
type lookupCheck struct {
	Enabled bool `json:"enabled"`
}

// verifyScan fills in the checks that go with a scan.
func (m *resultMaker) verifyScan(v *verificationResult, shown shownDocument) {
	v.SourceDetection = sourceDetection{true, &sourceOutcome{
		SelectedResolution: "2160x3840",
		OptimalResolution:  true,
	}}
	d := m.dice("scores")
	v.IDScreenDetection = m.detection(d, ProfileScreenDetected, 2000, 50)
	v.IDPrintDetection = m.detection(d, ProfilePrintDetected, 800, 50)
	v.IDPhotoTamperingDetection = m.detection(d, ProfilePhotoTampered, 300, 70)
	if len(shown.agreement) > 0 {
		v.DataConsistencyCheck = consistencyCheck{true, &consistencyOutcome{shown.agreement}}
	}
	if shown.zone != nil {
		v.MRZChecksum = mrzChecksum{true, checkZone(shown.zone)}
	}
}

// detection draws a score below clean hundredths, or above the limit when the
// profile is the one that it shows. Both are drawn each time, so that other
// scores do not depend on the profile.
func (m *resultMaker) detection(d *person.Dice, shows Profile, clean, limit int) detection {
	low, high := d.N(clean), limit*100+1+d.N((100-limit)*100)
	score := float64(low) / 100
	if m.Profile == shows {
		score = float64(high) / 100
	}
	return detection{Enabled: true, Score: &score}
}
