package uqudo_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
)

// strangers is where other people's libraries are, and the programs that use
// them: they know of the mock what the vendor's pages say, and nothing else.
const strangers = "testdata/strangers"

// TestStrangersVerifyWhatWeSign hands the results of each flow, as they reach a
// webhook, to each library.
func TestStrangersVerifyWhatWeSign(t *testing.T) {
	t.Parallel()
	m := startStrangeWorld(t)
	bodies := make(chan []byte, 1)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies <- body
	}))
	t.Cleanup(hook.Close)
	m.setWebhook(hook.URL)

	for _, flow := range []string{"enrollment", "reading", "lookup", "face"} {
		delivery := m.finish(flow)
		m.wait(delivery, 1)
		var envelope struct{ JWSResult string }
		if err := json.Unmarshal(<-bodies, &envelope); err != nil {
			t.Fatal(err)
		}
		token := envelope.JWSResult
		var sent any
		if err := json.Unmarshal(segment(t, strings.Split(token, ".")[1]), &sent); err != nil {
			t.Fatal(err)
		}
		for _, program := range verifiers() {
			t.Run(flow+"/"+program, func(t *testing.T) {
				got := m.verify(t, program, m.clientID, token)[0]
				if got.Refused != "" {
					t.Fatalf("refused: %v", got.Refused)
				}
				if kid, _ := got.Header["kid"].(string); got.Header["alg"] != "RS256" || len(kid) != 32 || len(got.Header) != 2 {
					t.Errorf("header %v, wanted alg RS256 and a kid of 32 characters alone", got.Header)
				}
				if !reflect.DeepEqual(got.Claims, sent) {
					t.Errorf("it read %v of %v", got.Claims, sent)
				}
				if flow != "enrollment" { // to be refused once is enough
					return
				}
				if m.verify(t, program, "00000000-0000-4000-8000-000000000000", token)[0].Refused == "" {
					t.Error("it takes a token meant for someone else")
				}
			})
		}
	}
}

// TestStrangersRefuseWhatIsForged hands the tokens of all faults of the
// signature to each library, and those of some whose signature is good.
func TestStrangersRefuseWhatIsForged(t *testing.T) {
	t.Parallel()
	m := startStrangeWorld(t)
	h := newHook(t)
	m.setWebhook(h.URL)
	// With a single key in the set jose and jwks-rsa need no kid to find it.
	m.call("POST", "/_mock/v1/keys/rotate", `{}`, nil)
	faults := append(slices.Sorted(maps.Keys(forgedCases())), "wrong-issuer", "wrong-audience", "expired", "extra-members", "steps-omitted", "other-session", "audience-array")
	const good = 4 // of the last ones: an array of one audience is that audience
	var tokens []string
	for i, fault := range faults {
		var told struct{ Deliveries []strangeDelivery }
		m.call("POST", "/_mock/v1/triggers", fmt.Sprintf(`{"provider": "uqudo", "event": "enrollment", "faults": [%q]}`, fault), &told)
		m.wait(told.Deliveries[0], 1)
		tokens = append(tokens, h.requests(t, i+1)[i].tokenAmong(t))
	}
	for _, program := range verifiers() {
		t.Run(program, func(t *testing.T) {
			for i, o := range m.verify(t, program, m.clientID, tokens...) {
				if taken := o.Refused == ""; taken != (i >= len(faults)-good) {
					t.Errorf("%s: taken is %v, refused for %q", faults[i], taken, o.Refused)
				}
			}
		})
	}
}

func verifiers() []string {
	return []string{"verify-jose.mjs", "verify-jsonwebtoken.cjs", "verify-pyjwt.py"}
}

// TestAStrangersReceiverTakesEachResultOnce plays a receiver that was not
// written for the mock through retries, a duplicate and a new key.
func TestAStrangersReceiverTakesEachResultOnce(t *testing.T) {
	t.Parallel()
	m := startStrangeWorld(t)
	receiver := m.startReceiver("--fail-first", "2")
	m.setWebhook(receiver.url)

	first := m.finish("enrollment")
	m.call("POST", "/_mock/v1/clock/advance", `{"by": "2h"}`, nil)
	if d := m.wait(first, 3); d.Status != "delivered" || len(d.Attempts) != 3 {
		t.Errorf("%s after %d attempts, wanted delivered after 3", d.Status, len(d.Attempts))
	}
	receiver.wants(outcome{N: 1, Status: 503}, outcome{N: 2, Status: 503})
	taken := receiver.next()
	if taken.Status != 200 || taken.Duplicate || taken.JTI != first.Session {
		t.Fatalf("%+v, wanted session %s taken", taken, first.Session)
	}

	var again struct{ ID string }
	m.call("POST", "/_mock/v1/deliveries/"+first.ID+"/redeliver", "", &again)
	receiver.wants(outcome{N: 4, Status: 200, JTI: taken.JTI, KID: taken.KID, Duplicate: true})

	var key struct{ KID string }
	m.call("POST", "/_mock/v1/keys/rotate", `{}`, &key)
	second := m.finish("reading")
	receiver.wants(outcome{N: 5, Status: 200, JTI: second.Session, KID: key.KID})
	if key.KID == taken.KID {
		t.Error("the new key has the old one's kid")
	}
}

// A strangeWorld is a mock whose clock stands still, seen from outside: over HTTP.
type strangeWorld struct {
	*testing.T
	url      string
	clientID string
}

// A strangeDelivery is what is looked at of a delivery.
type strangeDelivery struct {
	ID, Session, Status string
	Attempts            []struct{ Status int }
}

func startStrangeWorld(t *testing.T) strangeWorld {
	t.Helper()
	if _, err := os.Stat(filepath.Join(strangers, "node_modules")); err != nil {
		t.Fatalf("%v: run `make deps`", err)
	}
	m := strangeWorld{T: t, url: mockserver.Test(t, mockserver.Config{}).URL}
	var list struct {
		Accounts []struct{ Name, ClientID string }
	}
	m.call("GET", "/_mock/v1/uqudo/accounts", "", &list)
	for _, a := range list.Accounts {
		if a.Name == "default" {
			m.clientID = a.ClientID
		}
	}
	return m
}

// call speaks JSON with the control API, and fails the test unless the answer
// is a success.
func (m strangeWorld) call(method, path, body string, into any) {
	m.Helper()
	request, err := http.NewRequestWithContext(m.Context(), method, m.url+path, strings.NewReader(body))
	if err != nil {
		m.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := asking.Do(request)
	if err != nil {
		m.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		m.Fatalf("%s %s: %s %v\n%s", method, path, response.Status, err, text)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			m.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
}

func (m strangeWorld) setWebhook(url string) {
	m.Helper()
	m.call("PUT", "/_mock/v1/uqudo/accounts/default/global-webhook",
		fmt.Sprintf(`{"url": %q, "securityType": "NONE"}`, url), nil)
}

// finish has a user finish a flow, and returns the delivery that tells of it.
func (m strangeWorld) finish(flow string) strangeDelivery {
	m.Helper()
	var done struct{ Deliveries []strangeDelivery }
	m.call("POST", "/_mock/v1/uqudo/accounts/default/sessions", fmt.Sprintf(`{"flow": %q}`, flow), &done)
	if len(done.Deliveries) != 1 {
		m.Fatalf("%s made %d deliveries, wanted 1", flow, len(done.Deliveries))
	}
	return done.Deliveries[0]
}

// wait returns a delivery as it is once it is final, after so many attempts.
func (m strangeWorld) wait(d strangeDelivery, attempts int) (now strangeDelivery) {
	m.Helper()
	m.call("GET", fmt.Sprintf("/_mock/v1/deliveries/%s/wait?status=any&attempts=%d&timeout=10s", d.ID, attempts), "", &now)
	return now
}

// now is the mock's time in Unix seconds, as the strangers' programs take it.
func (m strangeWorld) now() string {
	m.Helper()
	var clock struct{ Now time.Time }
	m.call("GET", "/_mock/v1/clock", "", &clock)
	return strconv.FormatInt(clock.Now.Unix(), 10)
}

// segment decodes a part of a token.
func segment(t *testing.T, part string) []byte {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
