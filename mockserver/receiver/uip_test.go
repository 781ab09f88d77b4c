package receiver_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kycmock/mockserver/receiver"
)

const (
	secret      = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	otherSecret = "0c1f7a52-6a5e-4b0e-9a57-6b8e2f1d4c90"

	testBody     = `{"event":"test","data":{"pong":"Pong"}}`
	identifyBody = `{"event":"identify","data":{"uip_id":"user_abc123def456","audit_id":"audit_9z8y7x6w5v4u","session_id":"sess_1a2b3c4d5e6f","name":"John Doe","date_of_birth":"1990-05-15","country_of_origin":"US"}}`
	renewedBody  = `{"event":"identify","data":{"uip_id":"user_abc123def456","audit_id":"audit_9z8y7x6w5v4u","session_id":"sess_1a2b3c4d5e6f","name":"John Doe","date_of_birth":"1990-05-15","country_of_origin":"US","expires_at":1735689600}}`
	signBody     = `{"event":"sign","data":{"uip_id":"user_abc123def456","session_id":"sess_1a2b3c4d5e6f","audit_id":"audit_9z8y7x6w5v4u"}}`
	messageBody  = `{"event":"message","data":{"signing_uip_id":"user_abc123def456","message_id":"msg_xyz789abc123","audit_id":"audit_9z8y7x6w5v4u"}}`

	identifySignature = "f0fd5ed9cce3f8329d48bde1c264d63fe25a41bb81c05c98c207f53a19aa774d"
)

// signed is the signature as a business' own code computes it.
func signed(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

// event is a request of UIP's with these signatures, usually one.
func (v *vendor) event(account, contentType, body string, signatures ...string) *http.Request {
	v.t.Helper()
	url := strings.TrimSuffix(v.hook, "default") + account
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for _, s := range signatures {
		req.Header.Add("X-UIP-Signature", s)
	}
	return req
}

// tell sends the body to the account default, signed with its secret.
func (v *vendor) tell(body string) (int, receiver.Verdict) {
	v.t.Helper()
	status, answer := v.exchange(v.event("default", "application/json", body, signed(secret, body)))
	return status, v.verdict(answer)
}

// The signatures are not computed here: they are known beforehand.
func TestASignedEventIsTaken(t *testing.T) {
	const ids = `"auditId":"audit_9z8y7x6w5v4u","session":"sess_1a2b3c4d5e6f",`
	tests := []struct{ name, body, signature, want string }{
		{"test", testBody, "3c35136f7213c884052c23ffaeac6ea57e3c419bfde7bd039b77bb11e823c374",
			`{"taken":true,"verified":true,"event":"test","duplicate":false}`},
		{"identify", identifyBody, identifySignature,
			`{"taken":true,"verified":true,"event":"identify",` + ids + `"duplicate":false}`},
		{"identify with expires_at", renewedBody, "67a00977454ced148e6bac555041a4bb3852e358189012527808387396be2696",
			`{"taken":true,"verified":true,"event":"identify",` + ids + `"duplicate":false}`},
		{"sign", signBody, "30652272f5b4625e1004079bcaad9942ae71bd49299b9d69a388c04ec0d902a2",
			`{"taken":true,"verified":true,"event":"sign",` + ids + `"duplicate":false}`},
		{"message", messageBody, "d02493f240e79b07c18ed8d0e28d4abb670f7fb1f2273c5fa6ee0b9d561fd0f5",
			`{"taken":true,"verified":true,"event":"message","auditId":"audit_9z8y7x6w5v4u","session":"msg_xyz789abc123","duplicate":false}`},
		{"test without data", `{"event":"test","timestamp":"2025-01-11T12:30:00Z","test":true}`, "a942aacfdc7b738cfd1d4df056334ab7d18368ce87375257b3e6af13c95afbde",
			`{"taken":true,"verified":true,"event":"test","duplicate":false}`},
		{"one that is not known", `{"event":"authorize.completed","session_id":"sess_auth_1a2b3c4d","timestamp":"2025-01-11T12:31:00Z","data":{"access_token":"uip_at_abc123xyz789"}}`, "7c37083c96e119a0ef229b6373ec781761ea5930f80f89da89645ba07db2e00b",
			`{"taken":true,"verified":true,"event":"authorize.completed","duplicate":false}`},
		{"another that is not known", `{"event":"delegation.revoked","timestamp":"2025-01-11T12:31:00Z","data":{"business_uip_id":"business_abc123"}}`, "4d9dff7d2283511d3d70217bcdfa5455272cc22f10f22ce213e9d94e2f32abef",
			`{"taken":true,"verified":true,"event":"delegation.revoked","duplicate":false}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newVendor(t)
			status, got := v.exchange(v.event("default", "application/json", tt.body, tt.signature))
			if status != http.StatusOK || got != tt.want {
				t.Errorf("got  %d %s\nwant 200 %s", status, got, tt.want)
			}
			if v.fetches() != 0 {
				t.Error("the key set was asked for, and it is the other vendor's")
			}
		})
	}
}

func TestASignedEventIsTakenHoweverItIsWritten(t *testing.T) {
	taken := receiver.Verdict{Taken: true, Verified: true, Event: "identify", AuditID: "a"}
	other := receiver.Verdict{Taken: true, Verified: true, Event: "new"}
	tests := []struct {
		name, contentType, body string
		want                    receiver.Verdict
	}{
		{"with a charset", "application/json; charset=utf-8", `{"event":"identify","data":{"audit_id":"a"}}`, taken},
		{"in another case", "Application/JSON", `{"event":"identify","data":{"audit_id":"a"}}`, taken},
		{"with spaces and a line end", "application/json", "{ \"event\": \"identify\",\n\t\"data\": {\"audit_id\": \"a\"}}\n", taken},
		{"with escapes", "application/json", `{"event":"identif\u0079","data":{"audit_id":"\u0061"}}`, taken},
		{"with letters, emoji and signs", "application/json", `{"event":"identify","data":{"audit_id":"a","name":"Zoë <& 😀>"}}`, taken},
		{"with members that nobody knows", "application/json", `{"sent":1,"Event":2,"event":"identify","data":{"audit_id":"a","session_id":null,"new":[{}]}}`, taken},
		{"with a jwsResult besides", "application/json", `{"event":"identify","jwsResult":"x","data":{"audit_id":"a"}}`, taken},
		{"not known, without data", "application/json", `{"event":"new"}`, other},
		{"not known, with data of another kind", "application/json", `{"event":"new","data":["audit_id"]}`, other},
		{"not known, with an audit id", "application/json", `{"event":"new","data":{"audit_id":"a","session_id":"s","message_id":"m"}}`,
			receiver.Verdict{Taken: true, Verified: true, Event: "new", AuditID: "a", Session: "s"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newVendor(t)
			status, answer := v.exchange(v.event("default", tt.contentType, tt.body, signed(secret, tt.body)))
			if got := v.verdict(answer); status != http.StatusOK || got != tt.want {
				t.Errorf("got  %d %+v\nwant 200 %+v", status, got, tt.want)
			}
		})
	}
}

func TestTheSameEventAgainIsADuplicate(t *testing.T) {
	v := newVendor(t)
	if _, got := v.tell(identifyBody); got.Duplicate {
		t.Error("the first one is a duplicate")
	}
	status, got := v.exchange(v.event("default", "application/json", identifyBody, identifySignature))
	const want = `{"taken":true,"verified":true,"event":"identify","auditId":"audit_9z8y7x6w5v4u","session":"sess_1a2b3c4d5e6f","duplicate":true}`
	if status != http.StatusOK || got != want {
		t.Errorf("got  %d %s\nwant 200 %s", status, got, want)
	}
	tests := []struct {
		name, body string
		want       bool
	}{
		{"the same audit id in other bytes", renewedBody, true},
		{"the same session with another audit id", strings.Replace(identifyBody, "audit_9", "audit_8", 1), false},
		{"a signing", `{"event":"sign","data":{"audit_id":"audit_s"}}`, false},
		{"the signing again", `{"event":"sign","data":{"audit_id":"audit_s"}}`, true},
		{"a message", `{"event":"message","data":{"message_id":"m","audit_id":"audit_m"}}`, false},
		{"the message again", `{"event":"message","data":{"message_id":"m","audit_id":"audit_m"}}`, true},
		{"a test", testBody, false},
		{"the test again", testBody, false},
		{"an event that is not known, with an audit id that is", `{"event":"new","data":{"audit_id":"audit_m"}}`, false},
		{"the same again", `{"event":"new","data":{"audit_id":"audit_m"}}`, false},
	}
	for _, tt := range tests {
		if status, got := v.tell(tt.body); status != http.StatusOK || !got.Taken || got.Duplicate != tt.want {
			t.Errorf("%s: got %d %+v, want it taken with duplicate %t", tt.name, status, got, tt.want)
		}
	}
}

func TestOfManyEventsAtTheSameMomentExactlyOneIsNew(t *testing.T) {
	v := newVendor(t)
	const copies = 20
	verdicts := make([]receiver.Verdict, copies)
	atOnce(copies, func(i int) { _, verdicts[i] = v.tell(messageBody) })
	if got := fresh(t, verdicts); got != 1 {
		t.Errorf("%d of %d were new, want exactly one", got, copies)
	}
}

func TestBusinessesAreStrangersToEachOther(t *testing.T) {
	v := newVendor(t)
	v.tell(identifyBody)
	status, answer := v.exchange(v.event("other", "application/json", identifyBody, identifySignature))
	if want := "X-UIP-Signature does not fit the body and the webhook secret"; status != 401 || v.verdict(answer).Reason != want {
		t.Errorf("signed for default: got %d %s, want 401 %s", status, answer, want)
	}
	status, answer = v.exchange(v.event("other", "application/json", identifyBody, signed(otherSecret, identifyBody)))
	if got := v.verdict(answer); status != 200 || !got.Taken || got.Duplicate {
		t.Errorf("signed for other: got %d %s, want it taken as new", status, answer)
	}
}

func TestTheSecretIsAskedForEachTime(t *testing.T) {
	v := newVendor(t)
	v.tell(testBody)
	v.mu.Lock()
	v.secrets["default"] = otherSecret
	v.mu.Unlock()
	if status, got := v.tell(testBody); status != 401 {
		t.Errorf("signed with the old one: got %d %+v, want 401", status, got)
	}
	status, answer := v.exchange(v.event("default", "application/json", testBody, signed(otherSecret, testBody)))
	if status != 200 {
		t.Errorf("signed with the new one: got %d %s, want it taken", status, answer)
	}
}

func TestResetForgetsEvents(t *testing.T) {
	v := newVendor(t)
	v.tell(identifyBody)
	v.receiver.Reset()
	if status, got := v.tell(identifyBody); status != 200 || got.Duplicate {
		t.Errorf("got %d %+v, want it taken as new", status, got)
	}
}

func TestScriptedAnswersComeBeforeAnEventIsLookedAt(t *testing.T) {
	v := newVendor(t)
	if err := v.receiver.Answer(503, 201); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{503, 201} {
		status, got := v.tell(identifyBody)
		if status != want || got != (receiver.Verdict{Reason: fmt.Sprintf("told to answer %d", want)}) {
			t.Errorf("got %d %+v, want %d", status, got, want)
		}
	}
	if status, got := v.tell(identifyBody); status != 200 || !got.Taken || got.Duplicate {
		t.Errorf("got %d %+v, want it taken as new: nothing was looked at before", status, got)
	}
}

func TestOneEndpointTakesBothVendors(t *testing.T) {
	v := newVendor(t)
	// The same id on purpose: what one vendor sent says nothing of the other.
	body := `{"event":"sign","data":{"audit_id":"` + jti + `"}}`
	for _, again := range []bool{false, true} {
		if status, got := v.send(v.token(nil)); status != 200 || got.JTI != jti || got.Event != "" || got.Duplicate != again {
			t.Errorf("Uqudo: got %d %+v, want it taken with duplicate %t", status, got, again)
		}
		if status, got := v.tell(body); status != 200 || got.AuditID != jti || got.JTI != "" || got.Duplicate != again {
			t.Errorf("UIP: got %d %+v, want it taken with duplicate %t", status, got, again)
		}
	}
}

func TestAReceiverWithoutSecretsKnowsNoBusiness(t *testing.T) {
	v := newVendor(t)
	handler := receiver.New(receiver.Config{
		JWKS:     nil, // is never asked
		Audience: func(string) (string, bool) { return clientID, true },
	}).Receive("default")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, v.event("default", "application/json", identifyBody, identifySignature))
	const want = `{"taken":false,"reason":"there is no business \"default\""}`
	if w.Code != 404 || w.Body.String() != want {
		t.Errorf("got %d %s, want 404 %s", w.Code, w.Body, want)
	}
}
