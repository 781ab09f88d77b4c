package provider

import (
	"encoding/json"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
)

// Profile is what a vendor tells of itself.
type Profile struct {
	Name     string          `json:"name" doc:"What the vendor is called in paths and triggers."`
	Title    string          `json:"title" doc:"What it is called by people."`
	Events   []Event         `json:"events" doc:"What can be triggered."`
	Webhooks []string        `json:"webhooks" doc:"The names of an account's webhooks."`
	Verbs    []string        `json:"verbs" doc:"What the person with the phone can do in a session that waits for it."`
	Policies []PolicyProfile `json:"policies" doc:"How it delivers, unless an account says otherwise."`
	Faults   []string        `json:"faults" doc:"What the vendor itself can make go wrong, beside what goes wrong on the wire and in time."`
	JWKS     string          `json:"jwks,omitempty" doc:"Where its own API publishes the keys that it signs with, if it does." example:"/api/.well-known/jwks.json"`
	Hosts    []string        `json:"hosts,omitempty" doc:"The hosts of its own API. A request for one of them is served at the root, and by the vendor alone."`
	// Accounts may be nil for a vendor that has the default one alone.
	Accounts []string `json:"accounts" doc:"The names of its accounts, or businesses; the one called default first."`
}

// Event is one thing that a vendor tells.
type Event struct {
	Name    string          `json:"name"`
	Summary string          `json:"summary"`
	Example json.RawMessage `json:"example" doc:"The data of a trigger that works as it stands."`
	// Schema is left to the control API, which asks a Describer for it.
	Schema json.RawMessage `json:"schema,omitempty" doc:"A JSON Schema of what the data can be, for a form: it refers to nothing outside, and its members are in the order in which to show them. Absent when the vendor tells none."`
}

// PolicyProfile is a delivery policy as a person reads it.
type PolicyProfile struct {
	Name    string           `json:"name"`
	Timeout clock.Duration   `json:"timeout" doc:"How long an attempt may take, in real time."`
	Accepts string           `json:"accepts" doc:"Which HTTP statuses are success."`
	Plan    []clock.Duration `json:"plan" doc:"When the retries are due, counted from the first attempt."`
}

// Plan is the plan of a schedule as a profile shows it.
func Plan(s delivery.Schedule) []clock.Duration {
	plan := []clock.Duration{}
	for _, offset := range delivery.Plan(s) {
		plan = append(plan, clock.Duration(offset))
	}
	return plan
}
