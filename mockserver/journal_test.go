package mockserver_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/scenarios"
)

// told lists the journal's entries of these kinds, each as "KIND ID" with the
// members of its data that are asked for.
func (a api) told(kinds, members []string) (lines []string) {
	a.t.Helper()
	for _, e := range a.journal("limit=1000").Entries {
		if !slices.Contains(kinds, e.Kind) {
			continue
		}
		line := e.Kind + " " + e.ID
		var data map[string]any
		if err := json.Unmarshal(e.Data, &data); err != nil {
			a.t.Fatal(err)
		}
		for _, name := range members {
			if text, ok := data[name].(string); ok {
				line += " " + text
			}
		}
		if data == nil {
			line += " null"
		}
		lines = append(lines, line)
	}
	return lines
}

func wantLines(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("the journal tells\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheJournalTellsOfScenarios(t *testing.T) {
	ofFolder, err := scenarios.Read("one-face.yaml", []byte(oneFace))
	if err != nil {
		t.Fatal(err)
	}
	config := at(0)
	config.Scenarios = []scenarios.Scenario{ofFolder}
	a := apiOf(t, mockserver.Test(t, config))
	a.upload("one-face", "", oneFace).want(200)
	a.upload("two", "", strings.Replace(oneFace, "one-face", "two", 1)).want(201)
	a.upload("two", "", "name: two").want(422)
	a.call("DELETE", scenariosPath+"/two", "").want(204)
	a.call("DELETE", scenariosPath+"/two", "").want(404)
	a.call("DELETE", scenariosPath+"/one-face", "").want(204)
	wantLines(t, a.told([]string{"scenario"}, []string{"origin"}), []string{
		"scenario one-face uploaded",
		"scenario two uploaded",
		"scenario two null",
		"scenario one-face dir",
	})
}

func TestTheJournalTellsOfARunAndItsSteps(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listen(newHook(t, 503).URL)
	a.upload("one-face", "", oneFace).want(201)
	id := a.begin("one-face", "").ID
	a.ended(id)
	wantLines(t, a.told([]string{"run", "step"}, []string{"scenario", "run", "verb", "status", "finding"}), []string{
		"run " + id + " one-face running",
		"step " + id + "/1 " + id + " trigger running",
		"step " + id + "/1 " + id + " trigger passed",
		"step " + id + "/2 " + id + " judge running",
		"step " + id + "/2 " + id + " judge failed it does not hold that it is taken",
		"run " + id + " one-face failed",
	})
}
