package provider

import (
	"encoding/json"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
)

// Trigger is what somebody wants to have happened.
type Trigger struct {
	Provider string          `json:"provider" doc:"The vendor's name." example:"uqudo"`
	Event    string          `json:"event" doc:"One of the vendor's events." example:"enrollment"`
	Account  string          `json:"account,omitempty" doc:"The account, or business; the one called default when absent."`
	Session  string          `json:"session,omitempty" doc:"The identity that the new session gets; a new one when absent."`
	Data     json.RawMessage `json:"data,omitempty" doc:"What the vendor can be told about this event."`
	Patch    json.RawMessage `json:"patch,omitempty" doc:"An RFC 6902 patch of the signed content. A path that does not exist is refused."`
	Faults   []fault.Fault   `json:"faults,omitempty" nullable:"false" doc:"What is to go wrong: names, or {name, params, on, probability}. GET /_mock/v1/faults lists them."`
	Run      string          `json:"-"` // The scenario run that wants it, if one does.
	Seed     *uint64         `json:"seed,omitempty" doc:"The same seed invents the same person and the same content."`
}

// Outcome is what a trigger led to.
type Outcome struct {
	Session    *Session            `json:"session" doc:"Null for an event that is about none."`
	Deliveries []delivery.Delivery `json:"deliveries" doc:"One for each webhook that is told."`
}

// OutcomeOutput is an outcome as the control API answers with it.
type OutcomeOutput struct{ Body Outcome }
