package uqudo_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

// The receiver that the README shows, but for its port and the mock's address.
func TestTheREADMEsReceiverTakesAResult(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, script, found := strings.Cut(string(readme), "```js\n")
	script, _, closed := strings.Cut(script, "```")
	if !found || !closed {
		t.Fatal("the README shows no receiver")
	}
	// Its clock is the real one, and so must the mock's be.
	l := lab{t, mockserver.Test(t, mockserver.Config{Clock: clock.New(time.Time{}, 1)}).URL}
	script = strings.ReplaceAll(script, "http://127.0.0.1:8080", l.url)
	listening := strings.Replace(script, ".listen(3000, '127.0.0.1');",
		".listen(0, '127.0.0.1', function () { console.log('http://127.0.0.1:' + this.address().port) });", 1)
	if listening == script {
		t.Fatal("the README's receiver listens otherwise than expected")
	}
	file := filepath.Join(strangers, "readme-receiver.tmp.mjs") // beside the modules that it imports
	if err := os.WriteFile(file, []byte(listening), 0o600); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Remove(file) }()
	node := exec.CommandContext(t.Context(), interpreter(t, file), file)
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
	l.call("PUT", account+"/global-webhook", `{"url": "`+lines.Text()+`", "securityType": "NONE"}`).wants(201)
	var told struct{ Deliveries []struct{ ID string } }
	l.call("POST", account+"/sessions", `{"flow": "enrollment"}`).wants(202).into(&told)
	l.call("GET", "/deliveries/"+told.Deliveries[0].ID+"/wait?status=delivered", "").wants(200)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "new session ") {
		t.Errorf("the receiver says %q", lines.Text())
	}
}
