package delivery

import (
	"errors"
	"net/http"
	"time"

	"kycmock/mockserver/fault"
)

// Policy is how a vendor delivers one kind of notification.
type Policy struct {
	// Schedule says whether and when another attempt follows a failed one. Nil
	// makes one attempt only.
	Schedule Schedule
	// Sign makes the request of one attempt. Nil sends the notification's body
	// with its content type.
	Sign Signer
	// Timeout bounds one attempt in real time, because a socket knows nothing
	// of the mock's. The default is [DefaultTimeout].
	Timeout time.Duration
	// Accepts says which HTTP statuses are success. The default is any 2xx.
	Accepts func(status int) bool
	// FollowRedirects makes an attempt go where a 3xx sends it. By default a
	// redirect is an answer like any other.
	FollowRedirects bool
	// Target is asked before each attempt for the endpoint as it is by then.
	// Nil keeps the notification's own. [ErrGone] cancels the delivery; any
	// other error costs the attempt, as an error of Sign does.
	Target func(n Notification) (Endpoint, error)
}

// DefaultTimeout is how long an attempt may take when a policy says nothing.
const DefaultTimeout = 10 * time.Second

// ErrGone is Target's answer when the webhook is there no longer.
var ErrGone = errors.New("the webhook was deleted")

// Signer makes what an attempt at this time sends: headers and body together,
// so that what is signed is what is sent. The faults are those that act on the
// attempt; those of the stages content, signature and request are for it to
// make, but chunked, content-type and the credentials.
type Signer func(n Notification, at time.Time, faults fault.Active) (Signed, error)

// Signed is the content of one attempt's request.
type Signed struct {
	Header http.Header
	Body   string
}

// Schedule says, after made failed attempts of which the last was due elapsed
// after the first, how long to wait for another one, and whether there is one.
// It is pure and knows its own end.
type Schedule func(made int, elapsed time.Duration) (wait time.Duration, again bool)

// Every retries at one interval until window has passed since the first
// attempt; inclusive says whether a retry is made when it has passed exactly. An
// interval that is not positive retries never.
func Every(interval, window time.Duration, inclusive bool) Schedule {
	return func(_ int, elapsed time.Duration) (time.Duration, bool) {
		next := elapsed + interval
		if next <= elapsed { // an interval of 0, or too long to count, would go on for ever
			return 0, false
		}
		return interval, next < window || inclusive && next == window
	}
}

// Waits retries once after each of waits, each counted from the attempt before.
func Waits(waits ...time.Duration) Schedule {
	return func(made int, _ time.Duration) (time.Duration, bool) {
		if made > len(waits) {
			return 0, false
		}
		return waits[made-1], true
	}
}

// maxPlan bounds a plan, so that a schedule without an end can be shown too.
const maxPlan = 1000

// Plan lists when the retries of a schedule are due, counted from the first
// attempt; at most 1,000 of them.
func Plan(s Schedule) []time.Duration {
	plan := []time.Duration{}
	elapsed := time.Duration(0)
	for made := 1; made <= maxPlan; made++ {
		wait, again := s(made, elapsed)
		if !again {
			break
		}
		elapsed += wait
		plan = append(plan, elapsed)
	}
	return plan
}

// The methods below are a policy with its defaults.

func (p Policy) target(n Notification) (Endpoint, error) {
	if p.Target == nil {
		return n.Endpoint, nil
	}
	return p.Target(n)
}

func (p Policy) signed(n Notification, at time.Time, faults fault.Active) (Signed, error) {
	if p.Sign == nil {
		return Signed{Header: http.Header{"Content-Type": {n.ContentType}}, Body: n.Body}, nil
	}
	return p.Sign(n, at, faults)
}

func (p Policy) timeout() time.Duration {
	if p.Timeout <= 0 {
		return DefaultTimeout
	}
	return p.Timeout
}

func (p Policy) accepts(status int) bool {
	if p.Accepts == nil {
		return status >= 200 && status <= 299
	}
	return p.Accepts(status)
}

func (p Policy) next(made int, elapsed time.Duration) (wait time.Duration, again bool) {
	if p.Schedule == nil {
		return 0, false
	}
	return p.Schedule(made, elapsed)
}
