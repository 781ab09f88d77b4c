package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"
)

// client asks one mock by its control API.
type client struct {
	base *url.URL
	http *http.Client
}

// connectTimeout is how long a mock may take until it can be talked to. Its
// answers are waited for without end: it may be waiting for something too.
const connectTimeout = 5 * time.Second

func newClient(base *url.URL, config *tls.Config) client {
	dialer := &net.Dialer{Timeout: connectTimeout}
	return client{base, &http.Client{
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: config, TLSHandshakeTimeout: connectTimeout},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a mock sends nobody elsewhere
		},
	}}
}

// Media types of what a mock answers.
const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
)

// do asks the mock for the path, whose parts are escaped, and returns the JSON
// that it answered. A body is sent as JSON, unless it is nil. What the mock
// refuses is a [refusal]; when no mock answers it is an [unreachableError].
func (c client) do(ctx context.Context, method, path string, query url.Values, body any) ([]byte, error) {
	return c.whole(ctx, method, path, query, body, http.Header{"Accept": {jsonType}})
}

// text is what the mock has at the path, of a media type.
func (c client) text(ctx context.Context, path string, query url.Values, kind string) ([]byte, error) {
	return c.whole(ctx, http.MethodGet, path, query, nil, http.Header{"Accept": {kind}})
}

func (c client) whole(ctx context.Context, method, path string, query url.Values, body any, header http.Header) ([]byte, error) {
	answer, err := c.open(ctx, method, path, query, body, header)
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

// open is do for who reads the answer as it comes. The header's Accept is the
// media type that the mock answers with: many servers say 200 to everything.
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
	if method == http.MethodDelete && answer.StatusCode == http.StatusNoContent ||
		method != http.MethodDelete && answer.StatusCode < http.StatusMultipleChoices && kind == header.Get("Accept") {
		return answer, nil
	}
	defer answer.Body.Close()
	var refused refusal
	misplaced := answer.StatusCode == http.StatusMethodNotAllowed // as a mock says of paths that are none of its own
	if !misplaced && kind == problemType && json.NewDecoder(answer.Body).Decode(&refused) == nil && refused.Status != 0 {
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
		r.Header.Set("Content-Type", jsonType)
	}
	return r, nil
}

// parsed is what a mock answered. JSON that has nothing of what was asked for is
// another server's.
func parsed[T any](c client, text []byte) (value T, err error) {
	if json.Unmarshal(text, &value) != nil || reflect.ValueOf(&value).Elem().IsZero() {
		return value, c.stranger()
	}
	return value, nil
}

// stranger is that something else than a mock answers.
func (c client) stranger() error {
	return unreachableError{fmt.Errorf("what answers at %s is no mock, or one of another version; say with --server or KYCMOCK_URL where the mock is", c.base.Redacted())}
}

// identify has a mock say that it is one, before something that it answers is
// passed on unread.
func (c client) identify(ctx context.Context) error {
	about, _, err := ask[struct{ Version, Go *string }](ctx, c, http.MethodGet, "/version", nil, nil)
	if err == nil && (about.Version == nil || about.Go == nil) {
		err = c.stranger()
	}
	return err
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
