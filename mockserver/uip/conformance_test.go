package uip_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/conformance"
	"kycmock/mockserver/uip"
)

func TestUIPIsAVendor(t *testing.T) {
	t.Parallel()
	const secret = "8c1d1c8a-4f63-4b0e-9d52-6a0f2f0c7e11"
	conformance.Run(t, conformance.Vendor{
		New:     uip.New,
		Webhook: uip.WebhookName,
		Config:  func(url string) any { return map[string]string{"url": url, "secret": secret} },
		Verify: func(_ context.Context, _ *mockserver.Server, r conformance.Request) error {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write(r.Body)
			if want, got := hex.EncodeToString(mac.Sum(nil)), r.Header.Values("X-UIP-Signature"); len(got) != 1 || got[0] != want {
				return fmt.Errorf("X-UIP-Signature is %q, want %s", got, want)
			}
			return nil
		},
		Once: []string{"test"},
	})
}
