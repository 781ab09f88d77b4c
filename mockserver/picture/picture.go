// Package picture draws the pictures that belong to invented people and their
// documents: a portrait, the sides of a document, a selfie. All of them say
// SPECIMEN.
package picture

import (
	"crypto/sha256"
	"encoding/hex"

	"kycmock/mockserver/person"
)

// Kind says what a picture shows.
type Kind string

// The kinds of pictures.
const (
	Portrait   Kind = "portrait"    // the face cut out of a document
	Front      Kind = "front"       // the front of a document
	Back       Kind = "back"        // the back of a document
	FrontFrame Kind = "front-frame" // the camera's whole picture while the front was scanned
	BackFrame  Kind = "back-frame"  // the same of the back
	Selfie     Kind = "selfie"      // the picture that a face was compared with
	Signature  Kind = "signature"   // the holder's signature
)

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{Portrait, Front, Back, FrontFrame, BackFrame, Selfie, Signature}
}

// Style is how much a picture looks like what it is, and so how large it is.
type Style string

// The styles of pictures.
const (
	// Plain is one drawing for each kind, of 2 to 8 kB, the same for everybody.
	// It costs microseconds.
	Plain Style = "plain"
	// Drawn shows the person and the document's data, in some 15 to 60 kB. It
	// costs some hundredths of a second.
	Drawn Style = "drawn"
	// Realistic is Drawn in the size and with the light and noise of a camera:
	// 100 to 600 kB, a signature less. It costs about a tenth of a second.
	Realistic Style = "realistic"
)

// Styles returns all styles.
func Styles() []Style { return []Style{Plain, Drawn, Realistic} }

// Subject is what pictures show.
type Subject struct {
	Holder person.Person
	Card   Card // only needed for the sides of a document and their frames
}

// Card is a document by what is printed on it.
type Card struct {
	Title   string // "PASSPORT"
	Country string // who issued it, three letters: "UTO"
	Front   []Line
	Back    []Line
	// Zone is the machine-readable zone, its lines joined by "\n". Without one
	// it is empty.
	Zone       string
	ZoneOnBack bool // where the zone is; else it is on the front
}

// Line is one field of a document.
type Line struct{ Label, Text string }

// JPEG returns the file of a picture, whose id stands in a comment, so that no
// two pictures have the same bytes; the pixels do not depend on it. The bytes
// are a pure function of the arguments; those of a style other than Plain also
// of the build, because encoders improve. An unknown kind or style has no
// picture and gives nil.
func JPEG(style Style, kind Kind, id string, s Subject) []byte {
	switch style {
	case Plain:
		return plain(kind, id)
	case Drawn, Realistic:
		if shot, ok := shotOf(style, kind); ok {
			return labelled(shot.take(kind, s), id)
		}
	}
	return nil
}

// paint draws a picture of a kind, in the units of the kind's shots.
func paint(c canvas, kind Kind, of Subject) {
	paper := printOf(of.Card).paper
	switch kind {
	case Portrait:
		drawPortrait(c, of.Holder)
	case Front:
		c.wash(paper.lighter(0.4), paper.darker(0.05))
		drawFront(c, of)
	case Back:
		c.wash(paper.lighter(0.4), paper.darker(0.05))
		drawBack(c, of)
	case FrontFrame:
		drawFrame(c, of, kind, drawFront)
	case BackFrame:
		drawFrame(c, of, kind, drawBack)
	case Selfie:
		drawSelfie(c, of.Holder)
	case Signature:
		drawSignature(c, of.Holder)
	}
}

// Checksum returns the SHA-256 of a picture's bytes as "sha256:" and 64
// lower-case hexadecimal digits.
func Checksum(jpeg []byte) string {
	const prefix = "sha256:"
	sum := sha256.Sum256(jpeg)
	return string(hex.AppendEncode([]byte(prefix), sum[:]))
}

// labelled puts a picture's id into a comment behind the start-of-image marker
// of its file. Only the first 1,000 bytes of it are kept.
func labelled(jpeg, id string) []byte {
	comment := "kycmock specimen " + id
	comment = comment[:min(1000, len(comment))]
	size := 2 + len(comment) // the length counts itself
	file := make([]byte, 0, len(jpeg)+2+size)
	file = append(file, jpeg[:2]...)
	file = append(file, 0xFF, 0xFE, byte(size>>8), byte(size))
	file = append(file, comment...)
	return append(file, jpeg[2:]...)
}
