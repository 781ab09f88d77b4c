package scenarios

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

// telling is one scenario while it is told: the run's own, or one that another
// includes.
type telling struct {
	*Run
	scope    *scope
	provider string // of steps that name none
	account  string // of steps that name none
	aside    bool   // its steps happen beside others
}

// telling begins to tell a scenario with its variables, on an account unless
// they or the scenario name another.
func (r *Run) telling(s Scenario, vars map[string]any, account string) *telling {
	t := &telling{Run: r, provider: s.Provider, account: account}
	if named, ok := vars[varAccount].(string); ok && named != "" {
		t.account = named
	}
	if s.Account != "" {
		t.account = s.Account
	}
	t.scope = &scope{vars: maps.Clone(vars), things: map[string]*thing{}, faults: map[string]string{}}
	t.scope.vars[varAccount] = t.account
	return t
}

// outcome is what there is to say about a step that was done.
type outcome struct {
	detail     string
	deliveries []string
	skipped    bool // there was nothing to do
}

// finding is the failure of a judgement.
type finding struct{ detail, finding, otherwise string }

func (f *finding) Error() string { return f.detail }

// placed is the failure of a step, with the place where it stands.
type placed struct{ error }

func (p placed) Unwrap() error { return p.error }

// steps does one step after another, until one cannot be done.
func (t *telling) steps(ctx context.Context, rows []*row) error {
	for _, r := range rows {
		if err := t.step(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// step does one step. A judgement that does not hold is no error.
func (t *telling) step(ctx context.Context, r *row) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	t.note(r, func(s *StepResult) {
		s.Status = Running
		if name, err := t.scope.text(Text(s.Name)); err == nil {
			s.Name = name
		}
	})
	did, err := t.perform(ctx, r)
	found, judged := errors.AsType[*finding](err)
	_, within := errors.AsType[placed](err)
	status := Passed
	switch {
	case err == nil && failed(r.inner):
		status = Failed
	case err == nil && did.skipped:
		status = Skipped
	case err == nil:
	case judged:
		status, did.detail, err = Failed, found.detail, nil
	case ctx.Err() != nil:
		status, did.detail = Skipped, ended(ctx)
	case within: // and told there
		status = Error
	default:
		status, did.detail = Error, err.Error()
		err = placed{fmt.Errorf("%s: %w", r.where(), err)}
	}
	t.note(r, func(s *StepResult) {
		s.Status, s.Detail = status, did.detail
		if judged {
			s.Finding, s.Otherwise = found.finding, found.otherwise
		}
		s.Deliveries = append(s.Deliveries, did.deliveries...)
	})
	return err
}

// note changes what is known of a step, and tells whoever observes the run.
func (t *telling) note(r *row, change func(*StepResult)) {
	t.observing.Lock()
	defer t.observing.Unlock()
	t.mu.Lock()
	r.begun = true
	change(&r.StepResult)
	now := r.StepResult
	t.mu.Unlock()
	if t.options.Observe != nil {
		t.options.Observe(now)
	}
}

// perform does what a step says.
func (t *telling) perform(ctx context.Context, r *row) (outcome, error) {
	if err := t.settleBefore(ctx, r.step); err != nil {
		return outcome{}, err
	}
	switch s := r.step; {
	case s.SaveWebhook != nil:
		return t.saveWebhook(ctx, *s.SaveWebhook)
	case s.DeleteWebhook != nil:
		return t.deleteWebhook(ctx, *s.DeleteWebhook)
	case s.RotateSecret != nil:
		return t.rotateSecret(ctx, *s.RotateSecret)
	case s.Trigger != nil:
		return t.trigger(ctx, r.Path, *s.Trigger)
	case s.Act != nil:
		return t.act(ctx, *s.Act)
	case s.Advance != nil:
		return t.advance(ctx, *s.Advance)
	case s.Wait != nil:
		return t.wait(ctx, *s.Wait)
	case s.Keys != nil:
		return t.keys(ctx, *s.Keys)
	case s.Arm != nil:
		return t.arm(*s.Arm)
	case s.Disarm != nil:
		return t.disarmNamed(*s.Disarm)
	case s.Redeliver != nil:
		return t.redeliver(*s.Redeliver)
	case s.AttemptNow != nil:
		return t.eachDelivery(*s.AttemptNow, t.world.AttemptNow)
	case s.Cancel != nil:
		return t.eachDelivery(*s.Cancel, t.world.Cancel)
	case s.Parallel != nil:
		return outcome{}, t.parallel(ctx, r.inner)
	case s.Include != nil:
		return outcome{}, t.include(ctx, r)
	case s.Expect != nil:
		return t.expect(ctx, *s.Expect)
	case s.Judge != nil:
		return t.judge(ctx, *s.Judge)
	default:
		return outcome{}, errors.New("the step has no verb")
	}
}

// settleBefore has what is due now attempted before a step that asserts, or that
// changes the world which the attempts meet. Otherwise it would depend on who is
// quicker whether, say, a webhook that is saved right after a trigger is told
// about it. Changes that happen beside others are meant to race.
func (t *telling) settleBefore(ctx context.Context, s Step) error {
	switch {
	case s.Expect != nil, s.Judge != nil:
	case t.aside, s.Trigger != nil, s.Act != nil, s.Redeliver != nil, s.Wait != nil, s.Parallel != nil, s.Include != nil:
		return nil
	}
	if t.world.Standing() {
		_, err := t.world.Advance(ctx, 0)
		return err
	}
	return t.settleOwn(ctx)
}

// settleOwn waits for the attempts of the run's own deliveries that are due:
// while the clock runs nobody waits for all that is due.
func (t *telling) settleOwn(ctx context.Context) error {
	t.mu.Lock()
	caused := slices.Clone(t.caused)
	t.mu.Unlock()
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, id := range caused {
		// What was forgotten has ended, and what takes too long is let go.
		_, _ = t.world.Wait(waiting, id, func(r delivery.Record) bool { return r.Status.Final() || !t.due(r) })
	}
	return ctx.Err()
}

// due is whether an attempt is being made, or should be.
func (t *telling) due(r delivery.Record) bool {
	return r.NextAt != nil && !r.NextAt.After(t.world.Now())
}

// parallel does steps side by side, and all of them whatever becomes of one.
func (t *telling) parallel(ctx context.Context, rows []*row) error {
	beside := *t
	beside.aside = true
	failures := make([]error, len(rows))
	var all sync.WaitGroup
	for i, r := range rows {
		all.Go(func() { failures[i] = beside.step(ctx, r) })
	}
	all.Wait()
	return errors.Join(failures...)
}

// include does the steps of another scenario, which sees none of this one's
// names.
func (t *telling) include(ctx context.Context, r *row) error {
	given := map[string]any{}
	for name, value := range r.step.Include.Vars {
		var err error
		if given[name], err = t.scope.value(value); err != nil {
			return fmt.Errorf("the variable %s: %w", name, err)
		}
	}
	if _, set := given[varURL]; !set && t.scope.vars[varURL] != nil {
		given[varURL] = t.scope.vars[varURL]
	}
	vars, err := handedOver(*r.included, given)
	if err != nil {
		return err
	}
	inner := t.telling(*r.included, vars, t.account)
	inner.aside = t.aside
	if inner.provider == "" {
		inner.provider = t.provider
	}
	if err := inner.steps(ctx, r.inner); err != nil {
		return err
	}
	t.scope.adopt(inner.scope, r.step.Include.As)
	return nil
}

// vendor is the vendor that a step means.
func (t *telling) vendor(named Text) (string, error) {
	name, err := t.scope.text(named)
	if name == "" && err == nil {
		name, err = t.scope.text(Text(t.provider))
	}
	if name == "" && err == nil {
		err = errors.New("which vendor is meant? Name it with provider, here or for the whole scenario")
	}
	return name, err
}

// on is the account that a step means.
func (t *telling) on(named Text) (string, error) {
	name, err := t.scope.text(named)
	if name == "" {
		name = t.account
	}
	return name, err
}

// place is the webhook that a step means.
func (t *telling) place(provider, account, webhook Text) (vendor, of, name string, err error) {
	if vendor, err = t.vendor(provider); err != nil {
		return "", "", "", err
	}
	if of, err = t.on(account); err != nil {
		return "", "", "", err
	}
	if name, err = t.scope.text(webhook); err == nil && name == "" {
		name, err = t.firstWebhook(vendor)
	}
	return vendor, of, name, err
}

// firstWebhook is the first of a vendor's webhooks.
func (t *telling) firstWebhook(vendor string) (string, error) {
	profiles := t.world.Providers()
	i := slices.IndexFunc(profiles, func(p provider.Profile) bool { return p.Name == vendor })
	if i < 0 {
		var names []string
		for _, p := range profiles {
			names = append(names, p.Name)
		}
		return "", fmt.Errorf("there is no vendor %q, want one of %s", vendor, strings.Join(names, ", "))
	}
	if len(profiles[i].Webhooks) == 0 {
		return "", fmt.Errorf("%s has no webhooks", vendor)
	}
	return profiles[i].Webhooks[0], nil
}
