package uip

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Sign returns the value of X-UIP-Signature for a body: 64 lower-case hex
// digits of HMAC-SHA-256, keyed with the UTF-8 bytes of the webhook's secret as
// the dashboard shows it. A timestamp, which later contracts sign and A does
// not, is the text of its header; empty, the body alone is signed. Source: UIP's
// Webhooks page.
func Sign(secret, timestamp, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	if timestamp != "" {
		_, _ = io.WriteString(mac, timestamp+".")
	}
	_, _ = io.WriteString(mac, body)
	return hex.EncodeToString(mac.Sum(nil))
}
