package journal

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Series holds all that was added under an id, in order, where a [Table] holds
// what was put last.
type Series[T any] struct {
	journal *Journal
	kind    string
	rows    map[string][]*T
}

// NewSeries makes the series of one kind and folds what the store holds of it.
func NewSeries[T any](j *Journal, kind string) (*Series[T], error) {
	s := &Series[T]{journal: j, kind: kind, rows: map[string][]*T{}}
	err := j.fold(kind, s, func(e Entry) error {
		value := new(T)
		if err := json.Unmarshal(e.Data, value); err != nil {
			return fmt.Errorf("entry %d, %s %s: %w", e.Seq, e.Kind, e.ID, err)
		}
		s.rows[e.ID] = append(s.rows[e.ID], value)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Add puts value behind what is there.
func (s *Series[T]) Add(id string, value *T) {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.rows[id] = append(s.rows[id], value)
	s.journal.append(s.kind, id, value)
}

// Of returns all that was added under id, oldest first. The values are shared
// and must not be changed.
func (s *Series[T]) Of(id string) []*T {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return slices.Clip(s.rows[id])
}

// Drop takes what is under id out of memory, without an entry.
func (s *Series[T]) Drop(id string) {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	delete(s.rows, id)
}

func (s *Series[T]) clear() int {
	n := 0
	for _, values := range s.rows {
		n += len(values)
	}
	s.rows = map[string][]*T{}
	return n
}
