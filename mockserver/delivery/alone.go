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
// reset. Redirects are not followed there.

// alone is whether a flight needs a connection of its own.
func (f *flight) alone() bool {
	return f.ticket != nil || slices.ContainsFunc(f.faults.Faults, func(f fault.Fault) bool {
		switch f.Name {
		case fault.Chunked, fault.ConnectDelay, fault.SlowRequest, fault.ResetMidBody, fault.ResetBefore:
			return true
		}
		return false
	})
}

// longestExchange bounds what faults may slow an attempt down by.
const longestExchange = 10 * time.Minute

// exchangeAlone sends a request on a connection of its own and reads the answer.
// The timeout is for the connection, for each write and for the answer, so that
// it does not cut short what a fault slows down.
func (w *wire) exchangeAlone(ctx context.Context, f *flight, target *url.URL, r *Request, body string) (int, *Response, error) {
	ctx, cancel := context.WithTimeout(ctx, longestExchange)
	defer cancel()
	head, payload, err := serialised(target, r, body, f.faults.Has(fault.Chunked))
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
	unsent := f.write(ctx, c, head, payload)
	if errors.As(unsent, new(*deliberate)) {
		return 0, nil, unsent
	}
	if unsent == nil && f.sent != nil {
		f.sent()
	}
	var status int
	var response *Response
	err = f.within(ctx, c, func() (err error) {
		status, response, err = f.answer(c, r)
		return err
	})
	if unsent != nil && response == nil {
		return 0, nil, unsent // or it was answered before it was read to its end
	}
	return status, response, err
}

// within does what the endpoint may take the timeout for, and hangs up after
// that.
func (f *flight) within(ctx context.Context, c net.Conn, do func() error) error {
	limited, cancel := context.WithTimeout(ctx, f.timeout())
	defer cancel()
	defer context.AfterFunc(limited, func() {
		if f.faults.Has(fault.ResetBefore) {
			reset(c)
		}
		_ = c.Close()
	})()
	return f.late(ctx, limited, do())
}

// late says of an error that it is a timeout, if it is.
func (f *flight) late(ctx, limited context.Context, err error) error {
	if err != nil && ctx.Err() == nil && limited.Err() != nil && !errors.As(err, new(*deliberate)) {
		return &deliberate{KindTimeout, "no whole answer within " + clock.Duration(f.timeout()).String()}
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

// serialised is a request as it goes over the wire: its head, and what follows.
func serialised(target *url.URL, r *Request, body string, chunked bool) (head, payload []byte, err error) {
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
	config := w.tls.Clone()
	config.ServerName, config.NextProtos = target.Hostname(), []string{"http/1.1"}
	secure := tls.Client(c, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return secure, nil
}

// write writes the request as its faults will have it.
func (f *flight) write(ctx context.Context, c net.Conn, head, payload []byte) error {
	if f.faults.Has(fault.ResetMidBody) {
		return f.breakOff(ctx, c, head, payload)
	}
	slow, drips := f.faults.Find(fault.SlowRequest)
	if !drips {
		return f.send(ctx, c, slices.Concat(head, payload), true)
	}
	if err := f.send(ctx, c, head, len(payload) == 0); err != nil {
		return err
	}
	return f.drip(ctx, c, payload, slow.Number("bytesPerSecond"))
}

// send writes a piece of the request. The last byte of what goes together with
// others waits for theirs.
func (f *flight) send(ctx context.Context, c net.Conn, piece []byte, last bool) error {
	write := func(b []byte) error {
		return f.within(ctx, c, func() error { _, err := c.Write(b); return err })
	}
	if !last || f.ticket == nil {
		return write(piece)
	}
	end := len(piece) - 1
	if end > 0 {
		if err := write(piece[:end]); err != nil {
			return err
		}
	}
	f.ticket.pass(ctx)
	return write(piece[end:])
}

// drip writes a body at so many bytes a second, in real time.
func (f *flight) drip(ctx context.Context, c net.Conn, body []byte, perSecond int) error {
	const beat = 50 * time.Millisecond
	size := max(1, perSecond/int(time.Second/beat))
	for len(body) > 0 {
		n := min(size, len(body))
		if err := clock.Wait(ctx, time.Second*time.Duration(n)/time.Duration(perSecond)); err != nil {
			return err
		}
		if err := f.send(ctx, c, body[:n], n == len(body)); err != nil {
			return err
		}
		body = body[n:]
	}
	return nil
}

// breakOff writes half of the body, and no whole request when there is none.
func (f *flight) breakOff(ctx context.Context, c net.Conn, head, payload []byte) error {
	all := slices.Concat(head, payload)
	half := min(len(head)+len(payload)/2, len(all)-1)
	if err := f.send(ctx, c, all[:half], false); err != nil {
		return err
	}
	const underWay = 20 * time.Millisecond // a reset overtakes what is not there yet
	if err := clock.Wait(ctx, underWay); err != nil {
		return err
	}
	reset(c)
	return &deliberate{KindReset, "reset-mid-body: the connection was reset half-way through the body"}
}

// answer reads what comes back, or resets the connection at its first byte.
func (f *flight) answer(c net.Conn, r *Request) (int, *Response, error) {
	limited := &io.LimitedReader{R: c, N: maxResponse}
	reader := bufio.NewReader(limited)
	if f.faults.Has(fault.ResetBefore) {
		_, err := reader.Peek(1)
		reset(c)
		if err != nil {
			return 0, nil, &deliberate{KindReset, "reset-before-response: the connection was reset when no answer came"}
		}
		return 0, nil, &deliberate{KindReset, "reset-before-response: the connection was reset when the answer began to come"}
	}
	for {
		response, err := http.ReadResponse(reader, &http.Request{Method: r.Method})
		switch {
		case err != nil && limited.N <= 0:
			return 0, nil, fmt.Errorf("the answer's headers exceeded %d bytes", maxResponse)
		case err != nil:
			return 0, nil, fmt.Errorf("reading the answer: %w", err)
		}
		if response.StatusCode >= 200 || response.StatusCode == http.StatusSwitchingProtocols {
			limited.N = maxResponse * 16                // chunks need more room than what they hold
			response.Body = io.NopCloser(response.Body) // closing it would read it to its end
			return received(response)
		}
	}
}

// reset closes a connection so that the other side sees it broken.
func reset(c net.Conn) {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn() // to say no farewell
	}
	if tcp, ok := c.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
