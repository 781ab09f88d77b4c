package person

import (
	"strings"
	"time"
)

// MRZ is what a machine-readable zone is composed from, by ICAO Doc 9303.
// Texts may be in any case and spelling; they are transliterated. What does
// not fit its field is cut.
type MRZ struct {
	Code        string // one or two letters: "P", "ID", "IL"
	Issuer      string // three letters
	Surname     string
	GivenNames  string
	Number      string // of the document; TD3 holds 9 characters, TD1 more at the cost of Optional1
	Nationality string // three letters
	BirthDate   time.Time
	Sex         string // "F", "M"; anything else is "<", unspecified
	Expiry      time.Time
	Optional1   string // TD3: 14 characters, TD1: 15
	Optional2   string // TD1 only: 11 characters
}

// Zone is a machine-readable zone, whole and by fields. Check digits are texts
// of one digit.
type Zone struct {
	Text                                             string // the lines, with "\n" between them
	Code                                             string // two characters, with filler
	Primary                                          string // the surname as it can be read from the zone, so without accents and perhaps cut
	Secondary                                        string // the same of the given names
	Number                                           string // without filler
	BirthDate                                        string // YYMMDD
	Expiry                                           string // YYMMDD
	Optional1                                        string // with filler
	Optional2                                        string // with filler; empty for TD3
	NumberDigit, BirthDigit, ExpiryDigit, FinalDigit string

	birthDigitAt int // where Text holds BirthDigit
}

// TD3 composes the zone of a passport: two lines of 44 characters.
func (m MRZ) TD3() Zone {
	z := m.zone(39)
	number := fill(z.Number, 9)
	z.NumberDigit = CheckDigit(number)
	z.Optional1 = fill(m.Optional1, 14)
	first := z.Code + fill(m.Issuer, 3) + m.name(39)
	second := number + z.NumberDigit + fill(m.Nationality, 3) + z.BirthDate + z.BirthDigit + m.sex() +
		z.Expiry + z.ExpiryDigit + z.Optional1 + CheckDigit(z.Optional1)
	z.FinalDigit = CheckDigit(second[0:10] + second[13:20] + second[21:43])
	z.Text = first + "\n" + second + z.FinalDigit
	z.birthDigitAt = len(first) + 1 + 19
	return z
}

// TD1 composes the zone of an identity card: three lines of 30 characters.
func (m MRZ) TD1() Zone {
	z := m.zone(30)
	number, rest := fill(z.Number, 9), ""
	z.NumberDigit = CheckDigit(number)
	shown := z.NumberDigit
	if full := field(m.Number); len(full) > 9 {
		// A longer number goes on in the optional field, with its check digit
		// behind it and a filler in the digit's usual place.
		z.Number, z.NumberDigit = full, CheckDigit(full)
		rest, shown = full[9:]+z.NumberDigit+"<", "<"
	}
	z.Optional1 = fill(rest+m.Optional1, 15)
	z.Optional2 = fill(m.Optional2, 11)
	first := z.Code + fill(m.Issuer, 3) + number + shown + z.Optional1
	second := z.BirthDate + z.BirthDigit + m.sex() + z.Expiry + z.ExpiryDigit + fill(m.Nationality, 3) + z.Optional2
	z.FinalDigit = CheckDigit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
	z.Text = first + "\n" + second + z.FinalDigit + "\n" + m.name(30)
	z.birthDigitAt = len(first) + 1 + 6
	return z
}

// zone fills in what both formats have in common.
func (m MRZ) zone(nameWidth int) Zone {
	z := Zone{Code: fill(m.Code, 2), Number: field(m.Number), BirthDate: Date(m.BirthDate), Expiry: Date(m.Expiry)}
	z.Number = z.Number[:min(9, len(z.Number))]
	z.BirthDigit, z.ExpiryDigit = CheckDigit(z.BirthDate), CheckDigit(z.Expiry)
	primary, secondary, _ := strings.Cut(strings.TrimRight(m.name(nameWidth), "<"), "<<")
	z.Primary = strings.ReplaceAll(primary, "<", " ")
	z.Secondary = strings.ReplaceAll(secondary, "<", " ")
	return z
}

// Misread returns the zone with a wrong check digit behind the date of birth,
// as a forged or badly photographed document shows it. The final digit is left
// as it was, and therefore is wrong too.
func (z Zone) Misread() Zone {
	wrong := (z.BirthDigit[0]-'0'+1)%10 + '0'
	text := []byte(z.Text)
	text[z.birthDigitAt] = wrong
	z.Text, z.BirthDigit = string(text), string(wrong)
	return z
}

// Date spells a date as a machine-readable zone does: YYMMDD.
func Date(t time.Time) string { return t.Format("060102") }

// CheckDigit computes the check digit of a field: weights 7, 3, 1 over 0 to 9,
// A to Z as 10 to 35 and the filler as 0, modulo 10. The field is taken as it
// stands, filler included.
func CheckDigit(field string) string {
	sum := 0
	for i := range len(field) {
		value := 0
		switch c := field[i]; {
		case c >= '0' && c <= '9':
			value = int(c - '0')
		case c >= 'A' && c <= 'Z':
			value = int(c-'A') + 10
		}
		sum += value * [3]int{7, 3, 1}[i%3]
	}
	return string(rune('0' + sum%10))
}

func (m MRZ) sex() string {
	if m.Sex == "F" || m.Sex == "M" {
		return m.Sex
	}
	return "<"
}

// field spells a text with A to Z, 0 to 9 and filler.
func field(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '<'
	}, strings.ToUpper(text))
}

// fill spells a text as a field of exactly n characters.
func fill(text string, n int) string {
	text = field(text)
	return text[:min(n, len(text))] + strings.Repeat("<", max(0, n-len(text)))
}
