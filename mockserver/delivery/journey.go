package delivery

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/problem"
)

// journey is a pending delivery on its way. The engine's mu guards it.
type journey struct {
	id, notification, session string

	made    int
	first   time.Time               // when the first attempt was due
	planned time.Time               // when the next one is due by the schedule
	due     time.Time               // when it really is; earlier if somebody asked for it
	timer   *clock.Timer            // nil before SendNow's first attempt has ended
	abort   context.CancelCauseFunc // not nil while an attempt is being made
}

// resumed rebuilds a journey from what the journal tells of it.
func resumed(d Delivery, made []*Attempt, now time.Time) *journey {
	j := &journey{id: d.ID, notification: d.Notification, made: len(made), first: d.CreatedAt, planned: d.CreatedAt}
	if d.Session != nil {
		j.session = *d.Session
	}
	if len(made) > 0 {
		if last := made[len(made)-1]; last.NextAt != nil {
			j.planned = *last.NextAt
		}
	}
	if j.planned.Before(now) {
		j.planned = now
	}
	j.due = j.planned
	return j
}

// halt takes the next attempt back, and tells whether it had not begun.
func (j *journey) halt() bool { return j.timer != nil && j.timer.Stop() }

// end stops whatever is still to come of it.
func (j *journey) end() {
	j.halt()
	if j.abort != nil {
		j.abort(errAborted)
	}
}

// arm sets the timer for the next attempt. It is called with mu held.
func (e *Engine) arm(j *journey) {
	j.timer = e.config.Clock.AfterFunc(j.due.Sub(e.config.Clock.Now()), func() { e.attempt(j) })
}

// attempt makes the attempt that is due.
func (e *Engine) attempt(j *journey) {
	e.mu.Lock()
	if e.journeys[j.id] != j || e.ctx.Err() != nil {
		e.mu.Unlock()
		return
	}
	e.running.Add(1)
	defer e.running.Done()
	ctx, abort := context.WithCancelCause(e.ctx)
	defer abort(nil)
	j.abort = abort
	a := &Attempt{Delivery: j.id, N: j.made + 1, DueAt: j.due}
	if !j.planned.Equal(j.due) {
		planned := j.planned
		a.PlannedAt = &planned
	}
	e.mu.Unlock()

	n, ok := e.notifications.Get(j.notification)
	if !ok {
		e.cancel(j, "what it tells was forgotten")
		return
	}
	policy, err := e.policyOf(n)
	if err != nil {
		e.cancel(j, err.Error())
		return
	}
	endpoint, o := e.request(ctx, policy, n, a)
	if errors.Is(o.err, ErrGone) {
		e.cancel(j, o.err.Error())
		return
	}
	a.Status, a.Response, a.TookMs, a.ErrorKind = o.status, o.response, o.tookMs, o.kind
	if o.err != nil {
		a.Error = o.err.Error()
	}
	// Nobody else changes when the journey's attempts were planned.
	e.concluded(j, a, e.judge(policy, a, j.planned.Sub(j.first)), endpoint.Last)
}

// concluded writes the attempt down and plans what follows.
func (e *Engine) concluded(j *journey, a *Attempt, v verdict, last bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ctx.Err() != nil && a.ErrorKind == KindAborted {
		return // by Close
	}
	if e.journeys[j.id] != j { // cancelled meanwhile, and maybe forgotten
		if _, known := e.deliveries.Get(j.id); known {
			e.note(a)
		}
		return
	}
	j.made, j.abort = a.N, nil
	if v.taken {
		e.note(a)
		e.finish(j, Delivered, "")
		return
	}
	if last {
		e.note(a)
		e.finish(j, Cancelled, ErrGone.Error())
		return
	}
	if !v.again {
		e.note(a)
		e.finish(j, Exhausted, "")
		return
	}
	j.planned = j.planned.Add(v.wait)
	if now := e.config.Clock.Now(); j.planned.Before(now) {
		j.planned = now
	}
	j.due = j.planned
	next := j.due
	a.NextAt = &next
	e.note(a)
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
	j.end()
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
			j.halt()
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
	if !j.halt() { // its call has begun
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
