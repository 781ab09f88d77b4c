package uqudo_test

import (
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/conformance"
)

func TestUqudosAPIGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	store := &conformance.Shelf{}
	l, end := reopened(t, store, 0, mockserver.Config{})
	l.other(`{"clientSecret": "secret-of-a-test"}`)
	kept, deleted := l.complete(`{"flow": "enrollment", "imageStyle": "drawn"}`), l.complete(`{"flow": "enrollment"}`)
	c := l.client("default")
	c.delete(deleted.id).wants(204)
	completed, lapsing := c.faceSession(), c.faceSession()
	l.advance(`{"by": "1m"}`)
	waiting := c.faceSession()
	h := newHook(t, always(503)...)
	l.settings(unstored)
	l.webhook(h.URL)
	unkept := l.finish(`{"flow": "enrollment"}`).Session.ID
	end()

	l, end = reopened(t, store, 9*time.Minute, mockserver.Config{})
	c = client{l, c.header} // the token is good for longer than the process
	c.info(kept.id).isTheResult(kept.token)
	for id, sum := range imagesOf(kept.claims) {
		if a := c.image(id).wants(200); checksum(a.body) != sum {
			t.Errorf("the image %s is another one now", id)
		}
	}
	c.unknownToTheAPI(deleted.id, imagesOf(deleted.claims))
	l.result(deleted.id, "deleted")
	l.client("other").info(kept.id).says(403, "FORBIDDEN")
	l.result(unkept, "webhook")
	if s := l.begin(`{"flow": "face", "sessionId": "` + completed + `"}`); s.Session.ID != completed {
		t.Errorf("it completed %s", s.Session.ID)
	}
	l.advance(`{"by": "1m"}`)
	for id, status := range map[string]string{completed: "completed", lapsing: "expired", waiting: "created"} {
		if s := l.session(id); s.Status != status {
			t.Errorf("a face session is %s, want %s", s.Status, status)
		}
	}
	end()

	// Nobody was there when it expired.
	l, end = reopened(t, store, 3*time.Hour, mockserver.Config{})
	l.advance(`{"by": "0s"}`)
	if s := l.session(waiting); s.Status != "expired" {
		t.Errorf("a face session is %s", s.Status)
	}
	l.client("default").unknownToTheAPI(kept.id, imagesOf(kept.claims))
	l.advance(`{"to": "idle"}`)
	l.result(unkept, "lost")
	l.result(kept.id, "stored")
	end()
}

// TestScoresAfterARestart adds scores to a result whose key was made by a
// rotation and is gone with the process.
func TestScoresAfterARestart(t *testing.T) {
	t.Parallel()
	store := &conformance.Shelf{}
	l, end := reopened(t, store, 0, mockserver.Config{})
	l.settings(`{"api": {"scanVerifications": true}}`)
	l.call("POST", "/keys/rotate", `{}`).wants(201)
	done := l.complete(`{"flow": "enrollment"}`)
	end()
	l, end = reopened(t, store, time.Minute, mockserver.Config{})
	if _, err := strictly(string(l.client("default").info(done.id).wants(200).body), l.published()); err != nil {
		t.Error(err)
	}
	end()
}
