package uqudo

import "kycmock/mockserver/picture"

// scanResult is the outcome of the optical step. Images are ids, never bytes.
type scanResult struct {
	Front                     any     `json:"front"`
	Back                      any     `json:"back"` // {} for a document with one side
	FaceImageID               string  `json:"faceImageId"`
	FaceImageIDChecksum       string  `json:"faceImageIdChecksum"`
	FrontImageID              string  `json:"frontImageId"`
	FrontImageIDChecksum      string  `json:"frontImageIdChecksum"`
	FrontFrameImageID         string  `json:"frontFrameImageId"`
	FrontFrameImageIDChecksum string  `json:"frontFrameImageIdChecksum"`
	BackImageID               *string `json:"backImageId"` // null for a document with one side
	BackImageIDChecksum       *string `json:"backImageIdChecksum"`
	BackFrameImageID          *string `json:"backFrameImageId,omitempty"`
	BackFrameImageIDChecksum  *string `json:"backFrameImageIdChecksum,omitempty"`
}

func (m *resultMaker) scan(shown shownDocument) *scanResult {
	m.card = m.cardOf(shown)
	scan := &scanResult{Front: shown.front, Back: shown.back}
	scan.FaceImageID, scan.FaceImageIDChecksum = m.newImage(picture.Portrait)
	scan.FrontImageID, scan.FrontImageIDChecksum = m.newImage(picture.Front)
	scan.FrontFrameImageID, scan.FrontFrameImageIDChecksum = m.newImage(picture.FrontFrame)
	if !shown.oneSided {
		id, checksum := m.newImage(picture.Back)
		frameID, frameChecksum := m.newImage(picture.BackFrame)
		scan.BackImageID, scan.BackImageIDChecksum = &id, &checksum
		scan.BackFrameImageID, scan.BackFrameImageIDChecksum = &frameID, &frameChecksum
	}
	return scan
}
