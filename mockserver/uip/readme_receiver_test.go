package uip_test

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
)

// The receiver that the README shows, but for its port and the mock's address.
func TestTheREADMEsReceiverAsksWhatBecameOfAMessage(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, script, found := strings.Cut(string(readme), "```js\nimport { createHmac")
	script, _, closed := strings.Cut("import { createHmac"+script, "```")
	if !found || !closed {
		t.Fatal("the README shows no receiver for UIP")
	}
	mock := mockserver.Test(t, mockserver.Config{}).Server
	script = strings.ReplaceAll(script, "http://127.0.0.1:8080", mock.URL)
	listening := strings.Replace(script, ".listen(3000, '127.0.0.1');",
		".listen(0, '127.0.0.1', function () { console.log('http://127.0.0.1:' + this.address().port) });", 1)
	if listening == script {
		t.Fatal("the README's receiver listens otherwise than expected")
	}
	file := filepath.Join(t.TempDir(), "receiver.mjs")
	if err := os.WriteFile(file, []byte(listening), 0o600); err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", file)
	node.Stderr = t.Output()
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = node.Process.Kill()
		_ = node.Wait()
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the receiver said nothing")
	}
	if _, err := mock.SaveWebhook(t.Context(), "uip", "", "default", map[string]string{"url": lines.Text()}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ event, data, want string }{
		{"identify", `{}`, "identify Tessa Quillmere accepted"},
		{"message", `{"status": "signed"}`, "message Tessa Quillmere accepted"},
		{"message", `{"status": "declined"}`, "message Tessa Quillmere declined"},
	} {
		outcome, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "uip", Event: c.event, Data: []byte(c.data)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := mock.AdvanceToIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		record, err := mock.Delivery(outcome.Deliveries[0].ID)
		if err != nil || len(record.Attempts) != 1 || record.Attempts[0].Status != http.StatusOK {
			t.Fatalf("%s: %+v, %v", c.event, record, err)
		}
		if !lines.Scan() || lines.Text() != c.want {
			t.Errorf("the receiver says %q, want %q", lines.Text(), c.want)
		}
	}

	for name, want := range map[string]int{
		"malformed-json": 400, "truncated-json": 400, "empty-body": 400, "byte-order-mark": 400,
		"tampered": 401, "short-signature": 401, "missing-signature": 401, "api-error": 503,
	} {
		trigger := provider.Trigger{Provider: "uip", Event: "sign"}
		if name == "api-error" {
			_, err = mock.Arm(mockserver.Rule{Fault: fault.Fault{Name: name, Params: map[string]any{"route": "GET /v1/audit/{id}"}}})
		} else {
			trigger.Faults = []fault.Fault{{Name: name, On: []int{1}}}
		}
		if err != nil {
			t.Fatal(err)
		}
		outcome, err := mock.Trigger(t.Context(), trigger)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := mock.AdvanceToIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
		record, err := mock.Delivery(outcome.Deliveries[0].ID)
		if err != nil || len(record.Attempts) != 2 || record.Attempts[0].Status != want || record.Status != delivery.Delivered {
			t.Fatalf("%s: %s after %+v, %v", name, record.Status, record.Attempts, err)
		}
		if !lines.Scan() || lines.Text() != "sign Tessa Quillmere accepted" {
			t.Errorf("after %s the receiver says %q", name, lines.Text())
		}
	}
}
