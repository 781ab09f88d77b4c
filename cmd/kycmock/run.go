package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"kycmock/mockserver/fault"
)

// Exit statuses: see [exitStatuses].
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitUnreachable = 3
	exitInterrupted = 130 // as a shell has it
)

// exitMeaning is what an exit status says.
type exitMeaning struct {
	Status int
	Means  string
}

// exitStatuses are all of them, for whoever reads about the command.
func exitStatuses() []exitMeaning {
	return []exitMeaning{
		{exitOK, "done, and all is well"},
		{exitFailed, "something was found, the mock refused what it was asked for, or what was waited for did not come in time; of `healthcheck`: not healthy, for whatever reason"},
		{exitUsage, "a flag, an argument, a scenario or a file cannot be used as it is"},
		{exitUnreachable, "nothing answers where the mock, or a scenario's receiver, should be; or something else than a mock does"},
		{exitInterrupted, "it was interrupted"},
	}
}

// commands is the whole command line.
type commands struct {
	Serve    serveCommand    `cmd:"" default:"withargs" help:"Run the mock. This is also what a bare kycmock does."`
	Demo     demoCommand     `cmd:"" help:"Run the mock and watch a first webhook arrive, be refused twice and be taken."`
	Scenario scenarioCommand `cmd:"" help:"Tell stories of trouble to a receiver, and judge it."`

	Trigger    triggerCommand    `cmd:"" group:"client" help:"Have a user of a vendor do something."`
	Webhook    webhookCommand    `cmd:"" group:"client" help:"Say where webhooks go."`
	Deliveries deliveriesCommand `cmd:"" group:"client" help:"See what was sent, wait for it, send it again."`
	Tail       tailCommand       `cmd:"" group:"client" help:"Watch attempts as they are made."`
	Clock      clockCommand      `cmd:"" group:"client" help:"See and move the mock's time."`
	Keys       keysCommand       `cmd:"" group:"client" help:"See and rotate the keys that results are signed with."`
	Faults     faultsCommand     `cmd:"" group:"client" help:"See what can be made to go wrong, and have it."`
	Reset      resetCommand      `cmd:"" group:"client" help:"Have the mock forget what happened."`
	Export     exportCommand     `cmd:"" group:"client" help:"Print what sets up the same mock again."`

	Sign   signCommand   `cmd:"" help:"Sign as a vendor does."`
	Verify verifyCommand `cmd:"" help:"Say whether what a receiver got is a vendor's, and why not."`
	Doctor doctorCommand `cmd:"" help:"Test the way to a receiver, and the receiver's to the mock."`

	Healthcheck healthcheckCommand `cmd:"" help:"Say by the exit status whether a mock is ready."`
	Openapi     openapiCommand     `cmd:"" help:"Print the control API's OpenAPI document."`
	Completion  completionCommand  `cmd:"" help:"Print a script that completes commands and flags in a shell."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
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
		fmt.Fprintf(stderr, "kycmock: %s%s\nTry kycmock --help.\n", err, meant(parser, args))
		return exitUsage
	}
	return ended(stderr, command.Run(&streams{ctx, stdout, stderr}))
}

// meant is the command that args were probably to begin with, when they begin
// with none: the parser takes the word for an argument of serve.
func meant(parser *kong.Kong, args []string) string {
	var names []string
	for _, command := range parser.Model.Children {
		names = append(names, command.Name)
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") || slices.Contains(names, args[0]) {
		return ""
	}
	if near := fault.Nearest(args[0], names); near != "" {
		return ", did you mean " + near + "?"
	}
	return ""
}

// ended says why a command ended as it did, unless all is said, and returns its
// exit status.
func ended(stderr io.Writer, err error) int {
	var status exitStatus
	if err == nil {
		return exitOK
	}
	if errors.As(err, &status) {
		return int(status)
	}
	fmt.Fprintln(stderr, "kycmock:", err)
	var usage usageError
	var unreachable unreachableError
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &unreachable):
		return exitUnreachable
	default:
		return exitFailed
	}
}

// exitStatus is an exit status of which everything has been said.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// usageError is a flag whose value cannot be used.
type usageError struct{ error }

// usagef words a usageError.
func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

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
			if value.Flag != nil && variable(value.Flag) != "" {
				text += " ($" + variable(value.Flag) + ")"
			}
			return text
		}),
		kong.ExplicitGroups([]kong.Group{{Key: "client", Title: "Commands for a mock that is running:"}}),
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
		name := variable(flag)
		value, ok := values[name]
		if !ok {
			return nil, nil
		}
		if flag.Target.Kind() == reflect.Bool && value != "true" && value != "false" {
			return nil, fmt.Errorf("%s: want true or false, not %q", name, value)
		}
		return value, nil
	})
}

// variable is the environment variable of a flag. It is empty for --help and
// for flags with the tag variable:"-": what is said of one call is no matter of
// an environment, and KYCMOCK_SEED, which makes a mock repeatable, must not make
// all that is triggered there the same.
func variable(flag *kong.Flag) string {
	switch {
	case flag.Name == "help", flag.Tag.Get("variable") == "-":
		return ""
	case flag.Name == "server":
		return "KYCMOCK_URL"
	case flag.Name == "url": // or who says where the mock is has said where the receiver is
		return "KYCMOCK_RECEIVER"
	default:
		return envName(flag.Name)
	}
}

// envName is the environment variable that a flag of this name usually has.
func envName(flag string) string {
	return "KYCMOCK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// example is the help of a command beyond its sentence: lines that can be
// pasted.
func example(lines ...string) string {
	return "Example:\n\n    " + strings.Join(lines, "\n    ")
}

type versionCommand struct{}

// Help is more about the command.
func (versionCommand) Help() string { return example("kycmock version") }

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
