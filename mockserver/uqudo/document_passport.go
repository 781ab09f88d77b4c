package uqudo

import (
	"strings"

	"kycmock/mockserver/person"
)

// passportFront are the fields of a passport's data page, by Uqudo's pages on
// passports and by what was observed of a real one.
type passportFront struct {
	SecondaryID               string `json:"secondaryId"`
	PrimaryID                 string `json:"primaryId"`
	FullName                  string `json:"fullName"`
	DateOfBirth               string `json:"dateOfBirth"`
	DateOfBirthFormatted      string `json:"dateOfBirthFormatted"`
	DateOfBirthFull           string `json:"dateOfBirthFull"`
	DateOfBirthFullFormatted  string `json:"dateOfBirthFullFormatted"`
	IssueDate                 string `json:"issueDate"`
	IssueDateFormatted        string `json:"issueDateFormatted"`
	DateOfExpiry              string `json:"dateOfExpiry"`
	DateOfExpiryFormatted     string `json:"dateOfExpiryFormatted"`
	DateOfExpiryFull          string `json:"dateOfExpiryFull"`
	DateOfExpiryFullFormatted string `json:"dateOfExpiryFullFormatted"`
	DocumentNumber            string `json:"documentNumber"`
	PassportNumber            string `json:"passportNumber"`
	PassportCountryCode       string `json:"passportCountryCode"`
	PassportType              string `json:"passportType"`
	PlaceOfBirth              string `json:"placeOfBirth"`
	PlaceOfIssue              string `json:"placeOfIssue"`
	Nationality               string `json:"nationality"`
	Issuer                    string `json:"issuer"`
	Sex                       string `json:"sex"`
	Gender                    string `json:"gender"`
	zoneText
	ChipAvailable bool `json:"chipAvailable"`
}

func (m *resultMaker) showPassport() shownDocument {
	document := m.passport()
	zone := m.readZone(m.mrz("P", document).TD3())
	born := m.printedBirthDate()
	front := passportFront{
		SecondaryID:               zone.Secondary,
		PrimaryID:                 zone.Primary,
		FullName:                  m.holder.FullName(),
		DateOfBirth:               zone.BirthDate,
		DateOfBirthFormatted:      iso(m.holder.BirthDate),
		DateOfBirthFull:           born.Format(dayFirst),
		DateOfBirthFullFormatted:  iso(born),
		IssueDate:                 document.Issued.Format(dayFirst),
		IssueDateFormatted:        iso(document.Issued),
		DateOfExpiry:              person.Date(document.Expires),
		DateOfExpiryFormatted:     iso(document.Expires),
		DateOfExpiryFull:          document.Expires.Format(dayFirst),
		DateOfExpiryFullFormatted: iso(document.Expires),
		DocumentNumber:            zone.Number,
		PassportNumber:            document.Number,
		PassportCountryCode:       issuingCountry(m.DocumentType),
		PassportType:              "P",
		PlaceOfBirth:              strings.ToUpper(m.holder.PlaceOfBirth),
		PlaceOfIssue:              strings.ToUpper(m.holder.City),
		Nationality:               m.holder.Nationality,
		Issuer:                    issuingCountry(m.DocumentType),
		Sex:                       m.holder.Sex,
		Gender:                    m.holder.Gender(),
		zoneText:                  m.zoneText(zone),
		ChipAvailable:             true,
	}
	return shownDocument{
		front: front, back: struct{}{}, oneSided: true, zone: zone,
		agreement: agree("dateOfBirth", m.holder.BirthDate.Equal(born),
			scanned("FRONT", "dateOfBirth", front.DateOfBirth),
			scanned("FRONT", "dateOfBirthFull", front.DateOfBirthFull)),
	}
}
