package delivery

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/fault"
)

// This file has the faults of the wire that net/http's client cannot make: it
// writes a request on a connection of its own, which it can slow down, hold and
// reset.

// raw is whether a flight needs a connection of its own.
func (f *flight) raw() bool {
	return f.ticket != nil || slices.ContainsFunc(f.faults.Faults, func(f fault.Fault) bool {
		switch f.Name {
		case fault.Chunked, fault.ConnectDelay, fault.SlowRequest, fault.ResetMidBody, fault.ResetBefore:
			return true
		}
		return false
	})
}

// patience bounds what faults may slow an attempt down by, beside the timeout
// that its policy has.
const patience = 10 * time.Minute

// broken is the failure of an attempt that a fault broke.
type broken struct {
	kind ErrorKind
	text string
}

func (b *broken) Error() string { return b.text }

// exchangeRaw sends a request on a connection of its own and reads the answer.
// The policy's timeout counts from when the request is written.
func (w *wire) exchangeRaw(ctx context.Context, f *flight, target *url.URL, r *Request, body string) (int, *Response, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	head, payload, err := written(target, r, body, f.faults.Has(fault.Chunked))
	if err != nil {
		return 0, nil, err
	}
	if late, has := f.faults.Find(fault.ConnectDelay); has {
		if err := clock.Wait(ctx, late.Duration("by")); err != nil {
			return 0, nil, err
		}
	}
	connecting, connected := context.WithTimeout(ctx, f.timeout())
	defer connected()
	c, err := w.connect(connecting, target)
	if err != nil {
		return 0, nil, f.late(ctx, connecting, err)
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	if err := f.write(ctx, c, head, payload); err != nil {
		return 0, nil, err
	}
	if f.written != nil {
		f.written()
	}
	answering, answered := context.WithTimeout(ctx, f.timeout())
	defer answered()
	defer context.AfterFunc(answering, func() { _ = c.Close() })()
	status, response, err := f.answer(c, r)
	return status, response, f.late(ctx, answering, err)
}

// late says of an error that it is a timeout, if it is.
func (f *flight) late(ctx, limited context.Context, err error) error {
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		return &broken{KindTimeout, "no whole answer within " + clock.Duration(f.timeout()).String()}
	}
	return err
}

// timeout is how long the endpoint may take.
func (f *flight) timeout() time.Duration {
	if early, has := f.faults.Find(fault.HangUpEarly); has {
		return early.Duration("after")
	}
	return f.policy.timeout()
}

// written is a request as it goes over the wire: its head, and what follows.
func written(target *url.URL, r *Request, body string, chunked bool) (head, payload []byte, err error) {
	request := &http.Request{
		Method: r.Method, URL: target, Host: target.Host, Header: r.Headers,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
	if chunked {
		request.ContentLength, request.TransferEncoding = -1, []string{"chunked"}
	} else if body == "" {
		request.Body = http.NoBody
	}
	var b bytes.Buffer
	if err := request.Write(&b); err != nil {
		return nil, nil, err
	}
	const end = "\r\n\r\n"
	i := bytes.Index(b.Bytes(), []byte(end)) + len(end)
	return b.Bytes()[:i], b.Bytes()[i:], nil
}

// connect opens a connection, with TLS when the target wants it.
func (w *wire) connect(ctx context.Context, target *url.URL) (net.Conn, error) {
	port := target.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[target.Scheme]
	}
	dial := w.transport.DialContext
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	c, err := dial(ctx, "tcp", net.JoinHostPort(target.Hostname(), port))
	if err != nil || target.Scheme != "https" {
		return c, err
	}
	secure := tls.Client(c, &tls.Config{ServerName: target.Hostname(), NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12})
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return secure, nil
}

// write writes the request as its faults will have it.
func (f *flight) write(ctx context.Context, c net.Conn, head, payload []byte) error {
	if f.faults.Has(fault.ResetMidBody) {
		half := slices.Concat(head, payload[:len(payload)/2])
		if _, err := c.Write(half); err != nil {
			return err
		}
		reset(c)
		return &broken{KindReset, "reset-mid-body: the connection was reset half-way through the body"}
	}
	if slow, has := f.faults.Find(fault.SlowRequest); has {
		if _, err := c.Write(head); err != nil {
			return err
		}
		return f.drip(ctx, c, payload, slow.Number("bytesPerSecond"))
	}
	all := slices.Concat(head, payload)
	last := len(all) - 1
	if f.ticket == nil {
		_, err := c.Write(all)
		return err
	}
	if _, err := c.Write(all[:last]); err != nil {
		return err
	}
	f.ticket.pass(ctx)
	_, err := c.Write(all[last:])
	return err
}

// drip writes a body at so many bytes a second, in real time.
func (f *flight) drip(ctx context.Context, c net.Conn, body []byte, perSecond int) error {
	const beat = 50 * time.Millisecond
	piece := max(1, perSecond/int(time.Second/beat))
	for len(body) > 0 {
		n := min(piece, len(body))
		if len(body) == n {
			f.ticket.pass(ctx)
		}
		if _, err := c.Write(body[:n]); err != nil {
			return err
		}
		body = body[n:]
		if err := clock.Wait(ctx, time.Second*time.Duration(n)/time.Duration(perSecond)); err != nil {
			return err
		}
	}
	return nil
}

// answer reads what comes back, or resets the connection at its first byte.
func (f *flight) answer(c net.Conn, r *Request) (int, *Response, error) {
	reader := bufio.NewReader(io.LimitReader(c, maxResponse*2))
	if _, err := reader.Peek(1); err != nil {
		return 0, nil, err
	}
	if f.faults.Has(fault.ResetBefore) {
		reset(c)
		return 0, nil, &broken{KindReset, "reset-before-response: the connection was reset when the answer began to come"}
	}
	for {
		response, err := http.ReadResponse(reader, &http.Request{Method: r.Method})
		if err != nil {
			return 0, nil, fmt.Errorf("reading the answer: %w", err)
		}
		if response.StatusCode >= 200 || response.StatusCode == http.StatusSwitchingProtocols {
			return received(response)
		}
	}
}

// reset closes a connection so that the other side sees it broken.
func reset(c net.Conn) {
	under := c
	if secure, ok := c.(*tls.Conn); ok {
		under = secure.NetConn()
	}
	if tcp, ok := under.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = under.Close()
}
