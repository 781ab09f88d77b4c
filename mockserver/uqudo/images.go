package uqudo

import (
	"fmt"
	"strings"

	"kycmock/mockserver/person"
	"kycmock/mockserver/picture"
)

// imageRef is an image that a payload refers to.
type imageRef struct {
	ID   string       `json:"id"`
	Kind picture.Kind `json:"kind"`
}

// newImage invents an image of the payload and returns its id and its
// checksum. The bytes are dropped: whoever fetches the image has it drawn
// again. Ids have the form of a Mongo ObjectId, 24 hexadecimal digits, and are
// numbered in a row, as those of one session are.
func (m *resultMaker) newImage(kind picture.Kind) (id, checksum string) {
	ref := imageRef{ID: m.nextImageID(), Kind: kind}
	m.images = append(m.images, ref)
	return ref.ID, picture.Checksum(m.draw(m.Style, ref))
}

// newInlineImage invents an image whose bytes stand in the payload itself, as
// small as a chip holds them.
func (m *resultMaker) newInlineImage(kind picture.Kind) []byte {
	style := m.Style
	if style == picture.Realistic {
		style = picture.Drawn
	}
	return m.draw(style, imageRef{ID: m.nextImageID(), Kind: kind})
}

func (m *resultMaker) draw(style picture.Style, ref imageRef) []byte {
	return picture.JPEG(style, ref.Kind, ref.ID, picture.Subject{Holder: m.holder, Card: m.card})
}

// nextImageID is the same for the same picture: where pictures show more than
// their kind, what they show decides.
func (m *resultMaker) nextImageID() string {
	if m.idStem == "" {
		purpose := "images"
		if m.Style != picture.Plain {
			purpose = fmt.Sprint("images ", m.Style, " ", m.Profile, " ", m.held().Number, " ", m.Person)
		}
		m.idStem = "68" + m.dice(purpose).Hex(20)
	}
	m.idCount++
	return fmt.Sprintf("%s%02x", m.idStem, m.idCount)
}

// image draws an image of the result that the input makes once more.
func (in resultInput) image(ref imageRef) []byte {
	m := &resultMaker{resultInput: in.completed(), holder: in.Person.of(person.Invent(in.Seed))}
	if m.Flow == FlowEnrollment {
		m.card = m.cardOf(m.showDocument())
	}
	return m.draw(m.Style, ref)
}

// cardOf is a document as its pictures show it: what all documents have, in one
// layout.
func (m *resultMaker) cardOf(shown shownDocument) picture.Card {
	held := m.held()
	card := picture.Card{
		Title:   strings.ReplaceAll(m.DocumentType, "_", " "),
		Country: issuingCountry(m.DocumentType),
		Front: []picture.Line{
			{Label: "Surname", Text: strings.ToUpper(m.holder.Surname)},
			{Label: "Given names", Text: strings.ToUpper(m.holder.Given())},
			{Label: "Nationality", Text: m.holder.Nationality},
			{Label: "Date of birth", Text: m.printedBirthDate().Format(dayFirst)},
			{Label: "Sex", Text: m.holder.Sex},
			{Label: "Place of birth", Text: strings.ToUpper(m.holder.PlaceOfBirth)},
			{Label: "Document no.", Text: held.Number},
			{Label: "Date of issue", Text: held.Issued.Format(dayFirst)},
			{Label: "Date of expiry", Text: held.Expires.Format(dayFirst)},
		},
		Back: []picture.Line{
			{Label: "Address", Text: strings.ToUpper(m.holder.Address)},
			{Label: "City", Text: strings.ToUpper(m.holder.City)},
			{Label: "Occupation", Text: m.holder.Occupation},
			{Label: "Blood group", Text: m.holder.BloodType},
		},
		ZoneOnBack: !shown.oneSided,
	}
	if shown.zone != nil {
		card.Zone = shown.zone.Text
	}
	return card
}
