package uip_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

// ctlStart is what the clock of a lab shows at first.
var ctlStart = time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)

const (
	ctlKey    = "uip-test-key"
	ctlSecret = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
)

// A ctlLab is a mock whose clock stands still, worked from outside: over HTTP.
type ctlLab struct {
	*testing.T
	mock *mockserver.Server
}

// ctlNew starts a mock whose clock shows ctlStart.
func ctlNew(t *testing.T, c mockserver.Config) ctlLab {
	t.Helper()
	if c.Clock == nil {
		c.Clock = clock.New(ctlStart, 0)
		t.Cleanup(c.Clock.Close)
	}
	if c.Seed == nil {
		seed := uint64(7)
		c.Seed = &seed
	}
	return ctlLab{t, mockserver.Test(t, c).Server}
}

// ctlWith is ctlNew with a webhook, which answers so and then 200.
func ctlWith(t *testing.T, answers ...int) (ctlLab, *ctlHook) {
	t.Helper()
	l, h := ctlNew(t, mockserver.Config{}), ctlListen(t, answers...)
	l.webhook(h.URL)
	return l, h
}

// in is the lab for a subtest.
func (l ctlLab) in(t *testing.T) ctlLab { l.T = t; return l }

// A ctlAnswer is what the mock answered.
type ctlAnswer struct {
	*testing.T
	what   string
	status int
	header http.Header
	body   string
}

func (l ctlLab) ask(method, path, body string, header http.Header) ctlAnswer {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), method, l.mock.URL+path, strings.NewReader(body))
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
	return ctlAnswer{l.T, method + " " + path, response.StatusCode, response.Header, string(text)}
}

// call asks the control API, whose paths are written without /_mock/v1.
func (l ctlLab) call(method, path, body string) ctlAnswer {
	l.Helper()
	header := http.Header{}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	return l.ask(method, "/_mock/v1"+path, body, header)
}

// api asks UIP's own API as the business default, in JSON.
func (l ctlLab) api(method, path, body string) ctlAnswer {
	l.Helper()
	return l.ask(method, "/uip/v1"+path, body, http.Header{"Authorization": {"Bearer " + ctlKey}, "Content-Type": {"application/json"}})
}

// identify begins an identification and returns its session's ID.
func (l ctlLab) identify(intent string, requested ...string) string {
	l.Helper()
	var created struct {
		ID string `json:"session_id"`
	}
	l.api("POST", "/identify", ctlObject{"intent": intent, "requested_data": requested}.text()).wants(200).into(&created)
	return created.ID
}

// sign begins a signature and returns its session's ID.
func (l ctlLab) sign(intent string) string {
	l.Helper()
	var created struct {
		ID string `json:"session_id"`
	}
	l.api("POST", "/sign", ctlObject{"intent": intent, "signature_information": "I agree."}.text()).wants(200).into(&created)
	return created.ID
}

// message sends a message that has to be signed, unless more says otherwise, and
// returns its ID.
func (l ctlLab) message(intent string, more url.Values) string {
	l.Helper()
	form := url.Values{
		"intent": {intent}, "message": {"Please sign."}, "priority": {"LOW"},
		"receiver_uip": {"user_test"}, "signature_required": {"true"},
	}
	for name, values := range more {
		form[name] = values
	}
	var created struct {
		ID string `json:"message_id"`
	}
	l.ask("POST", "/uip/v1/message", form.Encode(), http.Header{
		"Authorization": {"Bearer " + ctlKey}, "Content-Type": {"application/x-www-form-urlencoded"},
	}).wants(200).into(&created)
	return created.ID
}

// begin begins a session of an event by UIP's own API.
func (l ctlLab) begin(event, intent string) string {
	l.Helper()
	switch event {
	case "identify":
		return l.identify(intent)
	case "sign":
		return l.sign(intent)
	default:
		return l.message(intent, nil)
	}
}

// does has the person do something, and does not look at the answer.
func (l ctlLab) does(id, verb, body string) ctlAnswer {
	l.Helper()
	kind := "sessions"
	if strings.HasPrefix(id, "msg_") {
		kind = "messages"
	}
	return l.call("POST", "/uip/"+kind+"/"+id+"/"+verb, body)
}

// webhook saves the webhook of the business default.
func (l ctlLab) webhook(url string) {
	l.Helper()
	if a := l.call("PUT", "/uip/businesses/default/webhook", ctlObject{"url": url}.text()); a.status != 200 {
		a.wants(201)
	}
}

// settings replaces those of the business default.
func (l ctlLab) settings(body string) {
	l.Helper()
	l.call("PUT", "/uip/businesses/default", body).wants(200)
}

// trigger has something happen at once.
func (l ctlLab) trigger(trigger ctlObject) (h ctlHappening) {
	l.Helper()
	trigger["provider"] = "uip"
	l.call("POST", "/triggers", trigger.text()).wants(202).into(&h)
	return h
}

// advance moves the clock and returns the attempts that were made on the way.
func (l ctlLab) advance(by string) []ctlAttempt {
	l.Helper()
	var out struct{ Attempts []ctlAttempt }
	l.call("POST", "/clock/advance", ctlObject{"by": by}.text()).wants(200).into(&out)
	return out.Attempts
}

// idle moves the clock until every delivery has ended.
func (l ctlLab) idle() {
	l.Helper()
	l.call("POST", "/clock/advance", `{"to": "idle"}`).wants(200)
}

// next is when something is due on the clock, as far as the mock tells.
func (l ctlLab) next() *time.Time {
	l.Helper()
	var c struct{ Next *time.Time }
	l.call("GET", "/clock", "").wants(200).into(&c)
	return c.Next
}

func (l ctlLab) session(id string) (s ctlSession) {
	l.Helper()
	l.call("GET", "/sessions/"+id, "").wants(200).into(&s)
	return s
}

// stands wants a session to have this status.
func (l ctlLab) stands(id, status string) ctlSession {
	l.Helper()
	s := l.session(id)
	if waits := status == "pending"; s.Status != status || s.Waiting != waits {
		l.Errorf("session %s is %s, waiting %t; want %s, waiting %t", id, s.Status, s.Waiting, status, waits)
	}
	return s
}

func (l ctlLab) deliveries(filter string) []ctlDelivery {
	l.Helper()
	var out struct{ Deliveries []ctlDelivery }
	l.call("GET", "/deliveries?provider=uip"+filter, "").wants(200).into(&out)
	return out.Deliveries
}

func (l ctlLab) delivery(id string) (d ctlDelivery) {
	l.Helper()
	l.call("GET", "/deliveries/"+id+"?reveal=true", "").wants(200).into(&d)
	return d
}

// audit asks UIP for an audit record.
func (l ctlLab) audit(id string) ctlAnswer { l.Helper(); return l.api("GET", "/audit/"+id, "") }

// wants ends the test unless the status is this one.
func (a ctlAnswer) wants(status int) ctlAnswer {
	a.Helper()
	if a.status != status {
		a.Fatalf("%s answered %d, want %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// refused wants a problem document that names these locations, all of them and
// no other.
func (a ctlAnswer) refused(status int, locations ...string) ctlAnswer {
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

func (a ctlAnswer) into(v any) {
	a.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		a.Fatalf("%s: %v in %s", a.what, err, a.body)
	}
}

// happening is the answer to a trigger or an act.
func (a ctlAnswer) happening() (h ctlHappening) { a.Helper(); a.into(&h); return h }

type (
	ctlHappening struct {
		Session    *ctlSession
		Deliveries []ctlDelivery
	}
	ctlSession struct {
		ID, Provider, Account, Event, Status string
		CreatedAt                            time.Time
		Waiting                              bool
		Data                                 struct {
			Intent, Person, AuditID, Message, Priority, ReceiverUIP, SignatureInformation string
			RequestedData                                                                 []string
			ExpiresAt, ReadAt                                                             *time.Time
			SignatureRequired                                                             bool
		}
	}
	ctlDelivery struct {
		ID, Account, Webhook, Event, URL, Status, CancelReason string
		Session                                                *string
		NextAt                                                 *time.Time
		Attempts                                               []ctlAttempt
	}
	ctlAttempt struct {
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
)

// times are those of a delivery's attempts, counted from the first.
func (d ctlDelivery) times() []string {
	times := []string{}
	for _, a := range d.Attempts {
		times = append(times, a.At.Sub(d.Attempts[0].At).String())
	}
	return times
}

// ctlObject is JSON to be sent.
type ctlObject map[string]any

func (o ctlObject) text() string {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// A ctlHook is a receiver that remembers what it got.
type ctlHook struct {
	*httptest.Server
	mu      sync.Mutex
	got     []ctlReceived
	answers []int // once each; then 200
	during  func(ctlReceived)
}

type ctlReceived struct {
	header http.Header
	body   string
}

func ctlListen(t *testing.T, answers ...int) *ctlHook {
	t.Helper()
	h := &ctlHook{answers: answers}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

// ctlDown is the answers of a receiver that stays down through any schedule.
func ctlDown() []int { return slices.Repeat([]int{503}, 100) }

func (h *ctlHook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	got := ctlReceived{r.Header, string(body)}
	h.mu.Lock()
	h.got = append(h.got, got)
	status, during := 200, h.during
	if len(h.answers) > 0 {
		status, h.answers = h.answers[0], h.answers[1:]
	}
	h.mu.Unlock()
	if during != nil {
		during(got)
	}
	if status/100 == 3 {
		w.Header().Set("Location", h.URL+"/elsewhere")
	}
	w.WriteHeader(status)
}

// requests wants so many requests to have come, and returns them.
func (h *ctlHook) requests(t *testing.T, n int) []ctlReceived {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.got) != n {
		t.Fatalf("the receiver got %d requests, want %d", len(h.got), n)
	}
	return slices.Clone(h.got)
}

// last is the newest request.
func (h *ctlHook) last(t *testing.T) ctlReceived {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.got) == 0 {
		t.Fatal("the receiver got nothing")
	}
	return h.got[len(h.got)-1]
}

// data is the data of an event.
func (r ctlReceived) data(t *testing.T) (data map[string]any) {
	t.Helper()
	var body struct{ Data map[string]any }
	if err := json.Unmarshal([]byte(r.body), &body); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	return body.Data
}

func (r ctlReceived) signature() string { return strings.Join(r.header["X-Uip-Signature"], "|") }
