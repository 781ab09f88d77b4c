package scenarios_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
	"kycmock/scenarios"
)

var update = flag.Bool("update", false, "write again what is generated from the code, and the messages of testdata/bad")

// twoVendors have as much of ours as the files of testdata speak of.
func twoVendors() []provider.Profile {
	made := []string{fault.Large, fault.Tampered, fault.JWKSError, fault.APIError, fault.APISlow}
	return []provider.Profile{
		{Name: "uqudo", Webhooks: []string{"global", "hosted-kyc/{config}"}, Faults: made,
			Events: []provider.Event{{Name: "enrollment"}, {Name: "face"}}},
		{Name: "uip", Webhooks: []string{"default"}, Faults: append(made, fault.UppercaseSig),
			Events: []provider.Event{{Name: "sign"}, {Name: "message"}}, Verbs: []string{"complete", "sign", "read"}},
	}
}

// files lists those of testdata that match.
func files(t testing.TB, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("there are no files %s: %v", pattern, err)
	}
	return names
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// generated holds a file against what it should hold, or writes it.
func generated(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := read(t, file); !bytes.Equal(got, want) {
		t.Errorf("%s is not what the code makes; go test ./scenarios -update writes it\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}

// others are scenarios that those of testdata can include.
func others(t *testing.T) []scenarios.Scenario {
	t.Helper()
	var all []scenarios.Scenario
	for _, text := range []string{
		"name: setup\nwhy: It is included.\nprovider: uqudo\nvars: {who: {}}\nsteps: [{trigger: {as: first, event: face}}]",
		"name: there\nwhy: It includes again.\nsteps: [{include: {scenario: back}}]",
		"name: back\nwhy: It includes who includes it.\nsteps: [{include: {scenario: there}}]",
		"name: lost\nwhy: It includes nobody.\nsteps: [{include: {scenario: nobody}}]",
	} {
		s, err := scenarios.Read("", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func TestEachBadScenarioIsToldAllThatIsWrongWithIt(t *testing.T) {
	known := scenarios.Known{Vendors: twoVendors(), Scenarios: others(t)}
	for _, file := range files(t, "bad/*.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, err := known.Read(filepath.Base(file), read(t, file))
			var problems scenarios.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %v, want problems", err)
			}
			generated(t, strings.TrimSuffix(file, ".yaml")+".txt", []byte(problems.Error()+"\n"))
		})
	}
}

func TestEachGoodScenarioIsRead(t *testing.T) {
	known := scenarios.Known{Vendors: twoVendors(), Scenarios: others(t)}
	for _, file := range files(t, "good/*.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for _, k := range []scenarios.Known{{}, known} {
				s, err := k.Read(file, read(t, file))
				if err != nil {
					t.Fatal(err)
				}
				for i, step := range s.Steps {
					if step.Line == 0 || step.Column == 0 {
						t.Errorf("step %d has no place", i+1)
					}
				}
			}
		})
	}
}

func TestEachBuiltInScenarioFitsTheVendors(t *testing.T) {
	all := scenarios.BuiltIn()
	known := scenarios.Known{Vendors: mockserver.Test(t, mockserver.Config{}).Providers(), Scenarios: all}
	for _, s := range all {
		if problems := scenarios.Check(s, known); len(problems) > 0 {
			t.Error(problems)
		}
		if s.Name+".yaml" != s.File {
			t.Errorf("%s is in the file %s", s.Name, s.File)
		}
	}
	if len(all) < 25 {
		t.Errorf("there are %d, want 25 or more", len(all))
	}
}
