package uip

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// What a trigger can say, by event. What is absent gets a default.
type (
	identifyTrigger struct {
		Intent        string          `json:"intent,omitempty" doc:"Shown to the person. The default is Sign in."`
		RequestedData []string        `json:"requestedData,omitempty" enum:"name,birthdate,country" doc:"The default is all."`
		Person        json.RawMessage `json:"person,omitempty" doc:"A uipId, or the members of a person; user_test when absent."`
		Status        Status          `json:"status,omitempty" enum:"completed,cancelled,declined,expired,pending" doc:"How it ends; completed when absent. Pending leaves it open."`
	}
	signTrigger struct {
		Intent               string          `json:"intent,omitempty" doc:"Shown to the person. The default is Sign."`
		SignatureInformation string          `json:"signatureInformation,omitempty" doc:"The text that is signed. The default is I agree."`
		Person               json.RawMessage `json:"person,omitempty" doc:"A uipId, or the members of a person; user_test when absent."`
		Status               Status          `json:"status,omitempty" enum:"signed,cancelled,declined,expired,pending" doc:"How it ends; signed when absent. Pending leaves it open."`
	}
	messageTrigger struct {
		Intent            string     `json:"intent,omitempty" doc:"The subject. The default is Message."`
		Message           string     `json:"message,omitempty" doc:"The default is Please sign."`
		Priority          string     `json:"priority,omitempty" enum:"LOW,MEDIUM,HIGH,EXTREME" doc:"The default is MEDIUM."`
		ReceiverUIP       string     `json:"receiverUip,omitempty" doc:"A uipId; user_test when absent."`
		SignatureRequired *bool      `json:"signatureRequired,omitempty" doc:"The default is true. Other messages send nothing."`
		SignatureExpiry   *time.Time `json:"signatureExpiry,omitempty" doc:"The default is in 7 days."`
		Status            Status     `json:"status,omitempty" enum:"signed,declined,expired,invalidated,pending,delivered,read" doc:"How it ends; signed when absent, or delivered when no signature is required. Pending leaves it open."`
	}
	testTrigger struct{}
)

// What is absent is so, as far as nothing else has a say in it.

func usualIdentify() identifyTrigger {
	return identifyTrigger{Intent: "Sign in", Status: StatusCompleted}
}

func usualSign() signTrigger {
	return signTrigger{Intent: "Sign", SignatureInformation: "I agree.", Status: StatusSigned}
}

func usualMessage() messageTrigger {
	required := true
	return messageTrigger{
		Intent: "Message", Message: "Please sign.", Priority: "MEDIUM", ReceiverUIP: testPersonID, SignatureRequired: &required,
	}
}

// wish is a trigger that was found good, before anything of it is done.
type wish struct {
	opening
	who     Person
	status  Status
	auditID string
	body    string // what is told, if anything is
}

// Check returns all that is wrong with a trigger, and does nothing.
func (u *UIP) Check(t provider.Trigger) error {
	_, err := u.understand(t, func(prefix string) string { return prefix + "0000000000000000" })
	return err
}

// Trigger has a business begin a session or a message, and a person end it.
func (u *UIP) Trigger(_ context.Context, t provider.Trigger) (provider.Outcome, error) {
	if t.Seed == nil {
		seed := u.env.NewSeed()
		t.Seed = &seed
	}
	outcome, err := u.happen(t)
	if no, refused := errors.AsType[*refusal](err); refused { // somebody was faster
		err = problem.New(problem.Conflict, "UIP answers %s", no)
	}
	return outcome, err
}

func (u *UIP) happen(t provider.Trigger) (provider.Outcome, error) {
	ids := u.env.For(t)
	w, err := u.understand(t, u.unused(ids))
	if err != nil {
		return provider.Outcome{}, err
	}
	if w.event == EventTest {
		n := notification(u.webhook(w.business.ID), "", EventTest, w.body)
		n.Faults, n.Seed, n.Run = w.details.Faults, w.details.Seed, w.run
		sent, err := u.env.Send(n)
		return provider.Outcome{Deliveries: []delivery.Delivery{sent}}, err
	}
	session, err := u.open(w.opening)
	if err != nil {
		return provider.Outcome{}, err
	}
	outcome := provider.Outcome{Session: &session, Deliveries: []delivery.Delivery{}}
	switch w.status {
	case StatusPending, StatusDelivered:
		return outcome, nil
	case StatusRead:
		return u.read(w.id)
	case StatusExpired:
		u.expire(w.id)
	case StatusInvalidated:
		_, _, err = u.invalidateMessage(w.id)
	default:
		return u.conclude(w.id, verbFor(w.status, w.event), w.who, w.auditID, w.body)
	}
	if err == nil {
		session, _, err = u.session(w.id)
	}
	return outcome, err
}

// unused draws identities that no session has, as those of a seed may be used: a
// run can be told again.
func (u *UIP) unused(ids provider.Identities) func(prefix string) string {
	return func(prefix string) string {
		id := ids.NewID(prefix)
		if _, taken := u.env.Sessions.Get(id); taken {
			id = u.env.NewID(prefix)
		}
		return id
	}
}

// verbFor is what leads to a status.
func verbFor(s Status, event string) string {
	verbs := verbsOf(event)
	return verbs[slices.IndexFunc(verbs, func(verb string) bool { status, _ := end(event, verb); return status == s })]
}

// understand works out what a trigger comes to, with identities from newID, or
// all that keeps it from being done.
func (u *UIP) understand(t provider.Trigger, newID func(prefix string) string) (wish, error) {
	w, err := u.wished(t, newID)
	if err != nil {
		return w, err
	}
	if u.webhook(w.business.ID).URL == "" {
		return w, problem.New(problem.Conflict, "business %q has no webhook, without which UIP refuses every call; PUT /_mock/v1/uip/businesses/%s/webhook saves one", w.business.ID, w.business.ID)
	}
	return w, w.unaffordable()
}

// unaffordable is the problem of a wish that costs more than the business has.
func (w *wish) unaffordable() error {
	if w.event != EventTest && !w.business.affords(priceOf(w.event, 0)) {
		return problem.New(problem.Conflict, "the balance of business %q does not cover it: UIP answers %s", w.business.ID, codeInsufficientFunds)
	}
	return nil
}

// wished is what a trigger comes to, or all that is wrong with it as such.
func (u *UIP) wished(t provider.Trigger, newID func(prefix string) string) (wish, error) {
	w := wish{opening: opening{event: t.Event, at: u.env.Clock.Now(), run: t.Run}, auditID: newID(auditPrefix)}
	const refused = "this cannot happen"
	var p problem.Fields
	var err error
	if w.business, err = u.knownBusiness(orDefault(t.Account)); err != nil {
		p.Merge("account", err)
		return w, problem.New(problem.NotFound, refused).With(p...)
	}
	seed := uint64(0)
	if t.Seed != nil {
		seed = *t.Seed
	}
	w.read(u, t, seed, &p)
	w.details.Faults, w.details.Seed = t.Faults, seed
	w.checkID(t, newID, &p)
	p = append(p, fault.CheckTriggered(t.Faults, Name, faults()).At("faults")...)
	w.tell(t.Patch, &p)
	return w, p.Err(refused)
}

// read reads the event's own data.
func (w *wish) read(u *UIP, t provider.Trigger, seed uint64, p *problem.Fields) {
	var found problem.Fields
	switch t.Event {
	case EventIdentify:
		d := usualIdentify()
		found = u.decoders.identify.Decode(t.Data, &d)
		w.details = details{Intent: d.Intent, RequestedData: d.RequestedData}
		w.status, w.who = d.Status, u.whoever(d.Person, seed, &found)
	case EventSign:
		d := usualSign()
		found = u.decoders.sign.Decode(t.Data, &d)
		w.details = details{Intent: d.Intent, SignatureInformation: d.SignatureInformation}
		w.status, w.who = d.Status, u.whoever(d.Person, seed, &found)
	case EventMessage:
		found = w.readMessage(u, t.Data)
	case EventTest:
		found = u.decoders.test.Decode(t.Data, &testTrigger{})
	default:
		p.Add("event", t.Event, "want one of %s, %s, %s, %s", EventIdentify, EventSign, EventMessage, EventTest)
	}
	*p = append(*p, found.At("data")...)
}

func (w *wish) readMessage(u *UIP, data json.RawMessage) problem.Fields {
	d := usualMessage()
	found := u.decoders.message.Decode(data, &d)
	required := d.SignatureRequired == nil || *d.SignatureRequired // null too is none
	w.status = d.Status
	switch {
	case w.status == "" && required:
		w.status = StatusSigned
	case w.status == "":
		w.status = StatusDelivered
	case required == slices.Contains([]Status{StatusDelivered, StatusRead}, w.status):
		found.Add("status", w.status, "does not go with signatureRequired %t", required)
	}
	w.details = details{
		Intent: d.Intent, Message: d.Message, Priority: d.Priority, ReceiverUIP: d.ReceiverUIP, SignatureRequired: required,
	}
	if required {
		expires := w.at.Add(defaultSignatureExpiry)
		w.details.ExpiresAt = &expires
	}
	if d.SignatureExpiry != nil {
		expires := d.SignatureExpiry.UTC()
		w.details.ExpiresAt = &expires
		if wrong := wrongExpiry(*d.SignatureExpiry, required, w.at); wrong != "" {
			found.Add("signatureExpiry", d.SignatureExpiry, "%s", wrong)
		}
	}
	known := false
	if w.who, known = u.person(d.ReceiverUIP); !known {
		found.Add("receiverUip", d.ReceiverUIP, "there is no person of this uipId; POST /_mock/v1/uip/people makes one")
	}
	return found
}

// sessionID and messageID are shapes of IDs, in UIP's examples and here.
var (
	sessionID = regexp.MustCompile(`^sess_[A-Za-z0-9_-]{1,64}$`)
	messageID = regexp.MustCompile(`^msg_[A-Za-z0-9_-]{1,64}$`)
)

// checkID settles the ID of the new session.
func (w *wish) checkID(t provider.Trigger, newID func(string) string, p *problem.Fields) {
	if w.id = t.Session; w.id == "" {
		w.id = newID(prefixOf(w.event))
		return
	}
	switch {
	case w.event == EventTest:
		p.Add("session", t.Session, "a test is about no session")
	case w.event == EventMessage && !messageID.MatchString(t.Session):
		p.Add("session", t.Session, "want msg_ and 1 to 64 letters, digits, _ or -")
	case w.event != EventMessage && !sessionID.MatchString(t.Session):
		p.Add("session", t.Session, "want sess_ and 1 to 64 letters, digits, _ or -")
	}
}

// tell makes the event that will be told, if one will.
func (w *wish) tell(patch json.RawMessage, p *problem.Fields) {
	told := w.event == EventTest
	if !told && len(*p) == 0 && !slices.Contains([]Status{StatusPending, StatusDelivered, StatusRead, StatusExpired, StatusInvalidated}, w.status) {
		_, told = end(w.event, verbFor(w.status, w.event))
	}
	switch {
	case told:
		d := w.details
		d.AuditID = w.auditID
		session := provider.Session{ID: w.id, Event: w.event}
		w.body = string(eventOf(w.business.Contract, session, d, w.who).patched(patch, p))
	case len(patch) > 0 && len(*p) == 0:
		p.Add("patch", nil, "what ends so is not told, so that there is nothing to patch")
	}
}
