package uip

import (
	"slices"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// APIKey lets a business call UIP's API.
type APIKey struct {
	ID      string `json:"id"`
	Key     string `json:"key" doc:"Shows as ***."`
	Revoked bool   `json:"revoked,omitempty" doc:"Calls with it answer auth/revoked-api-key."`
}

// firstKey is the API key that a business starts with. UIP documents no format
// for contract A.
func firstKey(business string) APIKey {
	key := "uip-test-key"
	if business != provider.DefaultAccount {
		key += "-" + business
	}
	return APIKey{ID: "key_" + business, Key: key}
}

// caller finds the business that an API key belongs to.
func (u *UIP) caller(key string) (b Business, k APIKey, found bool) {
	if _, saved := u.businesses.Get(provider.DefaultAccount); !saved {
		b = defaultBusiness(provider.DefaultAccount)
		if b.Keys[0].Key == key {
			return b, b.Keys[0], true
		}
	}
	for _, b := range u.businesses.All() {
		for _, k := range b.Keys {
			if k.Key == key {
				return b, k, true
			}
		}
	}
	return b, k, false
}

// replaceKeys makes these the keys of a business. Those that it had keep their
// IDs; those that it has no longer are revoked.
func (b *Business) replaceKeys(keys []string, newID func(string) string) {
	old := b.Keys
	b.Keys = nil
	for _, key := range keys {
		id := ""
		if i := slices.IndexFunc(old, func(k APIKey) bool { return k.Key == key }); i >= 0 {
			id = old[i].ID
		} else {
			id = newID("key_")
		}
		b.Keys = append(b.Keys, APIKey{ID: id, Key: key})
	}
	for _, k := range old {
		if !slices.Contains(keys, k.Key) {
			k.Revoked = true
			b.Keys = append(b.Keys, k)
		}
	}
}

// addKey makes a new API key for a business.
func (u *UIP) addKey(business string) (APIKey, error) {
	key := APIKey{ID: u.env.NewID("key_"), Key: u.env.NewUUID()}
	_, _, err := u.update(business, false, func(b *Business) { b.Keys = append(slices.Clip(b.Keys), key) })
	return key, err
}

// revokeKey ends an API key. Calls with it are told so, and not that it is
// unknown.
func (u *UIP) revokeKey(business, id string) error {
	b, err := u.knownBusiness(business)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(b.Keys, func(k APIKey) bool { return k.ID == id && !k.Revoked })
	if i < 0 {
		return problem.New(problem.NotFound, "business %q has no API key %q that is not revoked", business, id)
	}
	_, _, err = u.update(business, false, func(b *Business) {
		b.Keys = slices.Clone(b.Keys)
		for i := range b.Keys {
			b.Keys[i].Revoked = b.Keys[i].Revoked || b.Keys[i].ID == id
		}
	})
	return err
}
