package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
)

var update = flag.Bool("update", false, "write the README's tables again")

const readmePath = "../../README.md"

// Every command of the README that talks to a mock is run against one.
func TestTheREADMEsCommandsWork(t *testing.T) {
	readme, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	line, stop := serving(t, nil, "--addr", "127.0.0.1:0")
	defer stop()
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) < 5 {
		t.Fatalf("the README has %d blocks of commands", len(blocks))
	}
	for i, block := range blocks {
		script := strings.ReplaceAll(block[1], "http://127.0.0.1:8080", line.URL)
		script = strings.ReplaceAll(script, "curl ", "curl --silent --show-error --fail-with-body ")
		c := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
		c.Dir = t.TempDir()
		c.Env = append(os.Environ(), "PATH="+onPath(t)+":"+os.Getenv("PATH"), "KYCMOCK_URL="+line.URL)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("block %d: %v\n%s\n%s", i+1, err, script, out)
		}
		if i == 3 && strings.Count(string(out), `"status":`) < 2 { // two retries on the way
			t.Errorf("advancing shows no retries: %s", out)
		}
	}
}

// TestMain lets this binary be the command, for scripts.
func TestMain(m *testing.M) {
	if os.Getenv("KYCMOCK_TEST_AS_COMMAND") != "" {
		os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// onPath is a folder with the command in it.
func onPath(t *testing.T) string {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := "#!/bin/sh\nKYCMOCK_TEST_AS_COMMAND=1 exec " + binary + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "kycmock"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The README's values are those of the mock.
func TestTheREADMEsFixedIdentitiesAreTrue(t *testing.T) {
	readme, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	line, stop := serving(t, nil, "--addr", "127.0.0.1:0")
	defer stop()
	var accounts struct {
		Accounts []struct{ ClientID, ClientSecret string }
	}
	read(t, line.URL+"/_mock/v1/uqudo/accounts?reveal=true", &accounts)
	var keys struct{ Keys []struct{ KID string } }
	read(t, line.URL+"/_mock/v1/keys", &keys)
	var businesses struct {
		Businesses []struct{ APIKeys []struct{ Key string } }
	}
	read(t, line.URL+"/_mock/v1/uip/businesses?reveal=true", &businesses)
	var people struct{ People []struct{ UIPID string } }
	read(t, line.URL+"/_mock/v1/uip/people", &people)
	for _, value := range []string{
		accounts.Accounts[0].ClientID, accounts.Accounts[0].ClientSecret, keys.Keys[0].KID,
		businesses.Businesses[0].APIKeys[0].Key, people.People[0].UIPID,
	} {
		if !bytes.Contains(readme, []byte("`"+value+"`")) {
			t.Errorf("the README does not say %s", value)
		}
	}
}

func TestTheREADMEListsTheFlags(t *testing.T) {
	parser, err := newParser(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("| flag | of | variable | |\n|---|---|---|---|\n")
	of := map[string][]string{}
	asks := map[string]bool{}
	rows := []string{}
	text := map[string]string{}
	for _, command := range parser.Model.Leaves(false) {
		for _, f := range command.Flags {
			name := fmt.Sprintf("`--%s`", f.Name)
			if f.PlaceHolder != "" && !f.IsBool() {
				name = fmt.Sprintf("`--%s %s`", f.Name, f.PlaceHolder)
			}
			help := strings.ReplaceAll(f.Help, "${default}", f.Default)
			key := name + help
			if text[key] == "" {
				rows = append(rows, key)
				text[key] = fmt.Sprintf("| %s | %s |", asCode(variable(f)), help)
			}
			path := strings.TrimSpace(command.Path())
			of[key] = append(of[key], path)
			asks[path] = asks[path] || f.Name == "server"
			text[key+" name"] = name
		}
	}
	for _, key := range rows {
		fmt.Fprintf(&table, "| %s | %s %s\n", strings.ReplaceAll(text[key+" name"], "|", `\|`), commandsOf(of[key], asks), text[key])
	}
	checkSection(t, "flags", table.String())
}

// commandsOf are the commands that have a flag, by name unless they are many.
func commandsOf(paths []string, asks map[string]bool) string {
	if len(paths) > 8 {
		paths = append(slices.DeleteFunc(paths, func(path string) bool { return asks[path] }), "whatever asks a mock")
	}
	return strings.Join(paths, ", ")
}

// asCode is code in the README, or nothing.
func asCode(code string) string {
	if code == "" {
		return ""
	}
	return "`" + code + "`"
}

func TestTheREADMEListsTheExitStatuses(t *testing.T) {
	var table strings.Builder
	table.WriteString("| status | |\n|---|---|\n")
	for _, e := range exitStatuses() {
		fmt.Fprintf(&table, "| %d | %s |\n", e.Status, e.Means)
	}
	checkSection(t, "exit statuses", table.String())
}

// The settings are those of the types, and their defaults what a mock says of
// an account that nobody has set anything of.
func TestTheREADMEListsTheSettings(t *testing.T) {
	line, stop := serving(t, nil, "--addr", "127.0.0.1:0")
	defer stop()
	var accounts struct{ Accounts []uqudo.Account }
	read(t, line.URL+"/_mock/v1/uqudo/accounts", &accounts)
	checkSection(t, "settings of uqudo", settingsTable(t, accounts.Accounts[0]))
	var businesses struct{ Businesses []uip.Settings }
	read(t, line.URL+"/_mock/v1/uip/businesses", &businesses)
	checkSection(t, "settings of uip", settingsTable(t, businesses.Businesses[0]))
}

func settingsTable(t *testing.T, settings any) string {
	t.Helper()
	var table strings.Builder
	table.WriteString("| setting | default | |\n|---|---|---|\n")
	writeSettings(t, &table, "", reflect.ValueOf(settings))
	return table.String()
}

func writeSettings(t *testing.T, table *strings.Builder, prefix string, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Tag.Get("readOnly") == "true" {
			continue
		}
		if field.Type.Kind() == reflect.Struct {
			writeSettings(t, table, name+".", v.Field(i))
			continue
		}
		value, err := json.Marshal(v.Field(i).Interface())
		if err != nil {
			t.Fatal(err)
		}
		shown := "`" + string(value) + "`"
		if name == "clientId" || name == "clientSecret" || name == "name" {
			shown = "from the name"
		}
		fmt.Fprintf(table, "| `%s%s` | %s | %s |\n", prefix, name, shown, field.Tag.Get("doc"))
	}
}

// checkSection holds a part of the README against what is made from the code,
// or with -update writes it.
func checkSection(t *testing.T, name, want string) {
	t.Helper()
	readme, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	section := regexp.MustCompile(`(?s)(<!-- ` + name + `: [^\n]*-->\n)(.*?)(<!-- end of ` + name + ` -->)`)
	found := section.FindSubmatch(readme)
	if found == nil {
		t.Fatalf("the README has no section %s", name)
	}
	if *update {
		readme = section.ReplaceAllFunc(readme, func([]byte) []byte {
			return append(append(append([]byte{}, found[1]...), want...), found[3]...)
		})
		if err := os.WriteFile(readmePath, readme, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(found[2]) != want {
		t.Errorf("the README's section %s is not what the code says; go test ./cmd/kycmock -update writes it:\n%s", name, want)
	}
}
