package fault_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/fault"
)

// read is what JSON says a trigger's faults are.
func read(t *testing.T, text string) []fault.Fault {
	t.Helper()
	var faults []fault.Fault
	if err := json.Unmarshal([]byte(text), &faults); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return faults
}

// own are the faults of the vendor of these tests.
var own = []string{
	fault.Tampered, fault.MissingClaim, fault.Large, fault.IssuedInFuture, fault.APIError, fault.APIReset, fault.JWKSSlow,
	fault.WrongKey, fault.Chunked,
}

func TestCheckSaysWhatIsWrongAndWhere(t *testing.T) {
	const (
		duration = "want a duration such as 10m, from 0s to 10000h0m0s"
		real     = "want a duration such as 10m, from 0s to 5m0s"
		count    = "want a whole number from 1 to 100"
		size     = "want bytes, such as 512 or 2MiB, from 1 to 67108864"
		once     = "acts once, and not on attempts"
		on       = `want "first", "all" or a list of attempts, such as [1, 3]`
	)
	for _, tt := range []struct {
		faults string
		want   []string // nearest names first, and then whatever
	}{
		{`["tampered"]`, nil},
		{`[]`, nil},
		{`["tampered", {"name": "delay", "params": {"by": "1h30m"}}]`, nil},
		{`[{"name": "tampered", "on": "first", "probability": 0.5}]`, nil},
		{`[{"name": "tampered", "on": "all", "params": {}}]`, nil},
		{`[{"name": "tampered", "on": null, "params": null, "probability": null}]`, nil},
		{`[{"name": "retry-overlap", "on": [1, 3], "probability": 1}]`, nil},
		{`[{"name": "large", "params": {"bytes": "512KiB"}}, {"name": "large", "params": {"bytes": 1}}]`, nil},
		{`[{"name": "large", "params": {"bytes": "64MiB"}}, {"name": "large", "params": {"bytes": "7"}}, {"name": "large", "params": {"bytes": "7B"}}]`, nil},
		{`[{"name": "api-error", "params": {"route": "POST /v1/x"}, "probability": 0.5}]`, nil},
		{`[{"name": "missing-claim", "params": {"name": "ü"}}]`, nil},

		{`[""]`, []string{"[0].name: is required"}},
		{`[null]`, []string{"[0].name: is required"}},
		{`[{}]`, []string{"[0].name: is required"}},
		{`[{"name": null}]`, []string{"[0].name: is required"}},
		{`[{"name": 7, "params": {"no": 1}}]`, []string{"[0].name: want a fault's name"}},
		{`[7, true, []]`, []string{
			`[0]: want a fault's name, or {"name": ..., "params": ..., "on": ..., "probability": ...}`,
			`[1]: want a fault's name, or {"name": ..., "params": ..., "on": ..., "probability": ...}`,
			`[2]: want a fault's name, or {"name": ..., "params": ..., "on": ..., "probability": ...}`,
		}},
		{`["tampred"]`, []string{"[0].name: there is no such fault, want one of tampered, "}},
		{`["duplicate-concurent"]`, []string{"[0].name: there is no such fault, want one of duplicate-concurrent, duplicate, "}},
		{`["unknown-kid"]`, []string{"[0].name: is not one of acme's, want one of "}},
		{`["stale-timestamp"]`, []string{"[0].name: acme signs no timestamp"}},
		{`[{"nam": "tampered", "of": 1}]`, []string{
			"[0].nam: there is no such member, want one of name, ", "[0].of: there is no such member, want one of on, ", "[0].name: is required",
		}},

		{`[{"name": "delay", "on": [1]}]`, []string{"[0].on: " + once}},
		{`[{"name": "drop", "on": "first", "probability": 1}]`, []string{"[0].on: " + once, "[0].probability: " + once}},
		{`[{"name": "api-reset", "on": [1], "params": {"route": "x"}}]`, []string{"[0].on: " + once}},
		{`[{"name": "tampered", "on": [0, 1, -1]}]`, []string{"[0].on: want attempts counted from 1", "[0].on: want attempts counted from 1"}},
		{`[{"name": "tampered", "on": []}, {"name": "tampered", "on": "last"}, {"name": "tampered", "on": 1}, {"name": "tampered", "on": [1.5]}]`,
			[]string{"[0].on: " + on, "[1].on: " + on, "[2].on: " + on, "[3].on: " + on}},
		{`[{"name": "tampered", "probability": 1.1}, {"name": "tampered", "probability": -0.1}]`,
			[]string{"[0].probability: want 0 to 1", "[1].probability: want 0 to 1"}},
		{`[{"name": "tampered", "probability": "often"}]`, []string{"[0].probability: want a number from 0 to 1"}},

		{`[{"name": "delay", "params": [1]}]`, []string{"[0].params: want an object"}},
		{`[{"name": "tampered", "params": {"by": "1m"}}]`, []string{"[0].params.by: tampered has no such parameter, takes none"}},
		{`[{"name": "duplicate", "params": {"cuont": 2}}]`, []string{"[0].params.cuont: duplicate has no such parameter, want one of count, after"}},
		{`[{"name": "api-error"}]`, []string{"[0].params.route: is required: method and path as the vendor writes them, such as POST /v1/identify"}},
		{`[{"name": "delay", "params": {"by": 600}}, {"name": "delay", "params": {"by": "soon"}}, {"name": "delay", "params": {"by": "-1s"}}, {"name": "delay", "params": {"by": "10001h"}}, {"name": "delay", "params": {"by": null}}]`,
			[]string{"[0].params.by: " + duration, "[1].params.by: " + duration, "[2].params.by: " + duration, "[3].params.by: " + duration, "[4].params.by: " + duration}},
		{`[{"name": "jwks-slow", "params": {"by": "6m"}}]`, []string{"[0].params.by: " + real}},
		{`[{"name": "hang-up-early", "params": {"after": "0s"}}]`, []string{"[0].params.after: want a duration such as 10m, from 1ns to 5m0s"}},
		{`[{"name": "duplicate", "params": {"count": 0}}, {"name": "duplicate", "params": {"count": 101}}, {"name": "duplicate", "params": {"count": "2"}}, {"name": "duplicate", "params": {"count": 1.5}}, {"name": "duplicate", "params": {"count": true}}]`,
			[]string{"[0].params.count: " + count, "[1].params.count: " + count, "[2].params.count: " + count, "[3].params.count: " + count, "[4].params.count: " + count}},
		{`[{"name": "large", "params": {"bytes": 0}}, {"name": "large", "params": {"bytes": "65MiB"}}, {"name": "large", "params": {"bytes": "2 MiB"}}, {"name": "large", "params": {"bytes": "KiB"}}, {"name": "large", "params": {"bytes": "1e3"}}, {"name": "large", "params": {"bytes": 1e300}}]`,
			[]string{"[0].params.bytes: " + size, "[1].params.bytes: " + size, "[2].params.bytes: " + size, "[3].params.bytes: " + size, "[4].params.bytes: " + size, "[5].params.bytes: " + size}},
		{`[{"name": "missing-claim", "params": {"name": ""}}, {"name": "missing-claim", "params": {"name": "a\nb"}}, {"name": "missing-claim", "params": {"name": 7}}]`,
			[]string{"[0].params.name: want a text of 1 to 100 characters", "[1].params.name: want a text of 1 to 100 characters", "[2].params.name: want a text of 1 to 100 characters"}},
		{`[{"name": "ignore-response", "params": {"status": 600}}]`, []string{"[0].params.status: want a whole number from 200 to 599"}},

		{`["tampered", {"name": "delay", "on": [1], "probability": 2, "params": {"by": 1, "no": 2}, "more": 3}, "nothing"]`, []string{
			"[1].more: there is no such member, want one of name, ", "[1].on: " + once, "[1].probability: " + once,
			"[1].params.by: " + duration, "[1].params.no: delay has no such parameter, want one of by", "[2].name: there is no such fault, want one of ",
		}},
		{`[{"name": "unknown-kid", "on": [0], "params": {"no": 1}}]`, []string{
			"[0].name: is not one of acme's, ", "[0].on: want attempts counted from 1", "[0].params.no: unknown-kid has no such parameter, takes none",
		}},
		{`[{"name": "delay", "params": 1, "on": 7, "probability": ""}]`, []string{
			"[0].params: want an object", "[0].probability: want a number from 0 to 1", "[0].on: " + on,
		}},
	} {
		t.Run(tt.faults, func(t *testing.T) {
			var got []string
			for _, found := range fault.Check(read(t, tt.faults), "acme", own) {
				got = append(got, found.String())
			}
			if len(got) != len(tt.want) {
				t.Fatalf("found %d\n%s", len(got), strings.Join(got, "\n"))
			}
			for i, want := range tt.want {
				if open := strings.HasSuffix(want, " "); got[i] != want && !(open && strings.HasPrefix(got[i], want)) {
					t.Errorf("got  %s\nwant %s", got[i], want)
				}
			}
		})
	}
}

func TestEachNameThatCanBeHadIsNamedOnce(t *testing.T) {
	found := fault.Check([]fault.Fault{{Name: "nothing"}}, "acme", own)
	_, list, _ := strings.Cut(found[0].Message, "want one of ")
	seen := map[string]int{}
	for name := range strings.SplitSeq(list, ", ") {
		if seen[name]++; seen[name] > 1 {
			t.Errorf("%s is named twice", name)
		}
	}
	for _, name := range append(fault.EveryVendor(), own...) {
		if seen[name] == 0 {
			t.Errorf("%s is not named", name)
		}
	}
	if seen[fault.UnknownKID] > 0 {
		t.Error("what the vendor does not have is named")
	}
}

func TestATimestampThatIsSignedCanBeStale(t *testing.T) {
	if found := fault.Check(read(t, `["stale-timestamp"]`), "acme", []string{fault.StaleTimestamp}); len(found) > 0 {
		t.Error(found)
	}
}

func TestCheckRepeatsWhatItRefuses(t *testing.T) {
	found := fault.Check([]fault.Fault{{Name: "duplicate", Params: map[string]any{"count": 101}}}, "acme", nil)
	if len(found) != 1 || found[0].Value != 101 {
		t.Errorf("%+v", found)
	}
}

func TestParametersMeanWhatTheyWereGivenAs(t *testing.T) {
	for _, tt := range []struct {
		given any
		want  int
	}{
		{1000, 1000}, {int64(7), 7}, {float64(5), 5}, {json.Number("12"), 12},
		{"512", 512}, {"512B", 512}, {"512KiB", 512 << 10}, {"2MiB", 2 << 20}, {nil, 2 << 20},
	} {
		f := fault.Fault{Name: fault.Large}
		if tt.given != nil {
			f.Params = map[string]any{"bytes": tt.given}
		}
		if found := fault.Check([]fault.Fault{f}, "acme", own); len(found) > 0 {
			t.Error(found)
		}
		if got := f.Number("bytes"); got != tt.want {
			t.Errorf("%v means %d, want %d", tt.given, got, tt.want)
		}
	}
	if d := (fault.Fault{Name: fault.Delay}).Duration("by"); d != 10*time.Minute {
		t.Errorf("by default delayed by %s", d)
	}
	if d := (fault.Fault{Name: fault.Delay, Params: map[string]any{"by": "1h30m"}}).Duration("by"); d != 90*time.Minute {
		t.Errorf("delayed by %s", d)
	}
	if s := (fault.Fault{Name: fault.ContentType}).Text("value"); s != "text/plain" {
		t.Errorf("by default %q", s)
	}
	if s := (fault.Fault{Name: fault.MissingClaim, Params: map[string]any{"name": "sub"}}).Text("name"); s != "sub" {
		t.Errorf("%q", s)
	}
}

func TestEveryDefaultIsWhatTheCatalogueSays(t *testing.T) {
	for _, tt := range []struct{ name, param, want string }{
		{"issued-in-future", "by", "10m0s"}, {"missing-claim", "name", "jti"}, {"large", "bytes", "2097152"},
		{"stale-timestamp", "by", "10m0s"}, {"content-type", "value", "text/plain"}, {"connect-delay", "by", "2s"},
		{"slow-request", "bytesPerSecond", "512"}, {"ignore-response", "status", "504"}, {"hang-up-early", "after", "1s"},
		{"delay", "by", "10m0s"}, {"overtaken", "by", "1"}, {"duplicate", "count", "1"}, {"duplicate", "after", "0s"},
		{"duplicate-concurrent", "count", "5"}, {"replay", "after", "24h0m0s"}, {"jwks-error", "status", "503"},
		{"jwks-slow", "by", "5s"}, {"api-error", "status", "500"}, {"api-error", "code", ""}, {"api-slow", "by", "5s"},
	} {
		spec, _ := fault.Find(tt.name)
		f, got := fault.Fault{Name: tt.name}, ""
		for _, p := range spec.Params {
			switch {
			case p.Name != tt.param:
			case p.Type == fault.Duration:
				got = f.Duration(p.Name).String()
			case p.Type == fault.Text:
				got = f.Text(p.Name)
			default:
				got = fmt.Sprint(f.Number(p.Name))
			}
		}
		if got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.name, tt.param, got, tt.want)
		}
	}
}

func TestNumbersThatAreNoneAreRefused(t *testing.T) {
	nan := math.NaN()
	for _, f := range []fault.Fault{
		{Name: fault.Tampered, Probability: &nan},
		{Name: fault.Duplicate, Params: map[string]any{"count": nan}},
		{Name: fault.Duplicate, Params: map[string]any{"count": math.Inf(1)}},
		{Name: fault.Large, Params: map[string]any{"bytes": 1e19}},
		{Name: fault.MissingClaim, Params: map[string]any{"name": "\xff"}},
	} {
		if found := fault.Check([]fault.Fault{f}, "acme", own); len(found) != 1 {
			t.Errorf("%+v: %v", f, found)
		}
	}
}
