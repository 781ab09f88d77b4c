package journal_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver/journal"
)

// filled is a journal in which n things have happened.
func filled(t *testing.T, keep, n int) *journal.Journal {
	t.Helper()
	j := keeping(t, keep, nil)
	for i := range n {
		j.Append("n", fmt.Sprint(i+1), i+1)
	}
	return j
}

func TestReadGoesPageByPage(t *testing.T) {
	j := filled(t, 100, 5)
	tests := []struct {
		name  string
		after int64
		limit int
		want  []string
	}{
		{"the first page", 0, 2, []string{"1 n 1 1", "2 n 2 2"}},
		{"the next", 2, 2, []string{"3 n 3 3", "4 n 4 4"}},
		{"the last", 4, 2, []string{"5 n 5 5"}},
		{"beyond the last", 5, 2, []string{}},
		{"none", 2, 0, []string{}},
		{"fewer than none", 2, -1, []string{}},
		{"from before the beginning", -7, 1, []string{"1 n 1 1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, gap := j.Read(tt.after, tt.limit)
			if gap != nil {
				t.Errorf("told of a gap: %+v", gap)
			}
			wantEqual(t, lines(got...), tt.want)
		})
	}
}

func TestAnEntryHasTheTimeAtWhichItWasWritten(t *testing.T) {
	got, _ := filled(t, 100, 2).Read(0, 10)
	for i, e := range got {
		if want := noon.Add(time.Duration(i+1) * time.Second); e.At != want {
			t.Errorf("entry %d is of %v, want %v", e.Seq, e.At, want)
		}
	}
}

func TestAGapIsTold(t *testing.T) {
	empty := keeping(t, 10, nil)
	tests := []struct {
		name  string
		j     *journal.Journal
		after int64
		gap   string
		first string
	}{
		{"of entries that were trimmed", filled(t, 8, 18), 3, `9 gap  {"oldest":10}`, "10 n 10 10"},
		{"right before the oldest that is kept", filled(t, 8, 18), 8, `9 gap  {"oldest":10}`, "10 n 10 10"},
		{"not behind it", filled(t, 8, 18), 9, "", "10 n 10 10"},
		{"of a seq of the future", filled(t, 100, 3), 4, `0 gap  {"oldest":1}`, "1 n 1 1"},
		{"not of the newest", filled(t, 100, 3), 3, "", ""},
		{"of a future in an empty journal", empty, 1, `0 gap  {"oldest":1}`, ""},
		{"not in an empty journal", empty, 0, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			entries, gap := tt.j.Read(tt.after, 1)
			if gap == nil != (tt.gap == "") || gap != nil && lines(*gap)[0] != tt.gap {
				t.Errorf("got the gap %+v, want %q", gap, tt.gap)
			}
			if len(entries) == 0 != (tt.first == "") || len(entries) > 0 && lines(entries...)[0] != tt.first {
				t.Errorf("got %v first, want %q", lines(entries...), tt.first)
			}
		})
	}
}

func TestTheNewestEntriesAreKeptAndFewMore(t *testing.T) {
	for _, keep := range []int{-1, 1, 2, 8, 100} {
		keep := max(keep, 1)
		j := keeping(t, keep, nil)
		for i := range 5 * keep {
			j.Append("n", "x", i)
			got, _ := j.Read(0, 1000)
			if want := min(keep, i+1); len(got) < want || len(got) > keep+keep/4 {
				t.Fatalf("after %d of which %d are to be kept there are %d", i+1, keep, len(got))
			}
			if last := got[len(got)-1].Seq; last != int64(i+1) || j.Last() != last {
				t.Fatalf("the last is %d", last)
			}
		}
	}
}

func TestAWatcherIsToldWhatWasAndWhatComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := filled(t, 1000, 600) // more than a watcher takes at a time
		ctx, cancel := context.WithCancel(t.Context())
		var got []int64
		go func() {
			for e := range j.Watch(ctx, 100) {
				got = append(got, e.Seq)
			}
			got = append(got, -1)
		}()
		synctest.Wait()
		if len(got) != 500 || got[0] != 101 || got[499] != 600 {
			t.Fatalf("told of %d", len(got))
		}
		j.Append("n", "x", nil)
		synctest.Wait()
		j.Append("n", "x", nil)
		j.Append("n", "x", nil)
		synctest.Wait()
		if len(got) != 503 || got[502] != 603 {
			t.Errorf("told of %d", len(got))
		}
		cancel()
		synctest.Wait()
		if len(got) != 504 {
			t.Errorf("the watch did not end with its ctx, or went on: %v", got[503:])
		}
	})
}

func TestAWatchEndsInTheMiddleOfWhatIsThere(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for range filled(t, 100, 50).Watch(ctx, 0) {
		if n++; n == 3 {
			cancel()
		}
	}
	if n != 3 {
		t.Errorf("it told %d entries, and was to end after 3", n)
	}
	for e := range filled(t, 100, 50).Watch(ctx, 0) {
		t.Errorf("a watch whose ctx had ended told %v", e)
	}
}

func TestAWatcherMayLeaveAtAGap(t *testing.T) {
	for e := range filled(t, 100, 5).Watch(t.Context(), 77) {
		if e.Kind != journal.KindGap {
			t.Fatalf("%v came first", lines(e))
		}
		break
	}
}

func TestAWatchCanBeRangedOverAgain(t *testing.T) {
	watch := filled(t, 100, 5).Watch(t.Context(), 2)
	for range 2 {
		for e := range watch {
			if e.Seq != 3 {
				t.Errorf("it began with %d, want 3", e.Seq)
			}
			break
		}
	}
}

func TestASlowWatcherMissesNothingThatIsKeptAndIsToldOfTheRest(t *testing.T) {
	const keep = 1000
	j := filled(t, keep, 1)
	after, gaps, told := int64(0), 0, 0
	for e := range j.Watch(t.Context(), 0) {
		if e.Kind == journal.KindGap {
			gaps++
			after = e.Seq
			continue
		}
		if e.Seq != after+1 {
			t.Fatalf("%d came after %d, and no gap between them", e.Seq, after)
		}
		after = e.Seq
		switch told++; told {
		case 1, 100: // it dawdles, and is behind by no more than is kept
			for range keep / 2 {
				j.Append("n", "x", nil)
			}
		case 500: // it sleeps
			for range 10 * keep {
				j.Append("n", "x", nil)
			}
		}
		if e.Seq == 1+keep+10*keep {
			break
		}
	}
	if gaps != 1 || told < keep {
		t.Errorf("told of %d entries and %d gaps", told, gaps)
	}
}

func TestAWatcherFromAnotherLifeIsToldFromTheBeginning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := keeping(t, 100, nil)
		ctx, cancel := context.WithCancel(t.Context())
		var got []journal.Entry
		go func() {
			for e := range j.Watch(ctx, 77) {
				got = append(got, e)
			}
		}()
		synctest.Wait()
		wantEqual(t, lines(got...), []string{`0 gap  {"oldest":1}`})
		j.Append("n", "x", 1)
		synctest.Wait()
		wantEqual(t, lines(got...), []string{`0 gap  {"oldest":1}`, "1 n x 1"})
		cancel()
	})
}

func TestChangedIsClosedByTheNextEntry(t *testing.T) {
	j := open(t, nil)
	first, second := j.Changed(), j.Changed()
	select {
	case <-first:
		t.Error("it is closed before anything happens")
	default:
	}
	j.Append("n", "x", 1)
	<-first
	<-second
	select {
	case <-j.Changed():
		t.Error("the one after is closed too")
	default:
	}
}

func TestManyUseOneJournal(t *testing.T) {
	const writers, each, watchers = 6, 200, 8
	at := noon
	var mu sync.Mutex
	now := func() time.Time { mu.Lock(); defer mu.Unlock(); at = at.Add(1); return at }
	store := &list{}
	j, err := journal.Open(now, 10_000, store)
	if err != nil {
		t.Fatal(err)
	}
	sums, adds := table[int](t, j, "sum"), series[int](t, j, "add")
	var everybody sync.WaitGroup
	for range watchers {
		everybody.Go(func() {
			after := int64(0)
			for e := range j.Watch(t.Context(), 0) {
				if after++; e.Seq != after {
					t.Errorf("a watcher got %d after %d", e.Seq, after-1)
				}
				if e.Seq == 2*writers*each {
					return
				}
			}
		})
	}
	for w := range writers {
		everybody.Go(func() {
			own := fmt.Sprint(w)
			for range each {
				if _, err := sums.Update("all", func(n *int, _ bool) error { *n++; return nil }); err != nil {
					t.Error(err)
				}
				adds.Add(own, ptr(1))
				for range sums.All() {
				}
				adds.Of(own)
				j.Last()
				j.Kinds()
			}
		})
	}
	everybody.Wait()
	if n, _ := sums.Get("all"); n != writers*each {
		t.Errorf("%d updates were kept of %d", n, writers*each)
	}
	if err := j.Close(); err != nil || len(store.lines) != 2*writers*each {
		t.Errorf("%v, and %d entries were stored", err, len(store.lines))
	}
}

// weighty says that it is large.
type weighty struct{}

func (weighty) Size() int { return 10 << 20 }

func TestLargeEntriesAreKeptInSmallerNumber(t *testing.T) {
	j := keeping(t, 1000, nil)
	for i := range 40 {
		j.Append("weighty", fmt.Sprint(i), weighty{})
	}
	entries, gap := j.Read(0, 1000)
	if n := len(entries); n == 0 || n > 7 || gap == nil || entries[n-1].Seq != 40 {
		t.Errorf("%d entries are kept, gap %v; want the newest within 64 MiB", n, gap)
	}
}
