package uqudo

import "kycmock/mockserver/picture"

// faceResult is the outcome of a facial recognition. There is no score of
// liveness in Uqudo's results.
type faceResult struct {
	Match                     bool    `json:"match"`           // always true in a completed session
	MatchLevel                int     `json:"matchLevel"`      // 1 worst to 5 best
	Error                     *string `json:"error"`           // undocumented, null in every result observed
	FalseAcceptRate           *string `json:"falseAcceptRate"` // the same
	AuditTrailImageID         string  `json:"auditTrailImageId"`
	AuditTrailImageIDChecksum string  `json:"auditTrailImageIdChecksum"`
}

// matchLevel is what both the face and its verification show.
func (m *resultMaker) matchLevel() int {
	if m.Profile == ProfileLowMatchLevel {
		return 1
	}
	return 4 + m.dice("match level").N(2)
}

func (m *resultMaker) face() *faceResult {
	face := &faceResult{Match: true, MatchLevel: m.matchLevel()}
	face.AuditTrailImageID, face.AuditTrailImageIDChecksum = m.newImage(picture.Selfie)
	return face
}

// faceSessionData is the claim "data" of a face session: no documents, no
// verifications, no source (observed on the live service).
type faceSessionData struct {
	Face      *faceResult `json:"face"`
	SessionID string      `json:"sessionId"` // the face session, unlike the claim jti
	Nonce     string      `json:"nonce,omitempty"`
}

func (m *resultMaker) faceData() faceSessionData {
	return faceSessionData{Face: m.face(), SessionID: m.FaceSession, Nonce: m.Nonce}
}
