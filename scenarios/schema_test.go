package scenarios_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"kycmock/scenarios"
)

const schemaFile = "scenario.schema.json"

func TestTheSchemaIsThatOfTheCode(t *testing.T) { generated(t, schemaFile, scenarios.Schema()) }

// schema is a JSON Schema with just the keywords that ours has.
type schema struct {
	root map[string]any
	t    *testing.T
}

func newSchema(t *testing.T) schema {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(scenarios.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	return schema{root, t}
}

// wrong says where a value is not what the schema wants, or nothing.
func (s schema) wrong(rule map[string]any, value any, at string) string {
	for keyword, want := range rule {
		if bad := s.keyword(keyword, want, rule, value, at); bad != "" {
			return bad
		}
	}
	return ""
}

func (s schema) keyword(keyword string, want any, rule map[string]any, value any, at string) string {
	object, isObject := value.(map[string]any)
	list, isList := value.([]any)
	text, isText := value.(string)
	number, isNumber := value.(float64)
	broken := false
	switch keyword {
	case "$schema", "$defs", "title", "description":
	case "$ref":
		name := strings.TrimPrefix(want.(string), "#/$defs/")
		return s.wrong(s.root["$defs"].(map[string]any)[name].(map[string]any), value, at)
	case "type":
		broken = !slices.ContainsFunc(many(want), func(name any) bool { return isOfType(name.(string), value) })
	case "enum":
		broken = !slices.Contains(want.([]any), value)
	case "pattern":
		broken = isText && !regexp.MustCompile(want.(string)).MatchString(text)
	case "minLength":
		broken = isText && len(text) < int(want.(float64))
	case "minimum":
		broken = isNumber && number < want.(float64)
	case "maximum":
		broken = isNumber && number > want.(float64)
	case "minItems":
		broken = isList && len(list) < int(want.(float64))
	case "items":
		for i, item := range list {
			if bad := s.wrong(want.(map[string]any), item, fmt.Sprintf("%s[%d]", at, i)); bad != "" {
				return bad
			}
		}
	case "required":
		broken = isObject && slices.ContainsFunc(want.([]any), func(name any) bool { _, there := object[name.(string)]; return !there })
	case "properties", "additionalProperties", "propertyNames":
		return s.members(keyword, want, rule, object, at)
	case "not":
		broken = s.wrong(want.(map[string]any), value, at) == ""
	case "anyOf", "oneOf":
		fit := 0
		for _, one := range want.([]any) {
			if s.wrong(one.(map[string]any), value, at) == "" {
				fit++
			}
		}
		broken = fit == 0 || keyword == "oneOf" && fit > 1
	default:
		s.t.Fatalf("the schema has a keyword that this test does not know: %s", keyword)
	}
	if broken {
		return fmt.Sprintf("%s: %s %v", at, keyword, want)
	}
	return ""
}

func (s schema) members(keyword string, want any, rule, object map[string]any, at string) string {
	known, _ := rule["properties"].(map[string]any)
	for name, value := range object {
		where := at + "." + name
		bad := ""
		switch rule := known[name]; {
		case keyword == "properties" && rule != nil:
			bad = s.wrong(rule.(map[string]any), value, where)
		case keyword == "propertyNames":
			bad = s.wrong(want.(map[string]any), name, where)
		case keyword == "additionalProperties" && rule == nil && want == false:
			bad = where + ": additionalProperties"
		case keyword == "additionalProperties" && rule == nil:
			bad = s.wrong(want.(map[string]any), value, where)
		}
		if bad != "" {
			return bad
		}
	}
	return ""
}

func many(v any) []any {
	if list, is := v.([]any); is {
		return list
	}
	return []any{v}
}

func isOfType(name string, value any) bool {
	switch v := value.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case float64:
		return name == "number" || name == "integer" && v == math.Trunc(v)
	case []any:
		return name == "array"
	default:
		return name == "object"
	}
}

// asJSON is a document of YAML as a validator sees it.
func asJSON(t *testing.T, text []byte) (value any, ok bool) {
	t.Helper()
	var tree any
	if yaml.Unmarshal(text, &tree) != nil {
		return nil, false
	}
	encoded, err := json.Marshal(tree)
	if err != nil {
		return nil, false
	}
	return value, json.Unmarshal(encoded, &value) == nil
}

func TestTheSchemaAndTheReaderAgree(t *testing.T) {
	const beyond = "# the schema cannot see this"
	s := newSchema(t)
	names := append(files(t, "good/*.yaml"), files(t, "bad/*.yaml")...)
	for _, builtIn := range scenarios.BuiltIn() {
		names = append(names, builtIn.File)
	}
	for _, file := range names {
		t.Run(file, func(t *testing.T) {
			text := read(t, file)
			value, ok := asJSON(t, text)
			if !ok {
				return // it is no document, which is for the reader to say
			}
			fits := filepath.Base(filepath.Dir(file)) != "bad" || bytes.HasPrefix(text, []byte(beyond))
			if bad := s.wrong(s.root, value, "$"); (bad == "") != fits {
				t.Errorf("the schema finds %q wrong, want it to fit: %v", bad, fits)
			}
		})
	}
}

func TestTheSchemaHasEveryMemberAndNoOther(t *testing.T) {
	text := string(scenarios.Schema())
	for _, of := range []any{
		scenarios.Scenario{}, scenarios.Var{}, scenarios.Step{}, scenarios.SaveWebhook{}, scenarios.DeleteWebhook{}, scenarios.Account{},
		scenarios.Trigger{}, scenarios.Act{}, scenarios.Wait{}, scenarios.Keys{}, scenarios.Rotate{}, scenarios.Arm{},
		scenarios.Redeliver{}, scenarios.Include{}, scenarios.Assertion{}, scenarios.Judgement{},
	} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(of)) {
			name, doc := f.Tag.Get("yaml"), f.Tag.Get("doc")
			if name == "" || name == "-" || name == ",inline" {
				continue
			}
			described, err := json.Marshal(doc)
			if err != nil || doc == "" || !strings.Contains(text, fmt.Sprintf("%q: {", name)) || !strings.Contains(text, string(described)) {
				t.Errorf("the schema does not describe %s of %T", name, of)
			}
			if reference := scenarios.Reference(); !strings.Contains(reference, "| `"+name+"` |") {
				t.Errorf("the reference does not describe %s of %T", name, of)
			}
		}
	}
	closed(t, newSchema(t).root, "$")
}

// closed finds objects with members of their own that let others pass.
func closed(t *testing.T, rule any, at string) {
	switch v := rule.(type) {
	case map[string]any:
		if _, of := v["properties"].(map[string]any); of && v["type"] == "object" && v["additionalProperties"] != false {
			t.Errorf("%s lets unknown members pass", at)
		}
		for name, inner := range v {
			closed(t, inner, at+"."+name)
		}
	case []any:
		for i, inner := range v {
			closed(t, inner, fmt.Sprintf("%s[%d]", at, i))
		}
	}
}
