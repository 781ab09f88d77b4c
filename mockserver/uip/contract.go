package uip

import (
	"net/http"
	"time"
)

// Contract is a version of UIP's documented contract. Later ones, in which UIP
// changed its API, its events and what it signs, are not played.
type Contract string

// The contracts that are played.
const (
	// ContractA is that of UIP's pages of November 2025.
	ContractA Contract = "A"
	// ContractA2 is A with expires_at in the identify event, which UIP's
	// Identify page had from 20 November 2025 on.
	ContractA2 Contract = "A2"
)

// tellsExpiry is whether the identify event carries expires_at.
func (c Contract) tellsExpiry() bool { return c == ContractA2 }

// signatureHeader carries the signature, in this case. Source: UIP's Webhooks
// page.
const signatureHeader = "X-UIP-Signature"

// headers are those that prove a body's origin. In A and A2 that is the
// signature alone, over the body alone: no timestamp, no event, no delivery ID.
func (c Contract) headers(secret string, _ time.Time, body string) http.Header {
	return http.Header{signatureHeader: {Sign(secret, "", body)}}
}
