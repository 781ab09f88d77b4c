package uip

import (
	"encoding/json"
	"slices"
	"strings"

	"kycmock/mockserver/provider"
)

// created is the answer to identify and sign. Source: UIP's pages on them.
type created struct {
	SessionID string `json:"session_id"`
	ExpiresAt string `json:"expires_at"`
	QRCode    string `json:"qr_code"`
}

// identify begins an identification. Values of requested_data that there are
// not are ignored; when none is left, all is requested, as without it. Source:
// UIP's Identify page.
func (u *UIP) identify(c *call) (any, error) {
	p, err := c.payload("intent", "requested_data")
	if err != nil {
		return nil, err
	}
	d := details{}
	if d.Intent, err = p.text("intent"); err != nil {
		return nil, err
	}
	var asked []*string
	if raw := p["requested_data"]; raw != nil && json.Unmarshal(raw, &asked) != nil || slices.Contains(asked, nil) {
		return nil, invalid("requested_data must be an array of strings")
	}
	for _, name := range asked {
		if slices.Contains(requestable(), *name) {
			d.RequestedData = append(d.RequestedData, *name)
		}
	}
	return u.create(c, EventIdentify, d)
}

// sign begins a signature. Source: UIP's Sign page.
func (u *UIP) sign(c *call) (any, error) {
	p, err := c.payload("intent", "signature_information")
	if err != nil {
		return nil, err
	}
	d := details{}
	if d.Intent, err = p.text("intent"); err != nil {
		return nil, err
	}
	if d.SignatureInformation, err = p.text("signature_information"); err != nil {
		return nil, err
	}
	return u.create(c, EventSign, d)
}

// create opens an identify or sign session.
func (u *UIP) create(c *call, event string, d details) (any, error) {
	session, err := u.begin(c, event, d, nil)
	if err != nil {
		return nil, err
	}
	code, err := qrCode(strings.ReplaceAll(c.business.QRCode, sessionPlaceholder, session.ID))
	if err != nil {
		return nil, err
	}
	return created{session.ID, rfc3339(session.CreatedAt.Add(lifetime)), code}, nil
}

// begin opens what a call asks for, if the business can pay for it.
func (u *UIP) begin(c *call, event string, d details, files []attachment) (provider.Session, error) {
	if !c.business.affords(priceOf(event, len(files))) {
		return provider.Session{}, refuse(codeInsufficientFunds)
	}
	if event == EventMessage {
		if _, known := u.person(d.ReceiverUIP); !known {
			return provider.Session{}, refuse(codeNotFound)
		}
	}
	if c.business.ProbeWebhook {
		if err := u.test(c.business); err != nil {
			return provider.Session{}, err
		}
	}
	now := u.env.Clock.Now()
	if event != EventMessage || d.SignatureRequired {
		d.Plan = planned(c.business, event, d.Intent, now)
	}
	return u.open(opening{business: c.business, event: event, details: d, files: files, at: now})
}
