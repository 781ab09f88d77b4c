package uqudo

import (
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

// Members of an account's that are parts of a setup.
const (
	partGlobal = "globalWebhook"
	partHosted = "hostedKyc"
)

// Resources says what of Uqudo can be set up: see [provider.Resourceful].
func (u *Uqudo) Resources() []provider.Resource {
	return []provider.Resource{{
		Name: "accounts", Path: "accounts", Kind: provider.Named, Parts: []provider.Resource{
			{Name: partGlobal, Path: "global-webhook", Kind: provider.Single},
			{Name: partHosted, Path: "hosted-kyc", Kind: provider.Named},
		},
	}}
}

// Export sets up the accounts, each with its webhooks: see
// [provider.Resourceful]. A webhook that was deleted is not among them.
func (u *Uqudo) Export(reveal bool) provider.Object {
	var accounts, section provider.Object
	for _, a := range u.byName() {
		if account := u.exported(a, reveal); len(account) > 0 || a.Name != provider.DefaultAccount {
			accounts = append(accounts, provider.Member{Name: a.Name, Value: account})
		}
	}
	section.Add("accounts", accounts)
	return section
}

// exported is an account as far as it is not as it would be anyway.
func (u *Uqudo) exported(a Account, reveal bool) provider.Object {
	o := provider.Differing(a, defaultAccount(a.Name))
	if !reveal {
		o.Mask("clientSecret", delivery.Mask)
	}
	if s, err := u.sender(a.Name, globalName); err == nil && s.Webhook != nil {
		o.Add(partGlobal, s.Webhook.shown(reveal).Webhook)
	}
	var hosted provider.Object
	for _, s := range u.hosted(a.Name) {
		h := s.hostedKYC(reveal)
		name := h.Name
		h.Name = ""
		if h.Webhook != nil && h.Webhook.Format == FormatJSON {
			h.Webhook.Format = ""
		}
		hosted = append(hosted, provider.Member{Name: name, Value: h})
	}
	o.Add(partHosted, hosted)
	return o
}

// byName lists the accounts, the default one first.
func (u *Uqudo) byName() []Account {
	list := []Account{defaultAccount(provider.DefaultAccount)}
	for name, a := range u.accounts.All() {
		if name == provider.DefaultAccount {
			list[0] = a
		} else {
			list = append(list, a)
		}
	}
	return list
}
