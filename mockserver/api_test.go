package mockserver_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"kycmock/mockserver"
)

// api calls the control API of a mock and returns the answer.
type api struct {
	t    *testing.T
	base string
}

func apiOf[M *mockserver.Server | *mockserver.Mock](t *testing.T, mock M) api {
	if test, ok := any(mock).(*mockserver.Mock); ok {
		return api{t, test.URL}
	}
	return api{t, any(mock).(*mockserver.Server).URL}
}

type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

func (a api) call(method, path, body string) reply {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.base+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return reply{a.t, answer.StatusCode, answer.Header, text}
}

// want fails the test unless the answer has this status.
func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("answered %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

// into reads the answer's JSON.
func (r reply) into(value any) {
	r.t.Helper()
	if err := json.Unmarshal(r.body, value); err != nil {
		r.t.Fatalf("%v: %s", err, r.body)
	}
}

// problem is an error of the control API.
type problem struct {
	Title, Detail string
	Status        int
	Errors        []struct {
		Location, Message string
		Value             any
	}
}

func (r reply) problem(status int) problem {
	r.t.Helper()
	r.want(status)
	if got := r.header.Get("Content-Type"); got != "application/problem+json" {
		r.t.Errorf("Content-Type is %q, want application/problem+json", got)
	}
	var p problem
	r.into(&p)
	if p.Status != status || p.Title == "" || p.Detail == "" {
		r.t.Errorf("want title, status and detail: %s", r.body)
	}
	return p
}

// locations lists where a problem found something.
func (p problem) locations() []string {
	list := []string{}
	for _, e := range p.Errors {
		list = append(list, e.Location)
	}
	return list
}

// hook is a receiver that answers what it is told, in order, then 200.
type hook struct {
	*httptest.Server
	mu       sync.Mutex
	statuses []int
	bodies   []string
}

func newHook(t *testing.T, statuses ...int) *hook {
	h := &hook{statuses: statuses}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.bodies = append(h.bodies, string(body))
		status := http.StatusOK
		if len(h.statuses) > 0 {
			status, h.statuses = h.statuses[0], h.statuses[1:]
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) received() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string{}, h.bodies...)
}

const globalWebhook = "/_mock/v1/uqudo/accounts/default/global-webhook"

// listen sets the default account's Global Webhook.
func (a api) listen(url string) {
	a.t.Helper()
	a.call("PUT", globalWebhook, `{"url": "`+url+`", "securityType": "NONE"}`).want(http.StatusCreated)
}

// enroll has a user finish an enrollment and returns the deliveries' IDs.
func (a api) enroll() []string {
	a.t.Helper()
	var out struct {
		Deliveries []struct{ ID string }
	}
	a.call("POST", "/_mock/v1/triggers", `{"provider": "uqudo", "event": "enrollment"}`).want(http.StatusAccepted).into(&out)
	ids := []string{}
	for _, d := range out.Deliveries {
		ids = append(ids, d.ID)
	}
	return ids
}
