package scenarios_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/scenarios"
)

// played tells a built-in scenario to a receiver, in a mock of its own.
func played(t *testing.T, s scenarios.Scenario, c careless) (scenarios.Result, *receiver) {
	t.Helper()
	return playedAtRate(t, s, c, 0)
}

// playedAtRate is played on a clock that goes at this rate.
func playedAtRate(t *testing.T, s scenarios.Scenario, c careless, rate float64) (scenarios.Result, *receiver) {
	t.Helper()
	mock := mockAtRate(t, rate)
	r := listen(t, mock.URL, c)
	url := r.url
	if s.Name == "uqudo-wrong-credentials" {
		url += "/basic"
	}
	return toldTo(t, mock, s, url, proofSeed), r
}

// proofSeed decides what is invented in these tests.
const proofSeed uint64 = 20261122

func mockAtRate(t *testing.T, rate float64) *mockserver.Server {
	t.Helper()
	seed := proofSeed
	c := clock.New(began, rate)
	t.Cleanup(c.Close)
	return mockserver.Test(t, mockserver.Config{Seed: &seed, Clock: c}).Server
}

// toldTo tells a scenario to whatever is at a URL.
func toldTo(t *testing.T, mock *mockserver.Server, s scenarios.Scenario, url string, seed uint64) scenarios.Result {
	t.Helper()
	result, err := scenarios.Play(t.Context(), mock.World(), s, scenarios.Options{
		URL: url, Seed: &seed, Include: mock.Scenarios().Find, Limit: time.Minute,
	})
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return result
}

func TestACorrectReceiverPassesEveryScenario(t *testing.T) {
	all := scenarios.BuiltIn()
	if len(all) < 25 {
		t.Errorf("there are only %d", len(all))
	}
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			if len(strings.Fields(s.Why)) < 10 {
				t.Errorf("its why says too little: %s", s.Why)
			}
			if result, _ := played(t, s, careless{}); result.Status != scenarios.Passed {
				t.Errorf("it is %s: %s", result.Status, wordsOf(result))
			}
		})
	}
}

// Each carelessness is found by scenarios that are about it, and every scenario
// ends as it should against a receiver that is careless in all ways.
func TestEachCarelessnessIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		careless
		by []string
	}{
		"does not verify":                         {careless{verifiesNothing: true}, []string{"uqudo-tampered", "uqudo-forged-key", "uip-tampered", "uip-forged-secret"}},
		"trusts the token's own alg":              {careless{trustsAlg: true}, []string{"uqudo-alg-none"}},
		"refuses what it knows already":           {careless{refusesDuplicates: true}, []string{"uqudo-duplicate", "lost-acknowledgement", "uqudo-five-at-once", "uip-lost-acknowledgement"}},
		"breaks on a signature of another length": {careless{throwsOnLength: true}, []string{"uip-broken-signatures", "uqudo-broken-signatures"}},
		"keeps its keys for ever":                 {careless{cachesKeys: true}, []string{"key-rotated-just-before-signing", "uqudo-signed-before-published"}},
		"answers 202":                             {careless{answersAccepted: true}, []string{"uip-2xx-that-is-not-200", "uip-identify"}},
	} {
		for _, scenario := range c.by {
			t.Run(name+"/"+scenario, func(t *testing.T) {
				t.Parallel()
				result, _ := played(t, named(t, scenario), c.careless)
				if result.Status != scenarios.Failed || len(result.Findings()) == 0 {
					t.Errorf("it is %s: %s", result.Status, wordsOf(result))
				}
			})
		}
	}
}

func TestEveryScenarioEndsAgainstACarelessReceiver(t *testing.T) {
	all := careless{verifiesNothing: true, trustsAlg: true, refusesDuplicates: true, throwsOnLength: true, cachesKeys: true, answersAccepted: true}
	for _, s := range scenarios.BuiltIn() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			result, _ := played(t, s, all)
			if !slices.Contains([]scenarios.Status{scenarios.Passed, scenarios.Failed}, result.Status) {
				t.Errorf("it is %s: %s", result.Status, wordsOf(result))
			}
		})
	}
}

// The same seed sends the same bytes in the same order, in another mock.
func TestARunCanBeRepeated(t *testing.T) {
	for _, s := range scenarios.BuiltIn() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			_, one := played(t, s, careless{})
			_, other := played(t, s, careless{})
			if !slices.Equal(one.bodies(), other.bodies()) {
				t.Errorf("it sent other bytes when it was repeated, in %d and %d requests", len(one.bodies()), len(other.bodies()))
			}
		})
	}
}

func named(t *testing.T, name string) scenarios.Scenario {
	t.Helper()
	for _, s := range scenarios.BuiltIn() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no scenario is called %s", name)
	return scenarios.Scenario{}
}

// wordsOf is what a result says went wrong.
func wordsOf(r scenarios.Result) string {
	words := []string{r.Detail}
	for _, s := range r.Steps {
		if s.Status != scenarios.Passed {
			words = append(words, s.Path+" "+s.Name+" "+string(s.Status)+": "+s.Detail)
		}
	}
	return strings.Join(words, "\n")
}
