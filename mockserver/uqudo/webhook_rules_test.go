package uqudo_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// headers writes so many custom headers.
func headers(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = `{"name": "X-` + strings.Repeat("A", i+1) + `", "value": "v"}`
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// custom is a webhook with one custom header of this name and value, which are
// JSON strings.
func custom(name, value string) string {
	return `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": [{"name": ` + name + `, "value": ` + value + `}]}`
}

// webhookRefusals are configurations that break a rule, with the places below
// body.
var webhookRefusals = []struct{ name, body, places string }{
	{"nothing at all", `{}`, "url securityType"},
	{"no URL", `{"securityType": "NONE"}`, "url"},
	{"an empty URL", `{"url": "", "securityType": "NONE"}`, "url"},
	{"a relative URL", `{"url": "/hook", "securityType": "NONE"}`, "url"},
	{"a URL without a host", `{"url": "http:///hook", "securityType": "NONE"}`, "url"},
	{"a URL with a port and no host", `{"url": "http://:80/hook", "securityType": "NONE"}`, "url"},
	{"another scheme", `{"url": "ftp://a.test/h", "securityType": "NONE"}`, "url"},
	{"a URL that cannot be read", `{"url": "http://a.test:port/h", "securityType": "NONE"}`, "url"},
	{"a URL that is a number", `{"url": 7, "securityType": "NONE"}`, "url"},
	{"no security type", `{"url": "http://a.test/h"}`, "securityType"},
	{"a security type in lower case", `{"url": "http://a.test/h", "securityType": "none"}`, "securityType"},
	{"a security type that is a number", `{"url": "http://a.test/h", "securityType": 1}`, "securityType"},
	{"BASIC without user and password", `{"url": "http://a.test/h", "securityType": "BASIC_AUTHENTICATION"}`, "userId password"},
	{"BASIC without a password", `{"url": "http://a.test/h", "securityType": "BASIC_AUTHENTICATION", "userId": "u"}`, "password"},
	{"BASIC with an empty user", `{"url": "http://a.test/h", "securityType": "BASIC_AUTHENTICATION", "userId": "", "password": "p"}`, "userId"},
	{"BASIC with a colon in the user", `{"url": "http://a.test/h", "securityType": "BASIC_AUTHENTICATION", "userId": "u:v", "password": "p"}`, "userId"},
	{"BASIC with custom headers", `{"url": "http://a.test/h", "securityType": "BASIC_AUTHENTICATION", "userId": "u", "password": "p", "customHeaders": ` + headers(1) + `}`, "customHeaders"},
	{"NONE with a user and a password", `{"url": "http://a.test/h", "securityType": "NONE", "userId": "u", "password": "p"}`, "userId password"},
	{"NONE with custom headers", `{"url": "http://a.test/h", "securityType": "NONE", "customHeaders": ` + headers(1) + `}`, "customHeaders"},
	{"CUSTOM_HEADERS with none", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS"}`, "customHeaders"},
	{"CUSTOM_HEADERS with an empty list", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": []}`, "customHeaders"},
	{"CUSTOM_HEADERS with six", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": ` + headers(6) + `}`, "customHeaders"},
	{"CUSTOM_HEADERS with a password", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "password": "p", "customHeaders": ` + headers(1) + `}`, "password"},
	{"a header without a name", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": [{"value": "v"}]}`, "customHeaders[0].name"},
	{"a header without a value", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": [{"name": "X-A"}]}`, "customHeaders[0].value"},
	{"a header with a member that is unknown", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": [{"name": "X-A", "value": "v", "secret": true}]}`, "customHeaders[0].secret"},
	{"a header name that is empty", custom(`""`, `"v"`), "customHeaders[0].name"},
	{"a header name with a space", custom(`"X A"`, `"v"`), "customHeaders[0].name"},
	{"a header name with a colon", custom(`"X-A:"`, `"v"`), "customHeaders[0].name"},
	{"a header name with a line break at its end", custom(`"X-A\n"`, `"v"`), "customHeaders[0].name"},
	{"a header name that is not ASCII", custom(`"X-Ä"`, `"v"`), "customHeaders[0].name"},
	{"a header value with CR", custom(`"X-A"`, `"v\rw"`), "customHeaders[0].value"},
	{"a header value with LF", custom(`"X-A"`, `"v\nw"`), "customHeaders[0].value"},
	{"a header value with NUL", custom(`"X-A"`, `"v\u0000w"`), "customHeaders[0].value"},
	{"Host as a header", custom(`"Host"`, `"v"`), "customHeaders[0].name"},
	{"Content-Length as a header", custom(`"content-length"`, `"1"`), "customHeaders[0].name"},
	{"Content-Type as a header", custom(`"CONTENT-TYPE"`, `"v"`), "customHeaders[0].name"},
	{"Transfer-Encoding as a header", custom(`"Transfer-Encoding"`, `"v"`), "customHeaders[0].name"},
	{"Connection as a header", custom(`"connection"`, `"v"`), "customHeaders[0].name"},
	{"the same header in another case", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": [{"name": "X-Key", "value": "v"}, {"name": "X-Other", "value": "v"}, {"name": "x-KEY", "value": "w"}]}`, "customHeaders[2].name"},
	{"members that are unknown", `{"url": "http://a.test/h", "securityType": "NONE", "uri": "http://b.test/", "user_id": "u"}`, "uri user_id"},
	{"a format, which only Hosted KYC has", `{"url": "http://a.test/h", "securityType": "NONE", "format": "JSON"}`, "format"},
	{"everything wrong at once", `{"url": "hook", "securityType": "BASIC_AUTHENTICATION", "userId": "a:b", "surprise": 1, "customHeaders": [{"name": "X-A", "value": "v"}, {"name": "Host", "value": "a\nb"}]}`,
		"url userId password surprise customHeaders customHeaders[1].name customHeaders[1].value"},
}

func TestARefusedWebhookIsToldEachPlaceAndLeavesTheOldOne(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, at := range []struct{ sender, path, before, after, prefix string }{
		{"global", account + "/global-webhook", "", "", "body."},
		{"hosted", account + "/hosted-kyc/shop", `{"webhook": `, `}`, "body.webhook."},
	} {
		good := at.before + `{"url": "http://good.test/h", "securityType": "BASIC_AUTHENTICATION", "userId": "u", "password": "p"}` + at.after
		l.call("PUT", at.path, good).wants(201)
		old := l.call("GET", at.path+"?reveal=true", "").wants(200).body
		for _, c := range webhookRefusals {
			if at.sender == "hosted" && strings.Contains(c.name, "only Hosted KYC") {
				continue
			}
			t.Run(at.sender+"/"+c.name, func(t *testing.T) {
				var places []string
				for _, p := range strings.Fields(c.places) {
					places = append(places, at.prefix+p)
				}
				l.in(t).call("PUT", at.path, at.before+c.body+at.after).refused(422, places...)
			})
		}
		if now := l.call("GET", at.path+"?reveal=true", "").body; string(now) != string(old) {
			t.Errorf("the %s webhook is %s now, was %s", at.sender, now, old)
		}
	}
}

func TestAWebhookThatFollowsTheRulesIsTaken(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct{ name, body string }{
		{"http", `{"url": "http://a.test/h?x=1", "securityType": "NONE"}`},
		{"https in capitals, with a port", `{"url": "HTTPS://A.test:8443", "securityType": "NONE"}`},
		{"an IPv6 address", `{"url": "http://[::1]:80/h", "securityType": "NONE"}`},
		{"NONE with empty members", `{"url": "http://a.test/h", "securityType": "NONE", "userId": "", "password": "", "customHeaders": []}`},
		{"one header", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": ` + headers(1) + `}`},
		{"five headers", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": ` + headers(5) + `}`},
		{"every character of a token", custom(`"!#$%&'*+-.^_`+"`"+`|~09AZaz"`, `"v"`)},
		{"a tab and letters beyond ASCII in a value", custom(`"X-A"`, `"a\tbéü"`)},
		{"an empty value", custom(`"X-A"`, `""`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if a := l.in(t).call("PUT", account+"/global-webhook", c.body); a.status != 200 {
				a.wants(201)
			}
		})
	}
}

func TestABodyThatCannotBeReadLeavesTheOldWebhook(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	const path = account + "/global-webhook"
	l.webhook("http://good.test/h")
	for _, c := range []struct {
		name, body string
		status     int
	}{
		{"not JSON", `url=http://a.test/h`, 400},
		{"cut off", `{"url": "http://a.test/h", "securityType": "NONE"`, 400},
		{"two documents", `{"url": "http://a.test/h", "securityType": "NONE"} {}`, 400},
		{"a member twice", `{"url": "http://a.test/h", "url": "http://b.test/h", "securityType": "NONE"}`, 400},
		{"a header's member twice", `{"url": "http://a.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": [{"name": "X-A", "value": "v", "name": "X-B"}]}`, 400},
		{"nothing", ``, 400},
		{"a list", `[]`, 422},
		{"null", `null`, 422},
		{"more than 8 MiB", `{"url": "http://a.test/` + strings.Repeat("a", 8<<20) + `", "securityType": "NONE"}`, 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := l.in(t).call("PUT", path, c.body).wants(c.status)
			if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
				t.Errorf("answered in %s: %s", kind, a.body)
			}
		})
	}
	var now struct{ URL string }
	l.call("GET", path, "").wants(200).into(&now)
	if now.URL != "http://good.test/h" {
		t.Errorf("the webhook goes to %s now", now.URL)
	}
	large := `{"url": "http://a.test/` + strings.Repeat("a", 2<<20) + `", "securityType": "NONE"}` // the framework's own limit is 1 MiB
	l.call("PUT", path, large).wants(200)
}

func TestSavingReplacesTheWholeAndDeletingLeavesNothing(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	const path = account + "/global-webhook"
	l.call("GET", path, "").refused(404)
	l.call("DELETE", path, "").refused(404)
	l.call("PUT", path, `{"url": "http://a.test/h", "securityType": "BASIC_AUTHENTICATION", "userId": "u", "password": "p"}`).wants(201)
	l.call("PUT", path, `{"url": "http://b.test/h", "securityType": "CUSTOM_HEADERS", "customHeaders": `+headers(2)+`}`).wants(200)
	l.call("PUT", path, `{"url": "http://c.test/h", "securityType": "NONE"}`).wants(200)
	if got, want := string(l.call("GET", path+"?reveal=true", "").wants(200).body), `{"url":"http://c.test/h","securityType":"NONE"}`+"\n"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
	if a := l.call("DELETE", path, "").wants(204); len(a.body) > 0 {
		t.Errorf("204 with a body: %s", a.body)
	}
	l.call("DELETE", path, "").refused(404)
	l.call("GET", path, "").refused(404)
	l.call("PUT", path, `{"url": "http://d.test/h", "securityType": "NONE"}`).wants(201)
	l.call("GET", "/uqudo/accounts/nobody/global-webhook", "").refused(404)
	l.call("DELETE", "/uqudo/accounts/nobody/global-webhook", "").refused(404)
}

func TestStrictWantsHTTPSOfEverySender(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{Strict: true})
	l.call("PUT", account+"/global-webhook", `{"url": "http://a.test/h", "securityType": "NONE"}`).refused(422, "body.url")
	l.call("PUT", account+"/global-webhook", `{"url": "https://a.test/h", "securityType": "NONE"}`).wants(201)
	l.call("PUT", account+"/hosted-kyc/shop", `{"webhook": {"url": "http://a.test/h", "securityType": "NONE"}}`).refused(422, "body.webhook.url")
	l.call("PUT", account+"/hosted-kyc/shop", `{"webhook": {"url": "https://a.test/h", "securityType": "NONE"}}`).wants(201)
}

func TestARefusedSaveMakesNoAccount(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.call("PUT", "/uqudo/accounts/new/global-webhook", `{"url": "", "securityType": "NONE"}`).refused(422, "body.url")
	l.call("PUT", "/uqudo/accounts/new/hosted-kyc/shop", `{"webhook": {}}`).refused(422, "body.webhook.url", "body.webhook.securityType")
	l.call("GET", "/uqudo/accounts/new", "").refused(404)
	l.call("PUT", "/uqudo/accounts/new/global-webhook", `{"url": "http://a.test/h", "securityType": "NONE"}`).wants(201)
	l.call("GET", "/uqudo/accounts/new", "").wants(200)
}

func TestHostedKYCConfigurationsAreSavedListedAndDeleted(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	const path = account + "/hosted-kyc"
	names := func() (names []string) {
		var list struct{ HostedKYC []struct{ Name string } }
		l.call("GET", path, "").wants(200).into(&list)
		for _, c := range list.HostedKYC {
			names = append(names, c.Name)
		}
		return names
	}
	l.call("GET", path+"/shop", "").refused(404)
	l.hosted("shop", "http://a.test/h", "LEGACY")
	l.call("PUT", path+"/bank", `{}`).wants(201)
	l.call("PUT", path+"/shop", `{"webhook": {"url": "http://b.test/h", "securityType": "NONE"}}`).wants(200)
	if got := names(); !slices.Equal(got, []string{"bank", "shop"}) {
		t.Errorf("listed are %v", got)
	}
	want := `{"name":"shop","webhook":{"url":"http://b.test/h","securityType":"NONE","format":"JSON"}}` + "\n"
	if got := string(l.call("GET", path+"/shop", "").wants(200).body); got != want {
		t.Errorf("got %s want %s", got, want)
	}
	l.call("PUT", path+"/shop", `{"webhook": {"url": "http://b.test/h", "securityType": "NONE", "format": "XML"}}`).refused(422, "body.webhook.format")
	l.call("DELETE", path+"/shop", "").wants(http.StatusNoContent)
	l.call("DELETE", path+"/shop", "").refused(404)
	if got := names(); !slices.Equal(got, []string{"bank"}) {
		t.Errorf("listed are %v", got)
	}
}
