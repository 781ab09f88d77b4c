package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
)

type deliveriesWait struct {
	waiting
	oneDelivery
}

// waiting is what a wait is for, and for how long.
type waiting struct {
	Status   string        `placeholder:"STATUS" variable:"-" help:"Wait for pending, delivered, exhausted, cancelled, or any of the last three, which is the default without --attempts."`
	Attempts int           `placeholder:"N" variable:"-" help:"Wait for at least so many attempts."`
	Timeout  time.Duration `default:"10s" placeholder:"DURATION" variable:"-" help:"How long to wait, in real time, up to 10m. Default: ${default}."`
}

// Help is more about the command.
func (deliveriesWait) Help() string {
	return example("kycmock deliveries wait --latest", "kycmock deliveries wait --latest --status delivered --attempts 3 --timeout 30s")
}

// Run waits.
func (c deliveriesWait) Run(s *streams) error {
	mock, id, err := c.find(s.ctx)
	if err != nil {
		return err
	}
	record, answer, err := c.await(s.ctx, mock, id)
	if err != nil {
		return err
	}
	return c.write(s.out, answer, func(out io.Writer) error { return journeys{record}.write(out, "") })
}

// await returns the delivery as soon as it is as far as it was waited for. When
// it does not come so far in time, it is returned as it stands, and the error
// says how that is.
func (w waiting) await(ctx context.Context, mock client, id string) (delivery.Record, []byte, error) {
	attempts := ""
	if w.Attempts != 0 {
		attempts = strconv.Itoa(w.Attempts)
	}
	record, answer, err := ask[delivery.Record](ctx, mock, http.MethodGet, at("/deliveries/%s/wait", id), filled(map[string]string{
		"status": w.Status, "attempts": attempts, "timeout": w.Timeout.String(),
	}), nil)
	var refused *refusal
	if errors.As(err, &refused) && refused.Status == http.StatusRequestTimeout {
		_ = json.Unmarshal(refused.Delivery, &record) // without it, less is said
		return record, nil, fmt.Errorf("%s%s", plain(refused.Detail), plain(standing(record)))
	}
	return record, answer, inWords(err, wordsOfID)
}

// standing says of a delivery that was waited for in vain what it is that it
// waits for itself.
func standing(r delivery.Record) string {
	said := ""
	if n := len(r.Attempts); n > 0 {
		said = fmt.Sprintf("; attempt %d: %s", n, outcome(r.Attempts[n-1]))
	}
	if r.NextAt != nil && r.Status == delivery.Pending {
		said += fmt.Sprintf("; the next is due when the mock's clock shows %s, and kycmock clock advance next moves it there", instant(*r.NextAt))
	}
	return said
}

// left is for several waits that share one time: what each next one has of it.
func (w waiting) left() func() waiting {
	passed := clock.Stopwatch()
	return func() waiting {
		rest := w
		rest.Timeout = max(w.Timeout-passed(), 0)
		return rest
	}
}

// wordsOfID are for requests that are about one subject by its ID.
var wordsOfID = map[string]string{"path.id": "<id>"}
