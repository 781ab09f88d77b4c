package provider

import "kycmock/mockserver/delivery"

// Follower is a Provider who wants to know how its deliveries end.
type Follower interface {
	// Ended is told before anybody can see the delivery's final status; last is
	// whether no other delivery tells about its session any longer. It is
	// called in the middle of the delivery's end and must not call back: not
	// Send, Cancel, nor anything else of the Env but Sessions.Update and the
	// Journal's tables.
	Ended(d delivery.Delivery, status delivery.Status, last bool)
}
