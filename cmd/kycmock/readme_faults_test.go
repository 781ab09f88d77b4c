package main

import (
	"fmt"
	"strings"
	"testing"

	"kycmock/mockserver/fault"
)

// The README's table of faults is the catalogue, as a mock serves it.
func TestTheREADMEListsTheFaults(t *testing.T) {
	line, stop := serving(t, nil, "--addr", "127.0.0.1:0")
	defer stop()
	var catalogue struct{ Faults []fault.Spec }
	read(t, line.URL+"/_mock/v1/faults", &catalogue)
	var table strings.Builder
	stage := fault.Stage("")
	for _, f := range catalogue.Faults {
		if f.Stage != stage {
			stage = f.Stage
			fmt.Fprintf(&table, "\n%s:\n\n| fault | of | what happens | finds a receiver that |\n|---|---|---|---|\n", strings.ToUpper(string(stage[:1]))+string(stage[1:]))
		}
		name := "`" + f.Name + "`"
		for _, p := range f.Params {
			if p.Default == nil {
				name += fmt.Sprintf(" `%s`", p.Name)
			} else {
				name += fmt.Sprintf(" `%s: %v`", p.Name, p.Default)
			}
		}
		of := strings.Join(f.Providers, ", ")
		if of == "" {
			of = "none that is played"
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", name, of, f.Summary, f.Finds)
	}
	checkSection(t, "faults", table.String()+"\n")
}
