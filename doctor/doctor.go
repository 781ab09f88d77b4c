// Package doctor tests the way from where it runs to a receiver of webhooks, and
// the receiver's way to the key set, step by step, and says what to change where
// it breaks off.
//
// It asks the receiver for nothing but a GET, which a receiver of POSTs may
// refuse as it likes: any answer shows that the way is open. What it finds holds
// for the machine or container that it runs in.
package doctor

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Checkup is what there is to test.
type Checkup struct {
	// Receiver is the URL that webhooks are to go to.
	Receiver string
	// JWKS is the URL of the key set, as it is told to the receiver. When it is
	// empty, the key set is below PublicURL.
	JWKS string
	// PublicURL is how others reach the mock. When it is empty and needed, Server
	// is asked for it.
	PublicURL string
	// Server is the URL of the running mock.
	Server string
	// JWKSPath is where a mock has its key set.
	JWKSPath string
	// Timeout is how long each step may take, in real time. The default is 5
	// seconds.
	Timeout time.Duration
	// CAs sign certificates that are trusted. The default is the machine's own
	// list.
	CAs *x509.CertPool
	// InsecureSkipVerify takes whatever certificate there is.
	InsecureSkipVerify bool
	// Contained is whether this runs in a container: see InContainer.
	Contained bool
	// Lookup finds the addresses of a name. The default asks the machine's
	// resolver.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// Dial opens connections. The default is the machine's network, without a
	// proxy.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Local are the machine's own addresses. The default are those of its
	// interfaces.
	Local func() []netip.Addr
}

// Step is one step of the way.
type Step struct {
	// Name says what was tested, such as "receiver connects".
	Name string `json:"name"`
	// OK is whether the way goes on.
	OK bool `json:"ok"`
	// Found is what was found there.
	Found string `json:"found"`
	// Advice is what to change, or to look at. It may be empty.
	Advice string `json:"advice,omitempty"`
}

// OfMock is whether the step is one of the way from here to Server, which is
// gone to ask it, rather than of the way to the receiver or of the receiver's.
func (s Step) OfMock() bool { return strings.HasPrefix(s.Name, mockWay+" ") }

// mockWay is who is at the end of the way to Server.
const mockWay = "mock"

// Run tests the way and tells each step when it is done; after one that is not
// OK, those that need it are left out. It returns whether all were.
func (c Checkup) Run(ctx context.Context, tell func(Step)) bool {
	if c.Timeout <= 0 {
		c.Timeout = 5 * time.Second
	}
	if c.Lookup == nil {
		c.Lookup = lookup
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	if c.Local == nil {
		c.Local = interfaces
	}
	healthy := true
	watched := func(s Step) {
		healthy = healthy && s.OK
		tell(s)
	}
	receiver := &way{Checkup: c, who: "receiver", tell: watched}
	if answer, reached := receiver.walk(ctx, c.Receiver); reached {
		receiver.judge(answer)
	}
	keySet := &way{Checkup: c, who: "JWKS", tell: watched}
	keySet.toKeySet(ctx, receiver)
	return healthy
}

// way is the way to one URL, as far as it was gone.
type way struct {
	Checkup
	who  string
	tell func(Step)

	url       *url.URL
	addresses []netip.Addr // of the host, once it is resolved
	open      netip.Addr   // the one that took a connection
}

func (w *way) ok(what, advice, format string, args ...any) {
	w.tell(Step{Name: w.who + " " + what, OK: true, Found: fmt.Sprintf(format, args...), Advice: advice})
}

func (w *way) fail(what, advice, format string, args ...any) {
	w.tell(Step{Name: w.who + " " + what, Found: fmt.Sprintf(format, args...), Advice: advice})
}

// walk goes the whole way, and returns the answer at its end.
func (w *way) walk(ctx context.Context, text string) (answer, bool) {
	if !w.parse(text) || !w.resolve(ctx) || !w.connect(ctx) {
		return answer{}, false
	}
	if w.url.Scheme == "https" && !w.handshake(ctx) {
		return answer{}, false
	}
	return w.ask(ctx)
}

func lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	return (&net.Resolver{}).LookupNetIP(ctx, "ip", host)
}

func interfaces() []netip.Addr {
	var list []netip.Addr
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil // then nothing is known to be local
	}
	for _, a := range all {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil {
			list = append(list, prefix.Addr())
		}
	}
	return list
}
