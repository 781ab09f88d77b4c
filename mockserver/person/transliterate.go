package person

import (
	"strings"
	"unicode"
)

// Transliterate writes a name with the letters A to Z and the filler "<", by
// the recommendations of ICAO Doc 9303, part 3: é becomes E, ß SS, Ø OE;
// spaces and hyphens become one filler; apostrophes, full stops and whatever
// has no Latin spelling here are left out.
func Transliterate(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r == ' ' || r == '-' || r == '<' || r == ',' {
			if text := b.String(); text != "" && !strings.HasSuffix(text, "<") {
				b.WriteByte('<')
			}
			continue
		}
		b.WriteString(latin(unicode.ToUpper(r)))
	}
	return strings.TrimSuffix(b.String(), "<")
}

// latin spells one capital letter with A to Z.
func latin(r rune) string {
	if r >= 'A' && r <= 'Z' {
		return string(r)
	}
	switch r {
	case 'À', 'Á', 'Â', 'Ã', 'Ā', 'Ă', 'Ą':
		return "A"
	case 'Ä', 'Æ':
		return "AE"
	case 'Å':
		return "AA"
	case 'Ç', 'Ć', 'Ĉ', 'Ċ', 'Č':
		return "C"
	case 'Ď', 'Đ', 'Ð':
		return "D"
	case 'È', 'É', 'Ê', 'Ë', 'Ē', 'Ĕ', 'Ė', 'Ę', 'Ě':
		return "E"
	case 'Ĝ', 'Ğ', 'Ġ', 'Ģ':
		return "G"
	case 'Ĥ', 'Ħ':
		return "H"
	case 'Ì', 'Í', 'Î', 'Ï', 'Ĩ', 'Ī', 'Ĭ', 'Į', 'İ':
		return "I"
	case 'Ĳ':
		return "IJ"
	case 'Ĵ':
		return "J"
	case 'Ķ':
		return "K"
	case 'Ĺ', 'Ļ', 'Ľ', 'Ŀ', 'Ł':
		return "L"
	case 'Ñ', 'Ń', 'Ņ', 'Ň', 'Ŋ':
		return "N"
	case 'Ò', 'Ó', 'Ô', 'Õ', 'Ō', 'Ŏ', 'Ő':
		return "O"
	case 'Ö', 'Ø', 'Œ':
		return "OE"
	case 'Ŕ', 'Ŗ', 'Ř':
		return "R"
	case 'Ś', 'Ŝ', 'Ş', 'Š', 'Ș':
		return "S"
	case 'ß', 'ẞ':
		return "SS"
	case 'Ţ', 'Ť', 'Ŧ', 'Ț':
		return "T"
	case 'Þ':
		return "TH"
	case 'Ù', 'Ú', 'Û', 'Ũ', 'Ū', 'Ŭ', 'Ů', 'Ű', 'Ų':
		return "U"
	case 'Ü':
		return "UE"
	case 'Ŵ':
		return "W"
	case 'Ý', 'Ŷ', 'Ÿ':
		return "Y"
	case 'Ź', 'Ż', 'Ž':
		return "Z"
	}
	return ""
}
