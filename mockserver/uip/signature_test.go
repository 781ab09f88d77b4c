package uip_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/uip"
)

type ctlVector struct{ Name, Secret, Body, Signature, Timestamp string }

func ctlVectors(t *testing.T) map[string]ctlVector {
	t.Helper()
	text, err := os.ReadFile("testdata/uip-signatures.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []ctlVector }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	vectors := map[string]ctlVector{}
	for _, v := range file.Vectors {
		vectors[v.Name] = v
	}
	if len(vectors) != 9 {
		t.Fatalf("there are %d vectors", len(vectors))
	}
	return vectors
}

func TestSignPassesTheVectorsOfAllContracts(t *testing.T) {
	t.Parallel()
	for name, v := range ctlVectors(t) {
		if got := uip.Sign(v.Secret, v.Timestamp, v.Body); got != v.Signature {
			t.Errorf("%s: got %s, want %s", name, got, v.Signature)
		}
		if got := uip.Sign(v.Secret, v.Timestamp, v.Body+"\n"); got == v.Signature {
			t.Errorf("%s: a final newline changes nothing", name)
		}
		if got := uip.Sign(strings.ToUpper(v.Secret), v.Timestamp, v.Body); got == v.Signature {
			t.Errorf("%s: the secret's case changes nothing", name)
		}
	}
}

var ctlAuditID = regexp.MustCompile(`"audit_[0-9a-z]{16}"`)

// TestTheEventsOfTheVendorsExamplesAreTheVectorsByteForByte has the mock send
// what UIP's pages show. An audit ID cannot be chosen, so it is the example's by
// a patch first, and then replaced before the bytes are compared.
func TestTheEventsOfTheVendorsExamplesAreTheVectorsByteForByte(t *testing.T) {
	t.Parallel()
	vectors := ctlVectors(t)
	john := ctlObject{
		"uipId": "user_abc123def456", "name": "John Doe", "dateOfBirth": "1990-05-15", "countryOfOrigin": "US",
		"identityExpiresAt": "2025-01-01T00:00:00Z",
	}
	for vector, c := range map[string]struct {
		settings string
		trigger  ctlObject
	}{
		"A test":      {"{}", ctlObject{"event": "test"}},
		"A1 identify": {"{}", ctlObject{"event": "identify", "session": "sess_1a2b3c4d5e6f", "data": ctlObject{"person": "user_abc123def456"}}},
		"A2 identify": {`{"contract": "A2"}`, ctlObject{"event": "identify", "session": "sess_1a2b3c4d5e6f", "data": ctlObject{"person": "user_abc123def456"}}},
		"A sign":      {"{}", ctlObject{"event": "sign", "session": "sess_1a2b3c4d5e6f", "data": ctlObject{"person": "user_abc123def456"}}},
		"A/B message": {`{"contract": "A2"}`, ctlObject{"event": "message", "session": "msg_xyz789abc123", "data": ctlObject{"receiverUip": "user_abc123def456"}}},
	} {
		t.Run(vector, func(t *testing.T) {
			t.Parallel()
			l, hook := ctlWith(t)
			l.call("POST", "/uip/people", john.text()).wants(201)
			l.settings(c.settings)
			want := vectors[vector]
			if c.trigger["event"] != "test" {
				c.trigger["patch"] = []ctlObject{{"op": "replace", "path": "/data/audit_id", "value": "audit_9z8y7x6w5v4u"}}
			}
			l.trigger(c.trigger)
			l.idle()
			if got := hook.last(t); got.body != want.Body || got.signature() != want.Signature {
				t.Errorf("it sent, signed %s,\n%s\nwant, signed %s,\n%s", got.signature(), got.body, want.Signature, want.Body)
			}

			delete(c.trigger, "patch")
			l.call("POST", "/reset", "").wants(200) // or the session's ID is taken
			l.trigger(c.trigger)
			l.idle()
			got := hook.requests(t, 2)[1]
			if body := ctlAuditID.ReplaceAllString(got.body, `"audit_9z8y7x6w5v4u"`); body != want.Body {
				t.Errorf("it sent\n%s\nwant\n%s", got.body, want.Body)
			}
			if signature := uip.Sign(ctlSecret, "", got.body); got.signature() != signature {
				t.Errorf("it is signed %s, want %s", got.signature(), signature)
			}
		})
	}
}

// TestAnAttemptOnTheWireIsWhatUIPDocumentsAndNoMore looks at the bytes on a
// socket: a library would have changed the case of the headers' names.
func TestAnAttemptOnTheWireIsWhatUIPDocumentsAndNoMore(t *testing.T) {
	t.Parallel()
	l := ctlNew(t, mockserver.Config{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	raw := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			raw <- err.Error()
			return
		}
		defer conn.Close()
		raw <- ctlReadRequest(bufio.NewReader(conn))
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	}()
	l.webhook("http://" + listener.Addr().String() + "/hooks/uip?from=mock")
	l.trigger(ctlObject{"event": "test"})
	body := `{"event":"test","data":{"pong":"Pong"}}`
	want := "POST /hooks/uip?from=mock HTTP/1.1\r\n" +
		"Host: " + listener.Addr().String() + "\r\n" +
		"User-Agent: kycmock\r\n" +
		"Content-Length: 39\r\n" +
		"Content-Type: application/json\r\n" +
		"X-UIP-Signature: 3c35136f7213c884052c23ffaeac6ea57e3c419bfde7bd039b77bb11e823c374\r\n" +
		"\r\n" + body
	if got := <-raw; got != want {
		t.Errorf("it sent\n%q\nwant\n%q", got, want)
	}
	l.idle()
}

// ctlReadRequest reads one request as it came, up to the length that it tells.
func ctlReadRequest(r *bufio.Reader) string {
	var head strings.Builder
	length := 0
	for {
		line, err := r.ReadString('\n')
		head.WriteString(line)
		if err != nil {
			return head.String() + err.Error()
		}
		_, _ = fmt.Sscanf(line, "Content-Length: %d", &length)
		if line == "\r\n" {
			break
		}
	}
	body := make([]byte, length)
	n, _ := io.ReadFull(r, body)
	rest := make([]byte, r.Buffered()) // a newline that is not counted, if there is one
	m, _ := r.Read(rest)
	return head.String() + string(body[:n]) + string(rest[:m])
}
