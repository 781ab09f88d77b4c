package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

// Help is more about the commands.
func (scenarioCommand) Help() string {
	return example(
		"kycmock scenario list",
		"kycmock scenario run --url http://127.0.0.1:3000/hook lost-acknowledgement",
	)
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
		return nil, usagef("--scenarios %s:\n%w", f.Scenarios, err)
	}
	return list, nil
}

// vendors are the profiles of a mock that nobody has set anything of.
func vendors() []provider.Profile {
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		panic(err) // the zero Config works
	}
	defer func() { _ = mock.Close() }()
	return mock.Providers()
}

// books finds scenarios by their names, and reads them from files.
type books struct {
	*scenarios.Library
	vendors []provider.Profile
}

// open has all scenarios.
func (f shelf) open() (books, error) {
	list, err := f.read()
	if err != nil {
		return books{}, err
	}
	known := vendors()
	return books{scenarios.NewLibrary(known, list), known}, nil
}

// read is the scenario of a file.
func (b books) read(file string) (scenarios.Scenario, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return scenarios.Scenario{}, err
	}
	return scenarios.Known{Vendors: b.vendors, Scenarios: b.List()}.Read(file, text)
}

// named is a scenario by its name, or the one of a file.
func (b books) named(argument string) (scenarios.Scenario, error) {
	ext := filepath.Ext(argument)
	if ext == ".yaml" || ext == ".yml" || strings.ContainsRune(argument, filepath.Separator) {
		return b.read(argument)
	}
	if s, known := b.Find(argument); known {
		return s, nil
	}
	return scenarios.Scenario{}, fmt.Errorf("there is no scenario %q; kycmock scenario list shows them, and a file ends in .yaml", argument)
}

// all are the scenarios that arguments name. What is wrong with any of them is
// said at once.
func (b books) all(arguments []string) ([]scenarios.Scenario, error) {
	list := make([]scenarios.Scenario, len(arguments))
	var wrong error
	for i, argument := range arguments {
		var err error
		list[i], err = b.named(argument)
		wrong = errors.Join(wrong, err)
	}
	if wrong != nil {
		return nil, usagef("nothing was told:\n%w", wrong)
	}
	return list, nil
}

type scenarioValidate struct {
	File []string `arg:"" help:"Files of scenarios."`
	shelf
}

// Help is more about the command.
func (scenarioValidate) Help() string { return example("kycmock scenario validate my-scenario.yaml") }

// Run says all that is wrong with all files.
func (c scenarioValidate) Run(s *streams) error {
	b, err := c.open()
	if err != nil {
		return err
	}
	bad := false
	for _, file := range c.File {
		if _, err := b.read(file); err != nil {
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

// Help is more about the command.
func (scenarioList) Help() string { return example("kycmock scenario list") }

// Run lists names and what they are about.
func (c scenarioList) Run(s *streams) error {
	b, err := c.open()
	if err != nil {
		return err
	}
	for _, story := range b.List() {
		sentence, _, _ := strings.Cut(strings.Join(strings.Fields(story.Why), " "), ". ")
		fmt.Fprintf(s.out, "%-40s %s.\n", story.Name, strings.TrimSuffix(sentence, "."))
	}
	return nil
}

type scenarioShow struct {
	Name string `arg:"" help:"The scenario's name."`
	shelf
}

// Help is more about the command.
func (scenarioShow) Help() string { return example("kycmock scenario show uqudo-alg-confusion") }

// Run prints the text of a scenario.
func (c scenarioShow) Run(s *streams) error {
	b, err := c.open()
	if err != nil {
		return err
	}
	story, err := b.named(c.Name)
	if err != nil {
		return usageError{err}
	}
	_, err = s.out.Write(story.YAML())
	return err
}

type scenarioNew struct {
	Name   string `arg:"" help:"What it is to be called: lower-case letters, digits and hyphens."`
	Schema string `default:"http://127.0.0.1:8080/_mock/v1/scenario.schema.json" placeholder:"URL" help:"Where editors find the grammar. Default: ${default}, which a running mock serves."`
}

// Help is more about the command.
func (scenarioNew) Help() string {
	return example("kycmock scenario new my-scenario > my-scenario.yaml")
}

// Run prints a skeleton.
func (c scenarioNew) Run(s *streams) error {
	text := scenarios.Skeleton(c.Name, c.Schema)
	if _, err := scenarios.Read("", text); err != nil {
		return usagef("the scenario would not be a good one:\n%w", err)
	}
	_, err := s.out.Write(text)
	return err
}

type scenarioSchema struct{}

// Help is more about the command.
func (scenarioSchema) Help() string { return example("kycmock scenario schema > scenario.schema.json") }

// Run prints the JSON Schema.
func (scenarioSchema) Run(s *streams) error {
	_, err := s.out.Write(scenarios.Schema())
	return err
}
