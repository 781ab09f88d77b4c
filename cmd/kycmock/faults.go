package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"kycmock/mockserver"
	"kycmock/mockserver/fault"
)

// faultsCommand is what can be done with faults beside giving them to a trigger.
type faultsCommand struct {
	List   faultsList   `cmd:"" help:"List what can be made to go wrong."`
	Arm    faultsArm    `cmd:"" help:"Have a fault happen to the next notification, or call of a vendor's API, that matches."`
	Armed  faultsArmed  `cmd:"" help:"List the faults that wait for what they match."`
	Disarm faultsDisarm `cmd:"" help:"Take back an armed fault."`
}

// Help is more about the commands.
func (faultsCommand) Help() string {
	return example(
		"kycmock faults list --provider uip",
		"kycmock faults arm jwks-error --times 3",
	)
}

type faultsList struct {
	Provider string `placeholder:"VENDOR" variable:"-" help:"Those that this vendor can have."`
	catalogueFlag
	outputFlag
}

// Help is more about the command.
func (faultsList) Help() string {
	return example("kycmock faults list", "kycmock faults list --provider uip")
}

// Run lists the catalogue.
func (c faultsList) Run(s *streams) error {
	mock, done, err := c.ask()
	if err != nil {
		return err
	}
	defer done()
	all, answer, err := ask[struct{ Faults []fault.Spec }](s.ctx, mock, http.MethodGet, at("/faults"), nil, nil)
	if err != nil {
		return err
	}
	return c.write(s.out, answer, func(out io.Writer) error {
		t := tableOf("FAULT", "STAGE", "OF", "WHAT HAPPENS")
		for _, f := range all.Faults {
			if c.Provider == "" || slices.Contains(f.Providers, c.Provider) {
				t.add(withParams(f), f.Stage, strings.Join(f.Providers, ","), f.Summary)
			}
		}
		return t.write(out, "There are none.")
	})
}

// withParams is a fault's name with its parameters and their defaults.
func withParams(f fault.Spec) string {
	text := f.Name
	for _, p := range f.Params {
		if p.Default == nil {
			text += " " + p.Name
		} else {
			text += fmt.Sprintf(" %s=%v", p.Name, p.Default)
		}
	}
	return text
}

type faultsArm struct {
	Fault    string `arg:"" help:"The fault's name, or JSON with its name, params, on and probability."`
	Provider string `placeholder:"VENDOR" variable:"-" help:"Of this vendor alone."`
	Account  string `placeholder:"NAME" variable:"-" help:"Of this account, or business, alone."`
	Webhook  string `placeholder:"NAME" variable:"-" help:"To the webhook of this name alone."`
	Event    string `placeholder:"NAME" variable:"-" help:"Of this event alone."`
	Times    *int   `placeholder:"N" variable:"-" help:"For so many that match; 0 for all until it is disarmed. Default: 1."`
	serverFlag
	outputFlag
}

// Help is more about the command.
func (faultsArm) Help() string {
	return example(
		"kycmock faults arm jwks-error --provider uqudo --times 3",
		`kycmock faults arm '{"name": "api-error", "params": {"route": "POST /v1/identify", "status": 402}}' --provider uip`,
	)
}

// Run arms the fault.
func (c faultsArm) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	one, err := faultOf("<fault>", c.Fault)
	if err != nil {
		return err
	}
	row, answer, err := ask[mockserver.Armed](s.ctx, mock, http.MethodPost, at("/faults/armed"), nil, struct {
		Match mockserver.Match `json:"match"`
		Fault json.RawMessage  `json:"fault"`
		Times *int             `json:"times,omitempty"`
	}{mockserver.Match{Provider: c.Provider, Account: c.Account, Webhook: c.Webhook, Event: c.Event}, one, c.Times})
	if err != nil {
		return inWords(err, map[string]string{
			"body.fault": "<fault>", "body.times": "--times", "body.match.provider": "--provider", "body.match.account": "--account",
			"body.match.webhook": "--webhook", "body.match.event": "--event",
		})
	}
	return c.write(s.out, answer, armedTable{row}.write)
}

// armedTable are armed faults as a table has them.
type armedTable []mockserver.Armed

func (a armedTable) write(out io.Writer) error {
	t := tableOf("ID", "FAULT", "PROVIDER", "ACCOUNT", "WEBHOOK", "EVENT", "LEFT", "HITS")
	for _, row := range a {
		text, err := json.Marshal(row.Fault)
		if err != nil {
			return err
		}
		left := fmt.Sprint(row.Left)
		if row.Times == 0 {
			left = "all"
		}
		t.add(row.ID, strings.Trim(string(text), `"`), row.Match.Provider, row.Match.Account, row.Match.Webhook, row.Match.Event, left, row.Hits)
	}
	return t.write(out, "There are none.")
}

type faultsArmed struct {
	serverFlag
	outputFlag
}

// Help is more about the command.
func (faultsArmed) Help() string { return example("kycmock faults armed") }

// Run lists the armed faults.
func (c faultsArmed) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	list, answer, err := ask[struct{ Armed armedTable }](s.ctx, mock, http.MethodGet, at("/faults/armed"), nil, nil)
	if err != nil {
		return err
	}
	return c.write(s.out, answer, list.Armed.write)
}

type faultsDisarm struct {
	ID string `arg:"" help:"The armed fault's ID, which begins with flt_."`
	serverFlag
	outputFlag
}

// Help is more about the command.
func (faultsDisarm) Help() string { return example("kycmock faults disarm flt_1hc0qk5b1n3m4") }

// Run takes the fault back.
func (c faultsDisarm) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	answer, err := mock.do(s.ctx, http.MethodDelete, at("/faults/armed/%s", c.ID), nil, nil)
	if err != nil {
		return inWords(err, wordsOfID)
	}
	return c.write(s.out, answer, func(out io.Writer) error {
		_, err := fmt.Fprintf(out, "The fault %s is disarmed.\n", plain(c.ID))
		return err
	})
}
