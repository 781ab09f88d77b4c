package uip_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestWhatThereIsNotIsARouteNotFound(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	calls := map[string][]string{
		"POST": {
			"", "/", "/v1", "/v1/", "/identify", "/v2/identify", "/v1/sessions", "/v1/authorize", "/v1/webhook", "/v1/webhook/test",
			"/v1/message/invalidate", "/v1/ping", "/v1/Identify", "/v1/identify%20", "/v1/identify%2F", "/v1/identify/x", "//v1/identify",
			"/v1//identify", "/v1/webhook//ping", "/v1/./identify", "/v1/x/../identify", "/v1/audit", "/v1/audit/x", "/v1/identify;x=1",
		},
		"GET": {"/v1/audit", "/v1/audits/x", "/v1/identify/sess_x", "/v1//audit/x", "/v1/message", "/v1/audit//"},
	}
	for _, e := range apiEndpoints() {
		calls[e.method] = append(calls[e.method], "/v1"+e.path+"/")
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"} {
			if method != e.method {
				calls[method] = append(calls[method], "/v1"+e.path)
			}
		}
	}
	for method, paths := range calls {
		for _, path := range paths {
			t.Run(method+" "+path, func(t *testing.T) {
				l := l.in(t)
				for _, key := range []string{labKey, ""} { // whoever asks
					header := http.Header{"Authorization": {"Bearer " + key}, "Content-Type": {"application/json"}}
					a := l.ask(method, "/uip"+path, header, strings.NewReader(`{"intent":"Hello"}`))
					if method == "HEAD" && a.status == 404 && a.body == "" {
						continue
					}
					a.refused("request/not-found")
				}
			})
		}
	}
}

func TestAQueryChangesNothing(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	for _, e := range apiEndpoints() {
		e.path += "?intent=x&requested_data=%zz&;"
		e.passes(e.by(l, "Bearer "+labKey))
	}
}

func TestAnswersSayNoMoreThanUIPs(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	for _, a := range []labAnswer{l.post("/nowhere", ""), l.post("/identify", `{"intent":"Hello"}`), l.ping()} {
		for name := range a.header {
			if !slices.Contains([]string{"Content-Type", "Content-Length", "Date"}, name) {
				t.Errorf("%s answers with the header %s", a.what, name)
			}
		}
	}
}
