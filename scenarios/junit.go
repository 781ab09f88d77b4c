package scenarios

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The elements of JUnit's XML, as CI servers read it.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Hostname   string          `xml:"hostname,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string       `xml:"name,attr"`
		ClassName string       `xml:"classname,attr"`
		File      string       `xml:"file,attr,omitempty"`
		Line      int          `xml:"line,attr,omitempty"`
		Time      string       `xml:"time,attr"`
		Failure   *junitReason `xml:"failure"`
		Error     *junitReason `xml:"error"`
		Skipped   *junitReason `xml:"skipped"`
	}
	junitReason struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// instantly stands where JUnit wants seconds: most of what takes time in a run
// takes the mock's.
const instantly = "0"

// WriteJUnit writes runs as JUnit XML: a suite for each scenario, and in it a
// case for each judgement and each expectation, and for whatever else went
// wrong. A finding is a failure, a story that could not be told an error; both
// have the command that repeats the run.
func WriteJUnit(w io.Writer, runs ...Result) error {
	all := junitSuites{Name: "kycmock", Suites: []junitSuite{}}
	for _, r := range runs {
		s := suiteOf(r)
		all.Suites = append(all.Suites, s)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	text, err := xml.MarshalIndent(all, "", "  ") // puts U+FFFD for what XML cannot hold
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

func suiteOf(r Result) junitSuite {
	s := junitSuite{
		Name: r.Scenario, Time: instantly, Timestamp: r.ClockStart.UTC().Format("2006-01-02T15:04:05"), Hostname: "localhost",
		Properties: []junitProperty{
			{"run", r.ID}, {"status", string(r.Status)}, {"seed", fmt.Sprint(r.Seed)}, {"command", r.Command},
		},
	}
	told := false
	for _, step := range r.Steps {
		// What is within a step that broke is told by itself.
		broke := step.Status == Error && step.Detail != ""
		if !step.Asserts() && !broke {
			continue
		}
		told = told || broke
		s.Cases = append(s.Cases, caseOf(r, step))
	}
	if r.Detail != "" && (!told || r.Unreachable) {
		s.Cases = append(s.Cases, junitCase{
			Name: "the run", ClassName: r.Scenario, File: r.File, Time: instantly,
			Error: &junitReason{Message: r.Detail, Type: string(r.Status), Text: sentences(r.Detail, "Repeat it: "+r.Command)},
		})
	}
	for _, c := range s.Cases {
		s.Tests++
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	return s
}

func caseOf(r Result, s StepResult) junitCase {
	c := junitCase{
		Name: strings.TrimSpace(s.Path + " " + s.Name), ClassName: r.Scenario, File: s.File, Line: s.Line, Time: instantly,
	}
	why := &junitReason{
		Message: s.Finding, Type: s.Verb,
		Text: sentences(s.Finding, s.rest(), s.Otherwise, "Repeat it: "+r.Command),
	}
	if why.Message == "" {
		why.Message = s.Detail
	}
	switch s.Status {
	case Failed:
		c.Failure = why
	case Error:
		c.Error = why
	case Skipped:
		c.Skipped = &junitReason{Message: s.Detail}
		if s.Detail == "" {
			c.Skipped.Message = "the run ended before it"
		}
	}
	return c
}
