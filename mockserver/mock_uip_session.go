package mockserver

import (
	"slices"

	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
)

// UIPSession is a session of UIP's, or a message, in a test. Its verbs do what
// the person with the phone does, and return it as it is then.
type UIPSession struct {
	Session
	person string // who acts; empty for user_test
}

// NextSession takes the next session or message that the application under test
// began through UIP's API and that was not taken yet, and waits for it when
// there is none.
func (u UIPBusiness) NextSession() UIPSession {
	u.mock.t.Helper()
	s, found := u.mock.nextSession(uip.Name, u.name)
	if !found {
		hint := ""
		if _, set := u.vendor.WebhookURL(u.name, uip.WebhookName); !set {
			hint = ", and it has no webhook, without which UIP refuses every call: SaveWebhook sets it"
		}
		u.mock.t.Fatalf("no other session or message began within %s through UIP's API at %s/uip/v1 for business %s, whose API key is %s%s",
			u.mock.Patience, u.mock.PublicURL, u.name, u.APIKey(), hint)
	}
	return UIPSession{Session: s}
}

// nextSession takes the next session that no verb of a test and no scenario
// began.
func (m *Mock) nextSession(vendor, account string) (next Session, found bool) {
	m.until(func() bool {
		sessions := slices.DeleteFunc(m.Sessions(vendor, account), func(s provider.Session) bool { return s.Run != "" })
		ids := make([]string, len(sessions))
		for i, s := range sessions {
			ids[i] = s.ID
		}
		var id string
		if id, found = m.begun.first(ids); found {
			next = Session{Session: sessions[slices.Index(ids, id)], mock: m}
		}
		return found
	})
	return next, found
}

// As has somebody else than user_test be the person with the phone, such as one
// that AddPerson made. Messages have their receiver.
func (s UIPSession) As(who uip.Person) UIPSession {
	s.person = who.UIPID
	return s
}

// Complete has the person go through with an identification or a signature.
func (s UIPSession) Complete() UIPSession {
	s.mock.t.Helper()
	return s.act("complete")
}

// Sign has the person sign: a message, or in a sign session, where it is what
// Complete is.
func (s UIPSession) Sign() UIPSession {
	s.mock.t.Helper()
	if s.Event == uip.EventSign {
		return s.act("complete")
	}
	return s.act("sign")
}

// Decline has the person refuse a session, or to sign a message. Only the
// latter is told.
func (s UIPSession) Decline() UIPSession {
	s.mock.t.Helper()
	return s.act("decline")
}

// Cancel has the person leave a session, which is told to nobody.
func (s UIPSession) Cancel() UIPSession {
	s.mock.t.Helper()
	return s.act("cancel")
}

// Read has the person open a message, which is told to nobody.
func (s UIPSession) Read() UIPSession {
	s.mock.t.Helper()
	return s.act("read")
}

func (s UIPSession) act(verb string) UIPSession {
	s.mock.t.Helper()
	var data any
	if s.person != "" {
		data = map[string]string{"person": s.person}
	}
	s.Session = s.Act(verb, data)
	return s
}
