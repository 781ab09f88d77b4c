// Package provider says what it takes to be a vendor: a folder that turns
// triggers and calls of its own API into notifications.
package provider

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"kycmock/keys"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/journal"
)

// Provider is one vendor. Its methods may be called from any goroutine, and
// their errors are problems that a caller can act on.
type Provider interface {
	// Profile tells who the vendor is, how it delivers, and what can be
	// triggered. The mock's page and its docs are made from it.
	Profile() Profile
	// Mount adds the vendor's own API, byte-faithful, to a router rooted at
	// /{name}. A request's body ends at 64 MiB; anything less is for the vendor
	// to bound.
	Mount(r *mux.Router)
	// Control adds our levers on the vendor, under /_mock/v1/{name}.
	Control(api huma.API)
	// Check returns all that is wrong with a trigger, and does nothing.
	Check(t Trigger) error
	// Trigger makes a user of the vendor do something.
	Trigger(ctx context.Context, t Trigger) (Outcome, error)
	// SaveWebhook replaces the configuration of a webhook and tells whether
	// there was none before.
	SaveWebhook(ctx context.Context, account, name string, config json.RawMessage) (created bool, err error)
	// DeleteWebhook removes a webhook.
	DeleteWebhook(ctx context.Context, account, name string) error
	// Act does what the person with the phone does in a session: one of the
	// verbs of the profile.
	Act(ctx context.Context, session, verb string, data json.RawMessage) error
	// Policy is how the vendor delivers a notification now.
	Policy(n delivery.Notification) delivery.Policy
}

// Resumer is a Provider with timers of its own beside its deliveries'. Resume
// sets them by what the sessions hold: it is called when everything is built,
// and again after a reset, when the timers of forgotten sessions are to go.
type Resumer interface{ Resume() }

// New makes a vendor in its environment.
type New func(Env) (Provider, error)

// Env is all that a vendor may touch.
type Env struct {
	Clock    *clock.Clock
	Journal  *journal.Journal
	Keys     *keys.Ring
	Log      *slog.Logger
	Sessions *Sessions
	// Send begins the delivery of a notification.
	Send func(delivery.Notification) (delivery.Delivery, error)
	// SendNow is Send that returns when the first attempt has ended, whether
	// the clock moves or not.
	SendNow func(delivery.Notification) (delivery.Record, error)
	// Cancel calls off the pending deliveries that match, but lets an attempt
	// that is being made run to its end.
	Cancel func(reason string, match func(delivery.Notification) bool)
	// NewID makes an identity that starts with prefix.
	NewID func(prefix string) string
	// NewUUID makes a version 4 UUID.
	NewUUID func() string
	// NewSeed draws a seed for what a trigger invents.
	NewSeed func() uint64
	// Seeded draws identities from a seed, the same every time: for what a
	// scenario run causes, which can be repeated.
	Seeded func(seed uint64) Identities
	// Strict holds configurations to the vendor's own https rules.
	Strict bool
}

// Identities are drawn one after another.
type Identities struct {
	NewID   func(prefix string) string
	NewUUID func() string
}

// For is where the identities come from of what a trigger leads to: from its
// seed when a run asked for it, unless there is a session of that seed already.
func (e Env) For(t Trigger) Identities {
	if t.Run == "" || t.Seed == nil {
		return Identities{e.NewID, e.NewUUID}
	}
	return e.Seeded(*t.Seed)
}

// DefaultAccount is the name of the account, or business, that exists from the
// start.
const DefaultAccount = "default"
