package fault_test

import (
	"strings"
	"testing"

	"kycmock/mockserver/fault"
)

func TestTheNearestNameIsTheOneThatWasMeant(t *testing.T) {
	names := []string{"tampered", "wrong-key", "replay", strings.Repeat("x", 61)}
	for word, want := range map[string]string{
		"tamperd":               "tampered",
		"Tampered":              "tampered",
		"worng-key":             "wrong-key",
		"relpay":                "replay",
		"nothing-of-the-kind":   "",
		"":                      "",
		strings.Repeat("x", 61): "",
	} {
		if got := fault.Nearest(word, names); got != want {
			t.Errorf("%q was meant to be %q, want %q", word, got, want)
		}
	}
}
