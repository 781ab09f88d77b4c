package scenarios

import (
	"encoding/json"
	"reflect"
)

// Schema is the grammar as a JSON Schema of draft 2020-12, for editors and for
// other programs. It lets pass what only [Check] can find.
func Schema() []byte {
	s := schema{}
	root := s.object(reflect.TypeFor[Scenario]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "A scenario of kycmock"
	root["$defs"] = s
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(err) // maps, lists and texts have no reason to fail
	}
	return append(text, '\n')
}

// part is a part of a schema.
type part = map[string]any

// schema has the parts that others refer to, by name.
type schema map[string]any

// ref refers to a part, which is made when it is first spoken of.
func (s schema) ref(name string, make func() part) part {
	if _, made := s[name]; !made {
		s[name] = nil // it may speak of itself
		s[name] = make()
	}
	return part{"$ref": "#/$defs/" + name}
}

// object is the schema of a struct.
func (s schema) object(t reflect.Type) part {
	properties := part{}
	required := []string{}
	members := membersOf(t)
	for _, m := range members {
		p := s.of(m.typ, m)
		p["description"] = m.doc
		properties[m.name] = p
		if m.required {
			required = append(required, m.name)
		}
	}
	o := part{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = required
	}
	if verbs := verbsAmong(members); len(verbs) > 0 {
		oneOf := make([]part, len(verbs))
		for i, verb := range verbs {
			oneOf[i] = part{"required": []string{verb}}
		}
		o["oneOf"] = oneOf
	}
	return o
}

// of is the schema of a member's type.
func (s schema) of(t reflect.Type, m member) part {
	switch {
	case t.Kind() == reflect.Pointer:
		return s.of(t.Elem(), m)
	case t == reflect.TypeFor[Var]():
		return s.ref("variable", func() part { return s.object(t) })
	case t.Kind() == reflect.Struct:
		return s.ref(nameOfType(t), func() part { return s.object(t) })
	case t.Kind() == reflect.Slice:
		return part{"type": "array", "minItems": 1, "items": s.of(t.Elem(), m)}
	case t.Kind() == reflect.Map:
		p := part{"type": "object", "additionalProperties": s.of(t.Elem(), member{form: m.form})}
		if t.Elem() == reflect.TypeFor[Var]() {
			p["propertyNames"] = part{"pattern": kebab.String()}
		}
		return p
	case t.Kind() == reflect.Interface:
		return part{"not": part{"type": "null"}}
	case t.Kind() == reflect.Bool:
		return part{"type": "boolean"}
	case t.Kind() == reflect.Uint64:
		return part{"type": "integer", "minimum": 0}
	case t == statusesType:
		one := s.ref("status", func() part { return part{"type": []string{"string", "integer"}, "minLength": 1} })
		return part{"anyOf": []part{one, {"type": "array", "minItems": 1, "items": one}}}
	default:
		return s.text(t, m)
	}
}

// text is the schema of a text of some form, for which a reference can stand
// unless it is one for names alone.
func (s schema) text(t reflect.Type, m member) part {
	var forms []part
	if len(m.enum) > 0 {
		forms = append(forms, part{"enum": m.enum})
	}
	switch {
	case m.form == "name":
		return part{"type": "string", "pattern": kebab.String()}
	case m.form == "duration" || t == durationType:
		forms = append(forms, s.ref("duration", duration))
	case m.form == "number" || t == numberType:
		forms = append(forms, part{"type": "integer", "minimum": m.min}, part{"type": "string", "pattern": "^[0-9]+$"})
	case len(m.enum) == 0 && m.required:
		return part{"type": []string{"string", "number"}, "minLength": 1}
	case len(m.enum) == 0:
		return part{"type": []string{"string", "number"}}
	}
	return part{"anyOf": append(forms, s.ref("reference", aReference))}
}

func duration() part {
	return part{
		"description": "A duration such as 5m, 1.5s or 2h.", "type": []string{"string", "integer"},
		"pattern": `^(0|([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)$`, "maximum": 0, "minimum": 0,
	}
}

func aReference() part {
	return part{
		"description": "A variable such as $url, or what an earlier step led to, such as $first.session. $$ stands for a dollar sign.",
		"type":        "string", "pattern": `\$[A-Za-z_]`,
	}
}

// nameOfType is a type's name as the schema has it: saveWebhook.
func nameOfType(t reflect.Type) string {
	name := []byte(t.Name())
	name[0] += 'a' - 'A'
	return string(name)
}
