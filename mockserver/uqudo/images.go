package uqudo

import (
	"fmt"

	"kycmock/mockserver/person"
)

// imageRef is an image that a payload refers to: person.Image(Kind, ID) are
// its bytes.
type imageRef struct {
	ID   string           `json:"id"`
	Kind person.ImageKind `json:"kind"`
}

// newImage invents an image of the payload and returns its id and its
// checksum. Ids have the form of a Mongo ObjectId, 24 hexadecimal digits, and
// are numbered in a row, as those of one session are.
func (m *resultMaker) newImage(kind person.ImageKind) (id, checksum string) {
	id = m.nextImageID()
	m.images = append(m.images, imageRef{ID: id, Kind: kind})
	return id, person.Checksum(person.Image(kind, id))
}

// newInlineImage invents an image whose bytes stand in the payload itself.
func (m *resultMaker) newInlineImage(kind person.ImageKind) []byte {
	return person.Image(kind, m.nextImageID())
}

func (m *resultMaker) nextImageID() string {
	if m.idStem == "" {
		m.idStem = "68" + m.dice("images").Hex(20)
	}
	m.idCount++
	return fmt.Sprintf("%s%02x", m.idStem, m.idCount)
}
