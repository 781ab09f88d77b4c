package delivery_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/problem"
)

// prefixed keeps the identities of one run from those of another.
func prefixed(run string) setting {
	next := counted()
	return named(func(p string) string { return next(p + run) })
}

func TestARestartInMidRetryGoesOnAtItsOwnMinute(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	store := &sliceStore{}
	first := newRig(t, stored(store), prefixed("a"))
	n := notification(endpoint.URL, `{"a":"<ü>"}`)
	n.Endpoint.Header = http.Header{"X-Api-Key": {"secret"}}
	d := first.sendThis(n)
	first.advance(32 * time.Minute) // 7 attempts
	if err := first.engine.AttemptNow(d.ID); err != nil {
		t.Fatal(err)
	}
	first.advance(0) // the 8th, instead of the one at 35
	first.close()

	second := newRig(t, stored(store), prefixed("b"), from(start.Add(33*time.Minute)))
	if got := second.record(d.ID); len(got.Attempts) != 8 || got.Status != delivery.Pending {
		t.Fatalf("%s after %d attempts", got.Status, len(got.Attempts))
	}
	second.advance(time.Minute) // nothing happens before Resume
	second.engine.Resume()
	if !second.engine.Tells("ses_1") || second.engine.Pending() != 1 {
		t.Error("nothing is pending")
	}
	if next := second.record(d.ID).NextAt; !next.Equal(start.Add(40 * time.Minute)) {
		t.Errorf("next at %v", next)
	}
	second.advance(24 * time.Hour)
	got := second.record(d.ID)
	if got.Status != delivery.Exhausted || len(got.Attempts) != 25 {
		t.Fatalf("%s after %d attempts", got.Status, len(got.Attempts))
	}
	for i, a := range got.Attempts {
		due := start.Add(time.Duration(i) * 5 * time.Minute)
		if i == 7 {
			due = start.Add(32 * time.Minute)
		}
		if a.N != i+1 || !a.DueAt.Equal(due) || !a.At.Equal(due) || a.Request.Body != n.Body {
			t.Errorf("attempt %d: %+v", i+1, a)
		}
	}
	for i, g := range endpoint.requests() {
		if g.body != n.Body || g.header.Get("X-Api-Key") != "secret" {
			t.Errorf("request %d: %q with key %q", i+1, g.body, g.header.Get("X-Api-Key"))
		}
	}
}

func TestAnAttemptWhoseTimePassedDuringTheRestartIsDueNow(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after time.Duration
		want  []float64
	}{
		{"inside the window", 12*time.Minute + 30*time.Second, []float64{0, 12.5, 17.5}},
		{"after the window", 3 * time.Hour, []float64{0, 180}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			endpoint := newReceiver(t, statuses(500))
			store := &sliceStore{}
			first := newRig(t, stored(store))
			d := first.send(endpoint.URL, "{}")
			first.advance(0)
			first.close()
			second := newRig(t, stored(store), from(start.Add(tt.after)))
			second.engine.Resume()
			second.advance(6 * time.Minute)
			got := second.record(d.ID)
			if made := minutes(got.Attempts); !slices.Equal(made, tt.want) {
				t.Errorf("attempts at minutes %v, want %v", made, tt.want)
			}
			for _, a := range got.Attempts {
				if !a.DueAt.Equal(a.At) {
					t.Errorf("attempt %d was due at %v and made at %v", a.N, a.DueAt, a.At)
				}
			}
		})
	}
}

func TestClosingInMidAttemptLeavesItToBeMadeAgain(t *testing.T) {
	arrived := make(chan struct{})
	endpoint := newReceiver(t, func(n int, w http.ResponseWriter, r *http.Request) {
		switch n {
		case 1:
			w.WriteHeader(500)
		case 2:
			close(arrived)
			<-r.Context().Done()
		}
	})
	store := &sliceStore{}
	first := newRig(t, stored(store))
	d := first.send(endpoint.URL, "{}")
	first.advance(0)
	moved := make(chan error)
	go func() { moved <- first.clock.Advance(t.Context(), 5*time.Minute) }()
	<-arrived
	first.engine.Close()
	if err := <-moved; err != nil {
		t.Error(err)
	}
	if got := first.record(d.ID); got.Status != delivery.Pending || len(got.Attempts) != 1 {
		t.Errorf("%s after %d attempts", got.Status, len(got.Attempts))
	}
	first.close()
	second := newRig(t, stored(store), from(start.Add(5*time.Minute)))
	second.engine.Resume()
	second.advance(0)
	got := second.record(d.ID)
	if got.Status != delivery.Delivered || !slices.Equal(minutes(got.Attempts), []float64{0, 5}) || got.Attempts[1].N != 2 {
		t.Errorf("%s, attempts at %v", got.Status, minutes(got.Attempts))
	}
}

// What was answered is written down, even when Close comes before that is done.
func TestClosingDoesNotLoseAnAnswer(t *testing.T) {
	r := newRig(t, atRate(1))
	judging, release := make(chan struct{}), make(chan struct{})
	r.set(func(p *delivery.Policy) {
		p.Accepts = func(int) bool { // it was answered, and that is not written down yet
			judging <- struct{}{}
			<-release
			return true
		}
	})
	endpoint := newReceiver(t, nil)
	var ids []string
	for range 2 {
		ids = append(ids, r.send(endpoint.URL, "{}").ID)
		<-judging
	}
	closed := make(chan struct{})
	go func() { defer close(closed); r.engine.Close() }()
	eventually(t, "Close is called", func() bool { return running("(*Engine).Close(") == 1 })
	close(release)
	<-closed
	for _, id := range ids {
		if got := r.record(id); got.Status != delivery.Delivered || len(got.Attempts) != 1 {
			t.Errorf("%s after %d attempts", got.Status, len(got.Attempts))
		}
	}
}

// running counts the goroutines that are inside a function.
func running(function string) int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), function)
}

func TestARestartForgetsWhatIsBeyondThoseKept(t *testing.T) {
	endpoint := newReceiver(t, nil)
	store := &sliceStore{}
	first := newRig(t, stored(store), prefixed("a"))
	shared := first.send(endpoint.URL, "shared")
	first.advance(0)
	for i := range 5 {
		first.send(endpoint.URL, fmt.Sprint(i))
		first.advance(0)
	}
	turn, err := first.clock.Turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := first.engine.Redeliver(shared.ID) // and it is not made any more
	if err != nil {
		t.Fatal(err)
	}
	first.engine.Close()
	turn.End()
	first.close()

	second := newRig(t, stored(store), prefixed("b"), keeping(2))
	second.held(func() { // or the pending one, which is due, might be finished already
		second.engine.Resume()
		if list, _ := second.engine.List(delivery.Filter{}); len(list) != 3 { // 2 and the pending one
			t.Errorf("%d deliveries", len(list))
		}
	})
	second.advance(0)
	got := second.record(again.ID)
	if got.Status != delivery.Delivered || got.Attempts[0].Request.Body != "shared" || *got.RedeliveryOf != shared.ID {
		t.Errorf("%+v", got)
	}
	_, err = second.engine.Record(shared.ID)
	refused(t, err, problem.NotFound, shared.ID)
}

func TestAStoreThatCannotBeReadIsAnError(t *testing.T) {
	for _, kind := range delivery.Kinds() {
		store := &sliceStore{}
		if err := store.Append(journal.Entry{Seq: 1, Kind: kind, ID: "x_1", Data: json.RawMessage(`[]`)}); err != nil {
			t.Fatal(err)
		}
		r := newRig(t)
		j, err := journal.Open(r.clock.Now, 10, store)
		if err != nil {
			t.Fatal(err)
		}
		_, err = delivery.New(delivery.Config{Clock: r.clock, Journal: j})
		if err == nil || !strings.Contains(err.Error(), "entry 1, "+kind+" x_1") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// The journal shows no secret; only the store, which a restart needs, has them.
func TestSecretsAreMaskedInTheJournal(t *testing.T) {
	endpoint := newReceiver(t, nil)
	store := &sliceStore{}
	r := newRig(t, stored(store))
	r.set(func(p *delivery.Policy) {
		p.Sign = func(n delivery.Notification, _ time.Time, _ fault.Active) (delivery.Signed, error) {
			return delivery.Signed{Header: http.Header{
				"X-Shared": {"signed"}, "authorization": {"Bearer hush-1"}, "X-Open": {"public"},
			}, Body: n.Body}, nil
		}
	})
	n := notification(endpoint.URL, "{}")
	n.Endpoint.Header = http.Header{"x-api-KEY": {"hush-2"}, "x-shared": {"hush-3"}}
	d := r.sendThis(n)
	r.advance(0)
	entries, _ := r.journal.Read(0, 100)
	shown, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(shown), "hush") || !strings.Contains(string(shown), "public") || !strings.Contains(string(shown), delivery.Mask) {
		t.Errorf("the journal shows %s", shown)
	}
	for _, secret := range []string{"hush-1", "hush-2", "hush-3"} {
		if !strings.Contains(strings.Join(store.lines, "\n"), secret) {
			t.Errorf("the store has lost %s", secret)
		}
	}
	a := r.record(d.ID).Attempts[0]
	const key = "x-api-KEY" // as it is sent
	masked := map[string][]string(a.Masked().(delivery.Attempt).Request.Headers)
	if masked[key][0] != delivery.Mask || masked["X-Open"][0] != "public" {
		t.Errorf("masked: %v", masked)
	}
	if told := map[string][]string(a.Request.Headers)[key]; !slices.Equal(told, []string{"hush-2"}) {
		t.Errorf("the engine tells %q, or masking changed the attempt", told)
	}
}

// On a fast clock much time passes between any two looks at it.
func TestADeliveryBeginsNoLaterThanItsFirstAttemptIsDue(t *testing.T) {
	r := newRig(t, atRate(1e6))
	e := newReceiver(t, statuses())
	for range 200 {
		if d := r.send(e.URL, "x"); d.NextAt == nil || d.NextAt.Before(d.CreatedAt) {
			t.Fatalf("it begins at %s, and is due at %s", d.CreatedAt, d.NextAt)
		}
	}
}
