package main

import (
	"bytes"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// Many a server says 200 to whatever it is asked.
func TestNothingSucceedsAgainstWhatIsNoMock(t *testing.T) {
	commands := [][]string{
		{"export"}, {"export", "-o", "json"}, {"export", "--mask"}, {"openapi"}, {"openapi", "-o", "json"}, {"keys", "jwks"}, {"keys", "list"},
		{"keys", "list", "-o", "json"}, {"keys", "pem", "kid"}, {"keys", "pem"}, {"keys", "rotate"}, {"clock", "show"}, {"clock", "show", "-o", "json"},
		{"clock", "advance", "2h"}, {"deliveries", "list"}, {"deliveries", "show", "dlv_1", "-o", "json"}, {"deliveries", "cancel", "dlv_1"},
		{"faults", "list"}, {"faults", "armed"}, {"faults", "arm", "tampered"}, {"faults", "disarm", "flt_1"}, {"reset"}, {"tail"},
		{"trigger", "face", "--provider", "uqudo"}, {"webhook", "delete", "--provider", "uip"}, {"webhook", "show", "--provider", "uip"},
		{"healthcheck"},
	}
	for _, c := range []struct{ kind, body string }{{"text/plain", "ok"}, {"", ""}, {"text/html", "<p>"}, {"application/json", "{}"}, {"application/json", "[]"}, {"application/json", ""}, {"application/yaml", "a: b"}} {
		polite := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{c.kind}
			_, _ = io.WriteString(w, c.body)
		}))
		for _, args := range commands {
			if c.body == "{}" && (args[0] == "webhook" && args[1] == "show") {
				continue // which a configuration without a webhook is answered with, too
			}
			want := exitUnreachable
			if args[0] == "healthcheck" {
				want = exitFailed
			}
			status, stdout, stderr := said(t, append(args, "--server", polite.URL)...)
			if status != want || stdout != "" || !strings.Contains(stderr, "no mock") || !strings.Contains(stderr, "KYCMOCK_URL") {
				t.Errorf("%s %q: %s ended with %d, want %d, and said %q, %q", c.kind, c.body, args, status, want, stdout, stderr)
			}
		}
		polite.Close()
	}
}

// In a container the mock listens where KYCMOCK_ADDR says, and so whoever looks
// for it there finds it.
func TestClientsFindTheMockByItsOwnAddress(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{})
	_, port, err := net.SplitHostPort(strings.TrimPrefix(mock.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		env    []string
		args   []string
		status int
		says   string
	}{
		{[]string{"KYCMOCK_ADDR=:" + port}, []string{"clock", "show"}, exitOK, ""},
		{[]string{"KYCMOCK_ADDR=0.0.0.0:" + port}, []string{"export"}, exitOK, ""},
		{[]string{"KYCMOCK_ADDR=:" + port}, []string{"doctor", "--url", mock.URL + "/_mock/receiver/default"}, exitOK, ""},
		{[]string{"KYCMOCK_ADDR=:1", "KYCMOCK_URL=" + mock.URL}, []string{"clock", "show"}, exitOK, ""},
		{[]string{"KYCMOCK_ADDR=:1"}, []string{"clock", "show", "--server", mock.URL}, exitOK, ""},
		{[]string{"KYCMOCK_ADDR=:1"}, []string{"openapi"}, exitOK, ""}, // which needs none
		{[]string{"KYCMOCK_ADDR=:1"}, []string{"clock", "show"}, exitUnreachable, "no mock answers at http://127.0.0.1:1"},
		{[]string{"KYCMOCK_ADDR=:0"}, []string{"clock", "show"}, exitUsage, "KYCMOCK_ADDR :0: the mock took a free port, want --server with its URL"},
		{[]string{"KYCMOCK_ADDR=9090"}, []string{"clock", "show"}, exitUsage, "KYCMOCK_ADDR: want HOST:PORT"},
	} {
		var stdout, stderr bytes.Buffer
		if status := run(t.Context(), c.args, c.env, &stdout, &stderr); status != c.status || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%s %s ended with %d: %s", c.env, c.args, status, stderr.String())
		}
	}
}

func TestClientsUseTheMocksOwnHTTPS(t *testing.T) {
	dir := t.TempDir()
	mock, err := mockserver.Start(mockserver.Config{TLSAddr: "127.0.0.1:0", CADir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer mock.Close()
	ca := filepath.Join(dir, "ca.pem")
	for _, command := range [][]string{
		{"clock", "show"}, {"export"}, {"openapi"}, {"faults", "list"}, {"healthcheck"}, {"keys", "jwks"}, {"reset"},
		{"doctor", "--url", mock.TLSURL + "/_mock/receiver/default"},
	} {
		for _, trust := range [][]string{{"--ca", ca}, {"--insecure-skip-verify"}} {
			args := append(append(command[:len(command):len(command)], trust...), "--server", mock.TLSURL)
			if status, _, stderr := said(t, args...); status != exitOK {
				t.Errorf("%s ended with %d: %s", args, status, stderr)
			}
		}
	}
	status, _, stderr := said(t, "clock", "show", "--server", mock.TLSURL)
	says(t, stderr, "the certificate at "+mock.TLSURL+" is not trusted: ", "--ca FILE", "/_mock/v1/ca.pem", "--insecure-skip-verify")
	if status != exitUnreachable || strings.Contains(stderr, "start one") {
		t.Errorf("it ended with %d: %s", status, stderr)
	}
	status, _, stderr = said(t, "clock", "show", "--server", mock.TLSURL, "--ca", file(t, "empty.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY"}))))
	if status != exitUsage || !strings.Contains(stderr, "there is none in it") {
		t.Errorf("it ended with %d: %s", status, stderr)
	}
}
