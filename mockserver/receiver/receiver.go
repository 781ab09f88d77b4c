// Package receiver is a correct receiver of the webhooks that the mock sends:
// what a customer's back end has to do, small enough to be read as an example.
// The demo, the page and the docs deliver to it.
//
// It is a stranger to the mock: it knows the key set that Uqudo publishes and
// the secret that UIP shares with a business, and nothing of who signed. Each
// check stands in a function whose comment says why a correct receiver decides
// so. It holds all state in memory; a real one keeps what it has seen where it
// keeps the sessions themselves.
package receiver

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Config is what a receiver of both vendors' webhooks has to know. All of it
// but Secret is required.
type Config struct {
	// JWKS fetches the key set that Uqudo publishes.
	JWKS func(ctx context.Context) ([]byte, error)
	// Audience is the OAuth client id that Uqudo knows an account by, and whether
	// there is such an account.
	Audience func(account string) (clientID string, known bool)
	// Now is the clock by which iat and exp are judged.
	Now func() time.Time
	// Secret is the webhook secret of a business of UIP's as its dashboard shows
	// it, and whether there is such a business. It is asked for each delivery,
	// so a rotated one holds at once; while it is "" nothing is taken. The
	// default nil knows no business.
	Secret func(account string) (secret string, known bool)
}

// Receiver takes Uqudo's results and UIP's events for any number of accounts.
// It is safe for concurrent use.
type Receiver struct {
	config  Config
	script  script
	keys    *keySet
	results seen // Uqudo's, by their jti
	events  seen // UIP's, by their audit id
}

// New returns a receiver that has seen nothing and knows no key yet.
func New(c Config) *Receiver {
	return &Receiver{config: c, keys: newKeySet(c.JWKS, c.Now)}
}

// Receive is the endpoint that the account's webhooks point at, those of both
// vendors. It answers a Verdict to everything, so that the sender's journal
// shows why, and exactly 200 to what it takes: to UIP nothing else is success.
func (r *Receiver) Receive(account string) http.Handler {
	return r.endpoint(func(req *http.Request, body []byte) (Verdict, error) {
		if fromUIP(req.Header, body) {
			return r.uip(account, req.Header, body)
		}
		return r.uqudo(req.Context(), account, req.Header.Get("Content-Type"), body)
	})
}

// endpoint is what is the same whoever sends: judge knows the vendor, and
// refuses with a *refusal.
func (r *Receiver) endpoint(judge func(req *http.Request, body []byte) (Verdict, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			refuse(http.StatusMethodNotAllowed, "the method is %s, want POST", clip(req.Method)).write(w)
			return
		}
		// The body is read before anything is said: a sender that is answered
		// while it is still writing sees a broken connection, not the answer.
		body, err := read(w, req)
		if status, told := r.script.next(); told {
			refuse(status, "told to answer %d", status).write(w)
			return
		}
		var verdict Verdict
		if err == nil {
			verdict, err = judge(req, body)
		}
		if no, ok := errors.AsType[*refusal](err); ok {
			no.write(w)
			return
		}
		if err != nil {
			refuse(http.StatusInternalServerError, "%v", err).write(w)
			return
		}
		write(w, http.StatusOK, verdict)
	})
}

// Reset forgets which results and events were seen, the key set, and what was
// to be answered next.
func (r *Receiver) Reset() {
	r.script.replace(nil)
	r.keys.forget()
	r.results.forget()
	r.events.forget()
}
