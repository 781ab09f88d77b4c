// Package uqudo plays Uqudo, the identity verification service, as a sender
// of webhooks: results of onboarding sessions as a signed JWS, told to a
// Global Webhook and to those of Hosted KYC configurations, retried every five
// minutes for two hours.
//
// What Uqudo documents is followed to the letter. What it leaves open is a
// setting of the [Account], whose comment says so.
package uqudo

import (
	"encoding/json"
	"runtime"
	"sync"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/provider"
)

// Name is what the vendor is called in paths and triggers.
const Name = "uqudo"

// JWKSPath is where the mock serves the keys that results are signed with.
const JWKSPath = "/" + Name + jwksPath

// Kinds of the journal's entries that this vendor makes.
const (
	KindAccount = "uqudo.account"
	KindWebhook = "uqudo.webhook"
)

// Uqudo is the vendor. It is a [provider.Provider].
type Uqudo struct {
	env      provider.Env
	accounts *journal.Table[Account]
	senders  *journal.Table[sender]
	results  *journal.Table[stored]
	nonces   nonces
	timers   *provider.Timers                // of face sessions that wait
	schemas  func() map[Flow]json.RawMessage // of the flows' data, made when they are first asked for

	naming  sync.Mutex    // held from looking whether a client ID is free to taking it
	drawing chan struct{} // holds as many as draw images at the moment, which takes tens of megabytes each

	globalDecoder  *provider.Decoder[Webhook]
	hostedDecoder  *provider.Decoder[HostedWebhook]
	sessionDecoder *provider.Decoder[SessionData]
}

// New makes the vendor with what the journal holds of it. It is a
// [provider.New].
func New(env provider.Env) (provider.Provider, error) {
	u := &Uqudo{
		env:            env,
		drawing:        make(chan struct{}, runtime.GOMAXPROCS(0)),
		globalDecoder:  provider.NewDecoder[Webhook](),
		hostedDecoder:  provider.NewDecoder[HostedWebhook](),
		sessionDecoder: provider.NewDecoder[SessionData](),
	}
	var err error
	if u.accounts, err = journal.NewTable[Account](env.Journal, KindAccount); err != nil {
		return nil, err
	}
	if u.senders, err = journal.NewTable[sender](env.Journal, KindWebhook); err != nil {
		return nil, err
	}
	if u.results, err = journal.NewTable[stored](env.Journal, KindResult); err != nil {
		return nil, err
	}
	u.schemas = sync.OnceValue(func() map[Flow]json.RawMessage { return schemas(u.sessionDecoder) })
	env.Sessions.Own(KindResult)
	u.nonces.sessions = env.Sessions
	u.timers = provider.NewTimers(env, Name, u.due)
	return u, nil
}

// Profile tells who Uqudo is and how it delivers: for the default account, and
// for each other one that has settings of its own.
func (u *Uqudo) Profile() provider.Profile {
	usual, _ := u.account(provider.DefaultAccount)
	p := provider.Profile{
		Name:     Name,
		Title:    "Uqudo",
		Webhooks: []string{globalName, hostedPrefix + "{config}"},
		Verbs:    []string{},
		Policies: []provider.PolicyProfile{usual.Delivery.profile("webhook")},
		Faults:   faults(),
		JWKS:     jwksPath,
		Hosts:    []string{"id.uqudo.io", "auth.uqudo.io", "id.dev.uqudo.io", "auth.dev.uqudo.io"},
	}
	for _, a := range u.byName() {
		p.Accounts = append(p.Accounts, a.Name)
		if a.Delivery != usual.Delivery {
			p.Policies = append(p.Policies, a.Delivery.profile("webhook of account "+a.Name))
		}
	}
	summaries := map[Flow]string{
		FlowEnrollment: "A user has a document scanned and the face compared with it.",
		FlowReading:    "A user has a document's chip read over NFC.",
		FlowLookup:     "A user's data are looked up in a government's database.",
		FlowFace:       "A user's face is compared with a picture known before.",
	}
	for _, f := range flows() {
		p.Events = append(p.Events, provider.Event{Name: string(f), Summary: summaries[f], Example: example(f)})
	}
	return p
}

func example(f Flow) json.RawMessage {
	data := SessionData{DocumentType: f.documentType(), Profile: ProfileClean}
	text, err := json.Marshal(data)
	if err != nil {
		panic(err) // a struct of strings has no reason to fail
	}
	return text
}

// ClientID is the OAuth client ID of an account, the audience of its results,
// and whether there is such an account.
func (u *Uqudo) ClientID(account string) (string, bool) {
	a, ok := u.account(account)
	return a.ClientID, ok
}

// lifetime is from iat to exp of a flow's result.
func (a Account) lifetime(f Flow) clock.Duration {
	if f == FlowFace {
		return a.FaceJWSLifetime
	}
	return a.JWSLifetime
}
