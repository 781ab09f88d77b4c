package mockserver

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/reply"
)

// serveFaulty serves a call with what is armed for it: first it is slow, then
// it fails or is served after all.
func (s *Server) serveFaulty(t target, path string, next http.Handler, w http.ResponseWriter, r *http.Request) {
	slow, fails := s.armedForCall(t, path, r)
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	for _, f := range slow {
		if clock.Wait(ctx, f.Duration("by")) != nil {
			panic(http.ErrAbortHandler) // nobody waits any longer
		}
	}
	if fails == nil {
		next.ServeHTTP(w, r)
		return
	}
	// Who is still sending would not see the answer.
	_, _ = io.Copy(io.Discard, r.Body)
	s.fail(t, *fails, w, r)
}

// armedForCall takes the faults that are armed for a call. All that are slow
// act; of those that answer it is the first one, and the others are for the
// calls after it.
func (s *Server) armedForCall(t target, path string, r *http.Request) (slow []fault.Fault, fails *fault.Fault) {
	s.armory.take(func(a Armed) bool {
		isSlow := a.Fault.Name == fault.JWKSSlow || a.Fault.Name == fault.APISlow
		if !t.answers(a, path, r) || !isSlow && fails != nil {
			return false
		}
		switch {
		case !s.acts(a):
		case isSlow:
			slow = append(slow, a.Fault)
		default:
			fails = &a.Fault
		}
		return true
	})
	return slow, fails
}

// acts draws whether a fault acts on this call.
func (s *Server) acts(a Armed) bool {
	q := a.Fault.Probability
	return q == nil || fault.Stream{Seed: s.Seed(), Attempt: a.Hits + 1}.Dice(a.ID).Float64() < *q
}

// fail answers a call as a fault says.
func (s *Server) fail(t target, f fault.Fault, w http.ResponseWriter, r *http.Request) {
	set := s.keys.JWKS()
	publish := func(set []byte) { reply.Content(w, r, "application/json", set) }
	switch f.Name {
	case fault.JWKSError:
		t.refuse(w, r, f.Number("status"), "")
	case fault.JWKSEmpty:
		publish([]byte(`{"keys":[]}`))
	case fault.JWKSStale:
		if !s.keys.Active().Withheld { // or it is without the newest already
			set = withoutNewest(set)
		}
		publish(set)
	case fault.JWKSMalformed:
		publish(set[:len(set)/2])
	case fault.APIError:
		status := f.Number("status")
		if _, given := f.Params["status"]; !given && f.Text("code") != "" {
			status = 0
		}
		t.refuse(w, r, status, f.Text("code"))
	case fault.APIReset:
		reset(w)
	}
}

// withoutNewest is a key set without its first key, which is the newest.
func withoutNewest(set []byte) []byte {
	var keys struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(set, &keys); err != nil || len(keys.Keys) == 0 {
		return set
	}
	keys.Keys = keys.Keys[1:]
	stale, err := json.Marshal(keys)
	if err != nil {
		return set
	}
	return stale
}

// reset resets the connection that a call came by, or where that cannot be
// done, as over HTTP/2, ends the call without an answer.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if over, ok := conn.(*tls.Conn); ok {
		conn = over.NetConn() // or TLS would say goodbye
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	conn.Close()
}
