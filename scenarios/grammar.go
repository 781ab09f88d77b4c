// Package scenarios tells stories of trouble in YAML: what a vendor sends, what
// goes wrong, and what is to be thought of the receiver's answers.
//
// The types of this file are the grammar. The reader, the JSON Schema and the
// reference in the docs are made from them and from their tags: yaml is the
// member's name, doc says what it is, required, enum and min what they say. A
// form is what a text has to be, or beside enum can be as well: a name to give
// (name), the name of a thing or of an armed fault (thing, armed), a duration,
// a number, a regular expression (regexp), HTTP statuses (http).
package scenarios

// Scenario is one story.
type Scenario struct {
	Name     string         `yaml:"name" required:"true" form:"name" doc:"What it is called: lower-case letters, digits and hyphens."`
	Why      string         `yaml:"why" required:"true" doc:"A paragraph: which trouble of production this is, and what a receiver has to do."`
	Provider string         `yaml:"provider" doc:"The vendor of all steps that name none."`
	Account  string         `yaml:"account" doc:"The account of all steps that name none; the run's when absent."`
	Vars     map[string]Var `yaml:"vars" doc:"What can be set from outside, and is spoken of as $name."`
	Steps    []Step         `yaml:"steps" required:"true" doc:"What happens, one after another."`

	File string `yaml:"-"` // where it was read, for messages

	source source // as it was written
}

// Var is a variable. Those called url and account are there in every scenario:
// the receiver's address and the account.
type Var struct {
	Default any    `yaml:"default" json:"default,omitempty" doc:"What it is when nobody sets it; without one it has to be set."`
	Summary string `yaml:"summary" json:"summary" doc:"What it is for."`
}

// Step is one thing that happens, or is asserted: exactly one verb, which may
// have a name beside it.
type Step struct {
	Name string `yaml:"name" doc:"How the step is called in reports; made from its verb when absent."`

	SaveWebhook   *SaveWebhook   `yaml:"save-webhook" verb:"true" doc:"Save a webhook, as the vendor's dashboard does."`
	DeleteWebhook *DeleteWebhook `yaml:"delete-webhook" verb:"true" doc:"Delete a webhook."`
	RotateSecret  *Account       `yaml:"rotate-secret" verb:"true" doc:"Give a UIP webhook a new secret."`
	Trigger       *Trigger       `yaml:"trigger" verb:"true" doc:"Have a user of the vendor do something."`
	Act           *Act           `yaml:"act" verb:"true" doc:"Do what the person with the phone does in a session that waits."`
	Advance       *Text          `yaml:"advance" verb:"true" enum:"next,idle" form:"duration" doc:"Move the clock: a duration such as 5m, next for the next thing due, or idle until no delivery has an attempt to come."`
	Wait          *Wait          `yaml:"wait" verb:"true" doc:"Wait, in real time, until a delivery is as it should be."`
	Keys          *Keys          `yaml:"keys" verb:"true" doc:"Rotate, publish or retire signing keys."`
	Arm           *Arm           `yaml:"arm" verb:"true" doc:"Arm a fault for the next notifications, or calls of the vendor's API, that match."`
	Disarm        *Text          `yaml:"disarm" verb:"true" form:"armed" doc:"Disarm a fault by the name that it was armed as."`
	Redeliver     *Redeliver     `yaml:"redeliver" verb:"true" doc:"Send the same bytes again, as a delivery of its own."`
	AttemptNow    *Text          `yaml:"attempt-now" verb:"true" form:"thing" doc:"Make the next attempt of a delivery due now."`
	Cancel        *Text          `yaml:"cancel" verb:"true" form:"thing" doc:"Call a delivery off."`
	Parallel      *[]Step        `yaml:"parallel" verb:"true" doc:"Steps that happen side by side."`
	Include       *Include       `yaml:"include" verb:"true" doc:"Another scenario's steps."`
	Expect        *Assertion     `yaml:"expect" verb:"true" doc:"What the story itself must be. When it is not, the run ends as an error: the scenario or the mock is wrong."`
	Judge         *Judgement     `yaml:"judge" verb:"true" doc:"What the receiver must do. When it does not, that is a finding, and the run goes on."`

	Line, Column int `yaml:"-"` // where it stands
}

// Text is a text that may speak of variables and of earlier steps: $name,
// $first.session. Two dollar signs stand for one.
type Text string

// Duration is a duration such as 5m, or a reference to one.
type Duration string

// Number is a whole number, or a reference to one.
type Number string

// Statuses is an HTTP status to match: 200, 2xx, "not 2xx", or several of them
// with commas or as a list; "none" is no answer at all. Without attempt it is
// a delivery's status: pending, delivered, exhausted, cancelled.
type Statuses string

// Value is any YAML, in which texts may hold references.
type Value any

// SaveWebhook is a step.
type SaveWebhook struct {
	Provider Text  `yaml:"provider" doc:"The vendor."`
	Account  Text  `yaml:"account" doc:"The account."`
	Webhook  Text  `yaml:"webhook" doc:"global, hosted-kyc/NAME or default; the vendor's first when absent."`
	Config   Value `yaml:"config" doc:"What the vendor's dashboard takes, with its member names; url is $url when absent, and Uqudo's securityType NONE."`
}

// DeleteWebhook is a step.
type DeleteWebhook struct {
	Provider Text `yaml:"provider" doc:"The vendor."`
	Account  Text `yaml:"account" doc:"The account."`
	Webhook  Text `yaml:"webhook" doc:"The vendor's first when absent."`
}

// Account is a step about an account as a whole.
type Account struct {
	Account Text `yaml:"account" doc:"The account."`
}

// Trigger is a step.
type Trigger struct {
	As       string  `yaml:"as" form:"name" doc:"What later steps call it: $NAME.session, delivery: NAME."`
	Provider Text    `yaml:"provider" doc:"The vendor."`
	Account  Text    `yaml:"account" doc:"The account."`
	Event    Text    `yaml:"event" required:"true" doc:"One of the vendor's events; Uqudo's are its flows."`
	Session  Text    `yaml:"session" doc:"The ID that the session gets; a new one when absent."`
	Profile  Text    `yaml:"profile" doc:"Uqudo: the outcome, short for data: {profile: ...}."`
	Data     Value   `yaml:"data" doc:"What the vendor can be told about the event."`
	Patch    Value   `yaml:"patch" doc:"An RFC 6902 patch of what is signed."`
	Faults   Value   `yaml:"faults" doc:"What is to go wrong: names, or {name, params, on, probability}."`
	Repeat   Number  `yaml:"repeat" min:"1" doc:"How many times, one after another; once when absent."`
	Seed     *uint64 `yaml:"seed" doc:"Decides what is invented; made from the run's seed when absent."`
}

// Act is a step.
type Act struct {
	On   Text   `yaml:"on" required:"true" form:"thing" doc:"The trigger whose session waits."`
	Do   Text   `yaml:"do" required:"true" doc:"complete, cancel, decline, sign or read."`
	Data Value  `yaml:"data" doc:"What goes with it, such as {person: user_test}."`
	As   string `yaml:"as" form:"name" doc:"What later steps call what it led to."`
}

// Wait is a step.
type Wait struct {
	Delivery Text     `yaml:"delivery" required:"true" form:"thing" doc:"Whose delivery, by the name given with as."`
	Status   Text     `yaml:"status" enum:"pending,delivered,exhausted,cancelled,any" doc:"The status to wait for; any is any final one."`
	Attempts Number   `yaml:"attempts" min:"1" doc:"How many attempts, at least."`
	Timeout  Duration `yaml:"timeout" doc:"How long, in real time. The default is 10s."`
}

// Keys is a step: one of its members.
type Keys struct {
	Rotate  *Rotate `yaml:"rotate" verb:"true" doc:"A new key signs from now on."`
	Retire  Text    `yaml:"retire" verb:"true" enum:"previous" doc:"Take the previous key out of the JWKS."`
	Publish Text    `yaml:"publish" verb:"true" enum:"active" doc:"Put the key that signs into the JWKS, after a rotation that left it out."`
}

// Rotate is how a key is rotated.
type Rotate struct {
	Retire  Text `yaml:"retire" enum:"now,never" form:"duration" doc:"When the old key leaves the JWKS: now, never (the default) or after a duration."`
	Publish Text `yaml:"publish" enum:"now,later" doc:"Whether the new key is in the JWKS at once (the default) or has to be published."`
	KID     Text `yaml:"kid" enum:"new,same" doc:"Whether the new key has a kid of its own (the default) or takes the old one's, and its place."`
}

// Arm is a step.
type Arm struct {
	As       string `yaml:"as" form:"name" doc:"What disarm calls it."`
	Provider Text   `yaml:"provider" doc:"The vendor."`
	Account  Text   `yaml:"account" doc:"The account."`
	Webhook  Text   `yaml:"webhook" doc:"One webhook alone."`
	Event    Text   `yaml:"event" doc:"One event alone."`
	Fault    Value  `yaml:"fault" required:"true" doc:"A name, or {name, params, on, probability}."`
	Times    Number `yaml:"times" doc:"How many times; once when absent, 0 until it is disarmed."`
}

// Redeliver is a step.
type Redeliver struct {
	Delivery Text   `yaml:"delivery" required:"true" form:"thing" doc:"Whose delivery, by the name given with as."`
	As       string `yaml:"as" form:"name" doc:"What later steps call the new one."`
}

// Include is a step.
type Include struct {
	Scenario string           `yaml:"scenario" required:"true" doc:"Its name."`
	Vars     map[string]Value `yaml:"vars" doc:"Its variables."`
	As       string           `yaml:"as" form:"name" doc:"Goes before its names: $AS.first."`
}

// Assertion is what can be asserted of deliveries and of their attempts. All of
// its members have to hold, of every delivery that it is about.
type Assertion struct {
	Delivery Text `yaml:"delivery" form:"thing" doc:"Whose deliveries, by the name given with as: one for each webhook that was told, without copies."`
	Copies   Text `yaml:"copies" form:"thing" doc:"Whose copies instead: duplicates and replays."`
	Webhook  Text `yaml:"webhook" doc:"Of one webhook alone."`
	Attempt  Text `yaml:"attempt" enum:"first,last,each" form:"number" min:"1" doc:"One attempt: a number from 1, first, last, or each. Status, within, error, header, body and request are about it."`

	Status    Statuses          `yaml:"status" doc:"With attempt its HTTP status: 200, 2xx, not 2xx, [200, 409], none. Otherwise the delivery's: pending, delivered, exhausted, cancelled."`
	Count     Number            `yaml:"count" doc:"How many deliveries there are."`
	Attempts  Number            `yaml:"attempts" doc:"How many attempts were made."`
	Sequence  []Statuses        `yaml:"sequence" form:"http" doc:"The HTTP statuses of all attempts, in order."`
	At        []Duration        `yaml:"at" doc:"When the attempts were made, on the mock's clock, counted from when the first one was due. On a clock that runs they may be made later, and more of them."`
	Within    Duration          `yaml:"within" doc:"How long the answer took at most, in real time."`
	Error     Text              `yaml:"error" enum:"none,timeout,refused,reset,tls,dns,protocol,aborted" doc:"Why there was no whole answer."`
	Header    map[string]string `yaml:"header" form:"regexp" doc:"Response headers, each with a regular expression."`
	Body      Text              `yaml:"body" form:"regexp" doc:"A regular expression that the response's body matches."`
	Request   Text              `yaml:"request" form:"regexp" doc:"A regular expression that the request's body matches."`
	SameBytes *bool             `yaml:"same-bytes" doc:"Whether all attempts sent the same body, also those of copies and those that told other webhooks of the same event."`
	Order     []Text            `yaml:"order" form:"thing" doc:"Names given with as, in the order in which their first attempts were made."`
	Reason    Text              `yaml:"reason" form:"regexp" doc:"A regular expression that the reason of a cancellation matches."`
}

// Judgement is an assertion about the receiver, with what to say when it does
// not hold.
type Judgement struct {
	That      Text `yaml:"that" required:"true" doc:"What a good receiver does, as a sentence."`
	Assertion `yaml:",inline"`
	Finding   Text `yaml:"finding" doc:"What the receiver did wrong, in words for its owner: accepted a token signed by a key nobody published. Made from that when absent."`
	Otherwise Text `yaml:"otherwise" doc:"What to mend."`
}
