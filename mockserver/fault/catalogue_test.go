package fault_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver/fault"
)

// everything lists the names that are fixed, by stages. Somebody who wrote one
// into a scenario relies on it.
var everything = []struct {
	stage fault.Stage
	names string
}{
	{fault.Content, `expired issued-in-future wrong-issuer wrong-audience audience-array missing-claim other-session
		extra-members large documents-empty steps-omitted`},
	{fault.Signature, `tampered wrong-key unknown-kid missing-kid alg-none alg-hs256 malformed-signature short-signature
		empty-signature missing-signature uppercase-signature prefixed-signature garbage-jws stale-timestamp`},
	{fault.Request, `wrong-credentials missing-credentials content-type legacy-format malformed-json truncated-json
		duplicate-members invalid-utf8 empty-body byte-order-mark reserialised chunked`},
	{fault.Wire, `slow-request reset-mid-body reset-before-response ignore-response hang-up-early connect-delay`},
	{fault.Schedule, `duplicate duplicate-concurrent delay overtaken drop replay retry-overlap`},
	{fault.API, `jwks-error jwks-slow jwks-empty jwks-stale jwks-malformed api-error api-slow api-reset`},
}

func TestTheCatalogueHoldsTheFixedNamesByTheirStages(t *testing.T) {
	all := fault.All()
	for i, want := range everything {
		var got []string
		for _, s := range all {
			if s.Stage == want.stage {
				got = append(got, s.Name)
			}
		}
		names := strings.Fields(want.names)
		slices.Sort(names)
		slices.Sort(got)
		if !slices.Equal(got, names) {
			t.Errorf("%s has %q\nwant %q", want.stage, got, names)
		}
		first := slices.IndexFunc(all, func(s fault.Spec) bool { return s.Stage == want.stage })
		if i > 0 && all[first-1].Stage != everything[i-1].stage {
			t.Errorf("%s is not where its turn is", want.stage)
		}
	}
	if n := len(all); n != 58 {
		t.Errorf("%d faults", n)
	}
}

func TestEveryFaultSaysWhatItIsAndWhatItFinds(t *testing.T) {
	for _, s := range fault.All() {
		if s.Summary == "" || s.Finds == "" || s.Name == "" {
			t.Errorf("%+v leaves something unsaid", s)
		}
		for _, text := range []string{s.Summary, s.Finds} {
			if strings.HasSuffix(text, ".") || strings.TrimSpace(text) != text {
				t.Errorf("%s: %q ends like no other", s.Name, text)
			}
		}
		seen := map[string]bool{}
		for _, p := range s.Params {
			if p.Name == "" || p.Summary == "" || seen[p.Name] {
				t.Errorf("%s: %+v", s.Name, p)
			}
			seen[p.Name] = true
			if p.Default == nil {
				continue
			}
			given := fault.Fault{Name: s.Name, Params: map[string]any{p.Name: p.Default}}
			for _, found := range fault.Check([]fault.Fault{given}, "acme", []string{s.Name}) {
				if strings.HasSuffix(found.Location, p.Name) {
					t.Errorf("%s: its own default is refused: %s", s.Name, found)
				}
			}
		}
		if got, known := fault.Find(s.Name); !known || got.Summary != s.Summary {
			t.Errorf("%s is not found", s.Name)
		}
	}
	if _, known := fault.Find("tampred"); known {
		t.Error("a name that is none is found")
	}
}

func TestTheCatalogueIsTheCallersOwn(t *testing.T) {
	fault.All()[1].Params[0].Name = "spoilt"
	if fault.All()[1].Params[0].Name != "by" {
		t.Error("who changes the catalogue changes everybody's")
	}
}

func TestOnlyWhatActsOnAttemptsTakesThem(t *testing.T) {
	for _, s := range fault.All() {
		want := s.Stage != fault.API && (s.Stage != fault.Schedule || s.Name == fault.RetryOverlap)
		if s.OnAttempts() != want {
			t.Errorf("%s: %v", s.Name, s.OnAttempts())
		}
	}
}

func TestEveryVendorHasWhatTheEngineMakes(t *testing.T) {
	want := []string{
		"chunked", "connect-delay", "content-type", "delay", "drop", "duplicate", "duplicate-concurrent", "hang-up-early",
		"ignore-response", "overtaken", "replay", "reset-before-response", "reset-mid-body", "retry-overlap", "slow-request",
	}
	got := fault.EveryVendor()
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestARequiredParameterShowsNullForItsDefault(t *testing.T) {
	s, _ := fault.Find(fault.APIReset)
	text, err := json.Marshal(s.Params)
	if err != nil {
		t.Fatal(err)
	}
	if want := `"name":"route","type":"text","default":null`; !strings.Contains(string(text), want) {
		t.Errorf("%s lacks %s", text, want)
	}
}
