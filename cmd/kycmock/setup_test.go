package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// paths is a receiver that tells the path of each request.
func paths(t *testing.T) (url string, told chan string) {
	told = make(chan string, 10)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { told <- r.URL.Path }))
	t.Cleanup(s.Close)
	return s.URL, told
}

const setupText = `
uqudo:
  accounts:
    default:
      clientSecret: from-the-setup
      globalWebhook: {url: "HOOK/uqudo", securityType: NONE}
uip:
  people:
    - {uipId: user_ada, name: Åda}
`

func TestAMockIsServedWithItsSetup(t *testing.T) {
	hook, told := paths(t)
	text := strings.ReplaceAll(setupText, "HOOK", hook)
	path := file(t, "setup.yaml", text)
	json := `{"uqudo": {"accounts": {"default": {"clientSecret": "from-the-setup", "globalWebhook": {"url": "` + hook + `/uqudo", "securityType": "NONE"}}}}, "uip": {"people": [{"uipId": "user_ada", "name": "Åda"}]}}`
	for name, given := range map[string]struct{ env, args []string }{
		"a file":                   {nil, []string{"--setup", path}},
		"a file by the variable":   {[]string{"KYCMOCK_SETUP=" + path}, nil},
		"a text by the variable":   {[]string{"KYCMOCK_SETUP=" + text}, nil},
		"JSON by the variable":     {[]string{"KYCMOCK_SETUP=" + json}, nil},
		"the flag before variable": {[]string{"KYCMOCK_SETUP=testdata/nothing"}, []string{"--setup", path}},
	} {
		t.Run(name, func(t *testing.T) {
			line, stop := serving(t, given.env, append([]string{"serve", "--addr", "127.0.0.1:0"}, given.args...)...)
			defer stop()
			var out, wrong bytes.Buffer
			if status := run(t.Context(), []string{"trigger", "enrollment"}, []string{"KYCMOCK_URL=" + line.URL}, &out, &wrong); status != exitOK {
				t.Fatalf("the trigger ended with %d: %s", status, wrong.String())
			}
			select {
			case path := <-told:
				if path != "/uqudo" {
					t.Errorf("what was told came to %s", path)
				}
			case <-t.Context().Done():
			}
			says(t, export(t, line.URL), "clientSecret: from-the-setup", "uipId: user_ada", "name: Åda")
		})
	}
}

func export(t *testing.T, server string, args ...string) string {
	t.Helper()
	var out, wrong bytes.Buffer
	if status := run(t.Context(), append([]string{"export", "--server", server}, args...), nil, &out, &wrong); status != exitOK {
		t.Fatalf("it ended with %d: %s", status, wrong.String())
	}
	return out.String()
}

func TestWebhooksOfFlagsComeAfterTheSetup(t *testing.T) {
	env := []string{"KYCMOCK_SETUP=" + strings.ReplaceAll(setupText, "HOOK", "http://a.test"), "KYCMOCK_UIP_WEBHOOK=http://b.test/uip"}
	line, stop := serving(t, env, "--addr", "127.0.0.1:0", "--uqudo-webhook", "http://b.test/uqudo")
	defer stop()
	text := export(t, line.URL)
	says(t, text, "url: http://b.test/uqudo", "url: http://b.test/uip", "clientSecret: from-the-setup")
	if strings.Contains(text, "a.test") {
		t.Errorf("the setup's webhook is still there:\n%s", text)
	}
}

func TestWhatIsExportedServesTheSameMock(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{Setup: []byte(strings.ReplaceAll(setupText, "HOOK", "http://a.test"))}).Server
	done(t, mock, "keys", "rotate")
	done(t, mock, "faults", "arm", "tampered")
	for _, form := range []string{"yaml", "json"} {
		text := export(t, mock.URL, "-o", form)
		line, stop := serving(t, nil, "--addr", "127.0.0.1:0", "--setup", file(t, "setup."+form, text))
		if again := export(t, line.URL, "-o", form); again != text {
			t.Errorf("it was\n%s\nand is\n%s", text, again)
		}
		stop()
	}
	masked := export(t, mock.URL, "--mask")
	says(t, masked, "clientSecret: '***'", "- kid: ", "fault: tampered")
	for _, secret := range []string{"from-the-setup", "PRIVATE"} {
		if strings.Contains(masked, secret) {
			t.Errorf("it shows %s:\n%s", secret, masked)
		}
	}
}

func TestAMockWhoseSetupIsWrongIsNotServed(t *testing.T) {
	const wrong = "uqdo: {}\nuip: {businesses: {default: {webhook: {url: here}}}}\n"
	path := file(t, "wrong.yaml", wrong)
	for _, c := range []struct {
		name string
		env  []string
		args []string
		says string
	}{
		{"a file", nil, []string{"--setup", path},
			"kycmock: nothing was started, because the setup is wrong:\n" + path + ":1:1: unknown key uqdo, did you mean uqudo?\n" +
				path + ":2:45: uip.businesses.default.webhook.url: want an absolute http or https URL, such as https://example.test/hook\n"},
		{"a text", []string{"KYCMOCK_SETUP=" + wrong}, nil, "\nsetup:1:1: unknown key uqdo, did you mean uqudo?\nsetup:2:45: "},
		{"no file", nil, []string{"--setup", "testdata/nothing.yaml"}, "kycmock: --setup testdata/nothing.yaml: no such file or directory; a text instead of a file begins with { or has more than one line\n"},
		{"a folder", nil, []string{"--setup", "testdata/.."}, "--setup testdata/..: "},
		{"a flag's webhook", nil, []string{"--uqudo-webhook", "localhost:3000"}, "kycmock: --uqudo-webhook: want an absolute http or https URL, such as https://example.test/hook\n"},
		{"a variable's webhook", []string{"KYCMOCK_UIP_WEBHOOK=http://u:p@a.test/"}, nil, "kycmock: --uip-webhook: want no user in the URL\n"},
		{"a webhook that is not strict", nil, []string{"--strict", "--uip-webhook", "http://a.test/"}, "kycmock: --uip-webhook: want https"},
		{"a webhook that the setup does not allow", []string{"KYCMOCK_SETUP={uip: {businesses: {default: {strict: true}}}}"}, []string{"--uip-webhook", "http://a.test/"}, "the webhook of uip: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			ready := t.TempDir() + "/ready"
			var stdout, stderr bytes.Buffer
			status := run(t.Context(), append([]string{"--addr", "127.0.0.1:0", "--ready-file", ready}, c.args...), c.env, &stdout, &stderr)
			if status != exitUsage || stdout.Len() > 0 || !strings.Contains(stderr.String(), c.says) {
				t.Errorf("it ended with %d, said %q, and on stderr %q", status, stdout.String(), stderr.String())
			}
			if _, err := os.Stat(ready); err == nil {
				t.Error("it said that it is ready")
			}
		})
	}
}
