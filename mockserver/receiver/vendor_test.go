package receiver_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"kycmock/mockserver/receiver"
)

const clientID = "0b0d1c52-9c0e-4d8b-8f5e-3a1f2c4d5e6f"

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// Making a key takes long, so all tests share two of them.
var keyOne, keyTwo = sync.OnceValue(newKey), sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// vendor is a stranger that signs with its own library and publishes its keys
// on a server of its own; the receiver under test listens on another.
type vendor struct {
	t        testing.TB
	receiver *receiver.Receiver
	hook     string // the address of the receiver

	mu      sync.Mutex
	now     time.Time
	jwks    string // what is published
	status  int    // ... and with which status
	fetched int
	secrets map[string]string // of UIP's businesses
}

func newVendor(t testing.TB) *vendor {
	v := &vendor{t: t, now: noon, status: http.StatusOK, secrets: map[string]string{"default": secret, "other": otherSecret}}
	v.publish(public("one", keyOne()))
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.fetched++
		w.WriteHeader(v.status)
		_, _ = io.WriteString(w, v.jwks)
	}))
	t.Cleanup(keys.Close)
	v.receiver = receiver.New(receiver.Config{
		JWKS: func(ctx context.Context) ([]byte, error) { return fetch(ctx, keys.URL) },
		Audience: func(account string) (string, bool) {
			return clientID, account == "default" || account == "other"
		},
		Now: func() time.Time {
			v.mu.Lock()
			defer v.mu.Unlock()
			return v.now
		},
		Secret: func(account string) (string, bool) {
			v.mu.Lock()
			defer v.mu.Unlock()
			s, known := v.secrets[account]
			return s, known
		},
	})
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		v.receiver.Receive(strings.TrimPrefix(req.URL.Path, "/")).ServeHTTP(w, req)
	}))
	t.Cleanup(hook.Close)
	v.hook = hook.URL + "/default"
	return v
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers %s", resp.Status)
	}
	return io.ReadAll(resp.Body)
}

func public(kid string, key *rsa.PrivateKey) jose.JSONWebKey {
	return jose.JSONWebKey{Key: key.Public(), KeyID: kid, Use: "sig", Algorithm: "RS256"}
}

func (v *vendor) publish(keys ...jose.JSONWebKey) {
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: keys})
	if err != nil {
		v.t.Fatal(err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.jwks = string(set)
}

func (v *vendor) publishRaw(status int, body string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.status, v.jwks = status, body
}

func (v *vendor) fetches() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.fetched
}

func (v *vendor) pass(d time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.now = v.now.Add(d)
}

// claims of an enrollment just finished; change replaces members, nil leaves
// them out.
func claims(change map[string]any) map[string]any {
	all := map[string]any{
		"iss": "https://id.uqudo.io", "aud": clientID,
		"iat": noon.Unix(), "exp": noon.Add(30 * time.Minute).Unix(),
		"jti":  "5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a10",
		"data": map[string]any{"documents": []any{}},
	}
	maps.Copy(all, change)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	return all
}

// sign makes a token as a stranger's library does.
func sign(t testing.TB, alg jose.SignatureAlgorithm, kid string, key any, payload any) string {
	t.Helper()
	options := &jose.SignerOptions{}
	if kid != "" {
		options.WithHeader("kid", kid)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	body, ok := payload.([]byte)
	if !ok {
		if body, err = json.Marshal(payload); err != nil {
			t.Fatal(err)
		}
	}
	jws, err := signer.Sign(body)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// token is a good one, but for what is changed in its claims.
func (v *vendor) token(change map[string]any) string {
	return sign(v.t, jose.RS256, "one", keyOne(), claims(change))
}

func envelope(token string) string { return `{"jwsResult":"` + token + `"}` }

// send posts the token as the JSON format has it.
func (v *vendor) send(token string) (int, receiver.Verdict) {
	return v.post("application/json", envelope(token))
}

func (v *vendor) post(contentType, body string) (int, receiver.Verdict) {
	v.t.Helper()
	status, answer := v.do(http.MethodPost, v.hook, contentType, strings.NewReader(body))
	return status, v.verdict(answer)
}

func (v *vendor) verdict(answer string) (verdict receiver.Verdict) {
	v.t.Helper()
	if err := json.Unmarshal([]byte(answer), &verdict); err != nil {
		v.t.Errorf("the answer %q is not a verdict: %v", answer, err)
	}
	return verdict
}

func (v *vendor) do(method, url, contentType string, body io.Reader) (int, string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, url, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return v.exchange(req)
}

func (v *vendor) exchange(req *http.Request) (int, string) {
	v.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		v.t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Error(err)
	}
	return resp.StatusCode, string(answer)
}

// atOnce calls f from many goroutines at the same moment.
func atOnce(many int, f func(i int)) {
	var barrier, work sync.WaitGroup
	barrier.Add(many)
	for i := range many {
		work.Go(func() {
			barrier.Done()
			barrier.Wait()
			f(i)
		})
	}
	work.Wait()
}

// fresh counts those that were taken as new.
func fresh(t testing.TB, verdicts []receiver.Verdict) (n int) {
	for _, got := range verdicts {
		if !got.Taken {
			t.Errorf("one was not taken: %s", got.Reason)
		}
		if !got.Duplicate {
			n++
		}
	}
	return n
}
