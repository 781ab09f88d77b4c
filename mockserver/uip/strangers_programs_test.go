package uip_test

import (
	"bufio"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kycmock/mockserver"
)

// strangers is where other people's libraries are, and the programs that use
// them: they know of the mock what the vendor's pages say, and nothing else.
const strangers = "testdata/strangers"

// The receivers, each after one of the vendor's samples.
const (
	express = "receiver-express.mjs"
	raw     = "receiver-raw.py"
	inGo    = "a receiver in Go"
)

var strangeReceivers = []string{express, raw, inGo}

// What the business default has from the start.
const (
	firstSecret = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	firstKey    = "uip-test-key"
)

// A strangeWorld is a mock whose clock stands still, seen from outside: over HTTP.
type strangeWorld struct {
	*testing.T
	url string
}

func startStrangeWorld(t *testing.T) strangeWorld {
	t.Helper()
	if _, err := os.Stat(filepath.Join(strangers, "node_modules")); err != nil {
		t.Fatalf("%v: run `make deps`", err)
	}
	return strangeWorld{t, mockserver.Test(t, mockserver.Config{}).URL}
}

// fields is an object of JSON.
type fields map[string]any

// ask sends JSON, or url.Values as a form, with the API key where the vendor is
// asked.
func (m strangeWorld) ask(method, path string, body any) (status int, text string) {
	m.Helper()
	var content, kind string
	switch b := body.(type) {
	case nil:
	case url.Values:
		content, kind = b.Encode(), "application/x-www-form-urlencoded"
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			m.Fatal(err)
		}
		content, kind = string(encoded), "application/json"
	}
	request, err := http.NewRequestWithContext(m.Context(), method, m.url+path, strings.NewReader(content))
	if err != nil {
		m.Fatal(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	if strings.HasPrefix(path, "/uip/") {
		request.Header.Set("Authorization", "Bearer "+firstKey)
	}
	response, err := client.Do(request)
	if err != nil {
		m.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		m.Fatal(err)
	}
	return response.StatusCode, string(read)
}

// call asks, and fails the test unless the answer is a success.
func (m strangeWorld) call(method, path string, body, into any) string {
	m.Helper()
	status, text := m.ask(method, path, body)
	if status >= 300 {
		m.Fatalf("%s %s: %d\n%s", method, path, status, text)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			m.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return text
}

func (m strangeWorld) advance(by string) {
	m.Helper()
	m.call("POST", "/_mock/v1/clock/advance", fields{"by": by}, nil)
}

// A strangeDelivery is what is looked at of a delivery.
type strangeDelivery struct {
	ID, Status string
	Attempts   []struct {
		DueAt  time.Time
		Status int
	}
}

// told has something happen, and returns the delivery that tells of it.
func (m strangeWorld) told(path string, body any) strangeDelivery {
	m.Helper()
	var done struct{ Deliveries []strangeDelivery }
	m.call("POST", path, body, &done)
	if len(done.Deliveries) != 1 {
		m.Fatalf("%s made %d deliveries, wanted 1", path, len(done.Deliveries))
	}
	return done.Deliveries[0]
}

func (m strangeWorld) delivered(d strangeDelivery) {
	m.Helper()
	m.ended(d, "delivered", []int{200}, 0)
}

// ended waits until a delivery is final, and expects its attempts to have been
// answered so, each so long after the first.
func (m strangeWorld) ended(d strangeDelivery, status string, answers []int, offsets ...time.Duration) {
	m.Helper()
	var now strangeDelivery
	m.call("GET", "/_mock/v1/deliveries/"+d.ID+"/wait?status=any&timeout=30s", nil, &now)
	var got []int
	var due []time.Duration
	for _, a := range now.Attempts {
		got = append(got, a.Status)
		due = append(due, a.DueAt.Sub(now.Attempts[0].DueAt))
	}
	if now.Status != status || !slices.Equal(got, answers) || !slices.Equal(due, offsets) {
		m.Errorf("%s after %v at %v, wanted %s after %v at %v", now.Status, got, due, status, answers, offsets)
	}
}

// A strangeSetup is how a receiver is started.
type strangeSetup struct {
	secret    string // the first one, when it is empty
	failFirst int
	answer    int    // 200, when it is 0
	process   string // before or, when it is empty, after the answer; Express alone knows it
}

// A strangeReceiver is a receiver that runs.
type strangeReceiver struct {
	*testing.T
	url  string
	said <-chan strangeOutcome
}

// A strangeOutcome is what a receiver says of one request.
type strangeOutcome struct {
	N, Status      int
	Event          string
	Data           map[string]any
	Duplicate      bool
	SignedAccepted *bool
	Reason         string
}

func (o strangeOutcome) String() string {
	text, _ := json.Marshal(o)
	return string(text)
}

func (r strangeReceiver) next() strangeOutcome {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 30*time.Second)
	defer cancel()
	select {
	case o, open := <-r.said:
		if !open {
			r.Fatal("the receiver has ended")
		}
		return o
	case <-ctx.Done():
		r.Fatal("the receiver waits in vain for a request")
	}
	return strangeOutcome{}
}

// receive starts a receiver and makes it the webhook, whose secret stays.
func (m strangeWorld) receive(kind string, s strangeSetup) strangeReceiver {
	m.Helper()
	r := m.start(kind, s)
	var saved struct{ URL, Secret string }
	m.call("PUT", "/_mock/v1/uip/businesses/default/webhook", fields{"url": r.url}, &saved)
	if want := cmp.Or(s.secret, firstSecret); saved.URL != r.url || saved.Secret != want {
		m.Fatalf("saved %+v, wanted %s with the secret %s", saved, r.url, want)
	}
	return r
}

func (m strangeWorld) start(kind string, s strangeSetup) strangeReceiver {
	m.Helper()
	s.secret = cmp.Or(s.secret, firstSecret)
	s.answer = cmp.Or(s.answer, http.StatusOK)
	said := make(chan strangeOutcome, 100)
	if kind == inGo {
		server := httptest.NewServer(s.handler(said))
		m.Cleanup(server.Close)
		return strangeReceiver{m.T, server.URL + "/", said}
	}
	args := []string{
		filepath.Join(strangers, kind), "--secret", s.secret,
		"--fail-first", strconv.Itoa(s.failFirst), "--answer", strconv.Itoa(s.answer),
	}
	if kind == express {
		args = append(args, "--api", m.url+"/uip/v1", "--key", firstKey, "--process", cmp.Or(s.process, "after"))
	}
	return strangeReceiver{m.T, m.run(interpreter(m.T, kind), args, said), said}
}

// run runs a receiver's program until the test ends, and returns its URL.
func (m strangeWorld) run(program string, args []string, said chan<- strangeOutcome) string {
	m.Helper()
	c := exec.CommandContext(m.Context(), program, args...)
	c.Stderr = m.Output()
	stdin, err := c.StdinPipe()
	if err != nil {
		m.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		m.Fatal(err)
	}
	if err := c.Start(); err != nil {
		m.Fatal(err)
	}
	read := make(chan struct{})
	m.Cleanup(func() {
		stdin.Close()
		<-read
		c.Wait() //nolint:errcheck // killed or ended, it is gone
	})
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		close(read)
		m.Fatal("the receiver said nothing")
	}
	address := lines.Text()
	go func() {
		defer close(read)
		defer close(said)
		for lines.Scan() {
			var o strangeOutcome
			if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
				o.Reason = fmt.Sprintf("%v in %s", err, lines.Text())
			}
			said <- o
		}
	}()
	return address
}

// handler is the vendor's sample in Go.
func (s strangeSetup) handler(said chan<- strangeOutcome) http.HandlerFunc {
	var requests atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		o := strangeOutcome{N: int(requests.Add(1))}
		defer func() { said <- o }()
		refuse := func(status int, reason string) {
			o.Status, o.Reason = status, reason
			http.Error(w, reason, status)
		}
		if o.N <= s.failFirst {
			refuse(http.StatusServiceUnavailable, "Busy")
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			refuse(http.StatusBadRequest, err.Error())
			return
		}
		mac := hmac.New(sha256.New, []byte(s.secret))
		mac.Write(body)
		if r.Header.Get("X-UIP-Signature") != hex.EncodeToString(mac.Sum(nil)) {
			refuse(http.StatusUnauthorized, "Invalid signature")
			return
		}
		if err := json.Unmarshal(body, &o); err != nil {
			refuse(http.StatusBadRequest, err.Error())
			return
		}
		o.Status = s.answer
		w.WriteHeader(s.answer)
	}
}

// interpreter finds what runs a program: Node or Python.
func interpreter(t *testing.T, program string) string {
	t.Helper()
	name := "node"
	if filepath.Ext(program) == ".py" {
		name = "python3"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%v: run `make deps`", err)
	}
	return path
}
