package uqudo_test

import (
	"sync"
	"testing"

	"kycmock/mockserver"
)

// TestManyBackEndsAtOnce has fifty back ends follow up a session of their own.
func TestManyBackEndsAtOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	const many = 50
	h := newHook(t)
	l.webhook(h.URL)
	for range many {
		l.begin(`{"flow": "enrollment"}`)
	}
	l.advance(`{"by": "0s"}`)
	var all sync.WaitGroup
	for _, r := range h.requests(t, many) {
		token := r.token(t)
		claims := tokenClaims(t, token)
		all.Go(func() { l.followUp(claims["jti"].(string), token, claims) })
	}
	all.Wait()
}

// followUp is what a back end does after a webhook. It says what goes wrong and
// goes on, as other goroutines than the test's have to.
func (l lab) followUp(id, token string, claims map[string]any) {
	c := l.client("default")
	if a := c.info(id); a.status != 200 || string(a.body) != token {
		l.Errorf("info answers %d", a.status)
	}
	waiting := c.faceSession()
	images := imagesOf(claims)
	for image, sum := range images {
		if a := c.image(image); a.status != 200 || checksum(a.body) != sum {
			l.Errorf("an image is answered %d", a.status)
		}
	}
	if a := c.delete(id); a.status != 204 {
		l.Errorf("deletion answers %d", a.status)
	}
	for image := range images {
		if a := c.image(image); a.status != 404 {
			l.Errorf("an image of a deleted session is answered %d", a.status)
		}
	}
	if a := l.call("POST", account+"/sessions", object{"flow": "face", "sessionId": waiting}.text()); a.status != 202 {
		l.Errorf("the face session is answered %d", a.status)
	}
	if a := c.info(id); a.status != 404 {
		l.Errorf("info of a deleted session answers %d", a.status)
	}
}
