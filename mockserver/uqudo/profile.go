package uqudo

import "slices"

// Profile names an outcome: what a receiver would look at in the result. All
// else in the payload is as in a clean one.
type Profile string

// The outcomes that can be asked for.
const (
	ProfileClean            Profile = "clean"
	ProfileLowMatchLevel    Profile = "low-match-level"
	ProfileScreenDetected   Profile = "screen-detected"
	ProfilePrintDetected    Profile = "print-detected"
	ProfilePhotoTampered    Profile = "photo-tampered"
	ProfileMRZInvalid       Profile = "mrz-invalid"
	ProfileDataInconsistent Profile = "data-inconsistent"
	ProfileLookupFailed     Profile = "lookup-failed"
	ProfileBackgroundHit    Profile = "background-hit"
	ProfileRiskyDevice      Profile = "risky-device"
)

// ProfileInfo describes a profile.
type ProfileInfo struct {
	Name    Profile `json:"name"`
	Summary string  `json:"summary"` // one line: what the payload shows
	Flows   []Flow  `json:"flows"`   // where it can show
}

// profiles returns all profiles, clean first.
func profiles() []ProfileInfo {
	enrollment := []Flow{FlowEnrollment}
	return []ProfileInfo{
		{ProfileClean, "every step passed, face match level 4 or 5", flows()},
		{ProfileLowMatchLevel, "the face matches at level 1 only, which Uqudo does not recommend to accept", []Flow{FlowEnrollment, FlowReading, FlowFace}},
		{ProfileScreenDetected, "the document was photographed from a screen: a score above 50", enrollment},
		{ProfilePrintDetected, "the document is a print on paper: a score above 50", enrollment},
		{ProfilePhotoTampered, "the photo on the document was replaced: a score above 70", enrollment},
		{ProfileMRZInvalid, "a check digit in the machine-readable zone is wrong", enrollment},
		{ProfileDataInconsistent, "two places of the document show different dates of birth, or numbers where it has no machine-readable zone", enrollment},
		{ProfileLookupFailed, "the government database was unavailable: a completed session with a FAILED lookup", []Flow{FlowLookup}},
		{ProfileBackgroundHit, "the background check found a politically exposed person", enrollment},
		{ProfileRiskyDevice, "the phone is rooted, hooked, emulated and debugged, and its traffic was tampered with", enrollment},
	}
}

// info returns the description of a profile, if there is such a profile.
func (p Profile) info() (ProfileInfo, bool) {
	all := profiles()
	i := slices.IndexFunc(all, func(info ProfileInfo) bool { return info.Name == p })
	if i < 0 {
		return ProfileInfo{}, false
	}
	return all[i], true
}

// showsIn says whether the outcome can show on a document of a type, and if
// not, what kind of document it takes.
func (p Profile) showsIn(documentType string) (wanted string, ok bool) {
	switch p {
	case ProfileMRZInvalid:
		return "a document with a machine-readable zone: PASSPORT, UAE_ID, SDN_ID, KEN_ID, GENERIC_ID or MRZ",
			hasOwnShape(documentType)
	case ProfileDataInconsistent:
		return "a document with more than a machine-readable zone", documentType != "MRZ"
	}
	return "", true
}
