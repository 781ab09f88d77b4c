package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
)

type tailCommand struct {
	All  bool `variable:"-" help:"Begin with what happened already, as far as it is kept."`
	JSON bool `name:"json" variable:"-" help:"Write the journal's entry of each attempt as JSON, one a line."`
	serverFlag
}

// Help is more about the command.
func (tailCommand) Help() string {
	return example("kycmock tail", "kycmock tail --all --json")
}

// Run writes a line for each attempt until it is interrupted.
func (c tailCommand) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	var after int64
	if !c.All {
		if after, err = newest(s.ctx, mock); err != nil {
			return err
		}
	}
	w := &watcher{client: mock.impatient(silence), after: after, known: map[string]delivery.Delivery{}, out: s.out, json: c.JSON}
	return w.watch(s.ctx, s.err)
}

// newest is the seq of the journal's newest entry.
func newest(ctx context.Context, mock client) (int64, error) {
	list, _, err := ask[struct{ Last *int64 }](ctx, mock, http.MethodGet, at("/journal"), url.Values{"limit": {"1"}}, nil)
	if err != nil {
		return 0, err
	}
	return *list.Last, nil // or it would be no mock's
}

const (
	// silence is how long a stream may say nothing before it is given up. A mock
	// shows every 15 seconds that it is alive.
	silence = 45 * time.Second
	// slowest is how long at most is waited before the next try to connect again.
	slowest = 2 * time.Second
)

// watcher writes the attempts of a mock, connection after connection.
type watcher struct {
	client
	after int64                        // the newest entry that it has seen
	known map[string]delivery.Delivery // that attempts were seen of
	out   io.Writer
	json  bool
}

// watch follows the mock's stream, and connects again when it breaks, until ctx
// ends. That there is no mock at all is an error only in the beginning.
func (w *watcher) watch(ctx context.Context, notes io.Writer) error {
	connected, broken := false, false
	for pause := time.Duration(0); ; {
		err := w.follow(ctx, notes, func() {
			if broken {
				fmt.Fprintln(notes, "kycmock: connected again")
			}
			connected, broken, pause = true, false, 0
		})
		var refused *refusal
		var end hopeless
		switch {
		case ctx.Err() != nil:
			return exitStatus(exitInterrupted)
		case !connected, errors.As(err, &refused):
			return err
		case errors.As(err, &end):
			return end.error
		case !broken:
			broken = true
			fmt.Fprintf(notes, "kycmock: the stream broke (%s); connecting again, to go on after entry %d\n", reason(err), w.after)
		}
		if clock.Wait(ctx, pause) != nil {
			return exitStatus(exitInterrupted)
		}
		pause = min(2*pause+100*time.Millisecond, slowest)
	}
}

// hopeless is an error that another connection does not mend.
type hopeless struct{ error }

// follow writes what one connection brings, and returns why it ended.
func (w *watcher) follow(ctx context.Context, notes io.Writer, connected func()) error {
	answer, err := w.open(ctx, http.MethodGet, at("/events"), nil, nil, http.Header{
		"Accept": {"text/event-stream"}, "Last-Event-Id": {strconv.FormatInt(w.after, 10)},
	})
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	connected()
	events := newEvents(answer.Body)
	for {
		e, err := events.next()
		if err != nil {
			return err
		}
		if e.kind == "gap" {
			fmt.Fprintf(notes, "kycmock: entries after %d are no longer kept, or the mock was started anew\n", w.after)
		} else if err := w.entry(ctx, e.data); err != nil {
			return hopeless{err}
		}
		w.after = e.id
	}
}

// entry is one entry of the journal.
type entry struct {
	Kind, ID string
	Data     json.RawMessage
}

func (w *watcher) entry(ctx context.Context, data []byte) error {
	e, err := parsed[entry](w.client, data)
	if err != nil {
		return err
	}
	switch {
	case e.Kind == delivery.KindDelivery && string(e.Data) != "null":
		d, err := parsed[delivery.Delivery](w.client, e.Data)
		if d.Status.Final() {
			delete(w.known, e.ID)
		} else {
			w.known[e.ID] = d
		}
		return err
	case e.Kind == "reset":
		clear(w.known)
		return nil
	case e.Kind != delivery.KindAttempt:
		return nil
	case w.json:
		return w.line(string(data))
	}
	a, err := parsed[delivery.Attempt](w.client, e.Data)
	if err != nil {
		return err
	}
	return w.line(attemptLine(w.delivery(ctx, a.Delivery), a))
}

// delivery is the delivery of an attempt: one that began before the watch is
// asked for.
func (w *watcher) delivery(ctx context.Context, id string) delivery.Delivery {
	d, known := w.known[id]
	if !known {
		r, _, err := ask[delivery.Record](ctx, w.client, http.MethodGet, at("/deliveries/%s", id), nil, nil)
		if err != nil {
			return delivery.Delivery{} // it is forgotten by now; the line does without
		}
		d = r.Delivery
		if !d.Status.Final() {
			w.known[id] = d
		}
	}
	return d
}

func (w *watcher) line(text string) error {
	_, err := fmt.Fprintln(w.out, text)
	return err
}

// attemptLine is an attempt in a line. The columns have the width that they
// usually need.
func attemptLine(d delivery.Delivery, a delivery.Attempt) string {
	to := d.URL
	if a.Request != nil {
		to = a.Request.URL
	}
	line := fmt.Sprintf("%-24s  %s  %-18s  attempt %-2d  %-8s  %s", instant(a.At), a.Delivery, d.Provider+" "+d.Event, a.N, outcome(a), to)
	if d.ID != "" { // it is known
		line += fmt.Sprintf("  webhook %s of %s", d.Webhook, d.Account)
	}
	if len(a.Faults) > 0 {
		line += "  faults " + strings.Join(a.Faults, ",")
	}
	if a.NextAt != nil {
		line += "  next " + instant(*a.NextAt)
	}
	return plain(line)
}
