package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kycmock/mockserver/delivery"
)

// A matcher is a Statuses that was read: what it lets through and what not.
// Without anything to let through it lets everything through.
type matcher struct{ wanted, refused []string }

// matcherOf reads a list with commas. A "not" holds for all that follows it:
// "2xx, not 204" is any 2xx but 204, and "not 200, 409" neither of the two.
func matcherOf(list string, known func(word string) bool, want string) (matcher, error) {
	var m matcher
	not := false
	for _, word := range strings.Split(list, ",") {
		word = strings.ToLower(strings.TrimSpace(word))
		if rest, found := strings.CutPrefix(word, "not "); found {
			not, word = true, strings.TrimSpace(rest)
		}
		if !known(word) {
			return m, fmt.Errorf("%q is no status, want %s", word, want)
		}
		if not {
			m.refused = append(m.refused, word)
		} else {
			m.wanted = append(m.wanted, word)
		}
	}
	return m, nil
}

// httpMatcher reads HTTP statuses.
func httpMatcher(list string) (matcher, error) {
	return matcherOf(list, isHTTPStatus, "one such as 200, 2xx, not 2xx, or none")
}

// deliveryMatcher reads statuses of deliveries.
func deliveryMatcher(list string) (matcher, error) {
	known := func(word string) bool { return slices.Contains(delivery.Statuses(), delivery.Status(word)) }
	return matcherOf(list, known, "pending, delivered, exhausted or cancelled; an HTTP status is that of an attempt")
}

// none is the word for no answer.
const none = "none"

func isHTTPStatus(word string) bool {
	if word == none {
		return true
	}
	if len(word) != 3 || word[0] < '1' || word[0] > '5' {
		return false
	}
	_, err := strconv.Atoi(word)
	return err == nil || strings.HasSuffix(word, "xx")
}

// takes is whether the matcher lets a status through, as a word.
func (m matcher) takes(status string) bool {
	one := func(word string) bool {
		class, isClass := strings.CutSuffix(word, "xx")
		return word == status || isClass && status != none && strings.HasPrefix(status, class)
	}
	return (len(m.wanted) == 0 || slices.ContainsFunc(m.wanted, one)) && !slices.ContainsFunc(m.refused, one)
}

// takesSuccess is whether the matcher lets any 2xx through.
func (m matcher) takesSuccess() bool {
	for status := 200; status < 300; status++ {
		if m.takes(strconv.Itoa(status)) {
			return true
		}
	}
	return false
}

// httpStatus is the status of an attempt as a word.
func httpStatus(a delivery.Attempt) string {
	if a.Status == 0 {
		return none
	}
	return strconv.Itoa(a.Status)
}
