package mockserver_test

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/memory"
	"kycmock/mockserver/uqudo"
)

// In a bubble a clock at rate 1 and the timeouts of an in-memory network share
// one time, so that the two hours of a receiver that never answers, 25 timeouts
// of ten seconds among them, pass at once and to the nanosecond.
func TestAReceiverThatNeverAnswersCostsItsTimeoutAndShiftsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := memory.New()
		defer network.Serve("receiver.test", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done() // hung up by the mock
		}))()
		mock := mockserver.Test(t, mockserver.Config{
			Listener: network.Listen("mock.test"), Dial: network.Dial, Clock: clock.New(time.Time{}, 1),
		})
		mock.Patience = 3 * time.Hour // of the bubble's time
		passed := clock.Stopwatch()
		mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: "http://receiver.test/hook"})
		r := mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().Wait(delivery.Exhausted)
		if len(r.Attempts) != 25 {
			t.Fatalf("there were %d attempts", len(r.Attempts))
		}
		for i, a := range r.Attempts {
			want := r.CreatedAt.Add(time.Duration(i) * 5 * time.Minute)
			if !a.DueAt.Equal(want) || !a.At.Equal(want) || a.TookMs != 10_000 || a.ErrorKind != delivery.KindTimeout {
				t.Errorf("attempt %d was due at %s, made at %s, took %g ms, %s; want %s", a.N, a.DueAt, a.At, a.TookMs, a.ErrorKind, want)
			}
		}
		if got, want := passed(), 2*time.Hour+10*time.Second; got != want {
			t.Errorf("%s have passed, want %s", got, want)
		}
	})
}

func TestALongPollAndAQuietStreamKeepRealTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := memory.New()
		defer network.Serve("receiver.test", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}))()
		mock := mockserver.Test(t, mockserver.Config{
			Listener: network.Listen("mock.test"), Dial: network.Dial, Clock: clock.New(start, 0),
		})
		client := network.Client()
		call := func(method, path, body string) *http.Response {
			r, err := http.NewRequestWithContext(t.Context(), method, mock.URL+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			answer, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			return answer
		}
		replyOf(t, call("PUT", globalWebhook, `{"url": "http://receiver.test/", "securityType": "NONE"}`)).want(201)
		var out recordPage
		replyOf(t, call("POST", postTriggers, `{"provider": "uqudo", "event": "face"}`)).want(202).into(&out)

		passed := clock.Stopwatch()
		replyOf(t, call("GET", "/_mock/v1/deliveries/"+out.Deliveries[0].ID+"/wait", "")).problem(408)
		if got := passed(); got != 10*time.Second {
			t.Errorf("a long poll took %s, want 10s by default", got)
		}

		stream := call("GET", "/_mock/v1/events?after=6", "") // the webhook's to the attempt's
		defer stream.Body.Close()
		lines := bufio.NewScanner(stream.Body)
		passed = clock.Stopwatch()
		for n := 1; n <= 3; n++ {
			if !lines.Scan() || !strings.HasPrefix(lines.Text(), ":") || !lines.Scan() || lines.Text() != "" {
				t.Fatalf("a quiet stream says %q: %v", lines.Text(), lines.Err())
			}
			if got, want := passed(), time.Duration(n)*15*time.Second; got != want {
				t.Errorf("heartbeat %d came after %s, want %s", n, got, want)
			}
		}
		if !mock.Clock.Now().Equal(start) {
			t.Errorf("the mock's own clock moved to %s", mock.Clock.Now())
		}
	})
}
