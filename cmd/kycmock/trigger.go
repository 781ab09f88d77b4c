package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

type triggerCommand struct {
	Event    string        `arg:"" help:"What happens: one of the vendors' events, such as enrollment or sign."`
	Provider string        `placeholder:"VENDOR" variable:"-" help:"The vendor; found by the event when absent."`
	Account  string        `placeholder:"NAME" help:"The account, or business; the one called default when absent."`
	Session  string        `placeholder:"ID" variable:"-" help:"The identity that the new session gets; a new one when absent."`
	Data     []string      `short:"d" sep:"none" placeholder:"NAME=VALUE|JSON|@FILE" variable:"-" help:"What the vendor is told about the event: a member, whose value is read as JSON when it is some, or an object of them; can be repeated. A text that looks like JSON has its quotes: 'nonce=\"123\"'."`
	Patch    string        `placeholder:"JSON|@FILE" variable:"-" help:"An RFC 6902 patch of the signed content."`
	Fault    []string      `sep:"none" placeholder:"NAME|JSON" variable:"-" help:"What is to go wrong: a fault's name, or an object with its name, params, on and probability; can be repeated."`
	Seed     *uint64       `placeholder:"N" variable:"-" help:"Decides what is invented; another one each time when absent."`
	Wait     string        `placeholder:"STATUS" enum:",pending,delivered,exhausted,cancelled,any" default:"" variable:"-" help:"Wait until each delivery is pending, delivered, exhausted, cancelled, or any of the last three."`
	Timeout  time.Duration `default:"10s" placeholder:"DURATION" variable:"-" help:"How long to wait in all, in real time. Default: ${default}."`
	serverFlag
	outputFlag
}

// Help is more about the command.
func (triggerCommand) Help() string {
	return example(
		"kycmock trigger enrollment",
		"kycmock trigger enrollment --data profile=screen-detected --wait delivered",
		`kycmock trigger message --data '{"intent": "Contract", "status": "declined"}' --fault duplicate`,
	)
}

// Run triggers, and waits for the deliveries when it is told to.
func (c triggerCommand) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	wish, err := c.wish()
	if err != nil {
		return err
	}
	if wish.Provider == "" {
		if wish.Provider, err = c.vendor(s.ctx, mock); err != nil {
			return err
		}
	}
	outcome, answer, err := ask[told](s.ctx, mock, http.MethodPost, at("/triggers"), nil, wish)
	if err != nil {
		return inWords(wantsText(err, c.Data), map[string]string{
			"body.provider": "--provider", "body.event": "<event>", "body.account": "--account", "body.session": "--session",
			"body.data": "--data", "body.patch": "--patch", "body.faults": "--fault", "body.seed": "--seed",
		})
	}
	var failure error
	if c.Wait != "" {
		failure = c.await(s.ctx, mock, &outcome)
		if answer, err = json.Marshal(outcome); err != nil {
			return err
		}
	}
	// Also when the wait was in vain: who waited wants to see what became of it.
	if err := c.write(s.out, answer, outcome.write); err != nil {
		return err
	}
	return failure
}

// wish is a trigger as the mock is asked for it.
type wish struct {
	Provider string            `json:"provider"`
	Event    string            `json:"event"`
	Account  string            `json:"account,omitempty"`
	Session  string            `json:"session,omitempty"`
	Data     json.RawMessage   `json:"data,omitempty"`
	Patch    json.RawMessage   `json:"patch,omitempty"`
	Faults   []json.RawMessage `json:"faults,omitempty"`
	Seed     *uint64           `json:"seed,omitempty"`
}

func (c triggerCommand) wish() (w wish, err error) {
	w = wish{Provider: c.Provider, Event: c.Event, Account: c.Account, Session: c.Session, Seed: c.Seed}
	if w.Data, err = members(c.Data); err != nil {
		return w, err
	}
	if c.Patch != "" {
		if w.Patch, err = document("--patch", c.Patch); err != nil {
			return w, err
		}
	}
	w.Faults, err = faultsOf(c.Fault)
	return w, err
}

// vendor finds who tells of the event.
func (c triggerCommand) vendor(ctx context.Context, mock client) (string, error) {
	list, _, err := ask[struct{ Providers []provider.Profile }](ctx, mock, http.MethodGet, at("/providers"), nil, nil)
	if err != nil {
		return "", err
	}
	var tellers, events, known []string
	for _, p := range list.Providers {
		var its []string
		for _, e := range p.Events {
			its = append(its, e.Name)
			if e.Name == c.Event {
				tellers = append(tellers, p.Name)
			}
		}
		events = append(events, its...)
		known = append(known, fmt.Sprintf("\n  %s: %s", p.Name, strings.Join(its, ", ")))
	}
	switch len(tellers) {
	case 1:
		return tellers[0], nil
	case 0:
		near := ""
		if name := fault.Nearest(c.Event, events); name != "" {
			near = ", did you mean " + name + "?"
		}
		return "", usagef("no vendor has an event %s%s%s", c.Event, near, strings.Join(known, ""))
	default:
		return "", usagef("several vendors have an event %s, want --provider with one of %s", c.Event, strings.Join(tellers, ", "))
	}
}

// told is what a trigger led to.
type told struct {
	Session    *provider.Session `json:"session"`
	Deliveries []delivery.Record `json:"deliveries"`
}

func (t told) write(out io.Writer) error {
	if t.Session != nil {
		var about facts
		about.add("session", t.Session.ID)
		about.add("event", t.Session.Provider+" "+t.Session.Event+" of "+t.Session.Account)
		about.add("status", t.Session.Status)
		if err := about.write(out); err != nil {
			return err
		}
		fmt.Fprintln(out)
	}
	return journeys(t.Deliveries).write(out, "Nothing was sent: "+t.why())
}

// why is why nothing was sent. Both vendors tell of a session when it completes.
func (t told) why() string {
	switch {
	case t.Session != nil && t.Session.Waiting:
		return "the session waits for somebody to answer"
	case t.Session != nil && t.Session.Status != string(uqudo.SessionCompleted):
		return "the session did not complete, it is " + plain(t.Session.Status)
	default:
		return "is a webhook set? kycmock webhook set sets one"
	}
}

// await waits until each delivery is as it was asked for.
func (c triggerCommand) await(ctx context.Context, mock client, outcome *told) error {
	if len(outcome.Deliveries) == 0 {
		return fmt.Errorf("nothing was sent, so there is nothing to wait for: %s", outcome.why())
	}
	left := waiting{Status: c.Wait, Timeout: c.Timeout}.left()
	for i, d := range outcome.Deliveries {
		record, _, err := left().await(ctx, mock, d.ID)
		if record.ID != "" {
			outcome.Deliveries[i] = record
		}
		if err != nil {
			return err
		}
	}
	return nil
}
