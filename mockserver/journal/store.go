package journal

import (
	"encoding/json"
	"fmt"
	"slices"
)

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

// fold makes rows those of a kind, which can have no others, and reads the
// stored entries of it, in order: put gets each subject as it was left, null
// for one that was removed, and a reset clears the rows.
func (j *Journal) fold(kind string, rows clearer, put func(Entry) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.tables[kind] != nil {
		return fmt.Errorf("the journal has a table of the kind %q already", kind)
	}
	if j.store != nil {
		err := j.store.Scan(func(e Entry) error {
			switch e.Kind {
			case kind:
				return put(e)
			case KindReset:
				return forget(e, kind, rows)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	j.tables[kind] = rows
	return nil
}

// forget clears the rows of a kind if the reset is about it too.
func forget(e Entry, kind string, rows clearer) error {
	var r reset
	if err := json.Unmarshal(e.Data, &r); err != nil {
		return fmt.Errorf("entry %d, %s: %w", e.Seq, e.Kind, err)
	}
	if slices.Contains(r.Kinds, kind) {
		rows.clear()
	}
	return nil
}
