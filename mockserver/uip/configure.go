package uip

import (
	"encoding/json"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// Business returns a business with its API keys, and whether there is one of
// this name. What it would be with its defaults is returned in any case.
func (u *UIP) Business(name string) (Business, bool) { return u.business(name) }

// Configure changes the settings of a business, which is made when there is
// none of this name. Delivery.Attempts follows Delivery.Waits unless it is
// changed too. The error is a problem with every setting that breaks a rule of
// the control API; nothing was changed then.
func (u *UIP) Configure(name string, change func(*Settings)) error {
	b, _ := u.business(name)
	s, err := rewritten(b.Settings)
	if err != nil {
		return err
	}
	change(&s)
	if d := &s.Delivery; d.Attempts == b.Delivery.Attempts && len(d.Waits) != len(b.Delivery.Waits) {
		d.Attempts = len(d.Waits) + 1
	}
	if s, err = rewritten(s); err != nil {
		return err
	}
	if err := s.check().Err("the business's settings break a rule"); err != nil {
		return err
	}
	_, _, err = u.update(name, true, func(b *Business) { b.Settings = s })
	return err
}

// rewritten is a copy of settings that shares nothing with them, held to what
// their struct tags say.
func rewritten(s Settings) (Settings, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	var found problem.Fields
	s = Settings{}
	found = provider.NewDecoder[Settings]().Decode(text, &s)
	return s, found.Err("the business's settings break a rule")
}

// AddPerson makes a new person. What is absent is invented.
func (u *UIP) AddPerson(d PersonData) (Person, error) { return u.addPerson(d) }
