package uqudo_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
)

// infoByHeader is a call that names the session in its header.
func (c client) infoByHeader(id string) answer {
	c.Helper()
	header := c.header.Clone()
	header.Set("UQ-Session-ID", id)
	return c.ask("GET", infoAt, "", header)
}

// isTheResult wants session info to be the JWS, and no more.
func (a answer) isTheResult(token string) {
	a.Helper()
	if a.wants(200); string(a.body) != token || a.header.Get("Content-Type") != "application/jwt" {
		a.Errorf("%s answered %.60q in %s, want the JWS that the webhook brought", a.what, a.body, a.header.Get("Content-Type"))
	}
}

func TestSessionInfoIsTheResultOfTheWebhook(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	for _, session := range []string{
		`{"flow": "enrollment"}`, `{"flow": "reading"}`, `{"flow": "lookup", "profile": "lookup-failed"}`, `{"flow": "face"}`,
		`{"flow": "enrollment", "patch": [{"op": "replace", "path": "/jti", "value": "x"}, {"op": "remove", "path": "/data/documents"}]}`,
		`{"flow": "enrollment", "faults": ["tampered"]}`,
	} {
		t.Run(session, func(t *testing.T) {
			c := client{c.in(t), c.header}
			done := c.complete(session)
			if strings.Contains(session, "tampered") { // on its way to the webhook: Uqudo has it as it was
				if _, err := strictly(string(c.info(done.id).wants(200).body), c.published()); err != nil {
					t.Error(err)
				}
				return
			}
			c.info(done.id).isTheResult(done.token)
			c.infoByHeader(done.id).isTheResult(done.token)
		})
	}
}

func TestAnIDThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	for _, id := range []string{
		"x", "img", "5d0d8f0e6f1b4f639d6a2f1f5f3f7a10", nobodys + "0", nobodys[1:], "g" + nobodys[1:], "%7B" + nobodys + "%7D",
		nobodys + "%20", strings.ReplaceAll(nobodys, "-", "_"), "5d0d8f0e6-f1b-4f63-9d6a-2f1f5f3f7a10", "%C3%A9",
	} {
		t.Run(id, func(t *testing.T) {
			c := client{c.in(t), c.header}
			c.info(id).says(400, "BAD_REQUEST")
			c.delete(id).says(400, "BAD_REQUEST")
			if !strings.Contains(id, "%") {
				c.infoByHeader(id).says(400, "BAD_REQUEST")
			}
		})
	}
	c.info("").says(400, "BAD_REQUEST")
	c.delete("").says(400, "BAD_REQUEST")
	c.infoByHeader("").says(400, "BAD_REQUEST")
	if missing := c.api("GET", infoAt).says(400, "BAD_REQUEST"); !bytes.Contains(missing.body, []byte("UQ-Session-ID")) {
		t.Errorf("of a missing header it says %s", missing.body)
	}
	c.info(strings.ToUpper(nobodys)).says(404, "SESSION_EXPIRED_OR_NOT_FOUND")
}

func TestWhatAnUnknownSessionIsAnswered(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	cancelled := l.begin(`{"flow": "enrollment", "status": "cancelled"}`).Session.ID
	deleted := l.complete(`{"flow": "face"}`).id
	c.delete(deleted).wants(204)
	waiting := c.faceSession()
	for settings, status := range map[string]int{
		`{}`:                      404,
		`{"unknownSession": 400}`: 400, `{"unknownSession": 403}`: 403, `{"unknownSession": 404}`: 404,
		`{"unknownSession": 410}`: 410, `{"unknownSession": 500}`: 500,
	} {
		t.Run(settings, func(t *testing.T) {
			c := client{c.in(t), c.header}
			c.settings(`{"api": ` + settings + `}`)
			for _, id := range []string{nobodys, cancelled, deleted, waiting} {
				c.info(id).says(status, "SESSION_EXPIRED_OR_NOT_FOUND")
				c.infoByHeader(id).says(status, "SESSION_EXPIRED_OR_NOT_FOUND")
			}
		})
	}
}

func TestAnotherAccountsSessionIsForbidden(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.other(`{}`)
	done := l.complete(`{"flow": "enrollment"}`)
	us, them := l.client("default"), l.client("other")
	image := anImageOf(t, done.claims)
	them.info(done.id).says(403, "FORBIDDEN")
	them.infoByHeader(done.id).says(403, "FORBIDDEN")
	them.image(image).says(403, "FORBIDDEN")
	them.delete(done.id).wants(204)
	us.info(done.id).isTheResult(done.token)
	us.image(image).wants(200)
	l.result(done.id, "stored")
	us.delete(done.id).wants(204)
	them.info(done.id).says(404, "SESSION_EXPIRED_OR_NOT_FOUND")
}

func TestDeletionTakesASessionAwayAtOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	for _, flow := range []string{"enrollment", "face"} {
		done := l.complete(`{"flow": "` + flow + `"}`)
		kept := l.complete(`{"flow": "` + flow + `"}`)
		if flow == "face" { // as observed: the ID is the face session's, not the jti
			c.delete(done.claims["jti"].(string)).wants(204)
			c.info(done.id).isTheResult(done.token)
		}
		for range 2 {
			if a := c.delete(done.id).wants(204); len(a.body) > 0 || a.header.Get("Content-Type") != "" {
				t.Errorf("it answers %q, %v", a.body, a.header)
			}
			c.info(done.id).says(404, "SESSION_EXPIRED_OR_NOT_FOUND")
			for id := range imagesOf(done.claims) {
				c.image(id).says(404, "NOT_FOUND")
			}
			l.result(done.id, "deleted")
		}
		c.info(kept.id).isTheResult(kept.token)
		c.image(anImageOf(t, kept.claims)).wants(200)
	}
	c.delete(nobodys).wants(204)
	c.delete(strings.ToUpper(nobodys)).wants(204)
	c.delete(c.faceSession()).wants(204)
}

func TestInfoExpiresWithTheResult(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		name, settings, session string
		after                   time.Duration
	}{
		{"an enrollment", `{}`, `{"flow": "enrollment"}`, 2 * time.Hour},
		{"a face session", `{}`, `{"flow": "face"}`, 10 * time.Minute},
		{"one of an older SDK", `{"jwsLifetime": "30m"}`, `{"flow": "lookup"}`, 30 * time.Minute},
		{"one whose exp was patched", `{}`, `{"flow": "face", "patch": [{"op": "replace", "path": "/exp", "value": 1}]}`, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.in(t)
			l.settings(c.settings)
			done := l.complete(c.session)
			if c.after > 0 {
				l.advance(by(c.after - time.Second))
				l.client("default").info(done.id).isTheResult(done.token)
				l.advance(`{"by": "1s"}`)
			}
			l.client("default").info(done.id).says(404, "SESSION_EXPIRED_OR_NOT_FOUND")
			l.settings(`{"api": {"expiredSession": "served"}}`)
			l.client("default").info(done.id).isTheResult(done.token)
			l.advance(`{"by": "24h"}`)
			l.client("default").info(done.id).isTheResult(done.token)
			l.settings(`{"api": {"expiredSession": "unknown", "unknownSession": 410}}`)
			l.client("default").info(done.id).says(410, "SESSION_EXPIRED_OR_NOT_FOUND")
		})
	}
}

func TestInfoAsJSON(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.settings(`{"api": {"infoFormat": "json"}}`)
	done := l.complete(`{"flow": "enrollment"}`)
	a := l.client("default").info(done.id).wants(200)
	var claims map[string]any
	if a.into(&claims); !reflect.DeepEqual(claims, done.claims) || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("it is %.200s in %s", a.body, a.header.Get("Content-Type"))
	}
	l.settings(`{"api": {"infoFormat": "json", "scanVerifications": true}}`)
	l.client("default").info(done.id).wants(200).into(&claims)
	if look(claims, "data.documents.0.scan.verifications.idPrintDetection.score") == "absent" {
		t.Errorf("the scores are missing in %v", claims)
	}
}

// TestInfoWithScores holds session info with the setting scanVerifications
// against the result: what differs are the scores, and they are those beside.
func TestInfoWithScores(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.settings(`{"api": {"scanVerifications": true}}`)
	c := l.client("default")
	for session, scores := range map[string]bool{
		`{"flow": "enrollment"}`:                               true,
		`{"flow": "enrollment", "profile": "screen-detected"}`: true,
		`{"flow": "enrollment", "documentType": "UAE_ID"}`:     true,
		`{"flow": "lookup"}`:                                   false,
		`{"flow": "reading"}`:                                  false,
		`{"flow": "face"}`:                                     false,
		`{"flow": "enrollment", "patch": [{"op": "replace", "path": "/data/documents", "value": 1}]}`:           false,
		`{"flow": "enrollment", "patch": [{"op": "replace", "path": "/data/verifications", "value": []}]}`:      false,
		`{"flow": "enrollment", "patch": [{"op": "replace", "path": "/data/documents/0/scan", "value": null}]}`: false,
		`{"flow": "enrollment", "patch": [{"op": "remove", "path": "/data"}]}`:                                  false,
	} {
		t.Run(session, func(t *testing.T) {
			c := client{c.in(t), c.header}
			done := c.complete(session)
			c.sameButForScores(done, scores)
		})
	}
	done := l.complete(`{"flow": "enrollment"}`)
	l.call("POST", "/keys/rotate", `{}`).wants(201)
	c.sameButForScores(done, true) // with the key of before
}

func (c client) sameButForScores(done told, scores bool) {
	c.Helper()
	a := c.info(done.id).wants(200)
	payload, err := strictly(string(a.body), c.published())
	if err != nil {
		c.Fatal(err)
	}
	if a.header.Get("Content-Type") != "application/jwt" || !strings.HasPrefix(string(a.body), done.token[:strings.Index(done.token, ".")+1]) {
		c.Errorf("it is %.100s in %s, want the header that the result has", a.body, a.header.Get("Content-Type"))
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		c.Fatal(err)
	}
	want := map[string]string{}
	for _, name := range fields("idScreenDetection idPrintDetection idPhotoTamperingDetection") {
		if leaves := flat(done.claims); scores {
			for path, leaf := range leaves {
				if member, is := strings.CutPrefix(path, "data.verifications.0."+name+"."); is {
					want["data.documents.0.scan.verifications."+name+"."+member] = leaf
				}
			}
		}
	}
	if got := changes(done.claims, claims); !maps.Equal(got, want) || scores != (len(want) > 0) {
		c.Errorf("what differs is %v\nwant %v", got, want)
	}
}

func TestAHeaderAndAPathNameTheSameSession(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	one, two := l.complete(`{"flow": "face"}`), l.complete(`{"flow": "face"}`)
	header := c.header.Clone()
	header["uq-session-id"] = []string{two.id} // HTTP knows no case
	l.ask("GET", infoAt, "", header.Clone()).isTheResult(two.token)
	l.ask("GET", infoAt+"/"+one.id, "", header).isTheResult(one.token)
	l.ask("GET", infoAt+"?sessionId="+one.id, "", http.Header{"Authorization": c.header["Authorization"]}).says(400, "BAD_REQUEST")
}

// Phones write UUIDs in capitals or not, and the result has the ID as it was
// given: two that differ in that are two sessions.
func TestASessionIDIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	const small, capitals = "aaaaaaaa-6f1b-4f63-9d6a-2f1f5f3f7a11", "AAAAAAAA-6F1B-4F63-9D6A-2F1F5F3F7A11"
	one := l.complete(object{"flow": "enrollment", "sessionId": small}.text())
	c.info(capitals).says(404, "SESSION_EXPIRED_OR_NOT_FOUND")
	other := l.complete(object{"flow": "enrollment", "sessionId": capitals}.text())
	c.info(small).isTheResult(one.token)
	c.infoByHeader(capitals).isTheResult(other.token)
	c.delete(capitals).wants(204)
	l.result(small, "stored")
	c.info(small).isTheResult(one.token)
}
