package mockserver

import (
	"encoding/json"
	"slices"

	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
)

// UIPBusiness is a customer of UIP, in a test.
type UIPBusiness struct {
	mock   *Mock
	vendor *uip.UIP
	name   string
}

// UIP is the business called default.
func (m *Mock) UIP() UIPBusiness {
	m.t.Helper()
	return m.UIPBusiness(provider.DefaultAccount)
}

// UIPBusiness is the business of this name. One of a new name is made by saving
// its webhook or by Configure.
func (m *Mock) UIPBusiness(name string) UIPBusiness {
	m.t.Helper()
	vendor, ok := m.providers[uip.Name].(*uip.UIP)
	if !ok {
		m.t.Fatalf("this mock does not play %s: Config.Providers has %s", uip.Name, list(m.names))
	}
	return UIPBusiness{m, vendor, name}
}

// APIKey is the first of the business's API keys that was not revoked. The base
// URL that goes with it is URL + "/uip/v1".
func (u UIPBusiness) APIKey() string {
	u.mock.t.Helper()
	b, _ := u.vendor.Business(u.name)
	i := slices.IndexFunc(b.Keys, func(k uip.APIKey) bool { return !k.Revoked })
	if i < 0 {
		u.mock.t.Fatalf("the UIP business %s has no API key that was not revoked", u.name)
	}
	return b.Keys[i].Key
}

// Configure changes settings of the business, such as
//
//	func(s *uip.Settings) { s.Contract = uip.ContractA2 }
//
// The test fails with every setting that breaks a rule.
func (u UIPBusiness) Configure(change func(*uip.Settings)) {
	u.mock.t.Helper()
	u.mock.must(u.vendor.Configure(u.name, change), "configuring the UIP business %s", u.name)
}

// SaveWebhook sets where events go, and returns the secret that they are signed
// with.
func (u UIPBusiness) SaveWebhook(url string) (secret string) {
	u.mock.t.Helper()
	u.mock.SaveWebhook(uip.Name, u.name, uip.WebhookName, uip.WebhookConfig{URL: url})
	return u.Secret()
}

// DeleteWebhook removes the webhook's URL. What waits to be delivered is called
// off.
func (u UIPBusiness) DeleteWebhook() {
	u.mock.t.Helper()
	u.mock.DeleteWebhook(uip.Name, u.name, uip.WebhookName)
}

// Secret is what events are signed with.
func (u UIPBusiness) Secret() string {
	secret, _ := u.vendor.Secret(u.name)
	return secret
}

// RotateSecret gives the webhook a new secret, which holds from now on.
func (u UIPBusiness) RotateSecret() (secret string) {
	u.mock.t.Helper()
	u.mock.must(u.vendor.RotateSecret(u.name), "rotating the secret of the UIP business %s", u.name)
	return u.Secret()
}

// AddPerson makes a person, whom all businesses know. What is absent is
// invented.
func (u UIPBusiness) AddPerson(d uip.PersonData) uip.Person {
	u.mock.t.Helper()
	p, err := u.vendor.AddPerson(d)
	u.mock.must(err, "adding a person")
	return p
}

// Identify has the business ask for an identification, and a person answer.
func (u UIPBusiness) Identify(d uip.IdentifyData, faults ...fault.Fault) UIPSession {
	u.mock.t.Helper()
	return u.begin(uip.EventIdentify, d, faults)
}

// Sign has the business ask for a signature, and a person answer.
func (u UIPBusiness) Sign(d uip.SignData, faults ...fault.Fault) UIPSession {
	u.mock.t.Helper()
	return u.begin(uip.EventSign, d, faults)
}

// Message has the business send a message, and the person answer.
func (u UIPBusiness) Message(d uip.MessageData, faults ...fault.Fault) UIPSession {
	u.mock.t.Helper()
	return u.begin(uip.EventMessage, d, faults)
}

// Test has the business test its webhook, which is tried once.
func (u UIPBusiness) Test(faults ...fault.Fault) Delivery {
	u.mock.t.Helper()
	return u.Trigger(provider.Trigger{Event: uip.EventTest, Faults: faults}).Delivery()
}

// Trigger is one of those with all that a trigger can say, such as Patch and
// Seed. Its Provider and Account are filled in.
func (u UIPBusiness) Trigger(t provider.Trigger) UIPSession {
	u.mock.t.Helper()
	t.Provider, t.Account = uip.Name, u.name
	return UIPSession{Session: u.mock.Trigger(t)}
}

func (u UIPBusiness) begin(event string, d any, faults []fault.Fault) UIPSession {
	u.mock.t.Helper()
	data, err := json.Marshal(d)
	u.mock.must(err, "writing the data of event %s", event)
	return u.Trigger(provider.Trigger{Event: event, Data: data, Faults: faults})
}
