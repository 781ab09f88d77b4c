package delivery

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"kycmock/mockserver/fault"
)

// This file has the faults of the schedule: what is sent late, never, again or
// together.

// launch begins the delivery of a notification by its faults. It is called with
// mu held.
func (e *Engine) launch(n Notification) Delivery {
	now := e.config.Clock.Now()
	first := now
	if late, has := fault.First(n.Faults, fault.Delay); has {
		first = first.Add(late.Duration("by"))
	}
	d, j := e.begin(n, Delivery{}, first)
	if _, dropped := fault.First(n.Faults, fault.Drop); dropped {
		e.finish(j, Cancelled, "dropped")
		d, _ = e.deliveries.Get(d.ID)
		return d
	}
	if held, has := fault.First(n.Faults, fault.Overtaken); has {
		e.hold(j, held)
		d, _ = e.deliveries.Get(d.ID)
		return d
	}
	e.depart(n, j)
	return d
}

// hold keeps a journey back until later ones were sent.
func (e *Engine) hold(j *journey, f fault.Fault) {
	j.behind = f.Number("by")
	_, _ = e.deliveries.Update(j.id, func(d *Delivery, _ bool) error {
		d.NextAt = nil
		return nil
	})
}

// resume goes on with a journey that was stored.
func (e *Engine) resume(n Notification, j *journey, d Delivery) {
	if held, has := fault.First(n.Faults, fault.Overtaken); has && j.made == 0 && d.NextAt == nil {
		j.behind = held.Number("by") // what overtook it before the restart is not known
		return
	}
	e.arm(j)
}

// overtake counts a notification that was sent for those of its account that
// are held back, and lets go what has been overtaken often enough. It is called
// with mu held.
func (e *Engine) overtake(n Notification, by *journey) {
	if by.copy > 0 || by.again {
		return
	}
	for _, j := range e.heldBack() {
		if j.ordinal > by.ordinal {
			continue
		}
		if waiting, ok := e.notifications.Get(j.notification); !ok || waiting.Provider != n.Provider || waiting.Account != n.Account {
			continue
		}
		if j.behind--; j.behind == 0 {
			e.release(j)
		}
	}
}

// release has a journey that was held back begin now. It is called with mu held.
func (e *Engine) release(j *journey) {
	now := e.config.Clock.Now()
	j.behind, j.first, j.planned, j.due = 0, now, now, now
	_, _ = e.deliveries.Update(j.id, func(d *Delivery, _ bool) error {
		d.NextAt = &now
		return nil
	})
	if n, ok := e.notifications.Get(j.notification); ok {
		e.depart(n, j)
	}
}

// heldBack lists the journeys that are held back, oldest first. It is called
// with mu held.
func (e *Engine) heldBack() []*journey {
	var held []*journey
	for j := range maps.Values(e.journeys) {
		if j.behind > 0 {
			held = append(held, j)
		}
	}
	slices.SortFunc(held, func(a, b *journey) int { return cmp.Compare(a.ordinal, b.ordinal) })
	return held
}

// Held lists the deliveries that are held back and have no attempt planned,
// oldest first.
func (e *Engine) Held() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	ids := []string{}
	for _, j := range e.heldBack() {
		ids = append(ids, j.id)
	}
	return ids
}

// Planned is how many deliveries have an attempt to come.
func (e *Engine) Planned() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.armed
}

// depart plans the first attempt of a notification's first delivery, and those
// of its copies. It is called with mu held.
func (e *Engine) depart(n Notification, j *journey) {
	together := []*journey{j}
	if f, has := fault.First(n.Faults, fault.Concurrent); has {
		for range f.Number("count") - 1 {
			together = append(together, e.copied(n, j.id, len(together), j.first))
		}
	}
	copies := len(together)
	if len(together) > 1 {
		e.armTogether(together)
	} else {
		e.arm(j)
	}
	if f, has := fault.First(n.Faults, fault.Duplicate); has {
		for range f.Number("count") {
			e.arm(e.copied(n, j.id, copies, j.first.Add(f.Duration("after"))))
			copies++
		}
	}
}

// copied begins a delivery of the same notification.
func (e *Engine) copied(n Notification, original string, ordinal int, first time.Time) *journey {
	_, j := e.begin(n, Delivery{DuplicateOf: &original, Copy: ordinal}, first)
	return j
}

// replay plans a copy of what was taken, if that is its fault. Of copies and
// redeliveries there are none. It is called with mu held.
func (e *Engine) replay(n Notification, j *journey) {
	f, has := fault.First(n.Faults, fault.Replay)
	if !has || j.copy > 0 || j.again {
		return
	}
	const behindAll = 1 << 20 // more than there are copies
	e.arm(e.copied(n, j.id, behindAll, e.config.Clock.Now().Add(f.Duration("after"))))
}

// armTogether has the first attempts of several journeys made at one moment: by
// one call of the clock, which waits for all of them.
func (e *Engine) armTogether(journeys []*journey) {
	for _, j := range journeys {
		e.plan(j, true)
	}
	e.config.Clock.AfterFunc(journeys[0].due.Sub(e.config.Clock.Now()), func() {
		g := newGate(len(journeys))
		var all sync.WaitGroup
		for _, j := range journeys {
			all.Go(func() { e.attempt(j, &ticket{gate: g}) })
		}
		all.Wait()
	})
}

// gate lets those who arrive go on when all have arrived.
type gate struct {
	mu      sync.Mutex
	missing int
	open    chan struct{}
}

func newGate(n int) *gate { return &gate{missing: n, open: make(chan struct{})} }

// ticket is for passing a gate, once. A nil one is for no gate at all.
type ticket struct {
	gate *gate
	used bool
}

// pass waits for the others, as long as ctx allows.
func (t *ticket) pass(ctx context.Context) {
	if t == nil {
		return
	}
	t.leave()
	select {
	case <-t.gate.open:
	case <-ctx.Done():
	}
}

// leave keeps the others from waiting for the ticket's holder.
func (t *ticket) leave() {
	if t == nil || t.used {
		return
	}
	t.used = true
	t.gate.mu.Lock()
	defer t.gate.mu.Unlock()
	if t.gate.missing--; t.gate.missing == 0 {
		close(t.gate.open)
	}
}
