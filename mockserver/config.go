// Package mockserver is a mock of identity vendors as senders of webhooks. A
// [Server] plays them on one address: their own APIs, byte for byte, and
// beside them a control API under /_mock/v1 by which tests, people and the
// command line make things happen.
//
// A Server is an [http.Handler] first. [New] makes one, [Start] makes one that
// listens, [Test] makes one that closes with a test:
//
//	mock := mockserver.Test(t, mockserver.Config{})
//	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
//	result := mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
//	mock.Advance(2 * time.Hour)
//	result.Wait(delivery.Delivered)
//
// Everything in it is invented, and the keys it signs with are published: it
// is for tests, and nothing that it signs proves anything.
package mockserver

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"time"

	"kycmock/keys"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
	"kycmock/scenarios"
)

// Config is how a Server is to be. The zero value works.
type Config struct {
	// Addr is where Start listens. The default is 127.0.0.1 and a free port.
	Addr string
	// Listener is used by Start instead of Addr, when it is not nil.
	Listener net.Listener
	// TLSAddr is where Start serves HTTPS too, with a certificate for the
	// vendors' own hosts, localhost, host.docker.internal, the machine's name,
	// and the hosts of PublicURL and of this address. See Server.CA for who is
	// to trust it. The default is nowhere.
	TLSAddr string
	// CADir is the folder that keeps the CA of that certificate, as ca.pem and
	// ca-key.pem; both are made when neither is there. The default is a new CA
	// for every Server.
	CADir string
	// PublicURL is how others reach the mock, such as "http://kycmock:8080": see
	// CheckPublicURL. The default is Server.URL.
	PublicURL string
	// Dial opens the connections to receivers, when it is not nil. The default
	// is the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// CAs sign the certificates of https receivers. The default is the machine's
	// own list.
	CAs *x509.CertPool
	// InsecureSkipVerify takes whatever certificate an https receiver has. The
	// default verifies it.
	InsecureSkipVerify bool
	// Clock is the mock's time. The default keeps real time, except in Test,
	// where it stands still until it is advanced.
	Clock *clock.Clock
	// Parallel is how many attempts that are due at the same instant may be
	// made side by side while the clock stands or is being advanced. The
	// default is 1: one after another, in the same order every time.
	Parallel int
	// Seed decides everything that is invented: people, payloads, identities.
	// The default is a new one for every Server; see Server.Seed.
	Seed *uint64
	// Strict holds webhooks to the vendors' own https rules. The default lets
	// plain http through, because receivers under test seldom have more.
	Strict bool
	// Keys sign results: the first signs, the others are published. The default
	// is those of Setup, or else the pair that is built in, the same at every
	// start.
	Keys []keys.Pair
	// Keep is how many finished deliveries, and how many sessions, stay in
	// memory. The default is 10,000.
	Keep int
	// InFlight bounds how many attempts are under way to one host. The default
	// is 64.
	InFlight int
	// Setup is what there is before the first request, in YAML: accounts,
	// businesses, webhooks, people, keys and armed faults in the shapes of the
	// control API; Server.ExportSetup writes one. All that is wrong with it is the
	// error of New, as [scenarios.Problems]. It is applied at every start, also to
	// what a Store has kept: what it names is replaced, the rest stays. The default
	// sets nothing up.
	Setup []byte
	// SetupName is what messages call Setup. The default is "setup".
	SetupName string
	// Webhooks are saved after Setup: for a vendor's name, such as "uqudo", where
	// the first webhook of its account default goes, with nothing sent along. The
	// default saves none.
	Webhooks map[string]string
	// Store keeps what happened beyond the Server's life, when it is not nil.
	Store journal.Store
	// Scenarios can be run by their names, beside those that are built in: see
	// [scenarios.Dir]. The default is none.
	Scenarios []scenarios.Scenario
	// WebDir is a folder to serve the page from as it is at each request, for who
	// works on it. The default is the page that was built in.
	WebDir string
	// Providers are the vendors to play. The default is Vendors().
	Providers []provider.New
	// Log is for whoever runs the mock; what happens in it is in its journal.
	// The default discards.
	Log *slog.Logger
	// Version and Commit are what GET /version tells. The default is what the
	// Go build knows.
	Version, Commit string
}

// Vendors lists the vendors that are built in.
func Vendors() []provider.New { return []provider.New{uqudo.New, uip.New} }

// entriesPerDelivery is how many entries of the journal are kept for each
// delivery that is: a session, a notification, its delivery's beginning and
// end, and an attempt. What else happens, such as steps of runs, takes the place
// of the oldest.
const entriesPerDelivery = 5

func (c Config) completed() Config {
	if c.Clock == nil {
		c.Clock = clock.New(time.Time{}, 1)
	}
	if c.Seed == nil {
		seed := randomSeed()
		c.Seed = &seed
	}
	if c.Keep <= 0 {
		c.Keep = delivery.DefaultKeep
	}
	if c.Providers == nil {
		c.Providers = Vendors()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Version == "" {
		c.Version, c.Commit = builtVersion()
	}
	return c
}
