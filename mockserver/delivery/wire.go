package delivery

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/fault"
)

// maxResponse is how much of an answer's body is read.
const maxResponse = 64 << 10

// wire posts requests and bounds how many are under way to one host.
type wire struct {
	transport *http.Transport
	tls       *tls.Config // of every connection; to be cloned
	inFlight  int

	mu    sync.Mutex
	hosts map[string]*host
}

type host struct {
	slots chan struct{}
	users int
}

func newWire(c Config) *wire {
	secure := &tls.Config{RootCAs: c.CAs, InsecureSkipVerify: c.InsecureSkipVerify, MinVersion: tls.VersionTLS12}
	return &wire{
		transport: &http.Transport{
			// No proxy from the environment, and no compression: the vendor's
			// request is sent as it is and its answer recorded as it came.
			DialContext:         c.Dial,
			TLSClientConfig:     secure.Clone(),
			DisableCompression:  true,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: c.InFlight,
			// Many receivers close an idle connection after 5 s, and retries
			// come 5 s apart: one that meets the closing would be a failure
			// that is nobody's fault.
			IdleConnTimeout: 4 * time.Second,
			// The end of an attempt does not end a handshake that it began.
			TLSHandshakeTimeout:    time.Minute,
			MaxResponseHeaderBytes: maxResponse,
		},
		tls:      secure,
		inFlight: c.InFlight,
		hosts:    map[string]*host{},
	}
}

// outcome is what came of one request.
type outcome struct {
	status   int
	response *Response
	err      error
	kind     ErrorKind
	tookMs   float64
	ignored  int // the status of an answer that a fault threw away
}

// post sends one request and reads the answer, within the policy's timeout.
func (w *wire) post(f *flight, target *url.URL, r *Request, body string) outcome {
	took := clock.Stopwatch()
	ctx, exchange := f.ctx, w.exchangeAlone
	if !f.alone() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout())
		defer cancel()
		exchange = w.exchange
	}
	var o outcome
	o.status, o.response, o.err = exchange(ctx, f, target, r, body)
	if o.err != nil {
		o.kind = kindOf(ctx, o.err)
		o.err = errors.New(o.explain(f.timeout()))
	} else if ignored, has := f.faults.Find(fault.IgnoreResponse); has {
		o.status, o.ignored = ignored.Number("status"), o.status
	}
	o.tookMs = float64(took().Microseconds()) / 1000
	return o
}

func (w *wire) exchange(ctx context.Context, f *flight, target *url.URL, r *Request, body string) (int, *Response, error) {
	if f.sent != nil {
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { f.sent() }})
	}
	request := (&http.Request{
		Method:        r.Method,
		URL:           target,
		Host:          target.Host,
		Header:        r.Headers,
		Body:          io.NopCloser(strings.NewReader(body)),
		GetBody:       func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(body)), nil },
		ContentLength: int64(len(body)),
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
	}).WithContext(ctx)
	if body == "" {
		request.Body = http.NoBody
	}
	client := http.Client{Transport: w.transport}
	if !f.policy.FollowRedirects {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	answer, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	return received(answer)
}

// received reads an answer, as much of it as is kept.
func received(answer *http.Response) (int, *Response, error) {
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusSwitchingProtocols {
		// Its body is the bare connection, which no context ends.
		return answer.StatusCode, &Response{Headers: answer.Header}, nil
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxResponse+1))
	response := &Response{Headers: answer.Header, Truncated: len(text) > maxResponse}
	if response.Truncated {
		text = cut(text[:maxResponse])
	}
	response.Body, response.BodyBase64 = readable(string(text))
	return answer.StatusCode, response, err
}

// explain words a failure so that the receiver's owner knows what happened.
func (o outcome) explain(timeout time.Duration) string {
	switch o.kind {
	case KindAborted:
		return errAborted.Error()
	case KindTimeout:
		return "no whole answer within " + clock.Duration(timeout).String()
	}
	if errors.Is(o.err, io.EOF) || errors.Is(o.err, io.ErrUnexpectedEOF) {
		if o.response != nil {
			return "the receiver closed the connection in the middle of its answer"
		}
		return "the receiver closed the connection without an answer"
	}
	var inner *url.Error
	if errors.As(o.err, &inner) {
		return inner.Err.Error()
	}
	return o.err.Error()
}

// acquire waits for one of the host's slots, as long as ctx allows.
func (w *wire) acquire(ctx context.Context, name string) (release func(), err error) {
	w.mu.Lock()
	h := w.hosts[name]
	if h == nil {
		h = &host{slots: make(chan struct{}, w.inFlight)}
		w.hosts[name] = h
	}
	h.users++
	w.mu.Unlock()
	leave := func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if h.users--; h.users == 0 {
			delete(w.hosts, name)
		}
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, context.Cause(ctx)
	}
}

// cut takes off the beginning of a character at the end of a text, so that what
// was cut off in its middle still reads as text.
func cut(text []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if tail := text[len(text)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return text[:len(text)-n]
			}
			break
		}
	}
	return text
}

// readable returns a body as text, or in base64 when it is not UTF-8.
func readable(body string) (text, encoded string) {
	if utf8.ValidString(body) {
		return body, ""
	}
	return "", base64.StdEncoding.EncodeToString([]byte(body))
}
