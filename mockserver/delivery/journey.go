package delivery

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
)

// journey is a pending delivery on its way. The engine's mu guards it.
type journey struct {
	id, notification, session string

	ordinal uint64 // journeys are counted as they begin
	copy    int
	again   bool // it is a redelivery

	made    int
	first   time.Time // when the first attempt was due
	planned time.Time // when the next one is due by the schedule
	due     time.Time // when it really is; earlier if somebody asked for it
	timer   *clock.Timer
	armed   bool // an attempt is planned
	behind  int  // how many later notifications have to go before it; 0 when it is not held back

	flights int // attempts that are being made
	ctx     context.Context
	abort   context.CancelCauseFunc
}

// journeyOf is the journey of a delivery that begins.
func journeyOf(d Delivery) *journey {
	j := &journey{id: d.ID, notification: d.Notification, copy: d.Copy, again: d.RedeliveryOf != nil}
	if d.Session != nil {
		j.session = *d.Session
	}
	j.first = d.CreatedAt
	if d.NextAt != nil {
		j.first = *d.NextAt
	}
	j.planned, j.due = j.first, j.first
	return j
}

// resumed rebuilds a journey from what the journal tells of it.
func resumed(d Delivery, made []*Attempt, now time.Time) *journey {
	j := journeyOf(d)
	for _, a := range made {
		if a.N == 1 {
			j.first = a.DueAt
		}
		if a.N > j.made {
			j.made = a.N
			if a.NextAt != nil {
				j.planned = *a.NextAt
			}
		}
	}
	if j.planned.Before(now) {
		j.planned = now
	}
	j.due = j.planned
	return j
}

// arm sets the timer for the next attempt. It is called with mu held.
func (e *Engine) arm(j *journey) {
	e.plan(j, true)
	j.timer = e.config.Clock.AfterFunc(j.due.Sub(e.config.Clock.Now()), func() { e.attempt(j, nil) })
}

// plan notes whether an attempt is planned. It is called with mu held.
func (e *Engine) plan(j *journey, armed bool) {
	switch {
	case armed && !j.armed:
		e.armed++
	case !armed && j.armed:
		e.armed--
	}
	j.armed = armed
}

// halt takes the next attempt back, and tells whether it had not begun. It is
// called with mu held.
func (e *Engine) halt(j *journey) bool {
	e.plan(j, false)
	return j.timer != nil && j.timer.Stop()
}

// attempt makes the attempt that is due. A ticket is for one that is made
// together with others.
func (e *Engine) attempt(j *journey, t *ticket) {
	defer t.leave()
	e.mu.Lock()
	e.plan(j, false)
	if e.journeys[j.id] != j || e.ctx.Err() != nil {
		e.mu.Unlock()
		return
	}
	e.running.Add(1)
	if j.ctx == nil {
		j.ctx, j.abort = context.WithCancelCause(e.ctx)
	}
	j.flights++
	a := &Attempt{Delivery: j.id, N: j.made + 1, DueAt: j.due}
	if !j.planned.Equal(j.due) {
		planned := j.planned
		a.PlannedAt = &planned
	}
	e.mu.Unlock()

	n, ok := e.notifications.Get(j.notification)
	if !ok {
		e.cancel(j, "what it tells was forgotten")
		e.landed(j)
		return
	}
	f := &flight{journey: j, attempt: a, notification: n, faults: j.faults(n, a.N), ticket: t}
	if !f.faults.Has(fault.RetryOverlap) {
		e.fly(f)
		return
	}
	written := make(chan struct{})
	f.written = sync.OnceFunc(func() { e.overlap(f); close(written) })
	go func() {
		defer f.written()
		e.fly(f)
	}()
	<-written
}

// flight is one attempt on its way.
type flight struct {
	journey      *journey
	attempt      *Attempt
	notification Notification
	faults       fault.Active
	ticket       *ticket // nil unless it is made together with others
	written      func()  // called when the request has been written; may be nil

	policy     Policy
	overlapped bool // the next attempt was planned without waiting for this one
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
	defer e.landed(f.journey)
	j, a := f.journey, f.attempt
	var err error
	if f.policy, err = e.policyOf(f.notification); err != nil {
		e.cancel(j, err.Error())
		return
	}
	endpoint, o := e.request(j.ctx, f)
	if errors.Is(o.err, ErrGone) {
		e.cancel(j, o.err.Error())
		return
	}
	a.Status, a.Response, a.TookMs, a.ErrorKind, a.IgnoredStatus = o.status, o.response, o.tookMs, o.kind, o.ignored
	a.Faults = fault.Names(f.faults.Faults)
	if o.err != nil {
		a.Error = o.err.Error()
	}
	// Nobody else changes when the journey's attempts were planned.
	v := e.judge(f.policy, a, j.planned.Sub(j.first))
	if o.ignored != 0 {
		v.taken = false
	}
	e.concluded(f, v, endpoint.Last)
}

// landed counts an attempt as made. With the last one of a journey that is over,
// its context is let go.
func (e *Engine) landed(j *journey) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if j.flights--; j.flights == 0 && e.journeys[j.id] != j {
		j.abort(nil)
	}
	e.running.Done()
}

// overlap plans the attempt that follows while this one is still being answered,
// as if it had failed.
func (e *Engine) overlap(f *flight) {
	e.mu.Lock()
	defer e.mu.Unlock()
	j := f.journey
	if e.journeys[j.id] != j || f.policy.Schedule == nil || j.made >= f.attempt.N {
		return
	}
	wait, again := f.policy.next(f.attempt.N, j.planned.Sub(j.first))
	if again {
		j.made, f.overlapped = f.attempt.N, true
		e.next(f, wait)
	}
}

// concluded writes the attempt down and plans what follows.
func (e *Engine) concluded(f *flight, v verdict, last bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	j, a := f.journey, f.attempt
	if e.ctx.Err() != nil && a.ErrorKind == KindAborted {
		return // by Close
	}
	if e.journeys[j.id] != j { // cancelled meanwhile, and maybe forgotten
		if _, known := e.deliveries.Get(j.id); known {
			e.note(a)
		}
		return
	}
	switch {
	case v.taken:
		e.note(a)
		e.finish(j, Delivered, "")
		e.replay(f.notification, j)
	case last:
		e.note(a)
		e.finish(j, Cancelled, ErrGone.Error())
	case f.overlapped:
		e.note(a)
	case !v.again:
		j.made = a.N
		e.note(a)
		e.finish(j, Exhausted, "")
	default:
		j.made = a.N
		e.next(f, v.wait)
		e.note(a)
	}
	if a.N == 1 {
		e.overtake(f.notification, j)
	}
}

// next plans the attempt that follows. It is called with mu held.
func (e *Engine) next(f *flight, wait time.Duration) {
	j := f.journey
	j.planned = j.planned.Add(wait)
	if now := e.config.Clock.Now(); j.planned.Before(now) {
		j.planned = now
	}
	j.due = j.planned
	next := j.due
	f.attempt.NextAt = &next
	e.arm(j)
}

func (e *Engine) note(a *Attempt) {
	e.attempts.Add(a.Delivery, a)
	e.held += a.Size()
	for list := range e.observers {
		*list = append(*list, *a)
	}
}

// finish ends a journey. It is called with mu held.
func (e *Engine) finish(j *journey, status Status, reason string) {
	_, _ = e.deliveries.Update(j.id, func(d *Delivery, found bool) error {
		if !found {
			return unknown(j.id) // a reset was faster
		}
		d.Status, d.NextAt, d.CancelReason = status, nil, reason
		return nil
	})
	e.halt(j)
	delete(e.journeys, j.id)
	if e.sessions[j.session]--; e.sessions[j.session] == 0 {
		delete(e.sessions, j.session)
	}
	e.keepFinished(j.id)
}

// keepFinished counts a delivery as finished and forgets the oldest of those
// beyond what is kept. It is called with mu held.
func (e *Engine) keepFinished(id string) {
	e.finished = append(e.finished, id)
	for len(e.finished) > e.config.Keep || e.held > e.config.KeepBytes && len(e.finished) > 0 {
		oldest := e.finished[0]
		e.finished = e.finished[1:]
		d, ok := e.deliveries.Get(oldest)
		if !ok {
			continue
		}
		e.held -= sizeOf(e.attempts.Of(oldest))
		e.deliveries.Drop(oldest)
		e.attempts.Drop(oldest)
		if e.uses[d.Notification]--; e.uses[d.Notification] == 0 {
			delete(e.uses, d.Notification)
			e.notifications.Drop(d.Notification)
		}
	}
}

func sizeOf(attempts []*Attempt) int {
	n := 0
	for _, a := range attempts {
		n += a.Size()
	}
	return n
}

// end stops whatever is still to come of a journey, also what is being made. It
// is called with mu held.
func (e *Engine) end(j *journey) {
	e.halt(j)
	if j.abort != nil {
		j.abort(errAborted)
	}
}

func (e *Engine) cancel(j *journey, reason string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.journeys[j.id] == j {
		e.finish(j, Cancelled, reason)
	}
}

// Cancel calls a pending delivery off, also in the middle of an attempt.
func (e *Engine) Cancel(id string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	j, err := e.pending(id)
	if err != nil {
		return err
	}
	e.end(j)
	e.finish(j, Cancelled, "somebody asked for it")
	return nil
}

// CancelAll calls off every pending delivery for which match is true, but lets
// an attempt that is being made run to its end.
func (e *Engine) CancelAll(reason string, match func(Notification) bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(e.journeys)) {
		j := e.journeys[id]
		if n, ok := e.notifications.Get(j.notification); ok && match(n) {
			e.finish(j, Cancelled, reason)
		}
	}
}

// AttemptNow makes the next attempt due now. Those after it keep their times.
func (e *Engine) AttemptNow(id string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	j, err := e.pending(id)
	if err != nil {
		return err
	}
	if j.behind > 0 {
		e.release(j)
		return nil
	}
	if !e.halt(j) { // its call has begun
		return problem.New(problem.Conflict, "an attempt of delivery %s is being made right now", id)
	}
	j.due = e.config.Clock.Now()
	e.arm(j)
	return nil
}

// pending finds a journey under way. It is called with mu held.
func (e *Engine) pending(id string) (*journey, error) {
	if j := e.journeys[id]; j != nil {
		return j, nil
	}
	d, ok := e.deliveries.Get(id)
	if !ok {
		return nil, unknown(id)
	}
	return nil, problem.New(problem.Conflict, "delivery %s is %s already", id, d.Status)
}
