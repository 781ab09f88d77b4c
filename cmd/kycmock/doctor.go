package main

import (
	"fmt"
	"os"
	"slices"
	"time"

	"kycmock/doctor"
	"kycmock/mockserver"
	"kycmock/mockserver/uqudo"
)

// doctorCommand tests the way to a receiver, and the receiver's to the mock.
type doctorCommand struct {
	URL       string        `name:"url" required:"" placeholder:"RECEIVER" help:"Where webhooks are to go."`
	PublicURL string        `placeholder:"URL" help:"How others reach the mock, instead of asking it."`
	JWKS      string        `name:"jwks" placeholder:"URL" help:"The key set as the receiver is told of it, instead of asking the mock."`
	Timeout   time.Duration `default:"5s" placeholder:"DURATION" variable:"-" help:"How long each step may take. Default: ${default}."`
	Container *bool         `negatable:"" help:"This runs in a container; found out when absent."`
	serverFlag
	verdictFlag
}

// Help is more about the command.
func (doctorCommand) Help() string {
	return "Run it where the mock runs, as it tests the way from there: name, connection, TLS and an answer to a GET, which the receiver may refuse as it likes. " +
		"Then it tests whether the key set that the mock advertises is one that the receiver can have. " +
		"The exit status is 0 when all is good, 1 when something is to be changed, and 3 when that is only that there is no mock.\n\n" + example(
		"kycmock doctor --url http://127.0.0.1:3000/uqudo",
		"docker exec mock /kycmock doctor --url http://host.docker.internal:3000/uqudo")
}

// Run tells each step, a line each.
func (c doctorCommand) Run(s *streams) error {
	checkup, err := c.checkup()
	if err != nil {
		return err
	}
	steps := []doctor.Step{}
	healthy := checkup.Run(s.ctx, func(step doctor.Step) {
		steps = append(steps, step)
		if c.Output != "json" {
			fmt.Fprintln(s.out, lineOf(step))
		}
	})
	if s.ctx.Err() != nil {
		return exitStatus(exitInterrupted)
	}
	if c.Output == "json" {
		if err := printJSON(s.out, struct {
			Healthy bool          `json:"healthy"`
			Steps   []doctor.Step `json:"steps"`
		}{healthy, steps}); err != nil {
			return err
		}
	}
	switch {
	case healthy:
		return nil
	case c.onlyNoMock(steps):
		return exitStatus(exitUnreachable)
	default:
		return exitStatus(exitFailed)
	}
}

// onlyNoMock is whether there was no mock to ask, and all else is good.
func (doctorCommand) onlyNoMock(steps []doctor.Step) bool {
	return !slices.ContainsFunc(steps, func(s doctor.Step) bool { return !s.OK && !s.OfMock() })
}

// checkup is the flags as the doctor wants them.
func (c doctorCommand) checkup() (doctor.Checkup, error) {
	pool, err := c.pool()
	if err != nil {
		return doctor.Checkup{}, err
	}
	base, err := c.base()
	if err != nil {
		return doctor.Checkup{}, err
	}
	if c.Timeout <= 0 {
		return doctor.Checkup{}, usagef("--timeout: want more than 0, not %s", c.Timeout)
	}
	checkup := doctor.Checkup{
		Receiver: c.URL, Server: base.String(), JWKS: c.JWKS, PublicURL: c.PublicURL, JWKSPath: uqudo.JWKSPath, Timeout: c.Timeout,
		CAs: pool, InsecureSkipVerify: c.InsecureSkipVerify,
	}
	if c.PublicURL != "" {
		if err := mockserver.CheckPublicURL(c.PublicURL); err != nil {
			return doctor.Checkup{}, usagef("--public-url: %w", err)
		}
	}
	if c.Container != nil {
		checkup.Contained = *c.Container
	} else {
		checkup.Contained = doctor.InContainer(os.DirFS("/"))
	}
	return checkup, nil
}

// lineOf is a step in one line.
func lineOf(s doctor.Step) string {
	verdict := "FAIL"
	if s.OK {
		verdict = "ok"
	}
	line := fmt.Sprintf("%-5s %-20s %s", verdict, s.Name, s.Found)
	if s.Advice != "" {
		line += " -> " + s.Advice
	}
	return plain(line)
}
