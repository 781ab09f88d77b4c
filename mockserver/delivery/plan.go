package delivery

import (
	"errors"
	"time"
)

// way is how far a journey has come: what the plan of its attempts follows from.
type way struct {
	notification Notification
	now          time.Time

	goes    bool // on, if the next attempt fails
	flying  bool // the next attempt is being made already
	made    int
	first   time.Time
	planned time.Time
	due     time.Time
}

// wayOf is called with mu held.
func wayOf(j *journey, n Notification, now time.Time) way {
	return way{
		notification: n, now: now, goes: j.armed || j.flights > 0 && !j.spent, flying: !j.armed,
		made: j.made, first: j.first, planned: j.planned, due: j.due,
	}
}

// planned lists when the attempts still to come are due if every one of them
// fails; at most 1,000 of them. It asks the policy as it is now, and counts as
// [Engine.next] does. It is called without mu, because a policy may ask the
// engine something.
func (e *Engine) planned(w way) (plan []time.Time) {
	if !w.goes {
		return nil
	}
	defer e.caught(w.notification.Provider, func(any) { plan = nil })
	p, err := e.policyOf(w.notification)
	if err != nil {
		return nil
	}
	to, err := p.target(w.notification)
	if errors.Is(err, ErrGone) { // and when its time comes the delivery is cancelled instead
		return nil
	}
	last := err == nil && to.Last
	if !w.flying {
		plan = append(plan, w.due)
	}
	planned, at := w.planned, later(w.due, w.now)
	for made := w.made + 1; !last && len(plan) < maxPlan; made++ {
		wait, again := p.next(made, planned.Sub(w.first))
		if !again {
			break
		}
		planned = later(planned.Add(wait), at)
		at = planned
		plan = append(plan, at)
	}
	return plan
}
