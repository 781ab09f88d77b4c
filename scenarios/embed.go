package scenarios

import (
	"embed"
	"slices"
	"strings"
	"sync"
)

//go:embed *.yaml
var builtIn embed.FS

// BuiltIn lists the scenarios that come with the mock, by name. Their File is
// that of their text, without a folder. They are read when they are first asked
// for, which takes longer than all the rest of a start.
func BuiltIn() []Scenario { return slices.Clone(readBuiltIn()) }

var readBuiltIn = sync.OnceValue(func() []Scenario {
	files, err := builtIn.ReadDir(".")
	if err != nil {
		panic(err) // the folder is in the binary
	}
	var all []Scenario
	for _, file := range files {
		text, err := builtIn.ReadFile(file.Name())
		if err != nil {
			panic(err)
		}
		s, err := Read(file.Name(), text)
		if err != nil {
			panic(err) // a test reads them all
		}
		all = append(all, s)
	}
	slices.SortFunc(all, byName)
	return all
})

func byName(a, b Scenario) int { return strings.Compare(a.Name, b.Name) }

// YAML is the scenario's text, as it was written; nothing when it was made
// without one.
func (s Scenario) YAML() []byte { return slices.Clone(s.source.text) }
