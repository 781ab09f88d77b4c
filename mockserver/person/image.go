package person

import (
	"crypto/sha256"
	_ "embed" // for the drawings
	"encoding/hex"
)

//go:generate go run drawing/main.go

// ImageKind says what an image shows.
type ImageKind string

// The kinds of images.
const (
	ImagePortrait   ImageKind = "portrait"    // the face cut out of a document
	ImageFront      ImageKind = "front"       // the front of a document
	ImageBack       ImageKind = "back"        // the back of a document
	ImageFrontFrame ImageKind = "front-frame" // the camera's whole picture while the front was scanned
	ImageBackFrame  ImageKind = "back-frame"  // the same of the back
	ImageSelfie     ImageKind = "selfie"      // the picture that a face was compared with
	ImageSignature  ImageKind = "signature"   // the holder's signature
)

// ImageKinds returns all kinds.
func ImageKinds() []ImageKind {
	return []ImageKind{ImagePortrait, ImageFront, ImageBack, ImageFrontFrame, ImageBackFrame, ImageSelfie, ImageSignature}
}

// Image returns the JPEG file of an image: a drawing for its kind, with the id
// in a comment, so that no two images have the same bytes and yet each costs
// microseconds. The bytes are a pure function of kind and id. An unknown kind
// has no image and gives nil.
func Image(kind ImageKind, id string) []byte {
	base := drawing(kind)
	if base == "" {
		return nil
	}
	return label(base, "kycmock specimen "+id)
}

// Checksum returns the SHA-256 of an image's bytes as "sha256:" and 64
// lower-case hexadecimal digits.
func Checksum(image []byte) string {
	const prefix = "sha256:"
	sum := sha256.Sum256(image)
	return string(hex.AppendEncode([]byte(prefix), sum[:]))
}

// label puts a comment behind the start-of-image marker of a JPEG file. Only
// the first 1,000 bytes of the comment are kept.
func label(jpeg, comment string) []byte {
	comment = comment[:min(1000, len(comment))]
	size := 2 + len(comment) // the length counts itself
	labelled := make([]byte, 0, len(jpeg)+2+size)
	labelled = append(labelled, jpeg[:2]...)
	labelled = append(labelled, 0xFF, 0xFE, byte(size>>8), byte(size))
	labelled = append(labelled, comment...)
	return append(labelled, jpeg[2:]...)
}

var (
	//go:embed drawing/portrait.jpg
	portraitDrawing string
	//go:embed drawing/front.jpg
	frontDrawing string
	//go:embed drawing/back.jpg
	backDrawing string
	//go:embed drawing/front-frame.jpg
	frontFrameDrawing string
	//go:embed drawing/back-frame.jpg
	backFrameDrawing string
	//go:embed drawing/selfie.jpg
	selfieDrawing string
	//go:embed drawing/signature.jpg
	signatureDrawing string
)

// drawing returns the JPEG file that all images of a kind are made from. It is
// the place to draw something else, such as the face of the one person.
func drawing(kind ImageKind) string {
	switch kind {
	case ImagePortrait:
		return portraitDrawing
	case ImageFront:
		return frontDrawing
	case ImageBack:
		return backDrawing
	case ImageFrontFrame:
		return frontFrameDrawing
	case ImageBackFrame:
		return backFrameDrawing
	case ImageSelfie:
		return selfieDrawing
	case ImageSignature:
		return signatureDrawing
	}
	return ""
}
