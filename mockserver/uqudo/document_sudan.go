package uqudo

// sudaneseIDFront are the fields of a Sudanese identity card's front, newest
// card, by Uqudo's page on it: Arabic, as printed.
type sudaneseIDFront struct {
	Name                 string `json:"name"`
	DateOfBirth          string `json:"dateOfBirth"` // yyyy/MM/dd
	DateOfBirthFormatted string `json:"dateOfBirthFormatted"`
	PlaceOfBirth         string `json:"placeOfBirth"`
	IdentityNumber       string `json:"identityNumber"`
	Address              string `json:"address"`
	Occupation           string `json:"occupation"`
	BloodType            string `json:"bloodType"`
}

// sudaneseIDBack are the fields of its back.
type sudaneseIDBack struct {
	Name                      string `json:"name"` // in English
	PlaceOfIssue              string `json:"placeOfIssue"`
	IssueDate                 string `json:"issueDate"`
	IssueDateFormatted        string `json:"issueDateFormatted"`
	DateOfExpiryFull          string `json:"dateOfExpiryFull"`
	DateOfExpiryFullFormatted string `json:"dateOfExpiryFullFormatted"`
	zoneFields
}

func (m *resultMaker) showSudaneseID() shownDocument {
	document := m.held()
	zone := m.readZone(m.mrz("ID", document).TD1())
	born := m.printedBirthDate()
	front := sudaneseIDFront{
		Name:                 m.holder.FullNameArabic(),
		DateOfBirth:          born.Format(yearFirst),
		DateOfBirthFormatted: iso(born),
		PlaceOfBirth:         m.holder.PlaceOfBirthArabic,
		IdentityNumber:       m.personalNumber("SDN_ID", 11),
		Address:              m.holder.AddressArabic + "، " + m.holder.CityArabic,
		Occupation:           m.holder.OccupationArabic,
		BloodType:            m.holder.BloodType,
	}
	back := sudaneseIDBack{
		Name:                      m.holder.FullName(),
		PlaceOfIssue:              m.holder.CityArabic,
		IssueDate:                 document.Issued.Format(yearFirst),
		IssueDateFormatted:        iso(document.Issued),
		DateOfExpiryFull:          document.Expires.Format(yearFirst),
		DateOfExpiryFullFormatted: iso(document.Expires),
		zoneFields:                m.zoneFields(zone, document),
	}
	return shownDocument{
		front: front, back: back, zone: zone,
		agreement: agree("dateOfBirth", m.holder.BirthDate.Equal(born),
			scanned("FRONT", "dateOfBirth", front.DateOfBirth),
			scanned("BACK", "dateOfBirth", back.DateOfBirth)),
	}
}
