package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A post is a request as a receiver took it.
type post struct {
	header http.Header
	body   string
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
