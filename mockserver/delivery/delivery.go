// Package delivery carries notifications to their endpoints, attempt by
// attempt, by the schedule of whoever sends them. It does not know what a
// vendor is: what differs between vendors is a [Policy].
package delivery

import (
	"net/http"
	"slices"
	"time"

	"kycmock/mockserver/fault"
)

// Notification is what a vendor has to tell an endpoint. It never changes, and
// every delivery of it shares its body.
type Notification struct {
	ID       string `json:"id"`
	Provider string `json:"provider"` // The vendor that sends it.
	Account  string `json:"account"`
	Webhook  string `json:"webhook"` // Which of the account's webhooks it goes to.
	Session  string `json:"session"` // What it tells about; empty when about nothing.
	Event    string `json:"event"`   // The vendor's event.

	// Revision says which configuration of the webhook it was sent under, in
	// whatever way the vendor counts them.
	Revision int `json:"revision,omitempty"`
	// Endpoint is where it goes, unless the policy has a newer answer.
	Endpoint Endpoint `json:"endpoint"`
	// ContentType of the body.
	ContentType string `json:"contentType"`
	// Body is what is told, before a signer has its say.
	Body string `json:"body"`
	// Faults are what is to go wrong with it, and Seed decides what of that is
	// left to chance.
	Faults []fault.Fault `json:"faults,omitempty"`
	// RedeliveryOf is the delivery whose notification this one repeats with
	// faults of its own; empty for all others. It takes none of the armed ones.
	RedeliveryOf string `json:"redeliveryOf,omitempty"`
	// Run is the scenario run that caused it, if one did.
	Run  string `json:"run,omitempty"`
	Seed uint64 `json:"seed,omitempty"`
}

// Masked is the notification with its endpoint's secrets hidden.
func (n Notification) Masked() any {
	n.Endpoint.Header = maskHeader(n.Endpoint.Header, headerNames(n.Endpoint.Header))
	return n
}

// Size is how many bytes the body holds.
func (n Notification) Size() int { return len(n.Body) }

// Endpoint is where a webhook is received.
type Endpoint struct {
	URL string `json:"url"` // Absolute, http or https.
	// Header is sent along to show who is calling. Every value in it is a
	// secret.
	Header http.Header `json:"headers,omitempty"`
	// Last makes an attempt to this endpoint the delivery's last one: success
	// delivers, anything else cancels.
	Last bool `json:"-"`
}

// Status is where a delivery stands.
//
//	pending -> delivered | exhausted | cancelled
type Status string

// The statuses of a delivery; all but pending are final.
const (
	Pending   Status = "pending"   // An attempt is still to come, or is being made.
	Delivered Status = "delivered" // The endpoint took it.
	Exhausted Status = "exhausted" // The schedule ended without success: the vendor gave up.
	Cancelled Status = "cancelled" // It was called off, and no attempt will follow.
)

// Statuses lists every status, pending first.
func Statuses() []Status { return []Status{Pending, Delivered, Exhausted, Cancelled} }

// Final is whether nothing more will happen.
func (s Status) Final() bool { return s != Pending && slices.Contains(Statuses(), s) }

// Delivery is the journey of one notification.
type Delivery struct {
	ID       string  `json:"id" doc:"Starts with dlv_."`
	Provider string  `json:"provider"`
	Account  string  `json:"account" doc:"A Uqudo account or a UIP business."`
	Webhook  string  `json:"webhook" doc:"Which of the account's webhooks."`
	Event    string  `json:"event" doc:"The vendor's event."`
	Session  *string `json:"session" doc:"What it tells about, null when about nothing."`
	// URL is where the notification was to go when it was sent; an attempt has
	// the address that it really went to.
	URL          string     `json:"url"`
	Status       Status     `json:"status" enum:"pending,delivered,exhausted,cancelled"`
	CreatedAt    time.Time  `json:"createdAt"`
	NextAt       *time.Time `json:"nextAt" doc:"When the next attempt is due, null when none is."`
	Faults       []string   `json:"faults" doc:"What was made to go wrong."`
	DuplicateOf  *string    `json:"duplicateOf" doc:"The delivery that this one is a copy of."`
	Copy         int        `json:"copy,omitempty" doc:"Copies of one delivery are counted from 1."`
	RedeliveryOf *string    `json:"redeliveryOf" doc:"The delivery that somebody asked to have sent again."`
	Run          *string    `json:"run" doc:"The scenario run that caused it."`
	CancelReason string     `json:"cancelReason,omitempty" doc:"Why a cancelled one was called off."`
	Notification string     `json:"notification" doc:"Deliveries of the same bytes share one."`
}

// Attempt is one request of a delivery and what came of it.
type Attempt struct {
	Delivery  string     `json:"delivery"`
	N         int        `json:"n" doc:"Counts up from 1."`
	DueAt     time.Time  `json:"dueAt" doc:"When it was planned, on the mock's clock."`
	At        time.Time  `json:"at" doc:"When it began, on the mock's clock."`
	TookMs    float64    `json:"tookMs" doc:"Real milliseconds until the answer or the failure."`
	Status    int        `json:"status" doc:"The answer's HTTP status, 0 when there was none."`
	Error     string     `json:"error" doc:"Why there was no whole answer, empty when there was."`
	ErrorKind ErrorKind  `json:"errorKind" enum:",timeout,refused,reset,tls,dns,protocol,aborted"`
	NextAt    *time.Time `json:"nextAt,omitempty" doc:"When the next attempt is due, if one is."`
	// IgnoredStatus is what the endpoint answered when a fault threw that away.
	IgnoredStatus int      `json:"ignoredStatus,omitempty" doc:"The status of an answer that a fault threw away."`
	Faults        []string `json:"faults,omitempty" doc:"What was made to go wrong with this attempt."`
	// PlannedAt differs from DueAt when somebody asked for the attempt early;
	// the attempts that follow are counted from it.
	PlannedAt *time.Time `json:"plannedAt,omitempty"`
	Request   *Request   `json:"request,omitempty"`
	Response  *Response  `json:"response,omitempty"`
}

// Request is what an attempt sent.
type Request struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Headers http.Header `json:"headers" doc:"Secret values show as ***."`
	// Secrets names the headers whose values are secret.
	Secrets []string `json:"secretHeaders,omitempty"`
	// Body is empty in the journal when it is the notification's own.
	Body       string `json:"body,omitempty"`
	BodyBase64 string `json:"bodyBase64,omitempty" doc:"Instead of body when that is not UTF-8."`
	// Empty tells an empty body from the notification's own.
	Empty bool `json:"empty,omitempty" doc:"The body was empty although there was something to tell."`
}

// Response is what came back.
type Response struct {
	Headers    http.Header `json:"headers"`
	Body       string      `json:"body" doc:"At most 64 KiB."`
	BodyBase64 string      `json:"bodyBase64,omitempty" doc:"Instead of body when that is not UTF-8."`
	Truncated  bool        `json:"truncated" doc:"There was more than is kept."`
}

// Size is how many bytes the attempt's own bodies hold.
func (a Attempt) Size() int {
	n := 0
	if a.Request != nil {
		n += len(a.Request.Body) + len(a.Request.BodyBase64)
	}
	if a.Response != nil {
		n += len(a.Response.Body) + len(a.Response.BodyBase64)
	}
	return n
}

// Masked is the attempt with its secret headers hidden.
func (a Attempt) Masked() any {
	if a.Request != nil {
		r := *a.Request
		r.Headers = maskHeader(r.Headers, r.Secrets)
		a.Request = &r
	}
	return a
}

// Mask stands where a secret is hidden.
const Mask = "***"

func headerNames(h http.Header) []string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func maskHeader(h http.Header, secret []string) http.Header {
	if len(secret) == 0 {
		return h
	}
	masked := h.Clone()
	for _, name := range secret {
		if _, ok := masked[name]; ok {
			masked[name] = []string{Mask}
		}
	}
	return masked
}
