package scenarios

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kycmock/mockserver/delivery"
)

func (t *telling) advance(ctx context.Context, by Text) (outcome, error) {
	text, err := t.scope.text(by)
	if err != nil {
		return outcome{}, err
	}
	var made []delivery.Attempt
	switch text {
	case "next":
		made, err = t.world.AdvanceToNext(ctx)
	case "idle":
		made, err = t.world.AdvanceToIdle(ctx)
	default:
		d, wrong := t.scope.duration(Duration(text))
		if wrong != nil {
			return outcome{}, fmt.Errorf("%w, nor next or idle", wrong)
		}
		made, err = t.world.Advance(ctx, d)
	}
	return outcome{detail: "made " + plural(len(made), "attempt", "attempts") + answers(made), deliveries: deliveriesOf(made)}, err
}

// answers lists what attempts were answered, as long as there are few.
func answers(made []delivery.Attempt) string {
	const few = 30
	if len(made) == 0 || len(made) > few {
		return ""
	}
	return ": " + statusesOf(made)
}

func statusesOf(made []delivery.Attempt) string {
	statuses := make([]string, len(made))
	for i, a := range made {
		statuses[i] = httpStatus(a)
	}
	return strings.Join(statuses, ", ")
}

// deliveriesOf lists the deliveries that attempts belong to, each once.
func deliveriesOf(made []delivery.Attempt) []string {
	var ids []string
	seen := map[string]bool{}
	for _, a := range made {
		if !seen[a.Delivery] {
			ids = append(ids, a.Delivery)
		}
		seen[a.Delivery] = true
	}
	return ids
}

// patience is how long, in real time, is waited for what is to be asserted, and
// by a wait that does not say.
const patience = 10 * time.Second

func (t *telling) wait(ctx context.Context, s Wait) (outcome, error) {
	texts, err := t.scope.texts(s.Delivery, s.Status)
	if err != nil {
		return outcome{}, err
	}
	name, status := texts[0], texts[1]
	attempts, err := t.scope.number(s.Attempts, 0)
	if err != nil {
		return outcome{}, fmt.Errorf("attempts: %w", err)
	}
	limit := patience
	if s.Timeout != "" {
		if limit, err = t.scope.duration(s.Timeout); err != nil {
			return outcome{}, fmt.Errorf("timeout: %w", err)
		}
	}
	if status == "" && attempts == 0 {
		status = anyFinal
	}
	records, err := t.told(name)
	if err != nil {
		return outcome{}, err
	}
	if len(records) == 0 {
		return outcome{}, fmt.Errorf("%s led to no delivery", name)
	}
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var did outcome
	for _, r := range records {
		did.deliveries = append(did.deliveries, r.ID)
		now, err := t.world.Wait(waiting, r.ID, func(r delivery.Record) bool { return len(r.Attempts) >= attempts && stands(r, status) })
		if err != nil && waiting.Err() != nil && ctx.Err() == nil {
			return did, fmt.Errorf("%s is %s after %s, wanted %s within %s",
				name, now.Status, plural(len(now.Attempts), "attempt", "attempts"), wish(status, attempts), limit)
		}
		if err != nil {
			return did, err
		}
		did.detail = fmt.Sprintf("%s after %s", now.Status, plural(len(now.Attempts), "attempt", "attempts"))
	}
	return did, nil
}

// anyFinal is the word for any status but pending.
const anyFinal = "any"

func stands(r delivery.Record, status string) bool {
	return status == "" || status == anyFinal && r.Status.Final() || string(r.Status) == status
}

// wish says what a wait waits for.
func wish(status string, attempts int) string {
	var wishes []string
	switch status {
	case "":
	case anyFinal:
		wishes = append(wishes, "an end")
	default:
		wishes = append(wishes, status)
	}
	if attempts > 0 {
		wishes = append(wishes, plural(attempts, "attempt", "attempts"))
	}
	return strings.Join(wishes, " and ")
}

func (t *telling) keys(ctx context.Context, s Keys) (outcome, error) {
	switch {
	case s.Rotate != nil:
		return t.rotate(ctx, *s.Rotate)
	case s.Retire == "previous":
		return outcome{detail: "the previous key left the JWKS"}, t.world.RetirePrevious(ctx)
	case s.Publish == "active":
		return outcome{detail: "the key that signs is in the JWKS"}, t.world.Publish(ctx)
	default:
		return outcome{}, errors.New("want rotate: {...}, retire: previous or publish: active")
	}
}

func (t *telling) rotate(ctx context.Context, s Rotate) (outcome, error) {
	texts, err := t.scope.texts(s.Retire, s.Publish, s.KID)
	if err != nil {
		return outcome{}, err
	}
	var retire *time.Duration
	switch texts[0] {
	case "", "never":
	case "now":
		retire = new(time.Duration)
	default:
		after, err := t.scope.duration(Duration(texts[0]))
		if err != nil {
			return outcome{}, fmt.Errorf("retire: %w, nor now or never", err)
		}
		retire = &after
	}
	switch texts[1] {
	case "", "now", "later":
	default:
		return outcome{}, fmt.Errorf("publish: want now or later, not %q", texts[1])
	}
	switch texts[2] {
	case "", "new", "same":
	default:
		return outcome{}, fmt.Errorf("kid: want new or same, not %q", texts[2])
	}
	r := Rotation{Retire: retire, Withhold: texts[1] == "later", SameKID: texts[2] == "same"}
	return outcome{detail: "a new key signs"}, t.world.Rotate(ctx, r)
}

func (t *telling) arm(s Arm) (outcome, error) {
	texts, err := t.scope.texts(s.Webhook, s.Event)
	if err != nil {
		return outcome{}, err
	}
	a := Armed{Webhook: texts[0], Event: texts[1]}
	if a.Provider, err = t.vendor(s.Provider); err != nil {
		return outcome{}, err
	}
	if a.Account, err = t.on(s.Account); err != nil {
		return outcome{}, err
	}
	if a.Times, err = t.scope.number(s.Times, 1); err != nil {
		return outcome{}, fmt.Errorf("times: %w", err)
	}
	faults, err := t.faults(s.Fault)
	if err != nil {
		return outcome{}, err
	}
	if len(faults) != 1 {
		return outcome{}, errors.New("fault: want one, a name or {name, params, on, probability}")
	}
	a.Fault = faults[0]
	id, err := t.world.Arm(a)
	if err != nil {
		return outcome{}, err
	}
	t.mu.Lock()
	t.armed = append(t.armed, id)
	t.mu.Unlock()
	t.scope.arm(s.As, id)
	return outcome{detail: a.Fault.String()}, nil
}

func (t *telling) disarmNamed(name Text) (outcome, error) {
	text, err := t.scope.text(name)
	if err != nil {
		return outcome{}, err
	}
	id, err := t.scope.armedAs(text)
	if err != nil {
		return outcome{}, err
	}
	return outcome{}, t.world.Disarm(id)
}
