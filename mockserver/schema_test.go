package mockserver_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// eventForm is an event as the page makes a form of it.
type eventForm struct {
	Provider, Name string
	Example        json.RawMessage
	Schema         map[string]any
	raw            json.RawMessage // of Schema
}

func (e eventForm) members() map[string]any { return e.Schema["properties"].(map[string]any) }

// eventForms are those of all vendors.
func (a api) eventForms() (forms []eventForm) {
	a.t.Helper()
	var list struct {
		Providers []struct {
			Name   string
			Events []struct {
				Name            string
				Example, Schema json.RawMessage
			}
		}
	}
	a.call("GET", "/_mock/v1/providers", "").want(200).into(&list)
	for _, p := range list.Providers {
		for _, e := range p.Events {
			form := eventForm{Provider: p.Name, Name: e.Name, Example: e.Example, raw: e.Schema}
			if err := json.Unmarshal(e.Schema, &form.Schema); err != nil {
				a.t.Fatalf("%s %s: %v in %s", p.Name, e.Name, err, e.Schema)
			}
			forms = append(forms, form)
		}
	}
	return forms
}

// asked is the answer to the preview of an event with these data.
func (a api) asked(e eventForm, data any) (reply, problem) {
	a.t.Helper()
	text, err := json.Marshal(map[string]any{"provider": e.Provider, "event": e.Name, "seed": 7, "data": data})
	if err != nil {
		a.t.Fatal(err)
	}
	r := a.call("POST", "/_mock/v1/triggers/preview", string(text))
	var p problem
	r.into(&p)
	return r, p
}

// at is what a problem says of a place.
func (p problem) at(location string) string {
	for _, e := range p.Errors {
		if strings.HasPrefix(e.Location, location) {
			return e.Message
		}
	}
	return ""
}

// wrong says where a value is not what a schema wants, or nothing. It knows the
// keywords that ours have.
func wrong(t *testing.T, schema map[string]any, value any) string {
	t.Helper()
	members, isObject := value.(map[string]any)
	properties, _ := schema["properties"].(map[string]any)
	for keyword, want := range schema {
		switch keyword {
		case "description", "title", "default", "format":
		case "type":
			if !slices.ContainsFunc(listed(want), func(name any) bool { return isA(name, value) }) {
				return fmt.Sprintf("%v is no %v", value, want)
			}
		case "enum":
			if !slices.Contains(want.([]any), value) {
				return fmt.Sprintf("%v is none of %v", value, want)
			}
		case "properties":
			for name, of := range properties {
				if member, there := members[name]; there {
					if bad := wrong(t, of.(map[string]any), member); bad != "" {
						return name + ": " + bad
					}
				}
			}
		case "additionalProperties":
			for name := range members {
				if isObject && want == false && properties[name] == nil {
					return name + " is no member"
				}
			}
		case "items":
			list, _ := value.([]any)
			for _, item := range list {
				if bad := wrong(t, want.(map[string]any), item); bad != "" {
					return bad
				}
			}
		case "anyOf":
			if !slices.ContainsFunc(want.([]any), func(one any) bool { return wrong(t, one.(map[string]any), value) == "" }) {
				return fmt.Sprintf("%v is none of these", value)
			}
		default:
			t.Fatalf("the schema has a keyword that this test does not know: %s", keyword)
		}
	}
	return ""
}

func listed(v any) []any {
	if list, is := v.([]any); is {
		return list
	}
	return []any{v}
}

func isA(name, value any) bool {
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

func TestAnEventsExampleFitsItsSchema(t *testing.T) {
	for _, e := range apiOf(t, mockserver.Test(t, at(0))).eventForms() {
		var example map[string]any
		if err := json.Unmarshal(e.Example, &example); err != nil {
			t.Fatal(err)
		}
		if bad := wrong(t, e.Schema, example); bad != "" {
			t.Errorf("%s %s: %s", e.Provider, e.Name, bad)
		}
		example["bogus"] = 1
		if wrong(t, e.Schema, example) == "" {
			t.Errorf("%s %s: the schema lets pass what is no member", e.Provider, e.Name)
		}
		if strings.Contains(string(e.raw), "$ref") {
			t.Errorf("%s %s: the schema refers to others: %s", e.Provider, e.Name, e.raw)
		}
	}
}

func TestASchemaHasTheMembersThatTheTriggerTakesAndNoOthers(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	forms := a.eventForms()
	names := map[string]bool{}
	for _, e := range forms {
		for name := range e.members() {
			names[name] = true
		}
	}
	for _, e := range forms {
		for name := range names {
			_, takes := e.members()[name]
			value := any("PASSPORT")
			if takes {
				value = []int{5} // which is good for none
			}
			_, p := a.asked(e, map[string]any{name: value})
			if said := p.at("body.data." + name); said == "" || takes && said == "there is no such member" {
				t.Errorf("%s %s: of %s is said %q, in the schema: %t", e.Provider, e.Name, name, said, takes)
			}
		}
	}
	if len(names) < 15 {
		t.Errorf("only the members %v were looked at", names)
	}
}

func TestASchemaSaysWhichValuesThereAre(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	seen := 0
	for _, e := range a.eventForms() {
		for name, of := range e.members() {
			enum, _ := of.(map[string]any)["enum"].([]any)
			if enum == nil {
				continue
			}
			seen++
			if _, p := a.asked(e, map[string]any{name: "bogus"}); p.at("body.data."+name) == "" {
				t.Errorf("%s %s: of %s more is taken than %v", e.Provider, e.Name, name, enum)
			}
			if len(enum) > 12 {
				enum = append(enum[:6], enum[len(enum)-6:]...)
			}
			for _, value := range enum {
				// What does not go with the rest is said in other words.
				if _, p := a.asked(e, map[string]any{name: value}); strings.Contains(p.at("body.data."+name), "one of") {
					t.Errorf("%s %s: %s cannot be %v: %+v", e.Provider, e.Name, name, value, p)
				}
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d members have values to choose from", seen)
	}
}

func TestASchemasDefaultsAreWhatIsTakenForAbsent(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	for _, e := range a.eventForms() {
		usual := map[string]any{}
		for name, of := range e.members() {
			if value, has := of.(map[string]any)["default"]; has {
				usual[name] = value
			}
		}
		if len(usual) == 0 && e.Name != "test" {
			t.Errorf("%s %s has no defaults", e.Provider, e.Name)
		}
		with, _ := a.asked(e, usual)
		without, _ := a.asked(e, map[string]any{})
		if with.want(200); string(with.body) != string(without.body) {
			t.Errorf("%s %s: with %v it is\n%s, without\n%s", e.Provider, e.Name, usual, with.body, without.body)
		}
	}
}

func TestASchemasMembersAreInTheOrderOfTheForm(t *testing.T) {
	for _, e := range apiOf(t, mockserver.Test(t, at(0))).eventForms() {
		if e.Provider != "uqudo" || e.Name != "enrollment" {
			continue
		}
		var s struct{ Properties json.RawMessage }
		if err := json.Unmarshal(e.raw, &s); err != nil {
			t.Fatal(err)
		}
		places := []int{}
		for _, name := range []string{"documentType", "hostedKyc", "sessionId", "nonce", "person", "givenNames", "surname", "city", "profile", "status", "imageStyle"} {
			places = append(places, strings.Index(string(s.Properties), `"`+name+`":`))
		}
		if places[0] < 0 || !slices.IsSorted(places) {
			t.Errorf("the members are at %v in %s", places, s.Properties)
		}
	}
}

func TestAVendorTellsItsAccountsAndWhatThePageCanAskIt(t *testing.T) {
	mock, _ := withToy(t, at(0))
	a := apiOf(t, mock)
	a.call("PUT", "/_mock/v1/uqudo/accounts/zeta", `{}`).want(201)
	a.call("PUT", "/_mock/v1/uqudo/accounts/acme", `{}`).want(201)
	a.call("PUT", "/_mock/v1/uqudo/accounts/default", `{"resign": true}`).want(200)
	a.call("PUT", "/_mock/v1/uip/businesses/shop", `{}`).want(201)
	type vendor struct {
		Name                  string
		Accounts              []string
		Preview, Verification bool
	}
	var list struct{ Providers []vendor }
	a.call("GET", "/_mock/v1/providers", "").want(200).into(&list)
	want := []vendor{
		{"uqudo", []string{"default", "zeta", "acme"}, true, true},
		{"uip", []string{"default", "shop"}, true, true},
		{"toy", []string{"default"}, false, false},
	}
	if !reflect.DeepEqual(list.Providers, want) {
		t.Errorf("got  %+v\nwant %+v", list.Providers, want)
	}
}
