package uip_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// strangeNames are names that a serialiser may write in more than one way. A
// receiver that hashes JSON.stringify(JSON.parse(body)) verifies one of them.
var strangeNames = []string{
	"John Doe",
	`Tom & <Jerry> "O'Neil"`,
	"Zoë Łukasiewicz-Nuñez",
	"Zoe\u0308, with a combining mark",
	"عائشة بنت محمد",
	"😀 👩‍👩‍👧 𠮷",
	"two\u2028lines, two\u2029paragraphs",
	`a backslash and text: \u2028 \u003c \\u2029 \`,
	"a tab\tand a unit separator\x1fand a delete\x7fand a C1\u0085mark",
	"short escapes \b\f\n\r, long ones \x01\x0b\x1b, and a / without one",
	"a mark of byte order\ufeff, a stand-in \ufffd and the last of a plane \uffff",
}

// TestStrangersTakeEveryEvent hands each event, as it reaches the webhook, to
// each receiver: it verifies, and reads what was meant.
func TestStrangersTakeEveryEvent(t *testing.T) {
	t.Parallel()
	for _, kind := range strangeReceivers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			m := startStrangeWorld(t)
			r := m.receive(kind, strangeSetup{})

			for _, name := range strangeNames {
				session := m.identify()
				d := m.complete(session, name)
				data := r.took("identify", "uip_id", "audit_id", "session_id", "name", "date_of_birth", "country_of_origin")
				m.delivered(d)
				if data["session_id"] != session || data["name"] != name || data["date_of_birth"] != "1990-05-15" || data["country_of_origin"] != "US" {
					t.Errorf("it reads %q of session %s, wanted %q of %s", data["name"], data["session_id"], name, session)
				}
			}

			session := m.sign()
			d := m.complete(session, "John Doe")
			if data := r.took("sign", "uip_id", "session_id", "audit_id"); data["session_id"] != session {
				t.Errorf("it reads session %s, wanted %s", data["session_id"], session)
			}
			m.delivered(d)

			for _, answer := range []string{"sign", "decline"} {
				message := m.message()
				d := m.answer(message, answer)
				if data := r.took("message", "signing_uip_id", "message_id", "audit_id"); data["message_id"] != message || data["signing_uip_id"] != "user_test" {
					t.Errorf("it reads message %s of %s, wanted %s of user_test", data["message_id"], data["signing_uip_id"], message)
				}
				m.delivered(d)
			}

			if body := m.call("POST", "/uip/v1/webhook/ping", nil, nil); body != "" {
				t.Errorf("ping answers %q, wanted nothing", body)
			}
			if data := r.took("test", "pong"); data["pong"] != "Pong" {
				t.Errorf("it reads %v, wanted Pong", data)
			}

			m.call("PUT", "/_mock/v1/uip/businesses/default", fields{"contract": "A2"}, nil)
			d = m.complete(m.identify(), "John Doe")
			data := r.took("identify", "uip_id", "audit_id", "session_id", "name", "date_of_birth", "country_of_origin", "expires_at")
			if seconds, _ := data["expires_at"].(float64); seconds != float64(int64(seconds)) || seconds < 1e9 {
				t.Errorf("expires_at is %v, wanted Unix seconds", data["expires_at"])
			}
			m.delivered(d)
		})
	}
}

// TestAStrangerLearnsFromTheAuditAloneWhetherAMessageWasSigned asks the Audit
// API from inside the handler: the record has to be there before the webhook.
func TestAStrangerLearnsFromTheAuditAloneWhetherAMessageWasSigned(t *testing.T) {
	t.Parallel()
	for _, process := range []string{"before", "after"} {
		t.Run(process+" it answers", func(t *testing.T) {
			t.Parallel()
			m := startStrangeWorld(t)
			r := m.receive(express, strangeSetup{process: process})
			for answer, accepted := range map[string]bool{"sign": true, "decline": false} {
				d := m.answer(m.message(), answer)
				first := r.next()
				if first.Status != 200 || first.Duplicate || first.SignedAccepted == nil || *first.SignedAccepted != accepted {
					t.Errorf("of %s it says %v, wanted signedAccepted %t", answer, first, accepted)
				}
				var again strangeDelivery
				m.call("POST", "/_mock/v1/deliveries/"+d.ID+"/redeliver", nil, &again)
				if second := r.next(); !second.Duplicate || !reflect.DeepEqual(second.Data, first.Data) {
					t.Errorf("of the same once more it says %v, wanted a duplicate of %v", second, first)
				}
				m.delivered(d)
				m.delivered(again)
			}
		})
	}
}

// TestTheAuditRecordIsWrittenBeforeItsEventIsSent shows that it is no luck when
// a receiver finds the record.
func TestTheAuditRecordIsWrittenBeforeItsEventIsSent(t *testing.T) {
	t.Parallel()
	m := startStrangeWorld(t)
	m.receive(inGo, strangeSetup{})
	m.delivered(m.answer(m.message(), "sign"))
	var journal struct{ Entries []struct{ Kind string } }
	m.call("GET", "/_mock/v1/journal", nil, &journal)
	var kinds []string
	for _, entry := range journal.Entries {
		kinds = append(kinds, entry.Kind)
	}
	if record, sent := slices.Index(kinds, "uip.audit"), slices.Index(kinds, "notification"); record < 0 || sent < record {
		t.Errorf("the journal has %q, wanted uip.audit before notification", kinds)
	}
}

// TestStrangersThatAreBusyGetTheMessageLater has the mock's clock moved while
// the receiver asks for the audit, which must not wait for the clock.
func TestStrangersThatAreBusyGetTheMessageLater(t *testing.T) {
	t.Parallel()
	for _, kind := range strangeReceivers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			m := startStrangeWorld(t)
			r := m.receive(kind, strangeSetup{failFirst: 2, process: "before"})
			d := m.answer(m.message(), "decline")
			r.refused(503)
			r.refused(503)
			m.advance("15m")
			r.took("message", "signing_uip_id", "message_id", "audit_id")
			m.ended(d, "delivered", []int{503, 503, 200}, 0, 0, 5*time.Second)
		})
	}
}

// TestNoAnswerButA200ContentsTheMock has receivers verify everything and answer
// with another success.
func TestNoAnswerButA200ContentsTheMock(t *testing.T) {
	t.Parallel()
	for i, kind := range strangeReceivers {
		status := []int{204, 202, 201}[i]
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			m := startStrangeWorld(t)
			r := m.receive(kind, strangeSetup{answer: status})
			d := m.complete(m.sign(), "John Doe")
			m.advance("24h")
			m.ended(d, "exhausted", slices.Repeat([]int{status}, 6),
				0, 0, 5*time.Second, 35*time.Second, 155*time.Second, 755*time.Second)

			first := r.next()
			for n := range 6 {
				o := first
				if n > 0 {
					o = r.next()
				}
				if o.Status != status || o.Event != "sign" || !reflect.DeepEqual(o.Data, first.Data) || o.Duplicate != (kind == express && n > 0) {
					t.Errorf("of attempt %d it says %v, wanted %d and %v", n+1, o, status, first.Data)
				}
			}

			answered, body := m.ask("POST", "/uip/v1/webhook/ping", nil)
			if answered != http.StatusBadRequest || !strings.Contains(body, `"code":"request/webhook-unreachable"`) {
				t.Errorf("ping answers %d %s, wanted 400 request/webhook-unreachable", answered, body)
			}
			if o := r.next(); o.N != 7 || o.Event != "test" {
				t.Errorf("after six attempts comes %v, wanted the test event, seventh", o)
			}
		})
	}
}

// TestStrangersWithTheNewSecretTakeWhatWasSentBeforeIt rotates the secret while
// an event waits for its fourth attempt.
func TestStrangersWithTheNewSecretTakeWhatWasSentBeforeIt(t *testing.T) {
	t.Parallel()
	for _, kind := range strangeReceivers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			m := startStrangeWorld(t)
			outdated := m.receive(kind, strangeSetup{failFirst: 2})
			session := m.identify()
			d := m.complete(session, strangeNames[1])
			outdated.refused(503)
			outdated.refused(503)

			var rotated struct{ Secret string }
			m.call("POST", "/_mock/v1/uip/businesses/default/webhook/rotate-secret", nil, &rotated)
			if rotated.Secret == firstSecret || len(rotated.Secret) != len(firstSecret) {
				t.Fatalf("the new secret is %q, wanted another UUID", rotated.Secret)
			}
			m.advance("5s")
			outdated.refused(401)

			current := m.receive(kind, strangeSetup{secret: rotated.Secret})
			m.advance("30s")
			if data := current.took("identify", "uip_id", "audit_id", "session_id", "name", "date_of_birth", "country_of_origin"); data["session_id"] != session {
				t.Errorf("it reads session %s, wanted %s", data["session_id"], session)
			}
			m.ended(d, "delivered", []int{503, 503, 401, 200}, 0, 0, 5*time.Second, 35*time.Second)
		})
	}
}

// TestStrangersRefuseForgeries shows that the receivers could have refused what
// they took: only one of these was signed with the secret.
func TestStrangersRefuseForgeries(t *testing.T) {
	t.Parallel()
	const (
		body    = `{"event":"test","data":{"pong":"Pong"}}`
		genuine = "3c35136f7213c884052c23ffaeac6ea57e3c419bfde7bd039b77bb11e823c374"
	)
	requests := []struct {
		name, body, signature string
		status                int
	}{
		{"the genuine one", body, genuine, 200},
		{"another body", strings.Replace(body, "Pong", "Ping", 1), genuine, 401},
		{"another signature of the right length", body, strings.Repeat("0", 64), 401},
		{"the last digit changed", body, genuine[:63] + "5", 401},
		{"upper case", body, strings.ToUpper(genuine), 401},
		{"a prefix", body, "sha256=" + genuine, 401},
		{"a digit too few", body, genuine[:63], 401},
		{"a digit too many", body, genuine + "0", 401},
		{"no signature", body, "", 401},
	}
	for _, kind := range strangeReceivers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r := startStrangeWorld(t).start(kind, strangeSetup{})
			for _, request := range requests {
				post, err := http.NewRequestWithContext(t.Context(), "POST", r.url, strings.NewReader(request.body))
				if err != nil {
					t.Fatal(err)
				}
				post.Header.Set("Content-Type", "application/json")
				if request.signature != "" {
					post.Header.Set("X-UIP-Signature", request.signature)
				}
				response, err := client.Do(post)
				if err != nil {
					t.Fatal(err)
				}
				response.Body.Close()
				if said := r.next(); response.StatusCode != request.status || said.Status != request.status {
					t.Errorf("%s: answered %d and says %v, wanted %d", request.name, response.StatusCode, said, request.status)
				}
			}
		})
	}
}

// TestAStrangersPhoneReadsTheQRCodes decodes the pictures with another library
// than the one that drew them.
func TestAStrangersPhoneReadsTheQRCodes(t *testing.T) {
	t.Parallel()
	m := startStrangeWorld(t)
	m.receive(inGo, strangeSetup{})
	for api, request := range map[string]fields{
		"identify": {"intent": "Prove your age"},
		"sign":     {"intent": "Sign the lease", "signature_information": "The lease"},
	} {
		session := m.begin(api, request)
		decode := exec.CommandContext(t.Context(), interpreter(t, "decode-qr.mjs"), filepath.Join(strangers, "decode-qr.mjs"))
		var stdout, stderr bytes.Buffer
		decode.Stdin, decode.Stdout, decode.Stderr = strings.NewReader(session.QRCode), &stdout, &stderr
		if err := decode.Run(); err != nil {
			t.Errorf("the code of %s: %v: %s", api, err, stderr.String())
			continue
		}
		if got, want := strings.TrimSpace(stdout.String()), "https://www.uip.id/"+session.ID; got != want {
			t.Errorf("the code of %s says %q, wanted %q", api, got, want)
		}
	}
}

// took returns the data of the next event, which verified and has these members
// and no other.
func (r strangeReceiver) took(event string, members ...string) map[string]any {
	r.Helper()
	o := r.next()
	if o.Status != 200 || o.Event != event || o.Duplicate {
		r.Fatalf("the receiver says %v, wanted a new event %s taken", o, event)
	}
	slices.Sort(members)
	if got := slices.Sorted(maps.Keys(o.Data)); !slices.Equal(got, members) {
		r.Errorf("%s has the members %q, wanted %q", event, got, members)
	}
	return o.Data
}

// refused expects the next request to have been answered so.
func (r strangeReceiver) refused(status int) {
	r.Helper()
	if o := r.next(); o.Status != status {
		r.Fatalf("the receiver says %v, wanted it to answer %d", o, status)
	}
}

// A strangeSession is what the vendor answers to identify and sign.
type strangeSession struct {
	ID     string `json:"session_id"`
	QRCode string `json:"qr_code"`
}

// begin has the business ask for something.
func (m strangeWorld) begin(api string, request fields) (s strangeSession) {
	m.Helper()
	m.call("POST", "/uip/v1/"+api, request, &s)
	return s
}

func (m strangeWorld) identify() string {
	m.Helper()
	return m.begin("identify", fields{"intent": "Prove your age"}).ID
}

func (m strangeWorld) sign() string {
	m.Helper()
	return m.begin("sign", fields{"intent": "Sign the lease", "signature_information": "The lease"}).ID
}

func (m strangeWorld) message() string {
	m.Helper()
	var sent struct {
		ID string `json:"message_id"`
	}
	m.call("POST", "/uip/v1/message", url.Values{
		"intent": {"A letter"}, "message": {"Dear reader"}, "priority": {"HIGH"},
		"receiver_uip": {"user_test"}, "signature_required": {"true"},
	}, &sent)
	return sent.ID
}

// complete has a person of this name do what a session asks for, and returns
// the delivery that tells of it.
func (m strangeWorld) complete(session, name string) strangeDelivery {
	m.Helper()
	return m.told("/_mock/v1/uip/sessions/"+session+"/complete",
		fields{"person": fields{"name": name, "dateOfBirth": "1990-05-15", "countryOfOrigin": "US"}})
}

// answer has the recipient sign or decline a message.
func (m strangeWorld) answer(message, answer string) strangeDelivery {
	m.Helper()
	return m.told("/_mock/v1/uip/messages/"+message+"/"+answer, nil)
}
