package uqudo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver"
)

func fields(words string) []string { return strings.Fields(words) }

func TestEveryFlowIsTold(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	for _, c := range []struct{ session, kind, ran string }{
		{`{"flow": "enrollment"}`, "PASSPORT", "scan"},
		{`{"flow": "reading"}`, "UAE_ID", "reading"},
		{`{"flow": "lookup"}`, "KEN_ID", "lookup"},
		{`{"flow": "enrollment", "documentType": "SDN_ID"}`, "SDN_ID", "scan"},
		{`{"flow": "enrollment", "documentType": "MAR_ID"}`, "MAR_ID", "scan"},
		{`{"flow": "reading", "documentType": "PASSPORT"}`, "PASSPORT", "reading"},
	} {
		t.Run(c.session, func(t *testing.T) {
			done := l.in(t).finish(c.session)
			claims := h.claims(t)
			if look(claims, "data.documents.0.documentType") != c.kind || look(claims, "data.verifications.0.documentType") != c.kind ||
				look(claims, "data.documents.1") != "absent" || look(claims, "data.documents.0."+c.ran) == "<nil>" {
				t.Errorf("told is %v", claims["data"])
			}
			if done.Session.Status != "completed" || done.Session.Provider != "uqudo" || done.Session.Account != "default" || !strings.Contains(c.session, done.Session.Event) {
				t.Errorf("the session is %+v", done.Session)
			}
		})
	}
	l.finish(`{"flow": "face", "nonce": "n"}`)
	if claims := h.claims(t); look(claims, "data.face.match") != "true" || look(claims, "data.nonce") != "n" || look(claims, "data.documents") != "absent" {
		t.Errorf("of a face session is told %v", claims["data"])
	}
}

func TestAProfileShowsInWhatIsTold(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	const checks = "data.verifications.0."
	for _, c := range []struct{ profile, flow, path, want string }{
		{"clean", "enrollment", checks + "mrzChecksum.valid", "true"},
		{"low-match-level", "face", "data.face.matchLevel", "1"},
		{"low-match-level", "enrollment", "data.documents.0.face.matchLevel", "1"},
		{"mrz-invalid", "enrollment", checks + "mrzChecksum.valid", "false"},
		{"lookup-failed", "lookup", "data.documents.0.lookup.status", "FAILED"},
		{"background-hit", "enrollment", "data.backgroundCheck.match", "true"},
		{"risky-device", "enrollment", "data.deviceAttestation.risk.rooted", "true"},
	} {
		t.Run(c.profile+" in "+c.flow, func(t *testing.T) {
			l.in(t).finish(fmt.Sprintf(`{"flow": %q, "profile": %q}`, c.flow, c.profile))
			if got := look(h.claims(t), c.path); got != c.want {
				t.Errorf("%s is %s, want %s", c.path, got, c.want)
			}
		})
	}
}

func TestTheSameSeedTellsTheSameBytes(t *testing.T) {
	t.Parallel()
	told := func(seed uint64) (told []string) {
		l := newLab(t, mockserver.Config{Seed: &seed})
		h := newHook(t)
		l.webhook(h.URL)
		for _, session := range []string{`{"flow": "enrollment"}`, `{"flow": "face"}`, `{"flow": "lookup", "sessionId": "5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a10"}`} {
			done := l.finish(session)
			told = append(told, done.Deliveries[0].ID, h.claims(t)["jti"].(string), h.got[len(h.got)-1].body)
		}
		return slices.Delete(told, 7, 8) // the ID that was given
	}
	one, same, other := told(42), told(42), told(43)
	if !slices.Equal(one, same) {
		t.Errorf("two mocks of one seed told\n%.900s\n%.900s", one, same)
	}
	for i := range one {
		if one[i] == other[i] {
			t.Errorf("another seed told the same: %.60s", one[i])
		}
	}
}

func TestTheSeedOfASessionInventsThePerson(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	var data []string
	for _, seed := range []string{"3", "3", "4"} {
		done := l.finish(`{"flow": "enrollment", "seed": ` + seed + `}`)
		data = append(data, fmt.Sprint(h.claims(t)["data"]))
		if got := fmt.Sprint(done.Session.Data["seed"]); got != seed {
			t.Errorf("the session has seed %s, want %s", got, seed)
		}
	}
	if data[0] != data[1] || data[0] == data[2] {
		t.Error("the data are not the seed's")
	}
	// The seed that was drawn is shown, so that the session can be had again.
	drawn := l.finish(`{"flow": "enrollment"}`)
	first := fmt.Sprint(h.claims(t)["data"])
	l.finish(fmt.Sprintf(`{"flow": "enrollment", "seed": %.0f}`, drawn.Session.Data["seed"]))
	if again := fmt.Sprint(h.claims(t)["data"]); again != first {
		t.Error("the seed that the session shows invents another person")
	}
}

func TestSessionsThatDidNotCompleteAreListedAndNotTold(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	for _, status := range []string{"cancelled", "expired", "failed"} {
		done := l.finish(`{"flow": "enrollment", "status": "` + status + `"}`)
		if done.Session.Status != status || len(done.Deliveries) != 0 {
			t.Errorf("%s led to %+v", status, done)
		}
		var session struct{ ID, Status string }
		l.call("GET", "/sessions/"+done.Session.ID, "").wants(200).into(&session)
		if session.Status != status {
			t.Errorf("the session is %+v, want it %s", session, status)
		}
	}
	l.advance(`{"by": "3h"}`)
	h.requests(t, 0)
	l.call("GET", "/sessions/nobody", "").refused(404)
}

func TestASessionIDIsUsedAsGivenAndOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	const a, b, c = "5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a10", "5D0D8F0E-6F1B-4F63-9D6A-2F1F5F3F7A11", "5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a12"
	for _, id := range []string{a, b} {
		if done := l.finish(`{"flow": "enrollment", "sessionId": "` + id + `"}`); done.Session.ID != id || h.claims(t)["jti"] != id {
			t.Errorf("the session is %s and jti %v, want %s", done.Session.ID, h.claims(t)["jti"], id)
		}
		l.call("POST", account+"/sessions", `{"flow": "face", "sessionId": "`+id+`"}`).refused(409, "body.sessionId")
	}
	l.call("POST", "/triggers", `{"provider": "uqudo", "event": "face", "session": "`+a+`"}`).refused(409, "body.session")
	l.call("POST", "/triggers", `{"provider": "uqudo", "event": "face", "data": {"sessionId": "`+a+`"}}`).refused(409, "body.data.sessionId")
	l.call("POST", "/triggers", `{"provider": "uqudo", "event": "face", "session": "`+c+`", "data": {"sessionId": "`+a+`"}}`).refused(422, "body.data.sessionId")
	l.call("POST", "/triggers", `{"provider": "uqudo", "event": "face", "session": "`+c+`", "data": {"sessionId": "`+c+`"}}`).wants(202)
	l.advance(`{"by": "0s"}`)
	if claims := h.claims(t); look(claims, "data.sessionId") != c {
		t.Errorf("told of %v", claims)
	}
	h.requests(t, 3)
}

func TestATriggerThatCannotHappenIsToldEachPlace(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	long := strings.Repeat("é", 65)
	for _, c := range []struct{ name, session, places string }{
		{"nothing", `{}`, "flow"},
		{"an unknown flow", `{"flow": "signup"}`, "flow"},
		{"an unknown document type", `{"flow": "enrollment", "documentType": "XXX_ID"}`, "documentType"},
		{"a document in a face session", `{"flow": "face", "documentType": "PASSPORT"}`, "documentType"},
		{"an unknown profile", `{"flow": "enrollment", "profile": "good"}`, "profile"},
		{"a profile that cannot show", `{"flow": "face", "profile": "mrz-invalid"}`, "profile"},
		{"an unknown status", `{"flow": "enrollment", "status": "done"}`, "status"},
		{"a nonce of 65 characters", `{"flow": "enrollment", "nonce": "` + long + `"}`, "nonce"},
		{"a session ID without dashes", `{"flow": "enrollment", "sessionId": "5d0d8f0e6f1b4f639d6a2f1f5f3f7a10"}`, "sessionId"},
		{"a session ID with a line break behind", `{"flow": "enrollment", "sessionId": "5d0d8f0e-6f1b-4f63-9d6a-2f1f5f3f7a10\n"}`, "sessionId"},
		{"unknown members", `{"flow": "enrollment", "document": "PASSPORT", "tn": "x"}`, "document tn"},
		{"a fault that is unknown", `{"flow": "enrollment", "faults": ["no-such-fault"]}`, "faults[0].name"},
		{"a negative seed", `{"flow": "enrollment", "seed": -1}`, "seed"},
		{"all at once", `{"flow": "enrollment", "documentType": "X", "profile": "y", "sessionId": "z", "status": "q", "hostedKyc": "none", "nonce": "` + long + `"}`,
			"documentType profile sessionId status hostedKyc nonce"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var places []string
			for _, p := range fields(c.places) {
				places = append(places, "body."+p)
			}
			l.in(t).call("POST", account+"/sessions", c.session).refused(422, places...)
		})
	}
	l.call("POST", "/triggers", `{"provider": "uqudo", "event": "signup", "data": {"nonce": "`+long+`", "surprise": 1}}`).
		refused(422, "body.event", "body.data.nonce", "body.data.surprise")
	l.call("POST", "/triggers", `{"provider": "uqudo", "event": "enrollment", "data": {"flow": "face"}}`).refused(422, "body.data.flow")
	l.call("POST", "/triggers", `{"provider": "acme", "event": "enrollment"}`).refused(422, "body.provider")
	l.call("POST", "/triggers", `{"provider": "uqudo", "event": "enrollment", "account": "nobody"}`).refused(404, "body.account")
	l.call("POST", "/uqudo/accounts/nobody/sessions", `{"flow": "enrollment"}`).refused(404, "path.account")
	l.finish(`{"flow": "enrollment", "nonce": "` + strings.Repeat("é", 64) + `"}`)
}

func TestSessionsAreListedByVendorAndAccount(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.call("PUT", "/uqudo/accounts/other", `{}`).wants(201)
	first := l.finish(`{"flow": "enrollment"}`).Session.ID
	var second happening
	l.call("POST", "/triggers", `{"provider": "uqudo", "event": "lookup", "account": "other", "data": {"documentType": "UAE_ID"}}`).wants(202).into(&second)
	for query, want := range map[string][]string{
		"": {first, second.Session.ID}, "?provider=uqudo": {first, second.Session.ID}, "?account=other": {second.Session.ID},
		"?provider=uqudo&account=default": {first}, "?provider=uip": {}, "?account=nobody": {},
	} {
		var list struct{ Sessions []struct{ ID string } }
		l.call("GET", "/sessions"+query, "").wants(200).into(&list)
		got := []string{}
		for _, s := range list.Sessions {
			got = append(got, s.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q lists %v, want %v", query, got, want)
		}
	}
	l.call("GET", "/sessions?vendor=uqudo", "").wants(422)
}

func TestResetForgetsWhatHappenedAndKeepsWhatIsSetUp(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t, 503)
	l.webhook(h.URL)
	l.hosted("shop", h.URL, "JSON")
	l.settings(`{"jwsLifetime": "30m"}`)
	l.finish(`{"flow": "enrollment"}`)
	l.call("POST", "/reset", "").wants(200)
	if made := l.advance(`{"by": "3h"}`); len(made) != 0 {
		t.Errorf("what was forgotten made %v", made)
	}
	for _, path := range []string{"/sessions", "/deliveries"} {
		if got := string(l.call("GET", path, "").wants(200).body); !strings.Contains(got, "[]") {
			t.Errorf("%s still lists %s", path, got)
		}
	}
	if l.account("default").JWSLifetime != "30m" {
		t.Error("the account's settings are gone")
	}
	if told := l.finish(`{"flow": "enrollment", "hostedKyc": "shop"}`).Deliveries; len(told) != 2 {
		t.Errorf("told by %d webhooks, want both", len(told))
	}
	l.call("POST", "/reset", `{"all": true}`).wants(200)
	l.call("GET", account+"/global-webhook", "").refused(404)
	l.call("GET", account+"/hosted-kyc/shop", "").refused(404)
	if l.account("default").JWSLifetime != "2h" {
		t.Error("the account's settings are still there")
	}
}
