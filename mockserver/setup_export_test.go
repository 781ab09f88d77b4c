package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
)

func exportedJSON(t *testing.T, mock *mockserver.Server) string {
	t.Helper()
	asked := httptest.NewRequestWithContext(t.Context(), "GET", "/_mock/v1/setup?reveal=true", http.NoBody)
	asked.Header.Set("Accept", "application/json, */*")
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, asked)
	return w.Body.String()
}

func TestWhatIsExportedSetsUpTheSame(t *testing.T) {
	mock, a := setUp(t, strings.ReplaceAll(everything(t), "HOOK", "http://a.test/hook?a=1&b=<2>"))
	a.call("POST", "/_mock/v1/keys/rotate", `{}`).want(201)
	a.call("POST", "/_mock/v1/uip/businesses/default/webhook/rotate-secret", "").want(200)
	a.call("POST", "/_mock/v1/uip/businesses/acme/api-keys", "").want(201)
	a.call("POST", "/_mock/v1/triggers", `{"provider": "uip", "event": "sign", "account": "acme", "data": {"intent": "Order", "signatureInformation": "Three boxes."}}`).want(202)
	for name, value := range map[string]string{"bell": `a\tb`, "yes": "~", "none": "|", "words": "a: b # c", "number": "0x10", "space": "a  b"} {
		a.call("PUT", "/_mock/v1/uqudo/accounts/"+name+"/global-webhook",
			`{"url": "http://a.test/", "securityType": "CUSTOM_HEADERS", "customHeaders": [{"name": "X", "value": "`+value+`"}]}`).want(201)
	}

	first := exported(t, mock)
	again, b := setUp(t, first)
	if second := exported(t, again); second != first {
		t.Errorf("it was\n%s\nand is\n%s", first, second)
	}
	for _, want := range []string{"kid: chosen", "times: 0", "größe:", "Åda 李", "http://a.test/hook?a=1&b=<2>", "balance: 10.5", "\n  - match:\n      provider: uip\n      event: sign\n    fault: drop\n  - "} {
		if !strings.Contains(first, want) {
			t.Errorf("want %q in\n%s", want, first)
		}
	}
	for _, path := range []string{
		"/uqudo/accounts?reveal=true", "/uqudo/accounts/default/hosted-kyc?reveal=true", "/uqudo/accounts/bell/global-webhook?reveal=true",
		"/uip/people", "/uip/businesses/acme/webhook?reveal=true", "/uip/businesses/default/webhook?reveal=true", "/setup?reveal=true",
	} {
		if was, is := a.call("GET", "/_mock/v1"+path, "").want(200), b.call("GET", "/_mock/v1"+path, "").want(200); string(was.body) != string(is.body) {
			t.Errorf("%s was\n%s\nand is\n%s", path, was.body, is.body)
		}
	}
	if was, is := a.published(), b.published(); !slices.Equal(was, is) || len(is) != 3 {
		t.Errorf("published were %v, and are %v", was, is)
	}
}

func TestAFreshMockHasNothingToExport(t *testing.T) {
	mock := mockserver.Test(t, at(0)).Server
	if got := exported(t, mock); got != "{}\n" {
		t.Errorf("it is\n%s", got)
	}
	for _, empty := range []string{"", "\n# nothing\n", "---\n", "{}\n", "null"} {
		if again, _ := setUp(t, empty); exported(t, again) != "{}\n" {
			t.Errorf("%q sets up\n%s", empty, exported(t, again))
		}
	}
}

func TestTheSetupIsShownWithoutSecretsUnlessTheyAreAskedFor(t *testing.T) {
	_, a := setUp(t, strings.ReplaceAll(everything(t), "HOOK", "http://a.test/"))
	masked := a.call("GET", "/_mock/v1/setup", "").want(200)
	if kind := masked.header.Get("Content-Type"); kind != "application/yaml" {
		t.Errorf("it is %s", kind)
	}
	for _, secret := range []string{"0123", "PRIVATE", "value: \"yes\"", "pä", "6f2504e0", "- first"} {
		if strings.Contains(string(masked.body), secret) {
			t.Errorf("it shows %s:\n%s", secret, masked.body)
		}
		if open := a.call("GET", "/_mock/v1/setup?reveal=true", "").want(200); !strings.Contains(string(open.body), secret) {
			t.Errorf("it does not reveal %s:\n%s", secret, open.body)
		}
	}
	if !strings.Contains(string(masked.body), "keys:\n  - kid: chosen\n  - kid: ") {
		t.Errorf("it does not show the keys:\n%s", masked.body)
	}
	if _, err := mockserver.New(mockserver.Config{Setup: masked.body}); err == nil || !strings.Contains(err.Error(), "*** is how a secret is shown") {
		t.Errorf("what is masked sets up: %v", err)
	}
}

func TestTheSetupIsJSONForWhoAcceptsThat(t *testing.T) {
	mock, _ := setUp(t, "uqudo: {accounts: {default: {resign: true, globalWebhook: {url: 'http://a.test/?a&b', securityType: NONE}}}}")
	r := exportedJSON(t, mock)
	if want := `{"uqudo":{"accounts":{"default":{"resign":true,"globalWebhook":{"url":"http://a.test/?a&b","securityType":"NONE"}}}}}`; strings.TrimSpace(r) != want {
		t.Errorf("it is\n%s\nwant\n%s", r, want)
	}
	if again, _ := setUp(t, r); exported(t, again) != exported(t, mock) {
		t.Errorf("the JSON sets up\n%s", exported(t, again))
	}
}

// strange lists the members of a value that a schema does not know.
func strange(schema, value any, at string) (names []string) {
	rule, _ := schema.(map[string]any)
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			names = append(names, strange(rule["items"], item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		properties, _ := rule["properties"].(map[string]any)
		for name, inner := range value {
			member, known := properties[name]
			if !known {
				member, known = rule["additionalProperties"].(map[string]any)
			}
			if !known && rule["additionalProperties"] == false {
				names = append(names, at+"."+name)
			}
			names = append(names, strange(member, inner, at+"."+name)...)
		}
	}
	return names
}

func TestTheSchemaHasAllThatCanBeSetUp(t *testing.T) {
	mock, a := setUp(t, strings.ReplaceAll(everything(t), "HOOK", "http://a.test/"))
	r := a.call("GET", "/_mock/v1/setup.schema.json", "").want(200)
	var schema any
	r.into(&schema)
	if strings.Contains(string(r.body), "$ref") || strings.Contains(string(r.body), "readOnly") {
		t.Error("the schema refers to others, or has what cannot be set")
	}
	var value map[string]any
	if err := json.Unmarshal([]byte(exportedJSON(t, mock)), &value); err != nil {
		t.Fatal(err)
	}
	if names := strange(schema, value, ""); len(names) > 0 {
		t.Errorf("the schema does not know %v", names)
	}
	value["uqudo"].(map[string]any)["accounts"].(map[string]any)["default"].(map[string]any)["globalWebhok"] = true
	value["uip"].(map[string]any)["people"].([]any)[0].(map[string]any)["id"] = true
	if names := strange(schema, value, ""); !slices.Equal(sorted(names...), []string{".uip.people[0].id", ".uqudo.accounts.default.globalWebhok"}) {
		t.Errorf("the schema does not know %v", names)
	}
}
