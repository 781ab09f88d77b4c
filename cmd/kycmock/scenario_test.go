package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"kycmock/scenarios"
)

// said runs a command to its end.
func said(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(t.Context(), args, nil, &out, &err)
	return status, out.String(), err.String()
}

// file writes a scenario, or something like it, and returns where.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	good = `name: one-face
why: A face is told.
provider: uqudo
vars:
  patience: {default: 5s, summary: how long the receiver may take}
steps:
  - trigger: {as: told, event: face}
  - judge: {that: it is taken, delivery: told, attempt: 1, status: 2xx, within: $patience}
`
	bad = `name: Bad Name
why: Nothing in it is right.
provder: uqudo
steps:
  - advance: soon
`
)

func TestValidateSaysAllThatIsWrongWithAllFiles(t *testing.T) {
	fine, wrong := file(t, "fine.yaml", good), file(t, "wrong.yaml", bad)
	status, stdout, stderr := said(t, "scenario", "validate", wrong, fine, "nowhere.yaml")
	if status != exitUsage {
		t.Errorf("it ended with %d, want %d", status, exitUsage)
	}
	if stdout != fine+": good\n" {
		t.Errorf("of the good one it says %q", stdout)
	}
	for _, want := range []string{wrong + ":1:7: name: ", wrong + ":3:1: unknown key provder, did you mean provider", wrong + ":5:14: step 1: advance: ", "nowhere.yaml: no such file"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("it does not say %q:\n%s", want, stderr)
		}
	}
	if status, _, stderr := said(t, "scenario", "validate", fine); status != exitOK || stderr != "" {
		t.Errorf("a good one ends with %d: %s", status, stderr)
	}
}

func TestListAndShowHaveWhatIsBuiltInAndWhatIsInTheFolder(t *testing.T) {
	folder := filepath.Dir(file(t, "fine.yaml", good))
	_, plain, _ := said(t, "scenario", "list")
	_, more, _ := said(t, "scenario", "list", "--scenarios", folder)
	if n := strings.Count(plain, "\n"); n != len(scenarios.BuiltIn()) || strings.Count(more, "\n") != n+1 {
		t.Errorf("%d are listed, and with one in the folder %d", n, strings.Count(more, "\n"))
	}
	if !strings.Contains(more, "one-face") || !strings.Contains(more, "A face is told.\n") {
		t.Errorf("the folder's is not listed:\n%s", more)
	}
	if _, text, _ := said(t, "scenario", "show", "one-face", "--scenarios", folder); text != good {
		t.Errorf("shown is %q", text)
	}
	for _, s := range scenarios.BuiltIn()[:2] {
		if _, text, _ := said(t, "scenario", "show", s.Name); text != string(s.YAML()) {
			t.Errorf("%s is shown as %q", s.Name, text)
		}
	}
}

func TestWhatNewPrintsIsAGoodScenario(t *testing.T) {
	status, text, stderr := said(t, "scenario", "new", "my-story", "--schema", "here.json")
	if status != exitOK || !strings.HasPrefix(text, "# yaml-language-server: $schema=here.json\nname: my-story\n") {
		t.Fatalf("it ended with %d: %s%s", status, text, stderr)
	}
	path := file(t, "mine.yml", text)
	if status, _, stderr := said(t, "scenario", "validate", path); status != exitOK {
		t.Errorf("it is not good: %s", stderr)
	}
	if status, stdout, stderr := said(t, "scenario", "run", path, "--addr", "127.0.0.1:0"); status != exitOK {
		t.Errorf("it cannot be told: %s%s", stdout, stderr)
	}
}

func TestSchemaPrintsJSON(t *testing.T) {
	if status, text, _ := said(t, "scenario", "schema"); status != exitOK || !json.Valid([]byte(text)) {
		t.Errorf("it ended with %d: %s", status, text)
	}
}

func TestServeHasTheFoldersScenarios(t *testing.T) {
	folder := filepath.Dir(file(t, "fine.yaml", good))
	line, stop := serving(t, nil, "serve", "--addr", "127.0.0.1:0", "--scenarios", folder)
	defer stop()
	var story struct{ Name, Origin string }
	read(t, line.URL+"/_mock/v1/scenarios/one-face", &story)
	if story.Name != "one-face" || story.Origin != "dir" {
		t.Errorf("it is %+v", story)
	}
}

func TestWhatIsWrongWithScenariosIsSaidSo(t *testing.T) {
	folder := filepath.Dir(file(t, "wrong.yaml", bad))
	fine := file(t, "fine.yaml", good)
	for _, c := range []struct {
		name string
		args []string
		says []string
	}{
		{"a folder that is not there", []string{"list", "--scenarios", "nowhere"}, []string{"--scenarios nowhere:", "no such file"}},
		{"a folder with a bad one, to list", []string{"list", "--scenarios", folder}, []string{"wrong.yaml:1:7: ", "wrong.yaml:3:1: "}},
		{"a folder with a bad one, to run", []string{"run", "uqudo-face", "--scenarios", folder}, []string{"wrong.yaml:1:7: "}},
		{"no name to show", []string{"show", "nobody"}, []string{`there is no scenario "nobody"`}},
		{"a name that is none", []string{"new", "My Story"}, []string{"want a name of lower-case letters"}},
		{"several at once", []string{"run", "nobody", filepath.Join(folder, "wrong.yaml"), "nowhere.yml"}, []string{`there is no scenario "nobody"`, "wrong.yaml:5:14: ", "nowhere.yml: no such file"}},
		{"none to run", []string{"run"}, []string{"name|file"}},
		{"a variable without a value", []string{"run", fine, "--var", "patience"}, []string{`--var: want NAME=VALUE, not "patience"`}},
		{"a variable that nobody has", []string{"run", fine, "uqudo-face", "--var", "patience=1s", "--var", "courage=1"}, []string{"--var courage: no scenario that is to be told has this variable"}},
		{"two addresses", []string{"run", fine, "--var", "url=http://one.test/", "--url", "http://other.test/"}, []string{"--var url=http://one.test/: --url says http://other.test/"}},
		{"an address without a scheme", []string{"run", fine, "--url", "127.0.0.1:3000/hook"}, []string{`such as http://127.0.0.1:3000/hook, not "127.0.0.1:3000/hook"`}},
		{"an address that only looks like one", []string{"run", fine, "--url", "localhost:3000"}, []string{"--url: want an absolute http or https URL"}},
		{"an address with a password", []string{"run", fine, "--url", "http://me:secret@x.test/"}, []string{"--url: want no user in the URL"}},
		{"plain http where https is wanted", []string{"run", fine, "--strict", "--url", "http://x.test/"}, []string{"want https because of --strict"}},
		{"the sample receiver where https is wanted", []string{"run", fine, "--strict"}, []string{"--strict: want an https receiver"}},
		{"a report of no kind", []string{"run", fine, "--report", "pdf=x"}, []string{`--report: want junit=FILE, json=FILE or github, not "pdf=x"`}},
		{"a report without a file", []string{"run", fine, "--report", "junit"}, []string{"--report: want junit=FILE"}},
		{"a report that cannot be written", []string{"run", fine, "--report", "json=nowhere/x.json"}, []string{"--report json=nowhere/x.json: ", "no such file"}},
		{"a client ID that is none", []string{"run", fine, "--client-id", "me"}, []string{"--client-id: ", "UUID"}},
		{"a secret that is none", []string{"run", fine, "--uip-secret", "secret"}, []string{"--uip-secret: ", "UUID"}},
		{"a ready file that cannot be written", []string{"run", fine, "--ready-file", "nowhere/x"}, []string{"--ready-file: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"scenario"}, c.args...)
			if c.args[0] == "run" {
				args = append(args, "--addr", "127.0.0.1:0")
			}
			status, stdout, stderr := said(t, args...)
			if status != exitUsage || strings.Contains(stdout, "passed") {
				t.Errorf("it ended with %d, want %d: %s", status, exitUsage, stdout)
			}
			for _, want := range c.says {
				if !strings.Contains(stderr, want) {
					t.Errorf("it does not say %q:\n%s", want, stderr)
				}
			}
		})
	}
}

// One variable of the environment means one thing, and what several commands
// read is of one type.
func TestTheVariablesOfTheEnvironmentDoNotCollide(t *testing.T) {
	parser, err := newParser(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	flags := map[string]*kong.Flag{}
	for _, command := range parser.Model.Leaves(false) {
		var seen []string
		for _, f := range command.Flags {
			name := variable(f)
			if name == "" {
				continue
			}
			if slices.Contains(seen, name) {
				t.Errorf("two flags of %s are %s", command.Path(), name)
			}
			seen = append(seen, name)
			if other := flags[name]; other != nil && (other.Target.Type() != f.Target.Type() || other.PlaceHolder != f.PlaceHolder) {
				t.Errorf("%s is a %s here and a %s there", name, other.FormatPlaceHolder(), f.FormatPlaceHolder())
			}
			flags[name] = f
		}
	}
}
