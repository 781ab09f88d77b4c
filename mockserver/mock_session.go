package mockserver

import (
	"strings"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

// Session is one thing that a user of a vendor does, as it stood when a verb
// returned it, in a test.
type Session struct {
	provider.Session
	mock *Mock
	told []string // what an event led to that is about no session
}

// Trigger makes a user of any vendor do something. The verbs of an account say
// the same in fewer words; this one takes all that can be said, such as Patch
// and Seed, and plays vendors of other modules. What it led to is the Session's
// Deliveries, also when the event is about no session and its ID is empty.
func (m *Mock) Trigger(t provider.Trigger) Session {
	m.t.Helper()
	m.begun.mu.Lock() // so that no NextSession takes what a test began itself
	outcome, err := m.Server.Trigger(m.ctx(), t)
	s := Session{mock: m}
	if outcome.Session != nil {
		s.Session = *outcome.Session
		m.begun.ids[s.ID] = true
	}
	m.begun.mu.Unlock()
	m.must(err, "the event %s of %s", t.Event, t.Provider)
	for _, d := range outcome.Deliveries {
		s.told = append(s.told, d.ID)
	}
	return s
}

// SaveWebhook replaces the configuration of any vendor's webhook: config is
// anything that marshals to the vendor's own shape of it.
func (m *Mock) SaveWebhook(vendor, account, name string, config any) {
	m.t.Helper()
	_, err := m.Server.SaveWebhook(m.ctx(), vendor, account, name, config)
	m.must(err, "saving the webhook %s of %s account %s", name, vendor, account)
}

// DeleteWebhook removes any vendor's webhook.
func (m *Mock) DeleteWebhook(vendor, account, name string) {
	m.t.Helper()
	err := m.Server.DeleteWebhook(m.ctx(), vendor, account, name)
	m.must(err, "deleting the webhook %s of %s account %s", name, vendor, account)
}

// Act does in the session what the person with the phone does there: one of the
// verbs of the vendor's profile. Data is anything that marshals to what the
// vendor can be told about it, or nil. It returns the session as it is then.
func (s Session) Act(verb string, data any) Session {
	m := s.mock
	m.t.Helper()
	m.must(m.Server.Act(m.ctx(), s.ID, verb, data), "to %s in session %s", verb, s.ID)
	return s.Current()
}

// Current is the session as it stands now.
func (s Session) Current() Session {
	s.mock.t.Helper()
	now, err := s.mock.Session(s.ID)
	s.mock.must(err, "looking at session %s", s.ID)
	s.Session = now
	return s
}

// Deliveries are those that tell about the session so far, oldest first: one
// for each webhook, and for each copy that a fault made.
func (s Session) Deliveries() []Delivery {
	var list []Delivery
	for _, r := range s.records() {
		list = append(list, Delivery{ID: r.ID, mock: s.mock})
	}
	return list
}

// Delivery is the only delivery that tells about the session. The test fails
// when there is none, or several.
func (s Session) Delivery() Delivery {
	m := s.mock
	m.t.Helper()
	records := s.records()
	switch len(records) {
	case 0:
		m.t.Fatalf("session %s of event %s, which is %s, led to no delivery%s", s.ID, s.Event, m.status(s), m.hints(Want{Provider: s.Provider, Account: s.Account}))
	case 1:
	default:
		var texts []string
		for _, r := range records {
			texts = append(texts, m.described(r))
		}
		m.t.Fatalf("session %s led to %d deliveries where one was wanted; Deliveries has them all: %s", s.ID, len(records), strings.Join(texts, "; "))
	}
	return Delivery{ID: records[0].ID, mock: m}
}

func (s Session) records() []delivery.Record {
	if s.ID != "" {
		records, _ := s.mock.Deliveries(delivery.Filter{Provider: s.Provider, Account: s.Account, Session: s.ID})
		return records
	}
	var records []delivery.Record
	for _, id := range s.told {
		if r, err := s.mock.Server.Delivery(id); err == nil {
			records = append(records, r)
		}
	}
	return records
}

// status is where a session stands now, as far as that is known.
func (m *Mock) status(s Session) string {
	if now, err := m.Session(s.ID); err == nil {
		return now.Status
	}
	return s.Status
}
