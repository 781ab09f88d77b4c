package receiver

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Verdict is what the receiver made of one delivery, and the body of its
// answer. A result that was taken is answered with 200 and everything but a
// reason; one that was not, with taken false and the reason alone.
type Verdict struct {
	// Taken says that the result is the receiver's now and need not be sent
	// again. It is true for a duplicate too.
	Taken bool `json:"taken"`
	// Reason says why a delivery was not taken.
	Reason string `json:"reason,omitempty"`
	// Verified says that the signature and the claims were checked; nothing is
	// taken without.
	Verified bool `json:"verified"`
	// KID names the key of the vendor's key set that the signature fits.
	KID string `json:"kid"`
	// JTI is the token's id, by which duplicates are known.
	JTI string `json:"jti"`
	// Session is the id of the session that the result belongs to: data.sessionId
	// for a face session, whose jti is another UUID, else the jti.
	Session string `json:"session"`
	// Duplicate says that this jti was taken before, so nothing is to be done.
	Duplicate bool `json:"duplicate"`
	// Expired says that exp had passed when the result arrived: it is authentic
	// but late.
	Expired bool `json:"expired"`
}

// MarshalJSON leaves out of a refusal what was not found out.
func (v Verdict) MarshalJSON() ([]byte, error) {
	if !v.Taken {
		return json.Marshal(struct {
			Taken  bool   `json:"taken"`
			Reason string `json:"reason"`
		}{false, v.Reason})
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
