package scenarios_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// careless names what a receiver does wrong. The zero value is a correct one.
type careless struct {
	verifiesNothing   bool // reads the content without looking at the signature
	trustsAlg         bool // takes the algorithm that the token itself names
	refusesDuplicates bool // answers 409 to what it has taken before
	throwsOnLength    bool // answers 500 to a signature of another length
	cachesKeys        bool // fetches the JWKS once and never again
	answersAccepted   bool // answers 202 where 200 is wanted
}

// receiver takes webhooks of both vendors as a customer's back end would. It
// knows what the vendors publish and document, and nothing else of the mock.
type receiver struct {
	careless
	url      string
	jwks     string // where the vendor publishes its keys
	audience string
	secret   string // UIP's
	audits   string // UIP's API
	apiKey   string

	mu   sync.Mutex
	came []string // bodies
	keys map[string]jose.JSONWebKey
	seen map[string]bool
}

// listen starts a receiver of the mock at base.
func listen(t *testing.T, base string, c careless) *receiver {
	t.Helper()
	r := &receiver{
		careless: c, jwks: base + "/uqudo/api/.well-known/jwks.json",
		audience: "242ec468-7c64-5a51-99ee-286bc2a84eb8",
		secret:   "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
		audits:   base + "/uip/v1/audit/", apiKey: "uip-test-key",
		seen: map[string]bool{},
	}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// ServeHTTP answers one webhook.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(io.LimitReader(req.Body, 16<<20))
	if err != nil {
		return // the sender is gone
	}
	r.mu.Lock()
	r.came = append(r.came, string(body))
	r.mu.Unlock()
	status := 0
	if signature, from := req.Header["X-Uip-Signature"]; from || looksLikeUIP(body) {
		status = r.uip(strings.Join(signature, ","), body)
	} else {
		status = r.uqudo(req, body)
	}
	w.WriteHeader(status)
}

// bodies are what came, in order.
func (r *receiver) bodies() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.came)
}

// looksLikeUIP tells an event without a signature from a result.
func looksLikeUIP(body []byte) bool {
	var shape struct{ Event string }
	return json.Unmarshal(body, &shape) == nil && shape.Event != ""
}

func (r *receiver) uip(signature string, body []byte) int {
	mac := hmac.New(sha256.New, []byte(r.secret))
	_, _ = mac.Write(body)
	want := hex.EncodeToString(mac.Sum(nil))
	switch {
	case r.throwsOnLength && len(signature) != len(want):
		return http.StatusInternalServerError
	case !r.verifiesNothing && !hmac.Equal([]byte(want), []byte(signature)):
		return http.StatusUnauthorized
	}
	var event struct {
		Event string
		Data  struct {
			AuditID string `json:"audit_id"`
		}
	}
	if json.Unmarshal(body, &event) != nil || event.Event == "" {
		return http.StatusBadRequest
	}
	if event.Event == "message" && !r.audited(event.Data.AuditID) {
		return http.StatusServiceUnavailable
	}
	return r.taken(event.Data.AuditID)
}

// audited asks what became of a message.
func (r *receiver) audited(id string) bool {
	req, err := http.NewRequest(http.MethodGet, r.audits+id, nil)
	if err != nil {
		return false
	}
	req.Header.Set("Authorization", "Bearer "+r.apiKey)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// taken takes each thing once, whatever moment its copies come at.
func (r *receiver) taken(id string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := id != "" && r.seen[id]
	r.seen[id] = true
	switch {
	case known && r.refusesDuplicates:
		return http.StatusConflict
	case r.answersAccepted:
		return http.StatusAccepted
	default:
		return http.StatusOK
	}
}

func (r *receiver) uqudo(req *http.Request, body []byte) int {
	if user, password, given := req.BasicAuth(); given || wantsBasic(req) {
		if user != "kycmock" || subtle.ConstantTimeCompare([]byte(password), []byte("kycmock-test-password")) == 0 {
			return http.StatusUnauthorized
		}
	}
	token := strings.TrimSpace(string(body))
	if !strings.HasPrefix(req.Header.Get("Content-Type"), "text/plain") {
		var envelope struct{ JWSResult *string }
		if json.Unmarshal(body, &envelope) != nil || envelope.JWSResult == nil {
			return http.StatusBadRequest
		}
		token = *envelope.JWSResult
	}
	payload, err := r.verified(token)
	switch {
	case errors.Is(err, errNoKeys):
		return http.StatusServiceUnavailable
	case errors.Is(err, errThrown):
		return http.StatusInternalServerError
	case err != nil:
		return http.StatusUnauthorized
	}
	var claims struct{ Iss, JTI string }
	var audience struct{ Aud jose1orMany }
	if json.Unmarshal(payload, &claims) != nil || json.Unmarshal(payload, &audience) != nil || claims.JTI == "" {
		return http.StatusBadRequest
	}
	if claims.Iss != "https://id.uqudo.io" || !audience.Aud.has(r.audience) {
		return http.StatusForbidden
	}
	return r.taken(claims.JTI)
}

// wantsBasic is whether the receiver expects credentials: the path says so, as a
// customer's would be configured.
func wantsBasic(req *http.Request) bool { return req.URL.Path == "/basic" }

// jose1orMany is an audience: a text, or an array of them.
type jose1orMany []string

func (a *jose1orMany) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*a = []string{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(a))
}

func (a jose1orMany) has(want string) bool {
	for _, one := range a {
		if one == want {
			return true
		}
	}
	return false
}

var (
	errNoKeys = errors.New("the keys cannot be fetched")
	errThrown = errors.New("the signature could not be compared")
)

// verified is the payload of a token whose signature is good.
func (r *receiver) verified(token string) ([]byte, error) {
	parts := strings.Split(token, ".")
	if r.throwsOnLength && len(parts) == 3 && len(parts[2]) != 342 { // base64url of 2,048 bits
		return nil, errThrown
	}
	if (r.verifiesNothing || r.trustsAlg && r.unsigned(parts)) && len(parts) >= 2 {
		return base64.RawURLEncoding.DecodeString(parts[1])
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, err
	}
	key, err := r.key(signed.Signatures[0].Header.KeyID)
	if err != nil {
		return nil, err
	}
	return signed.Verify(key)
}

// unsigned is whether a token says of itself that it is.
func (r *receiver) unsigned(parts []string) bool {
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	var h struct{ Alg string }
	return err == nil && json.Unmarshal(header, &h) == nil && strings.EqualFold(h.Alg, "none")
}

// key finds a key by its ID, and fetches the JWKS when it does not know it.
func (r *receiver) key(kid string) (any, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if key, known := r.keys[kid]; known {
		return key, nil
	}
	if r.keys != nil && r.cachesKeys {
		return nil, errors.New("no such key")
	}
	answer, err := http.Get(r.jwks)
	if err != nil {
		return nil, errNoKeys
	}
	defer answer.Body.Close()
	var set jose.JSONWebKeySet
	if answer.StatusCode != http.StatusOK || json.NewDecoder(answer.Body).Decode(&set) != nil {
		return nil, errNoKeys
	}
	r.keys = map[string]jose.JSONWebKey{}
	for _, key := range set.Keys {
		r.keys[key.KeyID] = key
	}
	if key, known := r.keys[kid]; known {
		return key, nil
	}
	return nil, errors.New("no such key")
}
