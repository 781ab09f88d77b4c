package delivery

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/problem"
)

// Kinds of the journal's entries that the engine makes.
const (
	KindNotification = "notification"
	KindDelivery     = "delivery"
	KindAttempt      = "attempt" // its ID is the delivery's
)

// Config is what an engine works with.
type Config struct {
	Clock   *clock.Clock
	Journal *journal.Journal
	Log     *slog.Logger
	// NewID makes an identity that starts with prefix.
	NewID func(prefix string) string
	// Policy is how the vendor of a notification delivers it now. It is asked
	// before each attempt; false means that there is no such vendor.
	Policy func(n Notification) (Policy, bool)
	// Armed takes the faults that were armed for the next notifications and hit
	// this one. Nil arms none.
	Armed func(n Notification) []fault.Fault
	// Ended is told how a delivery ends, before anybody can see it, and whether
	// it was the last pending one that tells about its session. It must not
	// call the engine. Nil is told nothing.
	Ended func(d Delivery, status Status, last bool)
	// InFlight bounds how many attempts are under way to one host. The default
	// is 64.
	InFlight int
	// Keep is how many finished deliveries stay in memory. The default is
	// 10,000.
	Keep int
	// KeepBytes bounds what the bodies of attempts may hold in all. Beyond it
	// finished deliveries are forgotten before there are Keep of them. The
	// default is 256 MiB.
	KeepBytes int
	// Dial opens connections instead of the network, when it is not nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// CAs sign the certificates of endpoints. Nil is the machine's own list.
	CAs *x509.CertPool
	// InsecureSkipVerify takes whatever certificate an endpoint has.
	InsecureSkipVerify bool
}

// Defaults of Config.
const (
	DefaultInFlight = 64
	DefaultKeep     = 10_000
	defaultBytes    = 256 << 20
)

// Engine makes deliveries. Its methods may be called from any goroutine.
type Engine struct {
	config        Config
	wire          *wire
	notifications *journal.Table[Notification]
	deliveries    *journal.Table[Delivery]
	attempts      *journal.Series[Attempt]

	ctx     context.Context
	abort   context.CancelCauseFunc
	running sync.WaitGroup // attempts that are being made

	mu        sync.Mutex
	journeys  map[string]*journey // pending deliveries
	heldBack  []*journey          // those of them that are, oldest first
	ordinal   uint64              // of the last one that began
	armed     int                 // how many of them have an attempt planned
	sessions  map[string]int      // how many of them tell about a session
	uses      map[string]int      // how many deliveries share a notification
	finished  []string            // oldest first
	held      int                 // bytes of the bodies that attempts hold
	observers map[*[]Attempt]struct{}
}

// New makes an engine with what the journal holds. Deliveries that it holds as
// pending wait for [Engine.Resume].
func New(c Config) (*Engine, error) {
	if c.InFlight <= 0 {
		c.InFlight = DefaultInFlight
	}
	if c.Keep <= 0 {
		c.Keep = DefaultKeep
	}
	if c.KeepBytes <= 0 {
		c.KeepBytes = defaultBytes
	}
	e := &Engine{config: c, wire: newWire(c), observers: map[*[]Attempt]struct{}{}}
	e.empty()
	e.ctx, e.abort = context.WithCancelCause(context.Background())
	var err error
	if e.notifications, err = journal.NewTable[Notification](c.Journal, KindNotification); err != nil {
		return nil, err
	}
	if e.deliveries, err = journal.NewTable[Delivery](c.Journal, KindDelivery); err != nil {
		return nil, err
	}
	e.attempts, err = journal.NewSeries[Attempt](c.Journal, KindAttempt)
	return e, err
}

func (e *Engine) empty() {
	e.journeys, e.sessions, e.uses = map[string]*journey{}, map[string]int{}, map[string]int{}
	e.heldBack, e.finished, e.held, e.armed = nil, nil, 0, 0
}

// Send begins the delivery of a new notification, whose ID it gives. What can
// never be sent is refused now: the error is a problem that says why.
func (e *Engine) Send(n Notification) (Delivery, error) {
	if err := e.sendable(n); err != nil {
		return Delivery{}, err
	}
	e.arms(&n)
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.launch(e.add(n)), nil
}

// SendNow is Send that makes the first attempt itself instead of leaving it to
// the clock, and returns when it has ended. So it can be called while somebody
// else moves the clock, also from inside what the clock has called. Faults of
// the schedule have no say in it.
func (e *Engine) SendNow(n Notification) (Record, error) {
	if err := e.sendable(n); err != nil {
		return Record{}, err
	}
	e.arms(&n)
	e.mu.Lock()
	d, j := e.begin(e.add(n), Delivery{}, e.config.Clock.Now())
	f := e.board(j, nil)
	e.mu.Unlock()
	e.carry(f)
	if f != nil {
		<-f.landed
	}
	return e.Record(d.ID)
}

func (e *Engine) sendable(n Notification) error {
	if _, ok := e.config.Policy(n); !ok {
		return problem.New(problem.NotFound, "no vendor is called %q", n.Provider)
	}
	if u, err := url.Parse(n.Endpoint.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return problem.New(problem.Invalid, "a notification goes to an absolute http or https URL, not %q", n.Endpoint.URL)
	}
	return nil
}

// arms adds the armed faults that hit a notification to its own. Those of a
// redelivery were chosen by whoever asked for it.
func (e *Engine) arms(n *Notification) {
	if e.config.Armed != nil && n.RedeliveryOf == "" {
		n.Faults = append(n.Faults[:len(n.Faults):len(n.Faults)], e.config.Armed(*n)...)
	}
}

// add puts a notification down under a new ID. It is called with mu held.
func (e *Engine) add(n Notification) Notification {
	n.ID = e.config.NewID("ntf_")
	e.notifications.Put(n.ID, n)
	return n
}

func unknown(id string) error {
	return problem.New(problem.NotFound, "no delivery is called %q; finished ones are forgotten in time", id)
}

// begin leaves it to the caller to have the first attempt made, which is due at
// first; a zero one is for when that is not known. Of like it takes what is
// special about this delivery. It is called with mu held, so that no
// notification is forgotten while a delivery of it begins.
func (e *Engine) begin(n Notification, like Delivery, first time.Time) (Delivery, *journey) {
	d := like
	d.ID, d.Notification = e.config.NewID("dlv_"), n.ID
	d.Provider, d.Account, d.Webhook, d.Event = n.Provider, n.Account, n.Webhook, n.Event
	d.URL, d.Status, d.Faults = n.Endpoint.URL, Pending, fault.Names(n.Faults)
	d.CreatedAt = e.config.Clock.Now()
	if !first.IsZero() {
		d.NextAt = &first
		if first.Before(d.CreatedAt) { // a clock that runs has gone on since the caller looked
			d.CreatedAt = first
		}
	}
	if session := n.Session; session != "" {
		d.Session = &session // not n's, which would keep all of n
	}
	if run := n.Run; run != "" {
		d.Run = &run
	}
	e.deliveries.Put(d.ID, d)
	j := journeyOf(d, n)
	e.track(j)
	return d, j
}

// track makes a journey one of those under way. It is called with mu held.
func (e *Engine) track(j *journey) {
	e.ordinal++
	j.ordinal = e.ordinal
	e.journeys[j.id] = j
	e.sessions[j.session]++
	e.uses[j.notification]++
}

// Resume goes on with the deliveries that the journal's store held as pending,
// each at the time that was planned before, or now when that has passed.
func (e *Engine) Resume() {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.config.Clock.Now()
	var finished []string
	var pending []*journey
	for id, d := range e.deliveries.All() {
		e.held += sizeOf(e.attempts.Of(id))
		n, ok := e.notifications.Get(d.Notification)
		switch {
		case !ok:
			e.config.Log.Warn("a stored delivery has lost its notification", "delivery", id)
		case d.Status.Final():
			e.uses[n.ID]++
			finished = append(finished, id)
		default:
			j := resumed(d, n, e.attempts.Of(id), now)
			e.track(j)
			pending = append(pending, j)
		}
	}
	e.resume(pending)
	for _, id := range finished { // last, when it is known which notifications are in use
		e.keepFinished(id)
	}
}

// Reset ends and forgets every delivery. It calls forget, which has the journal
// forget the kinds of [Kinds], before any other delivery can begin.
func (e *Engine) Reset(forget func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, j := range e.journeys {
		e.end(j)
	}
	e.empty()
	forget()
}

// Kinds lists the kinds of entries that the engine makes.
func Kinds() []string { return []string{KindNotification, KindDelivery, KindAttempt} }

// Close aborts the attempts that are being made and waits for them. Those that
// were not answered yet leave no trace: a durable mock makes them again after
// it was restarted.
func (e *Engine) Close() {
	e.mu.Lock()
	e.abort(errAborted)
	e.mu.Unlock()
	e.running.Wait()
	e.wire.transport.CloseIdleConnections()
}
