package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kycmock/mockserver/clock"
)

// events reads server-sent events.
type events struct{ lines *bufio.Reader }

func newEvents(r io.Reader) events { return events{bufio.NewReader(r)} }

// event is one of them.
type event struct {
	id   int64
	kind string
	data []byte
}

// next returns the next event. One that is cut off is none.
func (e events) next() (event, error) {
	var one event
	for {
		line, err := e.lines.ReadString('\n')
		if err != nil {
			return event{}, err
		}
		line = strings.TrimRight(line, "\r\n")
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "" && one.data != nil:
			return one, nil
		case line == "":
			one = event{}
		case name == "id":
			if one.id, err = strconv.ParseInt(value, 10, 64); err != nil {
				return event{}, err
			}
		case name == "event":
			one.kind = value
		case name == "data":
			one.data = append(bytes.TrimPrefix(append(one.data, '\n'), []byte("\n")), value...)
		}
	}
}

// impatient is the client on connections that end when nothing comes for so
// long: the other side of one that is silent may be gone for good.
func (c client) impatient(silence time.Duration) client {
	dial := (&net.Dialer{Timeout: connectTimeout}).DialContext
	transport := c.http.Transport.(*http.Transport).Clone()
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return impatientConn{conn, silence}, nil
	}
	watching := *c.http
	watching.Transport = transport
	return client{c.base, &watching}
}

type impatientConn struct {
	net.Conn
	silence time.Duration
}

// Read gives up after the silence.
func (c impatientConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(clock.Deadline(c.silence)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}
