package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kycmock/keys"
	"kycmock/mockserver/uqudo"
)

func TestVerifySaysWhatABodyOfUIPsIsNot(t *testing.T) {
	good, pretty := file(t, "event.json", testEvent), file(t, "pretty.json", "{\n  \"event\": \"test\",\n  \"data\": {\"pong\": \"Pong\"}\n}\n")
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"good", []string{"--secret", firstSecret, "--signature", testSignature, good}, exitOK, "authentic and in order\nnote: the signature is of these 39 bytes, by this secret\n"},
		{"re-serialised", []string{"--secret", firstSecret, "--signature", testSignature, pretty}, exitFailed,
			"not authentic\n- the body was re-serialised: this is the signature of the same JSON without spaces\n"},
		{"in upper case", []string{"--secret", firstSecret, "--signature", strings.ToUpper(testSignature), good}, exitFailed, "authentic, but not in order\n- the signature is in upper-case hex"},
		{"by the mock's first secret", []string{"--secret", "1f2504e0-4f89-41d3-9a0c-0305e82c3301", "--signature", testSignature, good}, exitFailed, "another secret: the one that the business default of a mock begins with"},
		{"two mistakes", []string{"--secret", firstSecret + " ", "--signature", testSignature, pretty}, exitFailed, "without spaces\n- the secret has white space around it"},
		{"no signature", []string{"--secret", firstSecret, "--signature=", good}, exitFailed, "- the signature is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, stdout, stderr := said(t, append([]string{"verify", "uip"}, c.args...)...)
			if status != c.status || !strings.Contains(stdout, c.says) || stderr != "" {
				t.Errorf("it ended with %d: %q, %q; want %d and %q", status, stdout, stderr, c.status, c.says)
			}
		})
	}
	typed(t, testEvent+"\n")
	status, stdout, _ := said(t, "verify", "uip", "-o", "json", "--secret", firstSecret, "--signature", testSignature, "-")
	var report struct {
		Authentic, InOrder bool
		Findings           []struct{ Code, Message string }
		Notes              []string
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || status != exitFailed || len(report.Findings) != 1 || report.Findings[0].Code != "body-newline" || report.Notes == nil {
		t.Errorf("it ended with %d: %s, %v", status, stdout, err)
	}
}

// result is a signed result of these claims, in a file.
func result(t *testing.T, claims string, flags ...string) string {
	t.Helper()
	status, token, stderr := said(t, append(append([]string{"sign", "uqudo"}, flags...), file(t, "claims.json", claims))...)
	if status != exitOK {
		t.Fatalf("sign ended with %d: %s", status, stderr)
	}
	return file(t, "token", token)
}

const testClaims = `{"aud":"acme","iss":"https://id.uqudo.io","jti":"1","iat":1790000000,"exp":1790007200,"data":{}}`

func TestVerifySaysAllThatIsWrongWithAResult(t *testing.T) {
	good := result(t, testClaims)
	body := result(t, testClaims, "--format", "json")
	strange := result(t, testClaims, "--keys", "../../keys/testdata/good")
	alone := file(t, "set.json", `{"keys":[`+string(keys.Default().PublicJWK())+`]}`)
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   []string
	}{
		{"good", []string{"--at", "1790000060", "--audience", "acme", good}, exitOK, []string{"authentic and in order\n", "it is signed by the key " + keys.Default().KID(), "it expires in 1h59m, at "}},
		{"good, in a body", []string{"--at", "2026-09-21T14:14:20Z", body}, exitOK, []string{"authentic and in order\n", `note: aud is "acme", and was not compared`}},
		{"by a key set in a file", []string{"--at", "1790000060", "--jwks", alone, good}, exitOK, []string{"authentic and in order\n"}},
		{"expired, for another", []string{"--at", "1790010000", "--audience", "other", good}, exitFailed, []string{"authentic, but not in order\n", "expired 46m40s ago", `aud is "acme", want "other"`, "note: an expired result is still authentic"}},
		{"by an unknown key", []string{"--at", "1790000060", strange}, exitFailed, []string{"not authentic\n", "is not in the key set, which has " + keys.Default().KID(), "only the mock's built-in test key was tried"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, stdout, stderr := said(t, append([]string{"verify", "uqudo"}, c.args...)...)
			if status != c.status || stderr != "" {
				t.Errorf("it ended with %d: %q, %q", status, stdout, stderr)
			}
			for _, want := range c.says {
				if !strings.Contains(stdout, want) {
					t.Errorf("it says\n%swant %q", stdout, want)
				}
			}
		})
	}
	status, stdout, _ := said(t, "verify", "uqudo", "-o", "json", good)
	var report struct {
		Authentic, InOrder bool
		Header, Claims     map[string]any
		Findings           []struct{ Code string }
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || !report.Authentic || report.Claims["aud"] != "acme" || report.Header["alg"] != "RS256" {
		t.Errorf("it ended with %d: %s, %v", status, stdout, err)
	}
}

// A mock says which of its keys are not in its key set.
func TestVerifyKnowsTheKeysThatAMockHasRetired(t *testing.T) {
	good := result(t, testClaims)
	line, _ := serving(t, nil, "--addr", "127.0.0.1:0")
	verified := func() (int, string) {
		status, stdout, _ := said(t, "verify", "uqudo", "--at", "1790000060", "--jwks", line.URL+uqudo.JWKSPath, good)
		return status, stdout
	}
	if status, stdout := verified(); status != exitOK {
		t.Errorf("it ended with %d: %s", status, stdout)
	}
	order(t, http.MethodPost, line.URL+"/_mock/v1/keys/rotate", `{"retire": "now"}`)
	if status, stdout := verified(); status != exitFailed || !strings.Contains(stdout, "is that of a key that the mock has retired") {
		t.Errorf("it ended with %d: %s", status, stdout)
	}
}

func TestAKeySetThatCannotBeHadHasAStatusOfItsOwn(t *testing.T) {
	good := result(t, testClaims)
	gone := httptest.NewServer(http.NotFoundHandler())
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }))
	secure := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"keys":[%s]}`, keys.Default().PublicJWK())
	}))
	defer gone.Close()
	defer page.Close()
	defer secure.Close()
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it is refused on purpose
	secure.StartTLS()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for from, says := range map[string]string{
		closed.URL: "refused", gone.URL: "it answers 404", page.URL: "it is a web page", "nothing.json": "nothing.json", secure.URL: "certificate",
	} {
		status, stdout, stderr := said(t, "verify", "uqudo", "--jwks", from, good)
		if status != exitUnreachable || stdout != "" || !strings.Contains(stderr, says) || !strings.HasPrefix(stderr, "kycmock: --jwks "+from) {
			t.Errorf("%s: it ended with %d: %q, %q", from, status, stdout, stderr)
		}
	}
	if status, stdout, stderr := said(t, "verify", "uqudo", "--at", "1790000060", "--insecure-skip-verify", "--jwks", secure.URL, good); status != exitOK {
		t.Errorf("it ended with %d: %s%s", status, stdout, stderr)
	}
	if status, _, stderr := said(t, "verify", "uqudo", "--ca", good, "--jwks", secure.URL, good); status != exitUsage || !strings.Contains(stderr, "--ca "+good) {
		t.Errorf("a CA that is none ends with %d: %s", status, stderr)
	}
	if status, _, stderr := said(t, "verify", "uqudo", "nothing.json"); status != exitUsage || !strings.Contains(stderr, "nothing.json") {
		t.Errorf("a file that is not there ends with %d: %s", status, stderr)
	}
}
