package uqudo

import (
	"strings"

	"kycmock/mockserver/person"
)

// lookupResult is what a government database answered. A completed session can
// hold a failed lookup.
type lookupResult struct {
	Status        string  `json:"status"`               // SUCCESS or FAILED
	StatusCode    string  `json:"statusCode,omitempty"` // only when FAILED
	StatusMessage *string `json:"statusMessage"`
	Data          any     `json:"data,omitempty"` // only when SUCCESS
}

// kenyanRecord is what the Lookup API answers for Kenya; that results use the
// same names is assumed.
type kenyanRecord struct {
	FirstName          string `json:"firstName"`
	MiddleName         string `json:"middleName"`
	LastName           string `json:"lastName"`
	Gender             string `json:"gender"`
	Citizenship        string `json:"citizenship"`
	PlaceOfBirth       string `json:"placeOfBirth"`
	SerialNumber       string `json:"serialNumber"`
	IssueDate          string `json:"issueDate"`
	IssueDateFormatted string `json:"issueDateFormatted"`
	Address            string `json:"address"`
}

// otherRecord stands for all other databases, with names that the Lookup API
// uses for India.
type otherRecord struct {
	FullName             string `json:"fullName"`
	DateOfBirth          string `json:"dateOfBirth"`
	DateOfBirthFormatted string `json:"dateOfBirthFormatted"`
	Gender               string `json:"gender"`
	Address              string `json:"address"`
	DocumentNumber       string `json:"documentNumber"`
}

func (m *resultMaker) lookup() *lookupResult {
	if m.Profile == ProfileLookupFailed {
		return &lookupResult{Status: "FAILED", StatusCode: "SERVICE_UNAVAILABLE"}
	}
	return &lookupResult{Status: "SUCCESS", Data: m.record()}
}

func (m *resultMaker) record() any {
	document := m.held()
	if m.DocumentType == "KEN_ID" {
		return m.kenyanRecord(document)
	}
	record := otherRecord{
		FullName:             m.holder.FullName(),
		DateOfBirth:          m.holder.BirthDate.Format(dayFirst),
		DateOfBirthFormatted: iso(m.holder.BirthDate),
		Gender:               m.holder.Sex,
		Address:              strings.ToUpper(m.holder.Address),
		DocumentNumber:       document.Number,
	}
	if m.DocumentType == "UAE_ID" {
		record.DocumentNumber = m.uaeIdentityNumber()
	}
	return record
}

func (m *resultMaker) kenyanRecord(document person.Document) kenyanRecord {
	first, middle, _ := strings.Cut(strings.ToUpper(m.holder.Given()), " ")
	return kenyanRecord{
		FirstName:          first,
		MiddleName:         middle,
		LastName:           strings.ToUpper(m.holder.Surname),
		Gender:             m.holder.Sex,
		Citizenship:        m.holder.Citizenship,
		PlaceOfBirth:       strings.ToUpper(m.holder.PlaceOfBirth),
		SerialNumber:       m.kenyanSerialNumber(),
		IssueDate:          document.Issued.Format(dayFirst),
		IssueDateFormatted: iso(document.Issued),
		Address:            strings.ToUpper(m.holder.Address),
	}
}
