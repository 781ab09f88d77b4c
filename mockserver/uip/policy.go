package uip

import (
	"net/http"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
)

// Policy is how the business of a notification has it delivered now. A test of
// the webhook is tried once.
func (u *UIP) Policy(n delivery.Notification) delivery.Policy {
	b, _ := u.business(n.Account)
	p := delivery.Policy{
		Timeout:         time.Duration(b.Delivery.Timeout),
		FollowRedirects: b.Delivery.FollowRedirects,
		Target:          func(n delivery.Notification) (delivery.Endpoint, error) { return u.target(b, n) },
		Sign: func(n delivery.Notification, at time.Time, faults fault.Active) (delivery.Signed, error) {
			return u.signed(b, n, at, faults), nil
		},
	}
	if n.Event != EventTest {
		p.Schedule = b.Delivery.schedule()
	}
	if b.Delivery.Accepts != accepts2xx {
		p.Accepts = func(status int) bool { return status == http.StatusOK }
	}
	return p
}

// target is where an attempt goes: to the webhook as it is now, or as it was
// when the person answered.
func (u *UIP) target(b Business, n delivery.Notification) (delivery.Endpoint, error) {
	if b.Delivery.Pending == pendingSnapshot {
		return n.Endpoint, nil
	}
	w := u.webhook(n.Account)
	if w.URL == "" {
		return delivery.Endpoint{}, delivery.ErrGone
	}
	return delivery.Endpoint{URL: w.URL}, nil
}
