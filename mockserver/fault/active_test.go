package fault_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"kycmock/mockserver/fault"
)

func maybe(name string, q float64) fault.Fault { return fault.Fault{Name: name, Probability: &q} }

// acts tells on which of many attempts a fault of a list acts.
func acts(faults []fault.Fault, name string, seed uint64, copy int) (attempts []int) {
	for n := 1; n <= 1000; n++ {
		if fault.On(faults, fault.Stream{Seed: seed, Copy: copy, Attempt: n}).Has(name) {
			attempts = append(attempts, n)
		}
	}
	return attempts
}

func TestOnChoosesAttempts(t *testing.T) {
	for _, tt := range []struct {
		f    fault.Fault
		want []int
	}{
		{fault.Fault{Name: fault.Tampered}, []int{1, 2, 3, 4}},
		{fault.Fault{Name: fault.Tampered, On: []int{1}}, []int{1}},
		{fault.Fault{Name: fault.Tampered, On: []int{4, 2}}, []int{2, 4}},
		{fault.Fault{Name: fault.RetryOverlap, On: []int{1}}, []int{1}},
		{fault.Fault{Name: fault.Delay}, nil},                 // acts once
		{fault.Fault{Name: fault.APISlow}, nil},               // acts on calls
		{fault.Fault{Name: "what is no fault", On: nil}, nil}, // of a newer mock's journal
	} {
		var got []int
		for n := 1; n <= 4; n++ {
			a := fault.On([]fault.Fault{tt.f}, fault.Stream{Attempt: n})
			if f, has := a.Find(tt.f.Name); has && f.Name == tt.f.Name {
				got = append(got, n)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s acts on %v, want %v", tt.f, got, tt.want)
		}
	}
}

func TestTheFirstOfANameThatActsCounts(t *testing.T) {
	faults := []fault.Fault{
		{Name: fault.IgnoreResponse, On: []int{1}, Params: map[string]any{"status": 502}},
		{Name: fault.IgnoreResponse, On: []int{1, 2}},
	}
	for n, want := range map[int]int{1: 502, 2: 504} {
		f, _ := fault.On(faults, fault.Stream{Attempt: n}).Find(fault.IgnoreResponse)
		if got := f.Number("status"); got != want {
			t.Errorf("attempt %d: %d, want %d", n, got, want)
		}
	}
}

func TestProbabilityIsHowOftenAFaultActs(t *testing.T) {
	for _, tt := range []struct {
		q         float64
		low, high int // of 1,000
	}{{0, 0, 0}, {0.1, 60, 140}, {0.5, 430, 570}, {0.9, 860, 940}, {1, 1000, 1000}} {
		for seed := range uint64(5) {
			if n := len(acts([]fault.Fault{maybe(fault.Tampered, tt.q)}, fault.Tampered, seed, 0)); n < tt.low || n > tt.high {
				t.Errorf("with seed %d and probability %v it acts on %d of 1,000", seed, tt.q, n)
			}
		}
	}
}

func TestDrawsDependOnSeedCopyAttemptAndFault(t *testing.T) {
	faults := []fault.Fault{maybe(fault.Tampered, 0.5), maybe(fault.WrongKey, 0.5), maybe(fault.Tampered, 0.5)}
	base := acts(faults[:1], fault.Tampered, 7, 0)
	if !slices.Equal(base, acts(faults[:1], fault.Tampered, 7, 0)) {
		t.Error("the same seed draws otherwise")
	}
	for name, other := range map[string][]int{
		"seed":                       acts(faults[:1], fault.Tampered, 8, 0),
		"copy":                       acts(faults[:1], fault.Tampered, 7, 1),
		"fault":                      acts(faults[1:2], fault.WrongKey, 7, 0),
		"a second one, beside which": acts(faults, fault.Tampered, 7, 0),
	} {
		if slices.Equal(base, other) {
			t.Errorf("the %s does not matter", name)
		}
	}
}

func TestAFaultMoreChangesNoDrawOfAnother(t *testing.T) {
	one := []fault.Fault{maybe(fault.Tampered, 0.5)}
	want := acts(one, fault.Tampered, 7, 0)
	for _, faults := range [][]fault.Fault{
		{maybe(fault.WrongKey, 0.5), one[0]},
		{one[0], maybe(fault.WrongKey, 0.5)},
		{{Name: fault.Drop}, maybe(fault.Chunked, 0.1), {Name: fault.WrongKey, On: []int{1}}, one[0]},
	} {
		if !slices.Equal(acts(faults, fault.Tampered, 7, 0), want) {
			t.Errorf("beside others of %v it acts on other attempts", faults)
		}
	}
}

func TestActiveFaultsStandInTheOrderInWhichTheyWereAskedFor(t *testing.T) {
	a := fault.On([]fault.Fault{{Name: fault.WrongKey}, {Name: fault.Drop}, {Name: fault.Expired}, {Name: fault.Chunked}}, fault.Stream{Attempt: 1})
	if got := fault.Names(a.Faults); !slices.Equal(got, []string{"wrong-key", "expired", "chunked"}) {
		t.Errorf("%q", got)
	}
	if a.Has(fault.Drop) || !a.Has(fault.Chunked) {
		t.Errorf("%+v", a)
	}
	if _, has := a.Find(fault.Large); has {
		t.Error("it finds what is not there")
	}
}

func TestDiceAreOfTheirPurpose(t *testing.T) {
	s := fault.Stream{Seed: 7, Attempt: 1}
	first := s.Dice("a").Uint64()
	for name, other := range map[string]uint64{
		"seed":    fault.Stream{Seed: 8, Attempt: 1}.Dice("a").Uint64(),
		"copy":    fault.Stream{Seed: 7, Attempt: 1, Copy: 1}.Dice("a").Uint64(),
		"attempt": fault.Stream{Seed: 7, Attempt: 2}.Dice("a").Uint64(),
		"purpose": s.Dice("b").Uint64(),
	} {
		if other == first {
			t.Errorf("another %s draws the same", name)
		}
	}
	if s.Dice("a").Uint64() != first {
		t.Error("the same dice draw otherwise")
	}
	if (fault.Stream{Copy: 1, Attempt: 11}).Dice("").Uint64() == (fault.Stream{Copy: 11, Attempt: 1}).Dice("").Uint64() {
		t.Error("copy 1's attempt 11 draws as copy 11's attempt 1")
	}
}

// A duplicate is the same bytes, also when a fault made them.
func TestCopiesAreSpoiltAlike(t *testing.T) {
	faults := []fault.Fault{{Name: fault.TruncatedJSON}}
	dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test's
	for range 50 {
		seed, body := dice.Uint64(), fmt.Sprintf(`{"a":"%0100d"}`, 0)
		original := fault.On(faults, fault.Stream{Seed: seed, Attempt: 1})
		copied := fault.On(faults, fault.Stream{Seed: seed, Attempt: 1, Copy: 3})
		if original.Broken(body) != copied.Broken(body) || original.ChangedByte(body, 0) != copied.ChangedByte(body, 0) {
			t.Fatal("a copy is spoilt in another way")
		}
	}
}
