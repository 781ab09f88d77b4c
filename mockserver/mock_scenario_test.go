package mockserver_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/scenarios"
)

const tampered = `name: tampered
why: Somebody between the vendor and you may change a result.
provider: uqudo
steps:
  - trigger: {as: result, event: enrollment, faults: [tampered]}
  - judge:
      that: a result that was tampered with is refused
      delivery: result
      attempt: 1
      status: 4xx
      finding: took a result that somebody had changed
      otherwise: Verify the signature before anything else.
`

func TestAScenarioFailsItsTestWithEverythingThatIsFound(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tampered.yaml")
	if err := os.WriteFile(file, []byte(tampered), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	if err := os.WriteFile(broken, []byte("name: broken\nsteps: []\nstep: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good, careless := "/_mock/receiver/default", newHook(t).URL
	for _, c := range []struct {
		name, story, receiver string
		want                  string // a pattern; FILE stands for the story
		status                scenarios.Status
	}{
		{"a good receiver and a story that is built in", "uqudo-down-once", good, `^$`, scenarios.Passed},
		{"a good receiver and a file", file, good, `^$`, scenarios.Passed},
		{"a careless receiver", file, careless,
			`^scenario tampered failed with seed [0-9]+\n    FILE:[0-9]+: step 2: took a result that somebody had changed\n        .*\n        Verify the signature before anything else\.$`, scenarios.Failed},
		{"a receiver that is not there", file, "http://127.0.0.1:1/", `^scenario tampered error with seed [0-9]+: `, scenarios.Error},
		{"a story that there is none of", "no-such", good,
			`^reading the scenario no-such: there is none of this name that is built in or in Config\.Scenarios; a file ends in \.yaml$`, ""},
		{"a file that there is none of", "no-such.yaml", good, `^reading the scenario no-such\.yaml: open no-such\.yaml: `, ""},
		{"a file that is wrong", broken, good, `(?s)^reading the scenario FILE: FILE:.*FILE:3`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var result scenarios.Result
			pending := 0
			got := said(t, mockserver.Config{}, func(_ mockserver.TB, m *mockserver.Mock) {
				url := c.receiver
				if url == good {
					url = m.URL + good
				}
				result = m.RunScenario(c.story, url)
				list, _ := m.Deliveries(delivery.Filter{Status: delivery.Pending})
				pending = len(list)
			})
			want := regexp.MustCompile(strings.ReplaceAll(c.want, "FILE", regexp.QuoteMeta(c.story)))
			if text := strings.Join(got, "\n"); !want.MatchString(text) || result.Status != c.status || pending > 0 {
				t.Errorf("it is %s with %d deliveries pending and says\n%s\nwant %s and\n%s", result.Status, pending, text, c.status, want)
			}
		})
	}
}

func TestAScenarioIsToldWithAllThatCanBeSaid(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	seed := uint64(5)
	result := mock.RunScenarioWith("uqudo-enrollment", scenarios.Options{URL: mock.URL + "/_mock/receiver/shop", Account: "shop", Seed: &seed})
	if result.Seed != seed || mock.NextDelivery().Record().Account != "shop" {
		t.Errorf("it was told so: %+v", result)
	}
}
