package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"kycmock/mockserver/delivery"
)

// complaint is something in which an assertion does not hold.
type complaint struct {
	text string
	// instead says what the receiver did when that is not what a judgement's
	// finding names, such as breaking where it should have refused.
	instead string
	moot    bool // what is asked about never happened
}

// What receivers do that is not what a finding names.
const (
	didNotAnswer      = "did not answer"
	broke             = "broke"
	answeredOtherwise = "answered otherwise"
	tookTooLong       = "took too long"
)

func (h *hearing) complain(format string, args ...any) { h.complainThat("", format, args...) }

func (h *hearing) complainThat(instead, format string, args ...any) {
	h.complaints = append(h.complaints, complaint{text: fmt.Sprintf(format, args...), instead: instead})
}

func (h *hearing) complainMoot(format string, args ...any) {
	h.complaints = append(h.complaints, complaint{text: fmt.Sprintf(format, args...), moot: true})
}

// complained is all that was found, unless that is more than anybody reads.
func (h *hearing) complained() string {
	const most = 5
	var told []string
	for _, c := range h.complaints[:min(len(h.complaints), most)] {
		told = append(told, c.text)
	}
	text := strings.Join(told, "; ")
	if n := len(h.complaints) - most; n > 0 {
		text += fmt.Sprintf("; and %d more like that", n)
	}
	return text
}

// moot is whether nothing happened of what was asked about.
func (h *hearing) moot() bool {
	return !slices.ContainsFunc(h.complaints, func(c complaint) bool { return !c.moot })
}

// instead is what was found when that is not what a finding names, and empty
// when something is.
func (h *hearing) instead() string {
	if slices.ContainsFunc(h.complaints, func(c complaint) bool { return c.instead == "" && !c.moot }) {
		return ""
	}
	words := h.complained()
	for _, c := range h.complaints {
		if c.instead != "" {
			return c.instead + ": " + words
		}
	}
	return words
}

// otherThanNamed is what an answer that is not the wanted one comes to when a
// finding does not name it: a finding where success is wanted is about its
// absence, and one where a refusal is wanted about success.
func otherThanNamed(wanted matcher, a delivery.Attempt) string {
	switch {
	case a.Status == 0:
		return didNotAnswer
	case wanted.takesSuccess(), isSuccess(a.Status):
		return ""
	case a.Status >= 500:
		return broke
	default:
		return answeredOtherwise
	}
}

func isSuccess(status int) bool { return status >= 200 && status < 300 }

// errNoWebhook is about a trigger that nobody could be told of.
var errNoWebhook = errors.New("no webhook is set: give the run a url, or save one")

// untold is whether a trigger led to nothing because no webhook was set.
func (h *hearing) untold(name string) bool {
	meant, err := h.scope.thing(name)
	return err == nil && meant.untold
}

// found is whether a judgement of the run has failed so far.
func (r *Run) found() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return failed(r.rows)
}
