package scenarios_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"testing"

	"kycmock/mockserver/delivery"
	"kycmock/scenarios"
)

// answering is a receiver that gives everything the same answer.
func answering(status int) func(*testing.T) string {
	return func(t *testing.T) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(status)
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
}

// hangingUp is a receiver that reads a request and closes the connection.
func hangingUp(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// hasty is a receiver that answers as soon as a request begins, and closes the
// connection without reading on.
func hasty(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { listener.Close(); <-done })
	go func() {
		defer close(done)
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 1))
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			c.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

// Whatever a receiver does, what is wrong is found with it, and not with the
// story; and who took nothing is not said to have accepted anything. The stories
// follow each other in one mock, as on a command line that names them all.
func TestEveryScenarioEndsAgainstAnyReceiver(t *testing.T) {
	for name, test := range map[string]struct {
		listens func(*testing.T) string
		takes   bool
	}{
		"that answers 500":             {answering(http.StatusInternalServerError), false},
		"that answers 204":             {answering(http.StatusNoContent), true},
		"that answers 302":             {answering(http.StatusFound), false},
		"that hangs up":                {hangingUp, false},
		"that answers before it reads": {hasty, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, url := mockAtRate(t, 0), test.listens(t)
			for i, s := range scenarios.BuiltIn() {
				result := toldTo(t, mock, s, url, proofSeed+uint64(i))
				if !slices.Contains([]scenarios.Status{scenarios.Passed, scenarios.Failed}, result.Status) {
					t.Errorf("%s is %s: %s", s.Name, result.Status, wordsOf(result))
				}
				pending, _ := mock.Deliveries(delivery.Filter{Status: delivery.Pending})
				for _, d := range pending { // no other story is to wait for them
					_ = mock.Cancel(d.ID)
				}
				for _, f := range result.Findings() {
					if !test.takes && accepting.MatchString(f.Finding) {
						t.Errorf("%s found %q: %s", s.Name, f.Finding, f.Detail)
					}
				}
			}
		})
	}
}

// accepting is how findings begin that are about what was taken.
var accepting = regexp.MustCompile("^(accept|took |takes |compares|does not (ask|check))")

func TestTheStoriesOfRetriesCanBeToldOnAClockThatRuns(t *testing.T) {
	for _, name := range []string{
		"uip-down-once", "uip-down-for-good", "uip-lost-acknowledgement", "uip-secret-rotated-in-mid-retry",
		"uqudo-down-for-good", "lost-acknowledgement",
	} {
		for mode, rate := range map[string]float64{"in real time": 1, "in a hurry": 600} {
			t.Run(name+" "+mode, func(t *testing.T) {
				t.Parallel()
				if result, _ := playedAtRate(t, named(t, name), careless{}, rate); result.Status != scenarios.Passed {
					t.Errorf("it is %s: %s", result.Status, wordsOf(result))
				}
			})
		}
	}
}
