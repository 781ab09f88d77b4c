package uip_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestWhoIsStillSendingSeesTheAnswer uploads as a client does that reads only
// when it has written everything: one that hung up early would break its pipe.
func TestWhoIsStillSendingSeesTheAnswer(t *testing.T) {
	t.Parallel()
	megabyte := strings.Repeat("x", 1e6)
	for _, tt := range []struct {
		name, key, file string
		megabytes       int
		code            string
	}{
		{"25 MB of PDF", labKey, "a.pdf", 25, "request/file-too-large"},
		{"25 MB of something else", labKey, "a.docx", 25, "request/invalid-file-type"},
		{"60 MB with a wrong key", "nobodys", "a.pdf", 60, "auth/invalid-api-key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLabWithWebhook(t)
			kind, form := labMultipart(labMessage(), labFile{"attachments", tt.file, "CONTENT"})
			before, after, _ := strings.Cut(form, "CONTENT")
			l.unchanged(func() {
				size := len(before) + tt.megabytes*1e6 + len(after)
				head := fmt.Sprintf("Authorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d", tt.key, kind, size)
				parts := []string{before}
				for range tt.megabytes {
					parts = append(parts, megabyte)
				}
				l.in(t).raw("/message", head, append(parts, after)...).refused(tt.code)
			})
		})
	}
}

// raw posts what it is given to UIP's API, hangs up half, and then reads.
func (l lab) raw(path, head string, body ...string) labAnswer {
	l.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(l.url, "http://"))
	if err != nil {
		l.Fatal(err)
	}
	defer conn.Close()
	body = append([]string{"POST /uip/v1" + path + " HTTP/1.1\r\nHost: x\r\n" + head + "\r\n\r\n"}, body...)
	for _, text := range body {
		if _, err := io.WriteString(conn, text); err != nil {
			l.Fatalf("sending: %v", err)
		}
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		l.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		l.Fatalf("reading the answer: %v", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		l.Fatalf("reading the answer: %v", err)
	}
	return labAnswer{l.T, "POST " + path, response.StatusCode, response.Header, string(text)}
}

func TestABodyThatBreaksOffIsRefused(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	kind, form := labMultipart(labMessage())
	for _, tt := range []struct{ name, path, head, body, reason string }{
		{"JSON with less than its length", "/identify", "Content-Type: application/json\r\nContent-Length: 30", `{"intent":"Hello"}`, "the body ends too early"},
		{"JSON in chunks without the last", "/identify", "Content-Type: application/json\r\nTransfer-Encoding: chunked", "12\r\n{\"intent\":\"Hello\"}\r\n", "the body ends too early"},
		{"JSON in chunks that are none", "/identify", "Content-Type: application/json\r\nTransfer-Encoding: chunked", "zz\r\n{", "the body ends too early"},
		{"a form with less than its length", "/message", "Content-Type: " + labURLEncoded + "\r\nContent-Length: 900", labMessage().Encode(), "the body ends too early"},
		{"a multipart form with less than its length", "/message", "Content-Type: " + kind + "\r\nContent-Length: 9000", form[:len(form)-9], "the multipart body cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := l.in(t)
			l.unchanged(func() { l.raw(tt.path, "Authorization: Bearer "+labKey+"\r\n"+tt.head, tt.body).invalid(tt.reason) })
		})
	}
}
