package uqudo

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"kycmock/mockserver/person"
	"kycmock/mockserver/problem"
)

// Holder is what can be said of the person who went through a session. What is
// absent is invented.
type Holder struct {
	GivenNames   string `json:"givenNames,omitempty" doc:"One or more, separated by spaces."`
	Surname      string `json:"surname,omitempty"`
	DateOfBirth  string `json:"dateOfBirth,omitempty" doc:"YYYY-MM-DD."`
	Sex          string `json:"sex,omitempty" doc:"F or M."`
	Nationality  string `json:"nationality,omitempty" doc:"Three capital letters; UTO, which is nobody's, when absent."`
	PlaceOfBirth string `json:"placeOfBirth,omitempty"`
	Address      string `json:"address,omitempty" doc:"Street and number."`
	City         string `json:"city,omitempty"`
}

var nationalityCode = regexp.MustCompile(`^[A-Z]{3}$`)

// check finds what is wrong with what is said of a person at a time.
func (h Holder) check(at time.Time) problem.Fields {
	var p problem.Fields
	for _, text := range []struct{ location, value string }{
		{"givenNames", h.GivenNames}, {"surname", h.Surname},
		{"placeOfBirth", h.PlaceOfBirth}, {"address", h.Address}, {"city", h.City},
	} {
		if !utf8.ValidString(text.value) || utf8.RuneCountInString(text.value) > 64 || strings.ContainsFunc(text.value, isControl) {
			p.Add(text.location, text.value, "want at most 64 characters, none of them a control character")
		}
	}
	for _, name := range []struct{ location, value string }{{"givenNames", h.GivenNames}, {"surname", h.Surname}} {
		if name.value != "" && !strings.ContainsFunc(person.Transliterate(name.value), isLetter) {
			p.Add(name.location, name.value, "want a name that a machine-readable zone can show: in Latin letters")
		}
	}
	if born, err := time.Parse(time.DateOnly, h.DateOfBirth); h.DateOfBirth != "" && (err != nil || born.Year() < 1900 || born.After(at)) {
		p.Add("dateOfBirth", h.DateOfBirth, "want a date such as 1990-05-15, from 1900 on and not in the future")
	}
	if h.Sex != "" && h.Sex != "F" && h.Sex != "M" {
		p.Add("sex", h.Sex, "want F or M")
	}
	if h.Nationality != "" && !nationalityCode.MatchString(h.Nationality) {
		p.Add("nationality", h.Nationality, "want three capital letters, such as UTO")
	}
	return p
}

func isLetter(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }

// of is a person of whom this is said.
func (h Holder) of(p person.Person) person.Person {
	p = p.Renamed(strings.Fields(h.GivenNames), strings.TrimSpace(h.Surname))
	for _, said := range []struct {
		to   []*string
		text string
	}{
		{[]*string{&p.Sex}, h.Sex},
		{[]*string{&p.Nationality, &p.Citizenship, &p.NationalityArabic}, h.Nationality},
		{[]*string{&p.PlaceOfBirth, &p.PlaceOfBirthArabic}, h.PlaceOfBirth},
		{[]*string{&p.Address, &p.AddressArabic}, h.Address},
		{[]*string{&p.City, &p.CityArabic}, h.City},
	} {
		for _, member := range said.to {
			if said.text != "" {
				*member = said.text
			}
		}
	}
	if born, err := time.Parse(time.DateOnly, h.DateOfBirth); err == nil {
		p.BirthDate = born
	}
	return p
}
