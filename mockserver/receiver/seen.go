package receiver

import "sync"

// remembered is how many deliveries of a vendor the receiver tells duplicates
// of. Uqudo tries for two hours and UIP for a quarter of one, so a duplicate is
// missed only where more sessions than that finish meanwhile; a real receiver
// asks its database instead.
const remembered = 10_000

// seen are the deliveries of one vendor that were taken lately. Each vendor has
// its own, so that a busy one does not push out what the other sent.
type seen struct {
	mu   sync.Mutex
	ids  map[identity]bool
	list []identity // as a ring, the next place to write is at
	at   int
}

type identity struct{ account, id string }

// before says whether the delivery was taken before, and notes that it is now:
// both in one step, so that of two copies at the same moment exactly one is
// new.
func (s *seen) before(account, id string) bool {
	i := identity{account, id}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids[i] {
		return true
	}
	if s.ids == nil {
		s.ids = map[identity]bool{}
	}
	s.ids[i] = true
	if len(s.list) < remembered {
		s.list = append(s.list, i)
		return false
	}
	delete(s.ids, s.list[s.at])
	s.list[s.at] = i
	s.at = (s.at + 1) % remembered
	return false
}

func (s *seen) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids, s.list, s.at = nil, nil, 0
}
