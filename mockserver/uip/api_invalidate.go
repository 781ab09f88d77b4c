package uip

import (
	"errors"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// invalidate takes back a message that nobody has signed or declined yet.
// Nothing is told. UIP does not document what becomes of a message without a
// signature, or of one that expired. Source: UIP's Invalidate page.
func (u *UIP) invalidate(c *call) (any, error) {
	p, err := c.payload("message_id")
	if err != nil {
		return nil, err
	}
	id, err := p.text("message_id")
	if err != nil {
		return nil, err
	}
	s, d, err := u.session(id)
	var unknown *problem.Error
	switch {
	case errors.As(err, &unknown) || err == nil && s.Event != EventMessage:
		return nil, refuse(codeNotFound)
	case err != nil:
		return nil, err
	case s.Account != c.business.ID:
		return nil, refuse(codeUnauthorized)
	case !d.SignatureRequired:
		return nil, invalid("the message does not require a signature")
	}
	_, _, err = u.invalidateMessage(id)
	return nil, err
}

// invalidateMessage ends a message that waits; a refusal says why it does not.
func (u *UIP) invalidateMessage(id string) (provider.Session, details, error) {
	s, d, err := u.change(id, func(s *provider.Session, _ *details) error {
		switch Status(s.Status) {
		case StatusPending:
			s.Status = string(StatusInvalidated)
			return nil
		case StatusInvalidated, StatusExpired:
			return refuse(codeInvalidated)
		default:
			return refuse(codeAlreadyCompleted)
		}
	})
	if err == nil {
		u.letGo(id)
		u.timers.Stop(id)
	}
	return s, d, err
}
