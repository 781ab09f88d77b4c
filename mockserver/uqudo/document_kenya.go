package uqudo

import "strings"

// kenyanIDFront are the fields of a Kenyan identity card's front. Uqudo's page
// on it could not be read: names follow its other cards and its lookup.
type kenyanIDFront struct {
	FullName             string `json:"fullName"`
	SerialNumber         string `json:"serialNumber"`
	IdentityNumber       string `json:"identityNumber"`
	DateOfBirth          string `json:"dateOfBirth"` // dd.MM.yyyy
	DateOfBirthFormatted string `json:"dateOfBirthFormatted"`
	Sex                  string `json:"sex"`
	PlaceOfBirth         string `json:"placeOfBirth"`
	PlaceOfIssue         string `json:"placeOfIssue"`
	IssueDate            string `json:"issueDate"`
	IssueDateFormatted   string `json:"issueDateFormatted"`
}

// kenyanIDBack are the fields of its back.
type kenyanIDBack struct {
	zoneFields
}

func (m *resultMaker) showKenyanID() shownDocument {
	const dotted = "02.01.2006"
	document := m.held()
	document.Number = m.kenyanSerialNumber()
	mrz := m.mrz("ID", document)
	mrz.Optional2 = m.kenyanIdentityNumber()
	zone := m.readZone(mrz.TD1())
	born := m.printedBirthDate()
	front := kenyanIDFront{
		FullName:             m.holder.FullName(),
		SerialNumber:         document.Number,
		IdentityNumber:       m.kenyanIdentityNumber(),
		DateOfBirth:          born.Format(dotted),
		DateOfBirthFormatted: iso(born),
		Sex:                  m.holder.Gender(),
		PlaceOfBirth:         strings.ToUpper(m.holder.PlaceOfBirth),
		PlaceOfIssue:         strings.ToUpper(m.holder.City),
		IssueDate:            document.Issued.Format(dotted),
		IssueDateFormatted:   iso(document.Issued),
	}
	back := kenyanIDBack{zoneFields: m.zoneFields(zone, document)}
	return shownDocument{
		front: front, back: back, zone: zone,
		agreement: agree("dateOfBirth", m.holder.BirthDate.Equal(born),
			scanned("FRONT", "dateOfBirth", front.DateOfBirth),
			scanned("BACK", "dateOfBirth", back.DateOfBirth)),
	}
}

func (m *resultMaker) kenyanIdentityNumber() string { return m.personalNumber("KEN_ID", 8) }

func (m *resultMaker) kenyanSerialNumber() string { return m.personalNumber("KEN serial", 9) }
