package journal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/journal"
)

func TestTheListConforms(t *testing.T) {
	conforms(t, func(*testing.T) func() (journal.Store, error) {
		l := &list{}
		return func() (journal.Store, error) { return l, nil }
	})
}

// conforms holds a Store to what the journal relies on. Make begins an empty
// list; what it returns opens that list, and opens it again after a Close.
func conforms(t *testing.T, make func(t *testing.T) (open func() (journal.Store, error))) {
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	opened := func(t *testing.T, open func() (journal.Store, error)) journal.Store {
		t.Helper()
		s, err := open()
		must(t, err)
		return s
	}
	holds := func(t *testing.T, s journal.Store, want ...journal.Entry) {
		t.Helper()
		var got []journal.Entry
		must(t, s.Scan(func(e journal.Entry) error { got = append(got, e); return nil }))
		if len(got) != len(want) {
			t.Fatalf("it holds %d entries, want %d", len(got), len(want))
		}
		for i := range want {
			if !same(got[i], want[i]) {
				t.Errorf("entry %d is\n%+v, want\n%+v", i, got[i], want[i])
			}
		}
	}

	t.Run("a new one is empty", func(t *testing.T) {
		s := opened(t, make(t))
		holds(t, s)
		must(t, s.Append())
		holds(t, s)
		must(t, s.Close())
	})
	t.Run("entries come back whole and in order", func(t *testing.T) {
		s := opened(t, make(t))
		must(t, s.Append(entries[0]))
		must(t, s.Append(entries[1:]...))
		holds(t, s, entries...)
		holds(t, s, entries...) // scanning uses nothing up
		must(t, s.Close())
	})
	t.Run("it goes on where it was closed", func(t *testing.T) {
		open := make(t)
		s := opened(t, open)
		must(t, s.Append(entries[:3]...))
		must(t, s.Close())
		s = opened(t, open)
		holds(t, s, entries[:3]...)
		must(t, s.Append(entries[3:]...))
		holds(t, s, entries...)
		must(t, s.Close())
		s = opened(t, open)
		holds(t, s, entries...)
		must(t, s.Close())
	})
	t.Run("a scan stops at an error and returns it", func(t *testing.T) {
		s := opened(t, make(t))
		must(t, s.Append(entries...))
		enough, n := errors.New("enough"), 0
		err := s.Scan(func(journal.Entry) error {
			if n++; n == 2 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || n != 2 {
			t.Errorf("got %v after %d entries, want %v after 2", err, n, enough)
		}
		holds(t, s, entries...)
		must(t, s.Close())
	})
	t.Run("it shares no memory with its callers", func(t *testing.T) {
		s := opened(t, make(t))
		e := journal.Entry{Seq: 1, At: noon, Kind: "k", ID: "i", Data: json.RawMessage(`"kept"`)}
		must(t, s.Append(e))
		copy(e.Data, `"hurt"`)
		must(t, s.Scan(func(e journal.Entry) error { copy(e.Data, `"hurt"`); return nil }))
		e.Data = json.RawMessage(`"kept"`)
		holds(t, s, e)
		must(t, s.Close())
	})
	t.Run("a thousand entries stay in order", func(t *testing.T) {
		open := make(t)
		s := opened(t, open)
		var want []journal.Entry
		for i := range 1000 {
			want = append(want, journal.Entry{Seq: int64(i + 1), At: noon, Kind: "k", ID: fmt.Sprint(i), Data: json.RawMessage(`{}`)})
			must(t, s.Append(want[i]))
		}
		must(t, s.Close())
		s = opened(t, open)
		holds(t, s, want...)
		must(t, s.Close())
	})
}

// entries are such as a store may find hard to keep.
var entries = []journal.Entry{
	{Seq: 1, At: noon, Kind: "fruit", ID: "a", Data: json.RawMessage(`{"Name":"apple"}`)},
	{Seq: 2, At: noon.Add(time.Nanosecond), Kind: "fruit", ID: "a", Data: json.RawMessage(`null`)},
	{Seq: 3, At: noon, Kind: "reset", ID: "", Data: json.RawMessage(`{"kinds":["fruit"]}`)},
	{Seq: 4, At: noon, Kind: "fruit", ID: "line\nbreak\t\"quoted\" \\ é \U0001F34E ../x", Data: json.RawMessage(`"\n<a&b>\u2028 é"`)},
	{Seq: 9, At: noon.Add(-time.Hour), Kind: "fruit", ID: "b", Data: json.RawMessage(`12345678901234567890`)}, // a gap, time set back
	{Seq: math.MaxInt64 - 1, At: noon, Kind: "fruit", ID: "c", Data: json.RawMessage(`"` + strings.Repeat("x", 100_000) + `"`)},
}

// same compares entries; the JSON text of data may be written another way.
func same(a, b journal.Entry) bool {
	plain := func(data json.RawMessage) string {
		var n any
		d := json.NewDecoder(strings.NewReader(string(data)))
		d.UseNumber()
		if err := d.Decode(&n); err != nil {
			return err.Error()
		}
		text, _ := json.Marshal(n)
		return string(text)
	}
	return a.Seq == b.Seq && a.At.Equal(b.At) && a.Kind == b.Kind && a.ID == b.ID && plain(a.Data) == plain(b.Data)
}

func TestReopeningFoldsTablesAndSeries(t *testing.T) {
	store := &list{}
	j := open(t, store)
	fruits, bites := table[fruit](t, j, "fruit"), series[int](t, j, "bite")
	fruits.Put("lost", fruit{Name: "lost to the reset"})
	bites.Add("a", ptr(0))
	other := table[int](t, j, "other")
	other.Put("x", 7)
	j.Forget("fruit", "bite")
	fruits.Put("a", fruit{Name: "apple", Secret: "core"})
	fruits.Put("b", fruit{Name: "banana"})
	fruits.Put("c", fruit{Name: "cherry"})
	bites.Add("a", ptr(1))
	bites.Add("b", ptr(3))
	bites.Add("a", ptr(2))
	fruits.Delete("b")
	if _, err := fruits.Update("a", func(f *fruit, _ bool) error { f.Tags = []string{"red"}; return nil }); err != nil {
		t.Error(err)
	}
	last := j.Last()
	if err := j.Close(); err != nil || store.closed != 1 {
		t.Errorf("closing the journal gave %v and closed the store %d times", err, store.closed)
	}

	j = open(t, store)
	fruits, bites, other = table[fruit](t, j, "fruit"), series[int](t, j, "bite"), table[int](t, j, "other")
	wantEqual(t, keys(fruits.All()), []string{"a", "c"})
	if a, _ := fruits.Get("a"); a.Name != "apple" || a.Secret != "core" || !slices.Equal(a.Tags, []string{"red"}) {
		t.Errorf("a came back as %+v", a)
	}
	wantBites(t, bites, "a", 1, 2)
	wantBites(t, bites, "b", 3)
	if x, ok := other.Get("x"); !ok || x != 7 {
		t.Errorf("the reset of others took x: %v, %v", x, ok)
	}
	if j.Last() != last {
		t.Errorf("it counts on from %d, want %d", j.Last(), last)
	}
	if entries, gap := j.Read(last, 10); gap != nil || len(entries) != 0 {
		t.Errorf("a reader who had seen all is told %v, %v", gap, entries)
	}
	fruits.Put("d", fruit{Name: "date"})
	if entries, gap := j.Read(last, 10); gap != nil || len(entries) != 1 || entries[0].Seq != last+1 {
		t.Errorf("and then %v, %v", gap, entries)
	}
	if _, gap := j.Read(1, 10); gap == nil {
		t.Error("a reader of what was before is told of no gap")
	}
}

func TestAStoreThatCannotBeReadIsRefused(t *testing.T) {
	bad := func(lines ...string) *list {
		l := &list{}
		for _, line := range lines {
			l.lines = append(l.lines, []byte(line))
		}
		return l
	}
	const at = `,"at":"2026-11-22T12:00:00Z"`
	if _, err := journal.Open(func() time.Time { return noon }, 1, bad(`no JSON`)); err == nil || !strings.HasPrefix(err.Error(), "reading the journal's store: ") {
		t.Errorf("got %v", err)
	}
	j := open(t, bad(`{"seq":1,"kind":"fruit","id":"a","data":{"Name":"apple"}`+at+`}`, `{"seq":2,"kind":"fruit","id":"a","data":{"Name":5}`+at+`}`))
	if _, err := journal.NewTable[fruit](j, "fruit"); err == nil || !strings.HasPrefix(err.Error(), "entry 2, fruit a: ") {
		t.Errorf("a table got %v", err)
	}
	if _, err := journal.NewSeries[fruit](j, "fruit"); err == nil || !strings.HasPrefix(err.Error(), "entry 2, fruit a: ") {
		t.Errorf("a series got %v", err)
	}
	wantEqual(t, j.Kinds(), nil)
	j = open(t, bad(`{"seq":3,"kind":"reset","id":"","data":{"kinds":"all"}`+at+`}`))
	if _, err := journal.NewTable[fruit](j, "fruit"); err == nil || !strings.HasPrefix(err.Error(), "entry 3, reset: ") {
		t.Errorf("a table got %v", err)
	}
}

func TestAStoreThatFailsIsToldAtCloseAndLeftAlone(t *testing.T) {
	store := &list{fail: errors.New("the disk is full"), broken: errors.New("and it cannot be closed")}
	j := open(t, store)
	fruits := table[fruit](t, j, "fruit")
	fruits.Put("a", fruit{Name: "apple"})
	store.fail = nil
	fruits.Put("b", fruit{Name: "banana"})
	if store.asked != 1 || len(store.lines) != 0 {
		t.Errorf("it was asked %d times and holds %d entries; after a failure it would have a hole", store.asked, len(store.lines))
	}
	wantEqual(t, keys(fruits.All()), []string{"a", "b"}) // the mock works on
	if err := j.Close(); err == nil || err.Error() != "writing the journal's store: the disk is full" {
		t.Errorf("Close told %v", err)
	}
	if store.closed != 1 {
		t.Errorf("the store was closed %d times", store.closed)
	}
}

func TestCloseTellsWhatTheStoreSaysAndOnlyOnce(t *testing.T) {
	store := &list{broken: errors.New("no")}
	j := open(t, store)
	if err := j.Close(); !errors.Is(err, store.broken) {
		t.Errorf("got %v", err)
	}
	if err := j.Close(); err != nil || store.closed != 1 {
		t.Errorf("again: %v, closed %d times", err, store.closed)
	}
	j.Append("k", "late", 1) // a closed journal has readers still
	wantEqual(t, told(j), []string{"1 k late 1"})
	if store.asked != 0 {
		t.Error("the closed store was written")
	}
	if err := open(t, nil).Close(); err != nil {
		t.Errorf("without a store: %v", err)
	}
}

func TestWhatCannotBeEncodedIsShownToReadersAndIsAFailureOfTheStore(t *testing.T) {
	store := &list{}
	j := open(t, store)
	j.Append("k", "good", 1)
	j.Append("k", "bad", math.NaN())
	j.Append("k", "after", 2)
	wantEqual(t, told(j), []string{"1 k good 1", `2 k bad {"unencodable":"json: unsupported value: NaN"}`, "3 k after 2"})
	if len(store.lines) != 1 {
		t.Errorf("%d entries were stored, want the one before", len(store.lines))
	}
	if err := j.Close(); err == nil || !strings.Contains(err.Error(), "entry 2, k bad: ") {
		t.Errorf("Close told %v", err)
	}
}

func ptr[T any](v T) *T { return &v }

func wantBites(t *testing.T, s *journal.Series[int], id string, want ...int) {
	t.Helper()
	var got []int
	for _, v := range s.Of(id) {
		got = append(got, *v)
	}
	if !slices.Equal(got, want) {
		t.Errorf("of %s there is %v, want %v", id, got, want)
	}
}
