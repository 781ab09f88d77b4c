package uip

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// Business is a customer of UIP. Businesses share nothing but the people.
type Business struct {
	ID string `json:"business" doc:"Its name here; UIP has none."`
	Settings
	Keys []APIKey `json:"apiKeys" doc:"Those that were revoked too."`
}

// Settings are what can be set of a business, with all that UIP's documentation
// leaves open.
type Settings struct {
	Name            string           `json:"name" required:"false" doc:"What people call it: requester_business_name in audit records. The default is its name here." minLength:"1"`
	RequesterName   string           `json:"requesterName" required:"false" doc:"Who asks on its behalf: requester_name in audit records. Not documented whence UIP has it; the default is API." minLength:"1"`
	Contract        Contract         `json:"contract" required:"false" doc:"A is UIP's Webhooks page; A2 adds expires_at to the identify event. The default is A." enum:"A,A2"`
	Balance         *float64         `json:"balance" required:"false" doc:"USD. Successful identifications and signatures and sent messages are charged, and what it does not cover is refused. The default, null, charges nothing."`
	Archived        bool             `json:"archived" required:"false" doc:"Every call answers auth/business-archived. The default is false."`
	Verified        bool             `json:"verified" required:"false" doc:"When false, identify, sign and message answer auth/verification-required. The default is true."`
	ExtremeMessages bool             `json:"extremeMessages" required:"false" doc:"When false, a message of priority EXTREME answers auth/insufficient-permissions. Documented as restricted, not to whom; the default is true."`
	Strict          bool             `json:"strict" required:"false" doc:"Refuses to save an http URL, and ping answers data/corrupt for one that was saved before. The mock's --strict makes every business so. The default is false."`
	AutoComplete    *clock.Duration  `json:"autoComplete" required:"false" doc:"How long after its creation, on the mock's clock, the person completes a session or signs a message without being told. The default, null, waits to be told." minLength:"1" pattern:"^([0-9]{1,6}([.][0-9]{1,9})?h)?([0-9]{1,7}([.][0-9]{1,9})?(ms|s|m)){0,3}$" patternDescription:"a duration such as 5s"`
	WebhookRequired string           `json:"webhookRequired" required:"false" doc:"Which calls answer request/webhook-missing without a webhook: all, as UIP's Webhooks page says, or those whose pages list it, which are all but audit and invalidate. The default is all." enum:"all,listed"`
	ProbeWebhook    bool             `json:"probeWebhook" required:"false" doc:"Whether identify, sign and message send a test event first, and answer request/webhook-unreachable unless it is taken. UIP's Webhooks page can be read so; the default is false."`
	UnknownFields   string           `json:"unknownFields" required:"false" doc:"What becomes of fields that UIP's pages do not have: ignore or refuse, with request/invalid-payload. Not documented; the default is ignore." enum:"ignore,refuse"`
	AttachmentLimit int              `json:"attachmentLimit" required:"false" doc:"Bytes that a message's files may hold together. Documented as 20 MB; the default is 20971520." minimum:"1" maximum:"50000000"`
	QRCode          string           `json:"qrCode" required:"false" doc:"What a session's QR code says; {session_id} stands for its ID. Not documented for contract A; the default is what the next one has, https://www.uip.id/{session_id}." minLength:"1" maxLength:"500"`
	Delivery        DeliverySettings `json:"delivery" required:"false" doc:"How webhooks are delivered."`
}

// Values of Settings.
const (
	webhookRequiredAll  = "all"
	unknownFieldsRefuse = "refuse"
	sessionPlaceholder  = "{session_id}"
)

// defaultBusiness is what a business is that nobody has set anything of. Its
// identities are made from its name, so that a receiver can be set up before
// the mock is started.
func defaultBusiness(id string) Business {
	return Business{ID: id, Keys: []APIKey{firstKey(id)}, Settings: Settings{
		Name:            id,
		RequesterName:   "API",
		Contract:        ContractA,
		Verified:        true,
		ExtremeMessages: true,
		WebhookRequired: webhookRequiredAll,
		UnknownFields:   "ignore",
		AttachmentLimit: 20 << 20,
		QRCode:          "https://www.uip.id/" + sessionPlaceholder,
		Delivery: DeliverySettings{
			Waits: []clock.Duration{
				0, clock.Duration(5 * time.Second), clock.Duration(30 * time.Second),
				clock.Duration(2 * time.Minute), clock.Duration(10 * time.Minute),
			},
			Attempts:  6,
			Base:      "previous",
			Timeout:   clock.Duration(10 * time.Second),
			Accepts:   "200",
			Pending:   "current",
			UserAgent: "kycmock",
		},
	}}
}

// maxWait bounds one wait, so that a plan can be counted.
const maxWait = clock.Duration(10_000 * time.Hour)

// settle gives what was left open the value that depends on others.
func (s *Settings) settle() {
	if s.Delivery.Attempts == 0 {
		s.Delivery.Attempts = len(s.Delivery.Waits) + 1
	}
}

// check finds what the struct tags cannot say.
func (s Settings) check() problem.Fields {
	var p problem.Fields
	if s.AutoComplete != nil && (*s.AutoComplete < 0 || *s.AutoComplete > maxWait) {
		p.Add("autoComplete", *s.AutoComplete, "want 0s to %s", maxWait)
	}
	if _, err := url.Parse(s.QRCode); err != nil {
		p.Add("qrCode", nil, "want something that a URL can be")
	}
	if s.Delivery.Timeout <= 0 {
		p.Add("delivery.timeout", s.Delivery.Timeout, "want more than 0s")
	}
	if strings.ContainsFunc(s.Delivery.UserAgent, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		p.Add("delivery.userAgent", nil, "want no CR, LF, NUL or other control character")
	}
	n := len(s.Delivery.Waits)
	if s.Delivery.Attempts != n+1 && (s.Delivery.Attempts != n || n == 0) {
		p.Add("delivery.attempts", s.Delivery.Attempts, "want %d, or %d if the first of waits is the first attempt itself", n+1, n)
	}
	for i, wait := range s.Delivery.Waits {
		at := fmt.Sprintf("delivery.waits[%d]", i)
		switch {
		case wait < 0 || wait > maxWait:
			p.Add(at, wait, "want 0s to %s", maxWait)
		case s.Delivery.Base == baseFirst && i > 0 && wait < s.Delivery.Waits[i-1]:
			p.Add(at, wait, "want no less than the one before, as they all count from the first attempt")
		}
	}
	return p
}

// Masked is the business with its API keys hidden.
func (b Business) Masked() any {
	b.Keys = slices.Clone(b.Keys)
	for i := range b.Keys {
		b.Keys[i].Key = delivery.Mask
	}
	return b
}

// uipID is the UIP ID of the business itself, as audit records have it.
func (b Business) uipID() string { return "business_" + b.ID }

// errUnchanged makes an update change nothing.
var errUnchanged = errors.New("unchanged")

// business returns the business of this ID. The default one exists although
// nobody saved it.
func (u *UIP) business(id string) (Business, bool) {
	if b, ok := u.businesses.Get(id); ok {
		return b, true
	}
	return defaultBusiness(id), id == provider.DefaultAccount
}

// everyBusiness lists the businesses, the default one first.
func (u *UIP) everyBusiness() []Business {
	usual, _ := u.business(provider.DefaultAccount)
	list := []Business{usual}
	for id, b := range u.businesses.All() {
		if id != provider.DefaultAccount {
			list = append(list, b)
		}
	}
	return list
}

// knownBusiness is business with a problem for a name that nobody has used.
func (u *UIP) knownBusiness(id string) (Business, error) {
	b, ok := u.business(id)
	if !ok {
		return b, problem.New(problem.NotFound, "no UIP business is called %q; PUT /_mock/v1/uip/businesses/%s makes one", id, id)
	}
	return b, nil
}

// businessName is what a business can be called, so that its name fits into its
// first API key and into paths.
var businessName = regexp.MustCompile(`^[!-.0-~]{1,64}$`)

// update changes a business that is known, or one that is new when create is
// true.
func (u *UIP) update(id string, create bool, f func(*Business)) (b Business, created bool, err error) {
	switch _, err := u.knownBusiness(id); {
	case err != nil && !create:
		return b, false, err
	case err != nil && !businessName.MatchString(id):
		return b, false, problem.New(problem.Invalid, "a business's name is 1 to 64 visible ASCII characters without a slash: %q", id)
	}
	b, err = u.businesses.Update(id, func(b *Business, found bool) error {
		if !found {
			*b = defaultBusiness(id)
			created = id != provider.DefaultAccount
		}
		f(b)
		return nil
	})
	return b, created, err
}
