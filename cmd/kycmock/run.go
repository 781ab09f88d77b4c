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

// Help is more about the command line.
func (commands) Help() string {
	return example("kycmock demo", "kycmock serve --uqudo-webhook http://127.0.0.1:3000/hook", "kycmock trigger enrollment --wait delivered")
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
	name := named(parser, args)
	command, err := parser.Parse(args)
	if err != nil {
		status := ended(stderr, misread(parser, args, err), name)
		if name == "kycmock healthcheck" {
			return exitFailed // it has no other to fail with
		}
		return status
	}
	return ended(stderr, command.Run(&streams{ctx, stdout, stderr}), name)
}

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
		if addr := values[flag.Tag.Get("otherwise")]; !ok && addr != "" {
			return reached(flag.Tag.Get("otherwise"), addr)
		}
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
