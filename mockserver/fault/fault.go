// Package fault is what can be made to go wrong: a catalogue of named faults,
// each with the mistake of receivers that it finds, the rules for asking for
// one, and the draws that decide when one acts.
//
// It says what a fault is and not how it is done: vendors spoil what they sign,
// the engine what happens on the wire and when, the vendors' APIs their answers.
package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/problem"
)

// Fault is one thing that is to go wrong. In JSON it is an object, or its name
// alone.
type Fault struct {
	Name string // One of the catalogue.
	// Params differ by fault; the catalogue has their defaults. Durations are
	// texts such as "10m", sizes numbers of bytes or texts such as "2MiB".
	Params map[string]any
	// On chooses attempts by number, the first being 1. None is all of them.
	On []int
	// Probability, 0 to 1, is drawn anew for each attempt. Nil is always.
	Probability *float64

	misread problem.Fields // what JSON had that is none of these
}

// document is a Fault in JSON.
type document struct {
	Name        string         `json:"name"`
	Params      map[string]any `json:"params,omitempty"`
	On          any            `json:"on,omitempty"`
	Probability *float64       `json:"probability,omitempty"`
}

// MarshalJSON writes the name alone when there is no more to say.
func (f Fault) MarshalJSON() ([]byte, error) {
	if len(f.Params) == 0 && len(f.On) == 0 && f.Probability == nil {
		return json.Marshal(f.Name)
	}
	d := document{Name: f.Name, Params: f.Params, Probability: f.Probability}
	if len(f.On) > 0 {
		d.On = f.On
	}
	return json.Marshal(d)
}

// UnmarshalJSON takes whatever is JSON. What is wrong with it is for [Check] to
// say, which knows where it stands.
func (f *Fault) UnmarshalJSON(text []byte) error {
	*f = Fault{}
	if json.Unmarshal(text, &f.Name) == nil {
		return nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		f.misread.Add("", nil, `want a fault's name, or {"name": ..., "params": ..., "on": ..., "probability": ...}`)
		return nil
	}
	known := []string{"name", "params", "on", "probability"}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(known, name) {
			f.misread.Add(name, nil, "there is no such member, want one of %s", nearestFirst(name, known))
		}
	}
	f.read(members["name"], "name", "a fault's name", &f.Name)
	if raw := members["params"]; raw != nil {
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		if decoder.Decode(&f.Params) != nil {
			f.misread.Add("params", nil, "want an object")
		}
	}
	if q := new(float64); f.read(members["probability"], "probability", "a number from 0 to 1", &q) {
		f.Probability = q
	}
	f.readOn(members["on"])
	return nil
}

// read reads a member, and is false when it is not there or is something else.
func (f *Fault) read(raw json.RawMessage, name, want string, to any) bool {
	if raw != nil && json.Unmarshal(raw, to) != nil {
		f.misread.Add(name, nil, "want %s", want)
		return false
	}
	return raw != nil
}

// readOn reads which attempts: "first", "all" or a list of numbers.
func (f *Fault) readOn(raw json.RawMessage) {
	var word string
	switch {
	case raw == nil || string(raw) == "null":
	case json.Unmarshal(raw, &word) == nil && word == "all":
	case word == "first":
		f.On = []int{1}
	case json.Unmarshal(raw, &f.On) != nil || len(f.On) == 0:
		f.On = nil
		f.misread.Add("on", nil, `want "first", "all" or a list of attempts, such as [1, 3]`)
	}
}

// Schema is that of a fault in the control API's document.
func (Fault) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Description: `A fault's name, or {"name", "params", "on", "probability"}: on is "first", "all" or a list of attempts. GET /_mock/v1/faults lists them.`,
		Examples:    []any{"tampered", map[string]any{"name": "ignore-response", "params": map[string]any{"status": 504}, "on": "first"}},
	}
}

// String reads as somebody would say it.
func (f Fault) String() string {
	text, err := f.MarshalJSON()
	if err != nil {
		return f.Name
	}
	return string(text)
}

// Names lists the names of faults, each once.
func Names(faults []Fault) []string {
	names := []string{}
	for _, f := range faults {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}

var _ fmt.Stringer = Fault{}
