package uqudo

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// The README's table of settings is the code's, with -update written anew.
func TestTheREADMEListsTheSettings(t *testing.T) {
	const path = "../../README.md"
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("| setting | default | |\n|---|---|---|\n")
	writeSettings(t, &table, "", reflect.ValueOf(defaultAccount("default")))
	section := regexp.MustCompile(`(?s)(<!-- settings: [^\n]*-->\n)(.*?)(<!-- end of settings -->)`)
	found := section.FindSubmatch(readme)
	if found == nil {
		t.Fatal("the README has no section settings")
	}
	if *updatePayloads {
		text := section.ReplaceAllFunc(readme, func([]byte) []byte {
			return []byte(string(found[1]) + table.String() + string(found[3]))
		})
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(found[2]) != table.String() {
		t.Errorf("the README's settings are not the code's; -update writes them:\n%s", table.String())
	}
}

func writeSettings(t *testing.T, table *strings.Builder, prefix string, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Tag.Get("readOnly") == "true" {
			continue
		}
		if field.Type == reflect.TypeFor[DeliverySettings]() {
			writeSettings(t, table, name+".", v.Field(i))
			continue
		}
		value, err := json.Marshal(v.Field(i).Interface())
		if err != nil {
			t.Fatal(err)
		}
		shown := string(value)
		if name == "clientId" || name == "clientSecret" {
			shown = "from the name"
		} else {
			shown = "`" + shown + "`"
		}
		fmt.Fprintf(table, "| `%s%s` | %s | %s |\n", prefix, name, shown, field.Tag.Get("doc"))
	}
}
