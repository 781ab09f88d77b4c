// Package person invents people and their identity documents, from a seed.
// Nobody it makes up exists: names come from its own lists of made-up words,
// addresses and telephone numbers from ranges that are reserved for examples.
//
// Everything is a pure function of its arguments and stays the same from one
// Go version to the next, so a seed in a bug report is the whole bug report.
package person

import (
	"slices"
	"strings"
	"time"
)

// Person is somebody who does not exist. A person's birth date does not depend
// on the day one asks: everybody is 18 to 80 years old on any day from 2023 to
// 2037.
type Person struct {
	GivenNames []string // one or two, spelled as the person spells them: "Zoëlle"
	Surname    string   // may hold accents, an apostrophe, a hyphen: "O'Quillmere"

	ArabicGivenNames []string // the same names in Arabic script
	ArabicSurname    string

	Sex       string    // "F" or "M"
	BirthDate time.Time // midnight UTC

	Nationality       string // UTO, the code that ICAO keeps for specimens
	Citizenship       string // "Utopian"
	NationalityArabic string

	PlaceOfBirth       string
	PlaceOfBirthArabic string
	City               string
	CityArabic         string
	Address            string // street and number
	AddressArabic      string

	Email            string // at example.test
	Phone            string // digits only; begins with 999, a country code that is not assigned
	Occupation       string
	OccupationArabic string
	Employer         string // may hold & and <, which JSON need not escape
	BloodType        string // "O+"

	seed uint64
}

// Invent makes up the person that belongs to a seed.
func Invent(seed uint64) Person {
	d := NewDice(seed, "person")
	p := Person{Sex: "F", Nationality: "UTO", Citizenship: "Utopian", NationalityArabic: "يوتوبيا", seed: seed}
	given := womensNames
	if d.N(2) == 1 {
		p.Sex, given = "M", mensNames
	}
	p.inventName(d, given)
	p.BirthDate = time.Date(1958, time.January, 1+d.N(daysOfBirth), 0, 0, 0, 0, time.UTC)

	born, lives := pick(d, places), pick(d, places)
	street := pick(d, streets)
	number := d.Text(1+d.N(3), "123456789")
	p.PlaceOfBirth, p.PlaceOfBirthArabic = born.latin, born.arabic
	p.City, p.CityArabic = lives.latin, lives.arabic
	p.Address = number + " " + street.latin
	p.AddressArabic = street.arabic + " " + number

	p.Email = p.mailbox()
	p.Phone = "9995" + d.Digits(8)
	work := pick(d, occupations)
	p.Occupation, p.OccupationArabic = strings.ToUpper(work.latin), work.arabic
	p.Employer = pick(d, employers)
	p.BloodType = pick(d, bloodTypes)
	return p
}

// daysOfBirth are the days from 1 January 1958 to 31 December 2004.
const daysOfBirth = 47*365 + 12

func (p *Person) inventName(d *Dice, given []word) {
	first, last := pick(d, given), pick(d, surnames)
	p.GivenNames, p.ArabicGivenNames = []string{first.latin}, []string{first.arabic}
	if second := pick(d, given); second != first && d.N(4) > 0 {
		p.GivenNames = append(p.GivenNames, second.latin)
		p.ArabicGivenNames = append(p.ArabicGivenNames, second.arabic)
	}
	p.Surname, p.ArabicSurname = last.latin, last.arabic
}

// Renamed returns the person with other names, as far as they are given. They
// are not transliterated into Arabic script, but stand there as they are.
func (p Person) Renamed(given []string, surname string) Person {
	if len(given) > 0 {
		p.GivenNames, p.ArabicGivenNames = given, given
	}
	if surname != "" {
		p.Surname, p.ArabicSurname = surname, surname
	}
	p.Email = p.mailbox()
	return p
}

// Given returns the given names as one text.
func (p Person) Given() string { return strings.Join(p.GivenNames, " ") }

// FullName returns the given names and the surname in capitals, accents kept,
// as documents print them: "ZOËLLE MARIT O'QUILLMERE".
func (p Person) FullName() string { return strings.ToUpper(p.Given() + " " + p.Surname) }

// FullNameArabic returns the given names and the surname in Arabic script.
func (p Person) FullNameArabic() string {
	return strings.Join(p.ArabicGivenNames, " ") + " " + p.ArabicSurname
}

// Gender returns the sex in full: "FEMALE" or "MALE".
func (p Person) Gender() string {
	if p.Sex == "F" {
		return "FEMALE"
	}
	return "MALE"
}

// GenderArabic returns the sex in Arabic.
func (p Person) GenderArabic() string {
	if p.Sex == "F" {
		return "أنثى"
	}
	return "ذكر"
}

// Dice returns draws that belong to this person and to a purpose: a number of
// a kind that stays with a person for life, such as an identity number, is
// drawn with the kind as its purpose.
func (p Person) Dice(purpose string) *Dice { return NewDice(p.seed, purpose) }

// mailbox is the person's email address.
func (p Person) mailbox() string {
	return asciiLetters(p.GivenNames[0]) + "." + asciiLetters(p.Surname) + "@example.test"
}

// asciiLetters is a name as it stands in an email address: a to z only.
func asciiLetters(name string) string {
	letters := []byte(strings.ToLower(Transliterate(name)))
	return string(slices.DeleteFunc(letters, func(b byte) bool { return b < 'a' || b > 'z' }))
}

func pick[T any](d *Dice, list []T) T { return list[d.N(len(list))] }
