package delivery

import (
	"context"
	"maps"
	"slices"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/problem"
)

// journey is a pending delivery on its way. The engine's mu guards it.
type journey struct {
	id, notification, session string

	ordinal uint64 // journeys are counted as they begin
	copy    int
	again   bool // it is a redelivery of what was sent before, so that nothing goes wrong on its way

	made    int
	first   time.Time    // when the first attempt was due
	planned time.Time    // when the next one is due by the schedule
	due     time.Time    // when it really is; earlier if somebody asked for it
	timer   *clock.Timer // for the next one; nil when it goes together with others
	armed   bool         // an attempt is planned
	plans   uint32       // how many were planned, also of those that were taken back
	behind  int          // how many later notifications have to go before it; 0 when it is not held back

	flights int             // attempts that are being made; only overlapping ones are several
	open    int             // those of them whose outcome is not known yet
	aloft   <-chan struct{} // closed when those that were overlapped have landed; nil when none was
	spent   bool            // the schedule has ended, and only attempts that were overlapped are left
	ctx     context.Context // of the flights; nil when there are none
	abort   context.CancelCauseFunc
}

// journeyOf is the journey of a delivery of a notification that begins.
func journeyOf(d Delivery, n Notification) *journey {
	j := &journey{id: d.ID, notification: d.Notification, copy: d.Copy}
	j.again = d.RedeliveryOf != nil && *d.RedeliveryOf != n.RedeliveryOf // the other's faults are for it
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
func resumed(d Delivery, n Notification, made []*Attempt, now time.Time) *journey {
	j := journeyOf(d, n)
	for _, a := range made {
		if a.N == 1 {
			j.first = a.DueAt
			if a.PlannedAt != nil {
				j.first = *a.PlannedAt
			}
		}
		if a.N > j.made { // attempts that overlap are written down as they end
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
	if j.made == 0 {
		j.first = j.planned
	}
	return j
}

// arm sets the timer for the next attempt. It is called with mu held.
func (e *Engine) arm(j *journey) {
	plan := e.plan(j)
	j.timer = e.config.Clock.AfterFunc(j.due.Sub(e.config.Clock.Now()), func() { e.attempt(j, plan, nil) })
}

// plan notes that an attempt is planned. What it returns names the plan to
// [Engine.attempt], for which a plan that was taken back counts no longer. It is
// called with mu held.
func (e *Engine) plan(j *journey) uint32 {
	if !j.armed {
		j.armed = true
		e.armed++
	}
	j.plans++
	return j.plans
}

// halt takes the plan of the next attempt back, and tells whether there was one.
// It is called with mu held.
func (e *Engine) halt(j *journey) bool {
	if !j.armed {
		return false
	}
	j.armed = false
	e.armed--
	if j.timer != nil {
		j.timer.Stop() // that it has begun is no matter: its plan counts no longer
		j.timer = nil
	}
	return true
}

// concluded writes an attempt down and plans what follows.
func (e *Engine) concluded(f *flight, v verdict, last bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	j, a := f.journey, f.attempt
	j.open--
	if e.ctx.Err() != nil && a.ErrorKind == KindAborted {
		return // by Close
	}
	if a.N == 1 {
		defer e.overtake(f.notification, j)
	}
	if e.journeys[j.id] != j { // it ended meanwhile, and is maybe forgotten
		if _, known := e.deliveries.Get(j.id); known {
			e.note(a)
		}
		return
	}
	j.made = max(j.made, a.N)
	switch {
	case v.taken:
		e.note(a)
		e.replay(f.notification, j) // first, while the notification is sure to be kept
		e.finish(j, Delivered, "")
	case last:
		e.note(a)
		e.finish(j, Cancelled, ErrGone.Error())
	case f.overlapped, !v.again:
		e.note(a)
		j.spent = j.spent || !f.overlapped
		if j.spent && j.open == 0 { // or another one may still be taken
			e.finish(j, Exhausted, "")
		}
	default:
		e.next(f, v.wait)
		e.note(a)
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
	if d, found := e.deliveries.Get(j.id); found && e.config.Ended != nil {
		e.config.Ended(d, status, e.sessions[j.session] == 1)
	}
	_, _ = e.deliveries.Update(j.id, func(d *Delivery, found bool) error {
		if !found {
			return unknown(j.id) // a reset was faster
		}
		d.Status, d.NextAt, d.CancelReason = status, nil, reason
		return nil
	})
	e.halt(j)
	e.unhold(j)
	delete(e.journeys, j.id)
	if e.sessions[j.session]--; e.sessions[j.session] == 0 {
		delete(e.sessions, j.session)
	}
	e.keepFinished(j.id)
	if aloft := j.aloft; aloft != nil { // so that whoever moves the clock waits for what is still in the air
		e.config.Clock.AfterFunc(0, func() { <-aloft })
	}
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
		e.release(j, e.config.Clock.Now())
		return nil
	}
	if !e.halt(j) {
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
