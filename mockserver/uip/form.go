package uip

import (
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"
)

// attachmentsField is the name of the parts of a form that are files. Source:
// UIP's Message page.
const attachmentsField = "attachments"

// form is the body of a message.
type form struct {
	fields map[string]string // of a field that is there twice the first
	files  []attachment
}

// text reads a field that is required and must say something.
func (f form) text(field string) (string, error) {
	if strings.TrimSpace(f.fields[field]) == "" {
		return "", invalid("%s is required", field)
	}
	return f.fields[field], nil
}

// form reads the call's body: urlencoded, or with files multipart.
func (c *call) form() (f form, err error) {
	mediaType, params, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch {
	case mediaType == "application/x-www-form-urlencoded":
		f, err = c.urlencoded()
	case mediaType == "multipart/form-data" && params["boundary"] != "":
		f, err = c.multipart(params["boundary"])
	default:
		return f, invalid("the Content-Type must be multipart/form-data or application/x-www-form-urlencoded")
	}
	if err != nil {
		return f, err
	}
	return f, c.check(f)
}

// check finds what is wrong with a form whatever it is for.
func (c *call) check(f form) error {
	if _, text := f.fields[attachmentsField]; text {
		return invalid("%s must be files", attachmentsField)
	}
	for name, value := range f.fields {
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			return invalid("the fields must be UTF-8")
		}
	}
	return c.known(maps.Keys(f.fields), messageFields())
}

func (c *call) urlencoded() (form, error) {
	text, err := readAll(c.Body, maxText)
	if err != nil {
		return form{}, err
	}
	values, err := url.ParseQuery(string(text))
	if err != nil {
		return form{}, invalid("the form cannot be read")
	}
	f := form{fields: map[string]string{}}
	for name, all := range values {
		f.fields[name] = all[0]
	}
	return f, nil
}

// Bounds of a multipart form, which UIP does not document.
const (
	maxParts = 1000
	maxName  = 255 // bytes of a file's name, as on a disk
)

// multipart reads a form with files, of which nothing is written to a disk.
func (c *call) multipart(boundary string) (form, error) {
	f := form{fields: map[string]string{}}
	end := strings.NewReader("\r\n") // which some clients leave out
	parts := multipart.NewReader(io.MultiReader(c.Body, end, cutOff{}), boundary)
	room := struct{ text, files int64 }{maxText, int64(c.business.AttachmentLimit)}
	for range maxParts + 1 { // the last time for the end
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return f, unreadable(err)
		}
		switch name, file := part.FormName(), isFile(part); {
		case file && name == attachmentsField:
			a, err := attached(part, room.files)
			if err != nil {
				return f, err
			}
			room.files -= int64(a.Size)
			f.files = append(f.files, a)
		case file || name == "":
			if c.business.UnknownFields == unknownFieldsRefuse {
				return f, invalid("files must be in fields called %s", attachmentsField)
			}
		default:
			text, err := io.ReadAll(io.LimitReader(part, room.text+1))
			if err != nil {
				return f, unreadable(err)
			}
			if room.text -= int64(len(text)); room.text < 0 {
				return f, invalid("the text must not be larger than %d bytes", maxText)
			}
			if _, twice := f.fields[name]; !twice {
				f.fields[name] = string(text)
			}
		}
	}
	return f, invalid("the form must not have more than %d parts", maxParts)
}

// cutOff is what follows a body that is not finished, so that one that breaks
// off between two parts is not taken for one that ended.
type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// isFile is whether a part is a file, also one whose name is empty.
func isFile(part *multipart.Part) bool {
	_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	_, named := params["filename"]
	return named
}

// attached reads a file of at most room bytes.
func attached(part *multipart.Part, room int64) (attachment, error) {
	name := part.FileName()
	if !strings.EqualFold(path.Ext(name), ".pdf") {
		return attachment{}, refuse(codeInvalidFileType)
	}
	if !utf8.ValidString(name) || len(name) > maxName {
		return attachment{}, invalid("the names of files must be UTF-8 of at most %d bytes", maxName)
	}
	content, err := io.ReadAll(io.LimitReader(part, room+1))
	if err != nil {
		return attachment{}, unreadable(err)
	}
	if int64(len(content)) > room {
		return attachment{}, refuse(codeFileTooLarge)
	}
	return attachment{Filename: name, ContentType: "application/pdf", Content: content, Size: len(content)}, nil
}

// unreadable refuses a multipart body that broke.
func unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return refuse(codeFileTooLarge)
	}
	return invalid("the multipart body cannot be read")
}
