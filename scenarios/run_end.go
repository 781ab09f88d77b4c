package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"kycmock/mockserver/delivery"
)

// callOff ends what a run that was stopped waits for.
func (r *Run) callOff() {
	r.mu.Lock()
	caused := slices.Clone(r.caused)
	r.mu.Unlock()
	pending, _ := r.world.Deliveries(delivery.Filter{Status: delivery.Pending})
	for _, d := range pending {
		if slices.Contains(caused, d.ID) || d.DuplicateOf != nil && slices.Contains(caused, *d.DuplicateOf) {
			_ = r.world.Cancel(d.ID) // it may just have ended
		}
	}
}

// disarm takes back the faults that the run has armed, so that they hit nobody
// else.
func (r *Run) disarm() {
	r.mu.Lock()
	armed := r.armed
	r.armed = nil
	r.mu.Unlock()
	for _, id := range armed {
		_ = r.world.Disarm(id) // most have been used up
	}
}

// end draws the conclusion.
func (r *Run) end(ctx context.Context, err error) {
	status, detail := Passed, ""
	switch {
	case err == nil:
		r.mu.Lock()
		if failed(r.rows) {
			status = Failed
		}
		r.mu.Unlock()
	case errors.Is(context.Cause(ctx), errLimit):
		status, detail = Error, fmt.Sprintf("%s: %s", errLimit, r.options.Limit)
	case ctx.Err() != nil:
		status, detail = Cancelled, errCancelled.Error()
	default:
		status, detail = Error, err.Error()
	}
	unreachable, why := false, ""
	if status == Passed || status == Failed || status == Error {
		unreachable, why = r.unreachable()
	}
	if unreachable {
		status, detail = Error, why
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.Status, r.result.Detail, r.result.Unreachable = status, detail, unreachable
}

// ended says why a run was stopped, whatever the signal or the request was.
func ended(ctx context.Context) string {
	if cause := context.Cause(ctx); errors.Is(cause, errLimit) {
		return cause.Error()
	}
	return errCancelled.Error()
}

func failed(rows []*row) bool {
	return slices.ContainsFunc(rows, func(r *row) bool { return r.Status == Failed || failed(r.inner) })
}

// unreachable is whether nothing that was sent to the receiver found a
// connection, and how that read. Where the run knows the receiver's address,
// what a scenario sent elsewhere does not count.
func (r *Run) unreachable() (bool, string) {
	r.mu.Lock()
	caused := slices.Clone(r.caused)
	url, _ := r.result.Vars[varURL].(string)
	r.mu.Unlock()
	var last delivery.Attempt
	for _, id := range caused {
		d, err := r.world.Delivery(id)
		if err != nil { // forgotten
			continue
		}
		for _, a := range d.Attempts {
			if to := addressOf(d, a); url != "" && to != url {
				continue
			}
			if a.ErrorKind != delivery.KindRefused && a.ErrorKind != delivery.KindDNS {
				return false, ""
			}
			last = a
		}
	}
	if last.N == 0 {
		return false, ""
	}
	return true, fmt.Sprintf("the receiver was never reached: %s", last.Error)
}

// addressOf is where an attempt went.
func addressOf(d delivery.Record, a delivery.Attempt) string {
	if a.Request != nil {
		return a.Request.URL
	}
	return d.URL
}
