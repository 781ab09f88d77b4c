package main

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kycmock/mockserver/delivery"
)

// clockCommand is what can be done with the mock's clock.
type clockCommand struct {
	Show    clockShow    `cmd:"" help:"Show the clock."`
	Set     clockSet     `cmd:"" help:"Set the clock's rate or time."`
	Advance clockAdvance `cmd:"" help:"Advance the clock, and wait for all that falls due on the way."`
}

// Help is more about the commands.
func (clockCommand) Help() string {
	return example(
		"kycmock clock show",
		"kycmock clock set --rate 0",
		"kycmock clock advance 2h",
	)
}

// clockShown is the clock as the control API has it.
type clockShown struct {
	Now     time.Time
	Rate    float64
	Next    *time.Time
	Pending int
}

func (c clockShown) write(out io.Writer) error {
	var about facts
	about.add("now", c.Now)
	rate := strconv.FormatFloat(c.Rate, 'f', -1, 64) + " mock seconds in a real one"
	if c.Rate == 0 {
		rate = "0: it stands still until it is advanced"
	}
	about.add("rate", rate)
	next := "nothing is due"
	if c.Next != nil {
		next = instant(*c.Next)
	}
	about.add("next", next)
	pending := "1 delivery"
	if c.Pending != 1 {
		pending = strconv.Itoa(c.Pending) + " deliveries"
	}
	about.add("pending", pending)
	return about.write(out)
}

type clockShow struct {
	serverFlag
	outputFlag
}

// Help is more about the command.
func (clockShow) Help() string { return example("kycmock clock show") }

// Run shows the clock.
func (c clockShow) Run(s *streams) error {
	mock, err := c.client()
	if err != nil {
		return err
	}
	shown, answer, err := ask[clockShown](s.ctx, mock, http.MethodGet, at("/clock"), nil, nil)
	if err != nil {
		return err
	}
	return c.write(s.out, answer, shown.write)
}

type clockSet struct {
	Rate *float64   `placeholder:"RATE" variable:"-" help:"Mock seconds in a real one: 1 keeps real time, 60 makes a minute pass every second, 0 stands still."`
	Now  *time.Time `placeholder:"TIME" variable:"-" help:"What it is to show, by RFC 3339. Forward is an advance; back is refused while a delivery is pending."`
	serverFlag
	outputFlag
}

// Help is more about the command.
func (clockSet) Help() string {
	return example("kycmock clock set --rate 60", "kycmock clock set --rate 0 --now 2027-01-01T00:00:00Z")
}

// Run sets the clock.
func (c clockSet) Run(s *streams) error {
	if c.Rate == nil && c.Now == nil {
		return usagef("want --rate, --now or both")
	}
	mock, err := c.client()
	if err != nil {
		return err
	}
	shown, answer, err := ask[clockShown](s.ctx, mock, http.MethodPut, at("/clock"), nil, struct {
		Rate *float64   `json:"rate,omitempty"`
		Now  *time.Time `json:"now,omitempty"`
	}{c.Rate, c.Now})
	if err != nil {
		return inWords(err, map[string]string{"body.rate": "--rate", "body.now": "--now", "now": "--now"})
	}
	return c.write(s.out, answer, shown.write)
}

type clockAdvance struct {
	Where string `arg:"" help:"How far: a duration such as 2h, next for the next thing due, idle until no delivery has an attempt to come, or a time by RFC 3339."`
	serverFlag
	outputFlag
}

// Help is more about the command.
func (clockAdvance) Help() string {
	return example("kycmock clock advance 2h", "kycmock clock advance next", "kycmock clock advance idle", "kycmock clock advance 2027-01-01T00:00:00Z")
}

// advanced is what happened on the way.
type advanced struct {
	Now      time.Time
	Attempts []delivery.Attempt
	Held     []string
}

// Run advances the clock.
func (c clockAdvance) Run(s *streams) error {
	wish, err := c.wish()
	if err != nil {
		return err
	}
	mock, err := c.client()
	if err != nil {
		return err
	}
	way, answer, err := ask[advanced](s.ctx, mock, http.MethodPost, at("/clock/advance"), nil, wish)
	if err != nil {
		return inWords(err, map[string]string{"body.by": "<where>", "body.to": "<where>", "by": "<where>", "to": "<where>"})
	}
	return c.write(s.out, answer, way.write)
}

func (c clockAdvance) wish() (map[string]string, error) {
	if c.Where == "next" || c.Where == "idle" {
		return map[string]string{"to": c.Where}, nil
	}
	if _, err := time.ParseDuration(c.Where); err == nil {
		return map[string]string{"by": c.Where}, nil
	}
	if _, err := time.Parse(time.RFC3339, c.Where); err == nil {
		return map[string]string{"to": c.Where}, nil
	}
	return nil, usagef("<where>: want a duration such as 5m, 1.5s or 2h, next, idle or an RFC 3339 time, not %q", c.Where)
}

func (a advanced) write(out io.Writer) error {
	t := tableOf("AT", "DELIVERY", "ATTEMPT", "OUTCOME", "ERROR")
	for _, made := range a.Attempts {
		t.add(made.At, made.Delivery, made.N, outcome(made), made.Error)
	}
	if err := t.write(out, "Nothing was attempted on the way."); err != nil {
		return err
	}
	if len(a.Held) > 0 {
		fmt.Fprintf(out, "\nHeld back, with no attempt planned: %s\n", plain(strings.Join(a.Held, ", ")))
	}
	_, err := fmt.Fprintf(out, "\nThe clock shows %s.\n", instant(a.Now))
	return err
}
