package scenarios

import (
	"context"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
)

// World is the mock that a scenario happens in. Its errors are problems that
// say where something is wrong.
type World interface {
	Providers() []provider.Profile
	Now() time.Time
	// Standing is whether the clock stands still unless it is advanced.
	Standing() bool

	SaveWebhook(ctx context.Context, vendor, account, name string, config any) (created bool, err error)
	DeleteWebhook(ctx context.Context, vendor, account, name string) error
	// Webhook is where a webhook goes to now, and whether it is set.
	Webhook(vendor, account, name string) (url string, set bool)
	RotateSecret(ctx context.Context, vendor, account string) error

	Trigger(ctx context.Context, t provider.Trigger) (provider.Outcome, error)
	// Act returns what the person's doing led to.
	Act(ctx context.Context, session, verb string, data any) (provider.Outcome, error)

	Advance(ctx context.Context, d time.Duration) ([]delivery.Attempt, error)
	AdvanceToNext(ctx context.Context) ([]delivery.Attempt, error)
	AdvanceToIdle(ctx context.Context) ([]delivery.Attempt, error)

	Delivery(id string) (delivery.Record, error)
	Deliveries(f delivery.Filter) (list []delivery.Record, cursor string)
	Wait(ctx context.Context, id string, done func(delivery.Record) bool) (delivery.Record, error)
	// Attempted lists the deliveries that were attempted, in the order in which
	// the journal has their first attempts.
	Attempted() []string
	Redeliver(id string) (delivery.Delivery, error)
	AttemptNow(id string) error
	Cancel(id string) error

	// Rotate makes a new key that signs from now on.
	Rotate(ctx context.Context, r Rotation) error
	// Publish puts the key that signs into the JWKS, if it was withheld.
	Publish(ctx context.Context) error
	// RetirePrevious takes the key before the active one out of the JWKS.
	RetirePrevious(ctx context.Context) error

	Arm(a Armed) (id string, err error)
	Disarm(id string) error
}

// Armed is a fault that is armed for what matches.
type Armed struct {
	Provider, Account, Webhook, Event string
	Fault                             fault.Fault
	Times                             int // 0 until it is disarmed
}

// Rotation is how a key is rotated.
type Rotation struct {
	Retire   *time.Duration // after how long the old key leaves the JWKS; never when nil
	Withhold bool           // the new key is in the JWKS only after Publish
	SameKID  bool           // the new key has the old one's kid, and takes its place
}
