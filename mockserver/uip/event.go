package uip

import (
	"encoding/json"
	"slices"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// event is the body of a webhook. Source of members and their order: UIP's
// Webhooks page and the examples of its endpoints.
type event struct {
	Event string `json:"event"`
	Data  any    `json:"data"`
}

type identifyEvent struct {
	UIPID           string `json:"uip_id"`
	AuditID         string `json:"audit_id"`
	SessionID       string `json:"session_id"`
	Name            string `json:"name,omitempty"` // this and the next two only when asked for
	DateOfBirth     string `json:"date_of_birth,omitempty"`
	CountryOfOrigin string `json:"country_of_origin,omitempty"`
	ExpiresAt       *int64 `json:"expires_at,omitempty"` // Unix seconds, contract A2 only
}

type signEvent struct {
	UIPID     string `json:"uip_id"`
	SessionID string `json:"session_id"`
	AuditID   string `json:"audit_id"`
}

type messageEvent struct {
	SigningUIPID string `json:"signing_uip_id"`
	MessageID    string `json:"message_id"`
	AuditID      string `json:"audit_id"`
}

type testEvent struct {
	Pong string `json:"pong"`
}

// What a business can ask an identification for.
const (
	dataName      = "name"
	dataBirthdate = "birthdate"
	dataCountry   = "country"
)

func requestable() []string { return []string{dataName, dataBirthdate, dataCountry} }

// eventOf is the event of a session that has ended.
func eventOf(c Contract, s provider.Session, d details, who Person) event {
	switch s.Event {
	case EventIdentify:
		return event{EventIdentify, identified(c, s, d, who)}
	case EventSign:
		return event{EventSign, signEvent{who.UIPID, s.ID, d.AuditID}}
	case EventMessage:
		return event{EventMessage, messageEvent{who.UIPID, s.ID, d.AuditID}}
	default:
		return event{EventTest, testEvent{"Pong"}}
	}
}

func identified(c Contract, s provider.Session, d details, who Person) identifyEvent {
	e := identifyEvent{UIPID: who.UIPID, AuditID: d.AuditID, SessionID: s.ID}
	for _, asked := range []struct {
		as, value string
		to        *string
	}{
		{dataName, who.Name, &e.Name},
		{dataBirthdate, who.DateOfBirth, &e.DateOfBirth},
		{dataCountry, who.CountryOfOrigin, &e.CountryOfOrigin},
	} {
		if len(d.RequestedData) == 0 || slices.Contains(d.RequestedData, asked.as) {
			*asked.to = asked.value
		}
	}
	if c.tellsExpiry() {
		seconds := who.IdentityExpiresAt.Unix()
		e.ExpiresAt = &seconds
	}
	return e
}

// text is the event as it is sent.
func (e event) text() []byte {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // structs of strings have no reason to fail
	}
	return stringified(text)
}

// patched is text with a patch applied, whose problems it adds to p.
func (e event) patched(patch json.RawMessage, p *problem.Fields) []byte {
	if len(patch) == 0 {
		return e.text()
	}
	return stringified(provider.Patched("event", e.text(), patch, p))
}
