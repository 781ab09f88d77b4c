package provider

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Overlay reads the members of a JSON object over the struct that object points
// to, each by itself, so that one that cannot be read keeps no other from being
// read and checked. Members that are structs are gone into, so that what is
// absent in them stays as it is too. Whoever calls it has found what is wrong
// with raw, or lets somebody else find it.
func Overlay(raw json.RawMessage, object any) {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(raw, &members)
	for name, value := range members {
		if inner := structNamed(reflect.ValueOf(object).Elem(), name); inner.IsValid() {
			Overlay(value, inner.Addr().Interface())
			continue
		}
		if text, err := json.Marshal(map[string]json.RawMessage{name: value}); err == nil {
			_ = json.Unmarshal(text, object)
		}
	}
}

// structNamed is the field of that JSON name when it is a struct that has no
// reading of its own.
func structNamed(v reflect.Value, name string) reflect.Value {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !strings.EqualFold(tag, name) || field.Type.Kind() != reflect.Struct {
			continue
		}
		if _, reads := v.Field(i).Addr().Interface().(json.Unmarshaler); !reads {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}
