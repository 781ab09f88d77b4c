package main

import (
	"encoding/json"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

func TestTriggerFindsTheVendorAndShowsWhatItLedTo(t *testing.T) {
	mock := hooked(t)
	for event, vendor := range map[string]string{"enrollment": "uqudo", "face": "uqudo", "message": "uip"} {
		text := done(t, mock, "trigger", event)
		says(t, text, "event    "+vendor+" "+event+" of default\n", "DELIVERY  ", "dlv_", "/_mock/receiver/default\n")
	}
	var outcome struct {
		Session    provider.Session
		Deliveries []delivery.Record
	}
	text := done(t, mock, "trigger", "sign", "--provider", "uip", "-o", "json")
	if err := json.Unmarshal([]byte(text), &outcome); err != nil || outcome.Session.Event != "sign" || len(outcome.Deliveries) != 1 {
		t.Errorf("%v: %s", err, text)
	}
	if text := done(t, mock, "trigger", "test"); strings.Contains(text, "session") {
		t.Errorf("a test has no session: %s", text)
	}
}

// All that can be said of a trigger reaches the mock.
func TestTriggerSaysWhatItIsTold(t *testing.T) {
	mock := hooked(t)
	patch := file(t, "patch.json", `[{"op": "replace", "path": "/data/documents/0/face/matchLevel", "value": 2}]`)
	more := file(t, "more.json", `{"documentType": "UAE_ID", "nonce": "from the file"}`)
	const session = "00000000-0000-4000-8000-000000000001"
	done(t, mock, "webhook", "set", "--provider", "uqudo", "--account", "acme", mock.URL+"/_mock/receiver/acme")
	text := done(t, mock, "trigger", "enrollment", "--account", "acme", "--session", session, "--seed", "42",
		"--data", "@"+more, "--data", `{"profile": "clean"}`, "-d", "nonce=order=1", "--patch", "@"+patch,
		"--fault", "tampered", "--fault", `{"name": "ignore-response", "params": {"status": 504}, "on": [1]}`, "--wait", "pending", "-o", "json")
	var outcome struct{ Deliveries []delivery.Record }
	if err := json.Unmarshal([]byte(text), &outcome); err != nil || len(outcome.Deliveries) != 1 {
		t.Fatalf("%v: %s", err, text)
	}
	d := outcome.Deliveries[0]
	if d.Account != "acme" || *d.Session != session || strings.Join(d.Faults, " ") != "tampered ignore-response" {
		t.Errorf("the delivery is %+v", d.Delivery)
	}
	told, err := mock.Session(session)
	if err != nil {
		t.Fatal(err)
	}
	says(t, string(told.Data), `"nonce":"order=1"`, `"UAE_ID"`, `"seed":42`)
}

func TestTriggerWaitsUntilAllIsDelivered(t *testing.T) {
	mock := hooked(t)
	done(t, mock, "webhook", "set", "--provider", "uqudo", "--name", "hosted-kyc/checkout", mock.URL+"/_mock/receiver/default")
	text := done(t, mock, "trigger", "enrollment", "--data", "hostedKyc=checkout", "--wait", "delivered")
	if strings.Count(text, "delivered") != 2 {
		t.Errorf("two were to be delivered:\n%s", text)
	}
	var outcome struct{ Deliveries []delivery.Record }
	text = done(t, mock, "trigger", "enrollment", "--data", "hostedKyc=checkout", "--wait", "any", "-o", "json")
	if err := json.Unmarshal([]byte(text), &outcome); err != nil || len(outcome.Deliveries) != 2 || len(outcome.Deliveries[1].Attempts) != 1 {
		t.Errorf("%v: %s", err, text)
	}
}

func TestTriggerThatWaitsInVainSaysHowItStands(t *testing.T) {
	mock := hooked(t)
	if err := mock.Answer(503); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := asked(t, mock, "trigger", "face", "--wait", "delivered", "--timeout", "1s") // in which one attempt is made
	if status != exitFailed {
		t.Errorf("it ended with %d", status)
	}
	says(t, stdout, "pending", "503")
	says(t, stderr, "is pending after 1 attempt; waiting for status delivered; attempt 1: 503; the next is due when the mock's clock shows ", "kycmock clock advance next")

	nobody := mockserver.Test(t, mockserver.Config{}).Server
	status, stdout, stderr = asked(t, nobody, "trigger", "face", "--wait", "delivered")
	if status != exitFailed {
		t.Errorf("it ended with %d", status)
	}
	says(t, stdout, "Nothing was sent")
	says(t, stderr, "is a webhook set? kycmock webhook set sets one")
}

func TestTriggerSaysWhyNothingWasSent(t *testing.T) {
	mock := hooked(t)
	why := "the session did not complete, it is cancelled"
	says(t, done(t, mock, "trigger", "enrollment", "-d", "status=cancelled"), "Nothing was sent: "+why+"\n")
	_, _, stderr := asked(t, mock, "trigger", "enrollment", "-d", "status=cancelled", "--wait", "any")
	says(t, stderr, "there is nothing to wait for: "+why)
	done(t, mock, "webhook", "delete", "--provider", "uqudo")
	says(t, done(t, mock, "trigger", "enrollment"), "Nothing was sent: is a webhook set? kycmock webhook set sets one\n")
}

// Who uses the command need not know the control API.
func TestWhatTheMockAdvisesIsACommand(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"trigger", "sign"}, "; kycmock webhook set --provider uip URL saves one\n"},
		{[]string{"webhook", "show", "--provider", "uip"}, "; kycmock webhook set --provider uip URL saves one\n"},
		{[]string{"trigger", "sign", "--account", "acme"}, "; kycmock webhook set --provider uip --account acme URL makes one\n"},
		{[]string{"trigger", "face", "--account", "acme"}, "; kycmock webhook set --provider uqudo --account acme URL makes one\n"},
		{[]string{"trigger", "face", "--fault", "jwks-error"}, "arm it, by kycmock faults arm"},
	} {
		says(t, failed(t, exitFailed, mock, c.args...), c.says)
	}
}

func TestTriggersThatCannotBeAreRefusedInTheWordsOfTheCommandLine(t *testing.T) {
	mock := hooked(t)
	words := file(t, "words", "not JSON")
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   []string
	}{
		{"an event that is spelt wrong", []string{"enrolment"}, exitUsage, []string{"no vendor has an event enrolment, did you mean enrollment?\n", "\n  uip: identify, sign, message, test"}},
		{"an event like no other", []string{"zzzzzzzz"}, exitUsage, []string{"no vendor has an event zzzzzzzz\n"}},
		{"another vendor's event", []string{"face", "--provider", "uip"}, exitFailed, []string{"\n  <event>: "}},
		{"no vendor", []string{"face", "--provider", "acme"}, exitFailed, []string{"\n  --provider: want one of uqudo, uip, not \"acme\""}},
		{"an account that nobody made", []string{"face", "--account", "acme"}, exitFailed, []string{"\n  --account: no Uqudo account is called \"acme\""}},
		{"several things at once", []string{"face", "-d", "profile=nice", "-d", "nonce=1", "--fault", "tampred"}, exitFailed,
			[]string{"\n  --data nonce: expected string, which is written -d 'nonce=\"1\"', not 1\n", "\n  --fault [0].name: there is no such fault, want one of tampered, ", `, not "tampred"`}},
		{"a patch of nothing", []string{"face", "--patch", `[{"op": "remove", "path": "/nope"}]`}, exitFailed, []string{"\n  --patch [0]"}},
		{"a patch that is no JSON", []string{"face", "--patch", "x"}, exitUsage, []string{"--patch: want JSON, or @ and the name of a file with it, not x"}},
		{"a file that is not there", []string{"face", "--patch", "@nowhere"}, exitUsage, []string{"--patch: open nowhere: no such file"}},
		{"a file that is no JSON", []string{"face", "--data", "@" + words}, exitUsage, []string{"--data: want JSON in the file " + words}},
		{"data that is no object", []string{"face", "--data", "7"}, exitUsage, []string{"--data: want NAME=VALUE or an object of JSON, not 7"}},
		{"data that is null", []string{"face", "--data", "null", "--data", "a=b"}, exitUsage, []string{"--data: want NAME=VALUE or an object of JSON, not null"}},
		{"data without a name", []string{"face", "--data", "=x"}, exitUsage, []string{"--data: want a name before the ="}},
		{"a fault that is no JSON", []string{"face", "--fault", "{"}, exitUsage, []string{"--fault: want JSON"}},
		{"a status that there is not", []string{"face", "--wait", "done"}, exitUsage, []string{`--wait must be one of "pending","delivered"`}},
		{"no event", nil, exitUsage, []string{`expected "<event>"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			says(t, failed(t, c.status, mock, append([]string{"trigger"}, c.args...)...), c.says...)
		})
	}
	if n := len(mock.Sessions("", "")); n != 0 {
		t.Errorf("%d sessions were made of what was refused", n)
	}
}
