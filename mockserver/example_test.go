package mockserver_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
	"kycmock/scenarios"
)

// A receiver is down for the first two attempts of a result, and the clock
// plays Uqudo's retries.
func ExampleStart() {
	down := 2
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if down > 0 {
			down--
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer receiver.Close()

	ctx := context.Background()
	still := clock.New(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), 0)
	mock, err := mockserver.Start(mockserver.Config{Clock: still})
	if err != nil {
		panic(err)
	}
	defer mock.Close()
	webhook := uqudo.Webhook{URL: receiver.URL, SecurityType: uqudo.SecurityNone}
	if _, err := mock.SaveWebhook(ctx, "uqudo", "default", "global", webhook); err != nil {
		panic(err)
	}
	outcome, err := mock.Trigger(ctx, provider.Trigger{Provider: "uqudo", Event: "enrollment"})
	if err != nil {
		panic(err)
	}
	if _, err := mock.Advance(ctx, 2*time.Hour); err != nil {
		panic(err)
	}
	record, err := mock.Delivery(outcome.Deliveries[0].ID)
	if err != nil {
		panic(err)
	}
	for _, a := range record.Attempts {
		fmt.Println(a.N, a.At.Format("15:04"), a.Status)
	}
	fmt.Println(record.Status)
	// Output:
	// 1 09:00 503
	// 2 09:05 503
	// 3 09:10 200
	// delivered
}

// A Server that does not listen is mounted where the caller wants it.
func ExampleNew() {
	mock, err := mockserver.New(mockserver.Config{})
	if err != nil {
		panic(err)
	}
	defer mock.Close()
	own := httptest.NewServer(mock) // a Server is an http.Handler
	defer own.Close()
	answer, err := http.Get(own.URL + uqudo.JWKSPath)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	fmt.Println(answer.Status, answer.Header.Get("Content-Type"))
	// Output: 200 OK application/json
}

// A story of trouble is told to a receiver, and the receiver is judged.
func ExampleServer_StartRun() {
	mock, err := mockserver.Start(mockserver.Config{Clock: clock.New(time.Time{}, 0)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer mock.Close()
	receiver := mock.URL + "/_mock/receiver/default" // the sample receiver; put yours

	run, err := mock.StartRun("lost-acknowledgement", scenarios.Options{URL: receiver})
	if err != nil {
		fmt.Println(err)
		return
	}
	<-run.Done()
	result := run.Result()
	fmt.Println(result.Scenario, result.Status)
	for _, finding := range result.Findings() {
		fmt.Println(finding.Finding, finding.Otherwise)
	}
	// Output: lost-acknowledgement passed
}
