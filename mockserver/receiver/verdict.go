package receiver

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Verdict is what the receiver made of one delivery, and the body of its
// answer. What was taken is answered with 200 and everything that its vendor
// has, but no reason; what was not, with taken false and the reason alone.
type Verdict struct {
	// Taken says that the delivery is the receiver's now and need not be sent
	// again. It is true for a duplicate too.
	Taken bool `json:"taken"`
	// Reason says why a delivery was not taken.
	Reason string `json:"reason,omitempty"`
	// Verified says that the signature was checked, and the claims where there
	// are any; nothing is taken without.
	Verified bool `json:"verified"`
	// KID names the key of Uqudo's key set that the signature fits.
	KID string `json:"kid"`
	// JTI is the id of Uqudo's token, by which duplicates are known.
	JTI string `json:"jti"`
	// Session is the id of what the delivery belongs to. Of Uqudo's it is
	// data.sessionId for a face session, whose jti is another UUID, else the
	// jti. Of UIP's it is data.session_id, else data.message_id, else empty.
	Session string `json:"session"`
	// Duplicate says that the same result or event was taken before, so nothing
	// is to be done.
	Duplicate bool `json:"duplicate"`
	// Expired says that the exp of Uqudo's token had passed when it arrived: it
	// is authentic but late.
	Expired bool `json:"expired"`
	// Event is the name of UIP's event; empty for Uqudo, which sends none.
	Event string `json:"event,omitempty"`
	// AuditID is UIP's data.audit_id, by which duplicates are known; empty when
	// the event has none.
	AuditID string `json:"auditId,omitempty"`
}

// MarshalJSON leaves out of a refusal what was not found out, and of UIP's
// event what only Uqudo has.
func (v Verdict) MarshalJSON() ([]byte, error) {
	if !v.Taken {
		return json.Marshal(struct {
			Taken  bool   `json:"taken"`
			Reason string `json:"reason"`
		}{false, v.Reason})
	}
	if v.Event != "" {
		return json.Marshal(struct {
			Taken     bool   `json:"taken"`
			Verified  bool   `json:"verified"`
			Event     string `json:"event"`
			AuditID   string `json:"auditId,omitempty"`
			Session   string `json:"session,omitempty"`
			Duplicate bool   `json:"duplicate"`
		}{true, v.Verified, v.Event, v.AuditID, v.Session, v.Duplicate})
	}
	type plain Verdict
	return json.Marshal(plain(v))
}

// refusal is an answer other than 200.
type refusal struct {
	status int
	reason string
}

func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

func (r *refusal) Error() string { return r.reason }

func (r *refusal) write(w http.ResponseWriter) {
	write(w, r.status, Verdict{Reason: r.reason})
}

func write(w http.ResponseWriter, status int, v Verdict) {
	body, err := json.Marshal(v)
	if err != nil { // there are only strings and bools in it
		panic("receiver: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A status without a body (204, 304) refuses it, and a sender that has gone
	// away does not miss it: the error is nobody's concern.
	_, _ = w.Write(body)
}

// clip shortens what the sender wrote before it is repeated to it.
func clip(s string) string {
	const most = 100
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
