package person

import (
	"strings"
	"testing"
	"time"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestZonesOfTheICAOSpecimens(t *testing.T) {
	anna := MRZ{Issuer: "UTO", Surname: "Eriksson", GivenNames: "Anna Maria", Nationality: "UTO",
		BirthDate: day(1974, 8, 12), Sex: "F", Expiry: day(2012, 4, 15)}
	passport, card := anna, anna
	passport.Code, passport.Number, passport.Optional1 = "P", "L898902C3", "ZE184226B"
	card.Code, card.Number = "I", "D23145890"
	long := MRZ{Code: "I", Issuer: "UTO", Surname: "Stevenson", GivenNames: "Peter John", Number: "D23145890734",
		Nationality: "UTO", BirthDate: day(1934, 7, 12), Sex: "M", Expiry: day(1995, 7, 12)}

	for _, c := range []struct{ name, got, want string }{
		{"a passport", passport.TD3().Text,
			"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"},
		{"an identity card", card.TD1().Text,
			"I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"},
		{"an identity card with a number of twelve characters", long.TD1().Text,
			"I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, c.got, c.want)
		}
	}
}

func TestTheFieldsOfAZoneAreThoseOfItsText(t *testing.T) {
	m := MRZ{Code: "P", Issuer: "UTO", Surname: "O'Quillmere-Vance", GivenNames: "Zoëlle Marit", Number: "X00T42861",
		Nationality: "UTO", BirthDate: day(1993, 4, 17), Sex: "F", Expiry: day(2031, 11, 2)}
	z := m.TD3()
	want := "X00T428613UTO9304170F3111024<<<<<<<<<<<<<<00"
	if line := strings.Split(z.Text, "\n")[1]; line != want {
		t.Errorf("second line %q, want %q", line, want)
	}
	if z.Primary != "OQUILLMERE VANCE" || z.Secondary != "ZOELLE MARIT" {
		t.Errorf("names read as %q and %q", z.Primary, z.Secondary)
	}
	if got := z.NumberDigit + z.BirthDigit + z.ExpiryDigit + z.FinalDigit; got != "3040" {
		t.Errorf("digits %q, want 3040", got)
	}
	if z.Optional1 != strings.Repeat("<", 14) {
		t.Errorf("optional field %q", z.Optional1)
	}
}

func TestCheckDigitsOfTheICAOExamples(t *testing.T) {
	for field, want := range map[string]string{"520727": "3", "AB2134<<<": "5", "L898902C3": "6", "": "0"} {
		if got := CheckDigit(field); got != want {
			t.Errorf("CheckDigit(%q) = %s, want %s", field, got, want)
		}
	}
}

func TestAMisreadZoneHasOneWrongDigit(t *testing.T) {
	m := MRZ{Code: "ID", Issuer: "UTO", Surname: "Veltrane", GivenNames: "Isolde", Number: "X00T42861",
		Nationality: "UTO", BirthDate: day(1993, 4, 17), Sex: "F", Expiry: day(2031, 11, 2)}
	for name, c := range map[string]struct {
		zone Zone
		line int
		at   int
	}{"TD3": {m.TD3(), 1, 13}, "TD1": {m.TD1(), 1, 0}} {
		wrong := c.zone.Misread()
		line := strings.Split(wrong.Text, "\n")[c.line]
		field, digit := line[c.at:c.at+6], line[c.at+6:c.at+7]
		if field != "930417" || digit == CheckDigit(field) || digit != wrong.BirthDigit {
			t.Errorf("%s: %q has digit %s, zone says %s", name, field, digit, wrong.BirthDigit)
		}
		differ := 0
		for i := range wrong.Text {
			if wrong.Text[i] != c.zone.Text[i] {
				differ++
			}
		}
		if differ != 1 {
			t.Errorf("%s: %d characters differ, want 1", name, differ)
		}
	}
}

func TestNamesInZones(t *testing.T) {
	for _, c := range []struct {
		name, surname, given string
		width                int
		want                 string
	}{
		{"given names cut inside a part (ICAO)", "Nilavadhanananda", "Arnpol Petch Charonguang", 39, "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"},
		{"given names cut to an initial (ICAO)", "Nilavadhanananda", "Chayapa Dejthamrong Krasuang", 39, "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"},
		{"given names never end in filler (ICAO)", "Nilavadhanananda", "Arnpol Petch Charonguang", 31, "NILAVADHANANANDA<<ARNPOL<PETC<C"},
		{"surname parts made initials in TD3 (ICAO)", "Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo", 39, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI"},
		{"surname parts made initials in TD1 (ICAO)", "Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo", 30, "BENNELONG<WOOLOOMOOLOO<W<W<<DI"},
		{"exact fit (ICAO)", "Papandropoulous", "Jonathon Warren Trevor", 39, "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR"},
		{"one endless surname leaves room for a letter", strings.Repeat("ab", 30), "Marit", 30, strings.Repeat("AB", 13) + "A<<M"},
		{"no given names", "Arkfreith", "", 30, "ARKFREITH<<<<<<<<<<<<<<<<<<<<<"},
		{"parts of one letter only", "A", "B C D E F G H I J K L M N O P", 20, "A<<B<C<D<E<F<G<H<I<J"},
		{"nothing that has a Latin spelling", "中", "文", 10, "<<<<<<<<<<"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := MRZ{Surname: c.surname, GivenNames: c.given}.name(c.width)
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestNameFieldsHaveTheirWidthWhateverTheName(t *testing.T) {
	d := NewDice(7, "names")
	for range 2000 {
		m := MRZ{Surname: d.Text(d.N(50), "ABC -'é"), GivenNames: d.Text(d.N(50), "ABC -'é")}
		for _, width := range []int{30, 39} {
			got := m.name(width)
			if len(got) != width || strings.Trim(got, "ABCDEFGHIJKLMNOPQRSTUVWXYZ<") != "" {
				t.Fatalf("%+v gives %q", m, got)
			}
		}
	}
}

func TestTransliteration(t *testing.T) {
	for name, want := range map[string]string{
		"Zoëlle":        "ZOELLE",
		"Straßwick":     "STRASSWICK",
		"Brøndvask":     "BROENDVASK",
		"O'Quillmere":   "OQUILLMERE",
		"D’Arvenne":     "DARVENNE",
		"Saint-Lorvain": "SAINT<LORVAIN",
		"Ñandrell":      "NANDRELL",
		"Ædrisse Åse":   "AEDRISSE<AASE",
		"Jövander Ürge": "JOEVANDER<UERGE",
		" two  spaces ": "TWO<SPACES",
		"Zoe\u0308lle":  "ZOELLE",
		"Łukšić Þór":    "LUKSIC<THOR",
		"إيزولده":       "",
	} {
		if got := Transliterate(name); got != want {
			t.Errorf("Transliterate(%q) = %q, want %q", name, got, want)
		}
	}
}
