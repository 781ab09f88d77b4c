package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kycmock/mockserver"
)

func TestHealthcheckFindsTheMockByItsOwnAddress(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{})
	_, port, err := net.SplitHostPort(strings.TrimPrefix(mock.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	for _, env := range [][]string{
		{"KYCMOCK_ADDR=:" + port}, {"KYCMOCK_ADDR=0.0.0.0:" + port}, {"KYCMOCK_ADDR=[::]:" + port}, {"KYCMOCK_ADDR=127.0.0.1:" + port},
		{"KYCMOCK_URL=" + mock.URL, "KYCMOCK_ADDR=:1"},
	} {
		var stdout, stderr bytes.Buffer
		if status := run(t.Context(), []string{"healthcheck"}, env, &stdout, &stderr); status != exitOK || stdout.Len()+stderr.Len() > 0 {
			t.Errorf("%s: it ended with %d: %s", env, status, stderr.String())
		}
	}
}

// Who asks by way of Docker's HEALTHCHECK knows 0 and 1 alone.
func TestHealthcheckEndsWithOneWhateverIsWrong(t *testing.T) {
	hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer hangs.Close()
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	defer busy.Close()
	polite := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "ok")
	}))
	defer polite.Close()
	status, stdout, stderr := said(t, "healthcheck", "--server", hangs.URL, "--timeout", "100ms")
	if status != exitFailed || stdout != "" {
		t.Errorf("of one that hangs it ended with %d and said %q", status, stdout)
	}
	says(t, stderr, "it took too long")
	for server, want := range map[string]string{
		busy.URL: "/readyz answered 503 Service Unavailable", "http://127.0.0.1:1": "connection refused",
		polite.URL: "/version answered 200 OK text/plain, as no mock does",
	} {
		status, stdout, stderr := said(t, "healthcheck", "--server", server)
		if status != exitFailed || stdout != "" {
			t.Errorf("%s: it ended with %d and said %q", server, status, stdout)
		}
		says(t, stderr, want)
	}
	for _, addr := range []string{"8080", ":0", "127.0.0.1:"} {
		status, _, stderr := said(t, "healthcheck", "--addr", addr)
		if status != exitFailed {
			t.Errorf("%s: it ended with %d", addr, status)
		}
		says(t, stderr, "--addr")
	}
	if status, _, _ := said(t, "healthcheck", "--nonsense"); status != exitFailed {
		t.Errorf("a flag that there is not: it ended with %d", status)
	}
}
