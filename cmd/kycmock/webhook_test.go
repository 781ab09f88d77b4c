package main

import (
	"encoding/json"
	"strings"
	"testing"

	"kycmock/mockserver"
)

func TestWebhooksAreSetShownAndDeleted(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	const url = "http://127.0.0.1:3000/hook"
	for _, c := range []struct {
		name         string
		which, flags []string
		path, want   string // what the control API has then
		shows        []string
	}{
		{"of uqudo", []string{"--provider", "uqudo"}, nil,
			"/uqudo/accounts/default/global-webhook", `{"url": "` + url + `", "securityType": "NONE"}`, []string{"securityType  NONE\n", "url           " + url + "\n"}},
		{"with credentials", []string{"--provider", "uqudo", "--account", "acme", "--name", "global"}, []string{"--basic", "me:pass:word"},
			"/uqudo/accounts/acme/global-webhook", `{"url": "` + url + `", "securityType": "BASIC_AUTHENTICATION", "userId": "me", "password": "pass:word"}`,
			[]string{"password      ***\n", "userId        me\n"}},
		{"with headers", []string{"--provider", "uqudo", "--account", "acme & co"}, []string{"--header", "X-One:1", "--header", "x-two: a, b: c "},
			"/uqudo/accounts/acme%20&%20co/global-webhook",
			`{"url": "` + url + `", "securityType": "CUSTOM_HEADERS", "customHeaders": [{"name": "X-One", "value": "1"}, {"name": "x-two", "value": "a, b: c"}]}`,
			[]string{"header        X-One: ***\n", "header        x-two: ***\n"}},
		{"of a Hosted KYC configuration", []string{"--provider", "uqudo", "--name", "hosted-kyc/check out"}, []string{"--format", "LEGACY"},
			"/uqudo/accounts/default/hosted-kyc/check%20out", `{"name": "check out", "webhook": {"url": "` + url + `", "securityType": "NONE", "format": "LEGACY"}}`,
			[]string{"format        LEGACY\n"}},
		{"of uip", []string{"--provider", "uip", "--name", "default"}, []string{"--secret", "11111111-2222-4333-8444-555555555555"},
			"/uip/businesses/default/webhook", `{"url": "` + url + `", "secret": "11111111-2222-4333-8444-555555555555"}`, []string{"url     " + url + "\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			said := done(t, mock, append(append([]string{"webhook", "set", url}, c.which...), c.flags...)...)
			shown := done(t, mock, append([]string{"webhook", "show"}, c.which...)...)
			says(t, said+shown, c.shows...)
			same(t, answered(t, mock, c.path+"?reveal=true"), c.want)
			says(t, done(t, mock, append([]string{"webhook", "delete"}, c.which...)...), " is deleted.\n")
			says(t, failed(t, exitFailed, mock, append([]string{"webhook", "show"}, c.which...)...), "has no ")
		})
	}
}

// same compares JSON.
func same(t *testing.T, got, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	one, _ := json.Marshal(a)
	other, _ := json.Marshal(b)
	if string(one) != string(other) {
		t.Errorf("it is\n%s\nwant\n%s", one, other)
	}
}

// UIP shows a secret when it is saved, and never again unless it is asked to.
func TestASecretIsShownOnceOrWhenItIsRevealed(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	const secret = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	says(t, done(t, mock, "webhook", "set", "--provider", "uip", "http://127.0.0.1:1/"), secret)
	if text := done(t, mock, "webhook", "show", "--provider", "uip"); strings.Contains(text, secret) || !strings.Contains(text, "***") {
		t.Errorf("it is shown: %s", text)
	}
	says(t, done(t, mock, "webhook", "show", "--provider", "uip", "--reveal"), secret)
	if text := done(t, mock, "webhook", "delete", "--provider", "uip", "-o", "json"); text != "" {
		t.Errorf("the mock answers nothing, and it says %q", text)
	}
	done(t, mock, "webhook", "set", "--provider", "uqudo", "--name", "hosted-kyc/a", "http://127.0.0.1:1/")
	says(t, done(t, mock, "webhook", "delete", "--provider", "uqudo", "--name", "hosted-kyc/a"), "The webhook hosted-kyc/a of default is deleted.\n")
}

func TestWebhooksThatCannotBeAreRefusedInTheWordsOfTheCommandLine(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	const url = "http://127.0.0.1:1/"
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   []string
	}{
		{"no vendor", []string{url}, exitUsage, []string{"--provider"}},
		{"an unknown vendor", []string{url, "--provider", "acme"}, exitUsage, []string{`--provider: want uqudo or uip, not "acme"`}},
		{"a name that uqudo has not", []string{url, "--provider", "uqudo", "--name", "hosted-kyc/"}, exitUsage, []string{`--name: uqudo has the webhooks global and hosted-kyc/CONFIG, not "hosted-kyc/"`}},
		{"a name that uip has not", []string{url, "--provider", "uip", "--name", "global"}, exitUsage, []string{`--name: uip has one webhook, called default, not "global"`}},
		{"credentials of uip", []string{url, "--provider", "uip", "--basic", "a:b"}, exitUsage, []string{"--basic: is for webhooks of uqudo alone"}},
		{"a secret of uqudo", []string{url, "--provider", "uqudo", "--secret", "x"}, exitUsage, []string{"--secret: is for webhooks of uip alone"}},
		{"a format of the Global Webhook", []string{url, "--provider", "uqudo", "--format", "LEGACY"}, exitUsage, []string{"--format: is for webhooks of uqudo's hosted-kyc/CONFIG alone"}},
		{"credentials without a colon", []string{url, "--provider", "uqudo", "--basic", "me"}, exitUsage, []string{"--basic: want USER:PASSWORD"}},
		{"a header without a colon", []string{url, "--provider", "uqudo", "--header", "X-One"}, exitUsage, []string{"--header: want NAME: VALUE"}},
		{"both", []string{url, "--provider", "uqudo", "--header", "a: b", "--basic", "a:b"}, exitUsage, []string{"want it without --basic"}},
		{"a URL that is none, and more", []string{"nowhere", "--provider", "uqudo", "--header", "Host: x", "--header", "a b: c"}, exitFailed,
			[]string{"the request breaks 3 rules", "\n  <url>: want an absolute http or https URL", "\n  --header [0].name: want another name", "\n  --header [1].name: want an RFC 9110 token"}},
		{"an empty user", []string{url, "--provider", "uqudo", "--basic", ":x"}, exitFailed, []string{"\n  --basic: is required with"}},
		{"an unknown format", []string{url, "--provider", "uqudo", "--name", "hosted-kyc/a", "--format", "XML"}, exitFailed, []string{"\n  --format: "}},
		{"a secret that is no UUID", []string{url, "--provider", "uip", "--secret", "guess-me"}, exitFailed, []string{"\n  --secret: want a version 4 UUID"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			stderr := failed(t, c.status, mock, append([]string{"webhook", "set"}, c.args...)...)
			says(t, stderr, c.says...)
			if strings.Contains(stderr, "guess-me") {
				t.Errorf("it repeats the secret: %s", stderr)
			}
		})
	}
}
