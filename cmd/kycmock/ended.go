package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
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
		{exitUsage, "a flag, an argument, a scenario or a file cannot be used as it is, such as a port that is taken"},
		{exitUnreachable, "nothing answers where the mock, or a scenario's receiver, should be; or something else than a mock does"},
		{exitInterrupted, "it was interrupted"},
	}
}

// misread is what is wrong with args, of which the parser said err.
func misread(parser *kong.Kong, args []string, err error) error {
	text := err.Error()
	if flag := regexp.MustCompile(`^unknown flag -[0-9.]`).FindString(text); flag != "" {
		return usagef("%s: what begins with - is taken for a flag, unless -- stands before it", flag)
	}
	// The empty word stands for a flag that is absent.
	return usagef("%s%s", strings.Replace(text, `must be one of "",`, "must be one of ", 1), meant(parser, args))
}

// named is the command that args begin with, as far as they name one.
func named(parser *kong.Kong, args []string) string {
	node, name := parser.Model.Node, parser.Model.Name
	for _, arg := range args {
		i := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == arg })
		if i < 0 {
			break
		}
		node, name = node.Children[i], name+" "+arg
	}
	return name
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
func ended(stderr io.Writer, err error, command string) int {
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
		if !strings.Contains(err.Error(), "\n") { // which is said in full
			fmt.Fprintf(stderr, "Try %s --help.\n", command)
		}
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

// Unwrap is why.
func (e usageError) Unwrap() error { return e.error }

// usagef words a usageError.
func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }
