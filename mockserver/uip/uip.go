// Package uip plays UIP, the service for identities, signatures and messages:
// its REST API under /uip/v1, and the webhooks that it sends when a person has
// identified, signed or answered, signed with HMAC-SHA-256 and tried again at
// once, after 5 seconds, 30 seconds, 2 minutes and 10 minutes.
//
// What UIP documented in November 2025 is followed to the letter: that is
// contract A, and with one member more A2. What it leaves open is a setting of
// the [Business], whose comment says so.
package uip

import (
	"encoding/json"
	"sync"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/provider"
)

// Name is what the vendor is called in paths and triggers.
const Name = "uip"

// WebhookName is what a business's only webhook is called in deliveries.
const WebhookName = "default"

// Kinds of the journal's entries that this vendor makes.
const (
	KindBusiness    = "uip.business"
	KindWebhook     = "uip.webhook"
	KindPerson      = "uip.person"
	KindAudit       = "uip.audit"
	KindAttachments = "uip.attachments" // their ID is the message's
)

// UIP is the vendor. It is a [provider.Provider].
type UIP struct {
	env         provider.Env
	businesses  *journal.Table[Business]
	webhooks    *journal.Table[Webhook]
	people      *journal.Table[Person]
	audits      *journal.Table[audit]
	attachments *journal.Table[attachments]
	timers      *provider.Timers
	decoders    decoders
	schemas     func() map[string]json.RawMessage // of the events' data, made when they are first asked for

	keyring sync.Mutex // held from looking whether an API key is free to taking it
}

// decoders read what people say by other ways than the control API. They are
// made once: each makes a schema first.
type decoders struct {
	identify *provider.Decoder[identifyTrigger]
	sign     *provider.Decoder[signTrigger]
	message  *provider.Decoder[messageTrigger]
	test     *provider.Decoder[testTrigger]
	act      *provider.Decoder[actData]
	person   *provider.Decoder[PersonData]
	webhook  *provider.Decoder[WebhookConfig]
}

// New makes the vendor with what the journal holds of it. It is a
// [provider.New].
func New(env provider.Env) (provider.Provider, error) {
	u := &UIP{env: env, decoders: decoders{
		identify: provider.NewDecoder[identifyTrigger](),
		sign:     provider.NewDecoder[signTrigger](),
		message:  provider.NewDecoder[messageTrigger](),
		test:     provider.NewDecoder[testTrigger](),
		act:      provider.NewDecoder[actData](),
		person:   provider.NewDecoder[PersonData](),
		webhook:  provider.NewDecoder[WebhookConfig](),
	}}
	u.schemas = sync.OnceValue(u.decoders.schemas)
	u.timers = provider.NewTimers(env, Name, u.due)
	var err error
	if u.businesses, err = journal.NewTable[Business](env.Journal, KindBusiness); err != nil {
		return nil, err
	}
	if u.webhooks, err = journal.NewTable[Webhook](env.Journal, KindWebhook); err != nil {
		return nil, err
	}
	if u.people, err = journal.NewTable[Person](env.Journal, KindPerson); err != nil {
		return nil, err
	}
	if u.audits, err = journal.NewTable[audit](env.Journal, KindAudit); err != nil {
		return nil, err
	}
	if u.attachments, err = journal.NewTable[attachments](env.Journal, KindAttachments); err != nil {
		return nil, err
	}
	env.Sessions.Own(KindAudit)
	env.Sessions.Own(KindAttachments)
	return u, nil
}

// Profile tells who UIP is and how it delivers: for the default business, and
// for each other one that has settings of its own.
func (u *UIP) Profile() provider.Profile {
	usual, _ := u.business(provider.DefaultAccount)
	p := provider.Profile{
		Name:     Name,
		Title:    "UIP",
		Webhooks: []string{WebhookName},
		Verbs:    verbs(),
		Faults:   faults(),
		Hosts:    []string{"api.uip.digital"},
		Policies: []provider.PolicyProfile{
			usual.Delivery.profile("webhook"),
			{Name: "webhook test", Timeout: usual.Delivery.Timeout, Accepts: usual.Delivery.Accepts, Plan: []clock.Duration{}},
		},
		Events: []provider.Event{
			{Name: EventIdentify, Summary: "A person identifies by biometrics.", Example: json.RawMessage(`{"intent":"Sign in"}`)},
			{Name: EventSign, Summary: "A person signs a text.", Example: json.RawMessage(`{"intent":"Order","signatureInformation":"I order three boxes."}`)},
			{Name: EventMessage, Summary: "A person signs, or declines to sign, a message.", Example: json.RawMessage(`{"intent":"Contract","message":"Please sign.","status":"signed"}`)},
			{Name: EventTest, Summary: "The business tests its webhook.", Example: json.RawMessage(`{}`)},
		},
	}
	for _, b := range u.everyBusiness() {
		p.Accounts = append(p.Accounts, b.ID)
		if !b.Delivery.equal(usual.Delivery) {
			p.Policies = append(p.Policies, b.Delivery.profile("webhook of business "+b.ID))
		}
	}
	return p
}

// Secret is the webhook secret of a business, and whether there is such a
// business.
func (u *UIP) Secret(business string) (string, bool) {
	_, known := u.business(business)
	return u.webhook(business).Secret, known
}
