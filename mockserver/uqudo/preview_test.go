package uqudo_test

import (
	"slices"
	"testing"

	"kycmock/mockserver"
)

func TestAPreviewOfAFaceSessionThatWaitsIsThatOfItsCompletion(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	c := l.client("default")
	completed, expired := c.faceSession(), c.faceSession()
	trigger := func(id string) string {
		return object{"provider": "uqudo", "event": "face", "session": id, "seed": 5}.text()
	}
	var preview struct {
		Session string
		Content map[string]any
	}
	l.call("POST", "/triggers/preview", trigger(completed)).wants(200).into(&preview)
	if preview.Session != completed || look(preview.Content, "data.sessionId") != completed {
		t.Errorf("of the session %s the preview is %+v", completed, preview)
	}
	if s := l.session(completed); !s.Waiting {
		t.Errorf("the preview ended the session: it is %s", s.Status)
	}
	l.call("POST", "/triggers", trigger(completed)).wants(202)
	l.advance(`{"by": "1h"}`)
	if got, want := look(h.claims(t), "data.face.auditTrailImageId"), look(preview.Content, "data.face.auditTrailImageId"); got != want {
		t.Errorf("told was %v, the preview is %v", got, want)
	}
	for name, id := range map[string]string{"completed": completed, "expired": expired} {
		got, want := l.call("POST", "/triggers/preview", trigger(id)).wants(409), l.call("POST", "/triggers", trigger(id)).wants(409)
		if !slices.Equal(got.body, want.body) {
			t.Errorf("of one that is %s it says %s, the trigger %s", name, got.body, want.body)
		}
	}
}
