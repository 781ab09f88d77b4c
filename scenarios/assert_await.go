package scenarios

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
)

// awaited returns deliveries as they are when what is asked of them has
// happened, or can no longer be waited for. While the clock stands nothing
// happens by itself, but for attempts that do not wait for each other.
func (h *hearing) awaited(ctx context.Context, records []delivery.Record) ([]delivery.Record, error) {
	need, err := h.needed()
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for i, r := range records {
		if h.world.Standing() && !slices.Contains(r.Faults, fault.RetryOverlap) {
			continue
		}
		now, err := h.world.Wait(waiting, r.ID, func(r delivery.Record) bool { return r.Status.Final() || len(r.Attempts) >= need && !h.due(r) })
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil && waiting.Err() == nil {
			return nil, err
		}
		records[i] = now
	}
	return records, nil
}

// needed is how many attempts have to have been made for the assertion to be
// held against them.
func (h *hearing) needed() (int, error) {
	if h.Attempt == "" && h.Status != "" {
		m, _, err := h.deliveryMatcher()
		if err != nil {
			return 0, err
		}
		if !m.takes(string(delivery.Pending)) {
			return math.MaxInt, nil // it has to be final
		}
	}
	need := max(len(h.Sequence), len(h.At))
	asked, err := h.scope.number(h.Attempts, 0)
	if err != nil {
		return 0, fmt.Errorf("attempts: %w", err)
	}
	need = max(need, asked)
	attempt, err := h.scope.text(h.Attempt)
	if err != nil {
		return 0, err
	}
	if n, err := strconv.Atoi(attempt); err == nil {
		return max(need, n), nil
	}
	if h.aboutAttempts() || len(h.Order) > 0 {
		need = max(need, 1)
	}
	return need, nil
}

// aboutAttempts is whether something of single attempts is asserted.
func (h *hearing) aboutAttempts() bool {
	return h.Attempt != "" || h.Within != "" || h.Error != "" || len(h.Header) > 0 || h.Body != "" || h.Request != ""
}

// order holds the sequence in which several were first attempted against the
// assertion.
func (h *hearing) order(ctx context.Context) error {
	if len(h.Order) == 0 {
		return nil
	}
	wanted, err := h.scope.texts(h.Order...)
	if err != nil {
		return err
	}
	first := map[string]delivery.Attempt{}
	for _, name := range wanted {
		records, err := h.told(name)
		if err != nil {
			return err
		}
		if records, err = h.awaited(ctx, records); err != nil {
			return err
		}
		made := attemptedFirst(records, h.rank())
		if made == nil && h.untold(name) {
			return errNoWebhook
		}
		if made == nil {
			h.complain("%s was never attempted", name)
			return nil
		}
		first[name] = *made
	}
	rank := h.rank()
	got := slices.Clone(wanted)
	slices.SortStableFunc(got, func(a, b string) int { return earlier(first[a], first[b], rank) })
	if !slices.Equal(got, wanted) {
		h.complain("the order was %s, wanted %s", list(got), list(wanted))
	}
	return nil
}

// rank says of each delivery which place its first attempt has in the journal.
func (t *telling) rank() map[string]int {
	rank := map[string]int{}
	for i, id := range t.world.Attempted() {
		rank[id] = i
	}
	return rank
}

// attemptedFirst is the earliest first attempt of several deliveries, nil when
// none was made.
func attemptedFirst(records []delivery.Record, rank map[string]int) *delivery.Attempt {
	var first *delivery.Attempt
	for _, r := range records {
		if len(r.Attempts) > 0 && (first == nil || earlier(r.Attempts[0], *first, rank) < 0) {
			first = &r.Attempts[0]
		}
	}
	return first
}

// earlier compares when attempts were made: on the mock's clock, which may have
// stood, and then by the journal.
func earlier(a, b delivery.Attempt, rank map[string]int) int {
	if by := a.At.Compare(b.At); by != 0 {
		return by
	}
	return rank[a.Delivery] - rank[b.Delivery]
}
