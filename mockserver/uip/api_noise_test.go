package uip_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
)

// TestNoiseIsRefused sends every endpoint bodies that were good before bytes of
// them were changed, under all kinds of types. Whatever comes of it, it is an
// answer of UIP's and no fault of the mock.
func TestNoiseIsRefused(t *testing.T) {
	t.Parallel()
	const seed = 7
	dice := rand.New(rand.NewPCG(seed, seed))
	l := newLabWithWebhook(t)
	kind, form := labMultipart(labMessage("signature_expiry", "2026-11-23T10:00:00Z"), labPDF("%PDF"), labPDF(""))
	kinds := []string{"application/json", labURLEncoded, kind, "multipart/form-data; boundary=-", "", "a/b; c=\"", "\xff", "application/json; charset=\xff"}
	bodies := []string{
		`{"intent":"Hello","requested_data":["name",null,1e999],"signature_information":"\ud800","message_id":"msg_x"}`,
		labMessage().Encode(), form, "", strings.Repeat("[", 1000),
	}
	for _, e := range apiEndpoints() {
		for range 150 {
			body := []byte(bodies[dice.IntN(len(bodies))])
			for range dice.IntN(4) {
				if len(body) == 0 {
					break
				}
				switch at := dice.IntN(len(body)); dice.IntN(4) {
				case 0:
					body[at] = byte(dice.IntN(256))
				case 1:
					body = body[:at]
				case 2:
					body = append(body, body[at:]...)
				default:
					copy(body[at:], "\r\n--\"\\{[&%;=")
				}
			}
			noise := e
			noise.kind, noise.body = kinds[dice.IntN(len(kinds))], string(body)
			if e.name == "audit" {
				noise.path = "/audit/" + apiEscaped(body[:min(len(body), 12)])
			}
			a := noise.by(l, "Bearer "+labKey)
			if a.status == 200 || a.status >= 400 && a.status < 500 && strings.HasPrefix(a.body, `{"error":"`) {
				continue
			}
			t.Errorf("%s with %q of the type %q answered %d %s", a.what, noise.body, noise.kind, a.status, a.body)
		}
	}
	l.control("GET", "/sessions", "").wants(200)
	l.ask("GET", "/livez", http.Header{}, nil).wants(200)
}

// apiEscaped is bytes in a path.
func apiEscaped(bytes []byte) string {
	path := ""
	for _, b := range bytes {
		path += fmt.Sprintf("%%%02X", b)
	}
	return path
}
