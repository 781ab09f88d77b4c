package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
)

type deliveriesShow struct {
	Reveal bool `variable:"-" help:"Show secrets as they are instead of as ***."`
	oneDelivery
}

// Help is more about the command.
func (deliveriesShow) Help() string {
	return example("kycmock deliveries show --latest", "kycmock deliveries show --latest --reveal -o json")
}

// Run shows the delivery.
func (c deliveriesShow) Run(s *streams) error {
	mock, id, err := c.find(s.ctx)
	if err != nil {
		return err
	}
	record, answer, err := ask[delivery.Record](s.ctx, mock, http.MethodGet, at("/deliveries/%s", id), revealing(c.Reveal), nil)
	if err != nil {
		return inWords(err, wordsOfID)
	}
	return c.write(s.out, answer, journey(record).write)
}

// journey is one delivery for a reader: what it is, a line for each attempt, and
// the last request with its answer.
type journey delivery.Record

func (j journey) write(out io.Writer) error {
	if err := j.facts().write(out); err != nil {
		return err
	}
	if len(j.Attempts) == 0 {
		_, err := fmt.Fprintln(out, "\nThere was no attempt yet.")
		return err
	}
	fmt.Fprintln(out)
	if err := j.attempts().write(out, ""); err != nil {
		return err
	}
	last := j.Attempts[len(j.Attempts)-1]
	if r := last.Request; r != nil {
		fmt.Fprintf(out, "\nRequest %d: %s %s\n", last.N, plain(r.Method), plain(r.URL))
		writeMessage(out, r.Headers, r.Body, r.BodyBase64)
	}
	if r := last.Response; r != nil {
		fmt.Fprintf(out, "\nAnswer %d: %s\n", last.N, strings.TrimSpace(fmt.Sprint(last.Status, " ", http.StatusText(last.Status))))
		writeMessage(out, r.Headers, r.Body, r.BodyBase64)
	}
	return nil
}

func (j journey) facts() facts {
	var about facts
	about.add("delivery", j.ID)
	about.add("event", j.Provider+" "+j.Event+" of "+j.Account)
	about.add("webhook", j.Webhook+" at "+j.URL)
	about.add("session", j.Session)
	about.add("status", strings.TrimSuffix(string(j.Status)+": "+j.CancelReason, ": "))
	about.add("created", j.CreatedAt)
	about.add("next", j.NextAt)
	about.add("faults", strings.Join(j.Faults, ", "))
	about.add("duplicate of", j.DuplicateOf)
	about.add("redelivery of", j.RedeliveryOf)
	about.add("run", j.Run)
	return about
}

func (j journey) attempts() *table {
	t := tableOf("ATTEMPT", "AT", "SINCE", "OUTCOME", "TOOK", "FAULTS", "ERROR")
	for _, a := range j.Attempts {
		since := clock.Duration(a.At.Sub(j.CreatedAt).Round(time.Millisecond))
		took := time.Duration(a.TookMs * float64(time.Millisecond)).Round(100 * time.Microsecond)
		t.add(a.N, a.At, since, outcome(a), took, strings.Join(a.Faults, ","), a.Error)
	}
	return t
}

// shownBody is how much of a body is shown.
const shownBody = 2000

// writeMessage writes headers and a body. Lines of the body stay lines.
func writeMessage(out io.Writer, headers http.Header, body, inBase64 string) {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			fmt.Fprintf(out, "  %s: %s\n", plain(name), plain(value))
		}
	}
	if inBase64 != "" {
		body = "(not UTF-8, here in Base64) " + inBase64
	}
	if body == "" {
		return
	}
	whole := len(body)
	body = strings.ToValidUTF8(body[:min(whole, shownBody)], "")
	fmt.Fprintln(out)
	for line := range strings.Lines(body) {
		fmt.Fprintf(out, "  %s\n", strings.TrimRight(plain(line), " "))
	}
	if whole > shownBody {
		fmt.Fprintf(out, "  ... %d bytes in all; -o json has them\n", whole)
	}
}
