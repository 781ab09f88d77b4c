package uip

import (
	"net/url"

	"kycmock/mockserver/delivery"
)

// ping tests the webhook: it sends the test event, once, and answers when the
// receiver has. Source: UIP's Test webhook page.
func (u *UIP) ping(c *call) (any, error) { return nil, u.test(c.business) }

// test sends a business's webhook the test event and tells how it was taken.
func (u *UIP) test(b Business) error {
	w := u.webhook(b.ID)
	if address, err := url.Parse(w.URL); err != nil || u.strict(b) && address.Scheme != "https" {
		return refuse(codeCorrupt)
	}
	record, err := u.env.SendNow(notification(w, "", EventTest, string(event{EventTest, testEvent{"Pong"}}.text())))
	if err != nil {
		return err
	}
	if record.Status != delivery.Delivered {
		return refuse(codeWebhookUnreachable)
	}
	return nil
}
