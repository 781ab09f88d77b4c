package uqudo

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

// KindResult is the kind of the journal's entries about what Uqudo stores of
// sessions.
const KindResult = "uqudo.result"

// stored is what Uqudo keeps of a completed session, until it is deleted.
// Images are drawn when somebody fetches them.
type stored struct {
	Account string      `json:"account"`
	Token   string      `json:"token,omitempty"` // the JWS, as it was signed when the session completed
	KID     string      `json:"kid"`
	Expires time.Time   `json:"expires"` // the JWS
	Input   resultInput `json:"input"`
	Images  []imageRef  `json:"images"`
}

// Masked leaves out the JWS, which would be most of the event stream and tells
// nothing that the deliveries do not.
func (s stored) Masked() any {
	s.Token = ""
	return s
}

// Size is that of the JWS.
func (s stored) Size() int { return len(s.Token) }

// image is the image of this id, if the session has it.
func (s stored) image(id string) (imageRef, bool) {
	for _, ref := range s.Images {
		if ref.ID == id {
			return ref, true
		}
	}
	return imageRef{}, false
}

// imagesUntil is when the images are gone.
func (s stored) imagesUntil(a Account) time.Time {
	if lifetime := time.Duration(a.API.ImageLifetime); lifetime > 0 {
		return s.Input.At.Add(lifetime)
	}
	return s.Expires
}

// Keeping is where the result of a completed session is.
type Keeping string

// The places where a result can be. Without storeData it is not at Uqudo: see
// Uqudo's Webhook page, which warns of what is lost then.
const (
	KeptStored   Keeping = "stored"   // Uqudo has it.
	KeptDeleted  Keeping = "deleted"  // Uqudo had it, until it was deleted through its API.
	KeptWebhook  Keeping = "webhook"  // It is on its way to a webhook, and nowhere else.
	KeptReceiver Keeping = "receiver" // A webhook has taken it; Uqudo has it no longer.
	KeptLost     Keeping = "lost"     // No webhook took it, and Uqudo has it no longer.
)

// store keeps the result of a session that has completed, and drops those of
// sessions that were forgotten, when they have become many.
func (u *Uqudo) store(session string, s stored) {
	u.results.Put(session, s)
	if u.results.Len() <= 2*u.env.Sessions.Len()+64 {
		return
	}
	for id := range u.results.All() {
		if _, remembered := u.env.Sessions.Get(id); !remembered {
			u.results.Drop(id)
		}
	}
}

// Ended notes what becomes of a result that lives in its webhooks alone. It
// makes Uqudo a [provider.Follower].
func (u *Uqudo) Ended(d delivery.Delivery, status delivery.Status, last bool) {
	if d.Session == nil {
		return
	}
	if _, isStored := u.results.Get(*d.Session); isStored {
		return
	}
	switch {
	case status == delivery.Delivered:
		u.move(*d.Session, KeptReceiver, KeptWebhook, KeptLost)
	case last:
		u.move(*d.Session, KeptLost, KeptWebhook)
	}
}

var errElsewhere = errors.New("the result is not there")

// move notes that a session's result is somewhere else now, if it was in one of
// these places before.
func (u *Uqudo) move(session string, to Keeping, from ...Keeping) {
	_, _ = u.env.Sessions.Update(session, func(s *provider.Session) error {
		details, err := detailsOf(*s)
		if err != nil {
			return err
		}
		if !slices.Contains(from, details.Result) {
			return errElsewhere
		}
		details.Result = to
		s.Data, err = json.Marshal(details)
		return err
	})
}
