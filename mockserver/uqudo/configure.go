package uqudo

import (
	"encoding/json"

	"kycmock/mockserver/provider"
)

// GlobalWebhookName is what an account's Global Webhook is called in deliveries.
const GlobalWebhookName = globalName

// HostedWebhookName is what the webhook of a Hosted KYC configuration is called
// in deliveries.
func HostedWebhookName(config string) string { return hostedPrefix + config }

// Account returns an account with its secret, and whether there is one of this
// name. What it would be with its defaults is returned in any case.
func (u *Uqudo) Account(name string) (Account, bool) { return u.account(name) }

// Configure changes the settings of an account, which is made when there is
// none of this name. The error is a problem with every setting that breaks a
// rule of the control API; nothing was changed then.
func (u *Uqudo) Configure(name string, change func(*Account)) error {
	a, _ := u.account(name)
	change(&a)
	a.Name = name
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	found := provider.NewDecoder[Account]().Decode(text, &a)
	if err := found.Err("the account's settings break a rule"); err != nil {
		return err
	}
	_, err = u.saveAccount(a)
	return err
}
