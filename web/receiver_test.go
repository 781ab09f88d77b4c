package web_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A post is a request as a receiver took it.
type post struct {
	header http.Header
	body   string
}

// receiving is the address of a receiver that gives these answers, one after
// another, and the last one for ever.
func receiving(t *testing.T, statuses ...int) string {
	t.Helper()
	answers := make(chan int, len(statuses))
	for _, status := range statuses[:len(statuses)-1] {
		answers <- status
	}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case status := <-answers:
			w.WriteHeader(status)
		default:
			w.WriteHeader(statuses[len(statuses)-1])
		}
	}))
	t.Cleanup(receiver.Close)
	return receiver.URL
}

// taking is the address of a receiver that takes everything, and what waits for
// the next that it took.
func taking(t *testing.T) (url string, took func() post) {
	t.Helper()
	posts := make(chan post, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		posts <- post{r.Header, string(body)}
	}))
	t.Cleanup(receiver.Close)
	return receiver.URL, func() post {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		select {
		case p := <-posts:
			return p
		case <-ctx.Done():
			t.Fatal("the receiver took nothing")
			return post{}
		}
	}
}

// fetched is what a receiver gets at an address.
func fetched(t *testing.T, url string) string {
	t.Helper()
	answer, err := (&http.Client{}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %s: %s %v", url, answer.Status, body, err)
	}
	return string(body)
}

// contentOf is what a webhook of either vendor says: the claims of a JWS, or the
// event itself.
func contentOf(t *testing.T, body []byte) (content map[string]any) {
	t.Helper()
	if err := json.Unmarshal(body, &content); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	if token, is := content["jwsResult"].(string); is {
		claims, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
		if err != nil {
			t.Fatal(err)
		}
		return contentOf(t, claims)
	}
	return content
}
