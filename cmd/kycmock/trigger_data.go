package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
)

// members is the object that flags give the members of, nil when there are
// none. A later one replaces an earlier one of its name.
func members(flags []string) (json.RawMessage, error) {
	if len(flags) == 0 {
		return nil, nil
	}
	all := map[string]json.RawMessage{}
	for _, text := range flags {
		name, value, pair := strings.Cut(text, "=")
		if !pair || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "@") {
			object, err := document("--data", text)
			if err != nil {
				return nil, err
			}
			var its map[string]json.RawMessage
			if json.Unmarshal(object, &its) != nil || its == nil {
				return nil, usagef("--data: want NAME=VALUE or an object of JSON, not %s", text)
			}
			maps.Copy(all, its)
			continue
		}
		if name == "" {
			return nil, usagef("--data: want a name before the =, not %q", text)
		}
		all[name] = json.RawMessage(value)
		if !json.Valid([]byte(value)) {
			quoted, err := json.Marshal(value)
			if err != nil {
				return nil, err
			}
			all[name] = quoted
		}
	}
	return json.Marshal(all)
}

// wantsText says in a refusal how to write a text that was taken for JSON
// otherwise, such as the number of nonce=123.
func wantsText(err error, flags []string) error {
	refused, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	for i, e := range refused.Errors {
		member, inData := strings.CutPrefix(e.Location, "body.data.")
		for _, text := range flags {
			if name, value, _ := strings.Cut(text, "="); inData && name == member && e.Message == "expected string" {
				refused.Errors[i].Message += fmt.Sprintf(`, which is written -d '%s="%s"'`, name, value)
			}
		}
	}
	return err
}

// document is the JSON of a flag, or of the file that it names after an @.
func document(flag, text string) (json.RawMessage, error) {
	if path, named := strings.CutPrefix(text, "@"); named {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, usagef("%s: %w", flag, err)
		}
		if !json.Valid(content) {
			return nil, usagef("%s: want JSON in the file %s", flag, path)
		}
		return content, nil
	}
	if !json.Valid([]byte(text)) {
		return nil, usagef("%s: want JSON, or @ and the name of a file with it, not %s", flag, text)
	}
	return json.RawMessage(text), nil
}

// faultsOf are the faults that --fault names, one each time.
func faultsOf(flags []string) ([]json.RawMessage, error) {
	var faults []json.RawMessage
	for _, text := range flags {
		one, err := faultOf("--fault", text)
		if err != nil {
			return nil, err
		}
		faults = append(faults, one)
	}
	return faults, nil
}

// faultOf is a fault of an argument: its name, or JSON that says more.
func faultOf(argument, text string) (json.RawMessage, error) {
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "@") {
		return document(argument, text)
	}
	return json.Marshal(text)
}
