package uip_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/uip"
)

// apiErrors are the statuses and words of UIP's errors. Where the pages that
// are followed leave the status open, it is the one of errors like it.
func apiErrors() map[string]apiError {
	return map[string]apiError{
		"auth/missing-api-key":          {401, "The API key is missing"},
		"auth/invalid-api-key":          {401, "The API key is invalid"},
		"auth/revoked-api-key":          {401, "The API key has been revoked"},
		"auth/unauthorized":             {401, "You do not have access to this resource"},
		"auth/business-archived":        {403, "The business is archived"},
		"auth/insufficient-permissions": {403, "The permissions are insufficient"},
		"auth/verification-required":    {403, "The UIP account must be verified"},
		"request/invalid-payload":       {400, "The request payload is invalid"},
		"request/invalid-path":          {400, "The path parameter is invalid"},
		"request/invalid-file-type":     {400, "Only PDF files can be attached"},
		"request/file-too-large":        {400, "The attachments are too large"},
		"request/webhook-unreachable":   {400, "The webhook URL is not reachable or did not answer 200"},
		"request/webhook-missing":       {400, "No webhook URL is configured"},
		"request/not-found":             {404, "The requested route was not found"},
		"resource/not-found":            {404, "The requested resource was not found"},
		"resource/invalidated":          {400, "The message has already been invalidated"},
		"resource/already-completed":    {400, "The message has already been signed or declined"},
		"payment/insufficient-funds":    {402, "The balance is too low"},
		"data/corrupt":                  {500, "The requested data is corrupted or invalid"},
		"internal/server-error":         {500, "An internal server error occurred"},
	}
}

type apiError struct {
	status int
	text   string
}

// refused wants an error of UIP's, to the byte.
func (a labAnswer) refused(code string) { a.Helper(); a.refusedAs(code, apiErrors()[code].text) }

// invalid wants a payload to be refused for this reason.
func (a labAnswer) invalid(reason string) {
	a.Helper()
	const code = "request/invalid-payload"
	a.refusedAs(code, apiErrors()[code].text+": "+reason)
}

func (a labAnswer) refusedAs(code, text string) {
	a.Helper()
	want := `{"error":"` + text + `","code":"` + code + `"}`
	if status := apiErrors()[code].status; a.status != status || a.body != want {
		a.Errorf("%s answered %d %.300s, want %d %s", a.what, a.status, a.body, status, want)
	}
	if kind := a.header.Values("Content-Type"); !slices.Equal(kind, []string{"application/json"}) {
		a.Errorf("%s answered in %q", a.what, kind)
	}
}

// An apiRefusal is a way to one error: what is done before, which may lead to
// an ID, and the call.
type apiRefusal struct {
	name, code string
	before     func(l lab) (id string)
	call       func(l lab, id string) labAnswer
}

// apiStranger is the API key of another business than the default one.
const apiStranger = "strangers-key"

func apiRefusals() []apiRefusal {
	nothing := func(lab) string { return "" }
	with := func(settings string) func(lab) string {
		return func(l lab) string { l.settings(settings); return "" }
	}
	message := func(l lab) string { return l.send(labMessage()).wants(200).text("message_id") }
	answered := func(verb string) func(lab) string {
		return func(l lab) string { id := message(l); l.act("messages", id, verb); return id }
	}
	identify := func(l lab, _ string) labAnswer { return l.post("/identify", `{"intent":"Hello"}`) }
	send := func(field, value string, files ...labFile) func(lab, string) labAnswer {
		return func(l lab, _ string) labAnswer { return l.sendFiles(labMessage(field, value), files...) }
	}
	payload := func(id string) string { return `{"message_id":"` + id + `"}` }
	invalidate := func(l lab, id string) labAnswer { return l.post("/invalidate", payload(id)) }
	audit := func(id string) func(lab, string) labAnswer {
		return func(l lab, _ string) labAnswer { return l.audit(id) }
	}
	ping := func(l lab, _ string) labAnswer { return l.ping() }
	return []apiRefusal{
		{"a route that there is not", "request/not-found", nothing, func(l lab, _ string) labAnswer { return l.post("/nowhere", "") }},
		{"a call without an API key", "auth/missing-api-key", nothing, func(l lab, _ string) labAnswer {
			return l.ask("POST", "/uip/v1/identify", http.Header{}, strings.NewReader(`{"intent":"Hello"}`))
		}},
		{"an API key that is nobody's", "auth/invalid-api-key", nothing, func(l lab, _ string) labAnswer { return l.as("nobodys", "GET", "/audit/x", "", "") }},
		{"an API key that was revoked", "auth/revoked-api-key", with(`{"apiKeys":[]}`), identify},
		{"a business that is archived", "auth/business-archived", with(`{"archived":true}`), identify},
		{"a business that is not verified", "auth/verification-required", with(`{"verified":false}`), identify},
		{"a business without a webhook", "request/webhook-missing", func(l lab) string {
			l.control("DELETE", "/uip/businesses/default/webhook", "").wants(204)
			return ""
		}, identify},
		{"an audit ID that is empty", "request/invalid-path", nothing, audit("")},
		{"an audit ID that none can be", "request/invalid-path", nothing, audit("a.b")},
		{"a restricted priority", "auth/insufficient-permissions", with(`{"extremeMessages":false}`), send("priority", "EXTREME")},
		{"a file that is no PDF", "request/invalid-file-type", nothing, send("priority", "LOW", labFile{"attachments", "contract.docx", "x"})},
		{"files beyond the limit", "request/file-too-large", with(`{"attachmentLimit":3}`), send("priority", "LOW", labPDF("12"), labPDF("34"))},
		{"a balance below the price", "payment/insufficient-funds", with(`{"balance":0.0099}`), identify},
		{"a receiver that there is not", "resource/not-found", nothing, send("receiver_uip", "user_unknown")},
		{"a message that there is not", "resource/not-found", nothing, func(l lab, _ string) labAnswer { return invalidate(l, "msg_unknown") }},
		{"a session where a message is meant", "resource/not-found", lab.identify, invalidate},
		{"an audit record that there is not", "resource/not-found", nothing, audit("audit_unknown")},
		{"another business's message", "auth/unauthorized", message, func(l lab, id string) labAnswer {
			return l.as(apiStranger, "POST", "/invalidate", "application/json", payload(id))
		}},
		{"another business's audit record", "auth/unauthorized", func(l lab) string { return l.complete(l.identify()) }, func(l lab, id string) labAnswer {
			return l.as(apiStranger, "GET", "/audit/"+id, "", "")
		}},
		{"a message that was invalidated", "resource/invalidated", func(l lab) string {
			id := message(l)
			invalidate(l, id).empty()
			return id
		}, invalidate},
		{"a message that expired", "resource/invalidated", func(l lab) string {
			id := message(l)
			l.advance("168h")
			return id
		}, invalidate},
		{"a message that was signed", "resource/already-completed", answered("sign"), invalidate},
		{"a message that was declined", "resource/already-completed", answered("decline"), invalidate},
		{"a webhook that became too plain", "data/corrupt", with(`{"strict":true}`), ping},
	}
}

func TestARefusalHasItsWordsAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for _, tt := range apiRefusals() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLabWithWebhook(t)
			l.business("stranger", `{"apiKeys":["`+apiStranger+`"]}`)
			l.webhookOf("stranger", l.receiver().url)
			id := tt.before(l)
			l.unchanged(func() { tt.call(l, id).refused(tt.code) })
		})
	}
}

func TestEveryCodeIsProvoked(t *testing.T) {
	t.Parallel()
	provoked := map[string]bool{
		"request/invalid-payload":     true, // by every test of a field
		"request/webhook-unreachable": true, // by the tests of ping
		"internal/server-error":       true, // by the next test
	}
	for _, tt := range apiRefusals() {
		provoked[tt.code] = true
	}
	for name, got := range map[string][]string{"listed": uip.Codes(), "provoked": slices.Collect(maps.Keys(provoked))} {
		slices.Sort(got)
		if want := slices.Sorted(maps.Keys(apiErrors())); !slices.Equal(got, want) {
			t.Errorf("%s are %q, want %q", name, got, want)
		}
	}
}

// apiStore holds entries of a former life, and takes no others.
type apiStore []journal.Entry

func (s apiStore) Append(...journal.Entry) error { return nil }
func (s apiStore) Close() error                  { return nil }

func (s apiStore) Scan(f func(journal.Entry) error) error {
	for _, e := range s {
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

func TestAFaultOfTheMockIsAServerErrorThatSaysNothing(t *testing.T) {
	t.Parallel()
	unreadable := journal.Entry{Seq: 1, At: labStart, Kind: "session", ID: "msg_1", Data: json.RawMessage(
		`{"id":"msg_1","provider":"uip","account":"default","event":"message","status":"pending","data":"not an object"}`)}
	l := newLab(t, mockserver.Config{Store: apiStore{unreadable}})
	l.webhook(l.receiver().url)
	l.post("/invalidate", `{"message_id":"msg_1"}`).refused("internal/server-error")
}
