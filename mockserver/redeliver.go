package mockserver

import (
	"slices"
	"strings"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// Redeliver begins another delivery of the same bytes, also where faults had made
// them; what went wrong on the wire and in time goes well. With faults it is these
// that go wrong with it, instead of what went wrong the first time: they are held
// to the rules of a trigger's, and those that are armed stay armed.
func (s *Server) Redeliver(id string, faults ...fault.Fault) (delivery.Delivery, error) {
	if len(faults) == 0 {
		return s.engine.Redeliver(id)
	}
	n, err := s.engine.Notification(id)
	if err != nil {
		return delivery.Delivery{}, err
	}
	if err := s.checkRedelivery(n, faults); err != nil {
		return delivery.Delivery{}, err
	}
	n.Faults, n.RedeliveryOf = slices.Clone(faults), id
	return s.send(n)
}

// checkRedelivery finds all that is wrong with the faults of a redelivery.
func (s *Server) checkRedelivery(n delivery.Notification, faults []fault.Fault) error {
	p, err := s.provider(n.Provider)
	if err != nil {
		return err
	}
	found := fault.CheckTriggered(faults, n.Provider, p.Profile().Faults).At("faults")
	if len(found) == 0 { // the vendor may have rules of its own, which it tells of a trigger
		if refused, ok := problem.As(p.Check(provider.Trigger{Provider: n.Provider, Account: n.Account, Event: n.Event, Faults: faults})); ok {
			found = slices.DeleteFunc(refused.Fields, func(f problem.Field) bool { return !strings.HasPrefix(f.Location, "faults") })
		}
	}
	return found.Err("these faults cannot be")
}
