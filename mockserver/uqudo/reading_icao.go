package uqudo

import (
	"strings"
	"time"

	"kycmock/mockserver/person"
	"kycmock/mockserver/picture"
)

// icaoChip is the content of a passport's chip, by Uqudo's page on reading
// passports. Its names differ from those of the scan.
type icaoChip struct {
	LDSVersion                string             `json:"ldsVersion"`
	Photo                     string             `json:"photo"`
	PhotoMimeType             string             `json:"photoMimeType"`
	MRZ                       chipZone           `json:"mrz"`
	PersonalDetails           personalDetails    `json:"personalDetails"`
	DocumentDetails           documentDetails    `json:"documentDetails"`
	CountrySigningCertificate signingCertificate `json:"countrySigningCertificate"`
}

type chipZone struct {
	DocumentCode          string  `json:"documentCode"` // without filler: P
	DateOfExpiry          string  `json:"dateOfExpiry"` // YYMMDD
	DateOfExpiryFormatted string  `json:"dateOfExpiryFormatted"`
	OptionalData1         string  `json:"optionalData1"`
	OptionalData2         *string `json:"optionalData2"`
	Gender                string  `json:"gender"` // MALE or FEMALE
	Nationality           string  `json:"nationality"`
	DocumentNumber        string  `json:"documentNumber"`
	DateOfBirth           string  `json:"dateOfBirth"` // YYMMDD
	DateOfBirthFormatted  string  `json:"dateOfBirthFormatted"`
	IssuingState          string  `json:"issuingState"`
	SecondaryIdentifier   string  `json:"secondaryIdentifier"`
	PrimaryIdentifier     string  `json:"primaryIdentifier"`
}

type personalDetails struct {
	NameOfHolder             string   `json:"nameOfHolder"`
	OtherNames               []string `json:"otherNames"`
	PersonalNumber           *string  `json:"personalNumber"`
	FullDateOfBirth          string   `json:"fullDateOfBirth"` // YYYYMMDD
	FullDateOfBirthFormatted string   `json:"fullDateOfBirthFormatted"`
	PlaceOfBirth             []string `json:"placeOfBirth"`
	PermanentAddress         []string `json:"permanentAddress"`
	Telephone                *string  `json:"telephone"`
	Profession               *string  `json:"profession"`
	Title                    *string  `json:"title"`
	PersonalSummary          *string  `json:"personalSummary"`
	ProofOfCitizenship       *string  `json:"proofOfCitizenship"`
	OtherValidTDNumbers      []string `json:"otherValidTDNumbers"`
	CustodyInformation       *string  `json:"custodyInformation"`
}

type documentDetails struct {
	IssuingAuthority            string   `json:"issuingAuthority"`
	DateOfIssue                 string   `json:"dateOfIssue"` // YYYYMMDD
	DateOfIssueFormatted        string   `json:"dateOfIssueFormatted"`
	NamesOfOtherPersons         []string `json:"namesOfOtherPersons"`
	EndorsementsAndObservations *string  `json:"endorsementsAndObservations"`
	TaxOrExitRequirements       *string  `json:"taxOrExitRequirements"`
}

// signingCertificate has more members on the wire, which could not be read.
type signingCertificate struct {
	SerialNumber          string `json:"serialNumber"`
	PublicKeyAlgorithm    string `json:"publicKeyAlgorithm"`
	Subject               string `json:"subject"`
	CertificateThumbprint string `json:"certificateThumbprint"` // 40 hexadecimal digits
	ValidFrom             string `json:"validFrom"`
}

// fullDate spells dates of the chip's data groups 11 and 12.
const fullDate = "20060102"

func (m *resultMaker) icaoChip() icaoChip {
	document := m.held()
	return icaoChip{
		LDSVersion:                "1.7",
		Photo:                     m.inline(picture.Portrait),
		PhotoMimeType:             "image/jpeg",
		MRZ:                       m.chipZone(document),
		PersonalDetails:           m.personalDetails(),
		DocumentDetails:           m.documentDetails(document),
		CountrySigningCertificate: m.signingCertificate(document),
	}
}

func (m *resultMaker) chipZone(document person.Document) chipZone {
	mrz := m.mrz("I", document)
	zone := mrz.TD1()
	var optional2 *string
	if m.DocumentType == "PASSPORT" {
		mrz.Code = "P"
		zone = mrz.TD3()
	} else {
		text := strings.TrimRight(zone.Optional2, "<")
		optional2 = &text
	}
	return chipZone{
		DocumentCode:          mrz.Code,
		DateOfExpiry:          zone.Expiry,
		DateOfExpiryFormatted: iso(document.Expires),
		OptionalData1:         strings.TrimRight(zone.Optional1, "<"),
		OptionalData2:         optional2,
		Gender:                m.holder.Gender(),
		Nationality:           m.holder.Nationality,
		DocumentNumber:        zone.Number,
		DateOfBirth:           zone.BirthDate,
		DateOfBirthFormatted:  iso(m.holder.BirthDate),
		IssuingState:          issuingCountry(m.DocumentType),
		SecondaryIdentifier:   zone.Secondary,
		PrimaryIdentifier:     zone.Primary,
	}
}

func (m *resultMaker) personalDetails() personalDetails {
	profession := m.holder.Occupation
	return personalDetails{
		NameOfHolder:             m.holder.FullName(),
		OtherNames:               []string{},
		FullDateOfBirth:          m.holder.BirthDate.Format(fullDate),
		FullDateOfBirthFormatted: iso(m.holder.BirthDate),
		PlaceOfBirth:             []string{strings.ToUpper(m.holder.PlaceOfBirth)},
		PermanentAddress:         []string{strings.ToUpper(m.holder.Address), strings.ToUpper(m.holder.City)},
		Profession:               &profession,
		OtherValidTDNumbers:      []string{},
	}
}

func (m *resultMaker) documentDetails(document person.Document) documentDetails {
	return documentDetails{
		IssuingAuthority:     strings.ToUpper(m.holder.City) + " SPECIMEN OFFICE",
		DateOfIssue:          document.Issued.Format(fullDate),
		DateOfIssueFormatted: iso(document.Issued),
		NamesOfOtherPersons:  []string{},
	}
}

// signingCertificate stands for the certificate of the country that signed the
// document; there is none behind it.
func (m *resultMaker) signingCertificate(document person.Document) signingCertificate {
	d := person.NewDice(uint64(document.Issued.Year()), "certificate "+issuingCountry(m.DocumentType))
	from := time.Date(document.Issued.Year()-1, time.January, 1, 0, 0, 0, 0, time.UTC)
	return signingCertificate{
		SerialNumber:          d.Digits(12),
		PublicKeyAlgorithm:    "RSA",
		Subject:               "CN=Specimen CSCA " + issuingCountry(m.DocumentType) + ",O=Example",
		CertificateThumbprint: d.Hex(40),
		ValidFrom:             chipDate(from),
	}
}
