package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// parse reads the URL.
func (w *way) parse(text string) bool {
	const example = "want one such as http://127.0.0.1:3000/hook"
	u, err := url.Parse(text)
	switch {
	case text == "":
		w.fail("URL", example, "there is none")
		return false
	case err != nil && u == nil:
		w.fail("URL", example, "%q is no URL: %v", text, bareURL(err))
		return false
	case u.Scheme != "http" && u.Scheme != "https" && strings.Contains(text, "://"):
		w.fail("URL", "webhooks go over http or https: "+example, "%q does not begin with http:// or https://", text)
		return false
	case u.Scheme != "http" && u.Scheme != "https":
		w.fail("URL", "put http:// or https:// before it", "%q does not begin with http:// or https://", text)
		return false
	case u.Hostname() == "":
		w.fail("URL", example, "%q has no host", text)
		return false
	case u.User != nil:
		w.fail("URL", "a webhook has its credentials beside the URL", "there is a user in it")
		return false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			w.fail("URL", "want a port from 1 to 65535", "%q has the port %s", text, port)
			return false
		}
	}
	w.url = u
	w.ok("URL", "", "%s, host %s, port %s", u.Scheme, u.Hostname(), w.port())
	return true
}

func bareURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

func (w *way) port() string {
	switch {
	case w.url.Port() != "":
		return w.url.Port()
	case w.url.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}

// resolve finds the addresses of the host.
func (w *way) resolve(ctx context.Context) bool {
	host := w.url.Hostname()
	if address, err := netip.ParseAddr(host); err == nil {
		w.addresses = []netip.Addr{address}
		if address.IsUnspecified() {
			w.fail("resolves", "use 127.0.0.1, or the address or name by which others know the machine",
				"%s is where a server listens, on all addresses, and none that it can be reached at", host)
			return false
		}
		w.ok("resolves", "", "%s is an address", host)
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, w.Timeout)
	defer cancel()
	found, err := w.Lookup(ctx, host)
	for _, address := range found {
		if address = address.Unmap(); !slices.Contains(w.addresses, address) {
			w.addresses = append(w.addresses, address)
		}
	}
	if err == nil && len(w.addresses) > 0 {
		w.ok("resolves", "", "%s is %s", host, list(w.addresses))
		return true
	}
	advice := "mend the name; a container's name is known only in the networks that it is in, and so is a Kubernetes service's"
	if host == hostName {
		advice = hostAdvice
	}
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound || err == nil {
		w.fail("resolves", advice, "nobody knows the name %s here", host)
		return false
	}
	w.fail("resolves", advice, "the name %s cannot be looked up: %s", host, w.why(err))
	return false
}

func list(addresses []netip.Addr) string {
	var texts []string
	for _, a := range addresses {
		texts = append(texts, a.String())
	}
	return strings.Join(texts, ", ")
}

// connect opens a connection to the first address that takes one.
func (w *way) connect(ctx context.Context) bool {
	var failures []string
	refused := false
	for _, address := range w.addresses {
		conn, err := w.dial(ctx, address)
		if err != nil {
			refused = refused || errors.Is(err, syscall.ECONNREFUSED)
			failures = append(failures, fmt.Sprintf("%s: %s", net.JoinHostPort(address.String(), w.port()), w.why(err)))
			continue
		}
		conn.Close()
		w.open = address
		advice := ""
		if len(failures) > 0 {
			advice = "not at every address, which senders that try but one find out: " + strings.Join(failures, "; ")
		}
		w.ok("connects", advice, "%s takes connections", net.JoinHostPort(address.String(), w.port()))
		return true
	}
	w.fail("connects", w.whatToOpen(refused), "%s", strings.Join(failures, "; "))
	return false
}

func (w *way) dial(ctx context.Context, address netip.Addr) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, w.Timeout)
	defer cancel()
	return w.Dial(ctx, "tcp", net.JoinHostPort(address.String(), w.port()))
}

// whatToOpen is what to change when nothing takes a connection.
func (w *way) whatToOpen(refused bool) string {
	switch {
	case w.loopback() && w.Contained && w.who == "receiver":
		return selfAdvice
	case w.loopback() && refused:
		return "start what is to listen there, or mend the port"
	case refused:
		return "start what is to listen there, or mend the port; and let it listen on 0.0.0.0, as on 127.0.0.1 it takes only what comes from its own machine"
	default:
		return "mend the address, or let a firewall between here and there pass it"
	}
}

// loopback is whether the URL means the machine that asks.
func (w *way) loopback() bool {
	if len(w.addresses) == 0 {
		return w.url != nil && strings.EqualFold(w.url.Hostname(), "localhost")
	}
	return !slices.ContainsFunc(w.addresses, func(a netip.Addr) bool { return !a.IsLoopback() })
}

// why words an error of the network.
func (w *way) why(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused, nothing listens there"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return "there is no route to it"
	case errors.Is(err, syscall.ECONNRESET):
		return "the connection was reset"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer within " + w.Timeout.String()
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}
