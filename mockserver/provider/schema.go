package provider

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Describer is a Provider that says what the data of its triggers can be.
type Describer interface {
	// Schema is a JSON Schema of the data of an event's trigger, such as
	// Decoder.Schema makes, or nil. It is no part of the Profile because it takes
	// longer to make than all the rest.
	Schema(event string) json.RawMessage
}

// Schema is a JSON Schema of what Decode reads, for whoever makes a form of it:
// nothing in it refers elsewhere, and the members are in the order of T's
// fields. What usual has become the members' defaults. Refine, unless it is nil,
// may say more of the members than the struct tags do, or leave some out. T must
// not hold itself.
func (d *Decoder[T]) Schema(usual T, refine func(members map[string]*huma.Schema)) json.RawMessage {
	root := d.inlined(d.schema)
	for _, m := range membersOf(encoded(usual)) {
		root.Properties[m.Name].Default = m.Value
	}
	if refine != nil {
		refine(root.Properties)
	}
	o := arranged(encoded(root), reflect.TypeFor[T]()).(Object)
	if len(root.Properties) == 0 { // which huma leaves out
		o = append(o, Member{"properties", Object{}})
	}
	return bytes.TrimSpace(encoded(o))
}

// inlined is a copy of a schema with what it refers to in its place.
func (d *Decoder[T]) inlined(s *huma.Schema) *huma.Schema {
	own := *s
	if s.Ref != "" {
		own = *d.registry.SchemaFromRef(s.Ref)
		own.Description = cmp.Or(s.Description, own.Description)
	}
	if own.Items != nil {
		own.Items = d.inlined(own.Items)
	}
	if values, ok := own.AdditionalProperties.(*huma.Schema); ok {
		own.AdditionalProperties = d.inlined(values)
	}
	properties := own.Properties
	own.Properties = make(map[string]*huma.Schema, len(properties))
	for name, property := range properties {
		own.Properties[name] = d.inlined(property)
	}
	return &own
}

// arranged is a schema of a type whose members are in the order of its fields.
func arranged(schema json.RawMessage, t reflect.Type) any {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return schema
	}
	o := membersOf(schema)
	for i, keyword := range o {
		text := keyword.Value.(json.RawMessage)
		switch keyword.Name {
		case "properties":
			o[i].Value = inOrder(membersOf(text), t)
		case "items":
			o[i].Value = arranged(text, t)
		}
	}
	return o
}

// inOrder are the schemas of a struct's members in the order of its fields.
func inOrder(members Object, t reflect.Type) Object {
	schemas := map[string]json.RawMessage{}
	for _, m := range members {
		schemas[m.Name] = m.Value.(json.RawMessage)
	}
	o := Object{}
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if schema, there := schemas[name]; there {
			o = append(o, Member{name, arranged(schema, field.Type)})
		}
	}
	return o
}
