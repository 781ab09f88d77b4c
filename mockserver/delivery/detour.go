package delivery

import (
	"slices"
	"time"

	"kycmock/mockserver/fault"
)

// This file has the faults of the schedule: what is sent late, never or again.
// What is held back is in held.go, what goes together in together.go, what
// overlaps in flight.go.

// launch begins the delivery of a notification by its faults. It is called with
// mu held.
func (e *Engine) launch(n Notification) Delivery {
	first := delayed(n, e.config.Clock.Now())
	var special Delivery
	if original := n.RedeliveryOf; original != "" {
		special.RedeliveryOf = &original // not n's, which would keep all of n
	}
	if _, dropped := fault.First(n.Faults, fault.Drop); dropped {
		d, j := e.begin(n, special, time.Time{})
		e.finish(j, Cancelled, "dropped")
		d.Status, d.CancelReason = Cancelled, "dropped"
		return d
	}
	if f, held := fault.First(n.Faults, fault.Overtaken); held {
		d, j := e.begin(n, special, time.Time{})
		e.hold(j, f.Number("by"), first)
		return d
	}
	d, j := e.begin(n, special, first)
	e.depart(n, j)
	return d
}

// delayed is when the first attempt is due of what was sent at a time.
func delayed(n Notification, sent time.Time) time.Time {
	if late, has := fault.First(n.Faults, fault.Delay); has {
		return sent.Add(late.Duration("by"))
	}
	return sent
}

// depart plans the first attempt of a notification's first delivery, and those
// of its copies. It is called with mu held.
func (e *Engine) depart(n Notification, j *journey) {
	together := []*journey{j}
	for range togetherWith(n) {
		together = append(together, e.copied(n, j.id, len(together), j.first))
	}
	if len(together) > 1 {
		e.armTogether(together)
	} else {
		e.arm(j)
	}
	ordinal := len(together)
	for _, f := range n.Faults {
		if f.Name != fault.Duplicate {
			continue
		}
		for range f.Number("count") {
			e.arm(e.copied(n, j.id, ordinal, j.first.Add(f.Duration("after"))))
			ordinal++
		}
	}
}

// copiesOf is how many copies of a notification are sent, but for replays.
func copiesOf(n Notification) int {
	count := togetherWith(n)
	for _, f := range n.Faults {
		if f.Name == fault.Duplicate {
			count += f.Number("count")
		}
	}
	return count
}

// copied begins a delivery of the same notification. Copies are counted from 1.
func (e *Engine) copied(n Notification, original string, ordinal int, first time.Time) *journey {
	_, j := e.begin(n, Delivery{DuplicateOf: &original, Copy: ordinal}, first)
	return j
}

// replay plans to send what was taken again, if that is its fault. Of copies and
// redeliveries there are no replays. It is called with mu held.
func (e *Engine) replay(n Notification, j *journey) {
	if j.copy > 0 || j.again {
		return
	}
	ordinal := 1 + copiesOf(n)
	for _, f := range n.Faults {
		if f.Name == fault.Replay {
			e.arm(e.copied(n, j.id, ordinal, e.config.Clock.Now().Add(f.Duration("after"))))
			ordinal++
		}
	}
}

// resume goes on with the journeys that were stored, each as its notification's
// faults had it. It is called with mu held.
func (e *Engine) resume(journeys []*journey) {
	together := map[string][]*journey{} // by notification
	for _, j := range journeys {
		n, _ := e.notifications.Get(j.notification)
		f, held := fault.First(n.Faults, fault.Overtaken)
		switch d, _ := e.deliveries.Get(j.id); {
		case held && j.made == 0 && d.NextAt == nil:
			e.hold(j, f.Number("by"), delayed(n, d.CreatedAt)) // what overtook it before is not known
		case j.made == 0 && !j.again && togetherWith(n) > 0 && j.copy <= togetherWith(n):
			together[n.ID] = append(together[n.ID], j)
		default:
			e.arm(j)
		}
	}
	for _, j := range journeys {
		if all := together[j.notification]; slices.Contains(all, j) {
			e.armTogether(all)
			delete(together, j.notification)
		}
	}
}
