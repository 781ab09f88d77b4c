package web_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/uqudo"
)

func TestTheGreetingSendsTheFirstWebhook(t *testing.T) {
	for _, vendor := range []struct{ name, title, event string }{{"uqudo", "Uqudo", "enrollment"}, {"uip", "UIP", "identify"}} {
		t.Run(vendor.title, func(t *testing.T) {
			p := open(t, mockserver.Config{}, "")
			p.see("Your first webhook", "This mock plays the identity vendors Uqudo and UIP")
			p.click(vendor.title)
			p.see(vendor.title+" tells", p.base+"/_mock/receiver/default")
			p.click("Send the first webhook")
			p.see("delivered", vendor.event)
			all, _ := p.mock.Deliveries(delivery.Filter{})
			if len(all) != 1 || all[0].Provider != vendor.name || all[0].URL != p.base+"/_mock/receiver/default" {
				t.Fatalf("deliveries are %v", all)
			}
			p.until(fmt.Sprintf(`location.hash.startsWith("#/deliveries/%s")`, all[0].ID))
			p.back()
			p.in(".rows").see("delivered", vendor.event)
		})
	}
}

func TestTheGreetingKeepsTheWebhookThatIsSet(t *testing.T) {
	own := receiving(t, 200)
	p := open(t, mockserver.Config{Webhooks: map[string]string{"uqudo": own}}, "/deliveries")
	p.see("It goes to your webhook at " + own)
	p.click("Send the first webhook")
	p.see("delivered")
	all, _ := p.mock.Deliveries(delivery.Filter{})
	if len(all) != 1 || all[0].URL != own {
		t.Errorf("deliveries are %v, want one to %s", all, own)
	}
}

// pasted runs a command as a shell does that somebody has pasted it into.
func pasted(t *testing.T, command string, env ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	bash := exec.CommandContext(ctx, "bash", "-e")
	bash.Stdin = strings.NewReader(command)
	bash.Env = append(os.Environ(), env...)
	out, err := bash.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

func TestTheGreetingsCommandsWorkAsTheyStand(t *testing.T) {
	binaries := filepath.Join(t.TempDir(), "bin")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(binaries, "kycmock"), "../cmd/kycmock")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the commands: %v\n%s", err, out)
	}
	path := "PATH=" + binaries + string(os.PathListSeparator) + os.Getenv("PATH")
	for _, vendor := range []string{"Uqudo", "UIP"} {
		for _, tool := range []string{"curl", "kycmock"} {
			t.Run(vendor+" with "+tool, func(t *testing.T) {
				p := open(t, mockserver.Config{}, "/deliveries")
				p.click(vendor)
				p.in("main").click(tool)
				p.until(fmt.Sprintf(`[...document.querySelectorAll(".steps code")].every((code) => code.textContent.startsWith(%q))`, tool+" "))
				var commands []string
				p.eval(`[...document.querySelectorAll(".steps code")].map((code) => code.textContent)`, &commands)
				if len(commands) != 3 {
					t.Fatalf("there are %d commands: %q", len(commands), commands)
				}
				p.click("Copy 2. Have somebody finish a session")
				p.see("Copied.")
				if got := p.clipboard(); got != commands[1] {
					t.Errorf("copied %q, want %q", got, commands[1])
				}
				for _, command := range commands[:2] {
					if out := pasted(t, command, path); strings.Contains(out, `"errors"`) {
						t.Fatalf("%s\nanswers %s", command, out)
					}
				}
				p.gone("Your first webhook")
				p.in(".rows").see("delivered") // in the list, by itself
				if out := pasted(t, commands[2], path); !strings.Contains(out, "delivered") {
					t.Errorf("%s\nanswers %s", commands[2], out)
				}
			})
		}
	}
}

func TestTheGreetingComesBackAfterAReset(t *testing.T) {
	p := open(t, mockserver.Config{}, "/deliveries")
	p.mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiving(t, 503)})
	p.mock.Uqudo().Enroll(uqudo.SessionData{})
	p.in(".rows").see("pending", "in 5 min")
	p.mock.Reset(false)
	p.see("Your first webhook")
	p.mock.Uqudo().Enroll(uqudo.SessionData{})
	p.in(".rows").see("pending")
	p.gone("Your first webhook")
}

func TestTheGreetingLooksRightAndIsAccessible(t *testing.T) {
	p := open(t, mockserver.Config{Addr: "127.0.0.1:0"}, "/deliveries")
	p.see("Send the first webhook")
	p.looks("greeting")
	p.resize(360, 740)
	p.eval(`void document.querySelector("main").scrollTo(0, 1e6)`, nil)
	p.screenshot("greeting-360-below")
}
