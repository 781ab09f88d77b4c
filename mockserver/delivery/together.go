package delivery

import (
	"context"
	"sync"

	"kycmock/mockserver/fault"
)

// This file has what is sent at one moment.

// togetherWith is how many copies of a notification go together with it.
func togetherWith(n Notification) int {
	if f, has := fault.First(n.Faults, fault.Concurrent); has {
		return f.Number("count") - 1
	}
	return 0
}

// armTogether has the first attempts of several journeys made at one moment: by
// one call of the clock, which waits for all of them. It is called with mu held.
func (e *Engine) armTogether(journeys []*journey) {
	plans := make([]uint32, len(journeys))
	for i, j := range journeys {
		plans[i] = e.plan(j)
	}
	e.config.Clock.AfterFunc(journeys[0].due.Sub(e.config.Clock.Now()), func() {
		g := &gate{missing: len(journeys), open: make(chan struct{})}
		var all sync.WaitGroup
		for i, j := range journeys {
			all.Go(func() { e.attempt(j, plans[i], &ticket{gate: g}) })
		}
		all.Wait()
	})
}

// gate lets those who arrive go on when all have arrived, or left.
type gate struct {
	mu      sync.Mutex
	missing int
	open    chan struct{}
}

// ticket is for passing a gate, once. A nil one is for no gate at all.
type ticket struct {
	gate *gate
	used bool // guarded by the gate's mu
}

// pass waits for the others, as long as ctx allows.
func (t *ticket) pass(ctx context.Context) {
	if t == nil {
		return
	}
	t.leave()
	select {
	case <-t.gate.open:
	case <-ctx.Done():
	}
}

// leave keeps the others from waiting for the ticket's holder.
func (t *ticket) leave() {
	if t == nil {
		return
	}
	t.gate.mu.Lock()
	defer t.gate.mu.Unlock()
	if t.used {
		return
	}
	t.used = true
	if t.gate.missing--; t.gate.missing == 0 {
		close(t.gate.open)
	}
}
