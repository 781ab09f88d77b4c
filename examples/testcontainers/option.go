package kycmocktest

import (
	"fmt"

	"github.com/testcontainers/testcontainers-go"
)

// WithHostReceiver lets the mock reach a receiver that listens on a port of the
// host, loopback included, which an httptest.Server does. HostURL is its address.
func WithHostReceiver(port int) testcontainers.CustomizeRequestOption {
	return testcontainers.WithHostPortAccess(port)
}

// HostURL is how the mock reaches what listens on a port of the host: inside the
// container localhost would be the container. The path begins with a slash, or
// is empty.
func HostURL(port int, path string) string {
	return fmt.Sprintf("http://%s:%d%s", testcontainers.HostInternal, port, path)
}

// WithUqudoWebhook saves a URL as Uqudo's Global Webhook of the account default.
func WithUqudoWebhook(url string) testcontainers.CustomizeRequestOption {
	return testcontainers.WithEnv(map[string]string{"KYCMOCK_UQUDO_WEBHOOK": url})
}

// WithUIPWebhook saves a URL as UIP's webhook of the business default.
func WithUIPWebhook(url string) testcontainers.CustomizeRequestOption {
	return testcontainers.WithEnv(map[string]string{"KYCMOCK_UIP_WEBHOOK": url})
}

// WithSetup sets up accounts, webhooks, businesses, people, keys and armed faults
// from YAML, such as kycmock export prints, before the mock is ready.
func WithSetup(yaml string) testcontainers.CustomizeRequestOption {
	// What has more than one line cannot be the name of a file.
	return testcontainers.WithEnv(map[string]string{"KYCMOCK_SETUP": yaml + "\n"})
}

// WithClockRate says how many of the mock's seconds pass in a real one: 1 is the
// default, and 0 stands still until POST /_mock/v1/clock/advance.
func WithClockRate(rate float64) testcontainers.CustomizeRequestOption {
	return testcontainers.WithEnv(map[string]string{"KYCMOCK_CLOCK_RATE": fmt.Sprint(rate)})
}
