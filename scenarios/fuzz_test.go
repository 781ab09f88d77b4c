package scenarios_test

import (
	"errors"
	"strings"
	"testing"

	"kycmock/scenarios"
)

func FuzzRead(f *testing.F) {
	for _, s := range scenarios.BuiltIn() {
		f.Add(s.YAML())
	}
	for _, pattern := range []string{"bad/*.yaml", "good/*.yaml"} {
		for _, file := range files(f, pattern) {
			f.Add(read(f, file))
		}
	}
	f.Add([]byte("name: x\nwhy: &a [*a]\n<<: *a\n"))
	known := scenarios.Known{Vendors: twoVendors(), Scenarios: scenarios.BuiltIn()}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := known.Read("f.yaml", text)
		if err == nil {
			for i, step := range s.Steps {
				if step.Line < 1 || step.Column < 1 {
					t.Errorf("step %d has no place", i+1)
				}
			}
			return
		}
		var problems scenarios.Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("got %v, want problems", err)
		}
		lines := 1 + strings.Count(string(text), "\n") + strings.Count(string(text), "\r") // or fewer
		for _, p := range problems {
			told := strings.HasPrefix(p.Message, "want at most 1 MiB") || p.Message == "there may be more"
			if p.Message == "" || p.Line < 1 && !told || p.Line > lines || strings.ContainsAny(p.Message, "\n\r") {
				t.Errorf("a problem without a good place: %+v", p)
			}
		}
	})
}
