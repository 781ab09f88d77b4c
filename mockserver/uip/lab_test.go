package uip_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

// labStart is what the clock of a lab shows at first.
var labStart = time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)

// labKey is the API key that the business default has from the start.
const labKey = "uip-test-key"

// A lab is a mock whose clock stands still, worked from outside: over HTTP. Its
// calls of UIP's API are made by the business default.
type lab struct {
	*testing.T
	url string // of the mock
}

// client has connections of its own: a server of package httptest that is closed
// cuts those of http.DefaultClient, also under a request of another test.
var client = &http.Client{Transport: &http.Transport{}}

// newLab starts a mock whose clock shows labStart.
func newLab(t *testing.T, c mockserver.Config) lab {
	t.Helper()
	c.Clock = clock.New(labStart, 0)
	t.Cleanup(c.Clock.Close)
	return lab{t, mockserver.Test(t, c).URL}
}

// newLabWithWebhook is newLab whose business default has a webhook, which takes
// everything.
func newLabWithWebhook(t *testing.T) lab {
	t.Helper()
	l := newLab(t, mockserver.Config{})
	l.webhook(l.receiver().url)
	return l
}

// in is the lab for a subtest.
func (l lab) in(t *testing.T) lab { return lab{t, l.url} }

// A labAnswer is what the mock answered.
type labAnswer struct {
	*testing.T
	what   string
	status int
	header http.Header
	body   string
}

// ask sends a request as it is.
func (l lab) ask(method, path string, header http.Header, body io.Reader) labAnswer {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), method, l.url+path, body)
	if err != nil {
		l.Fatal(err)
	}
	r.Header = header
	response, err := client.Do(r)
	if err != nil {
		l.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		l.Fatal(err)
	}
	return labAnswer{l.T, method + " " + path, response.StatusCode, response.Header, string(text)}
}

// control asks the control API, whose paths are written without /_mock/v1.
func (l lab) control(method, path, body string) labAnswer {
	l.Helper()
	return l.ask(method, "/_mock/v1"+path, http.Header{"Content-Type": {"application/json"}}, strings.NewReader(body))
}

// as calls UIP's API, whose paths are written without /uip/v1, with an API key.
func (l lab) as(key, method, path, kind, body string) labAnswer {
	l.Helper()
	header := http.Header{"Authorization": {"Bearer " + key}}
	if kind != "" {
		header.Set("Content-Type", kind)
	}
	return l.ask(method, "/uip/v1"+path, header, strings.NewReader(body))
}

// post posts JSON to UIP's API.
func (l lab) post(path, body string) labAnswer {
	l.Helper()
	return l.as(labKey, "POST", path, "application/json", body)
}

func (l lab) audit(id string) labAnswer {
	l.Helper()
	return l.as(labKey, "GET", "/audit/"+id, "", "")
}

func (l lab) ping() labAnswer { l.Helper(); return l.as(labKey, "POST", "/webhook/ping", "", "") }

// wants ends the test unless the status is this one.
func (a labAnswer) wants(status int) labAnswer {
	a.Helper()
	if a.status != status {
		a.Fatalf("%s answered %d, want %d: %.500s", a.what, a.status, status, a.body)
	}
	return a
}

// empty wants a 200 without a body.
func (a labAnswer) empty() {
	a.Helper()
	if a.wants(200); a.body != "" || a.header.Get("Content-Type") != "" {
		a.Errorf("%s answered %q of the type %q, want nothing", a.what, a.body, a.header.Get("Content-Type"))
	}
}

// text is a member of the answer that is a string.
func (a labAnswer) text(member string) string {
	a.Helper()
	var members map[string]any
	a.into(&members)
	s, _ := members[member].(string)
	if s == "" {
		a.Fatalf("%s answered %s, want a text called %s", a.what, a.body, member)
	}
	return s
}

func (a labAnswer) into(v any) {
	a.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		a.Fatalf("%s: %v in %.500s", a.what, err, a.body)
	}
}

// business saves the settings of a business.
func (l lab) business(name, settings string) {
	l.Helper()
	if a := l.control("PUT", "/uip/businesses/"+name, settings); a.status != 201 {
		a.wants(200)
	}
}

// settings saves those of the business default.
func (l lab) settings(settings string) { l.Helper(); l.business("default", settings) }

// webhook saves that of the business default.
func (l lab) webhook(to string) { l.Helper(); l.webhookOf("default", to) }

func (l lab) webhookOf(business, to string) {
	l.Helper()
	body, err := json.Marshal(map[string]string{"url": to})
	if err != nil {
		l.Fatal(err)
	}
	if a := l.control("PUT", "/uip/businesses/"+business+"/webhook", string(body)); a.status != 201 {
		a.wants(200)
	}
}

// identify begins an identification.
func (l lab) identify() (session string) {
	l.Helper()
	return l.post("/identify", `{"intent":"Prove your age"}`).wants(200).text("session_id")
}

// sign begins a signature.
func (l lab) sign() (session string) {
	l.Helper()
	return l.post("/sign", `{"intent":"Lease","signature_information":"All of it"}`).wants(200).text("session_id")
}

// complete has the test person do what a session asks for.
func (l lab) complete(session string) (audit string) {
	l.Helper()
	return l.act("sessions", session, "complete")
}

// act has the person do something, and returns the ID of the audit record.
func (l lab) act(sessionsOrMessages, id, verb string) (audit string) {
	l.Helper()
	var done struct {
		Session struct{ Data struct{ AuditID string } }
	}
	l.control("POST", "/uip/"+sessionsOrMessages+"/"+id+"/"+verb, "").wants(200).into(&done)
	return done.Session.Data.AuditID
}

// advance moves the clock.
func (l lab) advance(by string) {
	l.Helper()
	l.control("POST", "/clock/advance", `{"by":"`+by+`"}`).wants(200)
}

// world is all that a call could leave behind.
func (l lab) world() string {
	l.Helper()
	all := ""
	for _, list := range []string{"/sessions", "/deliveries", "/uip/people", "/uip/businesses?reveal=true"} {
		all += l.control("GET", list, "").wants(200).body
	}
	return all
}

// unchanged wants a call to leave nothing behind, when what was due before has
// been made.
func (l lab) unchanged(call func()) {
	l.Helper()
	l.advance("0s")
	before := l.world()
	call()
	if after := l.world(); after != before {
		l.Errorf("it left something behind: the world was\n%s\nand is\n%s", before, after)
	}
}

// A labReceiver is a webhook's receiver that remembers what came.
type labReceiver struct {
	url string

	mu     sync.Mutex
	bodies []string
}

// receiver starts a receiver that answers with these statuses, each once, and
// then with 200.
func (l lab) receiver(statuses ...int) *labReceiver {
	l.Helper()
	r := &labReceiver{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.bodies = append(r.bodies, string(body))
		if len(statuses) > 0 {
			w.WriteHeader(statuses[0])
			statuses = statuses[1:]
		}
	}))
	l.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// got is what came until now.
func (r *labReceiver) got() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.bodies...)
}
