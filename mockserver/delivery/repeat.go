package delivery

import "kycmock/mockserver/fault"

// This file has what somebody asks to have sent once more.

// Redeliver begins another delivery of the same notification: the same bytes,
// also when faults made them, but without what went wrong on the wire.
func (e *Engine) Redeliver(id string) (Delivery, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	d, n, err := e.told(id)
	if err != nil {
		return d, err
	}
	original := d.ID // not d's, which would keep all of d
	again, j := e.begin(n, Delivery{RedeliveryOf: &original, Copy: d.Copy}, e.config.Clock.Now())
	e.arm(j)
	return again, nil
}

// Duplicate begins a copy of a delivery, as if the vendor had sent it twice: the
// same notification, with what goes wrong with each of its copies, due now. A
// copy of a copy is one of the original's.
func (e *Engine) Duplicate(id string) (Delivery, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	d, n, err := e.told(id)
	if err != nil {
		return d, err
	}
	original := d.ID
	if d.DuplicateOf != nil {
		original = *d.DuplicateOf
	}
	like := Delivery{DuplicateOf: &original, Copy: e.copies(n) + 1}
	if d.RedeliveryOf != nil {
		again := *d.RedeliveryOf
		like.RedeliveryOf = &again
	}
	twin, j := e.begin(n, like, e.config.Clock.Now())
	e.arm(j)
	return twin, nil
}

// Notification returns what a delivery tells.
func (e *Engine) Notification(id string) (Notification, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, n, err := e.told(id)
	return n, err
}

// told finds a delivery with what it tells. It is called with mu held.
func (e *Engine) told(id string) (Delivery, Notification, error) {
	d, ok := e.deliveries.Get(id)
	if !ok {
		return d, Notification{}, unknown(id)
	}
	n, ok := e.notifications.Get(d.Notification)
	if !ok {
		return d, n, unknown(id)
	}
	return d, n, nil
}

// copies is the highest number that a copy of a notification has, or will have
// by its faults. It is called with mu held.
func (e *Engine) copies(n Notification) int {
	highest := copiesOf(n)
	for _, f := range n.Faults {
		if f.Name == fault.Replay {
			highest++
		}
	}
	for _, d := range e.deliveries.All() {
		if d.Notification == n.ID {
			highest = max(highest, d.Copy)
		}
	}
	return highest
}
