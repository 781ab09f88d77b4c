package journal

import "encoding/json"

// Store keeps entries for good: an append-only list, which a restarted mock
// reads from its beginning. Calls come one at a time. Entries hold secrets as
// they are.
type Store interface {
	// Append adds entries, in order.
	Append(entries ...Entry) error
	// Scan calls f with every entry, oldest first, and stops at f's error.
	Scan(f func(Entry) error) error
	// Close ends the use of the store.
	Close() error
}

// fold reads the stored entries of one kind, in order: put gets each subject as
// it was left, nil data for one that was removed, and clear tells of a reset.
func (j *Journal) fold(kind string, put func(Entry) error, clear func()) error {
	if j.store == nil {
		return nil
	}
	return j.store.Scan(func(e Entry) error {
		switch e.Kind {
		case kind:
			return put(e)
		case KindReset:
			var r reset
			if err := json.Unmarshal(e.Data, &r); err != nil {
				return err
			}
			for _, k := range r.Kinds {
				if k == kind {
					clear()
				}
			}
		}
		return nil
	})
}
