package uqudo_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestAStrangersBackEndFollowsUp plays a back end that was not written for the
// mock: told of a result, it gets it from the Info API, and every image, and
// deletes it.
func TestAStrangersBackEndFollowsUp(t *testing.T) {
	t.Parallel()
	m := startStrangeWorld(t)
	// Pictures of a camera's size take a while to draw.
	m.call("PUT", "/_mock/v1/uqudo/accounts/default", `{"delivery": {"timeout": "1m"}}`, nil)
	backEnd := m.startBackEnd("--begin-face")
	m.setWebhook(backEnd.url)
	begun := backEnd.next().SessionID

	n := 0
	follows := func(t *testing.T, body string, images, atLeast int) followed {
		t.Helper()
		n++
		m, backEnd := m, backEnd
		m.T, backEnd.T = t, t
		delivery := m.end(body)
		got := backEnd.next()
		if got.N != n || got.Status != 200 || got.Session != delivery.Session || got.Images != images {
			t.Fatalf("the back end says %+v, wanted it to take %s with %d images", got, delivery.Session, images)
		}
		if got.Bytes < atLeast {
			t.Errorf("its images have %d bytes, wanted %d or more", got.Bytes, atLeast)
		}
		if d := m.wait(delivery, 1); d.Status != "delivered" {
			t.Errorf("the delivery is %s", d.Status)
		}
		return got
	}
	for _, c := range []struct {
		name, session, style string
		images, atLeast      int // how many, and how many bytes each
	}{
		{"a passport", `"flow": "enrollment"`, "plain", 4, 1000},
		{"a passport, drawn", `"flow": "enrollment"`, "drawn", 4, 2000},
		{"a passport, realistic", `"flow": "enrollment"`, "realistic", 4, 100_000},
		{"a card of two sides", `"flow": "enrollment", "documentType": "UAE_ID"`, "drawn", 6, 2000},
		{"somebody of the test's choice", `"flow": "enrollment", "person": {"givenNames": "Ann", "surname": "Example"}`, "drawn", 4, 2000},
		{"a chip that is read", `"flow": "reading"`, "drawn", 1, 2000},
		{"a lookup, which has no images", `"flow": "lookup"`, "plain", 0, 0},
		{"a face", `"flow": "face"`, "realistic", 1, 100_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := follows(t, fmt.Sprintf(`{%s, "imageStyle": %q}`, c.session, c.style), c.images, c.images*c.atLeast)
			if got.Begun || got.Tokens != 1 {
				t.Errorf("the back end says %+v, wanted a session that it did not begin, and one token for all", got)
			}
		})
	}
	t.Run("a face session that it began itself", func(t *testing.T) {
		if got := follows(t, fmt.Sprintf(`{"flow": "face", "sessionId": %q}`, begun), 1, 1000); !got.Begun {
			t.Errorf("the back end says %+v of a session that it began", got)
		}
	})
	t.Run("a new token when the first has expired", func(t *testing.T) {
		m.call("POST", "/_mock/v1/clock/advance", `{"by": "30m58s"}`, nil)
		if got := follows(t, `{"flow": "enrollment"}`, 4, 0); got.Tokens != 1 {
			t.Errorf("it has asked for %d tokens a second before the first expires", got.Tokens)
		}
		m.call("POST", "/_mock/v1/clock/advance", `{"by": "1s"}`, nil)
		if got := follows(t, `{"flow": "enrollment"}`, 4, 0); got.Tokens != 2 {
			t.Errorf("it has asked for %d tokens when the first has expired, wanted 2", got.Tokens)
		}
	})
}

// TestAStrangersBackEndMissesWhatIsNotThere shows that the program of the test
// above can fail.
func TestAStrangersBackEndMissesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	const checksum = "/data/documents/0/scan/frontImageIdChecksum"
	for _, c := range []struct {
		name, account string
		session       string // more of it
		attempts      int    // until it takes the webhook, one every 5 minutes
		reason        string // a part
	}{
		{"a scope without the Info API", `{"api": {"scope": "KYC_FACE_FLOW"}}`, "", 1,
			"GET /api/v1/info/SESSION: 403 FORBIDDEN, wanted 200"},
		{"another secret", `{"clientSecret": "another"}`, "", 1,
			"POST /api/oauth/token: 401 invalid_client, wanted 200"},
		{"data that is not stored", `{"storeData": false}`, "", 1,
			"GET /api/v1/info/SESSION: 404 SESSION_EXPIRED_OR_NOT_FOUND, wanted 200"},
		{"info in JSON", `{"api": {"infoFormat": "json"}}`, "", 1,
			"the type of GET /api/v1/info/SESSION: application/json, wanted application/jwt"},
		{"info that was signed anew", `{"api": {"scanVerifications": true}}`, "", 1,
			"GET /api/v1/info/SESSION is the webhook's result: false, wanted true"},
		{"another checksum", `{}`, `"patch": [{"op": "replace", "path": "` + checksum + `", "value": "sha256:00"}]`, 1,
			"the checksum of claims.documents.0.scan.frontImageId: sha256:"},
		{"no checksum", `{}`, `"patch": [{"op": "remove", "path": "` + checksum + `"}]`, 1,
			", wanted undefined"},
		{"another image", `{}`, `"patch": [{"op": "copy", "from": "/data/documents/0/scan/faceImageId", "path": "/data/documents/0/scan/frontImageId"}]`, 1,
			"the checksum of claims.documents.0.scan.frontImageId: sha256:"},
		{"images that are gone after 30 minutes", `{"api": {"imageLifetime": "30m"}}`, "", 7,
			": 404 NOT_FOUND, wanted 200"},
		{"images that are there until then", `{"api": {"imageLifetime": "30m1s"}}`, "", 7, ""},
		{"a session that is gone after two hours", `{}`, "", 25,
			"GET /api/v1/info/SESSION: 404 SESSION_EXPIRED_OR_NOT_FOUND, wanted 200"},
		{"its images, although it is served", `{"api": {"expiredSession": "served"}}`, "", 25,
			": 404 NOT_FOUND, wanted 200"},
		{"a session five minutes before", `{}`, "", 24, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := startStrangeWorld(t)
			m.call("PUT", "/_mock/v1/uqudo/accounts/default", c.account, nil)
			// Its clock stays where it was, so that it takes what has expired.
			backEnd := m.startBackEnd("--fail-first", fmt.Sprint(c.attempts-1))
			m.setWebhook(backEnd.url)
			body := `{"flow": "enrollment"`
			if c.session != "" {
				body += ", " + c.session
			}
			delivery := m.end(body + "}")
			if c.attempts > 1 {
				m.call("POST", "/_mock/v1/clock/advance", fmt.Sprintf(`{"by": "%dm"}`, 5*(c.attempts-1)), nil)
			}
			for n := 1; n < c.attempts; n++ {
				if got := backEnd.next(); got.N != n || got.Status != 503 {
					t.Fatalf("attempt %d: the back end says %+v", n, got)
				}
			}
			got := backEnd.next()
			if taken := got.Status == 200; got.N != c.attempts || taken != (c.reason == "") {
				t.Fatalf("the back end says %+v", got)
			}
			if reason := strings.ReplaceAll(got.Reason, delivery.Session, "SESSION"); !strings.Contains(reason, c.reason) {
				t.Errorf("it says %q, wanted %q in it", reason, c.reason)
			}
		})
	}
}

// end has a user end a session, and returns the delivery that tells of it.
func (m strangeWorld) end(session string) strangeDelivery {
	m.Helper()
	var done struct{ Deliveries []strangeDelivery }
	m.call("POST", "/_mock/v1/uqudo/accounts/default/sessions", session, &done)
	if len(done.Deliveries) != 1 {
		m.Fatalf("%s made %d deliveries, wanted 1", session, len(done.Deliveries))
	}
	return done.Deliveries[0]
}

// A backEnd is the process of a back end.
type backEnd struct{ strangeReceiver }

// followed is what a back end says of a webhook and of what it did then.
type followed struct {
	N, Status     int
	Session       string
	SessionID     string // of a face session that it began; then it says no more
	Begun         bool
	Images, Bytes int
	Tokens        int
	Reason        string
}

func (m strangeWorld) startBackEnd(more ...string) backEnd {
	m.Helper()
	args := []string{"--secret", "uqudo-test-secret-default", "--api", m.url + "/uqudo"}
	return backEnd{m.start("back-end.mjs", append(args, more...)...)}
}

func (b backEnd) next() (f followed) {
	b.Helper()
	if !b.lines.Scan() {
		b.Fatal("the back end has ended")
	}
	if err := json.Unmarshal(b.lines.Bytes(), &f); err != nil {
		b.Fatalf("%v in %s", err, b.lines.Text())
	}
	return f
}
