package uqudo

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
)

// Policy is how the account of a notification has its webhooks delivered now.
func (u *Uqudo) Policy(n delivery.Notification) delivery.Policy {
	a, _ := u.account(n.Account)
	p := delivery.Policy{
		Schedule:        a.Delivery.schedule(),
		Timeout:         time.Duration(a.Delivery.Timeout),
		FollowRedirects: a.Delivery.FollowRedirects,
		Target:          func(n delivery.Notification) (delivery.Endpoint, error) { return u.target(a, n) },
		Sign: func(n delivery.Notification, at time.Time, faults fault.Active) (delivery.Signed, error) {
			return u.sign(a, n, at, faults)
		},
	}
	if a.Delivery.Accepts == accepts200 {
		p.Accepts = func(status int) bool { return status == http.StatusOK }
	}
	return p
}

// target is where an attempt goes: to the webhook as it is now, or as it was
// when the session completed. One that was deleted since gets a last attempt
// at the address that it had. Source: Uqudo's Webhook page, "Deleting the
// Global Webhook".
func (u *Uqudo) target(a Account, n delivery.Notification) (delivery.Endpoint, error) {
	s, ok := u.senders.Get(senderID(n.Account, n.Webhook))
	gone := n.Revision < s.revision()
	if !ok || gone && a.Delivery.OnDelete == onDeleteNone {
		return delivery.Endpoint{}, delivery.ErrGone
	}
	to := n.Endpoint
	if w := s.configured(a, n); w != nil {
		to = w.endpoint()
	}
	to.Last = gone
	return to, nil
}

// configured is the webhook that an attempt uses, nil for the one that the
// notification itself remembers.
func (s sender) configured(a Account, n delivery.Notification) *HostedWebhook {
	switch {
	case a.Delivery.Pending == pendingSnapshot:
		return nil
	case n.Revision < s.revision():
		return s.deleted(n.Revision)
	default:
		return s.Webhook
	}
}

// sign makes the content of one attempt. The result was signed once, when the
// session completed; an account with resign has each retry signed anew. Faults have their
// say last.
func (u *Uqudo) sign(a Account, n delivery.Notification, at time.Time, faults fault.Active) (delivery.Signed, error) {
	token, format := tokenOf(n.Body), u.format(a, n)
	var err error
	if a.Resign {
		if token, err = resigned(u.env.Keys, token, at); err != nil {
			return delivery.Signed{}, fmt.Errorf("signing the result again: %w", err)
		}
	}
	if token, err = spoiltToken(u.env.Keys, token, faults); err != nil {
		return delivery.Signed{}, fmt.Errorf("making the faults of the result: %w", err)
	}
	if faults.Has(fault.LegacyFormat) {
		format = FormatLegacy
	}
	body, contentType := a.Delivery.written(format, token)
	body = spoiltBody(body, format, faults)
	return delivery.Signed{
		Header: http.Header{"Content-Type": {contentType}, "User-Agent": {a.Delivery.UserAgent}},
		Body:   body,
	}, nil
}

// format is how the webhook of a notification wants results written.
func (u *Uqudo) format(a Account, n delivery.Notification) Format {
	s, _ := u.senders.Get(senderID(n.Account, n.Webhook))
	if w := s.configured(a, n); w != nil {
		return w.Format
	}
	if strings.HasPrefix(n.Body, jsonPrefix) {
		return FormatJSON
	}
	return FormatLegacy
}

// jsonPrefix and jsonSuffix are all of the JSON format but the JWS, in which
// nothing needs escaping. Source: Uqudo's Webhook page, "How it works".
const (
	jsonPrefix = `{"jwsResult":"`
	jsonSuffix = `"}`
)

// written is a webhook's body for a JWS, with its media type.
func (d DeliverySettings) written(f Format, token string) (body, contentType string) {
	if f == FormatLegacy {
		return token, d.LegacyContentType
	}
	return jsonPrefix + token + jsonSuffix, d.ContentType
}

// tokenOf is the JWS in a body that written made.
func tokenOf(body string) string {
	return strings.TrimSuffix(strings.TrimPrefix(body, jsonPrefix), jsonSuffix)
}
