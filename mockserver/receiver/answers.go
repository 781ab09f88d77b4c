package receiver

import (
	"fmt"
	"slices"
	"sync"

	"kycmock/mockserver/problem"
)

// Answer sets the statuses that the receiver answers next, whatever arrives
// and for whatever account: each is used once, in order, before it behaves
// again. What was left of an earlier call is replaced; no statuses at all make
// it behave at once. A status outside 200 to 599 is refused as a
// *problem.Error located at "answers[i]", and then nothing changes.
func (r *Receiver) Answer(statuses ...int) error {
	var p problem.Fields
	for i, status := range statuses {
		if status < 200 || status > 599 {
			p.Add(fmt.Sprintf("answers[%d]", i), status, "want a status from 200 to 599")
		}
	}
	if err := p.Err("the receiver cannot answer that"); err != nil {
		return err
	}
	r.script.replace(statuses)
	return nil
}

// Answers is what is left of the statuses that Answer has set.
func (r *Receiver) Answers() []int { return r.script.left() }

// script is what the receiver was told to answer.
type script struct {
	mu       sync.Mutex
	statuses []int
}

func (s *script) replace(statuses []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statuses = slices.Clone(statuses)
}

func (s *script) left() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.statuses)
}

func (s *script) next() (status int, told bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.statuses) == 0 {
		return 0, false
	}
	status, s.statuses = s.statuses[0], s.statuses[1:]
	return status, true
}
