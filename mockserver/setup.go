package mockserver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/keys"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uqudo"
	"kycmock/scenarios"
)

// Sections of a setup that are no vendor's.
const (
	sectionKeys   = "keys"
	sectionFaults = "faults"
)

// setup is what a Server is to have before its first request. Each thing that is
// set up is a request to the control API, made without a socket, so that rules,
// defaults and words are the control API's own.
type setup struct {
	server *Server
	api    huma.API // of the control API, for what its requests can hold

	mu  sync.Mutex // held while it is applied
	doc *scenarios.Setup
}

// readSetup reads Config.Setup as far as that is possible before there is a
// control API. Its keys come after those of Config.Keys, which win.
func (s *Server) readSetup() (signing []keys.Pair, err error) {
	name := s.config.SetupName
	if name == "" {
		name = "setup"
	}
	doc, err := scenarios.ReadSetup(name, s.config.Setup)
	if err != nil {
		return nil, err
	}
	s.setup = &setup{server: s, doc: doc}
	set := s.setup.keys()
	if len(s.config.Keys) > 0 {
		return s.config.Keys, nil
	}
	return set, nil
}

// setUp applies the setup, and tells all that is wrong with it.
func (s *Server) setUp() error {
	if s.setup.doc.Empty() && len(s.config.Webhooks) == 0 {
		return nil
	}
	if err := s.rehearse(); err != nil {
		return err
	}
	return s.setup.apply()
}

// setUpAgain applies the setup after all was forgotten.
func (s *Server) setUpAgain() {
	if err := s.setup.apply(); err != nil { // it was right at the start
		s.config.Log.Error("the mock was not set up again", "error", err)
	}
}

// rehearse sets up another mock with no Store, so that a setup that is wrong
// leaves nothing in the Store of this one.
func (s *Server) rehearse() error {
	if s.config.Store == nil {
		return nil
	}
	standing := clock.New(s.Clock.Now(), 0)
	defer standing.Close()
	other, err := New(Config{
		Clock: standing, Seed: s.config.Seed, Strict: s.config.Strict, Keys: s.config.Keys, Providers: s.config.Providers,
		Setup: s.config.Setup, SetupName: s.config.SetupName, Webhooks: s.config.Webhooks,
	})
	if err != nil {
		return err
	}
	return other.Close()
}

// apply makes what is in the setup, all of it also when something is wrong.
func (u *setup) apply() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	vendors := map[string]provider.Resourceful{}
	var known []string
	for _, name := range u.server.names {
		if v, ok := u.server.providers[name].(provider.Resourceful); ok {
			vendors[name] = v
			known = append(known, name)
		}
	}
	known = append(known, sectionKeys, sectionFaults)
	whole := u.doc.Whole()
	sections := map[string]scenarios.Place{}
	entries, _ := u.entries(whole, sectionKeys, known)
	for _, e := range entries {
		sections[e.Name] = e.Place
	}
	for _, name := range known {
		section, there := sections[name]
		switch v, isVendor := vendors[name]; {
		case !there:
		case isVendor:
			u.members(section, v.Resources(), "/_mock/v1/"+name)
		case name == sectionFaults:
			u.faults(section)
		}
	}
	var wrong scenarios.Problems
	errors.As(u.doc.Err(), &wrong)
	if wrong = append(wrong, u.webhooks()...); len(wrong) > 0 {
		return wrong
	}
	return nil
}

// entries are the members of a place that are known. The others are noted, and
// all is false then. Example is the one that shows best what the place is.
func (u *setup) entries(place scenarios.Place, example string, known []string) (entries []scenarios.Entry, all bool) {
	all = true
	for _, e := range place.Entries(example) {
		if slices.Contains(known, e.Name) {
			entries = append(entries, e)
			continue
		}
		e.NoteUnknown("", known)
		all = false
	}
	return entries, all
}

// faults arms those of a list, and no others: when the journal goes on, those
// that are still armed are from an earlier start.
func (u *setup) faults(section scenarios.Place) {
	for _, armed := range u.server.ArmedFaults() {
		_ = u.server.Disarm(armed.ID) // or it was used up just now
	}
	u.list(section, provider.Resource{}, "/_mock/v1/faults/armed")
}

// CheckWebhookURL says what keeps a text from being where a webhook goes. Strict
// wants https, as Config.Strict does.
func CheckWebhookURL(text string, strict bool) error {
	var p problem.Fields
	if provider.CheckURL(&p, text, strict); len(p) > 0 {
		return errors.New(p[0].Message)
	}
	return nil
}

// webhooks saves Config.Webhooks.
func (u *setup) webhooks() (wrong scenarios.Problems) {
	for _, vendor := range slices.Sorted(maps.Keys(u.server.config.Webhooks)) {
		config := map[string]string{"url": u.server.config.Webhooks[vendor]}
		if vendor == uqudo.Name {
			config["securityType"] = string(uqudo.SecurityNone)
		}
		name := ""
		for _, p := range u.server.Providers() {
			if p.Name == vendor && len(p.Webhooks) > 0 {
				name = p.Webhooks[0]
			}
		}
		if _, err := u.server.SaveWebhook(context.Background(), vendor, provider.DefaultAccount, name, config); err != nil {
			wrong = append(wrong, scenarios.Problem{Message: fmt.Sprintf("the webhook of %s: %s", vendor, err)})
		}
	}
	return wrong
}
