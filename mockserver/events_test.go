package mockserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver"
)

// entry is one of the journal's, as the control API shows it.
type entry struct {
	Seq  int64
	At   time.Time
	Kind string
	ID   string
	Data json.RawMessage
}

type journalPage struct {
	Entries []entry
	Gap     *struct{ Oldest int64 }
	Last    *int64
}

func (a api) journal(query string) journalPage {
	a.t.Helper()
	var page journalPage
	a.call("GET", "/_mock/v1/journal?"+query, "").want(200).into(&page)
	return page
}

// event is one of a stream's, as its lines say.
type event struct {
	id   int64
	kind string
	data string
}

// stream reads server-sent events.
type stream struct {
	t      *testing.T
	header http.Header
	lines  *bufio.Scanner
	leave  func()
}

// watch opens the event stream; a lastID that is not empty is the header of a
// browser that connects again.
func (a api) watch(query, lastID string) *stream {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.t.Context(), 20*time.Second)
	a.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", a.base+"/_mock/v1/events?"+query, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != 200 {
		text, _ := io.ReadAll(answer.Body)
		a.t.Fatalf("the stream answered %d: %s", answer.StatusCode, text)
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	return &stream{a.t, answer.Header, lines, cancel}
}

// next reads an event, whose lines come in one order; false when the stream
// has ended between two events.
func (s *stream) next() (event, bool) {
	var e event
	for _, name := range []string{"id: ", "event: ", "data: ", ""} {
		if !s.lines.Scan() {
			if name != "id: " || s.lines.Err() != nil {
				s.t.Errorf("the stream broke off before %q: %v", name, s.lines.Err())
			}
			return e, false
		}
		value, ok := strings.CutPrefix(s.lines.Text(), name)
		if !ok || name == "" && value != "" {
			s.t.Errorf("the line is %q, want %q and a value", s.lines.Text(), name)
			return e, false
		}
		switch name {
		case "id: ":
			if _, err := fmt.Sscan(value, &e.id); err != nil {
				s.t.Errorf("the id is %q", value)
			}
		case "event: ":
			e.kind = value
		case "data: ":
			e.data = value
		}
	}
	return e, true
}

// until reads events up to the one of this id.
func (s *stream) until(id int64) []event {
	var events []event
	for {
		e, ok := s.next()
		if !ok {
			s.t.Errorf("the stream ended before event %d", id)
			return events
		}
		events = append(events, e)
		if e.id >= id {
			return events
		}
	}
}

func ids(events []event) []int64 {
	var list []int64
	for _, e := range events {
		list = append(list, e.id)
	}
	return list
}

func upTo(from, to int64) []int64 {
	var list []int64
	for n := from; n <= to; n++ {
		list = append(list, n)
	}
	return list
}

// save writes n entries: each save of a webhook is one.
func (a api) save(n int) {
	a.t.Helper()
	for range n {
		a.call("PUT", globalWebhook, `{"url": "http://127.0.0.1:9/hook", "securityType": "NONE"}`)
	}
}

func TestTheEventStreamIsTheJournal(t *testing.T) {
	mock := mockserver.Test(t, at(0))
	a := apiOf(t, mock)
	early := a.watch("", "") // sees everything come
	a.listen(newHook(t, 503).URL)
	id := a.enroll()[0]
	a.advance(`{"by": "5m"}`)
	page := a.journal("limit=1000")
	if len(page.Entries) < 6 || page.Gap != nil {
		t.Fatalf("the journal is %+v", page)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no",
	} {
		if got := early.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	kinds := map[string]int{}
	for name, s := range map[string]*stream{"early": early, "late": a.watch("after=0", "")} {
		events := s.until(page.Entries[len(page.Entries)-1].Seq)
		if len(events) != len(page.Entries) {
			t.Fatalf("%s: %d events, want %d", name, len(events), len(page.Entries))
		}
		for i, e := range events {
			want := page.Entries[i]
			var got entry
			if err := json.Unmarshal([]byte(e.data), &got); err != nil {
				t.Fatal(err)
			}
			if e.id != int64(i+1) || e.id != want.Seq || e.kind != want.Kind || got.Seq != want.Seq || got.ID != want.ID ||
				!got.At.Equal(want.At) || string(got.Data) != string(want.Data) {
				t.Errorf("%s: event %+v is not entry %+v", name, e, want)
			}
			if got.ID == id {
				kinds[e.kind]++
			}
		}
	}
	if kinds["attempt"] != 2*2 || kinds["delivery"] != 2*2 {
		t.Errorf("of the delivery the streams told %v, want its beginning, two attempts and its end, twice", kinds)
	}
}

func TestAStreamThatIsResumedLosesAndRepeatsNothing(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	a.save(1)
	const last = 120
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() { a.save((last - 1) / 4) })
	}
	defer writers.Wait()
	var got []int64
	for cut, lastID := int64(7), ""; len(got) < last-7; cut += 13 {
		s := a.watch("", lastID)
		got = append(got, ids(s.until(min(cut, last-3)))...)
		s.leave()
		lastID = fmt.Sprint(got[len(got)-1])
	}
	if want := upTo(1, got[len(got)-1]); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestAStreamBeginsAfterWhatTheReaderHasSeen(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	a.save(9)
	for _, c := range []struct {
		name, query, lastID string
		first               int64
	}{
		{"from the beginning", "", "", 1},
		{"after an entry", "after=4", "", 5},
		{"after the last event of a browser", "", "6", 7},
		{"a browser that connects again asks for the same address", "after=4", "6", 7},
		{"a browser that was told of a gap is behind its address", "after=99", "6", 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := api{t, a.base}.watch(c.query, c.lastID)
			if got := ids(s.until(9)); !slices.Equal(got, upTo(c.first, 9)) {
				t.Errorf("got %v, want from %d", got, c.first)
			}
		})
	}
	for _, c := range []struct{ query, location string }{{"after=-1", "query.after"}, {"after=x", "query.after"}, {"since=1", "query.since"}} {
		if p := a.call("GET", "/_mock/v1/events?"+c.query, "").problem(422); !slices.Equal(p.locations(), []string{c.location}) {
			t.Errorf("%s: found something at %v", c.query, p.locations())
		}
	}
}
