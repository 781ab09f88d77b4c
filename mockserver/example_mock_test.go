package mockserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/uqudo"
)

// exampleT stands where your test has its *testing.T, which an example has not:
// what would fail the test ends the example.
type exampleT struct{ cleanups []func() }

func newT() *exampleT { return &exampleT{} }

func (t *exampleT) Helper()                           {}
func (t *exampleT) Context() context.Context          { return context.Background() }
func (t *exampleT) Cleanup(f func())                  { t.cleanups = append(t.cleanups, f) }
func (t *exampleT) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (t *exampleT) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// end is what package testing does when a test has ended.
func (t *exampleT) end() {
	for i := len(t.cleanups) - 1; i >= 0; i-- {
		t.cleanups[i]()
	}
}

// answering stands for your application: it answers these statuses, one after
// another, and then 200.
func answering(statuses ...int) *httptest.Server {
	var mu sync.Mutex
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if len(statuses) > 0 {
			w.WriteHeader(statuses[0])
			statuses = statuses[1:]
		}
	}))
}

// jwsResult is what a result's body holds.
func jwsResult(body string) string {
	var result struct{ JWSResult string }
	if err := json.Unmarshal([]byte(body), &result); err != nil {
		panic(err)
	}
	return result.JWSResult
}

// The first webhook: an account's Global Webhook is told that a user has
// finished an enrollment.
func ExampleTest() {
	t := newT() // your *testing.T
	defer t.end()
	receiver := answering(http.StatusOK)
	defer receiver.Close()

	mock := mockserver.Test(t, mockserver.Config{})
	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	session := mock.Uqudo().Enroll(uqudo.SessionData{})
	record := session.Delivery().Wait(delivery.Delivered)
	fmt.Println(record.Event, record.Status, len(record.Attempts))
	// Output: enrollment delivered 1
}

// A receiver that is down for the first two attempts: the clock plays Uqudo's
// retries, each at its own minute.
func ExampleMock_Advance() {
	t := newT() // your *testing.T
	defer t.end()
	receiver := answering(503, 503)
	defer receiver.Close()

	nine := clock.New(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), 0)
	mock := mockserver.Test(t, mockserver.Config{Clock: nine})
	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	result := mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
	result.WantAnswers(503)
	for _, a := range mock.Advance(2 * time.Hour) {
		fmt.Println(a.At.Format("15:04"), a.Status)
	}
	result.WantAnswers(503, 503, 200)
	// Output:
	// 09:05 503
	// 09:10 200
}

// An enrollment of a person who is known beforehand, whose document turns out
// to have been photographed from a screen.
func ExampleUqudoAccount_Enroll() {
	t := newT() // your *testing.T
	defer t.end()
	receiver := answering(http.StatusOK)
	defer receiver.Close()

	mock := mockserver.Test(t, mockserver.Config{})
	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	session := mock.Uqudo().Enroll(uqudo.SessionData{
		Person:  uqudo.Holder{GivenNames: "Anna", Surname: "Example"},
		Profile: uqudo.ProfileScreenDetected,
	})

	attempt := session.Delivery().Wait(delivery.Delivered).Attempts[0]
	claims := claimsOf(jwsResult(attempt.Request.Body))
	fmt.Println(claims.Data.Documents[0].Scan.Front.FullName)
	fmt.Println("from a screen:", claims.Data.Verifications[0].IDScreenDetection.Score > 50)
	// Output:
	// ANNA EXAMPLE
	// from a screen: true
}

// A forged result, signed with a key that is not the vendor's: a receiver that
// takes it would take anybody's. Here that is the sample receiver, which
// refuses.
func ExampleUqudoAccount_Enroll_forged() {
	t := newT() // your *testing.T
	defer t.end()

	mock := mockserver.Test(t, mockserver.Config{})
	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: mock.URL + "/_mock/receiver/default"})
	forged := mock.Uqudo().Enroll(uqudo.SessionData{}, fault.Fault{Name: fault.WrongKey}).Delivery()
	forged.WantAnswers(http.StatusUnauthorized)
	fmt.Println(forged.Record().Status, "after", len(forged.Attempts()), "attempt")
	// Output: pending after 1 attempt
}

// A key that is rotated while a receiver is down: the retry still carries the
// signature of the old one, which has to be found among the published keys.
func ExampleMock_RotateKey() {
	t := newT() // your *testing.T
	defer t.end()

	mock := mockserver.Test(t, mockserver.Config{})
	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: mock.URL + "/_mock/receiver/default"})
	mock.Answer(503)
	before := mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
	before.WantAnswers(503)

	old := mock.Keys()[0]
	mock.RotateKey()
	mock.Advance(5 * time.Minute)
	before.WantAnswers(503, 200)
	after := mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
	after.WantAnswers(200)
	mock.RetireKey(old.KID)
	fmt.Println("both keys were found")
	// Output: both keys were found
}

// A result that arrives twice, as at-least-once delivery allows.
func ExampleMock_NextDelivery() {
	t := newT() // your *testing.T
	defer t.end()
	receiver := answering()
	defer receiver.Close()

	mock := mockserver.Test(t, mockserver.Config{})
	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	mock.Uqudo().Enroll(uqudo.SessionData{}, fault.Fault{Name: fault.Duplicate})
	first := mock.NextDelivery().Wait(delivery.Delivered)
	second := mock.NextDelivery().Wait(delivery.Delivered)
	fmt.Println("a copy:", *second.DuplicateOf == first.ID)
	fmt.Println("the same bytes:", second.Attempts[0].Request.Body == first.Attempts[0].Request.Body)
	// Output:
	// a copy: true
	// the same bytes: true
}

// A story of trouble is told to a receiver, and the test fails with everything
// that the receiver does wrong.
func ExampleMock_RunScenario() {
	t := newT() // your *testing.T
	defer t.end()

	mock := mockserver.Test(t, mockserver.Config{})
	receiver := mock.URL + "/_mock/receiver/default" // the sample receiver; put yours
	result := mock.RunScenario("lost-acknowledgement", receiver)
	fmt.Println(result.Scenario, result.Status)
	// Output: lost-acknowledgement passed
}
