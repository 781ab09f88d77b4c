package provider

import "encoding/json"

// Previewer is a Provider that can say beforehand what a trigger would tell.
type Previewer interface {
	// Preview works out what a trigger, whose Seed is not nil, would tell, and
	// does nothing. Its errors are those of Trigger, but that it wants no webhook.
	Preview(t Trigger) (Preview, error)
}

// Preview is what a trigger would tell.
type Preview struct {
	Seed uint64 `json:"seed" doc:"What it was invented from. A trigger with this seed tells the same, but for identities and times."`
	// Session is the identity that Content has.
	Session *string         `json:"session" doc:"The identity of the session in it, null for an event that is about none. A trigger that names it has the same one; it can be used once."`
	Content json.RawMessage `json:"content" doc:"The JSON that would be signed, before any fault changes it: Uqudo's claims, UIP's event. Null when nothing is told. A trigger's patch applies to it. What may differ in the trigger: iat and exp by the time that has passed, the jti of a face session, UIP's audit_id, and without session the session's identity."`
	// Webhooks may be nil for none.
	Webhooks []ToldWebhook `json:"webhooks" nullable:"false" doc:"The webhooks that are set for it now, each of which would be told. Empty when nothing is told, and when none is set: then the trigger sends nothing, or a vendor that wants a webhook refuses it."`
}

// ToldWebhook is a webhook of a trigger's account that would be told.
type ToldWebhook struct {
	Name string `json:"name" doc:"The webhook's name, as a delivery to it has it." example:"global"`
	URL  string `json:"url" doc:"Where it goes." example:"https://example.test/hook"`
}
