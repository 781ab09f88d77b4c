package uqudo

import (
	"strconv"
	"strings"
)

// uaeIDFront are the fields of an Emirates ID's front, newest card, by Uqudo's
// page on it.
type uaeIDFront struct {
	FullName               string `json:"fullName"`
	FullNameArabic         string `json:"fullNameArabic"`
	IdentityNumber         string `json:"identityNumber"`
	IdentityNumberVerified bool   `json:"identityNumberVerified"`
	Nationality            string `json:"nationality"`
	NationalityArabic      string `json:"nationalityArabic"`
	IssueDate              string `json:"issueDate"`
	IssueDateFormatted     string `json:"issueDateFormatted"`
	DateOfBirth            string `json:"dateOfBirth"`
	DateOfBirthFormatted   string `json:"dateOfBirthFormatted"`
	DateOfExpiry           string `json:"dateOfExpiry"`
	DateOfExpiryFormatted  string `json:"dateOfExpiryFormatted"`
	Gender                 string `json:"gender"`
	GenderArabic           string `json:"genderArabic"`
}

// uaeIDBack are the fields of its back. Employer and occupation are in no
// documentation but were observed.
type uaeIDBack struct {
	CardNumber string `json:"cardNumber"`
	zoneFields
	Employer   string `json:"employer"`
	Occupation string `json:"occupation"`
}

func (m *resultMaker) showUAEID() shownDocument {
	document := m.held()
	document.Number = m.uaeCardNumber()
	mrz := m.mrz("IL", document)
	mrz.Optional1 = m.uaeIdentityNumber()
	zone := m.readZone(mrz.TD1())
	born := m.printedBirthDate()
	front := uaeIDFront{
		FullName:               m.holder.FullName(),
		FullNameArabic:         m.holder.FullNameArabic(),
		IdentityNumber:         m.uaeIdentityNumber(),
		IdentityNumberVerified: true,
		Nationality:            strings.ToUpper(m.holder.Citizenship),
		NationalityArabic:      m.holder.NationalityArabic,
		IssueDate:              document.Issued.Format(dayFirst),
		IssueDateFormatted:     iso(document.Issued),
		DateOfBirth:            born.Format(dayFirst),
		DateOfBirthFormatted:   iso(born),
		DateOfExpiry:           document.Expires.Format(dayFirst),
		DateOfExpiryFormatted:  iso(document.Expires),
		Gender:                 m.holder.Gender(),
		GenderArabic:           m.holder.GenderArabic(),
	}
	back := uaeIDBack{
		CardNumber: document.Number,
		zoneFields: m.zoneFields(zone, document),
		Employer:   m.holder.Employer,
		Occupation: m.holder.Occupation,
	}
	return shownDocument{
		front: front, back: back, zone: zone,
		agreement: agree("dateOfBirth", m.holder.BirthDate.Equal(born),
			scanned("FRONT", "dateOfBirth", front.DateOfBirth),
			scanned("BACK", "dateOfBirth", back.DateOfBirth)),
	}
}

// uaeCardNumber is the number of the plastic, nine digits; a renewed card has
// a new one.
func (m *resultMaker) uaeCardNumber() string {
	return m.personalNumber("UAE card "+iso(m.held().Issued), 9)
}

// uaeIdentityNumber is the holder's Emirates ID number: 784, the year of
// birth, seven digits and a check digit by Luhn's rule.
func (m *resultMaker) uaeIdentityNumber() string {
	number := "784" + strconv.Itoa(m.holder.BirthDate.Year()) + m.personalNumber("UAE_ID", 7)
	return number + luhn(number)
}

// luhn computes the check digit that Luhn's rule puts behind a number.
func luhn(number string) string {
	sum := 0
	for i := range len(number) {
		digit := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			digit = digit*2/10 + digit*2%10
		}
		sum += digit
	}
	return strconv.Itoa((10 - sum%10) % 10)
}
