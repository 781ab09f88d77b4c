package mockserver

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
	"kycmock/scenarios"
)

// World is the Server as scenarios see it.
func (s *Server) World() scenarios.World { return world{s} }

// world gives a Server's verbs the shapes that scenarios want.
type world struct{ *Server }

func (w world) Now() time.Time { return w.Clock.Now() }
func (w world) Standing() bool { return w.Clock.Rate() == 0 }

func (w world) Webhook(vendor, account, name string) (url string, set bool) {
	p, ok := w.providers[vendor].(provider.Addresser)
	if !ok {
		return "", false
	}
	return p.WebhookURL(account, name)
}

func (w world) RotateSecret(_ context.Context, vendor, account string) error {
	p, ok := w.providers[vendor].(provider.SecretRotator)
	if !ok {
		return problem.New(problem.Invalid, "%s signs with no secret that could be rotated", vendor)
	}
	return p.RotateSecret(account)
}

func (w world) Redeliver(id string) (delivery.Delivery, error) { return w.Server.Redeliver(id) }

// Act returns the deliveries that the session led to since it was asked.
func (w world) Act(ctx context.Context, session, verb string, data any) (provider.Outcome, error) {
	before, _ := w.Deliveries(delivery.Filter{Session: session})
	if err := w.Server.Act(ctx, session, verb, data); err != nil {
		return provider.Outcome{}, err
	}
	after, _ := w.Deliveries(delivery.Filter{Session: session})
	outcome := provider.Outcome{Deliveries: []delivery.Delivery{}}
	for _, r := range after {
		if !slices.ContainsFunc(before, func(b delivery.Record) bool { return b.ID == r.ID }) {
			outcome.Deliveries = append(outcome.Deliveries, r.Delivery)
		}
	}
	now, err := w.Session(session)
	outcome.Session = &now
	return outcome, err
}

// Attempted lists deliveries by their first attempts, as far as the journal
// still has these.
func (w world) Attempted() []string {
	entries, _ := w.journal.Read(0, entriesPerDelivery*w.config.Keep)
	var ids []string
	for _, e := range entries {
		var a struct{ N int }
		if e.Kind == delivery.KindAttempt && json.Unmarshal(e.Data, &a) == nil && a.N == 1 {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

func (w world) Rotate(_ context.Context, r scenarios.Rotation) error {
	_, err := w.Server.Rotate(Rotation(r))
	return err
}

func (w world) Publish(context.Context) error {
	_, err := w.PublishKey()
	return err
}

func (w world) RetirePrevious(context.Context) error {
	keys := w.Keys()
	if len(keys) < 2 {
		return problem.New(problem.Conflict, "there is no previous key: nothing was rotated")
	}
	_, err := w.RetireKey(keys[len(keys)-2].KID)
	return err
}

func (w world) Arm(a scenarios.Armed) (id string, err error) {
	armed, err := w.Server.Arm(Rule{
		Match: Match{Provider: a.Provider, Account: a.Account, Webhook: a.Webhook, Event: a.Event},
		Fault: a.Fault, Times: &a.Times,
	})
	return armed.ID, err
}
