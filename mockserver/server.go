package mockserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"kycmock/certs"
	"kycmock/keys"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/receiver"
	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
	"kycmock/scenarios"
)

// Server is one world: its own clock, journal, keys, vendors and receivers. A
// thousand of them live in one process without touching each other. Its
// methods may be called from any goroutine.
type Server struct {
	// URL is where a Server that Start or Test made can be reached, such as
	// "http://127.0.0.1:8080"; empty for one that New made.
	URL string
	// TLSURL is the same for HTTPS, such as "https://127.0.0.1:8443"; empty
	// without Config.TLSAddr.
	TLSURL string
	// PublicURL is how others reach the Server: Config.PublicURL without a slash
	// at its end, or else URL. What the mock advertises is below it.
	PublicURL string
	// Clock is the mock's time.
	Clock *clock.Clock

	config    Config
	ids       *identities
	journal   *journal.Journal
	keys      *keys.Ring
	sessions  *provider.Sessions
	engine    *delivery.Engine
	providers map[string]provider.Provider
	names     []string          // of the providers, in their order
	hosts     map[string]string // the vendors' own, and whose each is
	authority *certs.Authority  // of the certificate that HTTPS is served with, nil without
	targets   []target          // the providers, in their order
	armory    armory
	setup     *setup
	library   *scenarios.Library
	runs      runs
	receiver  *receiver.Receiver
	handler   http.Handler

	mu          sync.Mutex
	retirements []*clock.Timer // of keys
	rotations   uint64

	ctx     context.Context // of streams, which end when Close calls end
	end     context.CancelFunc
	closers []func() error // run last first
	once    sync.Once
	failure error // what Close met
}

// New makes a Server that does not listen: it is an [http.Handler], to be
// mounted where the caller wants it. The caller closes it.
func New(c Config) (*Server, error) {
	s := &Server{config: c.completed()}
	if err := s.build(c.Clock == nil); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// build makes the parts, each with what closes it.
func (s *Server) build(ownClock bool) (err error) {
	c := s.config
	s.Clock = c.Clock
	if c.Parallel > 0 {
		s.Clock.SetParallel(c.Parallel)
	}
	if s.journal, err = journal.Open(s.Clock.Now, entriesPerDelivery*c.Keep, c.Store); err != nil {
		return err
	}
	s.closing(s.journal.Close)
	if ownClock {
		s.closing(func() error { s.Clock.Close(); return nil })
	}
	s.ids = newIdentities(*c.Seed, uint64(s.journal.Last()))
	if c.Keys, err = s.readSetup(); err != nil {
		return err
	}
	if s.keys, err = keys.NewRing(s.Clock.Now(), c.Keys...); err != nil {
		return fmt.Errorf("the keys: %w", err)
	}
	if s.armory.rows, err = journal.NewTable[Armed](s.journal, kindFault); err != nil {
		return err
	}
	s.engine, err = delivery.New(delivery.Config{
		Clock: s.Clock, Journal: s.journal, Log: c.Log, NewID: s.ids.newID, Policy: s.policy, Armed: s.armedFor,
		Ended: s.ended, InFlight: c.InFlight, Keep: c.Keep, Dial: c.Dial, CAs: c.CAs, InsecureSkipVerify: c.InsecureSkipVerify,
	})
	if err != nil {
		return err
	}
	s.closing(func() error { s.engine.Close(); return nil })
	s.ctx, s.end = context.WithCancel(context.Background())
	s.closing(func() error { s.end(); return nil })
	if s.sessions, err = provider.NewSessions(s.journal, c.Keep, s.engine.Tells); err != nil {
		return err
	}
	if err := s.addProviders(); err != nil {
		return err
	}
	if s.PublicURL, err = s.publicURL(); err != nil {
		return err
	}
	s.receiver = receiver.New(receiver.Config{JWKS: s.fetchJWKS, Audience: s.audience, Secret: s.secret, Now: s.Clock.Now})
	s.library = scenarios.NewLibrary(s.Providers(), c.Scenarios)
	s.library.Observe(s.noteScenario)
	s.closing(func() error { s.end(); s.forgetRuns(); s.runs.going.Wait(); return nil }) // ended first, so that none begins any longer
	if s.handler, err = s.routes(); err != nil {
		return err
	}
	if err := s.setUp(); err != nil {
		return err
	}
	s.engine.Resume()
	s.resumeProviders()
	return nil
}

func (s *Server) closing(f func() error) { s.closers = append(s.closers, f) }

func (s *Server) addProviders() error {
	s.providers, s.hosts = map[string]provider.Provider{}, map[string]string{}
	for _, add := range s.config.Providers {
		p, err := add(provider.Env{
			Clock: s.Clock, Journal: s.journal, Keys: s.keys, Log: s.config.Log, Sessions: s.sessions,
			Send: s.send, SendNow: s.sendNow, Cancel: s.engine.CancelAll,
			NewID: s.ids.newID, NewUUID: s.ids.newUUID, NewSeed: s.ids.seed, Seeded: seeded, Strict: s.config.Strict,
		})
		if err != nil {
			return err
		}
		profile := p.Profile()
		name := profile.Name
		if s.providers[name] != nil {
			return fmt.Errorf("two vendors are called %q", name)
		}
		s.providers[name] = p
		s.names = append(s.names, name)
		if err := s.addHosts(profile); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) resumeProviders() {
	for _, name := range s.names {
		if p, ok := s.providers[name].(provider.Resumer); ok {
			p.Resume()
		}
	}
}

// policy is how the vendor of a notification delivers it.
func (s *Server) policy(n delivery.Notification) (delivery.Policy, bool) {
	p := s.providers[n.Provider]
	if p == nil {
		return delivery.Policy{}, false
	}
	return p.Policy(n), true
}

// ended tells the vendor of a delivery how that ended.
func (s *Server) ended(d delivery.Delivery, status delivery.Status, last bool) {
	if p, ok := s.providers[d.Provider].(provider.Follower); ok {
		p.Ended(d, status, last)
	}
}

// audience is the client ID that the sample receiver expects for an account.
func (s *Server) audience(account string) (string, bool) {
	u, ok := s.providers[uqudo.Name].(*uqudo.Uqudo)
	if !ok {
		return "", false
	}
	return u.ClientID(account)
}

// secret is the webhook secret that the sample receiver expects of a business.
func (s *Server) secret(business string) (string, bool) {
	u, ok := s.providers[uip.Name].(*uip.UIP)
	if !ok {
		return "", false
	}
	return u.Secret(business)
}

// fetchJWKS asks the vendor's own endpoint, as any receiver would, but without
// a socket: a Server that New made has no address.
func (s *Server) fetchJWKS(ctx context.Context) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, uqudo.JWKSPath, http.NoBody)
	if err != nil {
		return nil, err
	}
	w := &answer{header: http.Header{}, status: http.StatusOK}
	if err := w.serve(s.handler, r); err != nil {
		return nil, err
	}
	if w.status != http.StatusOK {
		return nil, fmt.Errorf("the JWKS answered %d", w.status)
	}
	return w.body, nil
}

// answer is an http.ResponseWriter that keeps what is written.
type answer struct {
	header http.Header
	status int
	body   []byte
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { a.body = append(a.body, b...); return len(b), nil }

// serve has a handler write the answer. One that drops the connection is an
// error, as it is to who is at the other end of it.
func (a *answer) serve(h http.Handler, r *http.Request) (err error) {
	defer func() {
		if cause := recover(); cause == http.ErrAbortHandler {
			err = cmp.Or(r.Context().Err(), errReset)
		} else if cause != nil {
			panic(cause)
		}
	}()
	h.ServeHTTP(a, r)
	return nil
}

var errReset = errors.New("the connection was reset")

// Seed is what everything that is invented was drawn from. A Server with the
// same seed that is asked for the same things invents the same.
func (s *Server) Seed() uint64 { return *s.config.Seed }

// Close ends what the Server has begun and waits for it: streams, attempts,
// timers. It may be called again and always returns the same error.
func (s *Server) Close() error {
	s.once.Do(func() {
		for i := len(s.closers) - 1; i >= 0; i-- {
			s.failure = errors.Join(s.failure, s.closers[i]())
		}
	})
	return s.failure
}
