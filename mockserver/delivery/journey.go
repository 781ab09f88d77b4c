package delivery

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/problem"
)

// journey is a pending delivery on its way. The engine's mu guards it.
type journey struct {
	id, notification, session string

	made    int
	first   time.Time // when the first attempt was due
	planned time.Time // when the next one is due by the schedule
	due     time.Time // when it really is; earlier if somebody asked for it
	timer   *clock.Timer
	abort   context.CancelCauseFunc // not nil while an attempt is being made
}

// resumed rebuilds a journey from what the journal tells of it.
func resumed(d Delivery, made []*Attempt) *journey {
	j := &journey{id: d.ID, notification: d.Notification, first: *d.NextAt, planned: *d.NextAt, due: *d.NextAt, made: len(made)}
	if d.Session != nil {
		j.session = *d.Session
	}
	if len(made) > 0 {
		if last := made[len(made)-1]; last.NextAt != nil {
			j.planned, j.due = *last.NextAt, *last.NextAt
		}
	}
	return j
}

// end stops whatever is still to come of it.
func (j *journey) end() {
	if j.timer != nil {
		j.timer.Stop()
	}
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
	policy, known := e.config.Policy(n)
	if !ok || !known {
		e.cancel(j, "nobody knows how to deliver it any longer")
		return
	}
	endpoint, err := policy.target(n)
	if err != nil {
		e.cancel(j, err.Error())
		return
	}
	a.At = e.config.Clock.Now()
	o := e.request(ctx, policy, n, endpoint, a)
	a.Status, a.Response, a.TookMs, a.ErrorKind = o.status, o.response, o.tookMs, o.kind
	if o.err != nil {
		a.Error = o.err.Error()
	}
	e.concluded(j, a, policy, endpoint)
}

// request signs and sends; a signer that fails or panics costs one attempt.
func (e *Engine) request(ctx context.Context, p Policy, n Notification, to Endpoint, a *Attempt) (o outcome) {
	defer func() {
		if r := recover(); r != nil {
			e.config.Log.Error("a signer panicked", "provider", n.Provider, "panic", r, "stack", string(debug.Stack()))
			o = outcome{err: fmt.Errorf("making the request: %v", r), kind: KindAborted}
		}
	}()
	signed := Signed{Header: http.Header{"Content-Type": {n.ContentType}}, Body: n.Body}
	if p.Sign != nil {
		var err error
		if signed, err = p.Sign(n, a.At); err != nil {
			return outcome{err: fmt.Errorf("making the request: %w", err), kind: KindAborted}
		}
	}
	header := joined(signed.Header, to.Header)
	a.Request = &Request{Method: http.MethodPost, URL: to.URL, Headers: header, Secrets: secretHeaders(header, to.Header)}
	if signed.Body != n.Body {
		a.Request.Body, a.Request.BodyBase64 = readable(signed.Body)
	}
	return e.wire.post(ctx, p, a.Request, signed.Body)
}

func (p Policy) target(n Notification) (Endpoint, error) {
	if p.Target == nil {
		return n.Endpoint, nil
	}
	return p.Target(n)
}

// concluded writes the attempt down and plans what follows.
func (e *Engine) concluded(j *journey, a *Attempt, p Policy, to Endpoint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	live := e.journeys[j.id] == j
	if e.ctx.Err() != nil || !live && !e.known(j.id) {
		return
	}
	if !live { // cancelled meanwhile
		e.note(a)
		return
	}
	j.made, j.abort = a.N, nil
	accepts := p.Accepts
	if accepts == nil {
		accepts = accepts2xx
	}
	if a.Error == "" && accepts(a.Status) {
		e.note(a)
		e.finish(j, Delivered, "")
		return
	}
	if to.Last {
		e.note(a)
		e.finish(j, Cancelled, ErrGone.Error())
		return
	}
	wait, again := p.Schedule(j.made, j.planned.Sub(j.first))
	if !again {
		e.note(a)
		e.finish(j, Exhausted, "")
		return
	}
	j.planned = j.planned.Add(wait)
	if now := e.config.Clock.Now(); j.planned.Before(now) {
		j.planned = now
	}
	j.due = j.planned
	next := j.due
	a.NextAt = &next
	e.note(a)
	e.arm(j)
}

func (e *Engine) known(id string) bool {
	_, ok := e.deliveries.Get(id)
	return ok
}

func (e *Engine) note(a *Attempt) {
	e.attempts.Add(a.Delivery, a)
	for list := range e.observers {
		*list = append(*list, *a)
	}
}

// finish ends a journey. It is called with mu held.
func (e *Engine) finish(j *journey, status Status, reason string) {
	_, _ = e.deliveries.Update(j.id, func(d *Delivery, _ bool) error {
		d.Status, d.NextAt, d.CancelReason = status, nil, reason
		return nil
	})
	delete(e.journeys, j.id)
	if e.sessions[j.session]--; e.sessions[j.session] == 0 {
		delete(e.sessions, j.session)
	}
	e.retire(j.id)
}

// retire counts a delivery as finished and forgets the oldest of those beyond
// what is kept. It is called with mu held.
func (e *Engine) retire(id string) {
	e.finished = append(e.finished, id)
	for len(e.finished) > e.config.Keep {
		oldest := e.finished[0]
		e.finished = e.finished[1:]
		d, _ := e.deliveries.Get(oldest)
		e.deliveries.Drop(oldest)
		e.attempts.Drop(oldest)
		if e.uses[d.Notification]--; e.uses[d.Notification] == 0 {
			delete(e.uses, d.Notification)
			e.notifications.Drop(d.Notification)
		}
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
			j.timer.Stop()
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
	if j.abort != nil || !j.timer.Stop() {
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

// joined is what a signer made with what the endpoint wants beside it. The
// endpoint's names are sent in the case that they are written in.
func joined(signed, endpoint http.Header) http.Header {
	header := make(http.Header, len(signed)+len(endpoint))
	maps.Copy(header, signed)
	for name, values := range endpoint {
		if canonical := http.CanonicalHeaderKey(name); header[canonical] != nil {
			name = canonical
		}
		header[name] = values
	}
	return header
}

// secretHeaders names the headers of a request whose values are secret.
func secretHeaders(sent, configured http.Header) []string {
	names := headerNames(configured)
	const authorization = "Authorization"
	if _, ok := sent[authorization]; ok && !slices.Contains(names, authorization) {
		names = append(names, authorization)
	}
	return names
}
