package delivery_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
)

func TestAListHasWhatTheFilterChooses(t *testing.T) {
	good := newReceiver(t, func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "Thank You") })
	bad := newReceiver(t, statuses(500))
	r := newRig(t)
	send := func(url, provider, account, webhook, session, event, body string) string {
		n := notification(url, body)
		n.Provider, n.Account, n.Webhook, n.Session, n.Event = provider, account, webhook, session, event
		d := r.sendThis(n)
		r.advance(time.Second)
		return d.ID
	}
	a := send(good.URL, "acme", "default", "global", "ses_1", "finished", "first")
	b := send(good.URL, "acme", "other", "global", "ses_2", "finished", "second")
	c := send(bad.URL, "umbra", "default", "mine", "", "test", "Third")
	d := send("http://127.0.0.1:1/nobody", "umbra", "default", "mine", "ses_2", "signed", "fourth")
	if err := r.engine.Cancel(c); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		filter delivery.Filter
		want   []string
	}{
		{"everything", delivery.Filter{}, []string{a, b, c, d}},
		{"newest first", delivery.Filter{Newest: true}, []string{d, c, b, a}},
		{"a vendor's", delivery.Filter{Provider: "acme"}, []string{a, b}},
		{"an account's", delivery.Filter{Account: "default"}, []string{a, c, d}},
		{"a webhook's", delivery.Filter{Webhook: "mine"}, []string{c, d}},
		{"a session's", delivery.Filter{Session: "ses_2"}, []string{b, d}},
		{"an event's", delivery.Filter{Event: "finished"}, []string{a, b}},
		{"a run's", delivery.Filter{Run: "run_1"}, nil},
		{"delivered", delivery.Filter{Status: delivery.Delivered}, []string{a, b}},
		{"pending", delivery.Filter{Status: delivery.Pending}, []string{d}},
		{"cancelled", delivery.Filter{Status: delivery.Cancelled}, []string{c}},
		{"exhausted", delivery.Filter{Status: delivery.Exhausted}, nil},
		{"two at once", delivery.Filter{Account: "default", Status: delivery.Delivered}, []string{a}},
		{"text in an ID", delivery.Filter{Text: b}, []string{b}},
		{"text in a body", delivery.Filter{Text: "tHIRd"}, []string{c}},
		{"text in an answer", delivery.Filter{Text: "thank you"}, []string{a, b}},
		{"text in an error", delivery.Filter{Text: "refused"}, []string{d}},
		{"text in a URL", delivery.Filter{Text: "/nobody"}, []string{d}},
		{"text in a session", delivery.Filter{Text: "SES_1"}, []string{a}},
		{"text in the reason of a cancellation", delivery.Filter{Text: "somebody asked"}, []string{c}},
		{"text nowhere", delivery.Filter{Text: "nowhere"}, nil},
		{"a limit that is enough", delivery.Filter{Limit: 4}, []string{a, b, c, d}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list, cursor := r.engine.List(tt.filter)
			if got := ids(list); !slices.Equal(got, tt.want) || cursor != "" || list == nil {
				t.Errorf("%v and cursor %q, want %v", got, cursor, tt.want)
			}
		})
	}
}

func TestATextIsFoundInWhatATokenSays(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	encode := base64.RawURLEncoding.EncodeToString
	header, claims := encode([]byte(`{"alg":"RS256"}`)), encode([]byte(`{"fullName":"Zoë of Example","n":[1.5]}`))
	for _, tt := range []struct {
		name, body string
		found      bool
	}{
		{"alone", header + "." + claims + ".c2ln", true},
		{"in a member of JSON", `{"version":"1.2.3","jwsResult":"` + header + "." + claims + `.c2ln"}`, true},
		{"behind dots", "e.g. a.b..c " + header + "." + claims + ".c2ln", true},
		{"behind another", header + ".e30.c2ln " + header + "." + claims + ".c2ln", true},
		{"without a signature", header + "." + claims + ".", true},
		{"in two parts", header + "." + claims, false},
		{"behind a header that is none", encode([]byte("elsewhere")) + "." + claims + ".c2ln", false},
		{"behind a header that is cut off", encode([]byte(`{"alg`)) + "." + claims + ".c2ln", false},
		{"with a payload that is no base64url", header + "." + claims + "!.c2ln", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := r.send(endpoint.URL, tt.body)
			r.advance(time.Second)
			list, _ := r.engine.List(delivery.Filter{Text: "ZOË OF exam"})
			if got := slices.Contains(ids(list), d.ID); got != tt.found {
				t.Errorf("found is %t, want %t, of %s", got, tt.found, tt.body)
			}
		})
	}
}

func ids(list []delivery.Record) []string {
	var all []string
	for _, r := range list {
		all = append(all, r.ID)
	}
	return all
}

func TestCursorsLeadThroughAListBothWays(t *testing.T) {
	endpoint := newReceiver(t, nil)
	r := newRig(t)
	var want []string
	r.held(func() { // all at one instant
		for i := range 7 {
			n := notification(endpoint.URL, "{}")
			n.Account = fmt.Sprint(i % 2)
			d := r.sendThis(n)
			if i%2 == 0 {
				want = append(want, d.ID)
			}
		}
	})
	for _, newest := range []bool{false, true} {
		for limit := 1; limit <= 5; limit++ {
			var got []string
			f := delivery.Filter{Account: "0", Limit: limit, Newest: newest}
			for pages := 0; ; pages++ {
				list, cursor := r.engine.List(f)
				got = append(got, ids(list)...)
				if f.After = cursor; cursor == "" || pages > 7 {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("newest %t, limit %d: %v, want %v", newest, limit, got, want)
			}
		}
		slices.Reverse(want)
	}
	if list, _ := r.engine.List(delivery.Filter{After: "nonsense"}); len(list) != 7 {
		t.Errorf("after a cursor that never was: %d", len(list))
	}
}

// The delivery that a cursor names may be forgotten, while older ones that are
// still pending are not.
func TestACursorOutlivesItsDelivery(t *testing.T) {
	good, bad := newReceiver(t, nil), newReceiver(t, statuses(500))
	r := newRig(t, keeping(2))
	send := func(url string) string {
		d := r.send(url, "{}")
		r.advance(time.Second)
		return d.ID
	}
	older := send(bad.URL)
	forgotten := send(good.URL)
	newer := send(bad.URL)
	_, forward := r.engine.List(delivery.Filter{Limit: 2})
	page, backward := r.engine.List(delivery.Filter{Limit: 2, Newest: true})
	if got := ids(page); !slices.Equal(got, []string{newer, forgotten}) || forward == "" || backward == "" {
		t.Fatalf("%v", got)
	}
	last := []string{send(good.URL), send(good.URL)}
	if _, err := r.engine.Record(forgotten); err == nil {
		t.Fatal("nothing was forgotten")
	}
	if list, _ := r.engine.List(delivery.Filter{After: forward}); !slices.Equal(ids(list), append([]string{newer}, last...)) {
		t.Errorf("oldest first, after it: %v", ids(list))
	}
	if list, _ := r.engine.List(delivery.Filter{After: backward, Newest: true}); !slices.Equal(ids(list), []string{older}) {
		t.Errorf("newest first, after it: %v", ids(list))
	}
}

func TestWaitReturnsAsSoonAsWhatItWaitsForHolds(t *testing.T) {
	endpoint := newReceiver(t, statuses(500, 200))
	r := newRig(t)
	d := r.send(endpoint.URL, "{}")
	r.advance(0)
	got := make(chan delivery.Record)
	go func() {
		record, err := r.engine.Wait(t.Context(), d.ID, final)
		if err != nil {
			t.Error(err)
		}
		got <- record
	}()
	r.advance(5 * time.Minute)
	if record := <-got; record.Status != delivery.Delivered || len(record.Attempts) != 2 || record.NextAt != nil {
		t.Errorf("%+v", record)
	}
	if record, err := r.engine.Wait(t.Context(), d.ID, final); err != nil || record.ID != d.ID {
		t.Errorf("afterwards: %+v, %v", record, err)
	}
}

func TestWaitInVainTellsHowTheDeliveryStands(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	d := r.send(endpoint.URL, "{}")
	r.advance(0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got, err := r.engine.Wait(ctx, d.ID, final)
	refused(t, err, problem.Timeout, "delivery "+d.ID+" is pending after 1 attempt")
	if got.ID != d.ID || len(got.Attempts) != 1 {
		t.Errorf("%+v", got)
	}
	_, err = r.engine.Wait(ctx, "dlv_nobody", final)
	refused(t, err, problem.NotFound, `"dlv_nobody"`)
}

func TestAnObserverGetsTheAttemptsThatAreMadeMeanwhile(t *testing.T) {
	endpoint := newReceiver(t, statuses(500))
	r := newRig(t)
	a := r.send(endpoint.URL, "{}")
	r.advance(time.Minute)
	stop := r.engine.Observe()
	other := r.engine.Observe()
	b := r.send(endpoint.URL, "{}")
	r.advance(5 * time.Minute)
	want := []string{b.ID + " 1", a.ID + " 2", b.ID + " 2"}
	if got := observed(stop()); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	r.advance(5 * time.Minute)
	want = append(want, a.ID+" 3", b.ID+" 3")
	if got := observed(other()); !slices.Equal(got, want) {
		t.Errorf("the other: %v, want %v", got, want)
	}
	if got := observed(stop()); len(got) != 3 {
		t.Errorf("after it was stopped: %v", got)
	}
}

func observed(attempts []delivery.Attempt) []string {
	var all []string
	for _, a := range attempts {
		all = append(all, fmt.Sprintf("%s %d", a.Delivery, a.N))
	}
	return all
}

func TestTheJournalTellsAJourneyInSmallEntries(t *testing.T) {
	endpoint := newReceiver(t, statuses(500, 200))
	r := newRig(t)
	d := r.send(endpoint.URL, "a body that is written down once")
	r.advance(time.Hour)
	entries, _ := r.journal.Read(0, 100)
	var kinds []string
	bodies := 0
	for _, e := range entries {
		kinds = append(kinds, e.Kind)
		if slices.Contains([]string{delivery.KindDelivery, delivery.KindAttempt}, e.Kind) && e.ID != d.ID {
			t.Errorf("an entry about %s %s", e.Kind, e.ID)
		}
		if strings.Contains(string(e.Data), "written down once") {
			bodies++
		}
	}
	if want := []string{"notification", "delivery", "attempt", "attempt", "delivery"}; !slices.Equal(kinds, want) || bodies != 1 {
		t.Errorf("%v; the body %d times", kinds, bodies)
	}
}
