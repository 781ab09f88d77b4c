package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// yourReceiver stands for the reader's own.
func yourReceiver(string) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
}

func TestRetriesAreTaken(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{})
	receiver := httptest.NewServer(yourReceiver(mock.URL + uqudo.JWKSPath))
	defer receiver.Close()

	_, err := mock.SaveWebhook(t.Context(), "uqudo", "default", "global",
		uqudo.Webhook{URL: receiver.URL, SecurityType: uqudo.SecurityNone})
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "uqudo", Event: "enrollment"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mock.Advance(t.Context(), 2*time.Hour); err != nil {
		t.Fatal(err)
	}
	record, err := mock.Delivery(outcome.Deliveries[0].ID)
	if err != nil || record.Status != delivery.Delivered {
		t.Errorf("the delivery is %s after %d attempts", record.Status, len(record.Attempts))
	}
}

func TestTheREADMEsGoTestIsTheOneAbove(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, snippet, found := strings.Cut(string(readme), "```go\n")
	snippet, _, closed := strings.Cut(snippet, "```")
	if !found || !closed || !strings.Contains(string(here), snippet) {
		t.Errorf("the README's test is not the one that is run here:\n%s", snippet)
	}
}
