package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

type demoCommand struct {
	Addr      string  `placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one. Default: 127.0.0.1:8080, or a free port when that is taken."`
	ClockRate float64 `default:"600" placeholder:"RATE" help:"Mock seconds in a real one. Default: ${default}, which makes five minutes pass in half a second."`
	Once      bool    `help:"End when all was delivered, with status 0."`
	serverFlags
}

// patience is how long the demo waits, in real time, for its delivery.
const patience = time.Minute

// Help is more about the command.
func (demoCommand) Help() string { return example("kycmock demo") }

// Run shows a first webhook, then serves until the context ends.
func (c demoCommand) Run(s *streams) (err error) {
	if c.ClockRate <= 0 {
		return usagef("--clock-rate: the demo wants a clock that runs")
	}
	config, err := c.config(c.Addr, c.ClockRate, s.err)
	if err != nil {
		return err
	}
	defer config.Clock.Close()
	mock, err := startAnywhere(config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, mock.Close()) }()
	done, err := c.serverFlags.ready(io.Discard, mock)
	if err != nil {
		return err
	}
	defer done()
	if err := show(s.ctx, s.out, mock, c.ClockRate); err != nil || c.Once {
		return err
	}
	fmt.Fprintf(s.out, "\nThe mock stays up until you press Ctrl-C.\n"+
		"  page         %[1]s/\n  control API  %[1]s/_mock/v1/openapi.yaml\n  JWKS         %[2]s\n", mock.URL, mock.PublicURL+uqudo.JWKSPath)
	<-s.ctx.Done()
	return nil
}

// startAnywhere listens at the usual address, or at another one when that is
// taken and no address was asked for.
func startAnywhere(c mockserver.Config) (*mockserver.Server, error) {
	if c.Addr != "" {
		return start(c)
	}
	c.Addr = "127.0.0.1:8080"
	mock, err := start(c)
	if errors.Is(err, syscall.EADDRINUSE) {
		c.Addr = "127.0.0.1:0"
		return start(c)
	}
	return mock, err
}

// show has a user finish an onboarding while the receiver is down, and tells
// each attempt as it happens.
func show(ctx context.Context, out io.Writer, mock *mockserver.Server, rate float64) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := mock.Answer(503, 503); err != nil {
		return err
	}
	hook := mock.URL + "/_mock/receiver/" + provider.DefaultAccount
	_, err := mock.SaveWebhook(ctx, uqudo.Name, provider.DefaultAccount, "global",
		uqudo.Webhook{URL: hook, SecurityType: uqudo.SecurityBasic, UserID: "demo", Password: "demo-test-password"})
	if err != nil {
		return err
	}
	outcome, err := mock.Trigger(ctx, provider.Trigger{Provider: uqudo.Name, Event: string(uqudo.FlowEnrollment)})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Global Webhook: %s\n", hook)
	fmt.Fprintf(out, "A user finished an onboarding: session %s\n", outcome.Session.ID)
	fmt.Fprintf(out, "The receiver is down for two attempts. Uqudo tries again every 5 minutes; this clock runs %g times as fast.\n", rate)
	d := outcome.Deliveries[0]
	for n := 1; ; n++ {
		r, err := mock.Wait(ctx, d.ID, func(r delivery.Record) bool {
			return len(r.Attempts) >= n && (r.Attempts[n-1].NextAt != nil || r.Status.Final())
		})
		if err != nil {
			return err
		}
		tell(out, r.CreatedAt, r.Attempts[n-1])
		if !r.Status.Final() {
			continue
		}
		fmt.Fprintf(out, "\nThe delivery is %s.\n", r.Status)
		if r.Status != delivery.Delivered {
			return fmt.Errorf("the delivery was to be delivered, and is %s", r.Status)
		}
		return nil
	}
}

// tell writes one attempt: what was sent, what came back, and why.
func tell(out io.Writer, began time.Time, a delivery.Attempt) {
	fmt.Fprintf(out, "\nattempt %d, %s after the session\n", a.N, clock.Duration(a.DueAt.Sub(began).Round(time.Second)))
	if a.Request != nil {
		fmt.Fprintf(out, "  sent      POST %s, %d bytes: {\"jwsResult\":\"%.16s...\"}\n", a.Request.URL, len(a.Request.Body), strings.TrimPrefix(a.Request.Body, `{"jwsResult":"`))
	}
	if a.Response == nil {
		fmt.Fprintf(out, "  answered  nothing: %s\n", a.Error)
	} else {
		fmt.Fprintf(out, "  answered  %d: %s\n", a.Status, verdict(a.Response.Body))
	}
	if a.NextAt != nil {
		fmt.Fprintf(out, "  next      in %s\n", clock.Duration(a.NextAt.Sub(a.DueAt).Round(time.Second)))
	}
}

// verdict words what the sample receiver says of a webhook.
func verdict(body string) string {
	var v struct {
		Taken, Verified bool
		Reason          string
		KID             string `json:"kid"`
		JTI             string `json:"jti"`
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		return body
	}
	if !v.Taken {
		return v.Reason
	}
	return fmt.Sprintf("taken, because the signature is verified: kid %s, jti %s", v.KID, v.JTI)
}
