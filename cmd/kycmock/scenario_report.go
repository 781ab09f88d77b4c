package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"kycmock/scenarios"
)

// report is where the results of runs are written to, and how.
type report struct {
	kind string
	file string // nothing for what goes to stdout
}

func (r report) String() string { return strings.TrimSuffix("--report "+r.kind+"="+r.file, "=") }

var reportKinds = []string{"junit", "json", "github"}

// reports reads the flags, and makes sure that the files can be written before
// a run has taken its time. They are emptied: what an earlier run left is not to
// be taken for this one's.
func reports(flags []string) ([]report, error) {
	var list []report
	for _, text := range flags {
		kind, file, _ := strings.Cut(text, "=")
		if !slices.Contains(reportKinds, kind) || (file == "") != (kind == "github") {
			return nil, usagef("--report: want junit=FILE, json=FILE or github, not %q", text)
		}
		list = append(list, report{kind, file})
	}
	for _, r := range list {
		if r.file == "" {
			continue
		}
		f, err := os.OpenFile(r.file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
		if err != nil {
			return nil, usagef("%s: %w", r, err)
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// write writes a report, to out when it has no file.
func (r report) write(out io.Writer, results []scenarios.Result) error {
	var b bytes.Buffer
	var err error
	switch r.kind {
	case "junit":
		err = scenarios.WriteJUnit(&b, results...)
	case "json":
		err = scenarios.WriteJSON(&b, results...)
	default:
		err = scenarios.WriteGitHub(&b, results...)
	}
	if err == nil && r.file == "" {
		_, err = out.Write(b.Bytes())
	} else if err == nil {
		err = os.WriteFile(r.file, b.Bytes(), 0o644)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r, err)
	}
	return nil
}

// publish writes all reports, also when one of them cannot be written.
func publish(list []report, out io.Writer, results []scenarios.Result) (err error) {
	for _, r := range list {
		err = errors.Join(err, r.write(out, results))
	}
	return err
}

// sumUp says how several runs ended, and which of them not well.
func sumUp(out io.Writer, results []scenarios.Result) {
	if len(results) < 2 {
		return
	}
	count := map[scenarios.Status]int{}
	var notWell strings.Builder
	for _, r := range results {
		count[r.Status]++
		if r.Status != scenarios.Passed {
			fmt.Fprintf(&notWell, "%-9s %s\n", r.Status, r.Scenario)
		}
	}
	var counts []string
	for _, status := range []scenarios.Status{scenarios.Passed, scenarios.Failed, scenarios.Error, scenarios.Cancelled} {
		if n := count[status]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, status))
		}
	}
	fmt.Fprintf(out, "\n%d scenarios: %s\n%s", len(results), strings.Join(counts, ", "), notWell.String())
}

// verdictOf is nil when all passed, and otherwise the exit status.
func verdictOf(results []scenarios.Result) error {
	status := exitOK
	for _, r := range results {
		switch {
		case r.Status == scenarios.Cancelled:
			return exitStatus(exitInterrupted)
		case r.Unreachable:
			status = exitUnreachable
		case status == exitOK && mistaken(r):
			status = exitUsage
		case r.Status != scenarios.Passed && status == exitOK:
			status = exitFailed
		}
	}
	if status == exitOK {
		return nil
	}
	return exitStatus(status)
}

// mistaken is whether a run ended because the scenario asks for what cannot be
// done, which reading it did not show.
func mistaken(r scenarios.Result) bool {
	return r.Status == scenarios.Error && slices.ContainsFunc(r.Steps, func(s scenarios.StepResult) bool {
		return s.Status == scenarios.Error && !s.Asserts()
	})
}

// isTerminal is whether somebody looks on while it is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
