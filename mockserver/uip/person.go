package uip

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"kycmock/mockserver/person"
	"kycmock/mockserver/problem"
)

// Person has a UIP identity: is who identifies, signs and gets messages. All
// businesses know the same people.
type Person struct {
	UIPID             string    `json:"uipId" doc:"Starts with user_."`
	Name              string    `json:"name"`
	DateOfBirth       string    `json:"dateOfBirth" doc:"YYYY-MM-DD."`
	CountryOfOrigin   string    `json:"countryOfOrigin" doc:"Two letters, such as US."`
	IdentityExpiresAt time.Time `json:"identityExpiresAt" doc:"When the identity must be renewed: expires_at of the identify event in contract A2."`
}

// PersonData is what can be said of a new person. What is absent is invented.
type PersonData struct {
	UIPID             string     `json:"uipId,omitempty" doc:"Starts with user_; a new one when absent."`
	Name              string     `json:"name,omitempty" doc:"The full name."`
	DateOfBirth       string     `json:"dateOfBirth,omitempty" doc:"YYYY-MM-DD."`
	CountryOfOrigin   string     `json:"countryOfOrigin,omitempty" doc:"Two capital letters, such as US."`
	IdentityExpiresAt *time.Time `json:"identityExpiresAt,omitempty" doc:"When the identity must be renewed. The default is in two years."`
}

// testPersonID is the person that exists from the start.
const testPersonID = "user_test"

func testPerson() Person {
	return Person{
		UIPID: testPersonID, Name: "Tessa Quillmere", DateOfBirth: "1990-05-15", CountryOfOrigin: "US",
		IdentityExpiresAt: time.Date(2035, time.January, 1, 0, 0, 0, 0, time.UTC),
	}
}

// person returns the person of this UIP ID, and whether there is one.
func (u *UIP) person(id string) (Person, bool) {
	if p, ok := u.people.Get(id); ok {
		return p, true
	}
	return testPerson(), id == testPersonID
}

var (
	userID      = regexp.MustCompile(`^user_[A-Za-z0-9_-]{1,64}$`)
	countryCode = regexp.MustCompile(`^[A-Z]{2}$`)
)

func (d PersonData) check() problem.Fields {
	var p problem.Fields
	if d.UIPID != "" && !userID.MatchString(d.UIPID) {
		p.Add("uipId", d.UIPID, "want user_ and 1 to 64 letters, digits, _ or -")
	}
	if d.Name != "" && (!utf8.ValidString(d.Name) || strings.TrimSpace(d.Name) == "") {
		p.Add("name", d.Name, "want a name")
	}
	if _, err := time.Parse(time.DateOnly, d.DateOfBirth); d.DateOfBirth != "" && err != nil {
		p.Add("dateOfBirth", d.DateOfBirth, "want a date such as 1990-05-15")
	}
	if d.CountryOfOrigin != "" && !countryCode.MatchString(d.CountryOfOrigin) {
		p.Add("countryOfOrigin", d.CountryOfOrigin, "want two capital letters, such as US")
	}
	if at := d.IdentityExpiresAt; at != nil && (at.UTC().Year() < 0 || at.UTC().Year() > 9999) { // or it could not be written
		p.Add("identityExpiresAt", at.Format(time.RFC3339), "want a year of 4 digits in UTC")
	}
	return p
}

// identityLifetime is how long a new identity holds; UIP does not say.
const identityLifetime = 2 // years

// countries are where invented people come from.
func countries() []string { return []string{"US", "DE", "AE", "KE", "JP", "BR"} }

// invented is the person that these data describe, with the rest made from a
// seed.
func (u *UIP) invented(d PersonData, seed uint64) Person {
	made := person.Invent(seed)
	dice := person.NewDice(seed, "uip")
	now := u.env.Clock.Now()
	p := Person{
		UIPID:             "user_" + dice.Text(16, "0123456789abcdefghjkmnpqrstvwxyz"),
		Name:              strings.Join(append(made.GivenNames[:len(made.GivenNames):len(made.GivenNames)], made.Surname), " "),
		DateOfBirth:       made.BirthDate.Format(time.DateOnly),
		CountryOfOrigin:   countries()[dice.N(len(countries()))],
		IdentityExpiresAt: time.Date(now.Year()+identityLifetime, now.Month(), now.Day(), 0, 0, 0, 0, time.UTC),
	}
	for _, given := range []struct {
		value string
		to    *string
	}{{d.UIPID, &p.UIPID}, {d.Name, &p.Name}, {d.DateOfBirth, &p.DateOfBirth}, {d.CountryOfOrigin, &p.CountryOfOrigin}} {
		if given.value != "" {
			*given.to = given.value
		}
	}
	if d.IdentityExpiresAt != nil {
		p.IdentityExpiresAt = d.IdentityExpiresAt.UTC()
	}
	return p
}

// whoever finds the person that raw speaks of: a UIP ID, or the members of a
// person who may be new, or nobody, which is the test person. What is wrong is
// added to p, located at person.
func (u *UIP) whoever(raw json.RawMessage, seed uint64, p *problem.Fields) Person {
	if len(raw) == 0 || string(raw) == "null" {
		return testPerson()
	}
	var id string
	if json.Unmarshal(raw, &id) == nil {
		known, ok := u.person(id)
		if !ok {
			p.Add("person", id, "there is no person of this uipId; POST /_mock/v1/uip/people makes one")
		}
		return known
	}
	var data PersonData
	found := u.decoders.person.Decode(raw, &data)
	if len(found) == 0 {
		found = data.check()
	}
	if _, known := u.person(data.UIPID); known {
		found.Add("uipId", data.UIPID, "is somebody's: give it instead of an object to mean them")
	}
	*p = append(*p, found.At("person")...)
	return u.invented(data, seed)
}

// remember puts a person down who is not known yet.
func (u *UIP) remember(p Person) {
	if _, known := u.person(p.UIPID); !known {
		u.people.Put(p.UIPID, p)
	}
}

// addPerson makes a new person.
func (u *UIP) addPerson(d PersonData) (Person, error) {
	if err := d.check().Err("nobody can be like this"); err != nil {
		return Person{}, err
	}
	p := u.invented(d, u.env.NewSeed())
	if p.UIPID == testPersonID {
		return p, taken(p)
	}
	_, err := u.people.Update(p.UIPID, func(row *Person, found bool) error {
		if found {
			return taken(p)
		}
		*row = p
		return nil
	})
	return p, err
}

func taken(p Person) error {
	return problem.New(problem.Conflict, "there is a person of that uipId").
		With(problem.Field{Location: "uipId", Message: "is somebody else's", Value: p.UIPID})
}

// everybody lists the people, the test person first.
func (u *UIP) everybody() []Person {
	all := []Person{testPerson()}
	for _, p := range u.people.All() {
		all = append(all, p)
	}
	return all
}
