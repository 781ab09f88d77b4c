package uqudo

import "kycmock/mockserver/person"

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
	scan := &scanResult{Front: shown.front, Back: shown.back}
	scan.FaceImageID, scan.FaceImageIDChecksum = m.newImage(person.ImagePortrait)
	scan.FrontImageID, scan.FrontImageIDChecksum = m.newImage(person.ImageFront)
	scan.FrontFrameImageID, scan.FrontFrameImageIDChecksum = m.newImage(person.ImageFrontFrame)
	if !shown.oneSided {
		id, checksum := m.newImage(person.ImageBack)
		frameID, frameChecksum := m.newImage(person.ImageBackFrame)
		scan.BackImageID, scan.BackImageIDChecksum = &id, &checksum
		scan.BackFrameImageID, scan.BackFrameImageIDChecksum = &frameID, &frameChecksum
	}
	return scan
}
