package uip_test

import (
	"sync"
	"testing"

	"kycmock/mockserver"
)

func TestAMessageThatWaitsIsInvalidatedOnceAndTellsNothing(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	r := l.receiver()
	l.webhook(r.url)
	for name, read := range map[string]bool{"unread": false, "read": true} {
		id := l.sendFiles(labMessage(), labPDF("x")).wants(200).text("message_id")
		if read {
			l.act("messages", id, "read")
		}
		invalidate := func() labAnswer { return l.post("/invalidate", `{"message_id":"`+id+`"}`) }
		invalidate().empty()
		if got := l.control("GET", "/sessions/"+id, "").wants(200).text("status"); got != "invalidated" {
			t.Errorf("%s: it is %s", name, got)
		}
		l.unchanged(func() {
			invalidate().refused("resource/invalidated")
			l.control("POST", "/uip/messages/"+id+"/sign", "").wants(409)
		})
	}
	l.advance("200h")
	if got := r.got(); len(got) > 0 {
		t.Errorf("told was %q", got)
	}
}

func TestAMessageWithoutASignatureCannotBeInvalidated(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	id := l.send(labMessage("signature_required", "false")).wants(200).text("message_id")
	invalidate := func() {
		l.post("/invalidate", `{"message_id":"`+id+`"}`).invalid("the message does not require a signature")
	}
	l.unchanged(invalidate)
	l.act("messages", id, "read")
	l.unchanged(invalidate)
}

func TestOnlyAMessageCanBeInvalidated(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	ended := l.sign()
	l.complete(ended)
	for _, id := range []string{l.identify(), ended, "msg_", "../msg", "msg_\\u0000", "é"} {
		l.unchanged(func() { l.post("/invalidate", `{"message_id":"`+id+`"}`).refused("resource/not-found") })
	}
}

func TestAMessageIsEitherSignedOrInvalidated(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	r := l.receiver()
	l.webhook(r.url)
	signed := 0
	for range 30 {
		id := l.send(labMessage()).wants(200).text("message_id")
		var taken, invalidated labAnswer
		var wait sync.WaitGroup
		wait.Go(func() { taken = l.control("POST", "/uip/messages/"+id+"/sign", "") })
		wait.Go(func() { invalidated = l.post("/invalidate", `{"message_id":"`+id+`"}`) })
		wait.Wait()
		if taken.status == 200 {
			signed++
			invalidated.refused("resource/already-completed")
			continue
		}
		taken.wants(409)
		invalidated.empty()
	}
	l.advance("0s")
	if got := len(r.got()); got != signed {
		t.Errorf("%d were signed and %d told", signed, got)
	}
}
