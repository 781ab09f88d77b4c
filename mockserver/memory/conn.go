package memory

import (
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// conn is one end of a connection. It has what a TCP connection has that HTTP
// makes use of: buffers, so that two who write at once do not wait for each
// other, deadlines, and a farewell that may be a reset.
type conn struct {
	in, out     *stream
	here, there addr
	abrupt      atomic.Bool // closing resets
}

// pair makes the two ends of a connection.
func pair(a, b addr) (net.Conn, net.Conn) {
	there, back := newStream(), newStream()
	return &conn{in: back, out: there, here: a, there: b}, &conn{in: there, out: back, here: b, there: a}
}

func (c *conn) LocalAddr() net.Addr  { return c.here }
func (c *conn) RemoteAddr() net.Addr { return c.there }

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.take(p)
	return n, c.failure("read", err)
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.out.put(p)
	return n, c.failure("write", err)
}

// failure is an error as package net has it.
func (c *conn) failure(op string, err error) error {
	if err == nil || err == io.EOF { //nolint:errorlint // it is our own
		return err
	}
	return &net.OpError{Op: op, Net: c.here.Network(), Source: c.here, Addr: c.there, Err: err}
}

// Close ends both directions: the other side reads what was written, and then
// the end, or that the connection was reset.
func (c *conn) Close() error {
	end := io.EOF
	if c.abrupt.Load() {
		end = os.NewSyscallError("read", syscall.ECONNRESET)
	}
	c.in.abandon() // first, so that what the other side answers to the end is not read
	if !c.out.finish(end) {
		return c.failure("close", net.ErrClosed)
	}
	return nil
}

// SetLinger has Close reset the connection when seconds is 0, as that of a TCP
// connection.
func (c *conn) SetLinger(seconds int) error {
	c.abrupt.Store(seconds == 0)
	return nil
}

func (c *conn) SetDeadline(t time.Time) error {
	c.in.readBy(t)
	c.out.writeBy(t)
	return nil
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.readBy(t)
	return nil
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.writeBy(t)
	return nil
}
