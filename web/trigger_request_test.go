package web_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

// acme is a third vendor, of which the page's files know nothing.
type acme struct{ env provider.Env }

func newAcme(env provider.Env) (provider.Provider, error) { return acme{env}, nil }

func (acme) Profile() provider.Profile {
	return provider.Profile{Name: "acme", Title: "Acme Checks", Webhooks: []string{"only"}, Events: []provider.Event{{
		Name: "stamp", Summary: "Somebody stamps a form.", Example: json.RawMessage(`{"colour": "red"}`),
		Schema: json.RawMessage(`{"type": "object", "properties": {"colour": {"type": "string", "enum": ["red", "blue"], "description": "Of the ink."},
			"copies": {"type": "integer", "default": 1}, "urgent": {"type": "boolean"}, "notes": {"type": "array"}}}`),
	}}}
}

func (acme) Mount(*mux.Router)                                          {}
func (acme) Control(huma.API)                                           {}
func (acme) Check(provider.Trigger) error                               { return nil }
func (acme) DeleteWebhook(context.Context, string, string) error        { return nil }
func (acme) Act(context.Context, string, string, json.RawMessage) error { return nil }

func (acme) SaveWebhook(context.Context, string, string, json.RawMessage) (bool, error) {
	return true, nil
}

// Trigger tells the data to the address that is the account's name.
func (v acme) Trigger(_ context.Context, t provider.Trigger) (provider.Outcome, error) {
	d, err := v.env.Send(delivery.Notification{Provider: "acme", Account: t.Account, Webhook: "only", Event: t.Event, Faults: t.Faults,
		Endpoint: delivery.Endpoint{URL: t.Account}, ContentType: "application/json", Body: string(t.Data)})
	return provider.Outcome{Deliveries: []delivery.Delivery{d}}, err
}

func (acme) Policy(delivery.Notification) delivery.Policy {
	return delivery.Policy{Schedule: delivery.Waits()}
}

func TestAThirdVendorAppearsByItself(t *testing.T) {
	_, box := openTrigger(t, "")
	p := open(t, mockserver.Config{Providers: append(mockserver.Vendors(), newAcme)}, "/trigger")
	p.firstField()
	p.choose("Vendor", "Acme Checks")
	p.see("Somebody stamps a form.", "Of the ink.", "This vendor cannot show beforehand what it would send.")
	p.fill("Account", box.url)
	p.choose("colour", "blue")
	p.fill("copies", "3")
	p.choose("urgent", "true")
	p.fill("notes", `[1, {"a": null}]`)
	p.click("Trigger stamp")
	want := map[string]any{"colour": "blue", "copies": 3.0, "urgent": true, "notes": []any{1.0, map[string]any{"a": nil}}}
	if got := box.next(); !reflect.DeepEqual(got, want) {
		t.Errorf("sent was %v", got)
	}
	p.see("stamp, about no session", "delivered")
}

func TestTheFormNamesNoVendor(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{})
	err := fs.WalkDir(os.DirFS("static/views"), "trigger", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join("static/views", path))
		for _, vendor := range mock.Providers() {
			if strings.Contains(strings.ToLower(string(text)), vendor.Name) {
				t.Errorf("%s names %s", path, vendor.Name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tricky is data that a shell and YAML could take for something else.
const tricky = `{"intent": "it's $url: \"yes\" # and\n\\ é 🙂", "message": "on", "receiverUip": "user_test"}`

func TestTheCommandAndTheStepAreTheSameRequest(t *testing.T) {
	p, box := openTrigger(t, `?provider=uip&event=message&faults=[{"name":"duplicate","params":{"after":"1h"}},"extra-members"]`)
	p.click("As JSON")
	p.fill("Data as JSON", tricky)
	p.fill("Seed", "18446744073709551615")
	text := p.payload("user_test")
	p.fill("What is signed", strings.Replace(text, `"user_test"`, `"o'neil $name", "a/b~c": [true, "null", "2026-01-01", {}]`, 1))
	p.see("2 edits, sent as a patch:")
	pasted(t, p.copied("Copy cURL")+" --fail-with-body --silent --noproxy '*'")
	curl := box.next()
	p.sent()
	if page := box.next(); !reflect.DeepEqual(alike(page), alike(curl)) {
		t.Errorf("the page sent %v\ncURL %v", page, curl)
	}
	p.in(".outcomes").see("delivered", "in 1 h") // nothing moves any more
	story := filepath.Join(t.TempDir(), "copied.yaml")
	if err := os.WriteFile(story, []byte("name: copied\nwhy: Because.\nsteps:\n"+p.copied("Copy Step of a scenario")+"- advance: 1s\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p.mock.RunScenario(story, "") // which reads it strictly, and checks it against the vendors
	if step := box.next(); !reflect.DeepEqual(alike(step), alike(curl)) {
		t.Errorf("the scenario sent %v\ncURL %v", step, curl)
	}
	intents := map[string]bool{}
	for _, session := range p.mock.Sessions("uip", "") {
		var data struct{ Intent string }
		if err := json.Unmarshal(session.Data, &data); err != nil {
			t.Fatal(err)
		}
		intents[data.Intent] = true
	}
	if want := "it's $url: \"yes\" # and\n\\ é 🙂"; len(intents) != 1 || !intents[want] {
		t.Errorf("the intents are %v, want %q", intents, want)
	}
}

// copied clicks on a button that copies, and is what it has copied.
func (p *page) copied(button string) string {
	p.t.Helper()
	p.click(button)
	p.see("Copied.")
	p.click("Close this message")
	p.gone("Copied.")
	return p.clipboard()
}

// alike is a message's event without what differs each time.
func alike(content map[string]any) map[string]any {
	return without(content, "data.audit_id", "data.message_id")
}
