package uqudo_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A hook is a receiver that remembers what it got.
type hook struct {
	*httptest.Server
	mu      sync.Mutex
	got     []received
	answers []int // once each; then 200
	during  func()
}

type received struct {
	header http.Header
	body   string
}

func newHook(t *testing.T, answers ...int) *hook {
	t.Helper()
	h := &hook{answers: answers}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

// always is the answers of a receiver that stays down through a whole schedule.
func always(status int) []int { return slices.Repeat([]int{status}, 60) }

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	h.got = append(h.got, received{r.Header, string(body)})
	status, during := 200, h.during
	if len(h.answers) > 0 {
		status, h.answers = h.answers[0], h.answers[1:]
	}
	h.mu.Unlock()
	if during != nil {
		during()
	}
	w.WriteHeader(status)
}

// requests wants so many requests to have come, and returns them.
func (h *hook) requests(t *testing.T, n int) []received {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.got) != n {
		t.Fatalf("the receiver got %d requests, want %d", len(h.got), n)
	}
	return slices.Clone(h.got)
}

// token is the JWS in a request of the JSON format.
func (r received) token(t *testing.T) string {
	t.Helper()
	var envelope map[string]string
	if err := json.Unmarshal([]byte(r.body), &envelope); err != nil || len(envelope) != 1 {
		t.Fatalf("the body is %.80q: %v", r.body, err)
	}
	return envelope["jwsResult"]
}

// tokenAmong is the JWS in a request whose envelope may have more members.
func (r received) tokenAmong(t *testing.T) string {
	t.Helper()
	var envelope struct{ JWSResult string }
	if err := json.Unmarshal([]byte(r.body), &envelope); err != nil {
		t.Fatalf("the body is %.80q: %v", r.body, err)
	}
	return envelope.JWSResult
}

// tokenClaims decodes the claims of a JWS.
func tokenClaims(t *testing.T, token string) (claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWS: %.80q", token)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(text, &claims)
	}
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return claims
}

// claims are those of the only request, or of the last one.
func (h *hook) claims(t *testing.T) map[string]any {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.got) == 0 {
		t.Fatal("the receiver got nothing")
	}
	return tokenClaims(t, h.got[len(h.got)-1].token(t))
}
