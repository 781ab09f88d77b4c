package uqudo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
)

func TestAFaceSessionIsCompletedUnderTheIDThatTheAPIGave(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for name, complete := range map[string]func(id string) (path, body, location string){
		"by a session": func(id string) (path, body, location string) {
			return account + "/sessions", object{"flow": "face", "sessionId": id, "nonce": "n"}.text(), "body.sessionId"
		},
		"by a trigger": func(id string) (path, body, location string) {
			return "/triggers", object{"provider": "uqudo", "event": "face", "session": id, "data": object{"nonce": "n"}}.text(), "body.session"
		},
		"by a trigger's data": func(id string) (path, body, location string) {
			return "/triggers", object{"provider": "uqudo", "event": "face", "data": object{"sessionId": id, "nonce": "n"}}.text(), "body.data.sessionId"
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := l.anew(t)
			h := newHook(t)
			l.webhook(h.URL)
			c := l.client("default")
			id := c.faceSession()
			begun := l.session(id)
			expires := begun.CreatedAt.Add(10 * time.Minute)
			if begun.Status != "created" || !begun.Waiting || begun.Data.ExpiresAt == nil || !begun.Data.ExpiresAt.Equal(expires) || begun.Data.Result != "" {
				t.Errorf("at first it is %+v", begun)
			}
			if next := l.next(); !next.Equal(expires) {
				t.Errorf("what is to come is at %s, want %s", next, expires)
			}
			l.advance(`{"by": "2m"}`)
			path, body, location := complete(id)
			var done happening
			l.call("POST", path, body).wants(202).into(&done)
			l.advance(`{"by": "0s"}`)
			claims := h.claims(t)
			if done.Session.ID != id || look(claims, "data.sessionId") != id || claims["jti"] == id || look(claims, "data.nonce") != "n" {
				t.Errorf("session %s is told as %v", id, claims)
			}
			s := l.session(id)
			if s.Status != "completed" || s.Waiting || !s.CreatedAt.Equal(begun.CreatedAt) || s.Data.Result != "stored" || s.Data.ExpiresAt != nil {
				t.Errorf("at last it is %+v", s)
			}
			if next := l.next(); !next.IsZero() {
				t.Errorf("something is to come at %s", next)
			}
			c.info(id).isTheResult(h.requests(t, 1)[0].token(t))
			c.image(anImageOf(t, claims)).wants(200)
			l.call("POST", path, body).refused(409, location)
			l.advance(`{"by": "1h"}`)
			if s := l.session(id); s.Status != "completed" {
				t.Errorf("an hour later it is %s", s.Status)
			}
			h.requests(t, 1)
		})
	}
}

func TestAFaceSessionExpiresAfterTenMinutes(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	id := l.client("default").faceSession()
	l.advance(by(10*time.Minute - time.Second))
	if s := l.session(id); s.Status != "created" || !s.Waiting {
		t.Errorf("a second before it is %+v", s)
	}
	l.advance(`{"to": "next"}`)
	if s := l.session(id); s.Status != "expired" || s.Waiting || s.Event != "face" {
		t.Errorf("after ten minutes it is %+v", s)
	}
	if next := l.next(); !next.IsZero() {
		t.Errorf("something is to come at %s", next)
	}
	if a := l.call("POST", account+"/sessions", object{"flow": "face", "sessionId": id}.text()).wants(409); !strings.Contains(string(a.body), "it is expired") {
		t.Errorf("the refusal says %s", a.body)
	}
	l.advance(`{"by": "1h"}`)
	h.requests(t, 0)
	l.client("default").info(id).says(404, "SESSION_EXPIRED_OR_NOT_FOUND")
}

func TestWhoMayCompleteAFaceSession(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.other(`{}`)
	h := newHook(t)
	l.webhook(h.URL)
	l.hosted("shop", h.URL, "JSON")
	id := l.client("default").faceSession()
	theirs := l.client("other").faceSession()
	for name, c := range map[string]struct{ account, body string }{
		"another account":     {"other", `{"flow": "face", "sessionId": "` + id + `"}`},
		"ours, of theirs":     {"default", `{"flow": "face", "sessionId": "` + theirs + `"}`},
		"an enrollment":       {"default", `{"flow": "enrollment", "sessionId": "` + id + `"}`},
		"a lookup":            {"default", `{"flow": "lookup", "sessionId": "` + id + `"}`},
		"one of Hosted KYC":   {"default", `{"flow": "enrollment", "hostedKyc": "shop", "nonce": "tn", "sessionId": "` + id + `"}`},
		"a failed enrollment": {"default", `{"flow": "enrollment", "status": "failed", "sessionId": "` + id + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			l := l.in(t)
			l.call("POST", "/uqudo/accounts/"+c.account+"/sessions", c.body).refused(409, "body.sessionId")
			for _, waiting := range []string{id, theirs} {
				if s := l.session(waiting); !s.Waiting || s.Status != "created" {
					t.Errorf("it is %+v", s)
				}
			}
		})
	}
	// The tn of what was refused is still to be had.
	l.call("POST", account+"/sessions", `{"flow": "enrollment", "hostedKyc": "shop", "nonce": "tn"}`).wants(202)
	l.call("POST", account+"/sessions", `{"flow": "face", "sessionId": "`+id+`"}`).wants(202)
	l.call("POST", "/uqudo/accounts/other/sessions", `{"flow": "face", "sessionId": "`+theirs+`"}`).wants(202)
	l.advance(`{"by": "0s"}`)
	h.requests(t, 3)
}

func TestAFaceSessionMayEndOtherwise(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	c := l.client("default")
	for _, status := range []string{"cancelled", "expired", "failed"} {
		id := c.faceSession()
		done := l.begin(fmt.Sprintf(`{"flow": "face", "sessionId": %q, "status": %q}`, id, status))
		if s := l.session(id); s.Status != status || s.Waiting || len(done.Deliveries) > 0 {
			t.Errorf("it is %+v", s)
		}
		l.call("POST", account+"/sessions", object{"flow": "face", "sessionId": id}.text()).wants(409)
		c.info(id).says(404, "SESSION_EXPIRED_OR_NOT_FOUND")
	}
	if next := l.next(); !next.IsZero() {
		t.Errorf("something is to come at %s", next)
	}
	h.requests(t, 0)
}

func TestOneOfManyUsersCompletesAFaceSession(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	id := l.client("default").faceSession()
	statuses := make(chan int)
	const users = 20
	for range users {
		go func() {
			statuses <- l.call("POST", account+"/sessions", object{"flow": "face", "sessionId": id}.text()).status
		}()
	}
	got := map[int]int{}
	for range users {
		got[<-statuses]++
	}
	if got[202] != 1 || got[409] != users-1 {
		t.Errorf("they are answered %v", got)
	}
}

func TestAResetForgetsFaceSessionsThatWait(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	id := c.faceSession()
	l.call("POST", "/reset", "").wants(200)
	if next := l.next(); !next.IsZero() {
		t.Errorf("something is to come at %s", next)
	}
	l.call("GET", "/sessions/"+id, "").refused(404)
	l.begin(`{"flow": "face", "sessionId": "` + id + `"}`)
	if s := l.session(id); s.Status != "completed" {
		t.Errorf("it is %+v", s)
	}
}
