package doctor

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
)

// answer is what a GET brought.
type answer struct {
	status   int
	location string // where a redirect leads, absolute
	body     []byte
}

// ask sends a GET. net/http's client would log, and word badly, what comes from
// servers that speak something else than HTTP.
func (w *way) ask(ctx context.Context) (answer, bool) {
	ctx, cancel := context.WithTimeout(ctx, w.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url.String(), nil)
	if err != nil {
		w.fail("answers", "", "it cannot be asked: %v", bareURL(err))
		return answer{}, false
	}
	r.Close = true
	r.Header.Set("User-Agent", "kycmock")
	a, err := w.exchange(ctx, r)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err() // and not that its connection was closed then
		}
		w.failAnswer(err)
		return answer{}, false
	}
	return a, true
}

// exchange sends a request, over TLS that handshake has judged, and reads what
// comes back.
func (w *way) exchange(ctx context.Context, r *http.Request) (answer, error) {
	conn, err := w.dial(ctx, w.open)
	if err != nil {
		return answer{}, err
	}
	if w.url.Scheme == "https" {
		conn = tls.Client(conn, w.tlsConfig())
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if err := r.Write(conn); err != nil {
		return answer{}, err
	}
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, r)
	for err == nil && response.StatusCode < http.StatusOK { // more is to come
		response.Body.Close()
		response, err = http.ReadResponse(in, r)
	}
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	const most = 1 << 20
	a := answer{status: response.StatusCode}
	if a.body, err = io.ReadAll(io.LimitReader(response.Body, most)); err != nil {
		return answer{}, fmt.Errorf("the answer breaks off: %w", err)
	}
	if to, err := response.Location(); err == nil {
		a.location = to.String()
	}
	return a, nil
}

func (w *way) failAnswer(err error) {
	text := err.Error()
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		w.fail("answers", "see whether it hangs; both vendors give up on a slow receiver and try again later", "it takes the connection, and there is no answer within %s", w.Timeout)
	case w.url.Scheme == "http" && strings.Contains(text, "malformed HTTP"):
		w.fail("answers", "write https:// instead of http://, or mend the port", "what listens there does not speak HTTP")
	case errors.Is(err, syscall.ECONNRESET):
		w.fail("answers", "see whether it speaks "+w.url.Scheme+" at this port: one that speaks the other of http and https may hang up like this", "the connection was reset")
	case errors.Is(err, io.EOF), text == io.ErrUnexpectedEOF.Error():
		w.fail("answers", "see whether it speaks "+w.url.Scheme+" at this port", "it closes the connection without an answer")
	case strings.Contains(text, "certificate required"), strings.Contains(text, "bad certificate"):
		w.fail("answers", "let it take requests without one: the mock has none", "it wants a client's certificate")
	default:
		w.fail("answers", "", "the request fails: %s", w.why(err))
	}
}

// judge says what the answer of a receiver to a GET means.
func (w *way) judge(a answer) {
	if w.url.Scheme == "http" && a.status == http.StatusBadRequest && strings.Contains(strings.ToUpper(string(a.body)), "HTTPS") {
		w.fail("answers", "write https:// instead of http://, or mend the port", "it says that it speaks HTTPS there")
		return
	}
	w.ok("answers", meaning(a.status), "%d to a GET", a.status)
	if a.location != "" && a.status/100 == 3 {
		w.fail("redirects", "give that URL to the webhook: a redirect is no success, and is followed only when the account's delivery.followRedirects says so", "it sends on to %s", a.location)
	}
}

// meaning is what is to be thought of a status, which a POST may get as well.
func meaning(status int) string {
	switch status {
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return "good: it wants POST, which webhooks are"
	case http.StatusNotFound, http.StatusGone:
		return "check the path, unless it knows the path for POST alone"
	case http.StatusUnauthorized, http.StatusForbidden:
		return "it wants credentials, which a webhook can have"
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return "a proxy may answer for a receiver that is not there: check that it runs"
	}
	switch {
	case status >= 500:
		return "look at its log, unless it fails for GET alone"
	case status >= 400:
		return "good, unless a POST gets it too"
	case status >= 300:
		return ""
	default:
		return "good; it has to take POST too"
	}
}
