package examples

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// breaksOnNothing sends what no vendor sends, but whoever knows the URL could,
// and a vendor whose content is odd. All of it is refused, and nothing breaks.
func breaksOnNothing(t *testing.T, mock *mockserver.Server, r *receiver) {
	t.Helper()
	part := base64.RawURLEncoding.EncodeToString
	for _, token := range []string{
		"", ".", "..", "...", "a.b.c", "\xff", "é.é.é",
		part([]byte(`{"alg":"RS256","kid":5}`)) + "." + part([]byte(`{}`)) + ".AAAA",
		part([]byte(`{"alg":5}`)) + "." + part([]byte(`{}`)) + ".AAAA",
		part([]byte(`[]`)) + "." + part([]byte(`[]`)) + ".AAAA",
		part([]byte(`{"alg":"RS256","crit":["b64"],"b64":false}`)) + "." + part([]byte(`{}`)) + ".AAAA",
	} {
		text, err := json.Marshal(map[string]string{"jwsResult": token})
		if err != nil {
			t.Fatal(err)
		}
		refused(t, r, "/uqudo", "application/json", string(text), "")
		refused(t, r, "/uqudo", "text/plain", token, "")
	}
	for _, body := range []string{``, `null`, `[]`, `5`, `"a"`, `{}`, `{"jwsResult": 5}`, `{"jwsResult": null}`, `{"jwsResult": "\ud800"}`, strings.Repeat("[", 100_000)} {
		refused(t, r, "/uqudo", "application/json", body, "")
	}
	refused(t, r, "/uqudo", "text/plain", strings.Repeat("a", 16<<20+1), "")
	mac := hmac.New(sha256.New, []byte(r.secret))
	for _, body := range []string{``, `null`, `[]`, `5`, `"a"`, strings.Repeat("[", 100_000), "\xff"} {
		mac.Reset()
		mac.Write([]byte(body))
		refused(t, r, "/uip", "application/json", body, hex.EncodeToString(mac.Sum(nil)))
		refused(t, r, "/uip", "application/json", body, "é")
	}

	if _, err := mock.SaveWebhook(t.Context(), "uqudo", provider.DefaultAccount, "global",
		uqudo.Webhook{URL: r.url + "/uqudo", SecurityType: uqudo.SecurityNone}); err != nil {
		t.Fatal(err)
	}
	for _, patch := range []string{
		`[{"op": "replace", "path": "/aud", "value": 5}]`, `[{"op": "replace", "path": "/aud", "value": [5, null]}]`, `[{"op": "remove", "path": "/aud"}]`,
		`[{"op": "replace", "path": "/iss", "value": {}}]`, `[{"op": "remove", "path": "/iss"}]`,
		`[{"op": "replace", "path": "/jti", "value": 5}]`, `[{"op": "remove", "path": "/jti"}]`, `[{"op": "replace", "path": "/jti", "value": ""}]`,
	} {
		outcome, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "uqudo", Event: "face", Patch: json.RawMessage(patch)})
		if err != nil {
			t.Fatal(err)
		}
		record, err := mock.Wait(deadline(t), outcome.Deliveries[0].ID, func(r delivery.Record) bool { return len(r.Attempts) > 0 })
		if err != nil {
			t.Fatal(err)
		}
		if status := record.Attempts[0].Status; status < 400 || status >= 500 {
			t.Errorf("a signed result with %s is answered %d", patch, status)
		}
	}
}

// refused wants a request to be answered 4xx.
func refused(t *testing.T, r *receiver, path, contentType, body, signature string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	if signature != "" {
		request.Header.Set("X-UIP-Signature", signature)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode < 400 || answer.StatusCode >= 500 {
		t.Errorf("%s with the body %.80q and the signature %q is answered %s", path, body, signature, answer.Status)
	}
}
