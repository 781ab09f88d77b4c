package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kycmock/mockserver/delivery"
)

// expect holds the story itself to what it says.
func (t *telling) expect(ctx context.Context, a Assertion) (outcome, error) {
	h, err := t.hear(ctx, a)
	if err == nil && len(h.complaints) > 0 {
		err = errors.New(h.complained())
	}
	return h.outcome(), err
}

// judge holds the receiver to what it says. When nothing came of what is to be
// judged, because an earlier finding kept it from happening, there is nothing to
// be found a second time.
func (t *telling) judge(ctx context.Context, j Judgement) (outcome, error) {
	h, err := t.hear(ctx, j.Assertion)
	did := h.outcome()
	if err != nil || len(h.complaints) == 0 {
		return did, err
	}
	if t.found() && h.moot() {
		did.skipped, did.detail = true, "there is nothing to judge: "+h.complained()
		return did, nil
	}
	texts, err := t.scope.texts(j.That, j.Finding, j.Otherwise)
	if err != nil {
		return did, err
	}
	f := &finding{detail: h.complained(), finding: strings.TrimSpace(texts[1]), otherwise: strings.TrimSpace(texts[2])}
	if f.finding == "" {
		f.finding = "it does not hold that " + strings.TrimSpace(texts[0])
	}
	if instead := h.instead(); instead != "" {
		f.finding = instead
	}
	return did, f
}

// hearing is an assertion that is being held against deliveries.
type hearing struct {
	*telling
	Assertion
	subjects   []subject
	complaints []complaint
}

// subject is a delivery that an assertion is about, and what to call it.
type subject struct {
	delivery.Record
	name string
}

// hear finds everything in which an assertion does not hold.
func (t *telling) hear(ctx context.Context, a Assertion) (*hearing, error) {
	h := &hearing{telling: t, Assertion: a}
	if a.Delivery == "" && a.Copies == "" && len(a.Order) == 0 {
		return h, errors.New("of what? Want delivery, copies or order")
	}
	if err := h.choose(ctx); err != nil {
		return h, err
	}
	for _, hold := range []func(context.Context) error{h.count, h.each, h.order} {
		if err := hold(ctx); err != nil {
			return h, err
		}
	}
	return h, nil
}

func (h *hearing) outcome() outcome {
	var o outcome
	for _, s := range h.subjects {
		o.deliveries = append(o.deliveries, s.ID)
	}
	return o
}

// choose finds the deliveries that the assertion is about, as they are when
// what it asks of them has happened.
func (h *hearing) choose(ctx context.Context) error {
	texts, err := h.scope.texts(h.Delivery, h.Copies, h.Webhook)
	if err != nil || texts[0]+texts[1] == "" {
		return err
	}
	name, find := texts[0], h.told
	if texts[1] != "" {
		name, find = texts[1], h.copiesOf
	}
	records, err := find(name)
	if err != nil {
		return err
	}
	records = slices.DeleteFunc(records, func(r delivery.Record) bool { return texts[2] != "" && r.Webhook != texts[2] })
	if records, err = h.awaited(ctx, records); err != nil {
		return err
	}
	for i, r := range records {
		h.subjects = append(h.subjects, subject{r, calling(name, texts[1] != "", records, i)})
	}
	return nil
}

// calling is what one of several deliveries is called.
func calling(name string, copies bool, records []delivery.Record, i int) string {
	webhooks := map[string]bool{}
	for _, r := range records {
		webhooks[r.Webhook] = true
	}
	switch {
	case copies && len(records) == 1:
		return "the copy of " + name
	case copies:
		return fmt.Sprintf("copy %d of %s", i+1, name)
	case len(records) == 1:
		return name
	case len(webhooks) == len(records):
		return fmt.Sprintf("%s at %s", name, records[i].Webhook)
	default:
		return fmt.Sprintf("%s (%d of %d)", name, i+1, len(records))
	}
}

// count holds the number of deliveries against the assertion. None at all are
// wrong, unless that is what is wanted.
func (h *hearing) count(context.Context) error {
	name, err := h.scope.text(h.Delivery + h.Copies)
	if name == "" || err != nil {
		return err
	}
	what, whats := "delivery", "deliveries"
	if h.Copies != "" {
		what, whats = "copy", "copies"
	}
	want, err := h.scope.number(h.Count, 1)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	got := len(h.subjects)
	if got == 0 && want > 0 && h.untold(name) {
		return errNoWebhook
	}
	if h.Count == "" {
		if got == 0 {
			h.complainMoot("%s led to no %s", name, what)
		}
		return nil
	}
	if got != want {
		h.complain("%s led to %s, wanted %d", name, plural(got, what, whats), want)
	}
	return nil
}

// each holds every delivery against the assertion.
func (h *hearing) each(context.Context) error {
	for _, s := range h.subjects {
		for _, hold := range []func(subject) error{
			h.deliveryStatus, h.numberOfAttempts, h.sequence, h.times, h.eachAttempt, h.sameBytes, h.reason,
		} {
			if err := hold(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// told lists the deliveries that a name stands for, without copies: those that
// it led to at once, and those that its session led to since.
func (t *telling) told(name string) ([]delivery.Record, error) {
	meant := &thing{}
	if strings.HasPrefix(name, "dlv_") { // such as $first.delivery
		meant.deliveries = []string{name}
	} else {
		var err error
		if meant, err = t.scope.thing(name); err != nil {
			return nil, err
		}
	}
	ids := slices.Clone(meant.deliveries)
	others := t.scope.others(name)
	for _, session := range meant.sessions {
		candidates, _ := t.world.Deliveries(delivery.Filter{Session: session})
		for _, d := range candidates {
			if d.DuplicateOf == nil && d.RedeliveryOf == nil && !others[d.ID] && !slices.Contains(ids, d.ID) {
				ids = append(ids, d.ID)
			}
		}
	}
	return t.records(ids)
}

func (t *telling) records(ids []string) ([]delivery.Record, error) {
	records := make([]delivery.Record, len(ids))
	for i, id := range ids {
		var err error
		if records[i], err = t.world.Delivery(id); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// copiesOf lists the copies of the deliveries that a name stands for.
func (t *telling) copiesOf(name string) ([]delivery.Record, error) {
	originals, err := t.told(name)
	if err != nil {
		return nil, err
	}
	var copies []delivery.Record
	for _, o := range originals {
		f := delivery.Filter{Provider: o.Provider, Account: o.Account, Webhook: o.Webhook}
		if o.Session != nil {
			f.Session = *o.Session
		}
		candidates, _ := t.world.Deliveries(f)
		for _, d := range candidates {
			if d.DuplicateOf != nil && *d.DuplicateOf == o.ID {
				copies = append(copies, d)
			}
		}
	}
	return copies, nil
}
