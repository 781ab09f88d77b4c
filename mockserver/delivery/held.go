package delivery

import (
	"slices"
	"time"
)

// This file has what is held back until later notifications were sent.

// hold keeps a journey back until so many later ones were sent, but not to be
// sent before first. It is called with mu held.
func (e *Engine) hold(j *journey, behind int, first time.Time) {
	j.behind, j.first = behind, first
	e.heldBack = append(e.heldBack, j)
}

// unhold has a journey held back no longer. It is called with mu held.
func (e *Engine) unhold(j *journey) {
	if j.behind > 0 {
		j.behind = 0
		e.heldBack = slices.DeleteFunc(e.heldBack, func(held *journey) bool { return held == j })
	}
}

// overtake counts a notification whose first attempt was made for those of its
// account that are held back, and lets go what has been overtaken often enough.
// It is called with mu held.
func (e *Engine) overtake(n Notification, by *journey) {
	if by.copy > 0 || by.again || n.RedeliveryOf != "" {
		return
	}
	now := e.config.Clock.Now()
	for _, j := range slices.Clone(e.heldBack) {
		if j.ordinal > by.ordinal {
			break
		}
		if waiting, ok := e.notifications.Get(j.notification); !ok || waiting.Provider != n.Provider || waiting.Account != n.Account {
			continue
		}
		if j.behind > 1 {
			j.behind--
			continue
		}
		e.release(j, later(now, j.first))
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// release has a journey that was held back begin. It is called with mu held.
func (e *Engine) release(j *journey, first time.Time) {
	e.unhold(j)
	j.first, j.planned, j.due = first, first, first
	_, _ = e.deliveries.Update(j.id, func(d *Delivery, _ bool) error {
		d.NextAt = &first
		return nil
	})
	if n, ok := e.notifications.Get(j.notification); ok {
		e.depart(n, j)
	}
}

// Held lists the deliveries that are held back and have no attempt planned,
// oldest first.
func (e *Engine) Held() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	ids := []string{}
	for _, j := range e.heldBack {
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
