package mockserver_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/scenarios"
)

func TestAllThatIsWrongWithASetupIsSaidWithItsPlace(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"an unknown section", "uqdo: {}\ncolour: red\n",
			"s.yaml:1:1: unknown key uqdo, did you mean uqudo?\ns.yaml:2:1: unknown key colour, want one of uqudo, uip, keys, faults"},
		{"an unknown resource", "uqudo:\n  account: {}\nuip:\n  persons: []\n",
			"s.yaml:2:3: uqudo: unknown key account, did you mean accounts?\ns.yaml:4:3: uip: unknown key persons, want one of people, businesses"},
		{"an unknown member", "uqudo:\n  accounts:\n    default:\n      jwsLifetme: 30m\n      delivery: {windw: 1h}\n",
			"s.yaml:4:7: uqudo.accounts.default: unknown key jwsLifetme, did you mean jwsLifetime?\n" +
				"s.yaml:5:18: uqudo.accounts.default.delivery: unknown key windw, did you mean window?"},
		{"a part that is misspelt", "uqudo:\n  accounts:\n    default:\n      globalWebhok: {url: 'http://a.test/', securityType: NONE}\n",
			"s.yaml:4:7: uqudo.accounts.default: unknown key globalWebhok, did you mean globalWebhook?"},
		{"a required member that is misspelt is not missing too", "uip: {businesses: {default: {webhook: {ulr: 'http://a.test/'}}}}",
			"s.yaml:1:40: uip.businesses.default.webhook: unknown key ulr, did you mean url?"},
		{"a required member that is missing", "uip: {businesses: {default: {webhook: {}}}}",
			"s.yaml:1:39: uip.businesses.default.webhook.url: is required"},
		{"what cannot be set", "uqudo: {accounts: {default: {nam: a}}}",
			"s.yaml:1:30: uqudo.accounts.default: unknown key nam, want one of api, clientId, clientSecret, delivery, deviceAttestation, faceJwsLifetime, faceSessions, imageStyle, jwsLifetime, resign, storeData, globalWebhook, hostedKyc"},
		{"another type than wanted", "uqudo:\n  accounts:\n    default: {resign: \"true\", clientSecret: 123, jwsLifetime: soon}\nuip:\n  businesses:\n    default: {balance: \"10.00\", archived: 1}\n  people: {uipId: user_ada}\n",
			"s.yaml:3:23: uqudo.accounts.default.resign: expected boolean: without quotes it is one\n" +
				"s.yaml:3:45: uqudo.accounts.default.clientSecret: expected string: in quotes it is a text\n" +
				"s.yaml:3:63: uqudo.accounts.default.jwsLifetime: expected string to be a duration such as 30m or 2h\n" +
				"s.yaml:6:24: uip.businesses.default.balance: expected number: without quotes it is one\n" +
				"s.yaml:6:43: uip.businesses.default.archived: expected boolean\n" +
				"s.yaml:7:11: uip.people: want a list, got a mapping"},
		{"nothing where something was wanted", "uqudo:\n  accounts:\n    shop:\n    other: [1]\nuip:\n",
			"s.yaml:3:10: uqudo.accounts.shop: want a mapping such as {api: ...}, got nothing\n" +
				"s.yaml:4:12: uqudo.accounts.other: want a mapping such as {api: ...}, got a list\n" +
				"s.yaml:5:5: uip: want a mapping such as {people: ...}, got nothing"},
		{"a webhook's address that is none", "uqudo: {accounts: {default: {globalWebhook: {url: localhost, securityType: NONE}}}}",
			"s.yaml:1:51: uqudo.accounts.default.globalWebhook.url: want an absolute http or https URL, such as https://example.test/hook"},
		{"six custom headers, one of them bad", "uqudo:\n  accounts:\n    default:\n      hostedKyc:\n        onboarding:\n          webhook:\n            url: http://a.test/\n            securityType: CUSTOM_HEADERS\n" +
			"            customHeaders:\n              - {name: A, value: a}\n              - {name: B, value: b}\n              - {name: C c, value: c}\n              - {name: D, value: d}\n              - {name: E, value: e}\n              - {name: F, value: f}\n",
			"s.yaml:10:15: uqudo.accounts.default.hostedKyc.onboarding.webhook.customHeaders: want 1 to 5 headers with securityType CUSTOM_HEADERS\n" +
				"s.yaml:12:24: uqudo.accounts.default.hostedKyc.onboarding.webhook.customHeaders[2].name: want an RFC 9110 token: letters, digits and -, without spaces"},
		{"a client ID that is taken", "uqudo:\n  accounts:\n    a: {clientId: 5d0d8f0e-0000-4000-8000-000000000000}\n    b:\n      clientId: 5d0d8f0e-0000-4000-8000-000000000000\n",
			"s.yaml:5:17: uqudo.accounts.b.clientId: is that of account a"},
		{"a person twice", "uip: {people: [{uipId: user_a}, {uipId: user_a}, {uipId: user_test}]}",
			"s.yaml:1:41: uip.people[1].uipId: is somebody else's\ns.yaml:1:58: uip.people[2].uipId: is somebody else's"},
		{"names that nothing can have", "uqudo: {accounts: {a/b: {}}}\nuip: {businesses: {a b: {archived: true, webhook: {url: x}}}}",
			"s.yaml:1:20: uqudo.accounts.a/b: want a name without a slash\n" +
				"s.yaml:2:20: uip.businesses.a b: a business's name is 1 to 64 visible ASCII characters without a slash: \"a b\""},
		{"faults that there are not", "faults:\n  - {fault: tampred}\n  - {fault: {name: delay, onn: 1}, times: -1, match: {provider: uqdo}}\n  - tampered\n",
			"s.yaml:2:13: faults[0].fault.name: there is no such fault, want one of FAULTS\n" +
				"s.yaml:3:32: faults[1].fault.onn: there is no such member, want one of on, name, params, probability\n" +
				"s.yaml:3:43: faults[1].times: expected number >= 0\n" +
				"s.yaml:3:65: faults[1].match.provider: want one of uqudo, uip\n" +
				"s.yaml:4:5: faults[2]: want a mapping such as {fault: ...}, got a single value"},
		{"keys that are none", "keys:\n  - {kid: a}\n  - {pem: secret, jwk: {kty: oct}}\n  - {pme: x}\n  - 5\n  - {pem: [1]}\n  - {jwk: '[]'}\n",
			"s.yaml:2:5: keys[0]: want one of pem, jwk, got none\n" +
				"s.yaml:3:5: keys[1]: want one of pem, jwk, got two\n" +
				"s.yaml:3:11: keys[1].pem: no PEM block in it, want an RSA private key\n" +
				"s.yaml:3:24: keys[1].jwk: not a JWK that can be read: invalid OCT (symmetric) key, missing k value\n" +
				"s.yaml:4:6: keys[2]: unknown key pme, did you mean pem?\n" +
				"s.yaml:5:5: keys[3]: want a mapping such as {pem: ...}, got a single value\n" +
				"s.yaml:6:11: keys[4].pem: want a text, got a list\n" +
				"s.yaml:7:11: keys[5].jwk: no PEM block in it, want an RSA private key"},
		{"a kid twice", "keys:\n  - {kid: a, jwk: " + strings.ReplaceAll(keyFile(t, "30-single.jwk"), "\n", " ") + "}\n  - jwk: " + strings.ReplaceAll(keyFile(t, "30-single.jwk"), "\n", " ") + "\n    kid: a\n",
			"s.yaml:4:10: keys[1].kid: the key of line 2 has the kid a already, want each kid once"},
		{"aliases, tags and keys twice", "uqudo: &u {accounts: {}}\nuip: *u\nfaults: !list []\nkeys: []\nkeys: []\n",
			"s.yaml:2:6: uip: aliases are not read: write it out, or put a text that begins with * in quotes\n" +
				"s.yaml:3:9: faults: tags are not read: leave out !list, or put a text that begins with ! in quotes\n" +
				"s.yaml:5:1: the key keys is there twice, the first time in line 4"},
		{"no mapping", "- uqudo\n", "s.yaml:1:1: want a mapping such as {keys: ...}, got a list"},
		{"no YAML", "uqudo:\n\taccounts: {}\n", "s.yaml:2:1: a tab: YAML is indented with spaces"},
		{"two documents", "uip: {}\n---\nuip: {}\n", "s.yaml:2:1: want one setup in a file, got a second document after ---"},
		{"no UTF-8", "uip: {} # \xff\n", "s.yaml:1:11: want text in UTF-8, got the byte 0xff"},
		{"too deep", strings.Repeat("{a: ", 60) + "1" + strings.Repeat("}", 60), "s.yaml:1:202: want lists and mappings at most 50 deep in each other"},
		{"too long", "#" + strings.Repeat("a", 8<<20), "s.yaml: want at most 8 MiB, got 8388609 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			mock, err := mockserver.New(mockserver.Config{Setup: []byte(c.text), SetupName: "s.yaml"})
			if err == nil {
				_ = mock.Close()
				t.Fatal("nothing was found")
			}
			var wrong scenarios.Problems
			if !errors.As(err, &wrong) || wrong.Error() != err.Error() {
				t.Errorf("the error is a %T: %v", err, err)
			}
			got := err.Error()
			if before, rest, cut := strings.Cut(got, "there is no such fault, want one of "); cut {
				_, after, _ := strings.Cut(rest, "\n")
				got = before + "there is no such fault, want one of FAULTS\n" + after
			}
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestNoSecretOfASetupIsRepeated(t *testing.T) {
	const secret = "swordfish"
	for _, text := range []string{
		"keys: [{pem: swordfish}, swordfish, {jwk: swordfish}]",
		"uqudo: {accounts: {default: {clientSecret: [swordfish], globalWebhook: swordfish}}}",
		"uqudo: {accounts: {default: {globalWebhook: {url: 'http://me:swordfish@a.test/', securityType: NONE, password: swordfish}}}}",
		"uqudo: {accounts: {default: {globalWebhook: {url: 'http://a.test/', securityType: CUSTOM_HEADERS, customHeaders: [swordfish, 'X: swordfish', {name: X, value: {a: swordfish}}]}}}}",
		"uip: {businesses: {default: {apiKeys: swordfish, webhook: {url: 'http://a.test/', secret: swordfish}}}}",
		"uip: {businesses: {default: {apiKeys: [swordfish, swordfish]}}}",
	} {
		_, err := mockserver.New(mockserver.Config{Setup: []byte(text)})
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s is told as %v", text, err)
		}
	}
}

// failing is a test that notes why it failed, and ends there.
type failing struct{ testing.TB }

func (f failing) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func TestATestWithAWrongSetupIsToldWhatIsWrong(t *testing.T) {
	defer func() {
		if said := recover(); said != "starting the mock: setup:1:6: uip: want a mapping such as {people: ...}, got a single value" {
			t.Errorf("the test was told %q", said)
		}
	}()
	mockserver.Test(failing{t}, mockserver.Config{Setup: []byte("uip: 5")})
}
