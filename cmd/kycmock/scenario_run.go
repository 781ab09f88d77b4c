package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
	"kycmock/scenarios"
)

type scenarioRun struct {
	Scenario  []string `arg:"" name:"name|file" help:"Names of scenarios, or files of them."`
	URL       string   `name:"url" placeholder:"RECEIVER" help:"Where the receiver is; saved as the webhook first. The sample receiver of the mock when absent."`
	Account   string   `placeholder:"NAME" help:"The account of steps that name none; the one called default when absent."`
	Var       []string `placeholder:"NAME=VALUE" sep:"none" help:"Set a variable of the scenarios that have it; can be repeated."`
	ClientID  string   `placeholder:"UUID" help:"The OAuth client ID that the receiver has; that of the account when absent."`
	UIPSecret string   `name:"uip-secret" placeholder:"UUID" help:"The UIP webhook secret that the receiver has; that of the business when absent."`
	Report    []string `placeholder:"KIND[=FILE]" sep:"none" help:"Write a report: junit=FILE, json=FILE or github, which annotates on stdout; can be repeated."`
	Addr      string   `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where the mock listens, so that the receiver can know its JWKS beforehand. Default: ${default}."`
	shelf
	serverFlags
}

// Help is more about the command.
func (scenarioRun) Help() string {
	return example(
		"kycmock scenario run --url http://127.0.0.1:3000/hook lost-acknowledgement",
		"kycmock scenario run --url http://127.0.0.1:3000/hook --report junit=report.xml my-scenario.yaml",
	)
}

// Run tells the scenarios one after another, each to a mock of its own.
func (c scenarioRun) Run(s *streams) error {
	vars, err := c.vars()
	if err != nil {
		return err
	}
	if err := c.checkURL(); err != nil {
		return err
	}
	b, err := c.open()
	if err != nil {
		return err
	}
	stories, err := b.all(c.Scenario)
	if err != nil {
		return err
	}
	if err := declared(vars, stories); err != nil {
		return err
	}
	reports, err := reports(c.Report)
	if err != nil {
		return err
	}
	results, err := c.tellAll(s, b, stories, vars)
	if err == nil {
		err = verdictOf(results)
	}
	sumUp(s.out, results)
	if failure := publish(reports, s.out, results); failure != nil {
		fmt.Fprintln(s.err, "kycmock:", failure)
		err = cmp.Or(err, error(exitStatus(exitFailed)))
	}
	return err
}

// tellAll tells the scenarios until somebody interrupts. The results are also of
// use when there is an error.
func (c scenarioRun) tellAll(s *streams, b books, stories []scenarios.Scenario, vars map[string]string) ([]scenarios.Result, error) {
	var results []scenarios.Result
	for i, story := range stories {
		result, err := c.tell(s, story, scenarios.Options{
			Vars: of(story, vars), Include: b.Find, Argument: c.Scenario[i],
		})
		if result.ID != "" {
			results = append(results, result)
		}
		if s.ctx.Err() != nil {
			return results, exitStatus(exitInterrupted)
		}
		if err != nil {
			return results, err
		}
	}
	return results, nil
}

// secretVar is what scenarios call the secret that the receiver has.
const secretVar = "secret"

// tell tells one scenario to a mock of its own, so that the command that repeats
// it finds the same.
func (c scenarioRun) tell(s *streams, story scenarios.Scenario, o scenarios.Options) (result scenarios.Result, err error) {
	mock, stop, err := c.start(s.err)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	o.Account = c.Account
	account := cmp.Or(story.Account, c.Account, provider.DefaultAccount)
	o.URL = cmp.Or(c.URL, mock.URL+"/_mock/receiver/"+url.PathEscape(account))
	if err := c.prepare(s.ctx, mock, account, o.URL); err != nil {
		return result, usageError{err}
	}
	fmt.Fprintf(s.out, "%s  (to %s)\n", story.Name, o.URL)
	progress := scenarios.NewProgress(s.out, isTerminal(s.out))
	if _, asks := story.Vars[secretVar]; asks && c.UIPSecret != "" && o.Vars[secretVar] == "" {
		o.Vars[secretVar] = c.UIPSecret
	}
	seed := mock.Seed()
	o.Seed, o.Observe = &seed, progress.Observe
	run, err := scenarios.Start(s.ctx, mock.World(), story, o)
	if err != nil {
		return result, usageError{err}
	}
	<-run.Done()
	result = run.Result()
	result.Command = c.repeating(result.Command, o.URL)
	progress.End(result)
	return result, nil
}

// start makes a mock whose clock stands. What it is asked for is in the results,
// so it does not say that it has started, as serve does.
func (c scenarioRun) start(stderr io.Writer) (mock *mockserver.Server, stop func() error, err error) {
	config, err := c.config(c.Addr, 0, stderr)
	if err != nil {
		return nil, nil, err
	}
	mock, err = listen(config)
	if err != nil {
		config.Clock.Close()
		if errors.Is(err, syscall.EADDRINUSE) {
			err = usagef("%w, but then the receiver cannot know the JWKS beforehand", err)
		}
		return nil, nil, err
	}
	done, err := c.ready(io.Discard, mock)
	stop = func() error {
		if done != nil {
			done()
		}
		err := mock.Close()
		config.Clock.Close()
		return err
	}
	if err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	return mock, stop, nil
}

// vars reads the variables. Those that have flags of their own are put there.
func (c *scenarioRun) vars() (map[string]string, error) {
	vars := map[string]string{}
	for _, pair := range c.Var {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usagef("--var: want NAME=VALUE, not %q", pair)
		}
		vars[name] = value
	}
	for name, flag := range map[string]*string{"url": &c.URL, "account": &c.Account} {
		value, set := vars[name]
		if set && *flag != "" && *flag != value {
			return nil, usagef("--var %s=%s: --%s says %s", name, value, name, *flag)
		}
		if set {
			*flag = value
		}
		delete(vars, name)
	}
	return vars, nil
}

// checkURL says what is wrong with the receiver's address before anything
// happens: in a run it would be an error of the scenario.
func (c scenarioRun) checkURL() error {
	to, err := url.Parse(c.URL)
	wrong := err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https"
	switch {
	case c.URL == "" && c.Strict:
		return usagef("--strict: want an https receiver with --url, the sample receiver is http")
	case c.URL == "":
		return nil
	case wrong:
		return usagef("--url: want an absolute http or https URL, such as http://127.0.0.1:3000/hook, not %q", c.URL)
	case to.User != nil:
		return usagef("--url: want no user in the URL: a webhook has its credentials beside it")
	case c.Strict && to.Scheme != "https":
		return usagef("--url: want https because of --strict, not %q", c.URL)
	default:
		return nil
	}
}

// declared refuses variables that none of the scenarios has.
func declared(vars map[string]string, stories []scenarios.Scenario) error {
	for name := range vars {
		if !slices.ContainsFunc(stories, func(s scenarios.Scenario) bool { _, has := s.Vars[name]; return has }) {
			return usagef("--var %s: no scenario that is to be told has this variable; kycmock scenario show NAME shows which it has", name)
		}
	}
	return nil
}

// of are the variables that a scenario has.
func of(story scenarios.Scenario, vars map[string]string) map[string]string {
	its := map[string]string{}
	for name, value := range vars {
		if _, has := story.Vars[name]; has {
			its[name] = value
		}
	}
	return its
}
