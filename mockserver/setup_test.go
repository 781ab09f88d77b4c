package mockserver_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"kycmock/keys"
	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/conformance"
	"kycmock/scenarios"
)

// keyFile is a private key of the tests' own.
func keyFile(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("../keys/testdata/good/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// indented is a text as a block of YAML.
func indented(text string) string {
	return "|\n        " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n        ")
}

// everything has one of all that can be set up. HOOK stands for a receiver.
func everything(t testing.TB) string {
	return strings.NewReplacer("PEM", indented(keyFile(t, "10-pkcs1.pem")), "JWK", keyFile(t, "30-single.jwk")).Replace(`
# What a test environment begins with.
uqudo:
  accounts:
    default:
      jwsLifetime: 30m
      clientSecret: "0123"
      delivery: {interval: 1m}
      globalWebhook: {url: "HOOK", securityType: CUSTOM_HEADERS, customHeaders: [{name: X-Who, value: "yes"}]}
      hostedKyc:
        onboarding: {webhook: {url: "HOOK", securityType: BASIC_AUTHENTICATION, userId: müller, password: "pä: #1"}}
        without: {}
    shop: {}
    größe:
      globalWebhook: {url: "HOOK", securityType: NONE}
uip:
  people:
    - {uipId: user_ada, name: "Åda 李", dateOfBirth: 1990-05-15, countryOfOrigin: NO, identityExpiresAt: 2035-01-01T00:00:00Z}
    - {name: Somebody}
  businesses:
    default:
      balance: 10.50
      webhook: {url: "HOOK"}
    acme:
      contract: A2
      delivery: {waits: [0s, 1s]}
      apiKeys: [first, second]
      webhook: {url: "HOOK", secret: 6f2504e0-4f89-41d3-9a0c-0305e82c3301}
keys:
  - kid: chosen
    pem: PEM
  - jwk: JWK
faults:
  - {match: {provider: uip, event: sign}, fault: drop, times: 2}
  - {fault: {name: ignore-response, params: {status: 504}, on: [1, 3], probability: 0.5}, match: {account: shop}, times: 0}
`)
}

func setUp(t *testing.T, text string) (*mockserver.Server, api) {
	t.Helper()
	c := at(0)
	c.Setup = []byte(text)
	mock := mockserver.Test(t, c).Server
	return mock, apiOf(t, mock)
}

func exported(t *testing.T, mock *mockserver.Server) string {
	t.Helper()
	text, err := mock.ExportSetup(true)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAMockIsSetUpBeforeItsFirstRequest(t *testing.T) {
	h := newHook(t)
	_, a := setUp(t, strings.ReplaceAll(everything(t), "HOOK", h.URL))
	for path, want := range map[string][]string{
		"/uqudo/accounts/default?reveal=true":                       {`"jwsLifetime":"30m"`, `"clientSecret":"0123"`, `"interval":"1m"`, `"window":"2h"`},
		"/uqudo/accounts/default/global-webhook?reveal=true":        {h.URL, `{"name":"X-Who","value":"yes"}`},
		"/uqudo/accounts/default/hosted-kyc/onboarding?reveal=true": {`"userId":"müller"`, `"password":"pä: #1"`, `"format":"JSON"`},
		"/uqudo/accounts/default/hosted-kyc/without":                {`"name":"without"`},
		"/uqudo/accounts/shop":                                      {`"jwsLifetime":"2h"`},
		"/uqudo/accounts/größe/global-webhook":                      {h.URL},
		"/uip/people":                                               {`{"uipId":"user_ada","name":"Åda 李","dateOfBirth":"1990-05-15","countryOfOrigin":"NO","identityExpiresAt":"2035-01-01T00:00:00Z"}`, `"name":"Somebody"`},
		"/uip/businesses/default":                                   {`"balance":10.5`},
		"/uip/businesses/default/webhook?reveal=true":               {"3f2504e0-4f89-41d3-9a0c-0305e82c3301"},
		"/uip/businesses/acme?reveal=true":                          {`"contract":"A2"`, `"waits":["0s","1s"]`, `"attempts":3`, `"key":"first"`, `"key":"second"`},
		"/uip/businesses/acme/webhook?reveal=true":                  {"6f2504e0-4f89-41d3-9a0c-0305e82c3301"},
		"/faults/armed":                                             {`"fault":"drop","times":2,"left":2`, `"params":{"status":504},"on":[1,3],"probability":0.5`, `"times":0`},
	} {
		text := string(a.call("GET", "/_mock/v1"+path, "").want(200).body)
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s: want %s in %s", path, part, text)
			}
		}
	}
	if list := a.keys(); len(list) != 2 || list[1].KID != "chosen" || list[1].State != "active" || list[0].State != "published" {
		t.Errorf("the keys are %+v", list)
	}

	a.enroll()
	a.advance(`{"to": "idle"}`)
	pair, err := keys.Parse([]byte(keyFile(t, "10-pkcs1.pem")))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.NewRing(start, pair.Named("chosen"))
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		JWSResult string `json:"jwsResult"`
	}
	if got := h.received(); len(got) != 1 || json.Unmarshal([]byte(got[0]), &told) != nil {
		t.Fatalf("received was %q", got)
	}
	if _, err := ring.Verify(told.JWSResult); err != nil {
		t.Errorf("what was delivered is not signed with the setup's key: %v", err)
	}
}

func TestASetupIsAppliedAtEveryStart(t *testing.T) {
	store := &conformance.Shelf{}
	begin := func(text string) (*mockserver.Server, error) {
		return mockserver.Start(mockserver.Config{Store: store, Clock: clock.New(start, 0), Setup: []byte(text)})
	}
	text := strings.ReplaceAll(everything(t), "HOOK", "http://a.test/")
	text = strings.Replace(text, "    - {name: Somebody}\n", "", 1) // who is another person every time
	mock, err := begin(text)
	if err != nil {
		t.Fatal(err)
	}
	first := exported(t, mock)
	a := apiOf(t, mock)
	a.call("DELETE", globalWebhook, "").want(204)
	a.call("PUT", "/_mock/v1/uqudo/accounts/shop", `{"resign": true, "clientId": "5d0d8f0e-0000-4000-8000-000000000000"}`).want(200)
	a.call("PUT", "/_mock/v1/uqudo/accounts/later", `{}`).want(201)
	a.call("POST", "/_mock/v1/faults/armed", `{"fault": "drop"}`).want(201)
	end(t, mock)

	if _, err := begin("uqudo: {accounts: {later: {resign: true}}}\nuip: {people: 5}"); err == nil {
		t.Fatal("a wrong setup was taken")
	}
	if mock, err = begin(text); err != nil {
		t.Fatal(err)
	}
	defer end(t, mock)
	second := strings.Replace(exported(t, mock), "    later: {}\n", "", 1)
	second = strings.Replace(second, "    shop:\n      clientId: 5d0d8f0e-0000-4000-8000-000000000000\n", "    shop: {}\n", 1) // identities are kept
	if second != first {
		t.Errorf("it was\n%s\nand is\n%s", first, second)
	}
}

func TestAResetOfAllGoesBackToTheSetup(t *testing.T) {
	c := at(0)
	c.Setup = []byte(strings.ReplaceAll(everything(t), "HOOK", "http://a.test/"))
	c.Webhooks = map[string]string{"uip": "http://b.test/"}
	mock := mockserver.Test(t, c).Server
	first := exported(t, mock)
	if !strings.Contains(first, "webhook:\n        url: http://b.test/") {
		t.Errorf("the webhook is not there:\n%s", first)
	}
	a := apiOf(t, mock)
	a.call("DELETE", globalWebhook, "").want(204)
	a.call("PUT", "/_mock/v1/uqudo/accounts/later", `{}`).want(201)
	a.call("POST", "/_mock/v1/keys/rotate", `{}`).want(201)
	a.call("POST", "/_mock/v1/reset", `{"all": true}`).want(200)
	somebody := func(text string) string { // is another person every time
		before, rest, _ := strings.Cut(text, "Åda")
		_, after, _ := strings.Cut(rest, "businesses:")
		return before + after
	}
	if second := exported(t, mock); somebody(second) != somebody(first) {
		t.Errorf("it was\n%s\nand is\n%s", first, second)
	}
	a.call("POST", "/_mock/v1/reset", "").want(200)
	if text := exported(t, mock); strings.Contains(text, "faults:") || !strings.Contains(text, "globalWebhook:") {
		t.Errorf("after a reset it is\n%s", text)
	}
}

func TestKeysAndWebhooksOfTheConfigComeAfterTheSetup(t *testing.T) {
	pair := keys.Default().Named("mine")
	mock := mockserver.Test(t, mockserver.Config{
		Keys:     []keys.Pair{pair},
		Setup:    []byte("uqudo: {accounts: {default: {resign: true, globalWebhook: {url: 'http://a.test/', securityType: BASIC_AUTHENTICATION, userId: u, password: p}}}}\nkeys: [{jwk: " + keyFile(t, "30-single.jwk") + "}]"),
		Webhooks: map[string]string{"uqudo": "http://b.test/"},
	}).Server
	if list := mock.Keys(); len(list) != 1 || list[0].KID != "mine" {
		t.Errorf("the keys are %+v", list)
	}
	if text := exported(t, mock); !strings.Contains(text, "default:\n      resign: true\n      globalWebhook:\n        url: http://b.test/\n        securityType: NONE\n") {
		t.Errorf("it is\n%s", text)
	}
	_, err := mockserver.New(mockserver.Config{Webhooks: map[string]string{"uip": "nowhere", "acme": "http://a.test/"}})
	if err == nil || !strings.Contains(err.Error(), "the webhook of acme: there is no such vendor") || !strings.Contains(err.Error(), "the webhook of uip: ") {
		t.Errorf("the error is %v", err)
	}
}

func TestWhatASetupDoesNotSayStaysAsItIs(t *testing.T) {
	store := &conformance.Shelf{}
	for i, text := range []string{
		"uqudo: {accounts: {default: {resign: true, globalWebhook: {url: 'http://a.test/', securityType: NONE}}}}",
		"uqudo: {accounts: {default: {hostedKyc: {one: {}}}}}",
		"uqudo: {accounts: {default: {storeData: false}}}",
	} {
		mock, err := mockserver.Start(mockserver.Config{Store: store, Clock: clock.New(start, 0), Setup: []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		got := exported(t, mock)
		end(t, mock)
		for part, there := range map[string]bool{"resign: true": i < 2, "storeData: false": i == 2, "globalWebhook:": true, "one: {}": i > 0} {
			if strings.Contains(got, part) != there {
				t.Errorf("%q is there: %v, in\n%s", part, !there, got)
			}
		}
	}
}

func TestWaitingDeliveriesGoOnAfterTheSetup(t *testing.T) {
	store, was, is := &conformance.Shelf{}, newHook(t, 500), newHook(t)
	mock, err := mockserver.Start(mockserver.Config{Store: store, Clock: clock.New(start, 0), Webhooks: map[string]string{"uqudo": was.URL}})
	if err != nil {
		t.Fatal(err)
	}
	a := apiOf(t, mock)
	a.enroll()
	a.advance(`{"by": "1s"}`)
	end(t, mock)
	mock, err = mockserver.Start(mockserver.Config{Store: store, Clock: clock.New(start.Add(time.Hour), 0), Webhooks: map[string]string{"uqudo": is.URL}})
	if err != nil {
		t.Fatal(err)
	}
	defer end(t, mock)
	apiOf(t, mock).advance(`{"to": "idle"}`)
	if len(was.received()) != 1 || len(is.received()) != 1 {
		t.Errorf("the one before got %d, the setup's %d", len(was.received()), len(is.received()))
	}
}

func TestAVendorThatHasNothingToSetUpHasNoSection(t *testing.T) {
	c := at(0)
	c.Providers = append(mockserver.Vendors(), newToy)
	c.Setup = []byte("toy: {}\nuip: {}")
	_, err := mockserver.New(c)
	var wrong scenarios.Problems
	if !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].String() != "setup:1:1: unknown key toy, want one of uqudo, uip, keys, faults" {
		t.Errorf("the error is %v", err)
	}
	c.Setup, c.Webhooks = nil, map[string]string{"toy": "http://a.test/"}
	mock := mockserver.Test(t, c).Server
	if got := exported(t, mock); got != "{}\n" {
		t.Errorf("it is\n%s", got)
	}
	if created, err := mock.SaveWebhook(t.Context(), "toy", "", "only", toyHook{"http://b.test/"}); created || err != nil {
		t.Errorf("its webhook was not saved: %v", err)
	}
}
