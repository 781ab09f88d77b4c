package mockserver

import (
	"encoding/json"

	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
)

// UqudoAccount is a customer of Uqudo, in a test.
type UqudoAccount struct {
	mock   *Mock
	vendor *uqudo.Uqudo
	name   string
}

// Uqudo is the account called default.
func (m *Mock) Uqudo() UqudoAccount {
	m.t.Helper()
	return m.UqudoAccount(provider.DefaultAccount)
}

// UqudoAccount is the account of this name. One of a new name is made by saving
// its webhook or by Configure.
func (m *Mock) UqudoAccount(name string) UqudoAccount {
	m.t.Helper()
	vendor, ok := m.providers[uqudo.Name].(*uqudo.Uqudo)
	if !ok {
		m.t.Fatalf("this mock does not play %s: Config.Providers has %s", uqudo.Name, list(m.names))
	}
	return UqudoAccount{m, vendor, name}
}

// ClientID is the OAuth client ID, which is the audience of every result.
func (u UqudoAccount) ClientID() string { return u.settings().ClientID }

// ClientSecret is the OAuth client secret.
func (u UqudoAccount) ClientSecret() string { return u.settings().ClientSecret }

func (u UqudoAccount) settings() uqudo.Account {
	a, _ := u.vendor.Account(u.name)
	return a
}

// Configure changes settings of the account, such as
//
//	func(a *uqudo.Account) { a.Delivery.Accepts = "200" }
//
// The test fails with every setting that breaks a rule.
func (u UqudoAccount) Configure(change func(*uqudo.Account)) {
	u.mock.t.Helper()
	u.mock.must(u.vendor.Configure(u.name, change), "configuring the Uqudo account %s", u.name)
}

// SaveGlobalWebhook replaces the Global Webhook. An empty SecurityType is
// uqudo.SecurityNone.
func (u UqudoAccount) SaveGlobalWebhook(w uqudo.Webhook) {
	u.mock.t.Helper()
	if w.SecurityType == "" {
		w.SecurityType = uqudo.SecurityNone
	}
	u.mock.SaveWebhook(uqudo.Name, u.name, uqudo.GlobalWebhookName, w)
}

// DeleteGlobalWebhook removes the Global Webhook. What waits to be delivered to
// it is tried once more.
func (u UqudoAccount) DeleteGlobalWebhook() {
	u.mock.t.Helper()
	u.mock.DeleteWebhook(uqudo.Name, u.name, uqudo.GlobalWebhookName)
}

// SaveHostedKYC replaces the webhook of a Hosted KYC configuration, which is
// made when there is none of this name. An empty SecurityType is
// uqudo.SecurityNone.
func (u UqudoAccount) SaveHostedKYC(config string, w uqudo.HostedWebhook) {
	u.mock.t.Helper()
	if w.SecurityType == "" {
		w.SecurityType = uqudo.SecurityNone
	}
	u.mock.SaveWebhook(uqudo.Name, u.name, uqudo.HostedWebhookName(config), w)
}

// DeleteHostedKYC removes a Hosted KYC configuration and its webhook.
func (u UqudoAccount) DeleteHostedKYC(config string) {
	u.mock.t.Helper()
	u.mock.DeleteWebhook(uqudo.Name, u.name, uqudo.HostedWebhookName(config))
}

// Enroll has a user complete an enrollment: a document scanned, a face compared
// with it.
func (u UqudoAccount) Enroll(d uqudo.SessionData, faults ...fault.Fault) Session {
	u.mock.t.Helper()
	return u.Complete(uqudo.FlowEnrollment, d, faults...)
}

// Complete has a user go through a flow to its end, or to the Status of the
// data when that is another one, and tells the webhooks that are set. The
// zero data make a clean session of an invented person; with faults something
// goes wrong with what is told. A session that the application began through
// the Face API is completed by its SessionID.
func (u UqudoAccount) Complete(f uqudo.Flow, d uqudo.SessionData, faults ...fault.Fault) Session {
	u.mock.t.Helper()
	data, err := json.Marshal(d)
	u.mock.must(err, "writing the data of a session")
	return u.Trigger(provider.Trigger{Event: string(f), Data: data, Faults: faults})
}

// Trigger is Complete with all that a trigger can say, such as Patch and Seed.
// Its Provider and Account are filled in.
func (u UqudoAccount) Trigger(t provider.Trigger) Session {
	u.mock.t.Helper()
	t.Provider, t.Account = uqudo.Name, u.name
	return u.mock.Trigger(t)
}

// NextSession takes the next session that the application began through the
// Face API and that was not taken yet, and waits for it when there is none.
func (u UqudoAccount) NextSession() Session {
	u.mock.t.Helper()
	s, found := u.mock.nextSession(uqudo.Name, u.name)
	if !found {
		u.mock.t.Fatalf("no other session began within %s through Uqudo's Face API for account %s, whose client ID is %s", u.mock.Patience, u.name, u.ClientID())
	}
	return s
}
