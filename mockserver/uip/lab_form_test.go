package uip_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/textproto"
	"net/url"
)

// labMessage is a message that is taken, but for what changes says in pairs; a
// field without a value is left out.
func labMessage(changes ...string) url.Values {
	form := url.Values{
		"intent": {"A letter"}, "message": {"Dear reader"}, "priority": {"HIGH"},
		"receiver_uip": {"user_test"}, "signature_required": {"true"},
	}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
		if changes[i+1] == labAbsent {
			form.Del(changes[i])
		}
	}
	return form
}

// labAbsent is the value of a field that is left out.
const labAbsent = "\x00absent"

const labURLEncoded = "application/x-www-form-urlencoded"

// send sends a message without files.
func (l lab) send(form url.Values) labAnswer {
	l.Helper()
	return l.as(labKey, "POST", "/message", labURLEncoded, form.Encode())
}

// A labFile is a file of a multipart form.
type labFile struct{ field, name, content string }

// labPDF is a file that can be attached.
func labPDF(content string) labFile { return labFile{"attachments", "contract.pdf", content} }

// labMultipart is the type and body of a form with files.
func labMultipart(form url.Values, files ...labFile) (kind, body string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.SetBoundary("--lab")
	for name, values := range form {
		for _, value := range values {
			_ = w.WriteField(name, value) // a bytes.Buffer takes everything
		}
	}
	for _, f := range files {
		header := textproto.MIMEHeader{}
		header.Set("Content-Disposition", `form-data; name="`+f.field+`"; filename="`+f.name+`"`)
		part, _ := w.CreatePart(header)
		_, _ = io.WriteString(part, f.content)
	}
	_ = w.Close()
	return w.FormDataContentType(), b.String()
}

// sendFiles sends a message with files.
func (l lab) sendFiles(form url.Values, files ...labFile) labAnswer {
	l.Helper()
	kind, body := labMultipart(form, files...)
	return l.as(labKey, "POST", "/message", kind, body)
}
