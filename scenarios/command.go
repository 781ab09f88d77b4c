package scenarios

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// command is what repeats a run on the command line. Argument is what that
// calls the scenario, its name when empty.
func command(r Result, argument string, given map[string]string) string {
	if argument == "" {
		argument = r.Scenario
	}
	words := []string{
		"kycmock", "scenario", "run", shell(argument),
		"--seed", fmt.Sprint(r.Seed), "--clock-start", r.ClockStart.UTC().Format(time.RFC3339Nano),
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		switch name {
		case varURL, varAccount:
			words = append(words, "--"+name, shell(given[name]))
		default:
			words = append(words, "--var", shell(name+"="+given[name]))
		}
	}
	return strings.Join(words, " ")
}

// plain is a word that a shell takes as it is.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./:=@%+,][A-Za-z0-9_./:=@%+,-]*$`)

// shell is a word as it is written for a POSIX shell.
func shell(word string) string {
	if plain.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
