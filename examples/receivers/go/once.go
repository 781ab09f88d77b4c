package main

import "sync"

// once remembers what was taken, so that it is taken once. Yours is a table with
// a unique key, which outlives a restart and which all your processes share.
type once struct {
	mu  sync.Mutex
	ids map[string]bool
}

// take does the work for an ID unless that was done. When the work fails the ID
// counts as new again, or the retry would be taken for a duplicate and the result
// be lost. In a database the ID and the work belong into one transaction, which
// does the same, even when the process ends half-way.
func (o *once) take(id string, work func() error) error {
	if !o.mark(id) {
		return nil
	}
	done := false
	defer func() { // after a panic too
		if !done {
			o.forget(id)
		}
	}()
	err := work()
	done = err == nil
	return err
}

// mark is whether the ID is new.
func (o *once) mark(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.ids[id]
	o.ids[id] = true
	return !known
}

func (o *once) forget(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.ids, id)
}
