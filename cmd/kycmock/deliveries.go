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

	"kycmock/mockserver/delivery"
)

// deliveriesCommand is what can be done with deliveries.
type deliveriesCommand struct {
	List      deliveriesList      `cmd:"" help:"List deliveries."`
	Show      deliveriesShow      `cmd:"" help:"Show a delivery's journey, with the last request and its answer."`
	Wait      deliveriesWait      `cmd:"" help:"Wait until a delivery is as far as you want it."`
	Attempt   deliveriesAttempt   `cmd:"" help:"Make the next attempt now."`
	Redeliver deliveriesRedeliver `cmd:"" help:"Deliver the same bytes once more, or with faults of its own."`
	Duplicate deliveriesDuplicate `cmd:"" help:"Send a copy, as if the vendor had sent it twice."`
	Cancel    deliveriesCancel    `cmd:"" help:"Call a delivery off."`
}

// Help is more about the commands.
func (deliveriesCommand) Help() string {
	return example(
		"kycmock deliveries list --status pending",
		"kycmock deliveries show --latest",
		"kycmock deliveries wait --latest --status delivered",
	)
}

type deliveriesList struct {
	Provider string `placeholder:"VENDOR" variable:"-" help:"Those of this vendor."`
	Account  string `placeholder:"NAME" variable:"-" help:"Those of this account, or business."`
	Webhook  string `placeholder:"NAME" variable:"-" help:"Those to the webhook of this name."`
	Session  string `placeholder:"ID" variable:"-" help:"Those that tell about this session."`
	Event    string `placeholder:"NAME" variable:"-" help:"Those of this event."`
	Status   string `placeholder:"STATUS" variable:"-" help:"Those that are pending, delivered, exhausted or cancelled."`
	OfRun    string `name:"run" placeholder:"ID" variable:"-" help:"Those that this run of a scenario caused."`
	Q        string `name:"q" placeholder:"TEXT" variable:"-" help:"Those in which this text stands: in themselves, in what they tell, also in what a JWS says, or in what was answered."`
	Order    string `placeholder:"ORDER" variable:"-" help:"asc, oldest first, or desc. Default: asc."`
	Limit    *int   `placeholder:"N" variable:"-" help:"How many at most, 1 to 1000. Default: 100."`
	Cursor   string `placeholder:"CURSOR" variable:"-" help:"Those after the ones of an earlier answer, which said this."`
	serverFlag
	outputFlag
}

// Help is more about the command.
func (deliveriesList) Help() string {
	return example("kycmock deliveries list", "kycmock deliveries list --provider uip --status pending --order desc --limit 5")
}

// Run lists deliveries.
func (c deliveriesList) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	limit := ""
	if c.Limit != nil {
		limit = strconv.Itoa(*c.Limit)
	}
	page, answer, err := ask[deliveryPage](s.ctx, mock, http.MethodGet, at("/deliveries"), filled(map[string]string{
		"provider": c.Provider, "account": c.Account, "webhook": c.Webhook, "session": c.Session, "event": c.Event,
		"status": c.Status, "run": c.OfRun, "q": c.Q, "order": c.Order, "limit": limit, "cursor": c.Cursor,
	}), nil)
	if err != nil {
		return err
	}
	if err := c.write(s.out, answer, func(out io.Writer) error {
		return page.Deliveries.write(out, "There are none.")
	}); err != nil {
		return err
	}
	if page.NextCursor != "" {
		fmt.Fprintf(s.err, "kycmock: there are more: --cursor %s\n", page.NextCursor)
	}
	return nil
}

// deliveryPage is one answer of a list.
type deliveryPage struct {
	Deliveries journeys
	NextCursor string
}

// journeys are deliveries as a table has them.
type journeys []delivery.Record

func (j journeys) write(out io.Writer, none string) error {
	t := tableOf("DELIVERY", "PROVIDER", "EVENT", "ACCOUNT", "WEBHOOK", "STATUS", "ATTEMPTS", "LAST", "NEXT", "URL")
	for _, r := range j {
		last := ""
		if n := len(r.Attempts); n > 0 {
			last = outcome(r.Attempts[n-1])
		}
		t.add(r.ID, r.Provider, r.Event, r.Account, r.Webhook, r.Status, len(r.Attempts), last, r.NextAt, r.URL)
	}
	return t.write(out, none)
}

// outcome is what came of an attempt, in a word or a few: the answer's status,
// or why there was none.
func outcome(a delivery.Attempt) string {
	switch {
	case a.IgnoredStatus != 0:
		return fmt.Sprintf("%d, thrown away", a.IgnoredStatus)
	case a.Status != 0 && a.Error != "":
		return fmt.Sprintf("%d, then %s", a.Status, a.ErrorKind)
	case a.Status != 0:
		return strconv.Itoa(a.Status)
	case a.ErrorKind != "":
		return string(a.ErrorKind)
	default:
		return a.Error
	}
}

// oneDelivery says which delivery it is.
type oneDelivery struct {
	ID     string `arg:"" optional:"" help:"The delivery's ID, unless it is --latest."`
	Latest bool   `variable:"-" help:"The one that began last."`
	serverFlag
	outputFlag
}

// find returns the client and the delivery's ID.
func (f oneDelivery) find(ctx context.Context) (mock client, id string, err error) {
	if (f.ID == "") != f.Latest {
		return mock, "", usagef("want the ID of a delivery, or --latest")
	}
	if mock, err = f.client(); err != nil || f.ID != "" {
		return mock, f.ID, err
	}
	page, _, err := ask[deliveryPage](ctx, mock, http.MethodGet, at("/deliveries"), url.Values{"order": {"desc"}, "limit": {"1"}}, nil)
	if err != nil {
		return mock, "", err
	}
	if len(page.Deliveries) == 0 {
		return mock, "", errors.New("--latest: there is no delivery yet")
	}
	return mock, page.Deliveries[0].ID, nil
}

// act does something with the delivery, with the members of body if there are
// any, and shows what it is then.
func (f oneDelivery) act(s *streams, verb string, body any) error {
	mock, id, err := f.find(s.ctx)
	if err != nil {
		return err
	}
	record, answer, err := ask[delivery.Record](s.ctx, mock, http.MethodPost, at("/deliveries/%s/"+verb, id), nil, body)
	if err != nil {
		return inWords(err, map[string]string{"path.id": "<id>", "body.faults": "--fault"})
	}
	return f.write(s.out, answer, func(out io.Writer) error { return journeys{record}.write(out, "") })
}

type deliveriesAttempt struct{ oneDelivery }

// Help is more about the command.
func (deliveriesAttempt) Help() string { return example("kycmock deliveries attempt --latest") }

// Run makes the next attempt due now.
func (c deliveriesAttempt) Run(s *streams) error { return c.act(s, "attempt", nil) }

type deliveriesRedeliver struct {
	Fault []string `sep:"none" placeholder:"NAME|JSON" variable:"-" help:"What is to go wrong with it, instead of what went wrong the first time: a fault's name, or an object with its name, params, on and probability; can be repeated."`
	oneDelivery
}

// Help is more about the command.
func (deliveriesRedeliver) Help() string {
	return example("kycmock deliveries redeliver --latest", "kycmock deliveries redeliver --latest --fault tampered")
}

// Run begins another delivery of the same bytes.
func (c deliveriesRedeliver) Run(s *streams) error {
	if len(c.Fault) == 0 {
		return c.act(s, "redeliver", nil)
	}
	faults, err := faultsOf(c.Fault)
	if err != nil {
		return err
	}
	return c.act(s, "redeliver", struct {
		Faults []json.RawMessage `json:"faults"`
	}{faults})
}

type deliveriesDuplicate struct{ oneDelivery }

// Help is more about the command.
func (deliveriesDuplicate) Help() string { return example("kycmock deliveries duplicate --latest") }

// Run begins a copy of the delivery.
func (c deliveriesDuplicate) Run(s *streams) error { return c.act(s, "duplicate", nil) }

type deliveriesCancel struct{ oneDelivery }

// Help is more about the command.
func (deliveriesCancel) Help() string { return example("kycmock deliveries cancel dlv_1hc0qk5b1n3m4") }

// Run calls the delivery off.
func (c deliveriesCancel) Run(s *streams) error { return c.act(s, "cancel", nil) }
