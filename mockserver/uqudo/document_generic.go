package uqudo

import "strings"

// genericIDFront are the fields of the front of an identity card with a
// machine-readable zone on its back. Uqudo documents none for GENERIC_ID
// beyond the zone: names follow its other cards.
type genericIDFront struct {
	FullName             string `json:"fullName"`
	DocumentNumber       string `json:"documentNumber"`
	DateOfBirth          string `json:"dateOfBirth"`
	DateOfBirthFormatted string `json:"dateOfBirthFormatted"`
	PlaceOfBirth         string `json:"placeOfBirth"`
	Gender               string `json:"gender"`
	IssueDate            string `json:"issueDate"`
	IssueDateFormatted   string `json:"issueDateFormatted"`
}

// genericIDBack are the fields of its back.
type genericIDBack struct {
	Address string `json:"address"`
	zoneFields
}

func (m *resultMaker) showGenericID() shownDocument {
	document := m.held()
	zone := m.readZone(m.mrz("I", document).TD1())
	born := m.printedBirthDate()
	front := genericIDFront{
		FullName:             m.holder.FullName(),
		DocumentNumber:       document.Number,
		DateOfBirth:          born.Format(dayFirst),
		DateOfBirthFormatted: iso(born),
		PlaceOfBirth:         strings.ToUpper(m.holder.PlaceOfBirth),
		Gender:               m.holder.Gender(),
		IssueDate:            document.Issued.Format(dayFirst),
		IssueDateFormatted:   iso(document.Issued),
	}
	back := genericIDBack{Address: strings.ToUpper(m.holder.Address), zoneFields: m.zoneFields(zone, document)}
	return shownDocument{
		front: front, back: back, zone: zone,
		agreement: agree("dateOfBirth", m.holder.BirthDate.Equal(born),
			scanned("FRONT", "dateOfBirth", front.DateOfBirth),
			scanned("BACK", "dateOfBirth", back.DateOfBirth)),
	}
}
