package fault_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/fault"
	"kycmock/mockserver/journal"
)

func half() *float64 { q := 0.5; return &q }

func TestAFaultReadsAsItIsWritten(t *testing.T) {
	for _, tt := range []struct{ given, want string }{
		{`"tampered"`, ``},
		{`{"name":"tampered"}`, `"tampered"`},
		{`{"name":"tampered","on":"all","params":{}}`, `"tampered"`},
		{`{"name":"tampered","on":"first"}`, `{"name":"tampered","on":[1]}`},
		{`{"name":"tampered","on":[1,3]}`, ``},
		{`{"name":"tampered","probability":0.5}`, ``},
		{`{"name":"tampered","probability":0}`, ``},
		{`{"name":"duplicate","params":{"after":"10m","count":2}}`, ``},
		{`{"name":"large","params":{"bytes":9007199254740993}}`, ``}, // more than a float holds
		{`"no such thing"`, ``},
	} {
		var f fault.Fault
		if err := json.Unmarshal([]byte(tt.given), &f); err != nil {
			t.Errorf("%s: %v", tt.given, err)
			continue
		}
		want := tt.want
		if want == "" {
			want = tt.given
		}
		if got, err := json.Marshal(f); err != nil || string(got) != want || f.String() != want {
			t.Errorf("%s is written as %s (%v)", tt.given, got, err)
		}
	}
}

// Somebody may read a Fault into a variable that was used before.
func TestReadingLeavesNothingOfWhatWasThereBefore(t *testing.T) {
	f := fault.Fault{Name: "delay", On: []int{1}, Params: map[string]any{"by": "1m"}, Probability: half()}
	if err := json.Unmarshal([]byte(`{"name":"tampered"}`), &f); err != nil {
		t.Fatal(err)
	}
	if want := (fault.Fault{Name: "tampered"}); !reflect.DeepEqual(f, want) {
		t.Errorf("%+v", f)
	}
}

// A durable mock finds the faults of what waits in its store.
func TestAFaultSurvivesTheJournal(t *testing.T) {
	type row struct{ Faults []fault.Fault }
	given := row{[]fault.Fault{
		{Name: fault.Tampered},
		{Name: fault.Duplicate, Params: map[string]any{"count": 3, "after": "10m"}},
		{Name: fault.IgnoreResponse, Params: map[string]any{"status": float64(502)}, On: []int{1, 3}, Probability: half()},
		{Name: fault.Large, Params: map[string]any{"bytes": "512KiB"}},
	}}
	store := &memory{}
	now := func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }
	j, err := journal.Open(now, 10, store)
	if err != nil {
		t.Fatal(err)
	}
	table, err := journal.NewTable[row](j, "row")
	if err != nil {
		t.Fatal(err)
	}
	table.Put("row_1", given)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if j, err = journal.Open(now, 10, store); err != nil {
		t.Fatal(err)
	}
	if table, err = journal.NewTable[row](j, "row"); err != nil {
		t.Fatal(err)
	}
	got, _ := table.Get("row_1")
	if fmt.Sprint(got.Faults) != fmt.Sprint(given.Faults) {
		t.Errorf("got  %v\nwant %v", got.Faults, given.Faults)
	}
	if found := fault.Check(got.Faults, "acme", own); len(found) > 0 {
		t.Error(found)
	}
	if n, d, s, b := got.Faults[1].Number("count"), got.Faults[1].Duration("after"), got.Faults[2].Number("status"), got.Faults[3].Number("bytes"); n != 3 ||
		d != 10*time.Minute || s != 502 || b != 512<<10 {
		t.Errorf("%d, %s, %d, %d", n, d, s, b)
	}
}

// A memory is a journal's store that holds what a file would.
type memory struct{ lines []string }

func (m *memory) Append(entries ...journal.Entry) error {
	for _, e := range entries {
		text, err := json.Marshal(e)
		if err != nil {
			return err
		}
		m.lines = append(m.lines, string(text))
	}
	return nil
}

func (m *memory) Scan(f func(journal.Entry) error) error {
	for _, line := range m.lines {
		var e journal.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return err
		}
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Close() error { return nil }

func TestNamesListsEachOnce(t *testing.T) {
	got := fault.Names([]fault.Fault{{Name: "b"}, {Name: "a"}, {Name: "b", On: []int{2}}})
	if !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("%q", got)
	}
	if text, _ := json.Marshal(fault.Names(nil)); string(text) != "[]" {
		t.Errorf("none is %s", text)
	}
}

func TestTheSchemaNamesWhatAFaultHolds(t *testing.T) {
	text, err := json.Marshal(fault.Fault{}.Schema(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"params", "on", "probability", "ignore-response"} {
		if !strings.Contains(string(text), name) {
			t.Errorf("%s does not name %s", text, name)
		}
	}
}

func FuzzAnyJSONCanBeChecked(f *testing.F) {
	for _, seed := range []string{`"tampered"`, `{"name":"delay","params":{"by":"1m"},"on":"first"}`, `{"on":[1],"params":[]}`, `null`, `[[]]`, `{"":1}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var one fault.Fault
		if !json.Valid([]byte(text)) {
			return
		}
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		first := fmt.Sprint(fault.Check([]fault.Fault{one}, "acme", own))
		if again := fmt.Sprint(fault.Check([]fault.Fault{one}, "acme", own)); again != first {
			t.Fatalf("%s\n%s", first, again)
		}
		if first != "[]" {
			return
		}
		var copied fault.Fault // what is good can be written and read again
		if err := json.Unmarshal([]byte(one.String()), &copied); err != nil || copied.String() != one.String() {
			t.Fatalf("%s became %s: %v", one, copied, err)
		}
	})
}
