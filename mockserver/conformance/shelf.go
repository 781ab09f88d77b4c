package conformance

import (
	"encoding/json"
	"sync"

	"kycmock/mockserver/journal"
)

// shelf is a [journal.Store] in memory that outlives its mocks. It keeps text,
// as one on a disk would, so that what does not survive being written down is
// missed.
type shelf struct {
	mu    sync.Mutex
	lines [][]byte
}

func (s *shelf) Append(entries ...journal.Entry) error {
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

func (s *shelf) Scan(f func(journal.Entry) error) error {
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

func (s *shelf) Close() error { return nil }
