package receiver

import (
	"bytes"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4/json"
)

const (
	// issuer is what Uqudo calls itself. It has no /api, unlike the address of
	// the key set.
	issuer = "https://id.uqudo.io"
	// skew is how far the vendor's clock may be ahead of ours.
	skew = time.Minute
)

// claims are those parts of a verified payload that a receiver judges by.
type claims struct {
	members map[string]json.RawMessage
	data    map[string]json.RawMessage
	jti     string
	exp     float64
}

func readClaims(payload []byte) (*claims, error) {
	c := &claims{}
	if err := json.Unmarshal(payload, &c.members); err != nil || c.members == nil {
		return nil, refuse(http.StatusBadRequest, "the token's payload is not a JSON object: %s", why(err))
	}
	if err := json.Unmarshal(c.members["data"], &c.data); err != nil || c.data == nil {
		return nil, refuse(http.StatusBadRequest, "the token has no data that is an object")
	}
	return c, nil
}

// check refuses a token that the vendor signed, but not for this account or
// not now. An exp that has passed is no reason: see expired.
func (c *claims) check(clientID string, now time.Time) error {
	unauthorized := func(format string, args ...any) error {
		return refuse(http.StatusUnauthorized, format, args...)
	}
	if iss, _ := text(c.members, "iss"); iss != issuer {
		return unauthorized("iss is %s, want %q", c.show("iss"), issuer)
	}
	// A string and nothing else: an array may name others besides, to whom the
	// token could have been given and who could pass it on.
	if aud, _ := text(c.members, "aud"); aud != clientID {
		return unauthorized("aud is %s, want %q", c.show("aud"), clientID)
	}
	var ok bool
	if c.jti, ok = text(c.members, "jti"); !ok {
		return unauthorized("jti is %s, want a string: without it a duplicate cannot be told", c.show("jti"))
	}
	iat, ok := number(c.members, "iat")
	if !ok {
		return unauthorized("iat is %s, want a number of seconds", c.show("iat"))
	}
	if ahead := iat - seconds(now); ahead > skew.Seconds() {
		return unauthorized("iat is %.0f s in the future, want at most %.0f s", ahead, skew.Seconds())
	}
	if c.exp, ok = number(c.members, "exp"); !ok {
		return unauthorized("exp is %s, want a number of seconds", c.show("exp"))
	}
	return nil
}

// expired says that the result is late. It is taken all the same: Uqudo tries
// again for two hours, a token lives for ten minutes to two hours, and whether
// a retry is signed anew is not documented. So a result that could not be
// delivered at once may arrive with its exp passed; it is still authentic, and
// to refuse it is to lose it for good. A replay is caught by its jti, not here.
func (c *claims) expired(now time.Time) bool { return seconds(now) >= c.exp }

// session is what the result belongs to. In a face session the jti is not the
// id that the session was created with; that one is data.sessionId.
func (c *claims) session() string {
	if id, ok := text(c.data, "sessionId"); ok {
		return id
	}
	return c.jti
}

// show is a claim as it was sent, for a refusal.
func (c *claims) show(name string) string {
	raw, there := c.members[name]
	if !there {
		return "missing"
	}
	return clip(string(bytes.TrimSpace(raw)))
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
