package uqudo_test

import (
	"bytes"
	"encoding/base64"
	"mime/multipart"
	"strings"
	"testing"

	"kycmock/mockserver"
)

const pngPhoto = "\x89PNG\r\n\x1a\n and more"

// photoPart is a multipart form with one file.
func photoPart(t *testing.T, name, photo string) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("comment", "of a test"); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile(name, "photo.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(photo)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

func TestAFaceSessionBeginsWithAPhoto(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	for name, photo := range map[string]string{"JPEG": jpegPhoto(1000), "PNG": pngPhoto} {
		kind, body := photoPart(t, "idPhoto", photo)
		for way, a := range map[string]answer{
			"multipart":           c.send(kind, body),
			"JSON":                c.send("application/json", photoMember(photo)),
			"JSON with a charset": c.send("application/json; charset=utf-8", photoMember(photo)),
			"JSON with more":      c.send("application/json", `{"more": 1, "idPhoto": "`+base64.StdEncoding.EncodeToString([]byte(photo))+`"}`),
		} {
			var members map[string]string
			a.wants(201).into(&members)
			s := l.session(members["sessionId"])
			if len(members) != 1 || a.header.Get("Content-Type") != "application/json" || s.Event != "face" || s.Status != "created" || !s.Waiting {
				t.Errorf("%s by %s is answered %s, and the session is %+v", name, way, a.body, s)
			}
		}
	}
}

func TestAPhotoThatIsNone(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	kind, good := photoPart(t, "idPhoto", jpegPhoto(100))
	_, misnamed := photoPart(t, "photo", jpegPhoto(100))
	part := func(photo string) (body string) {
		contentType, body := photoPart(t, "idPhoto", photo)
		return strings.ReplaceAll(body, contentType[strings.Index(contentType, "=")+1:], kind[strings.Index(kind, "=")+1:])
	}
	_, misnamedBoundary, _ := strings.Cut(misnamed, "--")
	misnamed = strings.ReplaceAll(misnamed, misnamedBoundary[:strings.Index(misnamedBoundary, "\r")], kind[strings.Index(kind, "=")+1:])
	const asJSON = "application/json"
	const bad, unsupported = "BAD_REQUEST", "UNSUPPORTED_MEDIA_TYPE"
	for _, c2 := range []struct {
		name, kind, body string
		status           int
		code             string
	}{
		{"JSON without a photo", asJSON, `{}`, 400, bad},
		{"JSON with an empty one", asJSON, `{"idPhoto": ""}`, 400, bad},
		{"JSON with a null", asJSON, `{"idPhoto": null}`, 400, bad},
		{"JSON with a number", asJSON, `{"idPhoto": 1}`, 400, bad},
		{"JSON that is a list", asJSON, `[]`, 400, bad},
		{"JSON that is null", asJSON, `null`, 400, bad},
		{"garbage", asJSON, `{"idPhoto": "`, 400, bad},
		{"two objects", asJSON, photoMember(jpegPhoto(50)) + "{}", 400, bad},
		{"nothing", asJSON, "", 400, bad},
		{"no base64", asJSON, `{"idPhoto": "not base64!"}`, 400, bad},
		{"a data URL", asJSON, `{"idPhoto": "data:image/jpeg;base64,/9j/4AAQ"}`, 400, bad},
		{"a form without a photo", kind, misnamed, 400, bad},
		{"a form with an empty one", kind, part(""), 400, bad},
		{"a form that is cut off in its photo", kind, good[:strings.Index(good, "xxx")+10], 400, bad},
		{"a form that is cut off before", kind, good[:20], 400, bad},
		{"an empty form", kind, "", 400, bad},
		{"a form without its boundary", "multipart/form-data", good, 400, bad},
		{"a form of another boundary", "multipart/form-data; boundary=other", good, 400, bad},
		{"a GIF in JSON", asJSON, photoMember("GIF89a and more"), 415, unsupported},
		{"a text in JSON", asJSON, photoMember("a text"), 415, unsupported},
		{"a GIF in a form", kind, part("GIF89a and more"), 415, unsupported},
		{"a PDF in a form", kind, part("%PDF-1.7"), 415, unsupported},
		{"a bare JPEG", "image/jpeg", jpegPhoto(100), 415, unsupported},
		{"a text", "text/plain", "photo", 415, unsupported},
		{"a form of the other kind", "application/x-www-form-urlencoded", "idPhoto=x", 415, unsupported},
		{"no media type", "", photoMember(jpegPhoto(50)), 415, unsupported},
		{"a media type that is none", "a/b/c", photoMember(jpegPhoto(50)), 415, unsupported},
	} {
		t.Run(c2.name, func(t *testing.T) {
			client{c.in(t), c.header}.send(c2.kind, c2.body).says(c2.status, c2.code)
		})
	}
	if next := l.next(); !next.IsZero() {
		t.Errorf("something is to come at %s", next)
	}
}

func TestHowLargeAPhotoMayBe(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		name, settings string
		size, status   int
	}{
		{"as large as it may be", `{}`, 5 << 20, 201},
		{"a byte more", `{}`, 5<<20 + 1, 413},
		{"as large as an account lets it be", `{"facePhotoLimit": 50}`, 50, 201},
		{"a byte more than that", `{"facePhotoLimit": 50}`, 51, 413},
		{"far more than that", `{"facePhotoLimit": 50}`, 100_000, 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.in(t)
			l.settings(`{"api": ` + c.settings + `}`)
			us := l.client("default")
			kind, body := photoPart(t, "idPhoto", jpegPhoto(c.size))
			for _, a := range []answer{us.send(kind, body), us.send("application/json", photoMember(jpegPhoto(c.size)))} {
				if a.wants(c.status); c.status == 413 {
					a.says(413, "PAYLOAD_TOO_LARGE")
				}
			}
		})
	}
	// What JSON escapes needlessly is no larger a photo.
	escaped := strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(jpegPhoto(50))), "/", `\/`)
	l.client("default").send("application/json", `{"idPhoto":"`+escaped+`"}`).wants(201)
}
