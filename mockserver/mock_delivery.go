package mockserver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
)

// Delivery is the journey of one notification to one webhook, in a test.
type Delivery struct {
	// ID starts with dlv_.
	ID   string
	mock *Mock
}

// Delivery is the delivery of this ID. The test fails when there is none.
func (m *Mock) Delivery(id string) Delivery {
	m.t.Helper()
	d := Delivery{ID: id, mock: m}
	d.Record()
	return d
}

// Record is the delivery as it stands, with its attempts, secrets included.
func (d Delivery) Record() delivery.Record {
	d.mock.t.Helper()
	r, err := d.mock.Server.Delivery(d.ID)
	d.mock.must(err, "looking at a delivery")
	return r
}

// Attempts are those that were made so far.
func (d Delivery) Attempts() []delivery.Attempt {
	d.mock.t.Helper()
	return d.Record().Attempts
}

// Wait waits until the delivery has this status, and fails the test when it
// ends with another one, or does not in time.
func (d Delivery) Wait(status delivery.Status) delivery.Record {
	d.mock.t.Helper()
	return d.wait(fmt.Sprintf("have the status %s", status), func(r delivery.Record) bool { return r.Status == status })
}

// WaitAttempts waits until n attempts have been made.
func (d Delivery) WaitAttempts(n int) delivery.Record {
	d.mock.t.Helper()
	return d.wait(fmt.Sprintf("have %s", delivery.Counted(n)), func(r delivery.Record) bool { return len(r.Attempts) >= n })
}

func (d Delivery) wait(become string, done func(delivery.Record) bool) delivery.Record {
	m := d.mock
	m.t.Helper()
	r := d.Record()
	m.until(func() bool {
		r = d.Record()
		return done(r) || r.Status.Final()
	})
	switch {
	case done(r):
	case r.Status.Final():
		m.t.Fatalf("delivery %s will not %s any more: %s", d.ID, become, m.standing(r))
	default:
		m.t.Fatalf("delivery %s did not %s within %s: %s", d.ID, become, m.Patience, m.standing(r))
	}
	return r
}

// WantAnswers holds what the attempts were answered against a list of
// statuses, 0 for an attempt that had no whole answer, and goes on when they
// differ. It waits for attempts that are due; those that a clock has to be
// advanced for were not made.
func (d Delivery) WantAnswers(statuses ...int) {
	m := d.mock
	m.t.Helper()
	r := d.Record()
	m.until(func() bool {
		r = d.Record()
		return len(r.Attempts) > len(statuses) || r.Status.Final() || m.halts(r) ||
			len(r.Attempts) == len(statuses) && m.Clock.Rate() > 0
	})
	if got := answersOf(r); !slices.Equal(got, statuses) {
		m.t.Errorf("delivery %s was answered %s, want %s: %s", d.ID, inWords(got), inWords(statuses), m.standing(r))
	}
}

// Redeliver begins another delivery of the same bytes. Faults are what is to go
// wrong with it, instead of what went wrong the first time.
func (d Delivery) Redeliver(faults ...fault.Fault) Delivery {
	d.mock.t.Helper()
	again, err := d.mock.Server.Redeliver(d.ID, faults...)
	d.mock.must(err, "redelivering %s", d.ID)
	return Delivery{ID: again.ID, mock: d.mock}
}

// Duplicate begins a copy of the delivery, as if the vendor had sent it twice.
func (d Delivery) Duplicate() Delivery {
	d.mock.t.Helper()
	twin, err := d.mock.Server.Duplicate(d.ID)
	d.mock.must(err, "duplicating %s", d.ID)
	return Delivery{ID: twin.ID, mock: d.mock}
}

// AttemptNow makes the next attempt due now. Those after it keep their times.
func (d Delivery) AttemptNow() {
	d.mock.t.Helper()
	d.mock.must(d.mock.Server.AttemptNow(d.ID), "attempting %s now", d.ID)
}

// Cancel calls the delivery off, which has to be pending.
func (d Delivery) Cancel() {
	d.mock.t.Helper()
	d.mock.must(d.mock.Server.Cancel(d.ID), "cancelling %s", d.ID)
}

// halts is whether a delivery waits for nothing but somebody who advances the
// clock.
func (m *Mock) halts(r delivery.Record) bool {
	return m.Clock.Rate() == 0 && r.Status == delivery.Pending && r.NextAt != nil && r.NextAt.After(m.Clock.Now())
}

// described is a delivery in words.
func (m *Mock) described(r delivery.Record) string { return r.ID + ": " + m.standing(r) }

// standing is where a delivery stands, in words.
func (m *Mock) standing(r delivery.Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "event %s, webhook %s of %s account %s", r.Event, r.Webhook, r.Provider, r.Account)
	if r.DuplicateOf != nil {
		fmt.Fprintf(&b, ", copy %d of %s", r.Copy, *r.DuplicateOf)
	}
	if r.RedeliveryOf != nil {
		fmt.Fprintf(&b, ", redelivery of %s", *r.RedeliveryOf)
	}
	fmt.Fprintf(&b, ", status %s after %s", r.Status, delivery.Counted(len(r.Attempts)))
	if len(r.Attempts) > 0 {
		var answers []string
		for _, a := range r.Attempts {
			answers = append(answers, answerOf(a))
		}
		fmt.Fprintf(&b, " that %s answered %s", was(len(answers)), strings.Join(answers, ", "))
	}
	if r.CancelReason != "" {
		fmt.Fprintf(&b, "; it was called off because %s", r.CancelReason)
	}
	if r.NextAt != nil {
		fmt.Fprintf(&b, "; next at %s", r.NextAt.Format(time.RFC3339))
	}
	if m.halts(r) {
		b.WriteString(", and the clock stands: Advance it")
	}
	return b.String()
}

// answerOf is what came of an attempt: a status, or what kept it from having
// one.
func answerOf(a delivery.Attempt) string {
	if a.Status == 0 {
		return "nothing (" + string(a.ErrorKind) + ")"
	}
	return strconv.Itoa(a.Status)
}

func answersOf(r delivery.Record) []int {
	var statuses []int
	for _, a := range r.Attempts {
		statuses = append(statuses, a.Status)
	}
	return statuses
}

func inWords(statuses []int) string {
	if len(statuses) == 0 {
		return "nothing"
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(statuses), " ", ", "), "[]")
}

func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
