package conformance

import (
	"encoding/json"
	"sync"

	"kycmock/mockserver/journal"
)

// Shelf is a [journal.Store] in memory that outlives its mocks, for tests of
// what a restart leaves. It keeps text, as one on a disk would, so that what
// does not survive being written down is missed. The zero value is empty.
type Shelf struct {
	mu     sync.Mutex
	lines  [][]byte
	closed int
}

// Append keeps entries.
func (s *Shelf) Append(entries ...journal.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		s.lines = append(s.lines, line)
	}
	return nil
}

// Scan reads all entries, in order.
func (s *Shelf) Scan(f func(journal.Entry) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.lines {
		var e journal.Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return err
		}
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

// Close counts that a mock has ended; the next one reads what is kept.
func (s *Shelf) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed++
	return nil
}

// Closed is how often it was closed.
func (s *Shelf) Closed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}
