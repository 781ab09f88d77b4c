// Package journal is the list of what happened. Every change of every subject
// is an entry that holds the subject as it was left; tables fold the entries
// to what holds now, and whoever wants to know what happens watches.
//
// In memory the journal holds values, which nobody changes once they are in
// it, and encodes one only when a reader or a [Store] asks.
package journal

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Entry is one thing that happened.
type Entry struct {
	Seq  int64           `json:"seq" doc:"Counts up from 1."`
	At   time.Time       `json:"at" doc:"When it happened, on the mock's clock."`
	Kind string          `json:"kind" doc:"What kind of subject changed: session, delivery, attempt, ..."`
	ID   string          `json:"id" doc:"Which one."`
	Data json.RawMessage `json:"data" doc:"The subject as it was left, null when it was removed. Secrets show as ***."`
}

// Kinds of entries that the journal itself makes.
const (
	// KindGap tells a reader that entries it asked for are no longer kept. Its
	// data is {"oldest": n}, the oldest that is.
	KindGap = "gap"
	// KindReset tells that whole kinds were forgotten. Its data is
	// {"kinds": [...]}.
	KindReset = "reset"
)

// Masker is a value with secrets, which readers see as Masked and only a Store
// sees as it is. A value that is appended by itself, not by a table, must have
// the method too, not only a pointer to it.
type Masker interface{ Masked() any }

// Sizer is a value that can be large: Size tells its bytes, roughly.
type Sizer interface{ Size() int }

// maxBytes bounds what the kept entries hold, as far as they tell their size.
const maxBytes = 64 << 20

// Journal keeps the newest entries and feeds tables and watchers. Its methods
// may be called from any goroutine.
type Journal struct {
	now   func() time.Time
	keep  int
	store Store

	mu      sync.Mutex
	failure error // the store's first, after which nothing more is stored
	records []record
	bytes   int           // that the records tell of
	next    int64         // the seq of the next entry
	changed chan struct{} // closed by the next entry; nil while nobody waits for one
	tables  map[string]clearer
}

type record struct {
	seq      int64
	at       time.Time
	kind, id string
	value    any // nil when the subject was removed
}

type clearer interface{ clear() int }

// Open makes a journal that stamps entries with now and keeps the newest keep
// of them for readers. A store, which may be nil, gets every entry for good;
// what it holds already is folded by the tables that are made next.
func Open(now func() time.Time, keep int, store Store) (*Journal, error) {
	j := &Journal{now: now, keep: max(keep, 1), store: store, next: 1, tables: map[string]clearer{}}
	if store == nil {
		return j, nil
	}
	err := store.Scan(func(e Entry) error {
		j.next = e.Seq + 1
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the journal's store: %w", err)
	}
	return j, nil
}

// Append writes down that the subject was left as value, which must not change
// afterwards, or removed when value is nil.
func (j *Journal) Append(kind, id string, value any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.append(kind, id, value)
}

func (j *Journal) append(kind, id string, value any) {
	r := record{seq: j.next, at: j.now(), kind: kind, id: id, value: value}
	j.next++
	if j.store != nil && j.failure == nil {
		j.failure = j.keepForGood(r)
	}
	j.records = append(j.records, r)
	j.bytes += r.size()
	if len(j.records) > j.keep+j.keep/4 {
		j.trim(len(j.records) - j.keep)
	} else if j.bytes > maxBytes {
		j.trim((len(j.records) + 3) / 4)
	}
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// trim lets the oldest n records go. A fresh slice holds the others, so that the
// old one and all that it holds can go too.
func (j *Journal) trim(n int) {
	for _, r := range j.records[:n] {
		j.bytes -= r.size()
	}
	j.records = slices.Clone(j.records[n:])
}

func (r record) size() int {
	if s, ok := r.value.(Sizer); ok {
		return s.Size()
	}
	return 0
}

// keepForGood hands a record to the store. What cannot be encoded is a failure
// here: a store with a hole would be read as if nothing were missing.
func (j *Journal) keepForGood(r record) error {
	entry, err := r.entry(false)
	if err != nil {
		return fmt.Errorf("entry %d, %s %s: %w", r.seq, r.kind, r.id, err)
	}
	return j.store.Append(entry)
}

// Changed is closed when the next entry is written.
func (j *Journal) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed
}

// Last is the seq of the newest entry, 0 when there is none.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next - 1
}

// Forget empties the tables of these kinds and writes down that it did. It
// tells how many rows of each kind there were.
func (j *Journal) Forget(kinds ...string) map[string]int {
	j.mu.Lock()
	defer j.mu.Unlock()
	cleared := map[string]int{}
	for _, kind := range kinds {
		if table := j.tables[kind]; table != nil {
			cleared[kind] = table.clear()
		}
	}
	j.append(KindReset, "", reset{slices.Clone(kinds)})
	return cleared
}

type reset struct {
	Kinds []string `json:"kinds"`
}

// Close closes the store and tells the first error that it met.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.store == nil {
		return nil
	}
	err := j.store.Close()
	j.store = nil
	if j.failure != nil {
		return fmt.Errorf("writing the journal's store: %w", j.failure)
	}
	return err
}

// entry encodes a record. What cannot be encoded becomes its own error text,
// because a reader is better served by that than by a missing entry.
func (r record) entry(masked bool) (Entry, error) {
	value := r.value
	if m, ok := value.(Masker); ok && masked {
		value = m.Masked()
	}
	data, err := json.Marshal(value)
	if err != nil {
		data, _ = json.Marshal(map[string]string{"unencodable": err.Error()})
	}
	return Entry{Seq: r.seq, At: r.at, Kind: r.kind, ID: r.id, Data: data}, err
}

// Kinds lists the kinds that have a table.
func (j *Journal) Kinds() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Sorted(maps.Keys(j.tables))
}
