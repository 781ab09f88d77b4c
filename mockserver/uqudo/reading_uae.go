package uqudo

import (
	"strings"

	"kycmock/mockserver/person"
	"kycmock/mockserver/picture"
)

// uaeChip is the content of an Emirates ID's chip: the fields that could be
// read in Uqudo's list of more than eighty.
type uaeChip struct {
	IDNumber                   string `json:"idNumber"`
	CardNumber                 string `json:"cardNumber"`
	IDType                     string `json:"idType"`
	FullName                   string `json:"fullName"` // parts with commas between them
	ArabicFullName             string `json:"arabicFullName"`
	Title                      string `json:"title"`
	Sex                        string `json:"sex"`
	Nationality                string `json:"nationality"`
	ArabicNationality          string `json:"arabicNationality"`
	DateOfBirth                string `json:"dateOfBirth"`
	PlaceOfBirth               string `json:"placeOfBirth"`
	IssueDate                  string `json:"issueDate"`
	ExpiryDate                 string `json:"expiryDate"`
	PassportNumber             string `json:"passportNumber"`
	PassportCountry            string `json:"passportCountry"`
	PassportIssueDate          string `json:"passportIssueDate"`
	PassportExpiryDate         string `json:"passportExpiryDate"`
	ResidencyNumber            string `json:"residencyNumber"`
	ResidencyExpiryDate        string `json:"residencyExpiryDate"`
	SponsorName                string `json:"sponsorName"`
	SponsorUnifiedNumber       string `json:"sponsorUnifiedNumber"`
	HomeAddressEmail           string `json:"homeAddressEmail"`
	HomeAddressMobilePhoneNo   string `json:"homeAddressMobilePhoneNo"`
	HomeAddressResidentPhoneNo string `json:"homeAddressResidentPhoneNo"`
	HomeAddressEmirateCode     string `json:"homeAddressEmirateCode"`
	HomeAddressEmirateDesc     string `json:"homeAddressEmirateDesc"`
	HomeAddressCityCode        string `json:"homeAddressCityCode"`
	HomeAddressCityDesc        string `json:"homeAddressCityDesc"`
	HomeAddressAreaCode        string `json:"homeAddressAreaCode"`
	HomeAddressAreaDesc        string `json:"homeAddressAreaDesc"`
	CompanyName                string `json:"companyName"`
	Occupation                 string `json:"occupation"` // a code
	Photography                string `json:"photography"`
	HolderSignatureImage       string `json:"holderSignatureImage"`
}

func (m *resultMaker) uaeChip() uaeChip {
	card, passport := m.held(), m.passport()
	return uaeChip{
		IDNumber:                   m.uaeIdentityNumber(),
		CardNumber:                 m.uaeCardNumber(),
		IDType:                     "IL",
		FullName:                   commaName(m.holder.GivenNames, m.holder.Surname, chipName),
		ArabicFullName:             commaName(m.holder.ArabicGivenNames, m.holder.ArabicSurname, strings.TrimSpace),
		Title:                      "No Title",
		Sex:                        m.holder.Sex,
		Nationality:                m.holder.Nationality,
		ArabicNationality:          m.holder.NationalityArabic,
		DateOfBirth:                chipDate(m.holder.BirthDate),
		PlaceOfBirth:               chipName(m.holder.PlaceOfBirth),
		IssueDate:                  chipDateUAE(card.Issued),
		ExpiryDate:                 chipDateUAE(card.Expires),
		PassportNumber:             passport.Number,
		PassportCountry:            m.holder.Nationality,
		PassportIssueDate:          chipDateUAE(passport.Issued),
		PassportExpiryDate:         chipDateUAE(passport.Expires),
		ResidencyNumber:            m.personalNumber("UAE residency", 14),
		ResidencyExpiryDate:        chipDateUAE(card.Expires),
		SponsorName:                m.holder.Employer,
		SponsorUnifiedNumber:       m.personalNumber("UAE sponsor", 9),
		HomeAddressEmail:           m.holder.Email,
		HomeAddressMobilePhoneNo:   m.holder.Phone,
		HomeAddressResidentPhoneNo: "",
		HomeAddressEmirateCode:     "0",
		HomeAddressEmirateDesc:     "Utopia",
		HomeAddressCityCode:        "000",
		HomeAddressCityDesc:        m.holder.City,
		HomeAddressAreaCode:        "0000",
		HomeAddressAreaDesc:        "Specimen Quarter",
		CompanyName:                m.holder.Employer,
		Occupation:                 m.personalNumber("UAE occupation", 7),
		Photography:                m.inline(picture.Portrait),
		HolderSignatureImage:       m.inline(picture.Signature),
	}
}

// commaName joins the parts of a name as the chip does: six places, of which
// the first hold the given names and the last the surname, a comma behind
// each.
func commaName(given []string, surname string, spell func(string) string) string {
	var places [6]string
	for i, name := range given[:min(5, len(given))] {
		places[i] = spell(name)
	}
	places[5] = spell(surname)
	return strings.Join(places[:], ",") + ","
}

// chipName spells a name with A to Z and spaces.
func chipName(name string) string {
	return strings.ReplaceAll(person.Transliterate(name), "<", " ")
}
