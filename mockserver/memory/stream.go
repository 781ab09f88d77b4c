package memory

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// window is how many bytes a stream holds that nobody has read yet. Who writes
// more waits, as on a socket.
const window = 256 << 10

// stream is one direction of a connection.
type stream struct {
	mu        sync.Mutex
	changed   chan struct{} // closed at the next change
	held      []byte
	end       error // what is read after what is held; nil while more may come
	abandoned bool  // the reader has closed
	read      deadline
	written   deadline
}

func newStream() *stream { return &stream{changed: make(chan struct{})} }

// change does something to the stream and tells those who wait.
func (s *stream) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
	close(s.changed)
	s.changed = make(chan struct{})
}

// await calls try until it is done, with mu held, at each change. By chooses
// the deadline that ends the waiting.
func (s *stream) await(by *deadline, try func() (done bool, err error)) error {
	for {
		s.mu.Lock()
		if by.passed() {
			s.mu.Unlock()
			return os.ErrDeadlineExceeded
		}
		done, err := try()
		changed, passed := s.changed, by.done()
		s.mu.Unlock()
		if done || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-passed:
		}
	}
}

// take takes from the stream, at least a byte unless it has ended.
func (s *stream) take(p []byte) (n int, err error) {
	err = s.await(&s.read, func() (bool, error) {
		switch {
		case s.abandoned:
			return false, net.ErrClosed
		case len(s.held) > 0 && !isReset(s.end) || len(p) == 0:
			n = copy(p, s.held)
			s.held = s.held[n:]
			return true, nil
		default:
			return false, s.end
		}
	})
	if n > 0 {
		s.change(func() {})
	}
	return n, err
}

// put adds to the stream, as far as the window allows at a time.
func (s *stream) put(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var some int
		err = s.await(&s.written, func() (bool, error) {
			switch {
			case s.end != nil:
				return false, net.ErrClosed
			case s.abandoned:
				return false, os.NewSyscallError("write", syscall.EPIPE)
			}
			some = min(len(p)-n, window-len(s.held))
			s.held = append(s.held, p[n:n+some]...)
			return some > 0, nil
		})
		if n += some; some > 0 {
			s.change(func() {})
		}
	}
	return n, err
}

// finish is the writer's farewell, and false when there was one before.
func (s *stream) finish(end error) (first bool) {
	s.change(func() {
		if first = s.end == nil; first {
			s.end = end
			s.written.set(time.Time{})
		}
	})
	return first
}

// abandon is the reader's farewell.
func (s *stream) abandon() {
	s.change(func() {
		s.abandoned, s.held = true, nil
		s.read.set(time.Time{})
	})
}

func (s *stream) readBy(t time.Time)  { s.change(func() { s.read.set(t) }) }
func (s *stream) writeBy(t time.Time) { s.change(func() { s.written.set(t) }) }

// isReset is whether a stream ended so abruptly that what it held is lost.
func isReset(end error) bool { return end != nil && !errors.Is(end, io.EOF) }

// deadline is until when something may take. The zero value is for ever.
type deadline struct {
	ctx    context.Context
	cancel context.CancelFunc
}

// set replaces the deadline; the zero time is for ever.
func (d *deadline) set(t time.Time) {
	if d.cancel != nil {
		d.cancel()
	}
	d.ctx, d.cancel = nil, nil
	if !t.IsZero() {
		d.ctx, d.cancel = context.WithDeadline(context.Background(), t)
	}
}

func (d *deadline) passed() bool {
	return d.ctx != nil && errors.Is(d.ctx.Err(), context.DeadlineExceeded)
}

// done is closed when the deadline has passed; also when it was replaced, of
// which the stream tells too.
func (d *deadline) done() <-chan struct{} {
	if d.ctx == nil {
		return nil
	}
	return d.ctx.Done()
}
