package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kycmock/mockserver/uqudo"
)

func TestDoctorTestsTheWayToAReceiverAndBack(t *testing.T) {
	line, _ := serving(t, nil, "--addr", "127.0.0.1:0")
	status, stdout, stderr := said(t, "doctor", "--server", line.URL, "--url", line.URL+"/_mock/receiver/default")
	if status != exitOK || stderr != "" || strings.Contains(stdout, "FAIL") {
		t.Errorf("it ended with %d: %s%s", status, stdout, stderr)
	}
	for _, want := range []string{"\nok    receiver answers     405 to a GET -> good: it wants POST", "\nok    mock answers         others reach it as " + line.URL, "\nok    JWKS is a key set    its kids are "} {
		if !strings.Contains(stdout, want) {
			t.Errorf("it says\n%swant %q", stdout, want)
		}
	}
}

func TestDoctorSaysWhatToChange(t *testing.T) {
	line, _ := serving(t, nil, "--addr", "127.0.0.1:0")
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"a receiver that is not there", []string{"--url", closed.URL, "--no-container"}, exitFailed, "FAIL  receiver connects    " + closed.Listener.Addr().String() + ": refused, nothing listens there -> start what"},
		{"the same in a container", []string{"--url", closed.URL, "--container"}, exitFailed, "localhost inside a container is the container itself: use host.docker.internal"},
		{"a mock that is not there", []string{"--url", line.URL, "--server", closed.URL}, exitUnreachable, "FAIL  mock connects"},
		{"neither a receiver nor a mock", []string{"--url", closed.URL, "--server", closed.URL}, exitFailed, "FAIL  mock connects"},
		{"a name that nobody knows", []string{"--url", "http://receiver.invalid/", "--timeout=2s"}, exitFailed, "FAIL  receiver resolves"},
		{"a public URL of nobody", []string{"--url", line.URL, "--public-url", closed.URL + "/"}, exitFailed, "FAIL  JWKS connects"},
		{"a JWKS that is none", []string{"--url", line.URL, "--jwks", line.URL + "/"}, exitFailed, "FAIL  JWKS is a key set"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, stdout, stderr := said(t, append([]string{"doctor", "--server", line.URL}, c.args...)...)
			if status != c.status || stderr != "" || !strings.Contains(stdout, c.says) {
				t.Errorf("it ended with %d: %s%s; want %q", status, stdout, stderr, c.says)
			}
		})
	}
	status, stdout, _ := said(t, "doctor", "-o", "json", "--url", closed.URL, "--jwks", line.URL+uqudo.JWKSPath)
	var report struct {
		Healthy bool
		Steps   []struct {
			Name, Found, Advice string
			OK                  bool
		}
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || status != exitFailed || report.Healthy || len(report.Steps) < 6 || report.Steps[2].OK || report.Steps[2].Advice == "" {
		t.Errorf("it ended with %d: %s, %v", status, stdout, err)
	}
	for _, args := range [][]string{{}, {"--url", line.URL, "--timeout=0s"}, {"--url", line.URL, "--public-url=mock"}, {"--url", line.URL, "--ca=nothing.pem"}, {"--url", line.URL, "--server=foo"}} {
		if status, _, stderr := said(t, append([]string{"doctor"}, args...)...); status != exitUsage || stderr == "" {
			t.Errorf("%q ended with %d: %s", args, status, stderr)
		}
	}
}
