package scenarios

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
)

// maxRepeat bounds how often one step triggers.
const maxRepeat = 10_000

func (t *telling) trigger(ctx context.Context, path string, s Trigger) (outcome, error) {
	wanted, err := t.wanted(s)
	if err != nil {
		return outcome{}, err
	}
	times, err := t.scope.number(s.Repeat, 1)
	if err != nil {
		return outcome{}, fmt.Errorf("repeat: %w", err)
	}
	if times > maxRepeat {
		return outcome{}, fmt.Errorf("repeat: want at most %d", maxRepeat)
	}
	var made thing
	for i := range times {
		seed := derived(t.seed, path, i)
		if s.Seed != nil {
			seed = *s.Seed
		}
		wanted.Seed = &seed
		came, err := t.world.Trigger(ctx, wanted)
		made.add(came)
		made.seeds = append(made.seeds, seed)
		t.cause(came.Deliveries)
		if err != nil && times > 1 {
			err = fmt.Errorf("repetition %d of %d: %w", i+1, times, err)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return outcome{deliveries: made.deliveries}, err
		}
	}
	made.untold = len(made.deliveries) == 0 && !t.listened(wanted.Provider, wanted.Account)
	t.scope.name(s.As, made)
	return outcome{detail: led(made), deliveries: made.deliveries}, nil
}

// listened is whether an account has the first of a vendor's webhooks, which is
// told of everything.
func (t *telling) listened(vendor, account string) bool {
	webhook, err := t.firstWebhook(vendor)
	if err != nil {
		return false
	}
	_, set := t.world.Webhook(vendor, account, webhook)
	return set
}

// wanted is the trigger that a step asks for, without its seed.
func (t *telling) wanted(s Trigger) (provider.Trigger, error) {
	want := provider.Trigger{Run: t.options.RunID}
	var err error
	if want.Provider, err = t.vendor(s.Provider); err != nil {
		return want, err
	}
	if want.Account, err = t.on(s.Account); err != nil {
		return want, err
	}
	texts, err := t.scope.texts(s.Event, s.Session, s.Profile)
	if err != nil {
		return want, err
	}
	want.Event, want.Session = texts[0], texts[1]
	if want.Data, err = t.data(s.Data, texts[2]); err != nil {
		return want, fmt.Errorf("data: %w", err)
	}
	if want.Patch, err = t.scope.json(s.Patch); err != nil {
		return want, fmt.Errorf("patch: %w", err)
	}
	want.Faults, err = t.faults(s.Faults)
	return want, err
}

// data is what the vendor is told about the event, with the profile in it.
func (t *telling) data(tree any, profile string) (json.RawMessage, error) {
	if profile == "" {
		return t.scope.json(tree)
	}
	v, err := t.scope.value(tree)
	if err != nil {
		return nil, err
	}
	if v == nil {
		v = map[string]any{}
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("want an object: there is a profile to put in")
	}
	if other, set := object["profile"]; set && other != profile {
		return nil, fmt.Errorf("the profile is %s here and %s beside it, want one of them", written(other), profile)
	}
	object["profile"] = profile
	return json.Marshal(object)
}

// faults reads a list of faults, or one.
func (t *telling) faults(tree any) ([]fault.Fault, error) {
	if tree == nil {
		return nil, nil
	}
	v, err := t.scope.value(tree)
	if err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	if _, list := v.([]any); !list {
		v = []any{v}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	var faults []fault.Fault
	if err := json.Unmarshal(text, &faults); err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	return faults, nil
}

// add puts to a thing what a trigger or an act led to.
func (t *thing) add(o provider.Outcome) {
	if o.Session != nil && !slices.Contains(t.sessions, o.Session.ID) {
		t.sessions = append(t.sessions, o.Session.ID)
	}
	for _, d := range o.Deliveries {
		t.deliveries = append(t.deliveries, d.ID)
	}
}

// led says what something led to.
func led(t thing) string {
	said := plural(len(t.deliveries), "delivery", "deliveries")
	if len(t.sessions) == 1 {
		return fmt.Sprintf("session %s, %s", t.sessions[0], said)
	}
	if len(t.sessions) > 1 {
		return fmt.Sprintf("%d sessions, %s", len(t.sessions), said)
	}
	return said
}

func plural(n int, one, many string) string {
	switch n {
	case 0:
		return "no " + one
	case 1:
		return "1 " + one
	default:
		return fmt.Sprintf("%d %s", n, many)
	}
}

// cause notes deliveries as the run's own.
func (r *Run) cause(deliveries []delivery.Delivery) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range deliveries {
		r.caused = append(r.caused, d.ID)
	}
}

func (t *telling) act(ctx context.Context, s Act) (outcome, error) {
	texts, err := t.scope.texts(s.On, s.Do)
	if err != nil {
		return outcome{}, err
	}
	on, verb := texts[0], texts[1]
	waiting, err := t.scope.thing(on)
	if err != nil {
		return outcome{}, err
	}
	if len(waiting.sessions) == 0 {
		return outcome{}, fmt.Errorf("%s has no session to %s", on, verb)
	}
	data, err := t.scope.value(s.Data)
	if err != nil {
		return outcome{}, fmt.Errorf("data: %w", err)
	}
	made := thing{seeds: waiting.seeds, untold: waiting.untold}
	for _, session := range waiting.sessions {
		came, err := t.world.Act(ctx, session, verb, data)
		made.add(came)
		t.cause(came.Deliveries)
		if err != nil {
			return outcome{deliveries: made.deliveries}, err
		}
	}
	if s.As != "" {
		t.scope.name(s.As, made)
	} else {
		t.scope.extend(on, made.deliveries)
	}
	return outcome{detail: led(made), deliveries: made.deliveries}, nil
}

func (t *telling) redeliver(s Redeliver) (outcome, error) {
	var made thing
	did, err := t.eachDelivery(s.Delivery, func(id string) error {
		again, err := t.world.Redeliver(id)
		if err == nil {
			made.deliveries = append(made.deliveries, again.ID)
			t.cause([]delivery.Delivery{again})
		}
		return err
	})
	if err != nil {
		return did, err
	}
	t.scope.name(s.As, made)
	return outcome{detail: strings.Join(made.deliveries, ", "), deliveries: made.deliveries}, nil
}

// eachDelivery does something with each delivery that a name stands for.
func (t *telling) eachDelivery(name Text, do func(id string) error) (outcome, error) {
	text, err := t.scope.text(name)
	if err != nil {
		return outcome{}, err
	}
	records, err := t.told(text)
	if err != nil {
		return outcome{}, err
	}
	if len(records) == 0 {
		return outcome{}, fmt.Errorf("%s led to no delivery", text)
	}
	var ids []string
	for _, r := range records {
		if err := do(r.ID); err != nil {
			return outcome{deliveries: ids}, err
		}
		ids = append(ids, r.ID)
	}
	return outcome{deliveries: ids}, nil
}
