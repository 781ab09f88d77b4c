package uip

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// Schema is that of the data of an event's trigger: see [provider.Describer].
func (u *UIP) Schema(event string) json.RawMessage { return u.schemas()[event] }

// schemas are those of the data of each event's trigger.
func (d decoders) schemas() map[string]json.RawMessage {
	newPerson := d.person.Schema(PersonData{}, nil)
	person := func(members map[string]*huma.Schema) {
		members["person"].Extensions = map[string]any{"anyOf": []any{
			map[string]string{"type": "string", "title": "The uipId of a person"}, newPerson,
		}}
	}
	return map[string]json.RawMessage{
		EventIdentify: d.identify.Schema(usualIdentify(), person),
		EventSign:     d.sign.Schema(usualSign(), person),
		EventMessage:  d.message.Schema(usualMessage(), nil),
		EventTest:     d.test.Schema(testTrigger{}, nil),
	}
}
