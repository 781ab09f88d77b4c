package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"kycmock/mockserver/delivery"
)

// deliveryMatcher is the matcher of the delivery's status, and how it is
// written.
func (h *hearing) deliveryMatcher() (m matcher, text string, err error) {
	if text, err = h.scope.text(Text(h.Status)); err != nil {
		return m, text, err
	}
	m, err = deliveryMatcher(text)
	return m, text, err
}

func (h *hearing) deliveryStatus(s subject) error {
	if h.Attempt != "" || h.Status == "" {
		return nil
	}
	m, wanted, err := h.deliveryMatcher()
	if err != nil {
		return err
	}
	if m.takes(string(s.Record.Status)) {
		return nil
	}
	why, instead := "", ""
	if s.CancelReason != "" {
		why = " (" + s.CancelReason + ")"
	}
	if n := len(s.Record.Attempts); n > 0 {
		last := s.Record.Attempts[n-1]
		why += ", " + described(last, "at last")
		instead = unanswered(last)
	}
	h.complainThat(instead, "%s is %s after %s%s, wanted %s", s.name, s.Record.Status, plural(len(s.Record.Attempts), "attempt", "attempts"), why, wanted)
	return nil
}

func (h *hearing) numberOfAttempts(s subject) error {
	if h.Attempts == "" {
		return nil
	}
	want, err := h.scope.number(h.Attempts, 0)
	if err != nil {
		return fmt.Errorf("attempts: %w", err)
	}
	if got := len(s.Record.Attempts); got != want {
		h.complain("%s had %s, wanted %d", s.name, plural(got, "attempt", "attempts"), want)
	}
	return nil
}

func (h *hearing) sequence(s subject) error {
	if len(h.Sequence) == 0 {
		return nil
	}
	made := s.Record.Attempts
	wanted := make([]string, len(h.Sequence))
	fits := len(made) == len(wanted)
	for i, text := range h.Sequence {
		var err error
		if wanted[i], err = h.scope.text(Text(text)); err != nil {
			return err
		}
		m, err := httpMatcher(wanted[i])
		if err != nil {
			return fmt.Errorf("sequence: %w", err)
		}
		fits = fits && i < len(made) && m.takes(httpStatus(made[i]))
	}
	if !fits {
		h.complain("the attempts of %s were answered %s, wanted %s", s.name, orNone(statusesOf(made)), list(wanted))
	}
	return nil
}

// times compares when the attempts were made, counted from when the first one
// was due.
func (h *hearing) times(s subject) error {
	if len(h.At) == 0 {
		return nil
	}
	got, wanted := make([]time.Duration, len(s.Record.Attempts)), make([]time.Duration, len(h.At))
	for i, a := range s.Record.Attempts {
		at := a.At
		if !h.world.Standing() {
			at = a.DueAt
		}
		got[i] = at.Sub(s.Record.Attempts[0].DueAt)
	}
	for i, d := range h.At {
		var err error
		if wanted[i], err = h.scope.duration(d); err != nil {
			return fmt.Errorf("at: %w", err)
		}
	}
	if slices.Equal(got, wanted) || !h.world.Standing() && keptUp(got, wanted) {
		return nil
	}
	h.complain("the attempts of %s were made at %s, wanted %s", s.name, orNone(shortly(got)), shortly(wanted))
	return nil
}

// keptUp is whether attempts on a clock that runs were due as wanted. None may
// be due sooner after the one before it. But an attempt takes time there: when
// the next one should have been made meanwhile it is made late, and those that
// follow are counted from it. And by the time anybody looks, more may have been
// made.
func keptUp(got, wanted []time.Duration) bool {
	if len(got) < len(wanted) {
		return false
	}
	for i := range wanted {
		if i > 0 && got[i]-got[i-1] < wanted[i]-wanted[i-1] {
			return false
		}
	}
	return true
}

func shortly(durations []time.Duration) string {
	words := make([]string, len(durations))
	for i, d := range durations {
		words[i] = short(d)
	}
	return list(words)
}

func (h *hearing) sameBytes(s subject) error {
	if h.SameBytes == nil {
		return nil
	}
	made := s.Record.Attempts
	of := originalOf(s.Delivery)
	if of == "" {
		of = h.toldFirst(s)
	}
	if of != "" {
		original, err := h.world.Delivery(of)
		if err != nil {
			return err
		}
		made = append(original.Attempts, made...)
	}
	if len(made) == 0 {
		h.complain("no attempt of %s was made, and so no bytes were sent", s.name)
		return nil
	}
	differs := 0
	for i, a := range made {
		if differs == 0 && sent(a) != sent(made[0]) {
			differs = i + 1
		}
	}
	switch {
	case *h.SameBytes && differs > 0:
		a := made[differs-1]
		h.complain("attempt %d of %s sent other bytes than the first", a.N, s.name)
	case !*h.SameBytes && differs == 0:
		h.complain("all attempts of %s sent the same bytes", s.name)
	}
	return nil
}

// toldFirst is the delivery that told another webhook of the same session's
// event, if there is one before this.
func (h *hearing) toldFirst(s subject) string {
	for _, other := range h.subjects {
		if other.ID == s.ID || s.Session == nil {
			return ""
		}
		if other.Session != nil && *other.Session == *s.Session && other.Event == s.Event && other.Webhook != s.Webhook {
			return other.ID
		}
	}
	return ""
}

// originalOf is the delivery that this one repeats.
func originalOf(d delivery.Delivery) string {
	switch {
	case d.DuplicateOf != nil:
		return *d.DuplicateOf
	case d.RedeliveryOf != nil:
		return *d.RedeliveryOf
	default:
		return ""
	}
}

// sent is the body of an attempt, or what stands for it.
func sent(a delivery.Attempt) string {
	if a.Request == nil {
		return ""
	}
	return a.Request.Body + a.Request.BodyBase64
}

func (h *hearing) reason(s subject) error {
	if h.Reason == "" {
		return nil
	}
	pattern, err := h.pattern(h.Reason)
	if err != nil {
		return fmt.Errorf("reason: %w", err)
	}
	switch {
	case s.Record.Status != delivery.Cancelled:
		h.complain("%s is %s, wanted it cancelled for a reason like %s", s.name, s.Record.Status, pattern)
	case !pattern.MatchString(s.CancelReason):
		h.complain("%s was cancelled because %s, wanted a reason like %s", s.name, s.CancelReason, pattern)
	}
	return nil
}

// pattern is a regular expression in which references are replaced.
func (h *hearing) pattern(text Text) (*regexp.Regexp, error) {
	replaced, err := h.scope.text(text)
	if err != nil {
		return nil, err
	}
	pattern, err := regexp.Compile(replaced)
	if err != nil {
		return nil, fmt.Errorf("%q is no regular expression: %w", replaced, err)
	}
	return pattern, nil
}

// short writes a duration without zero parts at the end: 2h instead of 2h0m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func list(words []string) string { return strings.Join(words, ", ") }

func orNone(text string) string {
	if text == "" {
		return "never"
	}
	return text
}
