package scenarios

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"kycmock/mockserver/problem"
)

// Variables that every scenario has.
const (
	varURL     = "url"     // The receiver's address.
	varAccount = "account" // The account of steps that name none.
)

// variables are those of a scenario with what was set from outside, as texts,
// each read as the type of its default.
func variables(s Scenario, given map[string]string) (map[string]any, error) {
	vars := map[string]any{}
	var p problem.Fields
	for _, name := range slices.Sorted(maps.Keys(given)) {
		declared, known := s.Vars[name]
		if !known && name != varURL && name != varAccount {
			p.Add("vars."+name, nil, "%s has no such variable, want one of %s", s.Name, namesOf(s))
			continue
		}
		value, wrong := likeDefault(given[name], declared.Default)
		if wrong != "" {
			p.Add("vars."+name, given[name], "%s", wrong)
		}
		vars[name] = value
	}
	complete(s, vars, &p)
	return vars, p.Err("the variables of %s do not fit", s.Name)
}

// handedOver are the variables of a scenario that is included.
func handedOver(s Scenario, given map[string]any) (map[string]any, error) {
	vars := map[string]any{}
	var p problem.Fields
	for name, value := range given {
		if _, known := s.Vars[name]; !known && name != varURL && name != varAccount {
			p.Add("vars."+name, nil, "%s has no such variable, want one of %s", s.Name, namesOf(s))
		}
		vars[name] = value
	}
	complete(s, vars, &p)
	return vars, p.Err("the variables of %s do not fit", s.Name)
}

// complete adds the defaults.
func complete(s Scenario, vars map[string]any, p *problem.Fields) {
	for _, name := range slices.Sorted(maps.Keys(s.Vars)) {
		if _, set := vars[name]; set {
			continue
		}
		switch d := s.Vars[name].Default; {
		case d != nil:
			vars[name] = d
		case name != varURL && name != varAccount:
			p.Add("vars."+name, nil, "is required: it has no default")
		}
	}
}

func namesOf(s Scenario) string {
	names := append(slices.Sorted(maps.Keys(s.Vars)), varURL, varAccount)
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// likeDefault reads a text as the type that a variable's default has.
func likeDefault(text string, like any) (value any, wrong string) {
	switch like.(type) {
	case nil, string:
		return text, ""
	}
	if err := yaml.Unmarshal([]byte(text), &value); err != nil || kind(value) != kind(like) {
		return nil, fmt.Sprintf("want %s, as the default %s is", kind(like), written(like))
	}
	if _, err := json.Marshal(value); err != nil { // such as .nan, or an object whose keys are numbers
		return nil, fmt.Sprintf("want %s that JSON can hold", kind(like))
	}
	return value, ""
}

// kind is the type of a value from YAML, in words.
func kind(value any) string {
	switch value.(type) {
	case bool:
		return "true or false"
	case int, int64, uint64:
		return "a whole number"
	case float64:
		return "a number"
	case []any:
		return "a list"
	case map[string]any, map[any]any:
		return "an object"
	default:
		return fmt.Sprintf("a value of type %T", value)
	}
}
