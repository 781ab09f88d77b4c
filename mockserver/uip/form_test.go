package uip_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestAFormIsOfATypeThatFormsHave(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	const wrong = "the Content-Type must be multipart/form-data or application/x-www-form-urlencoded"
	multipartKind, multipart := labMultipart(labMessage())
	_, boundary, _ := strings.Cut(multipartKind, "boundary=")
	encoded := labMessage().Encode()
	object := `{"intent":"A letter","message":"x","priority":"LOW","receiver_uip":"user_test","signature_required":false}`
	for _, tt := range []struct{ name, kind, body, reason string }{
		{"JSON", "application/json", object, wrong},
		{"no type", "", encoded, wrong},
		{"a text", "text/plain", encoded, wrong},
		{"multipart of another kind", "multipart/mixed; boundary=" + boundary, multipart, wrong},
		{"multipart without a boundary", "multipart/form-data", multipart, wrong},
		{"multipart with an empty boundary", `multipart/form-data; boundary=""`, multipart, wrong},
		{"multipart with a wrong boundary", "multipart/form-data; boundary=x" + boundary, multipart, "the multipart body cannot be read"},
		{"multipart that is called urlencoded", labURLEncoded, multipart, "the form cannot be read"},
		{"urlencoded that is called multipart", multipartKind, encoded, "the multipart body cannot be read"},
		{"JSON that is called urlencoded", labURLEncoded, object, "intent is required"},
		{"an escape that is none", labURLEncoded, encoded + "&x=%zz", "the form cannot be read"},
		{"a semicolon", labURLEncoded, encoded + ";x=1", "the form cannot be read"},
		{"nothing", labURLEncoded, "", "intent is required"},
		{"an empty multipart body", multipartKind, "", "the multipart body cannot be read"},
		{"more text than 1 MiB, urlencoded", labURLEncoded, encoded + "&x=" + strings.Repeat("x", 1<<20), "the body must not be larger than 1048576 bytes"},
	} {
		t.Run("it refuses "+tt.name, func(t *testing.T) {
			l := l.in(t)
			l.unchanged(func() { l.as(labKey, "POST", "/message", tt.kind, tt.body).invalid(tt.reason) })
		})
	}
	for _, tt := range []struct{ name, kind, body string }{
		{"a charset", labURLEncoded + "; charset=UTF-8", encoded},
		{"capitals", "Application/X-WWW-Form-URLEncoded", encoded},
		{"multipart in capitals", `MULTIPART/FORM-DATA; Boundary="` + boundary + `"`, multipart},
		{"multipart without a last line break", multipartKind, strings.TrimSuffix(multipart, "\r\n")},
		{"multipart with a preamble and an epilogue", multipartKind, "a preamble\r\n" + multipart + "an epilogue"},
		{"multipart with bare line feeds", multipartKind, strings.ReplaceAll(multipart, "\r\n", "\n")},
		{"1 MiB of text, urlencoded", labURLEncoded, encoded + "&x=" + strings.Repeat("x", 1<<20-len(encoded)-3)},
	} {
		t.Run("it takes "+tt.name, func(t *testing.T) {
			l.in(t).as(labKey, "POST", "/message", tt.kind, tt.body).wants(200)
		})
	}
}

// TestAMultipartFormThatBreaksOffIsRefused cuts a form at every byte.
func TestAMultipartFormThatBreaksOffIsRefused(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	kind, body := labMultipart(labMessage(), labPDF("%PDF"), labPDF("%PDF"))
	l.unchanged(func() {
		for end := range len(body) - len("\r\n") {
			if a := l.as(labKey, "POST", "/message", kind, body[:end]); a.status != 400 {
				t.Errorf("it answered %d to what breaks off after %q", a.status, body[max(0, end-40):end])
			}
		}
	})
}

func TestAttachmentsArePDFs(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	for _, name := range []string{"contract.docx", "contract", "contract.pdf.exe", "contract.pdf ", "contract.pdf/x", "pdf", "", ".", "..", "contractpdf"} {
		t.Run(fmt.Sprintf("not %q", name), func(t *testing.T) {
			l := l.in(t)
			l.unchanged(func() {
				l.sendFiles(labMessage(), labPDF("x"), labFile{"attachments", name, "x"}).refused("request/invalid-file-type")
			})
		})
	}
	long := strings.Repeat("x", 251) + ".pdf"
	for name, odd := range map[string]string{"that is not UTF-8": "caf\xe9.pdf", "of 256 bytes": "x" + long} {
		t.Run("not a name "+name, func(t *testing.T) {
			l := l.in(t)
			l.unchanged(func() {
				l.sendFiles(labMessage(), labFile{"attachments", odd, "x"}).invalid("the names of files must be UTF-8 of at most 255 bytes")
			})
		})
	}
	for name, want := range map[string]string{
		"contract.pdf": "contract.pdf", "CONTRACT.PDF": "CONTRACT.PDF", "a.b.Pdf": "a.b.Pdf", "Vertrag für Zoë 😀.pdf": "Vertrag für Zoë 😀.pdf",
		"../../etc/contract.pdf": "contract.pdf", `a \"quoted\" name.pdf`: `a "quoted" name.pdf`, ".pdf": ".pdf", long: long,
	} {
		t.Run("but "+name, func(t *testing.T) {
			l := l.in(t)
			id := l.sendFiles(labMessage(), labFile{"attachments", name, "x"}).wants(200).text("message_id")
			if got := apiAuditOf(l.audit(l.act("messages", id, "sign"))).Attachments; len(got) != 1 || got[0].Filename != want {
				t.Errorf("attached is %v, want %s", got, want)
			}
		})
	}
}

func TestAttachmentsAreBoundedInSum(t *testing.T) {
	t.Parallel()
	quarter := strings.Repeat("x", 20<<20/4)
	for _, tt := range []struct {
		name, settings string
		files          []labFile
		taken          bool
	}{
		{"20 MiB", `{}`, []labFile{labPDF(quarter + quarter), labPDF(quarter), labPDF(quarter), labPDF("")}, true},
		{"a byte more than 20 MiB", `{}`, []labFile{labPDF(quarter + quarter), labPDF(quarter), labPDF(quarter), labPDF("x")}, false},
		{"the business's limit", `{"attachmentLimit":3}`, []labFile{labPDF("12"), labPDF("3")}, true},
		{"a byte more than the business's limit", `{"attachmentLimit":3}`, []labFile{labPDF("12"), labPDF("34")}, false},
		{"more in a field of another name", `{"attachmentLimit":3}`, []labFile{{"document", "a.pdf", "1234"}, labPDF("123")}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLabWithWebhook(t)
			l.settings(tt.settings)
			if tt.taken {
				l.sendFiles(labMessage(), tt.files...).wants(200)
				return
			}
			l.unchanged(func() { l.sendFiles(labMessage(), tt.files...).refused("request/file-too-large") })
		})
	}
}

func TestFilesUnderAnotherNameAreUnknownFields(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	for _, field := range []string{"attachment", "Attachments", "attachments[]", ""} {
		files := []labFile{{field, "contract.docx", "x"}}
		l.settings(`{}`)
		id := l.sendFiles(labMessage(), files...).wants(200).text("message_id")
		if got := apiAuditOf(l.audit(l.act("messages", id, "sign"))); len(got.Attachments) != 0 || got.Audit.AttachmentRefs != nil {
			t.Errorf("what came as %q is attached: %v", field, got)
		}
		l.settings(`{"unknownFields":"refuse"}`)
		l.unchanged(func() { l.sendFiles(labMessage(), files...).invalid("files must be in fields called attachments") })
	}
}

func TestAMultipartFormIsBounded(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	parts := func(n int) url.Values { // with the five of a message
		form := labMessage()
		for i := range n - len(form) {
			form.Set(fmt.Sprint("x", i), "")
		}
		return form
	}
	text := func(n int) url.Values { // n bytes with those of a message
		form := labMessage("message", "")
		for _, values := range form {
			n -= len(values[0])
		}
		form.Set("message", strings.Repeat("x", n))
		return form
	}
	for _, tt := range []struct {
		name   string
		form   url.Values
		reason string
	}{
		{"1000 parts", parts(1000), ""},
		{"1001 parts", parts(1001), "the form must not have more than 1000 parts"},
		{"1 MiB of text", text(1 << 20), ""},
		{"a byte more", text(1<<20 + 1), "the text must not be larger than 1048576 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := l.in(t)
			if tt.reason == "" {
				l.sendFiles(tt.form).wants(200)
				return
			}
			l.unchanged(func() { l.sendFiles(tt.form).invalid(tt.reason) })
		})
	}
}

// TestOddPartsOfAMultipartForm adds one part, as it is, to a form that is good.
func TestOddPartsOfAMultipartForm(t *testing.T) {
	t.Parallel()
	kind, good := labMultipart(labMessage())
	delimiter, _, _ := strings.Cut(good, "\r\n")
	ignored := "files must be in fields called attachments"
	for _, tt := range []struct{ name, part, code, refusing string }{
		{"without a header", "\r\nx", "", ignored},
		{"without a name", "Content-Disposition: form-data\r\n\r\nx", "", ignored},
		{"that is no form data", `Content-Disposition: attachment; name="x"` + "\r\n\r\nx", "", ignored},
		{"with a disposition that cannot be read", `Content-Disposition: form-data; name="` + "\r\n\r\nx", "", ignored},
		{"with a name that is not UTF-8", "Content-Disposition: form-data; name=\"\xe9\"\r\n\r\nx", "request/invalid-payload", "the fields must be UTF-8"},
		{"with a header that is none", "no header\r\n\r\nx", "request/invalid-payload", "the multipart body cannot be read"},
		{"with too many headers", strings.Repeat("X: x\r\n", 10_001) + "\r\nx", "request/invalid-payload", "the multipart body cannot be read"},
		{"that is a file with an encoded name", "Content-Disposition: form-data; name=\"attachments\"; filename*=UTF-8''caf%C3%A9.pdf\r\n\r\nx", "", ""},
		{"that is a file without quotes", "Content-Disposition: form-data; name=attachments; filename=a.pdf\r\n\r\nx", "", ""},
		{"that says it is no PDF, but is called one", "Content-Disposition: form-data; name=\"attachments\"; filename=\"a.pdf\"\r\nContent-Type: image/png\r\n\r\nx", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLabWithWebhook(t)
			post := func() labAnswer {
				return l.as(labKey, "POST", "/message", kind, delimiter+"\r\n"+tt.part+"\r\n"+good)
			}
			if a := post(); tt.code == "" {
				a.wants(200)
			} else {
				a.invalid(tt.refusing)
			}
			l.settings(`{"unknownFields":"refuse"}`)
			if a := post(); tt.refusing == "" {
				a.wants(200)
			} else {
				a.invalid(tt.refusing)
			}
		})
	}
}
