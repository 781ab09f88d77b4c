package uqudo_test

import (
	"fmt"
	"slices"
	"testing"

	"kycmock/mockserver"
)

// unknownToTheAPI wants Uqudo to have neither the session nor its images.
func (c client) unknownToTheAPI(id string, images map[string]string) {
	c.Helper()
	c.info(id).says(404, "SESSION_EXPIRED_OR_NOT_FOUND")
	for image := range images {
		c.image(image).says(404, "NOT_FOUND")
	}
}

const unstored = `{"storeData": false}`

func TestAResultThatIsNotStoredLivesInItsWebhookAlone(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		name    string
		answers []int
		steps   []string // advances
		results []string // after each of them
	}{
		{"taken at once", nil, []string{"0s", "3h"}, []string{"receiver", "receiver"}},
		{"taken at last", append(always(503)[:24], 200), []string{"0s", "1h59m59s", "1s"}, []string{"webhook", "webhook", "receiver"}},
		{"taken by nobody", always(503), []string{"0s", "1h59m59s", "1s", "24h"}, []string{"webhook", "webhook", "lost", "lost"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.anew(t)
			l.settings(unstored)
			h := newHook(t, c.answers...)
			l.webhook(h.URL)
			id := l.begin(`{"flow": "enrollment"}`).Session.ID
			for i, step := range c.steps {
				l.advance(`{"by": "` + step + `"}`)
				l.result(id, c.results[i])
				l.client("default").unknownToTheAPI(id, imagesOf(h.claims(t)))
			}
		})
	}
}

func TestWhereAResultIsThatIsNotStored(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	t.Run("without a webhook it is lost at once", func(t *testing.T) {
		l := l.anew(t)
		l.settings(unstored)
		done := l.begin(`{"flow": "enrollment"}`)
		if done.Session.Data["result"] != "lost" {
			t.Errorf("the trigger answers %v", done.Session.Data)
		}
		l.result(done.Session.ID, "lost")
	})
	t.Run("so is that of a face session that is not told", func(t *testing.T) {
		l := l.anew(t)
		l.settings(`{"storeData": false, "faceSessions": false}`)
		l.webhook(newHook(t).URL)
		l.result(l.finish(`{"flow": "face"}`).Session.ID, "lost")
		l.result(l.finish(`{"flow": "enrollment"}`).Session.ID, "receiver")
	})
	t.Run("a session that did not complete has none", func(t *testing.T) {
		l := l.anew(t)
		l.settings(unstored)
		l.webhook(newHook(t).URL)
		l.result(l.finish(`{"flow": "enrollment", "status": "failed"}`).Session.ID, "")
	})
	t.Run("cancelled it is lost", func(t *testing.T) {
		l := l.anew(t)
		l.settings(unstored)
		l.webhook(newHook(t, 503).URL)
		done := l.finish(`{"flow": "enrollment"}`)
		l.result(done.Session.ID, "webhook")
		l.call("POST", "/deliveries/"+done.Deliveries[0].ID+"/cancel", "").wants(200)
		l.result(done.Session.ID, "lost")
	})
	t.Run("with its webhook deleted it is lost", func(t *testing.T) {
		l := l.anew(t)
		l.settings(`{"storeData": false, "delivery": {"onDelete": "none"}}`)
		l.webhook(newHook(t, 503).URL)
		id := l.finish(`{"flow": "enrollment"}`).Session.ID
		l.call("DELETE", account+"/global-webhook", "").wants(204)
		l.advance(`{"by": "5m"}`)
		l.result(id, "lost")
	})
	t.Run("taken after it was lost it is the receiver's", func(t *testing.T) {
		l := l.anew(t)
		l.settings(unstored)
		l.webhook(newHook(t, slices.Concat(always(503)[:25], []int{503, 200})...).URL)
		done := l.finish(`{"flow": "enrollment"}`)
		l.advance(`{"by": "2h"}`)
		l.result(done.Session.ID, "lost")
		l.call("POST", "/deliveries/"+done.Deliveries[0].ID+"/redeliver", "").wants(202)
		l.advance(`{"by": "0s"}`)
		l.result(done.Session.ID, "lost")
		l.advance(`{"by": "5m"}`)
		l.result(done.Session.ID, "receiver")
	})
	t.Run("a redelivery that nobody takes changes nothing", func(t *testing.T) {
		l := l.anew(t)
		l.settings(unstored)
		l.webhook(newHook(t, append([]int{200}, always(503)...)...).URL)
		done := l.finish(`{"flow": "enrollment"}`)
		l.call("POST", "/deliveries/"+done.Deliveries[0].ID+"/redeliver", "").wants(202)
		l.advance(`{"by": "3h"}`)
		l.result(done.Session.ID, "receiver")
	})
	t.Run("a redelivery that is under way keeps it from being lost", func(t *testing.T) {
		l := l.anew(t)
		l.settings(unstored)
		l.webhook(newHook(t, always(503)...).URL)
		done := l.finish(`{"flow": "enrollment"}`)
		l.advance(`{"by": "1h"}`)
		l.call("POST", "/deliveries/"+done.Deliveries[0].ID+"/redeliver", "").wants(202)
		l.advance(`{"by": "1h"}`)
		l.stands(done.Deliveries[0], "exhausted", 25)
		l.result(done.Session.ID, "webhook")
		l.advance(`{"by": "1h"}`)
		l.result(done.Session.ID, "lost")
	})
}

func TestOneOfTwoWebhooksThatTakesAResultIsEnough(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	late := func(n int) []int { return append(always(503)[:n], 200) }
	for _, c := range []struct {
		name           string
		global, hosted []int
		first, last    string
	}{
		{"the global one", nil, always(503), "receiver", "receiver"},
		{"the hosted one", always(503), nil, "receiver", "receiver"},
		{"late", always(503), late(24), "webhook", "receiver"},
		{"both", nil, nil, "receiver", "receiver"},
		{"none", always(503), always(400), "webhook", "lost"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.anew(t)
			l.settings(unstored)
			l.webhook(newHook(t, c.global...).URL)
			l.hosted("shop", newHook(t, c.hosted...).URL, "JSON")
			id := l.finish(`{"flow": "enrollment", "hostedKyc": "shop"}`).Session.ID
			l.result(id, c.first)
			l.advance(`{"by": "2h"}`)
			l.result(id, c.last)
		})
	}
}

func TestAStoredResultStaysWhateverItsWebhooksDo(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t, always(503)...)
	l.webhook(h.URL)
	done := l.finish(`{"flow": "enrollment"}`)
	l.result(done.Session.ID, "stored")
	l.settings(unstored) // is for the sessions to come
	l.advance(`{"by": "1h"}`)
	l.result(done.Session.ID, "stored")
	l.client("default").info(done.Session.ID).isTheResult(h.requests(t, 13)[0].token(t))
	l.client("default").delete(done.Session.ID).wants(204)
	l.advance(`{"by": "3h"}`)
	l.result(done.Session.ID, "deleted")
	l.call("POST", "/deliveries/"+done.Deliveries[0].ID+"/redeliver", "").wants(202)
	l.advance(`{"by": "24h"}`)
	l.result(done.Session.ID, "deleted")
}

// TestResultsOfForgottenSessionsAreForgotten completes many more sessions than
// are kept. Results go some time after their sessions do.
func TestResultsOfForgottenSessionsAreForgotten(t *testing.T) {
	t.Parallel()
	const keep, many = 3, 100
	l := newLab(t, mockserver.Config{Keep: keep})
	c := l.client("default")
	var ids []string
	for i := range many {
		ids = append(ids, l.begin(fmt.Sprintf(`{"flow": "face", "seed": %d}`, i)).Session.ID)
	}
	served := 0
	for i, id := range ids {
		switch a := c.info(id); {
		case a.status == 200:
			served++
		case i >= many-keep:
			t.Errorf("of session %d, which is remembered, it answers %s", i, a.body)
		}
	}
	if served > 2*keep+65 {
		t.Errorf("%d results are kept of %d sessions", served, keep)
	}
}

func TestAResetForgetsResults(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	done := l.complete(`{"flow": "enrollment"}`)
	c := l.client("default")
	var out struct{ Cleared map[string]int }
	l.call("POST", "/reset", "").wants(200).into(&out)
	if out.Cleared["uqudo.result"] != 1 {
		t.Errorf("it cleared %v", out.Cleared)
	}
	c.unknownToTheAPI(done.id, imagesOf(done.claims))
}

// TestTheJournalShowsNoResult reads what the event stream tells of a
// stored result.
func TestTheJournalShowsNoResult(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	done := l.complete(`{"flow": "enrollment"}`)
	var journal struct {
		Entries []struct {
			Kind, ID string
			Data     map[string]any
		}
	}
	l.call("GET", "/journal?limit=1000", "").wants(200).into(&journal)
	for _, e := range journal.Entries {
		if e.Kind != "uqudo.result" {
			continue
		}
		if e.ID != done.id || e.Data["token"] != nil || e.Data["account"] != "default" || e.Data["kid"] == nil {
			t.Errorf("it says of the result: %v", e)
		}
		return
	}
	t.Error("it says nothing of the result")
}
