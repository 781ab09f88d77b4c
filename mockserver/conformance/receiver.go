package conformance

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
)

// mostRequests is how often a receiver may be asked before the trial ends: more
// often than a plan that is shown whole.
const mostRequests = 2000

// A receiver is a real one, on loopback, which keeps what it got.
type receiver struct {
	url     string
	tooMany func()

	mu      sync.Mutex
	answers []int // one for each request, the last one for all that follow
	got     []Request
}

// receiver starts one that answers with these statuses; with 200 when there are
// none.
func (w *world) receiver(answers ...int) *receiver {
	if len(answers) == 0 {
		answers = []int{http.StatusOK}
	}
	r := &receiver{answers: answers, tooMany: w.cancel}
	server := httptest.NewServer(r)
	r.url = server.URL + "/hook"
	w.Cleanup(server.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return // cut off; what was not read was not received
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, Request{request.Header, body})
	if len(r.got) > mostRequests {
		r.tooMany()
	}
	w.WriteHeader(r.answers[0])
	if len(r.answers) > 1 {
		r.answers = r.answers[1:]
	}
}

// requests are those that came so far.
func (r *receiver) requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// text is all that a receiver can see of a request.
func (r Request) text() string { return fmt.Sprintf("%v\n%s", r.Header, r.Body) }

// different lists the requests without those that repeat an earlier one.
func different(requests []Request) []Request {
	seen := map[string]bool{}
	var list []Request
	for _, r := range requests {
		if !seen[r.text()] {
			list = append(list, r)
		}
		seen[r.text()] = true
	}
	return list
}

// verified wants the vendor's own receiver to take these requests.
func (w *world) verified(what string, requests []Request) {
	w.Helper()
	if w.Verify == nil {
		return
	}
	for i, r := range requests {
		if err := w.Verify(w.ctx, w.mock, r); err != nil {
			w.Errorf("%s: request %d of %d does not verify: %v", what, i+1, len(requests), err)
		}
	}
}
