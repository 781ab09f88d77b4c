package provider

import (
	"net/url"

	"kycmock/mockserver/problem"
)

// CheckURL adds to p, located at url, what keeps a text from being a webhook's
// address. Strict wants https, as the vendors do.
func CheckURL(p *problem.Fields, text string, strict bool) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		p.Add("url", text, "want an absolute http or https URL, such as https://example.test/hook")
	case u.User != nil:
		p.Add("url", nil, "want no user in the URL")
	case strict && u.Scheme != "https":
		p.Add("url", text, "want https: the mock, or the account, is strict")
	}
}

// Addresser is a Provider that says where its webhooks go.
type Addresser interface {
	// WebhookURL is the address of a webhook now, and whether it has one.
	WebhookURL(account, name string) (url string, set bool)
}

// SecretRotator is a Provider that signs with a secret for each account.
type SecretRotator interface {
	// RotateSecret gives an account a new secret, which holds from now on.
	RotateSecret(account string) error
}
