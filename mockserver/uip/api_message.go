package uip

import (
	"slices"
	"strings"
	"time"
)

// priorities of a message. Source: UIP's Message page.
const priorityExtreme = "EXTREME"

func priorities() []string { return []string{"LOW", "MEDIUM", "HIGH", priorityExtreme} }

// defaultSignatureExpiry is how long a message waits for its signature unless
// it says so itself. Source: UIP's Message page.
const defaultSignatureExpiry = 7 * 24 * time.Hour

// messageFields are those of UIP's Message page, less the files.
func messageFields() []string {
	return []string{"intent", "message", "priority", "receiver_uip", "signature_required", "signature_expiry"}
}

// message sends a message. Its body is a form. Source: UIP's Message page.
func (u *UIP) message(c *call) (any, error) {
	f, err := c.form()
	if err != nil {
		return nil, err
	}
	d, err := f.details(u.env.Clock.Now())
	if err != nil {
		return nil, err
	}
	if d.Priority == priorityExtreme && !c.business.ExtremeMessages {
		return nil, refuse(codeInsufficientPermissions)
	}
	session, err := u.begin(c, EventMessage, d, f.files)
	if err != nil {
		return nil, err
	}
	return struct {
		MessageID string `json:"message_id"`
	}{session.ID}, nil
}

// details is what the form says about the message.
func (f form) details(now time.Time) (d details, err error) {
	for _, field := range []struct {
		name string
		to   *string
	}{{"intent", &d.Intent}, {"message", &d.Message}, {"priority", &d.Priority}, {"receiver_uip", &d.ReceiverUIP}} {
		if *field.to, err = f.text(field.name); err != nil {
			return d, err
		}
	}
	if !slices.Contains(priorities(), d.Priority) {
		return d, invalid("priority must be one of %s", strings.Join(priorities(), ", "))
	}
	switch required, err := f.text("signature_required"); {
	case err != nil:
		return d, err
	case required != "true" && required != "false":
		return d, invalid("signature_required must be true or false")
	default:
		d.SignatureRequired = required == "true"
	}
	if d.SignatureRequired {
		expires := now.Add(defaultSignatureExpiry)
		d.ExpiresAt = &expires
	}
	if expiry, given := f.fields["signature_expiry"]; given {
		at, err := time.Parse(time.RFC3339, expiry)
		if err != nil {
			return d, invalid("signature_expiry must be an RFC 3339 time")
		}
		if wrong := wrongExpiry(at, d.SignatureRequired, now); wrong != "" {
			return d, invalid("signature_expiry: %s", wrong)
		}
		at = at.UTC()
		d.ExpiresAt = &at
	}
	return d, nil
}

// wrongExpiry says what is wrong with a message's expiry, empty when nothing
// is. Source: UIP's Message page.
func wrongExpiry(at time.Time, signatureRequired bool, now time.Time) string {
	switch {
	case !signatureRequired:
		return "is only for messages that require a signature"
	case !at.After(now):
		return "must be in the future"
	case at.After(now.AddDate(0, 3, 0)):
		return "must be within 3 months"
	default:
		return ""
	}
}
