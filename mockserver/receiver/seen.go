package receiver

import "sync"

// remembered is how many results the receiver tells duplicates of. Uqudo tries
// for two hours, so a duplicate is missed only where more sessions than that
// finish within two hours; a real receiver asks its database instead.
const remembered = 10_000

// seen are the results that were taken lately.
type seen struct {
	mu   sync.Mutex
	ids  map[result]bool
	list []result // as a ring, the next place to write is at
	at   int
}

type result struct{ account, jti string }

// before says whether the result was taken before, and notes that it is now:
// both in one step, so that of two copies at the same moment exactly one is
// new.
func (s *seen) before(account, jti string) bool {
	r := result{account, jti}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids[r] {
		return true
	}
	if s.ids == nil {
		s.ids = map[result]bool{}
	}
	s.ids[r] = true
	if len(s.list) < remembered {
		s.list = append(s.list, r)
		return false
	}
	delete(s.ids, s.list[s.at])
	s.list[s.at] = r
	s.at = (s.at + 1) % remembered
	return false
}

func (s *seen) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids, s.list, s.at = nil, nil, 0
}
