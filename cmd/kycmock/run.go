package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2

	exitUnreachable = 3   // the receiver of a scenario was not there
	exitInterrupted = 130 // as a shell has it
)

// commands is the whole command line.
type commands struct {
	Serve    serveCommand    `cmd:"" default:"withargs" help:"Run the mock. This is also what a bare kycmock does."`
	Demo     demoCommand     `cmd:"" help:"Run the mock and watch a first webhook arrive, be refused twice and be taken."`
	Scenario scenarioCommand `cmd:"" help:"Tell stories of trouble to a receiver, and judge it."`

	Version versionCommand `cmd:"" help:"Print the version."`
}

// streams are where a command's words go: what it was asked for to out, all
// else to err.
type streams struct {
	ctx      context.Context
	out, err io.Writer
}

// run is the command: it reads args and env, a list of NAME=value, works until
// it is done or ctx ends, and returns the exit status.
func run(ctx context.Context, args, env []string, stdout, stderr io.Writer) int {
	parser, err := newParser(env, stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "kycmock:", err)
		return exitFailed
	}
	// Kong ends the process after --help by calling its exit function, from
	// which only a panic comes back here.
	defer func() {
		if cause := recover(); cause != nil && cause != errHelped {
			panic(cause)
		}
	}()
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "kycmock: %s\nTry kycmock --help.\n", err)
		return exitUsage
	}
	err = command.Run(&streams{ctx, stdout, stderr})
	var usage usageError
	var status exitStatus
	switch {
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "kycmock:", err)
		return exitUsage
	case err != nil:
		fmt.Fprintln(stderr, "kycmock:", err)
		return exitFailed
	}
	return exitOK
}

// exitStatus is an exit status of which everything has been said.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// usageError is a flag whose value cannot be used.
type usageError struct{ error }

var errHelped = errors.New("help was shown")

func newParser(env []string, stdout, stderr io.Writer) (*kong.Kong, error) {
	return kong.New(&commands{},
		kong.Name("kycmock"),
		kong.Description("A mock of the identity vendors Uqudo and UIP as senders of webhooks, for testing receivers."),
		kong.UsageOnError(),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { panic(errHelped) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ValueFormatter(func(value *kong.Value) string {
			text := kong.DefaultHelpValueFormatter(value)
			if value.Flag != nil && value.Flag.Name != "help" {
				text += " ($" + envName(value.Flag.Name) + ")"
			}
			return text
		}),
		kong.Resolvers(fromEnv(env)),
	)
}

// fromEnv gives each flag that is not on the command line the value of its
// environment variable, if that is set to something.
func fromEnv(env []string) kong.Resolver {
	values := map[string]string{}
	for _, pair := range env {
		if name, value, ok := strings.Cut(pair, "="); ok && value != "" {
			values[name] = value
		}
	}
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		value, ok := values[envName(flag.Name)]
		if !ok || flag.Name == "help" {
			return nil, nil
		}
		if flag.Target.Kind() == reflect.Bool && value != "true" && value != "false" {
			return nil, fmt.Errorf("%s: want true or false, not %q", envName(flag.Name), value)
		}
		return value, nil
	})
}

// envName is the environment variable of a flag.
func envName(flag string) string {
	return "KYCMOCK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(s *streams) error {
	text := "kycmock " + versionText()
	if commit != "" {
		text += " (" + commit + ")"
	}
	_, err := fmt.Fprintln(s.out, text)
	return err
}

func versionText() string {
	if version == "" {
		return "devel"
	}
	return version
}
