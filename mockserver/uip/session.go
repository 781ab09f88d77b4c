package uip

import (
	"encoding/json"
	"time"

	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// The events of UIP's Webhooks page. All but test are what a session of that
// name ends with; a message is a session too.
const (
	EventIdentify = "identify"
	EventSign     = "sign"
	EventMessage  = "message"
	EventTest     = "test"
)

// Status is where a session or a message stands.
//
//	identify               pending -> completed | cancelled | declined | expired
//	sign                   pending -> signed | cancelled | declined | expired
//	message to be signed   pending -> signed | declined | expired | invalidated
//	any other message      delivered -> read
//
// Told are identify completed, sign signed, message signed and message
// declined. Source: UIP's Webhooks page, "When Webhooks Are Sent".
type Status string

// The statuses; all but pending and delivered are final.
const (
	StatusPending     Status = "pending"
	StatusCompleted   Status = "completed"
	StatusSigned      Status = "signed"
	StatusDeclined    Status = "declined"
	StatusCancelled   Status = "cancelled"
	StatusExpired     Status = "expired"
	StatusInvalidated Status = "invalidated"
	StatusDelivered   Status = "delivered"
	StatusRead        Status = "read"
)

// lifetime is how long an identify or sign session waits. Source: UIP's
// Webhooks page.
const lifetime = 5 * time.Minute

// details is what the mock knows of a session.
type details struct {
	Intent               string           `json:"intent"`
	RequestedData        []string         `json:"requestedData,omitempty"` // as asked for; none is all
	SignatureInformation string           `json:"signatureInformation,omitempty"`
	Message              string           `json:"message,omitempty"`
	Priority             string           `json:"priority,omitempty"`
	ReceiverUIP          string           `json:"receiverUip,omitempty"`
	SignatureRequired    bool             `json:"signatureRequired,omitempty"`
	Attachments          []attachmentInfo `json:"attachments,omitempty"`
	ExpiresAt            *time.Time       `json:"expiresAt,omitempty"`
	Plan                 *plan            `json:"plan,omitempty"` // what the person does without being told
	Faults               []fault.Fault    `json:"faults,omitempty"`
	Seed                 uint64           `json:"seed,omitempty"`
	Person               string           `json:"person,omitempty"`
	AuditID              string           `json:"auditId,omitempty"`
	ReadAt               *time.Time       `json:"readAt,omitempty"`
}

// opening is a session that was found good, before it exists.
type opening struct {
	business Business
	event    string
	details  details
	files    []attachment
	id       string // empty for a new one
	run      string
	at       time.Time
}

// prefixes of the IDs, as in UIP's examples.
const (
	sessionPrefix = "sess_"
	messagePrefix = "msg_"
	auditPrefix   = "audit_"
)

func prefixOf(event string) string {
	if event == EventMessage {
		return messagePrefix
	}
	return sessionPrefix
}

// open makes the session, charges a message, and plans what becomes of it by
// itself.
func (u *UIP) open(o opening) (provider.Session, error) {
	d := o.details
	status := StatusPending
	switch {
	case o.event != EventMessage:
		expires := o.at.Add(lifetime)
		d.ExpiresAt = &expires
	case !d.SignatureRequired:
		status = StatusDelivered
	}
	if o.id == "" {
		o.id = u.env.NewID(prefixOf(o.event))
	}
	for _, f := range o.files {
		d.Attachments = append(d.Attachments, f.info())
	}
	session := provider.Session{
		ID: o.id, Provider: Name, Account: o.business.ID, Event: o.event, Run: o.run,
		Status: string(status), CreatedAt: o.at, Waiting: status == StatusPending,
	}
	var err error
	if session.Data, err = json.Marshal(d); err != nil {
		return session, err
	}
	if o.event == EventMessage {
		if err := u.charge(o.business.ID, priceOf(o.event, len(o.files)), false); err != nil {
			return session, err
		}
	}
	if !u.env.Sessions.Add(session) {
		if o.event == EventMessage {
			err = u.charge(o.business.ID, -priceOf(o.event, len(o.files)), true)
		}
		if err != nil {
			return session, err
		}
		return session, usedBefore(o.id)
	}
	if len(o.files) > 0 {
		u.keep(o.id, o.files)
	}
	u.timers.Set(session.ID)
	return session, nil
}

func usedBefore(session string) error {
	return problem.New(problem.Conflict, "there is a session of that ID").
		With(problem.Field{Location: "session", Message: "was used before", Value: session})
}

// session returns a session of UIP's, or a message.
func (u *UIP) session(id string) (provider.Session, details, error) {
	var d details
	s, ok := u.env.Sessions.Get(id)
	if !ok || s.Provider != Name {
		return s, d, problem.New(problem.NotFound, "UIP has no session or message %q; old ones are forgotten in time", id)
	}
	err := json.Unmarshal(s.Data, &d)
	return s, d, err
}

// change changes a session and what is known of it. When f returns an error
// nothing changes.
func (u *UIP) change(id string, f func(*provider.Session, *details) error) (provider.Session, details, error) {
	var d details
	s, err := u.env.Sessions.Update(id, func(s *provider.Session) error {
		d = details{}
		if err := json.Unmarshal(s.Data, &d); err != nil {
			return err
		}
		if err := f(s, &d); err != nil {
			return err
		}
		s.Waiting = Status(s.Status) == StatusPending
		var err error
		s.Data, err = json.Marshal(d)
		return err
	})
	return s, d, err
}
