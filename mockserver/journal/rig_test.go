package journal_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver/journal"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// fruit is a subject for the tests, with a secret.
type fruit struct {
	Name   string
	Tags   []string `json:",omitempty"`
	Secret string   `json:",omitempty"`
}

func (f fruit) Masked() any {
	if f.Secret != "" {
		f.Secret = "***"
	}
	return f
}

// open makes a journal that keeps 1,000 entries and whose time is a second on
// with each.
func open(t *testing.T, store journal.Store) *journal.Journal {
	t.Helper()
	return keeping(t, 1000, store)
}

func keeping(t *testing.T, keep int, store journal.Store) *journal.Journal {
	t.Helper()
	at := noon
	j, err := journal.Open(func() time.Time { at = at.Add(time.Second); return at }, keep, store)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func table[T any](t *testing.T, j *journal.Journal, kind string) *journal.Table[T] {
	t.Helper()
	table, err := journal.NewTable[T](j, kind)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func series[T any](t *testing.T, j *journal.Journal, kind string) *journal.Series[T] {
	t.Helper()
	series, err := journal.NewSeries[T](j, kind)
	if err != nil {
		t.Fatal(err)
	}
	return series
}

// told reads all that is kept, an entry a line.
func told(j *journal.Journal) []string {
	entries, _ := j.Read(0, 1000)
	return lines(entries...)
}

func lines(entries ...journal.Entry) []string {
	lines := []string{}
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%d %s %s %s", e.Seq, e.Kind, e.ID, e.Data))
	}
	return lines
}

// keys lists the rows of a table.
func keys[T any](rows iter.Seq2[string, T]) []string {
	keys := []string{}
	for id := range rows {
		keys = append(keys, id)
	}
	return keys
}

func wantEqual(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// list is a Store in memory: each entry as its JSON text, as a file would have
// it. It may be opened again after it was closed.
type list struct {
	mu     sync.Mutex
	lines  [][]byte
	closed int
	fail   error // what Append returns, when not nil
	broken error // what Close returns
	asked  int   // how often Append was called
}

func (l *list) Append(entries ...journal.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	if l.fail != nil {
		return l.fail
	}
	for _, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		l.lines = append(l.lines, line)
	}
	return nil
}

func (l *list) Scan(f func(journal.Entry) error) error {
	l.mu.Lock()
	lines := slices.Clone(l.lines)
	l.mu.Unlock()
	for _, line := range lines {
		var e journal.Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return err
		}
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

func (l *list) Close() error {
	l.closed++
	return l.broken
}
