package delivery

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"kycmock/mockserver/fault"
)

// flight is one attempt that is being made.
type flight struct {
	journey *journey
	attempt *Attempt
	ctx     context.Context
	elapsed time.Duration   // from when the first attempt was due to when this one was
	before  <-chan struct{} // closed when the flights that this one overlaps have landed; may be nil
	landed  chan struct{}   // closed when it has landed, after those before
	ticket  *ticket         // nil unless it goes together with others

	notification Notification
	faults       fault.Active
	policy       Policy
	sent         func() // called when the request has been written; may be nil
	overlapped   bool   // the next attempt was planned without waiting for this one
}

// attempt makes an attempt that was planned and is due, unless the plan was
// taken back. A ticket is for one that goes together with others.
func (e *Engine) attempt(j *journey, plan uint32, t *ticket) {
	defer t.leave()
	e.mu.Lock()
	if !j.armed || j.plans != plan {
		e.mu.Unlock()
		return
	}
	f := e.board(j, t)
	e.mu.Unlock()
	e.carry(f)
}

// board begins the next attempt of a journey. It returns nil when the engine is
// closed. It is called with mu held.
func (e *Engine) board(j *journey, t *ticket) *flight {
	e.halt(j)
	if e.ctx.Err() != nil {
		return nil
	}
	e.running.Add(1)
	j.open++
	if j.flights++; j.flights == 1 {
		j.ctx, j.abort = context.WithCancelCause(e.ctx)
	}
	a := &Attempt{Delivery: j.id, N: j.made + 1, DueAt: j.due}
	if !j.planned.Equal(j.due) {
		planned := j.planned
		a.PlannedAt = &planned
	}
	return &flight{
		journey: j, attempt: a, ctx: j.ctx, elapsed: j.planned.Sub(j.first),
		before: j.aloft, landed: make(chan struct{}), ticket: t,
	}
}

// carry makes an attempt and returns when it has landed, and those that it
// overlaps have too: so whoever moves the clock past the last attempt has seen
// all. Of one that is itself to be overlapped it waits only until the next one
// is planned.
func (e *Engine) carry(f *flight) {
	if f == nil {
		return
	}
	n, ok := e.notifications.Get(f.journey.notification)
	if !ok {
		e.cancel(f.journey, "what it tells was forgotten")
		e.land(f)
		return
	}
	f.notification, f.faults = n, f.journey.faults(n, f.attempt.N)
	if !f.faults.Has(fault.RetryOverlap) {
		e.fly(f)
		return
	}
	overlapped := make(chan struct{})
	f.sent = sync.OnceFunc(func() {
		if e.overlap(f) {
			close(overlapped)
		}
	})
	go e.fly(f)
	select {
	case <-f.landed:
	case <-overlapped:
	}
}

// faults are those that act on an attempt. What somebody asks to have sent again
// is what was sent; on the wire nothing goes wrong with it.
func (j *journey) faults(n Notification, attempt int) fault.Active {
	active := fault.On(n.Faults, fault.Stream{Seed: n.Seed, Copy: j.copy, Attempt: attempt})
	if j.again {
		active.Faults = slices.DeleteFunc(active.Faults, func(f fault.Fault) bool {
			spec, _ := fault.Find(f.Name)
			return spec.Stage == fault.Wire || spec.Stage == fault.Schedule
		})
	}
	return active
}

// fly makes the request and draws the conclusion.
func (e *Engine) fly(f *flight) {
	defer e.land(f)
	j, a := f.journey, f.attempt
	var err error
	if f.policy, err = e.policyOf(f.notification); err != nil {
		e.cancel(j, err.Error())
		return
	}
	endpoint, o := e.request(f)
	if errors.Is(o.err, ErrGone) {
		e.cancel(j, o.err.Error())
		return
	}
	a.Status, a.Response, a.TookMs, a.ErrorKind, a.IgnoredStatus = o.status, o.response, o.tookMs, o.kind, o.ignored
	a.Faults = fault.Names(f.faults.Faults)
	if o.err != nil {
		a.Error = o.err.Error()
	}
	e.concluded(f, e.judge(f), endpoint.Last)
}

// overlap plans the attempt that follows while this one is still being answered,
// as if it had failed. It is false when none follows.
func (e *Engine) overlap(f *flight) bool {
	v := e.following(f)
	e.mu.Lock()
	defer e.mu.Unlock()
	j := f.journey
	if e.journeys[j.id] != j || !v.again || j.made >= f.attempt.N {
		return false
	}
	j.made, j.aloft, f.overlapped = f.attempt.N, f.landed, true
	e.next(f, v.wait)
	return true
}

// land counts an attempt as made, and lets the context go with the last one
// under way.
func (e *Engine) land(f *flight) {
	e.mu.Lock()
	j := f.journey
	if j.flights--; j.flights == 0 {
		j.abort(nil)
		j.ctx, j.abort = nil, nil
	}
	e.mu.Unlock()
	if f.before != nil {
		<-f.before
	}
	close(f.landed)
	e.running.Done()
}
