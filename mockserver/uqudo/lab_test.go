package uqudo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

// labStart is what the clock of a lab shows at first.
var labStart = time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)

// A lab is a mock whose clock stands still, worked from outside: over HTTP.
type lab struct {
	*testing.T
	url string // of the mock, without /_mock/v1
}

// asking has connections of its own: a server of package httptest that is closed
// cuts those of http.DefaultClient, also under a request of another test.
var asking = &http.Client{Transport: &http.Transport{}}

// newLab starts a mock whose clock shows labStart.
func newLab(t *testing.T, c mockserver.Config) lab {
	t.Helper()
	c.Clock = clock.New(labStart, 0)
	t.Cleanup(c.Clock.Close)
	if c.Seed == nil {
		seed := uint64(7)
		c.Seed = &seed
	}
	return lab{t, mockserver.Test(t, c).URL}
}

// in is the lab for a subtest.
func (l lab) in(t *testing.T) lab { return lab{t, l.url} }

// anew is the lab for a subtest that finds nothing in it but the time that has
// passed.
func (l lab) anew(t *testing.T) lab {
	t.Helper()
	l.T = t
	l.call("POST", "/reset", `{"all": true}`).wants(200)
	return l
}

// An answer is what the mock answered.
type answer struct {
	*testing.T
	what   string
	status int
	header http.Header
	body   []byte
}

// call asks the control API, whose paths are written without /_mock/v1.
func (l lab) call(method, path, body string) answer {
	l.Helper()
	header := http.Header{}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	return l.ask(method, "/_mock/v1"+path, body, header)
}

func (l lab) ask(method, path, body string, header http.Header) answer {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), method, l.url+path, strings.NewReader(body))
	if err != nil {
		l.Fatal(err)
	}
	r.Header = header
	response, err := asking.Do(r)
	if err != nil {
		l.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		l.Fatal(err)
	}
	return answer{l.T, method + " " + path, response.StatusCode, response.Header, text}
}

// wants ends the test unless the status is this one.
func (a answer) wants(status int) answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("%s answered %d, want %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// refused wants a problem document that names these locations, all of them and
// no other.
func (a answer) refused(status int, locations ...string) answer {
	a.Helper()
	if kind := a.wants(status).header.Get("Content-Type"); kind != "application/problem+json" {
		a.Errorf("%s answered in %s", a.what, kind)
	}
	var p struct {
		Title, Detail string
		Status        int
		Errors        []struct{ Location, Message string }
	}
	a.into(&p)
	if p.Status != status || p.Title == "" || p.Detail == "" {
		a.Errorf("%s answered %s, want title, status and detail", a.what, a.body)
	}
	got := []string{}
	for _, e := range p.Errors {
		got = append(got, e.Location)
		if e.Message == "" {
			a.Errorf("%s says nothing about %s", a.what, e.Location)
		}
	}
	slices.Sort(got)
	slices.Sort(locations)
	if !slices.Equal(got, locations) {
		a.Errorf("%s found something at %v, want %v: %s", a.what, got, locations, a.body)
	}
	return a
}

func (a answer) into(v any) {
	a.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.Fatalf("%s: %v in %s", a.what, err, a.body)
	}
}

// A happening is what a trigger led to.
type happening struct {
	Session struct {
		ID, Provider, Account, Event, Status string
		Data                                 map[string]any
	}
	Deliveries []record
}

// A record is what is looked at of a delivery.
type record struct {
	ID, Account, Webhook, Session, URL, Status, CancelReason string
	NextAt                                                   *time.Time
	Attempts                                                 []attempt
}

type attempt struct {
	Delivery         string
	N, Status        int
	At, DueAt        time.Time
	Error, ErrorKind string
	Request          struct {
		URL     string
		Headers map[string][]string
		Body    string
	}
}

const account = "/uqudo/accounts/default"

// webhook saves the Global Webhook, without authentication.
func (l lab) webhook(url string) {
	l.Helper()
	if a := l.call("PUT", account+"/global-webhook", object{"url": url, "securityType": "NONE"}.text()); a.status != 200 {
		a.wants(201)
	}
}

// hosted saves a Hosted KYC configuration with a webhook of this format.
func (l lab) hosted(config, url, format string) {
	l.Helper()
	body := object{"webhook": object{"url": url, "securityType": "NONE", "format": format}}.text()
	if a := l.call("PUT", account+"/hosted-kyc/"+config, body); a.status != 200 {
		a.wants(201)
	}
}

// settings replaces those of the default account.
func (l lab) settings(body string) { l.Helper(); l.call("PUT", account, body).wants(200) }

// finish has a user end a session of the default account, and waits until the
// first attempts to tell of it were made.
func (l lab) finish(body string) happening {
	l.Helper()
	h := l.begin(body)
	l.advance(`{"by": "0s"}`)
	return h
}

// begin is finish without the wait.
func (l lab) begin(body string) (h happening) {
	l.Helper()
	l.call("POST", account+"/sessions", body).wants(202).into(&h)
	return h
}

// advance moves the clock and returns the attempts that were made on the way.
func (l lab) advance(body string) []attempt {
	l.Helper()
	var out struct{ Attempts []attempt }
	l.call("POST", "/clock/advance", body).wants(200).into(&out)
	return out.Attempts
}

func (l lab) delivery(id string) (r record) {
	l.Helper()
	l.call("GET", "/deliveries/"+id, "").wants(200).into(&r)
	return r
}

// stands wants a delivery to have this status after so many attempts.
func (l lab) stands(d record, status string, attempts int) record {
	l.Helper()
	r := l.delivery(d.ID)
	if r.Status != status || len(r.Attempts) != attempts {
		l.Errorf("the delivery to %s is %s after %d attempts, want %s after %d", d.Webhook, r.Status, len(r.Attempts), status, attempts)
	}
	return r
}

// object is JSON to be sent.
type object map[string]any

func (o object) text() string {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return string(text)
}
