package mockserver

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
)

// Want is what a test waits for. A member that is empty is true of every
// delivery.
type Want struct {
	Provider string // The vendor's name.
	Account  string // Or business.
	Webhook  string // Which of the account's: global, or hosted-kyc/NAME.
	Event    string // The vendor's event.
	Session  string // The ID of what it tells about.
	Status   delivery.Status
	Attempts int // How many were made, or more.
}

// NextDelivery takes the next delivery that nobody has taken, in the order in
// which they began, and waits for it when there is none. What the other verbs
// return is not taken by that.
func (m *Mock) NextDelivery() Delivery {
	m.t.Helper()
	next, found := "", false
	m.until(func() bool {
		next, found = m.deliveries.first(m.began())
		return found
	})
	if !found {
		m.t.Fatalf("no other delivery began within %s: %s%s", m.Patience, m.takenText(), m.hints(Want{}))
	}
	return Delivery{ID: next, mock: m}
}

// Await waits for a delivery that is as it is wanted, and returns the first one
// that is. When none is in time, the test fails and says which came closest.
func (m *Mock) Await(w Want) Delivery {
	m.t.Helper()
	if wrong := w.impossible(m.Providers()); wrong != "" {
		m.t.Fatalf("no delivery can have %s", wrong)
	}
	found := ""
	m.until(func() bool {
		records := m.everything()
		i := slices.IndexFunc(records, w.holds)
		if i >= 0 {
			found = records[i].ID
		}
		return i >= 0
	})
	if found == "" {
		m.t.Fatalf("no delivery%s within %s; %s", w, m.Patience, m.closest(w))
	}
	return Delivery{ID: found, mock: m}
}

// impossible is what no vendor's delivery can be, and what may have been meant.
func (w Want) impossible(vendors []provider.Profile) string {
	var names, events []string
	for _, v := range vendors {
		names = append(names, v.Name)
		for _, e := range v.Events {
			events = append(events, e.Name)
		}
	}
	var statuses []string
	for _, s := range delivery.Statuses() {
		statuses = append(statuses, string(s))
	}
	for _, word := range []struct {
		what, word string
		words      []string
	}{{"provider", w.Provider, names}, {"event", w.Event, events}, {"status", string(w.Status), statuses}} {
		if word.word == "" || slices.Contains(word.words, word.word) {
			continue
		}
		if near := fault.Nearest(word.word, word.words); near != "" {
			return fmt.Sprintf("the %s %s, did you mean %s?", word.what, word.word, near)
		}
		return fmt.Sprintf("the %s %s, want one of %s", word.what, word.word, list(word.words))
	}
	return ""
}

// began are the IDs of all deliveries, oldest first.
func (m *Mock) began() []string {
	var ids []string
	for _, r := range m.everything() {
		ids = append(ids, r.ID)
	}
	return ids
}

func (m *Mock) everything() []delivery.Record {
	records, _ := m.Deliveries(delivery.Filter{})
	return records
}

// trait is one thing that is wanted of a delivery, and how that is of one.
type trait struct {
	name, wanted string
	holds        bool
	lasts        bool // it is so from the beginning, or never
}

// traits are the things that are wanted.
func (w Want) traits(r delivery.Record) []trait {
	session := ""
	if r.Session != nil {
		session = *r.Session
	}
	list := []trait{
		{"provider", w.Provider, w.Provider == r.Provider, true},
		{"account", w.Account, w.Account == r.Account, true},
		{"webhook", w.Webhook, w.Webhook == r.Webhook, true},
		{"event", w.Event, w.Event == r.Event, true},
		{"session", w.Session, w.Session == session, true},
		{"status", string(w.Status), w.Status == r.Status, false},
	}
	list = slices.DeleteFunc(list, func(t trait) bool { return t.wanted == "" })
	if w.Attempts > 0 {
		list = append(list, trait{"attempts", strconv.Itoa(w.Attempts) + " or more", len(r.Attempts) >= w.Attempts, false})
	}
	return list
}

func (w Want) holds(r delivery.Record) bool {
	return !slices.ContainsFunc(w.traits(r), func(t trait) bool { return !t.holds })
}

// String reads " with event identify and status delivered", or is empty when
// anything will do.
func (w Want) String() string {
	var wanted []string
	for _, t := range w.traits(delivery.Record{}) {
		wanted = append(wanted, t.name+" "+t.wanted)
	}
	switch n := len(wanted); n {
	case 0:
		return ""
	case 1:
		return " with " + wanted[0]
	default:
		return " with " + strings.Join(wanted[:n-1], ", ") + " and " + wanted[n-1]
	}
}

// closest says which delivery has most of what is wanted, first of all of what
// lasts: the newest of those, because older ones are what the test has seen to
// already.
func (m *Mock) closest(w Want) string {
	var closest *delivery.Record
	best, all := 0, 0
	for _, r := range m.everything() {
		score, most := w.score(r)
		if score >= best {
			closest, best, all = &r, score, most
		}
	}
	if closest == nil {
		return "there is none at all" + m.hints(w)
	}
	text := "closest is " + m.described(*closest)
	if w.Session != "" && closest.Session != nil {
		text += fmt.Sprintf("; it tells about session %s", *closest.Session)
	}
	if best < all {
		text += m.hints(w)
	}
	return text
}

// score grows with what a delivery has of what is wanted. It is most when
// everything that lasts is so.
func (w Want) score(r delivery.Record) (score, most int) {
	const lasting = 10 // more than there are traits
	for _, t := range w.traits(r) {
		switch {
		case t.lasts && t.holds:
			score += lasting
			most += lasting
		case t.lasts:
			most += lasting
		case t.holds:
			score++
		}
	}
	return score, most
}

// takenText says how many deliveries were taken.
func (m *Mock) takenText() string {
	ids := slices.DeleteFunc(m.began(), func(id string) bool { return !m.deliveries.has(id) })
	if len(ids) == 0 {
		return "there is none at all"
	}
	return strings.Join(ids, ", ") + " " + was(len(ids)) + " taken before"
}

// hints says why there may be no delivery: each hint after a semicolon.
func (m *Mock) hints(w Want) string {
	var b strings.Builder
	for _, p := range m.Providers() {
		tells := slices.ContainsFunc(p.Events, func(e provider.Event) bool { return e.Name == w.Event })
		if w.Provider != "" && w.Provider != p.Name || w.Event != "" && !tells {
			continue
		}
		m.hintAtWebhooks(&b, p, w)
	}
	for _, s := range m.Sessions(w.Provider, w.Account) {
		if s.Waiting && (w.Event == "" || w.Event == s.Event) && (w.Session == "" || w.Session == s.ID) {
			fmt.Fprintf(&b, "; session %s of event %s waits for its person to act", s.ID, s.Event)
		}
	}
	return b.String()
}

// hintAtWebhooks names webhooks of a vendor that are not set.
func (m *Mock) hintAtWebhooks(b *strings.Builder, p provider.Profile, w Want) {
	account := cmp.Or(w.Account, provider.DefaultAccount)
	addresser, ok := m.providers[p.Name].(provider.Addresser)
	if !ok {
		return
	}
	names := p.Webhooks
	if w.Webhook != "" {
		names = []string{w.Webhook}
	}
	for _, name := range names {
		if _, set := addresser.WebhookURL(account, name); !set && !strings.Contains(name, "{") {
			fmt.Fprintf(b, "; the webhook %s of %s account %s is not set", name, p.Name, account)
		}
	}
}
