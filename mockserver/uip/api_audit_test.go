package uip_test

import (
	"net/http"
	"strings"
	"testing"
)

// apiAudit is what is looked at of the answer to an audit.
type apiAudit struct {
	Audit struct {
		AttachmentRefs []string `json:"attachment_refs"`
		SignedAccepted bool     `json:"signed_accepted"`
	}
	Attachments []struct {
		Filename string
		Content  []byte
	}
}

func apiAuditOf(a labAnswer) (record apiAudit) {
	a.Helper()
	a.wants(200).into(&record)
	return record
}

// TestAnAuditRecordIsOneDocument wants every member of every kind of record, in
// UIP's order.
func TestAnAuditRecordIsOneDocument(t *testing.T) {
	t.Parallel()
	const head = `{"audit":{"created_at":"2026-11-22T10:01:30Z","requester_uip_id":"business_default",`
	const tail = `"requester_name":"HR <Manager>","signatoree_name":"Tessa Quillmere","requester_business_name":"Acme & Co","signed_accepted":`
	send := func(files ...labFile) func(lab) string {
		return func(l lab) string {
			return l.sendFiles(labMessage("signature_required", "true"), files...).wants(200).text("message_id")
		}
	}
	for _, tt := range []struct {
		name, list, verb string
		begin            func(l lab) string
		want             string // with ID and AUDIT for the session's and the record's
	}{
		{"an identification", "sessions", "complete", lab.identify,
			head + `"requester_sign_intent":"Prove your age","requester_sign_information":"","signatoree_uip_id":"user_test","message_ref":null,"attachment_refs":null,"audit_type":"identify",` +
				tail + `true},"attachments":[]}`},
		{"a signature", "sessions", "complete", func(l lab) string {
			return l.post("/sign", `{"intent":"Lease","signature_information":"§ 1 <rent> & more"}`).wants(200).text("session_id")
		}, head + `"requester_sign_intent":"Lease","requester_sign_information":"§ 1 <rent> & more","signatoree_uip_id":"user_test","message_ref":null,"attachment_refs":null,"audit_type":"sign",` +
			tail + `true},"attachments":[]}`},
		{"a signed message", "messages", "sign", send(),
			head + `"requester_sign_intent":"A letter","requester_sign_information":"Dear reader","signatoree_uip_id":"user_test","message_ref":"ID","attachment_refs":null,"audit_type":"message",` +
				tail + `true},"attachments":[]}`},
		{"a declined message with files", "messages", "decline", send(labPDF("%PDF"), labFile{"attachments", "b.PDF", ""}),
			head + `"requester_sign_intent":"A letter","requester_sign_information":"Dear reader","signatoree_uip_id":"user_test","message_ref":"ID","attachment_refs":["AUDIT___ID___contract.pdf","AUDIT___ID___b.PDF"],"audit_type":"message",` +
				tail + `false},"attachments":[{"filename":"contract.pdf","content_type":"application/pdf","content":"JVBERg==","size":4},{"filename":"b.PDF","content_type":"application/pdf","content":"","size":0}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLabWithWebhook(t)
			l.settings(`{"name":"Acme & Co","requesterName":"HR <Manager>"}`)
			id := tt.begin(l)
			l.advance("90s")
			audit := l.act(tt.list, id, tt.verb)
			a := l.audit(audit).wants(200)
			want := strings.NewReplacer("AUDIT", audit, "ID", id).Replace(tt.want)
			if a.body != want || a.header.Get("Content-Type") != "application/json" {
				t.Errorf("it answered in %s\n%s, want\n%s", a.header.Get("Content-Type"), a.body, want)
			}
			if again := l.audit(audit); again.body != a.body {
				t.Errorf("the second time it answered %s", again.body)
			}
		})
	}
}

func TestWhatWasNotToldHasNoAuditRecord(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	for verb, id := range map[string]string{"cancel": l.identify(), "decline": l.identify()} {
		if audit := l.act("sessions", id, verb); audit != "" {
			t.Errorf("%s left the record %s", verb, audit)
		}
	}
	free := l.send(labMessage("signature_required", "false")).wants(200).text("message_id")
	if audit := l.act("messages", free, "read"); audit != "" {
		t.Errorf("reading a message left the record %s", audit)
	}
}

func TestAnAuditIDIsOnePlainSegment(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	session := l.identify()
	l.complete(session)
	for path, code := range map[string]string{
		"":                               "request/invalid-path",
		"%20":                            "request/invalid-path",
		"%00":                            "request/invalid-path",
		"%0A":                            "request/invalid-path",
		"audit_x%0A":                     "request/invalid-path",
		"%C3%A9":                         "request/invalid-path",
		"%FF":                            "request/invalid-path",
		"%7Bid%7D":                       "request/invalid-path",
		".":                              "request/invalid-path",
		"..":                             "request/invalid-path",
		"%2e%2e":                         "request/invalid-path",
		"a%3Fb":                          "request/invalid-path",
		"a+b":                            "request/invalid-path",
		"'or'1'='1":                      "request/invalid-path",
		strings.Repeat("x", 129):         "request/invalid-path",
		strings.Repeat("x", 128):         "resource/not-found",
		"audit_unknown":                  "resource/not-found",
		"audit_unknown?id=x":             "resource/not-found",
		"AUDIT_UNKNOWN":                  "resource/not-found",
		session:                          "resource/not-found",
		"audit_unknown/":                 "request/not-found",
		"audit_unknown/x":                "request/not-found",
		"audit_unknown%2F":               "request/not-found",
		"a%2Fb":                          "request/not-found",
		"..%2Faudit":                     "request/not-found",
		"../audit/audit_unknown":         "request/not-found",
		"/audit_unknown":                 "request/not-found",
		"%2F":                            "request/not-found",
		"..%2F..%2F..%2F..%2Fetc/passwd": "request/not-found",
	} {
		t.Run(path, func(t *testing.T) { l.in(t).audit(path).refused(code) })
	}
}

func TestAnAuditTakesABodyWithoutReadingIt(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	audit := l.complete(l.identify())
	header := http.Header{"Authorization": {"Bearer " + labKey}, "Content-Type": {"application/json"}}
	l.ask("GET", "/uip/v1/audit/"+audit, header, strings.NewReader("{not JSON")).wants(200)
}
