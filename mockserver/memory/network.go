// Package memory is a network of hosts inside one process, without sockets. A
// goroutine that waits on it is durably blocked, as testing/synctest calls it,
// so that in a bubble the time of a whole retry schedule, client timeouts
// included, passes at once:
//
//	network := memory.New()
//	defer network.Serve("receiver.test", yourReceiver)()
//	mock := mockserver.Test(t, mockserver.Config{
//		Listener: network.Listen("mock.test"), Dial: network.Dial,
//		Clock: clock.New(time.Time{}, 1),
//	})
//	mock.Patience = 3 * time.Hour
//	client := network.Client() // for the receiver, to fetch the JWKS with
//
// In a bubble the mock's clock runs at rate 1: it, the timeouts of the
// connections and the mock's patience share the bubble's time then. Everything
// in there has to dial through the network, the receiver's own client too: a
// socket, or a name that is looked up, never blocks durably, and Go ends the
// program when two bubbles share its resolver.
package memory

import (
	"context"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Network is where hosts listen and are dialled. Its methods may be called from
// any goroutine.
type Network struct {
	mu    sync.Mutex
	hosts map[string]*listener // by host, or host:port
}

// New makes a network without hosts. In a bubble it is made there.
func New() *Network { return &Network{hosts: map[string]*listener{}} }

// Listen has a host listen, such as "receiver.test" on all its ports, or
// "receiver.test:8080" on one. Whoever listened there before does so no longer.
func (n *Network) Listen(host string) net.Listener {
	l := &listener{host: addr(host), accept: make(chan net.Conn), done: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	if before := n.hosts[host]; before != nil {
		_ = before.Close()
	}
	n.hosts[host] = l
	return l
}

// Dial connects to the host and port of an address, as a [net.Dialer] would. A
// host that never listened is not found, one that does so no longer refuses.
func (n *Network) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	l, known := n.find(address)
	if !known {
		host, _, _ := net.SplitHostPort(address)
		unknown := &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		return nil, &net.OpError{Op: "dial", Net: network, Err: unknown}
	}
	if l == nil {
		return nil, refused(network, address)
	}
	ours, theirs := pair(addr("client"), l.host)
	select {
	case l.accept <- theirs:
		return ours, nil
	case <-l.done:
		return nil, refused(network, address)
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: network, Addr: l.host, Err: ctx.Err()}
	}
}

// find is who listens at an address, nil when nobody does, and whether there is
// such a host.
func (n *Network) find(address string) (l *listener, known bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name, _, err := net.SplitHostPort(address)
	if err != nil {
		name = address
	}
	for host, l := range n.hosts {
		if host == address || host == name {
			return l, true
		}
		known = known || strings.HasPrefix(host, name+":")
	}
	return nil, known
}

func refused(network, address string) error {
	return &net.OpError{Op: "dial", Net: network, Addr: addr(address), Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
}

// Serve has a host serve HTTP until close is called, which cuts off what is
// under way.
func (n *Network) Serve(host string, h http.Handler) (closed func()) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Hour}
	served := make(chan struct{})
	listener := n.Listen(host)
	go func() {
		defer close(served)
		_ = server.Serve(listener) // which ends with the server
	}()
	return func() {
		_ = server.Close()
		<-served
	}
}

// Client calls the hosts of the network. It keeps no connection open, because
// a bubble cannot end while there is one.
func (n *Network) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: n.Dial, DisableKeepAlives: true}}
}

// listener is a host that listens.
type listener struct {
	host   addr
	accept chan net.Conn
	done   chan struct{}
	once   sync.Once
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.done:
		return nil, &net.OpError{Op: "accept", Net: l.host.Network(), Addr: l.host, Err: net.ErrClosed}
	}
}

func (l *listener) Close() error {
	err := error(&net.OpError{Op: "close", Net: l.host.Network(), Addr: l.host, Err: net.ErrClosed})
	l.once.Do(func() { close(l.done); err = nil })
	return err
}

func (l *listener) Addr() net.Addr { return l.host }

// addr is a host, with a port or without.
type addr string

func (addr) Network() string  { return "memory" }
func (a addr) String() string { return string(a) }
