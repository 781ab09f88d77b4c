package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// identify calls UIP's API by a key; an empty one is none.
func identify(t *testing.T, mock *mockserver.Server, key string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", mock.URL+"/uip/v1/identify", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return replyOf(t, answer)
}

func TestUIPsAPIFailsInUIPsWords(t *testing.T) {
	mock := mockserver.Test(t, at(0)).Server
	a := apiOf(t, mock)
	for _, c := range []struct {
		status       int
		code, answer string
	}{
		{503, "", `{"error":"An internal server error occurred","code":"internal/server-error"}`},
		{402, "", `{"error":"The balance is too low","code":"payment/insufficient-funds"}`},
		{400, "", `{"error":"The request payload is invalid","code":"request/invalid-payload"}`},
		{403, "auth/verification-required", `{"error":"The UIP account must be verified","code":"auth/verification-required"}`},
		{429, "request/too-many", `{"error":"Too Many Requests","code":"request/too-many"}`},
	} {
		a.arm(fmt.Sprintf(`{"fault": {"name": "api-error", "params": {"route": "POST /v1/identify", "status": %d, "code": %q}}}`, c.status, c.code))
		if r := identify(t, mock, "uip-test-key").want(c.status); string(r.body) != c.answer {
			t.Errorf("%d %s is answered %s, want %s", c.status, c.code, r.body, c.answer)
		}
	}
}

func TestAFaultOfUIPsAPIIsForABusinessByItsKey(t *testing.T) {
	mock := mockserver.Test(t, at(0)).Server
	a := apiOf(t, mock)
	a.call("PUT", "/_mock/v1/uip/businesses/acme", `{"apiKeys": ["acme-test-key"]}`).want(201)
	a.arm(`{"match": {"provider": "uip", "account": "acme"}, "fault": {"name": "api-error", "params": {"route": "POST /v1/identify", "status": 503}}}`)
	for _, key := range []string{"", "nobody", "uip-test-key"} {
		if r := identify(t, mock, key); r.status == 503 {
			t.Errorf("the key %q was hit: %s", key, r.body)
		}
	}
	identify(t, mock, "acme-test-key").want(503)
}
