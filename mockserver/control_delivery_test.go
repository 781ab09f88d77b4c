package mockserver_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
)

// record is a delivery as the control API shows it.
type record struct {
	ID, Provider, Account, Webhook, Event, Status, URL, CancelReason string
	Session, RedeliveryOf, DuplicateOf                               *string
	Copy                                                             int
	Faults                                                           []string
	NextAt                                                           *time.Time
	Planned                                                          []time.Time
	Attempts                                                         []struct {
		N         int
		DueAt, At time.Time
		Status    int
		ErrorKind string
		Request   *struct {
			Method, URL, Body string
			Headers           http.Header
		}
		Response *struct{ Body, BodyBase64 string }
	}
}

type recordPage struct {
	Deliveries []record
	NextCursor *string
}

func (a api) deliveries(query string) recordPage {
	a.t.Helper()
	var page recordPage
	a.call("GET", "/_mock/v1/deliveries?"+query, "").want(200).into(&page)
	if page.Deliveries == nil || page.NextCursor == nil {
		a.t.Fatalf("the list %s is %+v, want deliveries and nextCursor", query, page)
	}
	return page
}

func (a api) delivery(id string) record {
	a.t.Helper()
	var r record
	a.call("GET", "/_mock/v1/deliveries/"+id, "").want(200).into(&r)
	return r
}

// trigger has something happen and returns the deliveries' IDs.
func (a api) trigger(body string) []string {
	a.t.Helper()
	var out recordPage
	a.call("POST", "/_mock/v1/triggers", body).want(http.StatusAccepted).into(&out)
	return idsOf(out)
}

func idsOf(page recordPage) []string {
	list := []string{}
	for _, d := range page.Deliveries {
		list = append(list, d.ID)
	}
	return list
}

// saying is a receiver that answers one status and body.
func saying(t *testing.T, status int, body string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestDeliveriesAreListedAsAsked(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listen(saying(t, 200, "Welcome"))
	hosted := fmt.Sprintf(`{"webhook": {"url": %q, "securityType": "NONE"}}`, saying(t, 200, ""))
	a.call("PUT", "/_mock/v1/uqudo/accounts/default/hosted-kyc/site", hosted).want(201)
	other := fmt.Sprintf(`{"url": %q, "securityType": "NONE"}`, saying(t, 503, "No Vacancy"))
	a.call("PUT", "/_mock/v1/uqudo/accounts/other/global-webhook", other).want(201)

	enrollment := a.enroll()[0]
	lookup := a.trigger(`{"provider": "uqudo", "event": "lookup"}`)[0]
	const session = "5d0d8f0e-0000-4000-8000-00000000abcd"
	both := a.trigger(`{"provider": "uqudo", "event": "enrollment", "session": "` + session + `", "data": {"hostedKyc": "site"}}`)
	waiting := a.trigger(`{"provider": "uqudo", "event": "enrollment", "account": "other"}`)[0]
	a.advance(`{"by": "0s"}`)
	called := a.trigger(`{"provider": "uqudo", "event": "face", "account": "other"}`)[0]
	a.advance(`{"by": "0s"}`)
	a.call("POST", "/_mock/v1/deliveries/"+called+"/cancel", "").want(200)
	all := []string{enrollment, lookup, both[0], both[1], waiting, called}
	body := a.delivery(lookup).Attempts[0].Request.Body

	for _, c := range []struct {
		query string
		want  []string
	}{
		{"", all},
		{"order=asc", all},
		{"order=desc", []string{called, waiting, both[1], both[0], lookup, enrollment}},
		{"provider=uqudo", all},
		{"provider=uip", nil},
		{"account=other", []string{waiting, called}},
		{"webhook=global", []string{enrollment, lookup, both[0], waiting, called}},
		{"webhook=hosted-kyc/site", both[1:]},
		{"session=" + session, both},
		{"event=lookup", []string{lookup}},
		{"status=pending", []string{waiting}},
		{"status=delivered", []string{enrollment, lookup, both[0], both[1]}},
		{"status=cancelled", []string{called}},
		{"status=exhausted", nil},
		{"run=none", nil},
		{"account=other&status=pending&event=enrollment", []string{waiting}},
		{"account=default&status=pending", nil},
		{"q=no+vacancy", []string{waiting, called}},
		{"q=WELCOME", []string{enrollment, lookup, both[0]}},
		{"q=" + strings.ToUpper(session[24:]), both},
		{"q=" + body[60:80], all}, // the header of every result
		{"q=" + lookup, []string{lookup}},
	} {
		t.Run(c.query, func(t *testing.T) {
			page := api{t, a.base}.deliveries(c.query)
			got := idsOf(page)
			if !slices.Equal(got, append([]string{}, c.want...)) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
			if *page.NextCursor != "" {
				t.Errorf("these are all, and the next cursor is %q", *page.NextCursor)
			}
			for _, d := range page.Deliveries {
				if len(d.Attempts) != 1 || d.Attempts[0].Status == 0 || d.Attempts[0].Request != nil || d.Attempts[0].Response != nil {
					t.Errorf("a list has the outcome of attempts alone, not %+v", d.Attempts)
				}
			}
		})
	}
}

func TestAListIsReadThroughAllItsPages(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listen(saying(t, 200, ""))
	var want []string
	for range 7 {
		want = append(want, a.enroll()...)
	}
	for _, order := range []string{"asc", "desc"} {
		for _, limit := range []int{1, 2, 3, 6, 7, 8} {
			var got []string
			for cursor := ""; ; {
				page := a.deliveries(fmt.Sprintf("order=%s&limit=%d&cursor=%s", order, limit, cursor))
				if len(page.Deliveries) == 0 || len(page.Deliveries) > limit {
					t.Fatalf("a page of %d has %d", limit, len(page.Deliveries))
				}
				got = append(got, idsOf(page)...)
				if cursor = *page.NextCursor; cursor == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s by %d: %v\nwant %v", order, limit, got, want)
			}
		}
		slices.Reverse(want)
	}

	first, newest := a.deliveries("limit=5"), a.deliveries("limit=5&order=desc")
	added := a.enroll()[0]
	if rest := a.deliveries("cursor=" + *first.NextCursor); !slices.Equal(idsOf(rest), append(slices.Clone(want[5:]), added)) {
		t.Errorf("what came meanwhile is not at the end: %v", idsOf(rest))
	}
	if rest := a.deliveries("order=desc&cursor=" + *newest.NextCursor); slices.Contains(idsOf(rest), added) {
		t.Errorf("what came meanwhile is among the older ones: %v", idsOf(rest))
	}
}

func TestAListThatCannotBeIsRefused(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	p := a.call("GET", "/_mock/v1/deliveries?limit=0&status=done&order=up&reveal=maybe&cursor=2", "").problem(422)
	for _, location := range []string{"query.limit", "query.status", "query.order", "query.reveal", "query.cursor"} {
		if !slices.Contains(p.locations(), location) {
			t.Errorf("found something at %v, not at %s", p.locations(), location)
		}
	}
	p = a.call("GET", "/_mock/v1/deliveries?state=pending&page=2", "").problem(422)
	if got := p.locations(); len(got) != 2 || !slices.Contains(got, "query.state") || !slices.Contains(got, "query.page") {
		t.Errorf("found something at %v, want both unknown parameters", got)
	}
	a.call("GET", "/_mock/v1/deliveries?limit=1001", "").problem(422)
	for _, path := range []string{"/dlv_none", "/dlv_none/wait"} {
		if p := a.call("GET", "/_mock/v1/deliveries"+path, "").problem(404); !strings.Contains(p.Detail, "dlv_none") {
			t.Errorf("the problem says %q", p.Detail)
		}
	}
	for _, verb := range []string{"redeliver", "duplicate", "attempt", "cancel"} {
		a.call("POST", "/_mock/v1/deliveries/dlv_none/"+verb, "").problem(404)
	}
}

func TestSecretsShowOnlyWhenAskedFor(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	keepSecrets(a, newHook(t, 503, 503).URL)
	const basic = "Basic dTpwYXNzLW9mLWEtdGVzdA=="
	for _, d := range a.deliveries("").Deliveries {
		name, secret := "Authorization", basic
		if d.Webhook != "global" {
			name, secret = "x-api-key", secretHeader
		}
		for _, path := range []string{d.ID, d.ID + "/wait"} {
			for query, want := range map[string]string{"": "***", "?reveal=false": "***", "?reveal=true": secret} {
				var r record
				a.call("GET", "/_mock/v1/deliveries/"+path+query, "").want(200).into(&r)
				for _, made := range r.Attempts {
					if got := made.Request.Headers[name]; !slices.Equal(got, []string{want}) {
						t.Errorf("%s%s: %s is %q, want %q", path, query, name, got, want)
					}
				}
			}
		}
		if list := a.call("GET", "/_mock/v1/deliveries?reveal=true", ""); strings.Contains(string(list.body), secret) {
			t.Errorf("the list shows a secret: %s", list.body)
		}
		if list := a.deliveries("q=" + url.QueryEscape(secret)); len(list.Deliveries) != 0 {
			t.Errorf("a search guesses secrets: %v", idsOf(list))
		}
	}
}

func TestAnAnswerThatIsNotTextShowsInBase64(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	const bytes = "\xff\xfe\x00binary"
	a.listen(saying(t, 200, bytes))
	id := a.enroll()[0]
	a.advance(`{"by": "0s"}`)
	got := a.delivery(id).Attempts[0].Response
	if want := base64.StdEncoding.EncodeToString([]byte(bytes)); got.BodyBase64 != want || got.Body != "" {
		t.Errorf("the answer is %+v, want %q in bodyBase64 alone", got, want)
	}
}
