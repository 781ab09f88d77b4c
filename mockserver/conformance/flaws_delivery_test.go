package conformance

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
)

func deliveryFlaws() []flaw {
	policy := func(name, finder, says string, change func(f *flawed, n delivery.Notification, p *delivery.Policy)) flaw {
		return flaw{name: name, finder: finder, says: says, flawed: func(f *flawed) { f.policy = change }}
	}
	signing := func(change func(at time.Time, s *delivery.Signed)) func(f *flawed, n delivery.Notification, p *delivery.Policy) {
		return func(_ *flawed, _ delivery.Notification, p *delivery.Policy) {
			sign := p.Sign
			p.Sign = func(n delivery.Notification, at time.Time, faults fault.Active) (delivery.Signed, error) {
				s, err := sign(n, at, faults)
				change(at, &s)
				return s, err
			}
		}
	}
	const (
		signs, ends, repeats = "a signature verifies", "every schedule ends as planned", "a retry repeats the notification"
		success, again       = "success ends a delivery", "a redelivery sends the same"
	)
	return []flaw{
		policy("a signature in upper case", signs, "request 1 of 4 does not verify", signing(func(_ time.Time, s *delivery.Signed) {
			s.Header.Set(modelHead, strings.ToUpper(s.Header.Get(modelHead)))
		})),
		policy("a body that ends in a line after it was signed", signs, "does not verify", signing(func(_ time.Time, s *delivery.Signed) { s.Body += "\n" })),
		policy("a retry that is not signed", signs, "request 3 of 4 does not verify", signing(func(at time.Time, s *delivery.Signed) {
			if at.After(start) {
				s.Header = http.Header{}
			}
		})),
		{name: "a receiver that takes everything", finder: signs, says: "nothing is proved", vendor: func(v *Vendor) {
			v.Verify = func(context.Context, *mockserver.Server, Request) error { return nil }
		}},
		{name: "a receiver that hashes no more than the length", finder: signs, says: "nothing is proved", vendor: func(v *Vendor) {
			v.Verify = func(_ context.Context, _ *mockserver.Server, r Request) error {
				if r.Body[len(r.Body)-1] != '}' {
					return errNone
				}
				return nil
			}
		}},
		policy("a schedule without an end", ends, "no end to the attempts", func(_ *flawed, n delivery.Notification, p *delivery.Policy) {
			p.Schedule = delivery.Every(time.Second, 1<<62, true)
		}),
		policy("a schedule that ends early", ends, "after [0s 0s 1s], want [[0s 0s 1s 1m1s]]", func(_ *flawed, n delivery.Notification, p *delivery.Policy) {
			if n.Event == modelDone {
				p.Schedule = delivery.Waits(0, time.Second)
			}
		}),
		policy("a schedule that is late", ends, "after [0s 0s 2s 1m2s]", func(_ *flawed, n delivery.Notification, p *delivery.Policy) {
			if n.Event == modelDone {
				p.Schedule = delivery.Waits(0, 2*time.Second, time.Minute)
			}
		}),
		policy("no retry", ends, "after [0s], want [[0s 0s 1s 1m1s]]", func(_ *flawed, _ delivery.Notification, p *delivery.Policy) { p.Schedule = nil }),
		policy("a retry of what is told once", ends, "event ping: attempts were made after [0s 0s 1s 1m1s], want [[0s]]", func(_ *flawed, _ delivery.Notification, p *delivery.Policy) {
			p.Schedule = modelSchedule
		}),
		policy("a failure that counts as success", ends, "the delivery is delivered", func(_ *flawed, _ delivery.Notification, p *delivery.Policy) {
			p.Accepts = func(int) bool { return true }
		}),
		policy("a webhook that is gone all at once", ends, "the delivery is cancelled", func(_ *flawed, _ delivery.Notification, p *delivery.Policy) {
			p.Target = func(delivery.Notification) (delivery.Endpoint, error) { return delivery.Endpoint{}, delivery.ErrGone }
		}),
		policy("an attempt that sends nothing", ends, "of 4 attempts", func(_ *flawed, _ delivery.Notification, p *delivery.Policy) {
			p.Target = func(delivery.Notification) (delivery.Endpoint, error) { return delivery.Endpoint{}, errNone }
		}),
		{name: "a webhook that is not told", finder: ends, says: "led to no delivery", flawed: func(f *flawed) {
			f.trigger = func(*flawed, provider.Trigger) (provider.Outcome, error) { return provider.Outcome{}, nil }
		}},
		policy("the time in a header", repeats, "3 different requests tell 1", signing(func(at time.Time, s *delivery.Signed) { s.Header.Set("X-At", at.String()) })),
		policy("the time in the body", repeats, "3 different requests tell 1", signing(func(at time.Time, s *delivery.Signed) { s.Body += at.String() })),
		policy("success that is none", success, "the delivery is exhausted after 4 attempts, want it to be delivered after 1", func(_ *flawed, _ delivery.Notification, p *delivery.Policy) {
			p.Accepts = func(status int) bool { return status == http.StatusAccepted }
		}),
		policy("success that counts only at once", success, "the delivery is exhausted after 4 attempts, want it to be delivered after 2", func(f *flawed, _ delivery.Notification, p *delivery.Policy) {
			p.Accepts = func(status int) bool { return status == http.StatusOK && len(attemptsIn(f)) == 0 }
		}),
		policy("the hour in a header", again, "2 different requests tell 1", signing(func(at time.Time, s *delivery.Signed) { s.Header.Set("X-Hour", fmt.Sprint(at.Hour())) })),
		policy("a redelivery that is not signed", again, "request 2 of 2 does not verify", signing(func(at time.Time, s *delivery.Signed) {
			if at.After(start) {
				s.Header.Del(modelHead)
			}
		})),
	}
}

// attemptsIn lists the attempts that the journal tells of.
func attemptsIn(f *flawed) (ids []string) {
	entries, _ := f.env.Journal.Read(0, 1000)
	for _, e := range entries {
		if e.Kind == delivery.KindAttempt {
			ids = append(ids, e.ID)
		}
	}
	return ids
}
