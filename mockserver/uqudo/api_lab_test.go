package uqudo_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/journal"
)

// Where Uqudo's API is.
const (
	tokenAt = "/uqudo/api/oauth/token"
	infoAt  = "/uqudo/api/v1/info"
	imageAt = "/uqudo/api/v1/info/img"
	faceAt  = "/uqudo/api/v1/face"
)

// nobodys is the ID of no session.
const nobodys = "5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a10"

// A client is the back end of an account, with its access token.
type client struct {
	lab
	header http.Header
}

// client gets an account's back end a token.
func (l lab) client(account string) client {
	l.Helper()
	return client{l, http.Header{"Authorization": {"Bearer " + l.token(account)}}}
}

func (l lab) token(account string) string {
	l.Helper()
	var got granted
	l.ask("POST", tokenAt, l.grant(account).Encode(), form()).wants(200).into(&got)
	return got.Token
}

// grant is the form by which an account's back end asks for a token.
func (l lab) grant(account string) url.Values {
	l.Helper()
	a := l.account(account)
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {a.ClientID}, "client_secret": {a.ClientSecret}}
}

func form() http.Header { return http.Header{"Content-Type": {"application/x-www-form-urlencoded"}} }

// other makes an account that is not the default one, with these settings.
func (l lab) other(settings string) {
	l.Helper()
	if a := l.call("PUT", "/uqudo/accounts/other", settings); a.status != 200 {
		a.wants(201)
	}
}

// api asks Uqudo's API.
func (c client) api(method, path string) answer {
	c.Helper()
	return c.ask(method, path, "", c.header.Clone())
}

func (c client) info(id string) answer   { c.Helper(); return c.api("GET", infoAt+"/"+id) }
func (c client) delete(id string) answer { c.Helper(); return c.api("DELETE", infoAt+"/"+id) }
func (c client) image(id string) answer  { c.Helper(); return c.api("GET", imageAt+"/"+id) }

// send posts a photo to the Face API.
func (c client) send(contentType, body string) answer {
	c.Helper()
	header := c.header.Clone()
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	return c.ask("POST", faceAt, body, header)
}

// faceSession begins a face session and returns its ID.
func (c client) faceSession() string {
	c.Helper()
	var begun struct{ SessionID string }
	c.send("application/json", photoMember(jpegPhoto(100))).wants(201).into(&begun)
	return begun.SessionID
}

func photoMember(photo string) string {
	return object{"idPhoto": base64.StdEncoding.EncodeToString([]byte(photo))}.text()
}

// jpegPhoto looks like a JPEG of so many bytes.
func jpegPhoto(size int) string { return "\xff\xd8\xff\xe0" + strings.Repeat("x", size-4) }

// says wants an error in Uqudo's words: a code, a message and nothing else.
func (a answer) says(status int, code string) answer {
	a.Helper()
	var body map[string]string
	a.wants(status).into(&body)
	if body["error"] != code || body["message"] == "" || len(body) != 2 || a.header.Get("Content-Type") != "application/json" {
		a.Errorf("%s answered %s in %s, want the code %s and a message", a.what, a.body, a.header.Get("Content-Type"), code)
	}
	return a
}

// imagesOf are the images that claims refer to, with their checksums.
func imagesOf(claims any) map[string]string {
	leaves, images := flat(claims), map[string]string{}
	for path, id := range leaves {
		if strings.HasSuffix(path, "ImageId") && id != "null" {
			images[strings.Trim(id, `"`)] = strings.Trim(leaves[path+"Checksum"], `"`)
		}
	}
	return images
}

// anImageOf is one of them.
func anImageOf(t *testing.T, claims any) string {
	t.Helper()
	for id := range imagesOf(claims) {
		return id
	}
	t.Fatalf("there is no image in %v", claims)
	return ""
}

func checksum(image []byte) string {
	sum := sha256.Sum256(image)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// told is one completed session, as its webhook was told of it.
type told struct {
	id, token string
	claims    map[string]any
}

// complete has a user of the default account end a session, and listens.
func (l lab) complete(session string) told {
	l.Helper()
	h := newHook(l.T)
	l.webhook(h.URL)
	done := l.finish(session)
	token := h.requests(l.T, 1)[0].token(l.T)
	return told{done.Session.ID, token, tokenClaims(l.T, token)}
}

// sessionShown is a session as the control API shows it.
type sessionShown struct {
	ID, Status, Event, Account string
	Waiting                    bool
	CreatedAt                  time.Time
	Data                       struct {
		Result    string
		ExpiresAt *time.Time
	}
}

func (l lab) session(id string) (s sessionShown) {
	l.Helper()
	l.call("GET", "/sessions/"+id, "").wants(200).into(&s)
	return s
}

// result wants the result of a session to be at this place.
func (l lab) result(id, want string) {
	l.Helper()
	if got := l.session(id).Data.Result; got != want {
		l.Errorf("the result is %q, want %q", got, want)
	}
}

// next is when the next thing is due; the zero time is never.
func (l lab) next() time.Time {
	l.Helper()
	var shown struct{ Next *time.Time }
	l.call("GET", "/clock", "").wants(200).into(&shown)
	if shown.Next == nil {
		return time.Time{}
	}
	return *shown.Next
}

// reopened starts a mock at so much after labStart, on what the store holds.
func reopened(t *testing.T, store journal.Store, after time.Duration, c mockserver.Config) (l lab, end func()) {
	t.Helper()
	c.Store, c.Clock = store, clock.New(labStart.Add(after), 0)
	mock, err := mockserver.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mock.Close() })
	return lab{t, mock.URL}, func() {
		t.Helper()
		if err := mock.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// by is the body of an advance.
func by(d time.Duration) string { return fmt.Sprintf(`{"by": %q}`, d) }
