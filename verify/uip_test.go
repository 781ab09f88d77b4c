package verify_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash"
	"os"
	"slices"
	"strings"
	"testing"

	"kycmock/verify"
)

const (
	secret = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	event  = `{"event":"identify","data":{"uip_id":"user_abc123def456","name":"Zoë <&> 李 / 😀","score":98.0,"10":1,"2":2}}`
)

func mac(h func() hash.Hash, key, text string) []byte {
	m := hmac.New(h, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

func signed(key, text string) string { return hex.EncodeToString(mac(sha256.New, key, text)) }

// codes are those of a report's findings.
func codes(r verify.Report) []string {
	all := []string{}
	for _, f := range r.Findings {
		all = append(all, f.Code)
	}
	return all
}

// wants holds a report's findings against what they have to be: codes, and
// words of their messages.
func wants(t *testing.T, r verify.Report, authentic bool, code []string, says ...string) {
	t.Helper()
	if r.Authentic != authentic || !slices.Equal(codes(r), code) || r.InOrder != (authentic && len(code) == 0) {
		t.Errorf("authentic %v, in order %v, %+v; want %v with %q", r.Authentic, r.InOrder, r.Findings, authentic, code)
	}
	text := ""
	for _, f := range r.Findings {
		text += f.Message + "\n"
	}
	for _, want := range says {
		if !strings.Contains(text, want) {
			t.Errorf("it says\n%swant %q in it", text, want)
		}
	}
}

func TestWhatUIPSignsIsAuthentic(t *testing.T) {
	text, err := os.ReadFile("../mockserver/uip/testdata/uip-signatures.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct{ Name, Secret, Body, Signature, Timestamp string }
	}
	if err := json.Unmarshal(text, &file); err != nil || len(file.Vectors) < 5 {
		t.Fatalf("%d vectors, %v", len(file.Vectors), err)
	}
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			u := verify.UIP{Secret: v.Secret, Signature: v.Signature, Timestamp: v.Timestamp, Body: []byte(v.Body)}
			wants(t, u.Verify(), true, []string{})
			u.Signature = "x-uip-signature: " + v.Signature
			wants(t, u.Verify(), true, []string{})
			u.Body = bytes.Replace(u.Body, []byte("e"), []byte("f"), 1)
			if r := u.Verify(); r.Authentic || r.InOrder {
				t.Errorf("changed, it is %+v", r)
			}
		})
	}
}

func TestTheSignatureOfTheSameWithoutEscapesIsNamed(t *testing.T) {
	plain, escaped := `{"event":"identify","data":{"name":"Zoë / 李","score":98.0}}`, `{"event":"identify","data":{"name":"Zo\u00eb \/ \u674e","score":98.0}}`
	r := verify.UIP{Secret: secret, Signature: signed(secret, plain), Body: []byte(escaped)}.Verify()
	if len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Message, "the same JSON written without escapes") {
		t.Errorf("it finds %+v", r.Findings)
	}
}

// Each of these is a mistake that a receiver made: it has the body event and the
// secret, and the signature is of something else.
func TestTheMistakeIsNamed(t *testing.T) {
	sum := func(text string) string { s := sha256.Sum256([]byte(text)); return hex.EncodeToString(s[:]) }
	indented := func(indent string) string {
		var b bytes.Buffer
		_ = json.Indent(&b, []byte(event), "", indent)
		return b.String()
	}
	var parsed any
	_ = json.Unmarshal([]byte(event), &parsed)
	fromMap, _ := json.Marshal(parsed)
	rawSecret, _ := hex.DecodeString(strings.ReplaceAll(secret, "-", ""))
	raw := mac(sha256.New, secret, event)
	for _, c := range []struct {
		name, signature, code, says string
	}{
		{"indented by 2", signed(secret, indented("  ")), "body-rewritten", "the same JSON indented by 2 spaces"},
		{"indented by 4", signed(secret, indented("    ")), "body-rewritten", "indented by 4 spaces"},
		{"indented by tabs", signed(secret, indented("\t")), "body-rewritten", "indented by tabs"},
		{"by JavaScript", signed(secret, `{"event":"identify","data":{"2":2,"10":1,"uip_id":"user_abc123def456","name":"Zoë <&> 李 / 😀","score":98}}`), "body-rewritten", "JSON.stringify"},
		{"by Python", signed(secret, `{"event": "identify", "data": {"uip_id": "user_abc123def456", "name": "Zo\u00eb <&> \u674e / \ud83d\ude00", "score": 98.0, "10": 1, "2": 2}}`), "body-rewritten", "Python's json.dumps writes it"},
		{"by Python with sorted keys", signed(secret, `{"data": {"10": 1, "2": 2, "name": "Zo\u00eb <&> \u674e / \ud83d\ude00", "score": 98.0, "uip_id": "user_abc123def456"}, "event": "identify"}`), "body-rewritten", "sort_keys=True"},
		{"by Python as UTF-8", signed(secret, `{"event": "identify", "data": {"uip_id": "user_abc123def456", "name": "Zoë <&> 李 / 😀", "score": 98.0, "10": 1, "2": 2}}`), "body-rewritten", "ensure_ascii=False"},
		{"by Go from a map", signed(secret, string(fromMap)), "body-rewritten", "Go's encoding/json writes it from a map"},
		{"by Go from a struct", signed(secret, strings.NewReplacer("&", `\u0026`, "<", `\u003c`, ">", `\u003e`).Replace(event)), "body-rewritten", "from a struct"},
		{"by PHP", signed(secret, `{"event":"identify","data":{"uip_id":"user_abc123def456","name":"Zo\u00eb <&> \u674e \/ \ud83d\ude00","score":98.0,"10":1,"2":2}}`), "body-rewritten", "PHP's json_encode"},
		{"with sorted members", signed(secret, `{"data":{"10":1,"2":2,"name":"Zoë <&> 李 / 😀","score":98.0,"uip_id":"user_abc123def456"},"event":"identify"}`), "body-rewritten", "its members sorted"},
		{"the stream was read", signed(secret, ""), "body-empty", "an empty body"},
		{"no parser ran", signed(secret, "{}"), "body-empty", "this is the signature of {}"},
		{"an object as text", signed(secret, "[object Object]"), "body-not-text", "[object Object]"},
		{"undefined", signed(secret, "undefined"), "body-not-text", "undefined"},
		{"twice stringified", signed(secret, quoted(event)), "body-quoted", "stringified twice"},
		{"data alone", signed(secret, event[len(`{"event":"identify","data":`):len(event)-1]), "body-part", "member data alone"},
		{"in base64", signed(secret, base64.StdEncoding.EncodeToString([]byte(event))), "body-base64", "decode it first"},
		{"as Latin-1", signed(secret, garbled(event)), "body-charset", "Latin-1"},
		{"with a newline", signed(secret, event+"\n"), "body-newline", "a newline at its end"},
		{"with CR and newline", signed(secret, event+"\r\n"), "body-newline", "a CR and a newline"},
		{"with a byte order mark", signed(secret, "\ufeff"+event), "body-bom", "byte order mark"},
		{"a newline in the secret", signed(secret+"\n", event), "secret-space", "a newline at its end"},
		{"quotes in the secret", signed(`"`+secret+`"`, event), "secret-quoted", "quotes around it"},
		{"the secret in upper case", signed(strings.ToUpper(secret), event), "secret-case", "upper case"},
		{"the secret without hyphens", signed(strings.ReplaceAll(secret, "-", ""), event), "secret-hyphens", "without its hyphens"},
		{"the secret as hex", signed(string(rawSecret), event), "secret-decoded", "taken as hex"},
		{"no secret", signed("", event), "secret-empty", "an empty secret"},
		{"a secret that is known", signed("0ther", event), "secret-other", "another secret: the one of the example"},
		{"a plain hash", sum(event), "not-keyed", "this is a plain SHA-256, not an HMAC"},
		{"a hash with the secret before", sum(secret + event), "not-keyed", "of the secret and the body"},
		{"a hash with the secret behind", sum(event + secret), "not-keyed", "of the body and the secret"},
		{"the arguments swapped", signed(event, secret), "key-swapped", "in each other's place"},
		{"SHA-1", hex.EncodeToString(mac(sha1.New, secret, event)), "hash-wrong", "SHA-1"},
		{"SHA-512", hex.EncodeToString(mac(sha512.New, secret, event)), "hash-wrong", "SHA-512"},
		{"cut off", signed(secret, event)[:40], "signature-cut", "cut off after 40 of its 64 digits"},
		{"of another body", signed(secret, event+"!"), "signature-wrong", "none of the usual mistakes"},
		{"empty", "", "signature-empty", "is empty"},
		{"no hex", strings.Repeat("g", 32) + "!", "signature-not-hex", `'g' at 1`},
		{"an odd number of digits", signed(secret, event)[:63], "signature-length", "63 hex digits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := verify.UIP{Secret: secret, Signature: c.signature, Body: []byte(event), Known: map[string]string{"0ther": "the one of the example"}}
			wants(t, u.Verify(), false, []string{c.code}, c.says)
		})
	}
	t.Run("a length of no hash that is known", func(t *testing.T) {
		u := verify.UIP{Secret: secret, Signature: hex.EncodeToString(mac(md5.New, secret, event)), Body: []byte(event)}
		wants(t, u.Verify(), false, []string{"signature-length", "signature-wrong"}, "one of 16 bytes, want the 32")
	})
	for _, c := range []struct{ name, signature, code string }{
		{"in upper case", strings.ToUpper(hex.EncodeToString(raw)), "signature-upper-case"},
		{"in base64", base64.StdEncoding.EncodeToString(raw), "signature-base64"},
		{"in base64url", base64.RawURLEncoding.EncodeToString(raw), "signature-base64"},
		{"in base64 of the digits", base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(raw))), "signature-base64"},
		{"after sha256=", "sha256=" + hex.EncodeToString(raw), "signature-prefix"},
		{"in quotes", `"` + hex.EncodeToString(raw) + `"`, "signature-quoted"},
		{"after white space", " " + hex.EncodeToString(raw), "signature-space"},
	} {
		t.Run("the digits "+c.name, func(t *testing.T) {
			wants(t, verify.UIP{Secret: secret, Signature: c.signature, Body: []byte(event)}.Verify(), true, []string{c.code})
		})
	}
}

// Here the signature is right, and the body or the secret is not what it was.
func TestWhatWasDoneToBodyAndSecretIsNamed(t *testing.T) {
	var indented bytes.Buffer
	_ = json.Indent(&indented, []byte(event), "", "\t")
	for _, c := range []struct{ name, secret, body, code, says string }{
		{"indented", secret, indented.String(), "body-rewritten", "this is the signature of the same JSON without spaces"},
		{"an editor's newline", secret, event + "\n", "body-newline", "without its final newline"},
		{"a byte order mark", secret, "\ufeff" + event, "body-bom", "without the byte order mark"},
		{"space around it", secret, "  " + event + " \n", "body-space", "without the white space around it"},
		{"base64 of a gateway", secret, base64.StdEncoding.EncodeToString([]byte(event)), "body-base64", "the body is in base64"},
		{"a secret with a newline", secret + "\n", event, "secret-space", "the secret has white space around it"},
		{"a secret in quotes", `"` + secret + `"`, event, "secret-quoted", "the secret has quotes around it"},
		{"a secret in upper case", strings.ToUpper(secret), event, "secret-case", "lower case"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := verify.UIP{Secret: c.secret, Signature: signed(secret, event), Body: []byte(c.body)}.Verify()
			if c.name == "base64 of a gateway" {
				wants(t, r, false, []string{c.code, "body-not-object"}, c.says)
				return
			}
			wants(t, r, false, []string{c.code}, c.says)
		})
	}
}

func TestMistakesComeTwoAtATime(t *testing.T) {
	compact := `{"event":"test","data":{"pong":"Pong"}}`
	pretty := "{\n  \"event\": \"test\",\n  \"data\": {\n    \"pong\": \"Pong\"\n  }\n}\n"
	for _, c := range []struct {
		name, secret, signature, body string
		authentic                     bool
		codes                         []string
	}{
		{"re-serialised, by a secret with a newline", secret, signed(secret+"\n", compact), pretty, false, []string{"body-rewritten", "secret-space"}},
		{"re-serialised by an encoder that ends a line", secret, signed(secret, `{"data":{"pong":"Pong"},"event":"test"}`+"\n"), compact, false, []string{"body-rewritten", "body-newline"}},
		{"in base64, of a plain hash of what was parsed", secret, base64.StdEncoding.EncodeToString(func() []byte { s := sha256.Sum256([]byte(compact)); return s[:] }()), pretty, false, []string{"signature-base64", "body-rewritten", "not-keyed"}},
		{"upper case and quotes", secret, `"` + strings.ToUpper(signed(secret, compact)) + `"`, compact, true, []string{"signature-quoted", "signature-upper-case"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			wants(t, verify.UIP{Secret: c.secret, Signature: c.signature, Body: []byte(c.body)}.Verify(), c.authentic, c.codes)
		})
	}
}

func TestATimestampIsSignedOrIsNot(t *testing.T) {
	body, later := `{"event":"step.completed"}`, "uip_whsec_0123456789abcdef0123456789abcdef"
	u := verify.UIP{Secret: later, Timestamp: "1749300000", Body: []byte(body), Signature: signed(later, "1749300000."+body)}
	wants(t, u.Verify(), true, []string{})
	u.Signature = signed(later, body)
	wants(t, u.Verify(), false, []string{"timestamp-unsigned"}, "the timestamp is not in it")
	u.Signature, u.Timestamp = signed(later, "1749300000."+body), ""
	wants(t, u.Verify(), false, []string{"signature-wrong", "timestamp-missing"})
	u.Timestamp, u.Signature = "1749300000", signed(strings.TrimPrefix(later, "uip_whsec_"), "1749300000."+body)
	wants(t, u.Verify(), false, []string{"secret-prefix"})
}

func TestASecretThatIsNoneIsSaid(t *testing.T) {
	u := verify.UIP{Secret: "uip-test-key", Signature: signed(secret, event), Body: []byte(event)}
	wants(t, u.Verify(), false, []string{"signature-wrong", "secret-shape"})
	u = verify.UIP{Secret: "", Signature: signed("", event), Body: []byte(event)}
	wants(t, u.Verify(), false, []string{"secret-empty"})
	u = verify.UIP{Secret: secret, Signature: signed(secret, "[1]"), Body: []byte("[1]")}
	wants(t, u.Verify(), true, []string{"body-not-object"})
}

func TestALargeBodyIsJudgedToo(t *testing.T) {
	large := `{"event":"test","data":"` + strings.Repeat("a", 260<<10) + `"}`
	wants(t, verify.UIP{Secret: secret, Signature: signed(secret, large), Body: []byte(large + "\n")}.Verify(), false, []string{"body-newline"})
	wants(t, verify.UIP{Secret: secret, Signature: signed(secret, "?"), Body: []byte(large)}.Verify(), false, []string{"signature-wrong"})
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }

func garbled(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteRune(rune(c))
	}
	return b.String()
}
