package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/uqudo"
)

// yourReceiver stands for the reader's own. It is one that verifies, and that
// was down for the first attempt.
func yourReceiver(jwks string) http.Handler {
	const clientID = "242ec468-7c64-5a51-99ee-286bc2a84eb8" // as the README has it
	down := true
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := verifier{jwks, clientID}.verified(r.Body)
		switch {
		case err != nil:
			w.WriteHeader(http.StatusUnauthorized)
		case down:
			down = false
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}

func TestRetriesAreTaken(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{})
	receiver := httptest.NewServer(yourReceiver(mock.URL + uqudo.JWKSPath))
	defer receiver.Close()
	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})

	result := mock.Uqudo().Enroll(uqudo.SessionData{Person: uqudo.Holder{Surname: "Example"}}).Delivery()
	mock.Advance(2 * time.Hour)
	result.Wait(delivery.Delivered)
}

func TestAForgedResultIsRefused(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{})
	receiver := httptest.NewServer(yourReceiver(mock.URL + uqudo.JWKSPath))
	defer receiver.Close()
	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})

	forged := mock.Uqudo().Enroll(uqudo.SessionData{}, fault.Fault{Name: fault.WrongKey})
	forged.Delivery().WantAnswers(http.StatusUnauthorized)
}

// section is what the README says below a heading.
func section(t *testing.T, heading string) string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(readme), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("the README has no section %q", heading)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

// The README's verbs are there, and what it says that a test reads is what a
// test reads.
func TestWhatTheREADMESaysOfTheVerbsIsTrue(t *testing.T) {
	text := section(t, "In a Go test")
	got := said(t, mockserver.Config{}, func(_ mockserver.TB, m *mockserver.Mock) {
		down(t, m, 503, 503)
		m.Uqudo().Enroll(uqudo.SessionData{})
		m.Advance(5 * time.Minute)
		m.Patience = brief
		m.Await(mockserver.Want{Event: "enrollment", Status: delivery.Delivered})
	})
	line := strings.NewReplacer("20ms", "5s", "dlv_1", "dlv_71c").Replace(strings.Join(got, "\n"))
	if !strings.Contains(text, "> "+line+"\n") {
		t.Errorf("the README does not say\n%s", line)
	}

	mock := mockserver.Test(t, at(0))
	receiver := newHook(t)
	mock.UIP().SaveWebhook(receiver.URL)
	called := make(chan struct{})
	go func() {
		defer close(called)
		askForSignature(mock.URL+"/uip/v1", mock.UIP().APIKey())
	}()
	mock.UIP().NextSession().Sign()
	<-called
	if mock.Await(mockserver.Want{Event: "sign"}) != mock.NextDelivery() {
		t.Error("what was awaited is not what came next")
	}
	mock.Uqudo().Configure(func(a *uqudo.Account) { a.Delivery.Accepts = "200" })
	mock.RotateKey()
	mock.Arm(mockserver.Rule{Fault: fault.Fault{Name: fault.JWKSError}})
	own := httptest.NewServer(mock)
	defer own.Close()
	mock.RunScenario("lost-acknowledgement", mock.URL+"/_mock/receiver/default")
	for _, verb := range []string{
		"mock.UIP().NextSession().Sign()", `mock.Await(mockserver.Want{Event: "sign"})`, "mock.NextDelivery()",
		`mock.Uqudo().Configure(func(a *uqudo.Account) { a.Delivery.Accepts = "200" })`,
		"mock.RotateKey()", "mock.Arm(mockserver.Rule{Fault: fault.Fault{Name: fault.JWKSError}})",
		`mock.RunScenario("lost-acknowledgement", receiver.URL)`, "httptest.NewServer(mock)", "`mockserver/memory`",
	} {
		if !strings.Contains(text, verb) {
			t.Errorf("the README does not say %s", verb)
		}
	}
}

func TestTheREADMEsGoTestsAreThoseAbove(t *testing.T) {
	here, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(section(t, "In a Go test"), -1)
	if len(snippets) == 0 {
		t.Fatal("the README has no Go test")
	}
	for _, s := range snippets {
		if !strings.Contains(string(here), s[1]) {
			t.Errorf("the README's test is not one that is run here:\n%s", s[1])
		}
	}
}
