package uqudo

import (
	"encoding/json"
	"sync"

	"kycmock/mockserver/provider"
)

// nonces remembers which tn of a Hosted KYC link was used, for as long as the
// session that used it is remembered. Source: Uqudo's page on onboarding users
// of no-code KYC, which says that a tn is unique for each transaction.
type nonces struct {
	sessions *provider.Sessions

	mu   sync.Mutex
	used map[nonce]string // the session that used it; nil until first needed
}

type nonce struct{ account, config, tn string }

// use takes the nonce for a session that add puts down, and tells whether it was
// free and whether the session was added. One that was not leaves it free.
func (n *nonces) use(key nonce, session string, add func() bool) (free, added bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.taken(key) {
		return false, false
	}
	if !add() {
		return true, false
	}
	n.used[key] = session
	return true, true
}

// free is whether a nonce was not used yet.
func (n *nonces) free(key nonce) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return !n.taken(key)
}

// taken wants the lock held.
func (n *nonces) taken(key nonce) bool {
	if n.used == nil || len(n.used) > 2*n.sessions.Len()+64 {
		n.collect()
	}
	_, remembered := n.sessions.Get(n.used[key])
	return remembered
}

// collect reads the nonces that are in use from the sessions.
func (n *nonces) collect() {
	n.used = map[nonce]string{}
	for id, s := range n.sessions.All() {
		var data SessionData
		if s.Provider != Name || json.Unmarshal(s.Data, &data) != nil || data.HostedKYC == "" || data.Nonce == "" {
			continue
		}
		n.used[nonce{s.Account, data.HostedKYC, data.Nonce}] = id
	}
}
