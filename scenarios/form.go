package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kycmock/mockserver/fault"
)

var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

const wantedName = "a name of lower-case letters, digits and single hyphens, a letter first, such as lost-acknowledgement"

// formed says what a text should have been, when it is not of its form.
func formed(text string, m member) string {
	want := ofForm(text, m)
	switch {
	case slices.Contains(m.enum, text), want == "" && (m.form != "" || len(m.enum) == 0):
		return ""
	case want == "":
		want = "one of " + strings.Join(m.enum, ", ")
	case len(m.enum) > 0:
		want = strings.Join(m.enum, ", ") + " or " + want
	}
	said := fmt.Sprintf("want %s, got %s", want, inQuotes(text))
	if near := fault.Nearest(text, m.enum); near != "" {
		said += ", did you mean " + near + "?"
	}
	return said
}

// ofForm says what is wanted, when a text is not that.
func ofForm(text string, m member) string {
	switch {
	case m.form == "duration" || m.typ == durationType:
		if d, err := time.ParseDuration(text); err != nil || d < 0 {
			return "a duration such as 5m, 1.5s or 2h"
		}
	case m.form == "number" || m.typ == numberType:
		if number, err := strconv.Atoi(text); err != nil || number < m.min {
			return fmt.Sprintf("a whole number of %d or more", m.min)
		}
	case m.form == "regexp":
		if _, err := regexp.Compile(text); err != nil {
			return fmt.Sprintf("a regular expression (%s)", strings.TrimPrefix(shortened(err.Error()), "error parsing regexp: "))
		}
	case m.form == "http":
		if _, err := httpMatcher(text); err != nil {
			return "HTTP statuses such as 200, 2xx, not 2xx or none"
		}
	case m.form == "name" && !kebab.MatchString(text):
		return wantedName
	}
	return ""
}
