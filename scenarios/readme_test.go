package scenarios_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"kycmock/scenarios"
)

// What the README lists is the code's, with -update written anew.
func TestTheREADMEListsTheGrammarAndWhatIsBuiltIn(t *testing.T) {
	var list strings.Builder
	list.WriteString("| | |\n|---|---|\n")
	for _, s := range scenarios.BuiltIn() {
		fmt.Fprintf(&list, "| [`%s`](%[1]s.yaml) | %s |\n", s.Name, strings.Join(strings.Fields(s.Why), " "))
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(readme)
	for name, want := range map[string]string{"built in": list.String(), "reference": "\n" + scenarios.Reference()} {
		section := regexp.MustCompile(`(?s)(<!-- ` + name + `: [^\n]*-->\n)(.*?)(<!-- end of ` + name + ` -->)`)
		found := section.FindStringSubmatch(text)
		switch {
		case found == nil:
			t.Errorf("the README has no section %s", name)
		case *update:
			text = strings.Replace(text, found[0], found[1]+want+found[3], 1)
		case found[2] != want:
			t.Errorf("the README's section %s is not the code's; -update writes it", name)
		}
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The story that the README shows can be told.
func TestTheREADMEsStoryIsGood(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, story, found := strings.Cut(string(readme), "```yaml\n")
	story, _, closed := strings.Cut(story, "```")
	if !found || !closed {
		t.Fatal("the README shows no story")
	}
	s, err := scenarios.Read("my-story.yaml", []byte(story))
	if err != nil {
		t.Fatal(err)
	}
	if result, _ := played(t, s, careless{}); result.Status != scenarios.Passed {
		t.Errorf("it is %s: %s", result.Status, wordsOf(result))
	}
}
