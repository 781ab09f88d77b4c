package receiver_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"kycmock/mockserver/receiver"
)

func TestAnEventThatIsNotAuthenticIsRefused(t *testing.T) {
	v := newVendor(t)
	good := identifySignature
	raw, err := hex.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name       string
		body       string
		signatures []string
		want       string
	}{
		{"not signed", identifyBody, nil, "there is no X-UIP-Signature"},
		{"signed twice", identifyBody, []string{good, good}, "there are 2 headers X-UIP-Signature, want one"},
		{"an empty signature", identifyBody, []string{""}, "X-UIP-Signature is empty"},
		{"a prefix", identifyBody, []string{"sha256=" + good}, `X-UIP-Signature begins with "sha256=", want the hex digits alone`},
		{"a prefix that makes 64", identifyBody, []string{"sha256=" + good[7:]}, `X-UIP-Signature begins with "sha256=", want the hex digits alone`},
		{"too short", identifyBody, []string{good[:63]}, "X-UIP-Signature has 63 bytes, want 64 hex digits"},
		{"too long", identifyBody, []string{good + "0"}, "X-UIP-Signature has 65 bytes, want 64 hex digits"},
		{"a single digit", identifyBody, []string{"f"}, "X-UIP-Signature has 1 bytes, want 64 hex digits"},
		{"base64", identifyBody, []string{base64.StdEncoding.EncodeToString(raw)}, "X-UIP-Signature has 44 bytes, want 64 hex digits"},
		{"upper case", identifyBody, []string{strings.ToUpper(good)}, "X-UIP-Signature has upper-case digits, want lower-case ones"},
		{"one upper-case digit", identifyBody, []string{strings.Replace(good, "d", "D", 1)}, "X-UIP-Signature has upper-case digits, want lower-case ones"},
		{"no hex digit in it", identifyBody, []string{good[:63] + "g"}, "X-UIP-Signature has a character at 64 that is no hex digit"},
		{"bytes that are not ASCII", identifyBody, []string{"\xff\xfe" + good[2:]}, "X-UIP-Signature has a character at 1 that is no hex digit"},
		{"the last digit wrong", identifyBody, []string{good[:63] + "e"}, "X-UIP-Signature does not fit the body and the webhook secret"},
		{"the first digit wrong", identifyBody, []string{"e" + good[1:]}, "X-UIP-Signature does not fit the body and the webhook secret"},
		{"of another body", signBody, []string{good}, "X-UIP-Signature does not fit the body and the webhook secret"},
		{"of the body with a line end", identifyBody + "\n", []string{good}, "X-UIP-Signature does not fit the body and the webhook secret"},
		{"with another secret", identifyBody, []string{signed(otherSecret, identifyBody)}, "X-UIP-Signature does not fit the body and the webhook secret"},
		{"with the secret's digits decoded", identifyBody, []string{signed(decoded(t, secret), identifyBody)}, "X-UIP-Signature does not fit the body and the webhook secret"},
		{"with no secret", identifyBody, []string{signed("", identifyBody)}, "X-UIP-Signature does not fit the body and the webhook secret"},
		{"no JSON under a wrong signature", "{", []string{good}, "X-UIP-Signature does not fit the body and the webhook secret"},
		{"a body of Uqudo's under a wrong signature", envelope(v.token(nil)), []string{good}, "X-UIP-Signature does not fit the body and the webhook secret"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, answer := v.exchange(v.event("default", "application/json", tt.body, tt.signatures...))
			if got := v.verdict(answer); status != http.StatusUnauthorized || got != (receiver.Verdict{Reason: tt.want}) {
				t.Errorf("got  %d %s\nwant 401 %s", status, answer, tt.want)
			}
		})
	}
	if status, got := v.tell(identifyBody); status != http.StatusOK || got.Duplicate {
		t.Errorf("after all that the good one got %d %+v, want it taken as new", status, got)
	}
}

func decoded(t *testing.T, secret string) string {
	raw, err := hex.DecodeString(strings.ReplaceAll(secret, "-", ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestABusinessWithoutASecretTakesNothing(t *testing.T) {
	v := newVendor(t)
	v.secrets["default"] = ""
	status, answer := v.exchange(v.event("default", "application/json", identifyBody, signed("", identifyBody)))
	want := "the business has no webhook secret to check a signature with"
	if status != http.StatusUnauthorized || v.verdict(answer).Reason != want {
		t.Errorf("got %d %s, want 401 %s", status, answer, want)
	}
}

func TestASignedBodyThatCannotBeReadIsRefused(t *testing.T) {
	v := newVendor(t)
	const noID = " has no data.audit_id that is a string: without it a duplicate cannot be told"
	tests := []struct{ name, body, want string }{
		{"empty", "", "the body is not a JSON object: unexpected end of JSON input"},
		{"broken off", identifyBody[:100], "the body is not a JSON object: unexpected end of JSON input"},
		{"two values", testBody + testBody, "the body is not a JSON object: invalid character '{' after top-level value"},
		{"a byte order mark", "\ufeff" + testBody, "the body is not a JSON object: invalid character 'ï' looking for beginning of value"},
		{"an array", "[" + testBody + "]", "the body is not a JSON object: found array"},
		{"null", "null", "the body is not a JSON object: found null"},
		{"not UTF-8", "{\"event\":\"test\",\"a\":\"\xff\"}", "the body is not UTF-8"},
		{"event twice", `{"event":"test","event":"sign"}`, "the body is not a JSON object: duplicate key 'event' in object"},
		{"no event", `{"Event":"test","data":{}}`, "the body has no event that is a string"},
		{"an event that is no string", `{"event":{"name":"test"}}`, "the body has no event that is a string"},
		{"an event of null", `{"event":null}`, "the body has no event that is a string"},
		{"an empty event", `{"event":""}`, "the body has no event that is a string"},
		{"no data", `{"event":"identify","audit_id":"a"}`, "the event identify has no data that is an object"},
		{"data of null", `{"event":"sign","data":null}`, "the event sign has no data that is an object"},
		{"data that is no object", `{"event":"message","data":"audit_id"}`, "the event message has no data that is an object"},
		{"data with an id twice", `{"event":"sign","data":{"audit_id":"a","audit_id":"b"}}`, "the event sign has no data that is an object"},
		{"identify without audit_id", `{"event":"identify","data":{"session_id":"s"}}`, "the event identify" + noID},
		{"sign with a number", `{"event":"sign","data":{"audit_id":7}}`, "the event sign" + noID},
		{"message with an empty one", `{"event":"message","data":{"audit_id":""}}`, "the event message" + noID},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, got := v.tell(tt.body)
			if status != http.StatusBadRequest || got != (receiver.Verdict{Reason: tt.want}) {
				t.Errorf("got  %d %+v\nwant 400 %s", status, got, tt.want)
			}
		})
	}
}

// Each is told what its own vendor wants of it.
func TestTheJudgeIsChosenByWhatWasSent(t *testing.T) {
	v := newVendor(t)
	noContentType := `the content type is "", want application/json`
	tests := []struct {
		name, account, contentType, body string
		signatures                       []string
		status                           int
		want                             string
	}{
		{"UIP by its header, unknown business", "nobody", "application/json", identifyBody, []string{identifySignature}, 404, `there is no business "nobody"`},
		{"UIP by an empty header", "default", "application/json", "{}", []string{""}, 401, "X-UIP-Signature is empty"},
		{"UIP by its body, unknown business", "nobody", "application/json", testBody, nil, 404, `there is no business "nobody"`},
		{"UIP by its header, no content type", "default", "", "x", []string{identifySignature}, 415, noContentType},
		{"UIP by its body, no content type", "default", "", testBody, nil, 415, noContentType},
		{"UIP as text", "default", "text/plain", testBody, []string{"x"}, 415, `the content type is "text/plain", want application/json`},
		{"UIP as a form", "default", "application/x-www-form-urlencoded", testBody, []string{"x"}, 415, `the content type is "application/x-www-form-urlencoded", want application/json`},
		{"UIP with a content type that is none", "default", "json/;;", testBody, []string{"x"}, 415, `the content type is "json/;;", want application/json`},
		{"UIP with no event that is a string", "default", "application/json", `{"event":null}`, nil, 401, "there is no X-UIP-Signature"},
		{"Uqudo, unknown account", "nobody", "application/json", "{}", nil, 404, `there is no account "nobody"`},
		{"Uqudo with an event besides", "default", "application/json", `{"event":"test","jwsResult":7}`, nil, 400, "the body has no jwsResult that is a string"},
		{"an object of nobody's", "default", "application/json", `{"data":{"event":"test"},"Event":"test"}`, nil, 400, "the body has no jwsResult that is a string"},
		{"an event broken off", "default", "application/json", testBody[:20], nil, 400, "the body is not a JSON object: unexpected end of JSON input"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, answer := v.exchange(v.event(tt.account, tt.contentType, tt.body, tt.signatures...))
			if got := v.verdict(answer); status != tt.status || got != (receiver.Verdict{Reason: tt.want}) {
				t.Errorf("got  %d %s\nwant %d %s", status, answer, tt.status, tt.want)
			}
		})
	}
}

func TestASignedEventOverTheLimitIsRefused(t *testing.T) {
	v := newVendor(t)
	status, got := v.tell(`{"event":"test","data":"` + strings.Repeat("x", 8<<20) + `"}`)
	if status != 413 || got.Reason != "the body has more than 8388608 bytes" {
		t.Errorf("got %d %+v", status, got)
	}
}
