package uqudo

import "strings"

// otherFront are the fields of the front of every type of document that has no
// shape of its own here.
type otherFront struct {
	FullName              string `json:"fullName"`
	DocumentNumber        string `json:"documentNumber"`
	DateOfBirth           string `json:"dateOfBirth"`
	DateOfBirthFormatted  string `json:"dateOfBirthFormatted"`
	PlaceOfBirth          string `json:"placeOfBirth"`
	Nationality           string `json:"nationality"`
	Gender                string `json:"gender"`
	IssueDate             string `json:"issueDate"`
	IssueDateFormatted    string `json:"issueDateFormatted"`
	DateOfExpiry          string `json:"dateOfExpiry"`
	DateOfExpiryFormatted string `json:"dateOfExpiryFormatted"`
	Issuer                string `json:"issuer"`
}

// otherBack are the fields of its back, which repeats the number.
type otherBack struct {
	DocumentNumber string `json:"documentNumber"`
	Address        string `json:"address"`
	PlaceOfIssue   string `json:"placeOfIssue"`
}

func (m *resultMaker) showOther() shownDocument {
	document := m.held()
	front := otherFront{
		FullName:              m.holder.FullName(),
		DocumentNumber:        document.Number,
		DateOfBirth:           m.holder.BirthDate.Format(dayFirst),
		DateOfBirthFormatted:  iso(m.holder.BirthDate),
		PlaceOfBirth:          strings.ToUpper(m.holder.PlaceOfBirth),
		Nationality:           m.holder.Nationality,
		Gender:                m.holder.Gender(),
		IssueDate:             document.Issued.Format(dayFirst),
		IssueDateFormatted:    iso(document.Issued),
		DateOfExpiry:          document.Expires.Format(dayFirst),
		DateOfExpiryFormatted: iso(document.Expires),
		Issuer:                issuingCountry(m.DocumentType),
	}
	back := otherBack{
		DocumentNumber: document.Number,
		Address:        strings.ToUpper(m.holder.Address),
		PlaceOfIssue:   strings.ToUpper(m.holder.City),
	}
	if m.Profile == ProfileDataInconsistent {
		back.DocumentNumber = "X99" + document.Number[3:]
	}
	return shownDocument{
		front: front, back: back,
		agreement: agree("documentNumber", front.DocumentNumber == back.DocumentNumber,
			scanned("FRONT", "documentNumber", front.DocumentNumber),
			scanned("BACK", "documentNumber", back.DocumentNumber)),
	}
}
