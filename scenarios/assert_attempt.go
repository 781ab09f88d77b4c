package scenarios

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kycmock/mockserver/delivery"
)

// eachAttempt holds the attempts that are asked about against the assertion.
// Without a word of which they are, it is all of them.
func (h *hearing) eachAttempt(s subject) error {
	if !h.aboutAttempts() {
		return nil
	}
	attempts, err := h.asked(s)
	if err != nil {
		return err
	}
	for _, a := range attempts {
		name := fmt.Sprintf("attempt %d of %s", a.N, s.name)
		for _, hold := range []func(string, delivery.Attempt) error{h.answer, h.speed, h.failure, h.headers, h.bodies} {
			if err := hold(name, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// asked finds the attempts that are asked about.
func (h *hearing) asked(s subject) ([]delivery.Attempt, error) {
	which, err := h.scope.text(h.Attempt)
	if err != nil {
		return nil, err
	}
	made := s.Record.Attempts
	n, err := strconv.Atoi(which)
	switch {
	case err == nil && n >= 1:
		i := slices.IndexFunc(made, func(a delivery.Attempt) bool { return a.N == n })
		if i < 0 {
			complain := h.complain
			if s.Record.Status == delivery.Delivered {
				complain = h.complainMoot
			}
			complain("attempt %d of %s was not made: it is %s after %s",
				n, s.name, s.Record.Status, plural(len(made), "attempt", "attempts"))
			return nil, nil
		}
		return made[i : i+1], nil
	case which != "" && which != "first" && which != "last" && which != "each":
		return nil, fmt.Errorf("attempt: want a number from 1, first, last or each, not %q", which)
	case len(made) == 0:
		h.complain("no attempt of %s was made: it is %s", s.name, s.Record.Status)
		return nil, nil
	case which == "first":
		return made[:1], nil
	case which == "last":
		return made[len(made)-1:], nil
	default:
		return made, nil
	}
}

func (h *hearing) answer(name string, a delivery.Attempt) error {
	if h.Attempt == "" || h.Status == "" {
		return nil
	}
	want, err := h.scope.text(Text(h.Status))
	if err != nil {
		return err
	}
	m, err := httpMatcher(want)
	if err != nil {
		return err
	}
	if !m.takes(httpStatus(a)) {
		h.complainThat(otherThanNamed(m, a), "%s %s, wanted %s", name, described(a, ""), want)
	}
	return nil
}

// described says what came of an attempt.
func described(a delivery.Attempt, when string) string {
	if when != "" {
		when = " " + when
	}
	switch {
	case a.IgnoredStatus != 0:
		return fmt.Sprintf("was answered %d%s, which the vendor took for %d", a.IgnoredStatus, when, a.Status)
	case a.Status == 0 && a.Error == "":
		return "was not answered" + when
	case a.Status == 0:
		return fmt.Sprintf("was not answered%s (%s: %s)", when, a.ErrorKind, a.Error)
	case a.ErrorKind != delivery.KindNone:
		return fmt.Sprintf("was answered %d%s, but not to the end (%s)", a.Status, when, a.ErrorKind)
	default:
		return fmt.Sprintf("was answered %d%s", a.Status, when)
	}
}

// unanswered is what no answer comes to, and nothing when there was one.
func unanswered(a delivery.Attempt) string {
	if a.Status == 0 {
		return didNotAnswer
	}
	return ""
}

func (h *hearing) speed(name string, a delivery.Attempt) error {
	if h.Within == "" {
		return nil
	}
	most, err := h.scope.duration(h.Within)
	if err != nil {
		return fmt.Errorf("within: %w", err)
	}
	if took := time.Duration(a.TookMs * float64(time.Millisecond)); took > most {
		instead := ""
		if h.Status != "" { // which the finding is about
			instead = tookTooLong
		}
		h.complainThat(instead, "%s took %s, wanted at most %s", name, took.Round(time.Millisecond), short(most))
	}
	return nil
}

func (h *hearing) failure(name string, a delivery.Attempt) error {
	if h.Error == "" {
		return nil
	}
	want, err := h.scope.text(h.Error)
	if err != nil {
		return err
	}
	got := string(a.ErrorKind)
	if got == "" {
		got = none
	}
	switch {
	case got == want:
	case want == none:
		h.complainThat(unanswered(a), "%s %s, wanted a whole answer", name, described(a, ""))
	default:
		h.complain("%s %s, wanted the error %s", name, described(a, ""), want)
	}
	return nil
}

func (h *hearing) headers(name string, a delivery.Attempt) error {
	for _, header := range slices.Sorted(maps.Keys(h.Header)) {
		pattern, err := h.pattern(Text(h.Header[header]))
		if err != nil {
			return fmt.Errorf("header %s: %w", header, err)
		}
		if a.Response == nil {
			h.complainThat(didNotAnswer, "%s %s, wanted the header %s like %s", name, described(a, ""), header, pattern)
			continue
		}
		values := a.Response.Headers[http.CanonicalHeaderKey(header)]
		if !slices.ContainsFunc(values, pattern.MatchString) {
			h.complain("%s was answered with the header %s %s, wanted one like %s", name, header, excerpt(strings.Join(values, ", ")), pattern)
		}
	}
	return nil
}

func (h *hearing) bodies(name string, a delivery.Attempt) error {
	got, what := "", "was answered with"
	if a.Response != nil {
		got = a.Response.Body
	}
	if err := h.like(name, what, "body", h.Body, got); err != nil {
		return err
	}
	got = ""
	if a.Request != nil {
		got = a.Request.Body
	}
	return h.like(name, "sent", "request", h.Request, got)
}

// like holds a text against a regular expression, if there is one.
func (h *hearing) like(name, did, member string, wanted Text, got string) error {
	if wanted == "" {
		return nil
	}
	var pattern *regexp.Regexp
	pattern, err := h.pattern(wanted)
	if err != nil {
		return fmt.Errorf("%s: %w", member, err)
	}
	if !pattern.MatchString(got) {
		h.complain("%s %s %s, wanted a body like %s", name, did, excerpt(got), pattern)
	}
	return nil
}

// excerpt is a text as it can be shown, or its beginning.
func excerpt(text string) string {
	const most = 80
	if text == "" {
		return "nothing"
	}
	if len(text) <= most {
		return strconv.Quote(text)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strconv.Quote(text[:cut]) + "..."
}
