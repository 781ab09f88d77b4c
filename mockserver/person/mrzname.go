package person

import "strings"

// name composes the name field of a zone, exactly n characters. A name that is
// too long is shortened as Doc 9303 has it: the last parts of the surname
// become initials, but only until one letter of the given names has room; then
// the given names are cut. The field ends in a letter then, which is the sign
// of a name that goes on.
func (m MRZ) name(n int) string {
	primary, secondary := Transliterate(m.Surname), Transliterate(m.GivenNames)
	if secondary == "" {
		return fill(cut(primary, n), n)
	}
	primary = shorten(primary, n-len("<<X"))
	return fill(primary+"<<"+cut(secondary, n-len(primary)-len("<<")), n)
}

// shorten makes initials of a name's parts, from the last to the second, until
// the name has at most n letters; one that is still longer is cut.
func shorten(name string, n int) string {
	parts := strings.Split(name, "<")
	for last := len(parts) - 1; last > 0 && len(name) > n; last-- {
		parts[last] = parts[last][:1]
		name = strings.Join(parts, "<")
	}
	return cut(name, n)
}

// cut takes the first n letters of a name. Where the cut would leave a filler
// at the end, a part before it gives up a letter, so that the next part shows
// its initial.
func cut(name string, n int) string {
	for len(name) > n && name[n-1] == '<' {
		at := n - 2
		for at > 0 && (name[at] == '<' || name[at-1] == '<') {
			at--
		}
		if at <= 0 {
			return name[:n-1]
		}
		name = name[:at] + name[at+1:]
	}
	return name[:min(n, len(name))]
}
