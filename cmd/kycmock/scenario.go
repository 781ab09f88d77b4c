package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
	"kycmock/scenarios"
)

// scenarioCommand is what can be done with scenarios.
type scenarioCommand struct {
	Run      scenarioRun      `cmd:"" help:"Tell scenarios to a receiver, and judge it."`
	Validate scenarioValidate `cmd:"" help:"Say all that is wrong with files of scenarios."`
	List     scenarioList     `cmd:"" help:"List the scenarios that there are."`
	Show     scenarioShow     `cmd:"" help:"Print a scenario."`
	New      scenarioNew      `cmd:"" help:"Print a scenario to begin with."`
	Schema   scenarioSchema   `cmd:"" help:"Print the grammar as a JSON Schema, for editors."`
}

// shelf is where scenarios come from beside those that are built in.
type shelf struct {
	Scenarios string `placeholder:"DIR" help:"A folder with scenarios (*.yaml, *.yml) beside those that are built in."`
}

// read returns the scenarios of the folder. What is wrong with them is a
// mistake of the flag's.
func (f shelf) read() ([]scenarios.Scenario, error) {
	if f.Scenarios == "" {
		return nil, nil
	}
	list, err := scenarios.Dir(f.Scenarios, vendors())
	if err != nil {
		return nil, usageError{fmt.Errorf("--scenarios %s:\n%w", f.Scenarios, err)}
	}
	return list, nil
}

// vendors are the profiles of a mock that nobody has set anything of.
func vendors() []provider.Profile {
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		panic(err) // the zero Config works
	}
	defer mock.Close()
	return mock.Providers()
}

// library has all scenarios.
func (f shelf) library() (*scenarios.Library, error) {
	list, err := f.read()
	if err != nil {
		return nil, err
	}
	return scenarios.NewLibrary(vendors(), list), nil
}

// find returns a scenario by its name, or the one in a file.
func find(l *scenarios.Library, argument string) (scenarios.Scenario, error) {
	ext := filepath.Ext(argument)
	if ext != ".yaml" && ext != ".yml" && !strings.ContainsRune(argument, filepath.Separator) {
		if s, known := l.Find(argument); known {
			return s, nil
		}
		return scenarios.Scenario{}, usageError{fmt.Errorf("there is no scenario %q; kycmock scenario list shows them, and a file ends in .yaml", argument)}
	}
	text, err := os.ReadFile(argument)
	if err != nil {
		return scenarios.Scenario{}, usageError{err}
	}
	s, err := scenarios.Known{Vendors: vendors(), Scenarios: l.List()}.Read(argument, text)
	if err != nil {
		return s, usageError{fmt.Errorf("the scenario cannot be told:\n%w", err)}
	}
	return s, nil
}

type scenarioRun struct {
	Scenario  []string `arg:"" name:"name|file" help:"Names of scenarios, or files of them."`
	URL       string   `name:"url" placeholder:"RECEIVER" help:"Where the receiver is; saved as the webhook first. The sample receiver of the mock when absent."`
	Account   string   `placeholder:"NAME" default:"default" help:"The account of steps that name none. Default: ${default}."`
	Var       []string `placeholder:"NAME=VALUE" sep:"none" help:"Set a variable of the scenario; can be repeated."`
	ClientID  string   `placeholder:"UUID" help:"The OAuth client ID that the receiver has; that of the account when absent."`
	UIPSecret string   `name:"uip-secret" placeholder:"UUID" help:"The UIP webhook secret that the receiver has; that of the business when absent."`
	Report    []string `placeholder:"KIND[=FILE]" sep:"none" help:"Write a report: junit=FILE, json=FILE or github, which annotates on stdout; can be repeated."`
	Addr      string   `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where the mock listens, so that the receiver can know its JWKS beforehand. Default: ${default}."`
	shelf
	serverFlags
}

// reports write the results of runs, by kind.
var reportKinds = []string{"junit", "json", "github"}

// Run tells the scenarios one after another, each to a mock of its own.
func (c scenarioRun) Run(s *streams) error {
	vars, err := c.vars()
	if err != nil {
		return err
	}
	if err := c.checkReports(); err != nil {
		return err
	}
	library, err := c.library()
	if err != nil {
		return err
	}
	var stories []scenarios.Scenario
	for _, argument := range c.Scenario {
		story, err := find(library, argument)
		if err != nil {
			return err
		}
		stories = append(stories, story)
	}
	var results []scenarios.Result
	for i, story := range stories {
		result, err := c.tell(s, library, story, c.Scenario[i], vars)
		if err != nil {
			return err
		}
		results = append(results, result)
		if result.Status == scenarios.Cancelled {
			break
		}
	}
	if err := c.write(s.out, results); err != nil {
		return err
	}
	return verdictOf(results)
}

// tell tells one scenario to a mock of its own, so that the command that repeats
// it finds the same.
func (c scenarioRun) tell(s *streams, library *scenarios.Library, story scenarios.Scenario, argument string, vars map[string]string) (result scenarios.Result, err error) {
	config, err := c.config(c.Addr, 0, s.err)
	if err != nil {
		return result, err
	}
	defer config.Clock.Close()
	mock, err := start(config)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, mock.Close()) }()
	url := c.URL
	if url == "" {
		url = mock.URL + "/_mock/receiver/" + c.Account
	}
	if err := c.prepare(s.ctx, mock, url); err != nil {
		return result, usageError{err}
	}
	fmt.Fprintf(s.out, "%s  (to %s)\n", story.Name, url)
	progress := scenarios.NewProgress(s.out, isTerminal(s.out))
	seed := mock.Seed()
	options := scenarios.Options{
		Vars: vars, URL: url, Account: c.Account, Seed: &seed,
		Include: library.Find, Argument: argument, Observe: progress.Observe,
	}
	run, err := scenarios.Start(context.WithoutCancel(s.ctx), mock.World(), story, options)
	if err != nil {
		return result, usageError{err}
	}
	stop := context.AfterFunc(s.ctx, run.Cancel)
	defer stop()
	<-run.Done()
	progress.End(run.Result())
	return run.Result(), nil
}

// prepare gives the account what the receiver has already.
func (c scenarioRun) prepare(ctx context.Context, mock *mockserver.Server, url string) error {
	if c.ClientID != "" {
		if err := put(ctx, mock.URL+"/_mock/v1/uqudo/accounts/"+c.Account, map[string]string{"clientId": c.ClientID}); err != nil {
			return fmt.Errorf("--client-id: %w", err)
		}
	}
	if c.UIPSecret != "" {
		_, err := mock.SaveWebhook(ctx, "uip", c.Account, "default", map[string]string{"url": url, "secret": c.UIPSecret})
		if err != nil {
			return fmt.Errorf("--uip-secret: %w", err)
		}
	}
	return nil
}

// put asks the control API.
func put(ctx context.Context, url string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, url, bytes.NewReader(text))
	if err != nil {
		return err
	}
	answer, err := (&http.Client{}).Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode < http.StatusMultipleChoices {
		return nil
	}
	var p struct {
		Detail string
		Errors []struct{ Location, Message string }
	}
	_ = json.NewDecoder(answer.Body).Decode(&p)
	for _, e := range p.Errors {
		p.Detail += ": " + e.Message
	}
	return errors.New(p.Detail)
}

func (c scenarioRun) vars() (map[string]string, error) {
	vars := map[string]string{}
	for _, pair := range c.Var {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usageError{fmt.Errorf("--var: want NAME=VALUE, not %q", pair)}
		}
		vars[name] = value
	}
	return vars, nil
}

func (c scenarioRun) checkReports() error {
	for _, report := range c.Report {
		kind, file, _ := strings.Cut(report, "=")
		if !slices.Contains(reportKinds, kind) || (file == "") != (kind == "github") {
			return usageError{fmt.Errorf("--report: want junit=FILE, json=FILE or github, not %q", report)}
		}
	}
	return nil
}

// write writes the reports that were asked for.
func (c scenarioRun) write(out io.Writer, results []scenarios.Result) error {
	for _, report := range c.Report {
		kind, file, _ := strings.Cut(report, "=")
		var b bytes.Buffer
		var err error
		switch kind {
		case "junit":
			err = scenarios.WriteJUnit(&b, results...)
		case "json":
			err = scenarios.WriteJSON(&b, results...)
		default:
			err = scenarios.WriteGitHub(out, results...)
		}
		if err == nil && file != "" {
			err = os.WriteFile(file, b.Bytes(), 0o644)
		}
		if err != nil {
			return fmt.Errorf("--report %s: %w", report, err)
		}
	}
	return nil
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
		case r.Status != scenarios.Passed && status == exitOK:
			status = exitFailed
		}
	}
	if status == exitOK {
		return nil
	}
	return exitStatus(status)
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

type scenarioValidate struct {
	File []string `arg:"" help:"Files of scenarios."`
	shelf
}

// Run says all that is wrong with all files.
func (c scenarioValidate) Run(s *streams) error {
	library, err := c.library()
	if err != nil {
		return err
	}
	bad := false
	for _, file := range c.File {
		text, err := os.ReadFile(file)
		if err == nil {
			_, err = scenarios.Known{Vendors: vendors(), Scenarios: library.List()}.Read(file, text)
		}
		if err != nil {
			bad = true
			fmt.Fprintln(s.err, err)
			continue
		}
		fmt.Fprintf(s.out, "%s: good\n", file)
	}
	if bad {
		return exitStatus(exitUsage)
	}
	return nil
}

type scenarioList struct{ shelf }

// Run lists names and what they are about.
func (c scenarioList) Run(s *streams) error {
	library, err := c.library()
	if err != nil {
		return err
	}
	for _, story := range library.List() {
		sentence, _, _ := strings.Cut(strings.Join(strings.Fields(story.Why), " "), ". ")
		fmt.Fprintf(s.out, "%-40s %s.\n", story.Name, strings.TrimSuffix(sentence, "."))
	}
	return nil
}

type scenarioShow struct {
	Name string `arg:"" help:"The scenario's name."`
	shelf
}

// Run prints the text of a scenario.
func (c scenarioShow) Run(s *streams) error {
	library, err := c.library()
	if err != nil {
		return err
	}
	story, err := find(library, c.Name)
	if err != nil {
		return err
	}
	_, err = s.out.Write(story.YAML())
	return err
}

type scenarioNew struct {
	Name   string `arg:"" help:"What it is to be called: lower-case letters, digits and hyphens."`
	Schema string `default:"http://127.0.0.1:8080/_mock/v1/scenario.schema.json" placeholder:"URL" help:"Where editors find the grammar. Default: ${default}, which a running mock serves."`
}

// Run prints a skeleton.
func (c scenarioNew) Run(s *streams) error {
	text := scenarios.Skeleton(c.Name, c.Schema)
	if _, err := scenarios.Read(c.Name+".yaml", text); err != nil {
		return usageError{err}
	}
	_, err := s.out.Write(text)
	return err
}

type scenarioSchema struct{}

// Run prints the JSON Schema.
func (scenarioSchema) Run(s *streams) error {
	_, err := s.out.Write(scenarios.Schema())
	return err
}
