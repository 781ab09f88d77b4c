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
}
