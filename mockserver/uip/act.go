package uip

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// What the person with the phone can do.
const (
	verbComplete = "complete" // Identify, or sign in a sign session.
	verbCancel   = "cancel"   // Leave a session.
	verbDecline  = "decline"  // Refuse a session, or to sign a message.
	verbSign     = "sign"     // Sign a message.
	verbRead     = "read"     // Open a message.
)

func verbs() []string { return []string{verbComplete, verbCancel, verbDecline, verbSign, verbRead} }

// verbsOf lists what can be done in a session of an event.
func verbsOf(event string) []string {
	if event == EventMessage {
		return []string{verbSign, verbDecline, verbRead}
	}
	return []string{verbComplete, verbCancel, verbDecline}
}

// end is where a verb leaves a session, and whether that is told. Only a
// message tells that it was declined, and in the same words as that it was
// signed.
func end(event, verb string) (status Status, told bool) {
	switch {
	case verb == verbComplete && event == EventIdentify:
		return StatusCompleted, true
	case verb == verbComplete, verb == verbSign:
		return StatusSigned, true
	case verb == verbDecline:
		return StatusDeclined, event == EventMessage
	default:
		return StatusCancelled, false
	}
}

// actData is what can be said about an act.
type actData struct {
	Person json.RawMessage `json:"person,omitempty" doc:"Who completes a session: a uipId, or the members of a person, of which those that are absent are invented. The default is user_test."`
}

// Act does what the person with the phone does in a session or with a message.
// Data may name the person who completes a session: {"person": "user_..."}.
func (u *UIP) Act(_ context.Context, session, verb string, data json.RawMessage) error {
	_, err := u.act(session, verb, data)
	return err
}

func (u *UIP) act(id, verb string, raw json.RawMessage) (provider.Outcome, error) {
	s, _, err := u.session(id)
	if err != nil {
		return provider.Outcome{}, err
	}
	if possible := verbsOf(s.Event); !slices.Contains(possible, verb) {
		return provider.Outcome{}, problem.New(problem.Invalid, "that cannot be done with %s %s", article(s.Event), s.Event).
			With(problem.Field{Location: "verb", Message: "want one of " + strings.Join(possible, ", "), Value: verb})
	}
	var data actData
	p := u.decoders.act.Decode(raw, &data)
	if len(data.Person) > 0 && verb != verbComplete {
		p.Add("person", nil, "is only for complete")
	}
	who := u.whoever(data.Person, u.env.NewSeed(), &p)
	if err := p.Err("the person is not clear"); err != nil {
		return provider.Outcome{}, err
	}
	if verb == verbRead {
		return u.read(id)
	}
	return u.conclude(id, verb, who, u.env.NewID(auditPrefix), "")
}

func article(event string) string {
	if event == EventIdentify {
		return "an"
	}
	return "a"
}

// read opens a message.
func (u *UIP) read(id string) (provider.Outcome, error) {
	now := u.env.Clock.Now()
	s, _, err := u.change(id, func(s *provider.Session, d *details) error {
		switch Status(s.Status) {
		case StatusDelivered:
			s.Status = string(StatusRead)
		case StatusPending:
		default:
			return ended(*s, verbRead)
		}
		d.ReadAt = &now
		return nil
	})
	return provider.Outcome{Session: &s, Deliveries: []delivery.Delivery{}}, err
}

func ended(s provider.Session, verb string) error {
	return problem.New(problem.Conflict, "there is nothing left to %s: %s is %s", verb, s.ID, s.Status)
}

// conclude ends a session that waits, once: it puts down how, and then its
// audit record, and then tells it, so that a receiver can ask for the record
// from inside its handler. What is told is body, or when that is empty the
// vendor's event.
func (u *UIP) conclude(id, verb string, who Person, auditID, body string) (provider.Outcome, error) {
	now := u.env.Clock.Now()
	told := false
	s, d, err := u.change(id, func(s *provider.Session, d *details) error {
		if Status(s.Status) != StatusPending {
			return ended(*s, verb)
		}
		if d.ExpiresAt != nil && !now.Before(*d.ExpiresAt) {
			return problem.New(problem.Conflict, "there is nothing left to %s: %s expired at %s", verb, id, d.ExpiresAt.Format(time.RFC3339))
		}
		var status Status
		status, told = end(s.Event, verb)
		s.Status = string(status)
		d.Person = who.UIPID
		if s.Event == EventMessage {
			d.Person = d.ReceiverUIP
		}
		if told {
			d.AuditID = auditID
		}
		return nil
	})
	if err != nil {
		return provider.Outcome{}, err
	}
	u.timers.Stop(id)
	outcome := provider.Outcome{Session: &s, Deliveries: []delivery.Delivery{}}
	if !told {
		u.letGo(id)
		return outcome, nil
	}
	if s.Event == EventMessage {
		who, _ = u.person(d.ReceiverUIP)
	} else {
		u.remember(who)
		if err := u.charge(s.Account, priceOf(s.Event, 0), true); err != nil {
			return outcome, err
		}
	}
	u.record(s, d, who, now)
	outcome.Deliveries, err = u.tell(s, d, who, body)
	return outcome, err
}

// tell sends the event of a session that has ended.
func (u *UIP) tell(s provider.Session, d details, who Person, body string) ([]delivery.Delivery, error) {
	w := u.webhook(s.Account)
	if w.URL == "" { // it was deleted since the session began
		return []delivery.Delivery{}, nil
	}
	if body == "" {
		b, _ := u.business(s.Account)
		body = string(eventOf(b.Contract, s, d, who).text())
	}
	n := notification(w, s.ID, s.Event, body)
	n.Faults, n.Seed, n.Run = d.Faults, d.Seed, s.Run
	sent, err := u.env.Send(n)
	if err != nil {
		return []delivery.Delivery{}, err
	}
	return []delivery.Delivery{sent}, nil
}

func notification(w Webhook, session, event, body string) delivery.Notification {
	return delivery.Notification{
		Provider: Name, Account: w.Business, Webhook: WebhookName, Session: session, Event: event,
		Endpoint: delivery.Endpoint{URL: w.URL}, ContentType: "application/json", Body: body,
	}
}
