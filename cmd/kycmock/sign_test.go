package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// typed makes text the process's stdin.
func typed(t *testing.T, text string) {
	t.Helper()
	f, err := os.Open(file(t, "stdin", text))
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stdin
	os.Stdin = f
	t.Cleanup(func() { os.Stdin = was; f.Close() })
}

// testEvent is the example of UIP's page, signed with the first secret.
const (
	testEvent     = `{"event":"test","data":{"pong":"Pong"}}`
	testSignature = "3c35136f7213c884052c23ffaeac6ea57e3c419bfde7bd039b77bb11e823c374"
)

func TestSignPrintsTheHeadersOfUIP(t *testing.T) {
	status, stdout, stderr := said(t, "sign", "uip", "--secret", firstSecret, file(t, "event.json", testEvent))
	if want := "Content-Type: application/json\nX-UIP-Signature: " + testSignature + "\n"; status != exitOK || stdout != want || stderr != "" {
		t.Errorf("it ended with %d: %q, %q", status, stdout, stderr)
	}
	typed(t, `{"event":"step.completed","data":{"session_id":"sess_abc123","client_reference_id":"order_4815","stage":0,"primitive":"age_verify","satisfied":true}}`)
	status, stdout, _ = said(t, "sign", "uip", "--secret", "uip_whsec_0123456789abcdef0123456789abcdef", "--at", "1749300000", "-")
	if want := "X-UIP-Timestamp: 1749300000\nX-UIP-Signature: 998c972232697106aa1af0140cf76769f31eea05aa38f6225229d014605a1221\n"; status != exitOK || !strings.HasSuffix(stdout, want) {
		t.Errorf("it ended with %d: %q", status, stdout)
	}
	if _, again, _ := said(t, "sign", "uip", "--secret", firstSecret, "--at", "2025-06-07T12:40:00Z", file(t, "e", testEvent)); !strings.Contains(again, "X-UIP-Timestamp: 1749300000\n") {
		t.Errorf("a time by RFC 3339 gives %q", again)
	}
	if _, stdout, stderr := said(t, "sign", "uip", "--secret", firstSecret, file(t, "event.json", testEvent+"\n")); strings.Contains(stdout, testSignature) || !strings.Contains(stderr, "ends with a newline") {
		t.Errorf("of a final newline it says %q, %q", stdout, stderr)
	}
}

func TestSignPrintsAResultOfUqudos(t *testing.T) {
	claims := file(t, "claims.json", "{\n \"iss\": \"https://id.uqudo.io\",\n \"b\": [1, 2]\n}\n")
	status, stdout, _ := said(t, "sign", "uqudo", claims)
	if parts := strings.Split(strings.TrimSpace(stdout), "."); status != exitOK || len(parts) != 3 || decoded(t, parts[1]) != `{"iss":"https://id.uqudo.io","b":[1,2]}` {
		t.Errorf("it ended with %d: %s", status, stdout)
	}
	status, body, _ := said(t, "sign", "uqudo", "--format", "json", claims)
	var envelope map[string]string
	if err := json.Unmarshal([]byte(body), &envelope); err != nil || status != exitOK || len(envelope) != 1 || envelope["jwsResult"] != strings.TrimSpace(stdout) {
		t.Errorf("it ended with %d: %s, %v", status, body, err)
	}
	if _, other, _ := said(t, "sign", "uqudo", "--keys", "../../keys/testdata/good", claims); other == stdout || strings.Count(other, ".") != 2 {
		t.Errorf("a folder's key signs %s", other)
	}
}

func TestWhatCannotBeSignedIsSaidSo(t *testing.T) {
	body := file(t, "event.json", testEvent)
	for _, c := range []struct {
		name string
		args []string
		says string
	}{
		{"no secret", []string{"uip", body}, "--secret"},
		{"an empty secret", []string{"uip", "--secret=", body}, "--secret: want one that is not empty"},
		{"a time that is none", []string{"uip", "--secret=a", "--at=noon", body}, `--at: want Unix seconds or a time such as 2026-11-22T09:00:00Z, not "noon"`},
		{"milliseconds", []string{"uip", "--secret=a", "--at=1749300000000", body}, "--at: want Unix seconds"},
		{"a file that is not there", []string{"uip", "--secret=a", "nothing.json"}, "nothing.json"},
		{"claims that are no object", []string{"uqudo", file(t, "claims", "[1]")}, "want the claims as a JSON object"},
		{"claims that are null", []string{"uqudo", file(t, "claims", "null")}, "found null"},
		{"a folder without keys", []string{"uqudo", "--keys", "testdata/nothing", body}, "--keys testdata/nothing: "},
		{"a format that is none", []string{"uqudo", "--format=xml", body}, "--format"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, stdout, stderr := said(t, append([]string{"sign"}, c.args...)...)
			if status != exitUsage || stdout != "" || !strings.Contains(stderr, c.says) {
				t.Errorf("it ended with %d: %q, %q; want %q", status, stdout, stderr, c.says)
			}
		})
	}
}

// What sign prints is what a mock sends, and what verify takes.
func TestSignAndVerifyAgreeWithTheMock(t *testing.T) {
	got := make(chan *http.Request, 1)
	box := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Clone(t.Context()) }))
	defer box.Close()
	line, _ := serving(t, nil, "--addr", "127.0.0.1:0")
	order(t, http.MethodPut, line.URL+"/_mock/v1/uip/businesses/default/webhook", `{"url": "`+box.URL+`"}`)
	order(t, http.MethodPost, line.URL+"/_mock/v1/triggers", `{"provider": "uip", "event": "test"}`)
	signature := (<-got).Header.Get("X-UIP-Signature")
	if signature != testSignature {
		t.Errorf("the mock signs %s with another secret than the first", signature)
	}
	status, stdout, _ := said(t, "verify", "uip", "--secret", firstSecret, "--signature", signature, file(t, "event.json", testEvent))
	if status != exitOK {
		t.Errorf("it ended with %d: %s", status, stdout)
	}
}

// order asks the control API for a change.
func order(t *testing.T, method, url, body string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		t.Fatalf("%s answers %s", url, answer.Status)
	}
}
