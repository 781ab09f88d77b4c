package uip

import (
	"context"
	"crypto/sha1" //nolint:gosec // UUIDs from names are made so
	"encoding/json"
	"regexp"
	"slices"

	"github.com/google/uuid"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// Webhook is the one address that a business's events go to.
type Webhook struct {
	Business string `json:"business"`
	URL      string `json:"url"` // Empty when there is none.
	// Secret is what events are signed with. It is made with the business and
	// outlives the URL.
	Secret string `json:"secret"`
	// Former are the secrets before, the newest last and the oldest forgotten: a
	// signature that does not fit may be by one of them.
	Former []string `json:"former,omitempty"`
}

// maxFormer is how many former secrets are held.
const maxFormer = 8

// resecret has events signed with this secret from now on.
func (w *Webhook) resecret(secret string) {
	if secret == w.Secret {
		return
	}
	if w.Secret != "" {
		w.Former = append(slices.Clip(w.Former), w.Secret)
	}
	w.Former = w.Former[max(0, len(w.Former)-maxFormer):]
	w.Secret = secret
}

// Masked is the webhook with its secrets hidden.
func (w Webhook) Masked() any {
	w.Secret = delivery.Mask
	w.Former = slices.Repeat([]string{delivery.Mask}, len(w.Former))
	return w
}

// WebhookConfig is what is saved of a webhook.
type WebhookConfig struct {
	URL    string `json:"url" doc:"Absolute, http or https; https alone for a strict business." example:"http://127.0.0.1:3000/uip"`
	Secret string `json:"secret,omitempty" doc:"A version 4 UUID; kept when absent."`
}

// uuidV4 is the shape of a secret. Source: UIP's Introduction to its API.
var uuidV4 = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`)

func (c WebhookConfig) check(strict bool) problem.Fields {
	var p problem.Fields
	provider.CheckURL(&p, c.URL, strict)
	if c.Secret != "" && !uuidV4.MatchString(c.Secret) {
		p.Add("secret", nil, "want a version 4 UUID, such as %s", firstSecret(provider.DefaultAccount))
	}
	return p
}

// defaultSecret is the first secret of the business default.
const defaultSecret = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

// firstSecret is the secret that a business starts with.
func firstSecret(business string) string {
	if business == provider.DefaultAccount {
		return defaultSecret
	}
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("kycmock:uip:webhook-secret"))
	return uuid.NewHash(sha1.New(), space, []byte(business), 4).String() //nolint:gosec // as above
}

// webhook returns the state of a business's webhook, whether it has a URL or
// not.
func (u *UIP) webhook(business string) Webhook {
	if w, ok := u.webhooks.Get(business); ok {
		return w
	}
	return Webhook{Business: business, Secret: firstSecret(business)}
}

// savedWebhook is webhook with a problem when it has no URL.
func (u *UIP) savedWebhook(business string) (Webhook, error) {
	if _, err := u.knownBusiness(business); err != nil {
		return Webhook{}, err
	}
	w := u.webhook(business)
	if w.URL == "" {
		return w, problem.New(problem.NotFound, "business %q has no webhook; PUT /_mock/v1/uip/businesses/%s/webhook saves one", business, business)
	}
	return w, nil
}

// SaveWebhook replaces the webhook called "default" of a business; config is a
// [WebhookConfig]. A business of an unknown name is made with its defaults.
func (u *UIP) SaveWebhook(_ context.Context, account, name string, config json.RawMessage) (bool, error) {
	if err := checkWebhookName(name); err != nil {
		return false, err
	}
	var c WebhookConfig
	if err := u.decoders.webhook.Decode(config, &c).Err("the webhook's configuration cannot be read"); err != nil {
		return false, err
	}
	_, created, err := u.saveWebhook(orDefault(account), c)
	return created, err
}

func (u *UIP) saveWebhook(business string, c WebhookConfig) (w Webhook, created bool, err error) {
	b, known := u.business(business)
	if err := c.check(u.strict(b)).Err("the webhook breaks a rule"); err != nil {
		return w, false, err
	}
	if !known {
		if _, _, err := u.update(business, true, func(*Business) {}); err != nil {
			return w, false, err
		}
	}
	w, err = u.webhooks.Update(business, func(w *Webhook, found bool) error {
		if !found {
			*w = Webhook{Business: business, Secret: firstSecret(business)}
		}
		created = w.URL == ""
		w.URL = c.URL
		if c.Secret != "" {
			w.resecret(c.Secret)
		}
		return nil
	})
	return w, created, err
}

// DeleteWebhook removes the URL of a business's webhook. What waits to be
// delivered to it as it is now is called off.
func (u *UIP) DeleteWebhook(_ context.Context, account, name string) error {
	if err := checkWebhookName(name); err != nil {
		return err
	}
	account = orDefault(account)
	if _, err := u.savedWebhook(account); err != nil {
		return err
	}
	_, err := u.webhooks.Update(account, func(w *Webhook, _ bool) error {
		w.URL = ""
		return nil
	})
	if b, _ := u.business(account); err == nil && b.Delivery.Pending != pendingSnapshot {
		u.env.Cancel(delivery.ErrGone.Error(), func(n delivery.Notification) bool {
			return n.Provider == Name && n.Account == account
		})
	}
	return err
}

// rotateSecret gives a business's webhook a new secret. Attempts from now on
// are signed with it, also those of deliveries that wait. Source: UIP's
// Webhooks page of a later contract; A's does not speak of rotation.
func (u *UIP) rotateSecret(business string) (Webhook, error) {
	if _, err := u.knownBusiness(business); err != nil {
		return Webhook{}, err
	}
	secret := u.env.NewUUID()
	return u.webhooks.Update(business, func(w *Webhook, found bool) error {
		if !found {
			*w = Webhook{Business: business, Secret: firstSecret(business)}
		}
		w.resecret(secret)
		return nil
	})
}

func checkWebhookName(name string) error {
	if name != WebhookName {
		return problem.New(problem.NotFound, "UIP has no webhook called %q, want %s", name, WebhookName)
	}
	return nil
}

// strict is whether a business's webhook has to be https.
func (u *UIP) strict(b Business) bool { return b.Strict || u.env.Strict }

func orDefault(business string) string {
	if business == "" {
		return provider.DefaultAccount
	}
	return business
}

// WebhookURL is the address of a business's webhook now, and whether it has one.
func (u *UIP) WebhookURL(account, name string) (url string, set bool) {
	if name != WebhookName {
		return "", false
	}
	w := u.webhook(orDefault(account))
	return w.URL, w.URL != ""
}

// RotateSecret gives a business's webhook a new secret, which holds from now on.
func (u *UIP) RotateSecret(account string) error {
	_, err := u.rotateSecret(orDefault(account))
	return err
}
