package uqudo

import (
	"cmp"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/picture"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// SessionStatus is how a session ended.
type SessionStatus string

// The ends of a session. Only a completed one is told: see Uqudo's Webhook
// page, "How it works".
const (
	SessionCompleted SessionStatus = "completed" // The user went through all steps.
	SessionCancelled SessionStatus = "cancelled" // The user gave up: USER_CANCEL.
	SessionExpired   SessionStatus = "expired"   // It took too long: SESSION_EXPIRED.
	SessionFailed    SessionStatus = "failed"    // Something broke: UNEXPECTED_ERROR.
)

func sessionStatuses() []SessionStatus {
	return []SessionStatus{SessionCompleted, SessionCancelled, SessionExpired, SessionFailed}
}

// SessionData is what a trigger can say about a session.
type SessionData struct {
	DocumentType string        `json:"documentType,omitempty" doc:"One of Uqudo's document types. The default is PASSPORT for enrollment, UAE_ID for reading, KEN_ID for lookup; a face session has none."`
	HostedKYC    string        `json:"hostedKyc,omitempty" doc:"The Hosted KYC configuration that the user was sent to; none for a session of the SDK."`
	SessionID    string        `json:"sessionId,omitempty" doc:"A UUID; a new one when absent."`
	Nonce        string        `json:"nonce,omitempty" doc:"At most 64 characters. With hostedKyc it is the tn of the link, which can be used once."`
	Person       Holder        `json:"person,omitzero" doc:"Who the user is, as far as that is not to be invented."`
	Profile      Profile       `json:"profile,omitempty" doc:"The outcome; clean when absent."`
	Status       SessionStatus `json:"status,omitempty" doc:"How the session ended: completed, the default, or cancelled, expired or failed, which send nothing."`
	ImageStyle   picture.Style `json:"imageStyle,omitempty" doc:"What its images look like: plain, drawn or realistic; as the account says when absent."`
}

// sessionDetails is what the mock knows of a session beside that.
type sessionDetails struct {
	SessionData
	Seed   uint64     `json:"seed"`
	JTI    string     `json:"jti,omitempty"`
	KID    string     `json:"kid,omitempty"`
	Result Keeping    `json:"result,omitempty"`
	Images []imageRef `json:"images,omitempty"`
	// ExpiresAt is until when a session of the Face API waits for its user.
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

func detailsOf(s provider.Session) (d sessionDetails, err error) {
	err = json.Unmarshal(s.Data, &d)
	return d, err
}

// completion is a trigger that was found good, before anything of it is done.
type completion struct {
	account Account
	flow    Flow
	data    SessionData
	id      string
	idAt    string // where the trigger names the ID
	jti     string
	seed    uint64
	at      time.Time
	begun   bool        // through the Face API
	input   resultInput // what the claims were made of
	claims  string      // empty when the session did not complete
	images  []imageRef
}

var uuidShape = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// Check returns all that is wrong with a trigger, and does nothing.
func (u *Uqudo) Check(t provider.Trigger) error {
	const unused = "00000000-0000-4000-8000-000000000000"
	_, err := u.plan(t, draft{id: unused, jti: unused, sketch: true})
	return err
}

// Trigger makes a user end a session. A completed one is told to the account's
// Global Webhook, and to that of the Hosted KYC configuration it went through:
// two independent senders of one result, which is signed once.
func (u *Uqudo) Trigger(_ context.Context, t provider.Trigger) (provider.Outcome, error) {
	if t.Seed == nil {
		seed := u.env.NewSeed()
		t.Seed = &seed
	}
	ids := u.env.For(t)
	c, err := u.plan(t, u.draft(ids))
	if err != nil {
		return provider.Outcome{}, err
	}
	details := sessionDetails{SessionData: c.data, Seed: c.seed, Images: c.images}
	details.SessionID = ""
	result := stored{Account: c.account.Name, Expires: c.expires(), Input: c.input, Images: c.images}
	if c.claims != "" {
		if result.Token, result.KID, err = u.env.Keys.Sign([]byte(c.claims)); err != nil {
			return provider.Outcome{}, err
		}
		details.JTI, details.KID, details.Result = c.jti, result.KID, u.keeping(c)
	}
	session := provider.Session{
		ID: c.id, Provider: Name, Account: c.account.Name, Event: string(c.flow),
		Status: string(c.data.Status), CreatedAt: c.at, Run: t.Run,
	}
	if session.Data, err = json.Marshal(details); err != nil {
		return provider.Outcome{}, err
	}
	if err := u.add(session, c); err != nil {
		return provider.Outcome{}, err
	}
	if details.Result == KeptStored {
		u.store(session.ID, result)
	}
	outcome := provider.Outcome{Session: &session, Deliveries: []delivery.Delivery{}}
	if c.claims == "" {
		return outcome, nil
	}
	outcome.Deliveries, err = u.tell(c, result.Token, t)
	return outcome, err
}

// add puts the session down, unless its ID or its tn was used before.
func (u *Uqudo) add(session provider.Session, c completion) error {
	if c.begun {
		return u.completeFaceSession(session)
	}
	add := func() bool { return u.env.Sessions.Add(session) }
	free, added := true, false
	if tn, has := c.nonce(); has {
		free, added = u.nonces.use(tn, session.ID, add)
	} else {
		added = add()
	}
	switch {
	case added:
		return nil
	case !free:
		return c.usedNonce()
	default:
		return c.usedID()
	}
}

// nonce is the tn of the session's link, if it has one.
func (c completion) nonce() (tn nonce, has bool) {
	return nonce{c.account.Name, c.data.HostedKYC, c.data.Nonce}, c.data.HostedKYC != "" && c.data.Nonce != ""
}

func (c completion) usedNonce() error {
	return problem.New(problem.Conflict, "the tn of a Hosted KYC link can be used once").
		With(problem.Field{Location: "data.nonce", Message: "was used before", Value: c.data.Nonce})
}

func (c completion) usedID() error {
	return problem.New(problem.Conflict, "there is a session of that ID").
		With(problem.Field{Location: c.idAt, Message: "was used before", Value: c.id})
}

// tell sends the result to every webhook that is set for it. What faults leave
// to chance is drawn for each of them by itself.
func (u *Uqudo) tell(c completion, token string, t provider.Trigger) ([]delivery.Delivery, error) {
	deliveries := []delivery.Delivery{}
	for i, s := range u.told(c) {
		body, contentType := c.account.Delivery.written(s.Webhook.Format, token)
		d, err := u.env.Send(delivery.Notification{
			Provider: Name, Account: c.account.Name, Webhook: s.Name, Session: c.id, Event: string(c.flow),
			Revision: s.revision(), Endpoint: s.Webhook.endpoint(), ContentType: contentType, Body: body,
			Faults: t.Faults, Seed: c.seed + uint64(i), Run: t.Run,
		})
		if err != nil {
			return deliveries, err
		}
		deliveries = append(deliveries, d)
	}
	return deliveries, nil
}

// told are the webhooks that are set for a result.
func (u *Uqudo) told(c completion) []sender {
	names := []string{}
	if c.flow != FlowFace || c.account.FaceSessions {
		names = append(names, globalName)
	}
	if c.data.HostedKYC != "" {
		names = append(names, hostedPrefix+c.data.HostedKYC)
	}
	var told []sender
	for _, name := range names {
		if s, ok := u.senders.Get(senderID(c.account.Name, name)); ok && s.Webhook != nil {
			told = append(told, s)
		}
	}
	return told
}

// keeping is where the result is at first.
func (u *Uqudo) keeping(c completion) Keeping {
	switch {
	case c.account.StoreData:
		return KeptStored
	case len(u.told(c)) > 0:
		return KeptWebhook
	}
	return KeptLost
}

// draft is what a trigger leaves open.
type draft struct {
	id, jti string
	sketch  bool // only whether it can be is asked: images may look like anything
}

// draft draws what a trigger leaves open. A session may have the first identity
// of a seed: a run can be told again.
func (u *Uqudo) draft(ids provider.Identities) draft {
	id := ids.NewUUID()
	if _, taken := u.env.Sessions.Get(id); taken {
		id = u.env.NewUUID()
	}
	return draft{id: id, jti: ids.NewUUID()}
}

// plan works out what a trigger comes to, or all that is wrong with it.
func (u *Uqudo) plan(t provider.Trigger, open draft) (completion, error) {
	c := completion{flow: Flow(t.Event), id: open.id, idAt: "data.sessionId", at: u.env.Clock.Now()}
	const refused = "this session cannot happen"
	var p problem.Fields
	var err error
	if c.account, err = u.knownAccount(orDefault(t.Account)); err != nil {
		p.Merge("account", err)
		return c, problem.New(problem.NotFound, refused).With(p...)
	}
	if t.Seed != nil {
		c.seed = *t.Seed
	}
	p = append(p, u.sessionDecoder.Decode(t.Data, &c.data).At("data")...)
	u.checkSession(&p, &c, t)
	c.input = resultInput{
		Flow: c.flow, DocumentType: c.data.DocumentType, Profile: c.data.Profile,
		Seed: c.seed, At: c.at, Nonce: c.data.Nonce, FaceSession: c.id,
		Person: c.data.Person, Style: cmp.Or(c.data.ImageStyle, c.account.ImageStyle),
	}
	for _, f := range c.input.check() {
		if f.Location == "flow" {
			f.Location = "event"
		} else {
			f.Location = "data." + f.Location
		}
		p = append(p, f)
	}
	if err := p.Err(refused); err != nil {
		return c, err
	}
	c.jti = c.id
	if c.flow == FlowFace {
		c.jti = open.jti
	}
	if c.data.Status != SessionCompleted {
		return c, nil
	}
	if open.sketch {
		c.input.Style = picture.Plain
	}
	if c.input.Style != picture.Plain {
		u.drawing <- struct{}{}
		defer func() { <-u.drawing }()
	}
	if err := c.complete(t.Patch, &p); err != nil {
		return c, err
	}
	return c, p.Err(refused)
}

// checkSession settles the members of c that the payload does not.
func (u *Uqudo) checkSession(p *problem.Fields, c *completion, t provider.Trigger) {
	switch {
	case t.Session != "" && c.data.SessionID != "" && t.Session != c.data.SessionID:
		p.Add("data.sessionId", c.data.SessionID, "differs from session, want one of them")
	case t.Session != "":
		c.id, c.idAt = t.Session, "session"
		c.checkID(p)
	case c.data.SessionID != "":
		c.id = c.data.SessionID
		c.checkID(p)
	}
	if c.data.Status == "" {
		c.data.Status = SessionCompleted
	}
	if !slices.Contains(sessionStatuses(), c.data.Status) {
		p.Add("data.status", c.data.Status, "want one of %s", list(sessionStatuses()))
	}
	if c.data.Status != SessionCompleted && len(t.Patch) > 0 {
		p.Add("patch", nil, "a session that did not complete has no claims to patch")
	}
	if config := c.data.HostedKYC; config != "" {
		s, _ := u.senders.Get(senderID(c.account.Name, hostedPrefix+config))
		switch {
		case !s.exists():
			p.Add("data.hostedKyc", config, "account %s has no Hosted KYC configuration of this name", c.account.Name)
		case c.flow == FlowFace:
			p.Add("data.hostedKyc", config, "Hosted KYC has no face sessions")
		}
	}
	if s, taken := u.env.Sessions.Get(c.id); taken {
		c.begun = c.flow == FlowFace && s.Account == c.account.Name && begunByAPI(s)
	}
	*p = append(*p, checkFaults(t.Faults, c.data.Status)...)
}

func (c *completion) checkID(p *problem.Fields) {
	if !uuidShape.MatchString(c.id) {
		p.Add(c.idAt, c.id, "want a UUID: 8-4-4-4-12 hexadecimal digits")
	}
}

func orDefault(account string) string {
	if account == "" {
		return provider.DefaultAccount
	}
	return account
}

// Act refuses: a session of Uqudo has ended when the mock hears of it.
func (u *Uqudo) Act(_ context.Context, session, verb string, _ json.RawMessage) error {
	return problem.New(problem.Conflict, "nothing is left to %s in Uqudo's session %s: it was ended by its trigger", verb, session)
}
