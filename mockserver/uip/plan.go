package uip

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/provider"
)

// plan is what a person does without being told.
type plan struct {
	Verb string    `json:"verb"`
	At   time.Time `json:"at"`
}

// Magic words in an intent choose an outcome.
var (
	magicOutcome = regexp.MustCompile(`(?i)\[(decline|cancel|expire)\]`)
	magicSlow    = regexp.MustCompile(`(?i)\[slow ([0-9.][0-9a-z.]*)\]`)
)

// magicDelay is how long a person takes who was told by a magic word, in a
// business without autoComplete: long enough for the caller to have its answer.
const magicDelay = time.Second

// planned is what the person does in a session that begins now, nil when that
// is left to the control API.
func planned(b Business, event, intent string, now time.Time) *plan {
	p := plan{Verb: verbComplete, At: now.Add(magicDelay)}
	if event == EventMessage {
		p.Verb = verbSign
	}
	acts := false
	if b.AutoComplete != nil {
		p.At, acts = now.Add(time.Duration(*b.AutoComplete)), true
	}
	if slow := magicSlow.FindStringSubmatch(intent); slow != nil {
		if d, err := time.ParseDuration(strings.ToLower(slow[1])); err == nil && clock.Duration(d) <= maxWait {
			p.At, acts = now.Add(d), true
		}
	}
	if outcome := magicOutcome.FindStringSubmatch(intent); outcome != nil {
		verb := strings.ToLower(outcome[1])
		if verb == "expire" || verb == verbCancel && event == EventMessage { // nobody answers
			return nil
		}
		p.Verb, acts = verb, true
	}
	if !acts {
		return nil
	}
	return &p
}

// due is what is to come of a session that waits: its expiry, and what the
// person does.
func (u *UIP) due(s provider.Session) []provider.Due {
	var d details
	if err := json.Unmarshal(s.Data, &d); err != nil {
		u.env.Log.Warn("a session that waits cannot be read", "session", s.ID, "error", err)
		return nil
	}
	var due []provider.Due
	if d.ExpiresAt != nil {
		due = append(due, provider.Due{At: *d.ExpiresAt, Do: func() { u.expire(s.ID) }})
	}
	if p := d.Plan; p != nil {
		due = append(due, provider.Due{At: p.At, Do: func() { u.follow(s.ID, p.Verb) }})
	}
	return due
}

// Resume sets the timers of the sessions that wait. It makes UIP a
// [provider.Resumer].
func (u *UIP) Resume() { u.timers.Resume() }

// expire ends a session that nobody answered in time. Nothing is told.
func (u *UIP) expire(id string) {
	_, _, err := u.change(id, func(s *provider.Session, _ *details) error {
		if Status(s.Status) != StatusPending {
			return errUnchanged
		}
		s.Status = string(StatusExpired)
		return nil
	})
	if err == nil {
		u.letGo(id)
	}
	u.timers.Stop(id)
}

// follow has the person do what was planned, unless somebody was faster.
func (u *UIP) follow(id, verb string) {
	if _, err := u.conclude(id, verb, testPerson(), u.env.NewID(auditPrefix), ""); err != nil {
		u.env.Log.Debug("a person did not do what was planned", "session", id, "verb", verb, "error", err)
	}
}
