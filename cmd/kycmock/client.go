package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// usualServer is where a mock is when nobody says anything else.
const usualServer = "http://127.0.0.1:8080"

// serverFlag is in every command that asks a running mock.
type serverFlag struct {
	Server string `placeholder:"URL" help:"Where the mock is. Default: http://127.0.0.1:8080."`
}

// client is the client of that mock.
func (f serverFlag) client() (client, error) {
	text := f.Server
	if text == "" {
		text = usualServer
	}
	base, err := url.Parse(text)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Hostname() == "" || base.RawQuery != "" || base.Fragment != "" {
		return client{}, usagef("--server: want the URL of a mock, such as %s, not %q", usualServer, text)
	}
	return newClient(base), nil
}

// client asks one mock by its control API.
type client struct {
	base *url.URL
	http *http.Client
}

// connectTimeout is how long a mock may take until it can be talked to. Its
// answers are waited for without end: it may be waiting for something too.
const connectTimeout = 5 * time.Second

func newClient(base *url.URL) client {
	dialer := &net.Dialer{Timeout: connectTimeout}
	return client{base, &http.Client{
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: connectTimeout},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a mock sends nobody elsewhere
		},
	}}
}

// do asks the mock for the path, whose parts are escaped, and returns what it
// answered. A body is sent as JSON, unless it is nil. What the mock refuses is a
// [refusal]; when no mock answers it is an [unreachableError].
func (c client) do(ctx context.Context, method, path string, query url.Values, body any) ([]byte, error) {
	answer, err := c.open(ctx, method, path, query, body, nil)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, c.unreachable(ctx, err)
	}
	return text, nil
}

// open is do for who reads the answer as it comes, and has headers to send.
func (c client) open(ctx context.Context, method, path string, query url.Values, body any, header http.Header) (*http.Response, error) {
	r, err := c.request(ctx, method, path, query, body)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		r.Header[name] = values
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, c.unreachable(ctx, err)
	}
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if answer.StatusCode < http.StatusMultipleChoices && kind != "text/html" {
		return answer, nil
	}
	defer answer.Body.Close()
	var refused refusal
	if kind == "application/problem+json" && json.NewDecoder(answer.Body).Decode(&refused) == nil && refused.Status != 0 {
		return nil, &refused
	}
	return nil, unreachableError{strangeAnswer{method, r.URL.Redacted(), strings.TrimSpace(answer.Status + " " + kind)}}
}

func (c client) request(ctx context.Context, method, path string, query url.Values, body any) (*http.Request, error) {
	to := strings.TrimSuffix(c.base.String(), "/") + path
	if len(query) > 0 {
		to += "?" + query.Encode()
	}
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, to, content)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}

// parsed is what a mock answered.
func parsed[T any](c client, text []byte) (value T, err error) {
	if err := json.Unmarshal(text, &value); err != nil {
		return value, unreachableError{fmt.Errorf("what answers at %s is no mock, or one of another version: %w", c.base.Redacted(), err)}
	}
	return value, nil
}

// ask is do for an answer that is a T.
func ask[T any](ctx context.Context, c client, method, path string, query url.Values, body any) (value T, text []byte, err error) {
	text, err = c.do(ctx, method, path, query, body)
	if err != nil {
		return value, nil, err
	}
	value, err = parsed[T](c, text)
	return value, text, err
}

// at is a path of the control API with names put in for the %s of format.
func at(format string, names ...string) string {
	escaped := make([]any, len(names))
	for i, name := range names {
		escaped[i] = url.PathEscape(name)
	}
	return "/_mock/v1" + fmt.Sprintf(format, escaped...)
}

// filled are those of the pairs of a query that say something.
func filled(pairs map[string]string) url.Values {
	query := url.Values{}
	for name, value := range pairs {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}
