package mockserver_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"kycmock/mockserver"
)

func TestAReaderIsToldOfEntriesThatAreGone(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{Keep: 1})) // and a handful of entries
	a.save(30)
	page := a.journal("after=1&limit=1000")
	if page.Gap == nil || len(page.Entries) == 0 || len(page.Entries) >= 29 {
		t.Fatalf("the journal is %+v, want a gap", page)
	}
	oldest := page.Entries[0].Seq
	if page.Gap.Oldest != oldest || page.Entries[len(page.Entries)-1].Seq != 30 {
		t.Errorf("the gap is %+v before %d entries from %d", page.Gap, len(page.Entries), oldest)
	}
	if next := a.journal(fmt.Sprint("after=", oldest-1)); next.Gap != nil {
		t.Errorf("after %d there is a gap, and the oldest is %d", oldest-1, oldest)
	}
	for _, lastID := range []string{"", "1"} {
		events := a.watch("", lastID).until(30)
		if gap := events[0]; gap.kind != "gap" || gap.data != fmt.Sprintf(`{"oldest":%d}`, oldest) {
			t.Errorf("the first event is %+v, want a gap before %d", gap, oldest)
		}
		if got := ids(events[1:]); !slices.Equal(got, upTo(oldest, 30)) {
			t.Errorf("after the gap came %v", got)
		}
	}
}

func TestAnIdentityOfTheFutureIsAGap(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	s := a.watch("after=1000", "") // counted by a mock before this one
	gap, _ := s.next()
	if gap.kind != "gap" || gap.data != `{"oldest":1}` {
		t.Errorf("of an empty journal the first event is %+v, want a gap", gap)
	}
	a.save(3)
	if got := ids(s.until(3)); !slices.Equal(got, upTo(1, 3)) {
		t.Errorf("after the gap came %v, want all that is written from then on, once", got)
	}
	events := a.watch("", "1000").until(3)
	if gap := events[0]; gap.kind != "gap" || gap.data != `{"oldest":1}` || !slices.Equal(ids(events[1:]), upTo(1, 3)) {
		t.Errorf("the events are %+v", events)
	}
	if page := a.journal("after=1000"); page.Gap == nil || page.Gap.Oldest != 1 || len(page.Entries) != 3 {
		t.Errorf("the journal is %+v", page)
	}
}

func TestStreamsEndAtClose(t *testing.T) {
	mock, err := mockserver.Start(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	a := apiOf(t, mock)
	a.save(1)
	streams := []*stream{a.watch("", ""), a.watch("", "")}
	for _, s := range streams {
		s.until(1)
	}
	if err := mock.Close(); err != nil {
		t.Error(err)
	}
	for _, s := range streams {
		if e, ok := s.next(); ok {
			t.Errorf("after Close came %+v", e)
		}
	}
}

func TestManyWatchAtOnce(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	var watchers sync.WaitGroup
	for range 40 {
		s := a.watch("", "")
		watchers.Go(func() {
			if got := ids(s.until(50)); !slices.Equal(got, upTo(1, 50)) {
				t.Errorf("got %v", got)
			}
		})
	}
	a.save(50)
	watchers.Wait()
}

func TestTheJournalIsReadInPages(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	if page := a.journal(""); page.Entries == nil || len(page.Entries) != 0 || page.Gap != nil {
		t.Errorf("a new journal is %+v, want an empty list", page)
	}
	a.save(11)
	for _, limit := range []int{1, 4, 11, 1000} {
		var got []int64
		for after := int64(0); ; after = got[len(got)-1] {
			page := a.journal(fmt.Sprintf("after=%d&limit=%d", after, limit))
			if len(page.Entries) == 0 {
				break
			}
			if page.Last == nil || *page.Last != 11 {
				t.Fatalf("the last entry is %v, want 11", page.Last)
			}
			if len(page.Entries) > limit {
				t.Fatalf("a page of %d has %d entries", limit, len(page.Entries))
			}
			for _, e := range page.Entries {
				got = append(got, e.Seq)
			}
		}
		if !slices.Equal(got, upTo(1, 11)) {
			t.Errorf("in pages of %d: %v", limit, got)
		}
	}
	p := a.call("GET", "/_mock/v1/journal?limit=0&after=-1", "").problem(422)
	for _, location := range []string{"query.limit", "query.after"} {
		if !slices.Contains(p.locations(), location) {
			t.Errorf("found something at %v, not at %s", p.locations(), location)
		}
	}
}

// secrets stand in the configuration of a test, and nowhere else.
const (
	secretPassword = "pass-of-a-test"
	secretHeader   = "header-of-a-test"
	secretClient   = "client-of-a-test"
)

// keepSecrets has the mock know and send secrets: at the end those of the
// account, of both webhooks and of one that was deleted are in its journal.
func keepSecrets(a api, url string) {
	a.call("PUT", "/_mock/v1/uqudo/accounts/default", `{"clientSecret": "`+secretClient+`"}`).want(200)
	basic := fmt.Sprintf(`{"url": %q, "securityType": "BASIC_AUTHENTICATION", "userId": "u", "password": %q}`, url, secretPassword)
	custom := fmt.Sprintf(`{"webhook": {"url": %q, "securityType": "CUSTOM_HEADERS", "customHeaders": [{"name": "x-api-key", "value": %q}]}}`, url, secretHeader)
	const hosted = "/_mock/v1/uqudo/accounts/default/hosted-kyc/site"
	a.call("PUT", hosted, custom).want(201)
	a.call("DELETE", hosted, "").want(204)
	a.call("PUT", hosted, custom).want(201)
	a.call("PUT", globalWebhook, basic).want(201)
	a.call("POST", "/_mock/v1/triggers", `{"provider": "uqudo", "event": "enrollment", "data": {"hostedKyc": "site"}}`).want(202)
	a.advance(`{"by": "5m"}`)
}

func TestNoReaderOfTheJournalSeesASecret(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	keepSecrets(a, newHook(t, 503, 503).URL)
	asked := string(a.call("GET", "/_mock/v1/journal?limit=1000", "").want(200).body)
	streamed := ""
	entries := a.journal("limit=1000").Entries
	for _, e := range a.watch("", "").until(entries[len(entries)-1].Seq) {
		streamed += e.data
	}
	for name, text := range map[string]string{"the journal": asked, "the stream": streamed} {
		for _, secret := range []string{secretPassword, secretHeader, secretClient, "dTpwYXNzLW9mLWEtdGVzdA"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows %s", name, secret)
			}
		}
		for _, masked := range []string{`"Authorization":["***"]`, `"x-api-key":["***"]`, `"password":"***"`, `"clientSecret":"***"`} {
			if !strings.Contains(text, masked) {
				t.Errorf("%s has no %s", name, masked)
			}
		}
	}
}
