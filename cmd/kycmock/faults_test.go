package main

import (
	"encoding/json"
	"strings"
	"testing"

	"kycmock/mockserver"
)

func TestFaultsAreListedWithAndWithoutAMock(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	all := done(t, mock, "faults", "list")
	says(t, all, "FAULT ", "STAGE ", "ignore-response status=504 ", "api-error route status=500", "uqudo,uip")
	status, stdout, stderr := said(t, "faults", "list") // by a mock that there is only for this
	if status != exitOK || stdout != all || stderr != "" {
		t.Errorf("it ended with %d: %s%s", status, stdout, stderr)
	}
	if its := done(t, mock, "faults", "list", "--provider", "uip"); strings.Contains(its, "jwks-error") || !strings.Contains(its, "reserialised") {
		t.Errorf("those of uip are\n%s", its)
	}
}

func TestFaultsAreArmedAndDisarmed(t *testing.T) {
	mock := hooked(t)
	text := done(t, mock, "faults", "arm", "tampered", "--provider", "uqudo", "--account", "default", "--webhook", "global", "--event", "face", "--times", "2")
	says(t, text, "  tampered  uqudo     default  global   face   2     0\n")
	done(t, mock, "trigger", "face")
	says(t, done(t, mock, "deliveries", "show", "--latest"), "tampered")
	says(t, done(t, mock, "faults", "arm", `{"name": "delay", "params": {"by": "1h"}}`, "--times", "0"), `{"name":"delay","params":{"by":"1h"}}`, " all ")
	text = done(t, mock, "faults", "armed")
	says(t, text, "  tampered ", " 1     1\n", "delay")
	for _, line := range strings.Split(text, "\n")[1:3] {
		id, _, _ := strings.Cut(line, " ")
		says(t, done(t, mock, "faults", "disarm", id), "The fault "+id+" is disarmed.\n")
	}
	if text := done(t, mock, "faults", "armed"); text != "There are none.\n" {
		t.Errorf("there are still\n%s", text)
	}
}

func TestFaultsThatCannotBeAreRefused(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	for _, c := range []struct {
		args   []string
		status int
		says   []string
	}{
		{[]string{"arm", "tampred", "--provider", "uip"}, exitFailed, []string{"\n  <fault> name: there is no such fault, want one of tampered, "}},
		{[]string{"arm", `{"name": "delay", "params": {"by": "soon"}}`, "--times=-1"}, exitFailed, []string{"\n  <fault> params.by: ", "\n  --times: "}},
		{[]string{"arm", "tampered", "--provider", "acme"}, exitFailed, []string{"\n  --provider: want one of uqudo, uip, not \"acme\""}},
		{[]string{"arm", "tampered", "--webhook", "x", "--event", "y"}, exitFailed, []string{"\n  --webhook: ", "\n  --event: "}},
		{[]string{"arm", "{"}, exitUsage, []string{"<fault>: want JSON"}},
		{[]string{"disarm", "flt_x"}, exitFailed, []string{`no armed fault is called "flt_x"`}},
	} {
		says(t, failed(t, c.status, mock, append([]string{"faults"}, c.args...)...), c.says...)
	}
}

func TestResetSaysWhatIsForgotten(t *testing.T) {
	mock := hooked(t)
	done(t, mock, "trigger", "face", "--wait", "delivered")
	says(t, done(t, mock, "reset"), "FORGOTTEN ", "delivery  ", " 1\n")
	says(t, done(t, mock, "webhook", "show", "--provider", "uqudo"), mock.URL)
	var answer struct{ Cleared map[string]int }
	text := done(t, mock, "reset", "-o", "json")
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Cleared["delivery"] != 0 || len(answer.Cleared) < 5 {
		t.Errorf("%v: the second time it is %s", err, text)
	}
	says(t, done(t, mock, "reset", "--all"), "uqudo.webhook")
	says(t, failed(t, exitFailed, mock, "webhook", "show", "--provider", "uqudo"), "has no Global Webhook")
}
