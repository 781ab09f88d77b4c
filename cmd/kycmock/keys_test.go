package main

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/uqudo"
)

func TestKeysAreListedRotatedPublishedAndRetired(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	first := mock.Keys()[0].KID
	text := done(t, mock, "keys", "rotate", "--publish", "later")
	second := strings.Fields(strings.Split(text, "\n")[1])[0]
	says(t, text, second+"  RS256  active  ", "  not in the JWKS yet\n")
	says(t, done(t, mock, "keys", "list"), first+"  RS256  published  ", second+"  RS256  active     ")
	if jwks := done(t, mock, "keys", "jwks"); strings.Contains(jwks, second) {
		t.Errorf("it is withheld, and in the JWKS: %s", jwks)
	}
	if text := done(t, mock, "keys", "publish"); strings.Contains(text, "not in the JWKS yet") {
		t.Errorf("it is published, and listed as\n%s", text)
	}
	says(t, done(t, mock, "keys", "jwks"), first, second)
	says(t, done(t, mock, "keys", "retire", first), first+"  RS256  retired")
	if jwks := done(t, mock, "keys", "jwks"); strings.Contains(jwks, first) {
		t.Errorf("it is retired, and in the JWKS: %s", jwks)
	}
	says(t, done(t, mock, "keys", "rotate", "--kid", "same", "--retire", "now"), second)
}

func TestKeysArePrintedAsFilesHaveThem(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	first := mock.Keys()[0].KID
	old := done(t, mock, "keys", "pem")
	block, rest := pem.Decode([]byte(old))
	if block == nil || len(rest) > 0 {
		t.Fatalf("it is no PEM: %s", old)
	}
	if _, err := x509.ParsePKIXPublicKey(block.Bytes); err != nil {
		t.Error(err)
	}
	done(t, mock, "keys", "rotate")
	if now := done(t, mock, "keys", "pem"); now == old {
		t.Error("it is still the key that signed before")
	}
	if again := done(t, mock, "keys", "pem", first); again != old {
		t.Errorf("by its kid it is\n%s", again)
	}
	answer, err := http.Get(mock.URL + uqudo.JWKSPath)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	want, err := io.ReadAll(answer.Body)
	if jwks := done(t, mock, "keys", "jwks"); err != nil || strings.TrimSpace(jwks) != strings.TrimSpace(string(want)) || !json.Valid([]byte(jwks)) {
		t.Errorf("the JWKS is %s, want %s", jwks, want)
	}
}

func TestKeysThatCannotBeAreRefused(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	says(t, failed(t, exitFailed, mock, "keys", "rotate", "--retire", "soon", "--publish", "never", "--kid", "mine"),
		"the request breaks 3 rules", "\n  --retire: want now, never or a duration such as 1h, not \"soon\"", "\n  --publish: ", "\n  --kid: ")
	says(t, failed(t, exitFailed, mock, "keys", "retire", mock.Keys()[0].KID), "the key is the active one, rotate first")
	says(t, failed(t, exitFailed, mock, "keys", "pem", "nobody"), `kid "nobody": there is no such key`)
	done(t, mock, "faults", "arm", "jwks-error", "--times", "0")
	says(t, failed(t, exitFailed, mock, "keys", "jwks"), "the JWKS answered 503 Service Unavailable application/json; kycmock faults armed lists what may make it")
	page := httptest.NewServer(http.NotFoundHandler())
	defer page.Close()
	if status, _, _ := said(t, "keys", "jwks", "--server", page.URL); status != exitUnreachable {
		t.Errorf("without a mock it ended with %d", status)
	}
}
