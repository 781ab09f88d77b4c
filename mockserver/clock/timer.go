package clock

import (
	"container/heap"
	"time"
)

// gone is the index of a timer that is not in the heap.
const gone = -1

// Timer is a call that is still to come.
type Timer struct {
	clock   *Clock
	due     time.Duration // counted from the clock's start
	ordinal uint64
	f       func()
	index   int // in the heap
}

// Stop takes the call back. It is false when the call has begun or was taken
// back before.
func (t *Timer) Stop() bool {
	c := t.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.index == gone {
		return false
	}
	heap.Remove(&c.timers, t.index)
	return true
}

// Due is when the call is made, or was.
func (t *Timer) Due() time.Time { return t.clock.start.Add(t.due) }

// timers is a heap: the earliest first, and among equals the one that was asked
// for first.
type timers []*Timer

func (h timers) Len() int { return len(h) }

func (h timers) Less(i, j int) bool {
	if h[i].due != h[j].due {
		return h[i].due < h[j].due
	}
	return h[i].ordinal < h[j].ordinal
}

func (h timers) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timers) Push(x any) {
	t := x.(*Timer)
	t.index = len(*h)
	*h = append(*h, t)
}

func (h *timers) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.index = gone
	return t
}
