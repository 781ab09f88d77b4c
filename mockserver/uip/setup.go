package uip

import (
	"encoding/json"
	"slices"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

// Resources says what of UIP can be set up: see [provider.Resourceful].
func (u *UIP) Resources() []provider.Resource {
	return []provider.Resource{
		{Name: "people", Path: "people", Kind: provider.List, Forget: u.forgetPerson},
		{Name: "businesses", Path: "businesses", Kind: provider.Named, Parts: []provider.Resource{
			{Name: "webhook", Path: "webhook", Kind: provider.Single},
		}},
	}
}

// forgetPerson forgets who has the UIP ID of new data.
func (u *UIP) forgetPerson(data json.RawMessage) {
	var p struct {
		UIPID string `json:"uipId"`
	}
	if json.Unmarshal(data, &p) == nil {
		u.people.Delete(p.UIPID)
	}
}

// Export sets up the people and the businesses, each with its webhook: see
// [provider.Resourceful]. API keys that were revoked are not among them, nor is
// the secret of a webhook that has no URL.
func (u *UIP) Export(reveal bool) provider.Object {
	var section, businesses provider.Object
	var people []any
	for _, p := range u.everybody() {
		if p.UIPID != testPersonID {
			people = append(people, p)
		}
	}
	section.Add("people", people)
	for _, b := range u.everyBusiness() {
		if business := u.exported(b, reveal); len(business) > 0 || b.ID != provider.DefaultAccount {
			businesses = append(businesses, provider.Member{Name: b.ID, Value: business})
		}
	}
	section.Add("businesses", businesses)
	return section
}

// exported is a business as far as it is not as it would be anyway.
func (u *UIP) exported(b Business, reveal bool) provider.Object {
	usual := defaultBusiness(b.ID).Settings
	usual.Delivery.Attempts = len(b.Delivery.Waits) + 1
	o := provider.Differing(b.Settings, usual)
	valid := slices.DeleteFunc(slices.Clone(b.Keys), func(k APIKey) bool { return k.Revoked })
	if !slices.Equal(valid, []APIKey{firstKey(b.ID)}) {
		keys := []string{}
		for _, k := range (Business{Keys: valid}).shown(reveal).Keys {
			keys = append(keys, k.Key)
		}
		o.Add("apiKeys", keys)
	}
	if w := u.webhook(b.ID); w.URL != "" {
		config := WebhookConfig{URL: w.URL}
		switch {
		case w.Secret == firstSecret(b.ID):
		case reveal:
			config.Secret = w.Secret
		default:
			config.Secret = delivery.Mask
		}
		o.Add("webhook", config)
	}
	return o
}
