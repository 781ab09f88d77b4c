package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"unicode/utf8"
)

// bom is what some editors put before UTF-8.
const bom = "\ufeff"

// bodies are what may have been signed instead of the body: the same with other
// ends, what programs write after they have parsed it, and when there may be two
// mistakes both at once.
func bodies(body []byte, most int) []variant {
	var v variants
	v.add(body)
	for _, f := range frames {
		v.add(f.make(body), f.mistake)
	}
	forms := forms(body)
	for _, f := range forms {
		v.add(f.bytes, f.mistakes...)
	}
	if most < 2 {
		return v.list
	}
	for _, form := range forms {
		for _, f := range frames {
			v.add(f.make(form.bytes), append(form.mistakes[:1:1], f.mistake)...)
		}
	}
	return v.list
}

// frame changes what is around a body's text, not what it says.
type frame struct {
	mistake Finding
	make    func([]byte) []byte
}

var frames = []frame{
	{found("body-newline", "this is the signature of the body without its final newline, which an editor or echo adds: want the bytes as they came"),
		func(b []byte) []byte { return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r")) }},
	{found("body-newline", "this is the signature of the body with a newline at its end: something added one, or cut it off afterwards"),
		func(b []byte) []byte { return with(b, "\n") }},
	{found("body-newline", "this is the signature of the body with a CR and a newline at its end: something added them, or cut them off afterwards"),
		func(b []byte) []byte { return with(b, "\r\n") }},
	{found("body-line-ends", "this is the signature of the body with LF as its line ends: this one has CRLF, as Windows writes it"),
		func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }},
	{found("body-line-ends", "this is the signature of the body with CRLF as its line ends: this one has LF"),
		func(b []byte) []byte {
			return bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		}},
	{found("body-bom", "this is the signature of the body without the byte order mark that it begins with"),
		func(b []byte) []byte { return bytes.TrimPrefix(b, []byte(bom)) }},
	{found("body-bom", "this is the signature of the body with a byte order mark before it"),
		func(b []byte) []byte { return append([]byte(bom), b...) }},
	{found("body-space", "this is the signature of the body without the white space around it"), bytes.TrimSpace},
}

func with(b []byte, end string) []byte { return append(b[:len(b):len(b)], end...) }

// forms are what programs make of a body, each with one mistake.
func forms(body []byte) []variant {
	var list []variant
	add := func(text []byte, code, message string) {
		list = append(list, variant{text, []Finding{found(code, "%s", message)}})
	}
	for _, f := range rewritten(body) {
		add(f.text, "body-rewritten", "the body was re-serialised: this is the signature of the same JSON "+f.how)
	}
	add(nil, "body-empty", "this is the signature of an empty body: the stream had been read before it was hashed")
	add([]byte("{}"), "body-empty", "this is the signature of {}: the parser that fills the body had not run, or not for this content type")
	add([]byte("[object Object]"), "body-not-text", "this is the signature of the words [object Object]: an object was hashed instead of its text")
	add([]byte("undefined"), "body-not-text", "this is the signature of the word undefined: there was no body where it was looked for")
	var quoted bytes.Buffer
	style{}.text(&quoted, string(body))
	add(quoted.Bytes(), "body-quoted", "this is the signature of the body as a JSON string: it was stringified twice")
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) == nil && members["data"] != nil {
		add(members["data"], "body-part", "this is the signature of the member data alone: want the whole body")
	}
	if raw, err := base64.StdEncoding.Strict().DecodeString(string(bytes.TrimSpace(body))); err == nil && len(raw) > 0 {
		add(raw, "body-base64", "the body is in base64: this is the signature of what it says when decoded")
	}
	add([]byte(base64.StdEncoding.EncodeToString(body)), "body-base64", "this is the signature of the body in base64: decode it first")
	if garbled := latin(body); garbled != nil {
		add(garbled, "body-charset", "this is the signature of the body read as Latin-1 and written as UTF-8: want the bytes as they came")
	}
	return list
}

// latin is UTF-8 as whoever takes it for Latin-1 writes it, nothing when there
// is no difference.
func latin(body []byte) []byte {
	var b []byte
	for _, c := range body {
		b = utf8.AppendRune(b, rune(c))
	}
	if len(b) == len(body) {
		return nil
	}
	return b
}
