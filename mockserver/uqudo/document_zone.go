package uqudo

import (
	"time"

	"kycmock/mockserver/person"
)

// zoneFields are the fields that come out of a machine-readable zone: raw as
// they stand there, dates with a formatted sibling.
type zoneFields struct {
	SecondaryID           string `json:"secondaryId"` // given names
	PrimaryID             string `json:"primaryId"`   // surname
	DateOfBirth           string `json:"dateOfBirth"` // YYMMDD
	DateOfBirthFormatted  string `json:"dateOfBirthFormatted"`
	DateOfExpiry          string `json:"dateOfExpiry"`
	DateOfExpiryFormatted string `json:"dateOfExpiryFormatted"`
	DocumentNumber        string `json:"documentNumber"`
	Nationality           string `json:"nationality"`
	Issuer                string `json:"issuer"`
	Sex                   string `json:"sex"`
	zoneText
	Opt2 string `json:"opt2,omitempty"` // of an identity card
}

// zoneText is the zone as a whole.
type zoneText struct {
	DocumentCode string `json:"documentCode"` // with filler: P<
	MRZText      string `json:"mrzText"`      // lines joined by \n
	MRZVerified  bool   `json:"mrzVerified"`
	Opt1         string `json:"opt1"` // with filler
}

// mrz is what the zone of a document of the holder is composed from.
func (m *resultMaker) mrz(code string, document person.Document) person.MRZ {
	return person.MRZ{
		Code:        code,
		Issuer:      issuingCountry(m.DocumentType),
		Surname:     m.holder.Surname,
		GivenNames:  m.holder.Given(),
		Number:      document.Number,
		Nationality: m.holder.Nationality,
		BirthDate:   m.holder.BirthDate,
		Sex:         m.holder.Sex,
		Expiry:      document.Expires,
	}
}

// readZone is the zone as the scan reads it.
func (m *resultMaker) readZone(zone person.Zone) *person.Zone {
	if m.Profile == ProfileMRZInvalid {
		zone = zone.Misread()
	}
	return &zone
}

func (m *resultMaker) zoneFields(zone *person.Zone, document person.Document) zoneFields {
	return zoneFields{
		SecondaryID:           zone.Secondary,
		PrimaryID:             zone.Primary,
		DateOfBirth:           zone.BirthDate,
		DateOfBirthFormatted:  iso(m.holder.BirthDate),
		DateOfExpiry:          zone.Expiry,
		DateOfExpiryFormatted: iso(document.Expires),
		DocumentNumber:        zone.Number,
		Nationality:           m.holder.Nationality,
		Issuer:                issuingCountry(m.DocumentType),
		Sex:                   m.holder.Sex,
		zoneText:              m.zoneText(zone),
		Opt2:                  zone.Optional2,
	}
}

func (m *resultMaker) zoneText(zone *person.Zone) zoneText {
	return zoneText{
		DocumentCode: zone.Code,
		MRZText:      zone.Text,
		MRZVerified:  checkZone(zone).Valid,
		Opt1:         zone.Optional1,
	}
}

// printedBirthDate is the date of birth outside the zone, where it is easily
// forged.
func (m *resultMaker) printedBirthDate() time.Time {
	if m.Profile == ProfileDataInconsistent {
		return m.holder.BirthDate.AddDate(-2, 0, 11)
	}
	return m.holder.BirthDate
}

// showZoneOnly shows a document of which nothing but the zone is read.
func (m *resultMaker) showZoneOnly() shownDocument {
	document := m.held()
	zone := m.readZone(m.mrz("P", document).TD3())
	return shownDocument{front: m.zoneFields(zone, document), back: struct{}{}, oneSided: true, zone: zone}
}
