package journal

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
)

// Table holds the subjects of one kind as they are now: the last entry wins.
// A row's value is never changed in place, so that an entry keeps what it said.
type Table[T any] struct {
	journal *Journal
	kind    string
	rows    map[string]*row[T]
	order   []*row[T] // by first entry; removed rows stay until they are many
	gone    int
}

type row[T any] struct {
	id    string
	value *T // nil once removed
}

// NewTable makes the table of one kind and folds what the store holds of it.
func NewTable[T any](j *Journal, kind string) (*Table[T], error) {
	t := &Table[T]{journal: j, kind: kind, rows: map[string]*row[T]{}}
	err := j.fold(kind, t, func(e Entry) error {
		if string(e.Data) == "null" {
			t.remove(e.ID)
			return nil
		}
		value := new(T)
		if err := json.Unmarshal(e.Data, value); err != nil {
			return fmt.Errorf("entry %d, %s %s: %w", e.Seq, e.Kind, e.ID, err)
		}
		t.put(e.ID, value)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Get returns the row of this id, and whether there is one.
func (t *Table[T]) Get(id string) (T, bool) {
	t.journal.mu.Lock()
	defer t.journal.mu.Unlock()
	if r := t.rows[id]; r != nil {
		return *r.value, true
	}
	var none T
	return none, false
}

// Put adds the row or replaces it.
func (t *Table[T]) Put(id string, value T) {
	t.journal.mu.Lock()
	defer t.journal.mu.Unlock()
	t.put(id, &value)
	t.journal.append(t.kind, id, &value)
}

// Update changes a copy of the row by f, which must not call the journal, and
// puts it back. What the copy points to is shared with entries of before: f
// replaces it. The row of an unknown id starts as T's zero value; found tells
// f which it is. When f returns an error nothing changes.
func (t *Table[T]) Update(id string, f func(value *T, found bool) error) (T, error) {
	t.journal.mu.Lock()
	defer t.journal.mu.Unlock()
	value := new(T)
	r := t.rows[id]
	if r != nil {
		*value = *r.value
	}
	if err := f(value, r != nil); err != nil {
		return *value, err
	}
	t.put(id, value)
	t.journal.append(t.kind, id, value)
	return *value, nil
}

// Delete removes the row and tells whether there was one.
func (t *Table[T]) Delete(id string) bool {
	t.journal.mu.Lock()
	defer t.journal.mu.Unlock()
	if !t.remove(id) {
		return false
	}
	t.journal.append(t.kind, id, nil)
	return true
}

// Drop takes the row out of memory without an entry: nothing happened to it,
// it is only too old to be kept.
func (t *Table[T]) Drop(id string) {
	t.journal.mu.Lock()
	defer t.journal.mu.Unlock()
	t.remove(id)
}

// Len is the number of rows.
func (t *Table[T]) Len() int {
	t.journal.mu.Lock()
	defer t.journal.mu.Unlock()
	return len(t.rows)
}

// All yields the rows as they are when it begins, in the order in which they
// were first put.
func (t *Table[T]) All() iter.Seq2[string, T] { return t.each(false) }

// Newest is All, last put first.
func (t *Table[T]) Newest() iter.Seq2[string, T] { return t.each(true) }

func (t *Table[T]) each(backward bool) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		t.journal.mu.Lock()
		rows := make([]row[T], 0, len(t.rows))
		for _, r := range t.order {
			if r.value != nil {
				rows = append(rows, *r)
			}
		}
		t.journal.mu.Unlock()
		if backward {
			slices.Reverse(rows)
		}
		for _, r := range rows {
			if !yield(r.id, *r.value) {
				return
			}
		}
	}
}

func (t *Table[T]) put(id string, value *T) {
	if r := t.rows[id]; r != nil {
		r.value = value
		return
	}
	r := &row[T]{id, value}
	t.rows[id] = r
	t.order = append(t.order, r)
}

func (t *Table[T]) remove(id string) bool {
	r := t.rows[id]
	if r == nil {
		return false
	}
	r.value = nil
	delete(t.rows, id)
	t.gone++
	if t.gone > len(t.rows)+64 {
		t.order = slices.DeleteFunc(t.order, func(r *row[T]) bool { return r.value == nil })
		t.gone = 0
	}
	return true
}

func (t *Table[T]) clear() int {
	n := len(t.rows)
	t.rows, t.order, t.gone = map[string]*row[T]{}, nil, 0
	return n
}
