package uqudo

import (
	"encoding/json"

	"kycmock/mockserver/provider"
)

// Preview is the claims that a trigger would have signed: see
// [provider.Previewer].
func (u *Uqudo) Preview(t provider.Trigger) (provider.Preview, error) {
	p := provider.Preview{Seed: *t.Seed}
	c, err := u.plan(t, u.draft(u.env.Seeded(p.Seed)))
	if err != nil {
		return p, err
	}
	if err := u.used(c); err != nil {
		return p, err
	}
	p.Session = &c.id
	if c.claims != "" {
		p.Content = json.RawMessage(c.claims)
		for _, s := range u.told(c) {
			p.Webhooks = append(p.Webhooks, provider.ToldWebhook{Name: s.Name, URL: s.Webhook.URL})
		}
	}
	return p, nil
}

// used is the problem of what could be done once, and was.
func (u *Uqudo) used(c completion) error {
	s, taken := u.env.Sessions.Get(c.id)
	tn, has := c.nonce()
	switch {
	case c.begun && !s.Waiting:
		return waitsNoLonger(s)
	case taken && !c.begun:
		return c.usedID()
	case has && !u.nonces.free(tn):
		return c.usedNonce()
	}
	return nil
}
