package delivery_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
)

const (
	benchInFlight = 32
	benchSecret   = "test-secret-for-benchmarks"
)

// payload renders to about 6 KB of JSON.
type payload struct {
	Session string   `json:"session"`
	Fields  []field  `json:"fields"`
	Images  []string `json:"images"`
}

type field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Match int    `json:"match"`
}

func newPayload() payload {
	p := payload{Session: "ses_0123456789"}
	for i := range 60 {
		p.Fields = append(p.Fields, field{fmt.Sprintf("field%02d", i), strings.Repeat("v", 20), i})
	}
	for range 35 {
		p.Images = append(p.Images, strings.Repeat("0123456789abcdef", 4))
	}
	return p
}

func signature(body string) string {
	mac := hmac.New(sha256.New, []byte(benchSecret))
	_, _ = io.WriteString(mac, body)
	return hex.EncodeToString(mac.Sum(nil))
}

// BenchmarkRoad sets the deliveries a second of the engine, journal and all,
// beside those of a bare client loop. Its metric road/bare is the share that
// the engine reaches.
func BenchmarkRoad(b *testing.B) {
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer receiver.Close()
	var bare float64
	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		bareLoop(b, receiver.URL)
		bare = float64(b.N) / b.Elapsed().Seconds()
		b.ReportMetric(bare, "deliveries/s")
	})
	b.Run("engine", func(b *testing.B) {
		b.ReportAllocs()
		engineLoop(b, receiver.URL)
		road := float64(b.N) / b.Elapsed().Seconds()
		b.ReportMetric(road, "deliveries/s")
		if bare > 0 {
			b.ReportMetric(road/bare, "road/bare")
		}
	})
}

// bareLoop is what somebody would write who has no mock.
func bareLoop(b *testing.B, url string) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: benchInFlight}}
	defer client.CloseIdleConnections()
	p := newPayload()
	var next atomic.Int64
	var group sync.WaitGroup
	b.ResetTimer()
	for range benchInFlight {
		group.Go(func() {
			for next.Add(1) <= int64(b.N) {
				if err := post(client, url, p); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b.StopTimer()
}

func post(client *http.Client, url string, p payload) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(string(text)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Signature", signature(string(text)))
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

func engineLoop(b *testing.B, url string) {
	r := newRig(b, atRate(1), inFlight(benchInFlight), func(c *rigConfig) { c.keep = 50_000 })
	body, err := json.Marshal(newPayload())
	if err != nil {
		b.Fatal(err)
	}
	free := make(chan struct{}, 2*benchInFlight) // so that a slot never waits for the sender
	r.set(func(p *delivery.Policy) {
		p.Sign = func(n delivery.Notification, _ time.Time, _ fault.Active) (delivery.Signed, error) {
			return delivery.Signed{
				Header: http.Header{"Content-Type": {n.ContentType}, "X-Signature": {signature(n.Body)}},
				Body:   n.Body,
			}, nil
		}
		p.Accepts = func(status int) bool { <-free; return status == http.StatusOK }
	})
	b.ResetTimer()
	for range b.N {
		free <- struct{}{}
		r.send(url, string(body))
	}
	for range cap(free) {
		free <- struct{}{}
	}
	b.StopTimer()
	if list, _ := r.engine.List(delivery.Filter{Status: delivery.Delivered}); len(list) < min(b.N, delivery.DefaultKeep)-2*benchInFlight {
		b.Errorf("%d of %d deliveries are delivered", len(list), b.N)
	}
}

// BenchmarkPending tells what a delivery that waits for its next attempt holds
// in memory, beside its body.
func BenchmarkPending(b *testing.B) {
	const many = 20_000
	for b.Loop() {
		r := newRig(b, func(c *rigConfig) { c.keep = 1 })
		turn, err := r.clock.Turn(b.Context()) // nothing is attempted meanwhile
		if err != nil {
			b.Fatal(err)
		}
		before := heap()
		for range many {
			r.send("http://127.0.0.1:1/hook", "{}")
		}
		b.ReportMetric(float64(heap()-before)/many, "B/pending")
		r.engine.Reset(func() {})
		turn.End()
	}
}

// heap is how many bytes are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
