package uip

import (
	"encoding/json"

	"kycmock/mockserver/provider"
)

// Preview is the event that a trigger would have told, and no business's webhook
// is asked for: see [provider.Previewer].
func (u *UIP) Preview(t provider.Trigger) (provider.Preview, error) {
	p := provider.Preview{Seed: *t.Seed}
	w, err := u.wished(t, u.unused(u.env.Seeded(p.Seed)))
	if err != nil {
		return p, err
	}
	if err := w.unaffordable(); err != nil {
		return p, err
	}
	if w.event != EventTest {
		if _, taken := u.env.Sessions.Get(w.id); taken {
			return p, usedBefore(w.id)
		}
		p.Session = &w.id
	}
	if w.body != "" {
		p.Content = json.RawMessage(w.body)
		if url, set := u.WebhookURL(w.business.ID, WebhookName); set {
			p.Webhooks = []provider.ToldWebhook{{Name: WebhookName, URL: url}}
		}
	}
	return p, nil
}
