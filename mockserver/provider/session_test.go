package provider_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

func sessions(t *testing.T, keep int, busy map[string]bool) (*provider.Sessions, *journal.Journal) {
	t.Helper()
	j, err := journal.Open(func() time.Time { return time.Time{} }, 1000, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := provider.NewSessions(j, keep, func(id string) bool { return busy[id] })
	if err != nil {
		t.Fatal(err)
	}
	return s, j
}

func add(t *testing.T, s *provider.Sessions, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if !s.Add(provider.Session{ID: id}) {
			t.Errorf("%s was not added", id)
		}
	}
}

func wantSessions(t *testing.T, s *provider.Sessions, want ...string) {
	t.Helper()
	var got []string
	for id := range s.All() {
		got = append(got, id)
	}
	if !slices.Equal(got, want) || s.Len() != len(want) {
		t.Errorf("got  %q, %d\nwant %q", got, s.Len(), want)
	}
}

func TestASessionIsAddedOnce(t *testing.T) {
	s, j := sessions(t, 10, nil)
	if !s.Add(provider.Session{ID: "a", Status: "first"}) || s.Add(provider.Session{ID: "a", Status: "second"}) {
		t.Error("the same id was taken twice")
	}
	if a, ok := s.Get("a"); !ok || a.Status != "first" {
		t.Errorf("got %+v, %v", a, ok)
	}
	if j.Last() != 1 {
		t.Errorf("%d entries were written", j.Last())
	}
}

func TestASessionIsUpdated(t *testing.T) {
	s, j := sessions(t, 10, nil)
	add(t, s, "a")
	changed, err := s.Update("a", func(row *provider.Session) error { row.Status = "done"; return nil })
	if a, _ := s.Get("a"); err != nil || changed.Status != "done" || a.Status != "done" {
		t.Errorf("got %+v, %v and %+v", changed, err, a)
	}
	refused := errors.New("refused")
	if _, err := s.Update("a", func(row *provider.Session) error { row.Status = "spoilt"; return refused }); !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
	if a, _ := s.Get("a"); a.Status != "done" || j.Last() != 2 {
		t.Errorf("a refused update left %+v and %d entries", a, j.Last())
	}
	_, err = s.Update("b", func(*provider.Session) error { t.Error("called"); return nil })
	if p, ok := problem.As(err); !ok || p.Code != problem.NotFound {
		t.Errorf("of an unknown session: %v", err)
	}
	wantSessions(t, s, "a")
}

func TestTheOldestSessionsAreForgotten(t *testing.T) {
	busy := map[string]bool{"b": true}
	s, j := sessions(t, 3, busy)
	add(t, s, "a", "b", "c")
	wantSessions(t, s, "a", "b", "c")
	add(t, s, "d")
	wantSessions(t, s, "b", "c", "d")
	add(t, s, "e") // b has something to come, and goes behind
	wantSessions(t, s, "b", "c", "d", "e")
	add(t, s, "f")
	wantSessions(t, s, "b", "e", "f")
	delete(busy, "b")
	add(t, s, "g", "h", "i")
	wantSessions(t, s, "g", "h", "i")
	if j.Last() != 9 {
		t.Errorf("forgetting was told: %d entries", j.Last())
	}
	add(t, s, "a") // an old id is free again
	wantSessions(t, s, "h", "i", "a")
}

func TestSessionsOfWhichSomethingIsToComeAreKeptHoweverMany(t *testing.T) {
	busy, looks := true, 0
	j, err := journal.Open(func() time.Time { return time.Time{} }, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := provider.NewSessions(j, 5, func(string) bool { looks++; return busy })
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		add(t, s, fmt.Sprint("busy", i))
	}
	if s.Len() != 1000 || looks > 20*1000 {
		t.Errorf("%d of 1000 were kept, after %d looks", s.Len(), looks)
	}
	busy = false
	for i := range 200 {
		add(t, s, fmt.Sprint("idle", i))
	}
	if s.Len() != 5 {
		t.Errorf("%d are kept, want 5", s.Len())
	}
	wantSessions(t, s, "idle195", "idle196", "idle197", "idle198", "idle199")
}

func TestASessionThatWaitsIsNeverForgotten(t *testing.T) {
	s, _ := sessions(t, 2, nil)
	if !s.Add(provider.Session{ID: "waits", Waiting: true}) {
		t.Fatal("it was not added")
	}
	for i := range 100 {
		add(t, s, fmt.Sprint(i))
	}
	if _, kept := s.Get("waits"); !kept || s.Len() > 3 {
		t.Errorf("kept: %t, of %d", kept, s.Len())
	}
	if _, err := s.Update("waits", func(row *provider.Session) error { row.Waiting = false; return nil }); err != nil {
		t.Fatal(err)
	}
	add(t, s, "a", "b", "c")
	wantSessions(t, s, "b", "c")
}

func TestWhatBelongsToSessionsIsListedWithThem(t *testing.T) {
	s, _ := sessions(t, 2, nil)
	if got := s.Kinds(); !slices.Equal(got, []string{"session"}) {
		t.Errorf("at first the kinds are %q", got)
	}
	s.Own("acme.receipt")
	kinds := s.Kinds()
	if !slices.Equal(kinds, []string{"session", "acme.receipt"}) {
		t.Errorf("the kinds are %q", kinds)
	}
	kinds[0] = "spoilt" // a caller's list is its own
	if got := s.Kinds(); got[0] != "session" {
		t.Errorf("the kinds are %q", got)
	}
}

func TestAResetMakesRoomForAll(t *testing.T) {
	s, j := sessions(t, 3, nil)
	add(t, s, "a", "b", "c")
	j.Forget(provider.KindSession)
	wantSessions(t, s)
	add(t, s, "b", "a", "c") // the same ids, whose first owners must not count
	wantSessions(t, s, "b", "a", "c")
	add(t, s, "d")
	wantSessions(t, s, "a", "c", "d")
}

func TestSessionsComeBackFromAStore(t *testing.T) {
	store := &stored{}
	reopen := func() *provider.Sessions {
		j, err := journal.Open(func() time.Time { return time.Time{} }, 10, store)
		if err != nil {
			t.Fatal(err)
		}
		s, err := provider.NewSessions(j, 2, func(string) bool { return false })
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	add(t, reopen(), "a", "b")
	s := reopen()
	wantSessions(t, s, "a", "b")
	add(t, s, "c")
	wantSessions(t, s, "b", "c")

	store.entries = append(store.entries, journal.Entry{Seq: 9, Kind: provider.KindSession, ID: "x", Data: json.RawMessage(`5`)})
	j, err := journal.Open(func() time.Time { return time.Time{} }, 10, store)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.NewSessions(j, 2, nil); err == nil {
		t.Error("a session that cannot be read was passed over")
	}
}

// stored is a Store in memory.
type stored struct{ entries []journal.Entry }

func (s *stored) Append(entries ...journal.Entry) error {
	s.entries = append(s.entries, entries...)
	return nil
}

func (s *stored) Scan(f func(journal.Entry) error) error {
	for _, e := range s.entries {
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

func (s *stored) Close() error { return nil }

func TestManyAddSessionsAtOnce(t *testing.T) {
	s, j := sessions(t, 20, nil)
	var users sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for range 8 {
		users.Go(func() {
			for i := range 20 {
				if s.Add(provider.Session{ID: fmt.Sprint(i)}) {
					mu.Lock()
					taken++
					mu.Unlock()
				}
				_, _ = s.Update(fmt.Sprint(i), func(row *provider.Session) error { row.Status += "x"; return nil })
			}
		})
	}
	users.Wait()
	if taken != 20 || s.Len() != 20 || j.Last() != 20+8*20 {
		t.Errorf("%d were taken, %d are there, %d entries were written", taken, s.Len(), j.Last())
	}
}

func TestAPlanIsTheOffsetsOfTheRetries(t *testing.T) {
	tests := []struct {
		name     string
		schedule delivery.Schedule
		want     string
	}{
		{"every five minutes for a quarter of an hour", delivery.Every(5*time.Minute, 15*time.Minute, true), `["5m","10m","15m"]`},
		{"UIP's waits", delivery.Waits(0, 5*time.Second, 30*time.Second), `["0s","5s","35s"]`},
		{"no retry", func(int, time.Duration) (time.Duration, bool) { return 0, false }, `[]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(provider.PolicyProfile{Timeout: clock.Duration(10 * time.Second), Plan: provider.Plan(tt.schedule)})
			if want := `{"name":"","timeout":"10s","accepts":"","plan":` + tt.want + `}`; err != nil || string(got) != want {
				t.Errorf("got %s, %v\nwant %s", got, err, want)
			}
		})
	}
}
