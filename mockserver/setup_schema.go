package mockserver

import (
	"encoding/json"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/provider"
)

// part is a part of a JSON Schema.
type part = map[string]any

// SetupSchema is a JSON Schema of draft 2020-12 of what Config.Setup can be, for
// editors. It is made of the control API's own schemas and lets pass what only
// New can find.
func (s *Server) SetupSchema() ([]byte, error) {
	text := part{"type": "string"}
	properties := part{
		sectionKeys: listOf("The first one signs, the others are published.", part{
			"type": "object", "additionalProperties": false,
			"properties": part{
				keyKID: text, keyPEM: text, keyJWK: part{"type": []string{"object", "string"}},
			},
			"oneOf": []part{{"required": []string{keyPEM}}, {"required": []string{keyJWK}}},
		}),
	}
	properties[sectionFaults] = listOf("What goes wrong with what is to come.", s.setup.inlined(http.MethodPost, "/_mock/v1/faults/armed"))
	for _, name := range s.names {
		if v, ok := s.providers[name].(provider.Resourceful); ok {
			properties[name] = objectOf(s.setup.resourcesOf(v.Resources(), "/_mock/v1/"+name))
		}
	}
	root := objectOf(properties)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "A setup of kycmock"
	return json.MarshalIndent(root, "", "  ")
}

func objectOf(properties part) part {
	return part{"type": "object", "properties": properties, "additionalProperties": false}
}

func listOf(description string, items part) part {
	return part{"type": "array", "description": description, "items": items}
}

// resourcesOf are the members that resources are.
func (u *setup) resourcesOf(resources []provider.Resource, path string) part {
	members := part{}
	for _, r := range resources {
		path := path + "/" + r.Path
		switch r.Kind {
		case provider.Single:
			members[r.Name] = u.inlined(http.MethodPut, path)
		case provider.List:
			members[r.Name] = part{"type": "array", "items": u.inlined(http.MethodPost, path)}
		case provider.Named:
			path += "/name"
			one := u.inlined(http.MethodPut, path)
			if properties, ok := one["properties"].(part); ok {
				maps.Copy(properties, u.resourcesOf(r.Parts, path))
			}
			members[r.Name] = part{"type": "object", "additionalProperties": one}
		}
	}
	return members
}

// inlined is the schema of a request's body, with nothing in it that refers to
// other schemas or cannot be set.
func (u *setup) inlined(method, path string) part {
	return u.withoutReferences(asPart(u.body(method, path))).(part)
}

func (u *setup) withoutReferences(node any) any {
	switch node := node.(type) {
	case []any:
		for i := range node {
			node[i] = u.withoutReferences(node[i])
		}
	case part:
		if ref, ok := node["$ref"].(string); ok {
			return u.withoutReferences(asPart(u.api.OpenAPI().Components.Schemas.SchemaFromRef(ref)))
		}
		for name, inner := range node {
			if member, ok := inner.(part); ok && member["readOnly"] == true {
				delete(node, name)
			} else {
				node[name] = u.withoutReferences(inner)
			}
		}
	}
	return node
}

func asPart(schema *huma.Schema) part {
	text, err := json.Marshal(schema)
	node := part{}
	if err == nil {
		err = json.Unmarshal(text, &node)
	}
	if err != nil {
		panic(err) // it was made to be JSON
	}
	return node
}
