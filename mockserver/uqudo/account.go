package uqudo

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/picture"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// Account is a customer of Uqudo, with the settings of all that Uqudo's
// documentation leaves open. Accounts share nothing.
type Account struct {
	Name              string           `json:"name" required:"false" doc:"Its name here; Uqudo has none." readOnly:"true"`
	ClientID          string           `json:"clientId" required:"false" doc:"The OAuth client ID: the audience of every result. Kept when absent." pattern:"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$" patternDescription:"a UUID of 36 characters"`
	ClientSecret      string           `json:"clientSecret" required:"false" doc:"The OAuth client secret. Kept when absent." minLength:"1"`
	JWSLifetime       clock.Duration   `json:"jwsLifetime" required:"false" doc:"From iat to exp of a result. Observed: 2h and, from older SDKs, 30m. The default is 2h." minLength:"1" pattern:"^([0-9]{1,6}([.][0-9]{1,9})?h)?([0-9]{1,7}([.][0-9]{1,9})?(ms|s|m)){0,3}$" patternDescription:"a duration such as 30m or 2h"`
	FaceJWSLifetime   clock.Duration   `json:"faceJwsLifetime" required:"false" doc:"The same of a face session. Observed, and the default: 10m." minLength:"1" pattern:"^([0-9]{1,6}([.][0-9]{1,9})?h)?([0-9]{1,7}([.][0-9]{1,9})?(ms|s|m)){0,3}$" patternDescription:"a duration such as 30m or 2h"`
	Resign            bool             `json:"resign" required:"false" doc:"Whether each retry carries a new JWS, with new iat and exp. Not documented by Uqudo; the default is false."`
	StoreData         bool             `json:"storeData" required:"false" doc:"Whether Uqudo keeps results, as an account's retention policy says. Without, a result lives in its webhook alone: its API knows neither session nor images, and what no webhook takes is lost. The default is true."`
	FaceSessions      bool             `json:"faceSessions" required:"false" doc:"Whether face sessions are told, as observed on the live service. Uqudo's page lists only the other three flows. The default is true."`
	DeviceAttestation bool             `json:"deviceAttestation" required:"false" doc:"Whether results carry data.deviceAttestation, which Uqudo documents and some tenants never see. The default is true."`
	ImageStyle        picture.Style    `json:"imageStyle" required:"false" doc:"What images look like: plain is one small drawing of each kind; drawn shows the person and the document; realistic does so in a camera's size, 100 to 600 kB. The default is plain." enum:"plain,drawn,realistic"`
	Delivery          DeliverySettings `json:"delivery" required:"false" doc:"How webhooks are delivered."`
	API               APISettings      `json:"api" required:"false" doc:"How Uqudo's own API answers."`
}

// DeliverySettings is how an account's webhooks are delivered.
type DeliverySettings struct {
	Interval          clock.Duration `json:"interval" required:"false" doc:"From one attempt to the next. Documented, and the default: 5m." minLength:"1" pattern:"^([0-9]{1,6}([.][0-9]{1,9})?h)?([0-9]{1,7}([.][0-9]{1,9})?(ms|s|m)){0,3}$" patternDescription:"a duration such as 5m"`
	Window            clock.Duration `json:"window" required:"false" doc:"How long after the first attempt retries are made. Documented, and the default: 2h." minLength:"1" pattern:"^([0-9]{1,6}([.][0-9]{1,9})?h)?([0-9]{1,7}([.][0-9]{1,9})?(ms|s|m)){0,3}$" patternDescription:"a duration such as 2h"`
	Inclusive         bool           `json:"inclusive" required:"false" doc:"Whether a retry is made when the window has passed exactly. Not documented; the default is true."`
	Timeout           clock.Duration `json:"timeout" required:"false" doc:"How long an attempt may take, in real time. Not documented; the default is 10s." minLength:"1" pattern:"^([0-9]{1,6}([.][0-9]{1,9})?h)?([0-9]{1,7}([.][0-9]{1,9})?(ms|s|m)){0,3}$" patternDescription:"a duration such as 10s"`
	Accepts           string         `json:"accepts" required:"false" doc:"Which HTTP statuses are success: any 2xx as documented, or 200 alone as one receiver's author saw it. The default is 2xx." enum:"2xx,200"`
	FollowRedirects   bool           `json:"followRedirects" required:"false" doc:"Whether an attempt goes where a 3xx sends it. Not documented; the default is false."`
	Pending           string         `json:"pending" required:"false" doc:"What a waiting delivery uses: the webhook as it is configured when the next attempt is made, or as it was when the session completed. Not documented; the default is current." enum:"current,snapshot"`
	OnDelete          string         `json:"onDelete" required:"false" doc:"What becomes of a waiting delivery when its webhook is deleted: one more attempt, as documented, or none. The default is one-more." enum:"one-more,none"`
	UserAgent         string         `json:"userAgent" required:"false" doc:"The User-Agent header. Not documented; the default is kycmock."`
	ContentType       string         `json:"contentType" required:"false" doc:"The media type of the JSON format. Not documented; the default is application/json."`
	LegacyContentType string         `json:"legacyContentType" required:"false" doc:"The media type of the LEGACY format. Documented, and the default: text/plain."`
}

// APISettings is how Uqudo's own API answers an account.
type APISettings struct {
	TokenLifetime     clock.Duration `json:"tokenLifetime" required:"false" doc:"How long an access token is good for. Observed, and the default: 30m59s, which is 1859 s; documented: 30m." minLength:"1" pattern:"^([0-9]{1,6}([.][0-9]{1,9})?h)?([0-9]{1,7}([.][0-9]{1,9})?(ms|s|m)){0,3}$" patternDescription:"a duration such as 30m"`
	ExpiresInText     bool           `json:"expiresInText" required:"false" doc:"Whether expires_in is a text, as one client of the service expects. The default is false: a number, as documented."`
	Scope             string         `json:"scope" required:"false" doc:"What a token allows, separated by spaces. Observed, and the default: all six. The Info API wants KYC_INFO_SDK, the Face API KYC_FACE_FLOW, else 403; by their names, Uqudo documents neither." pattern:"^[^ ]+( [^ ]+)*$" patternDescription:"words separated by single spaces"`
	BasicCredentials  bool           `json:"basicCredentials" required:"false" doc:"Whether the client may show its credentials by HTTP Basic. Documented is the body alone; the default is false."`
	QueryCredentials  bool           `json:"queryCredentials" required:"false" doc:"Whether it may show them in the URL's query. The same; the default is false."`
	InfoFormat        string         `json:"infoFormat" required:"false" doc:"What session info is: jwt, the JWS as documented, or json, its claims as some clients are prepared for. The default is jwt." enum:"jwt,json"`
	ScanVerifications bool           `json:"scanVerifications" required:"false" doc:"Whether session info has the scores of the detections under scan.verifications of a document too, where one receiver in production reads them, signed anew. Not documented; the default is false."`
	UnknownSession    int            `json:"unknownSession" required:"false" doc:"What session info answers for a session that is unknown, deleted or not stored. Not documented; the default is 404." enum:"400,403,404,410,500"`
	ExpiredSession    string         `json:"expiredSession" required:"false" doc:"Whether session info whose JWS has expired is still served, or the session is unknown then, as its images were observed to be. Not documented; the default is unknown." enum:"unknown,served"`
	ImageLifetime     clock.Duration `json:"imageLifetime" required:"false" doc:"How long after the session images are there. The default is 0s: until the JWS expires, as observed. Documented: 30m." minLength:"1" pattern:"^([0-9]{1,6}([.][0-9]{1,9})?h)?([0-9]{1,7}([.][0-9]{1,9})?(ms|s|m)){0,3}$" patternDescription:"a duration such as 30m"`
	FacePhotoLimit    int            `json:"facePhotoLimit" required:"false" doc:"The most bytes that a photo of the Face API may have. Documented is 5 MB, of which the default makes 5242880." minimum:"1" maximum:"33554432"`
}

// maxRetries bounds a schedule, so that its plan can be shown and it can be
// played to its end.
const maxRetries = 1000

// Values of DeliverySettings.
const (
	accepts200      = "200"
	pendingSnapshot = "snapshot"
	onDeleteNone    = "none"
	infoJSON        = "json"
	expiredServed   = "served"
)

// clientIDs is the name space of the client IDs that are made from names.
var clientIDs = uuid.NewSHA1(uuid.NameSpaceURL, []byte("kycmock:uqudo:client-id"))

// defaultAccount is what an account is that nobody has set anything of. Its
// identities are made from its name, so that a receiver can be set up before
// the mock is started.
func defaultAccount(name string) Account {
	return Account{
		Name:              name,
		ClientID:          uuid.NewSHA1(clientIDs, []byte(name)).String(),
		ClientSecret:      "uqudo-test-secret-" + name,
		JWSLifetime:       clock.Duration(2 * time.Hour),
		FaceJWSLifetime:   clock.Duration(10 * time.Minute),
		StoreData:         true,
		FaceSessions:      true,
		DeviceAttestation: true,
		ImageStyle:        picture.Plain,
		Delivery: DeliverySettings{
			Interval:          clock.Duration(5 * time.Minute),
			Window:            clock.Duration(2 * time.Hour),
			Inclusive:         true,
			Timeout:           clock.Duration(10 * time.Second),
			Accepts:           "2xx",
			Pending:           "current",
			OnDelete:          "one-more",
			UserAgent:         "kycmock",
			ContentType:       "application/json",
			LegacyContentType: "text/plain",
		},
		API: APISettings{
			TokenLifetime:  clock.Duration(1859 * time.Second),
			Scope:          observedScope,
			InfoFormat:     "jwt",
			UnknownSession: http.StatusNotFound,
			ExpiredSession: "unknown",
			FacePhotoLimit: 5 << 20,
		},
	}
}

// check finds what the struct tags cannot say.
func (a Account) check() problem.Fields {
	var p problem.Fields
	for _, positive := range []struct {
		location string
		value    clock.Duration
	}{
		{"jwsLifetime", a.JWSLifetime},
		{"faceJwsLifetime", a.FaceJWSLifetime},
		{"delivery.interval", a.Delivery.Interval},
		{"delivery.timeout", a.Delivery.Timeout},
		{"api.tokenLifetime", a.API.TokenLifetime},
	} {
		if positive.value <= 0 {
			p.Add(positive.location, positive.value, "want more than 0s")
		}
	}
	if lifetime := a.API.TokenLifetime; lifetime > 0 && lifetime < clock.Duration(time.Second) {
		p.Add("api.tokenLifetime", lifetime, "want 1s or more: a token counts in seconds")
	}
	if a.API.ImageLifetime < 0 {
		p.Add("api.imageLifetime", a.API.ImageLifetime, "want 0s or more")
	}
	if a.ClientSecret == delivery.Mask {
		p.Add("clientSecret", nil, maskedText)
	}
	if i, w := a.Delivery.Interval, a.Delivery.Window; i > 0 && w/i > maxRetries {
		p.Add("delivery.interval", i, "want no more than %d retries within %s", maxRetries, w)
	}
	if a.Delivery.Window < 0 {
		p.Add("delivery.window", a.Delivery.Window, "want 0s or more")
	}
	for _, header := range []struct{ location, value string }{
		{"delivery.userAgent", a.Delivery.UserAgent},
		{"delivery.contentType", a.Delivery.ContentType},
		{"delivery.legacyContentType", a.Delivery.LegacyContentType},
	} {
		if strings.ContainsFunc(header.value, isControl) {
			p.Add(header.location, nil, "want no CR, LF, NUL or other control character")
		}
	}
	return p
}

// Masked is the account with its secret hidden.
func (a Account) Masked() any {
	a.ClientSecret = delivery.Mask
	return a
}

// schedule is Uqudo's: retries at one interval for as long as the window is.
// Source of the defaults: Uqudo's Webhook page, "Retry behaviour".
func (d DeliverySettings) schedule() delivery.Schedule {
	return delivery.Every(time.Duration(d.Interval), time.Duration(d.Window), d.Inclusive)
}

// profile is how people read the settings.
func (d DeliverySettings) profile(name string) provider.PolicyProfile {
	return provider.PolicyProfile{Name: name, Timeout: d.Timeout, Accepts: d.Accepts, Plan: provider.Plan(d.schedule())}
}

// account returns the account of this name. The default one exists although
// nobody saved it.
func (u *Uqudo) account(name string) (Account, bool) {
	if a, ok := u.accounts.Get(name); ok {
		return a, true
	}
	return defaultAccount(name), name == provider.DefaultAccount
}

// knownAccount is account with a problem for a name that nobody has used.
func (u *Uqudo) knownAccount(name string) (Account, error) {
	a, ok := u.account(name)
	if !ok {
		return a, problem.New(problem.NotFound, "no Uqudo account is called %q; PUT /_mock/v1/uqudo/accounts/%s makes one", name, name)
	}
	return a, nil
}

// saveAccount replaces an account and tells whether it is new.
func (u *Uqudo) saveAccount(a Account) (created bool, err error) {
	if err := a.check().Err("the account's settings break a rule"); err != nil {
		return false, err
	}
	u.naming.Lock()
	defer u.naming.Unlock()
	if other, taken := u.client(a.ClientID); taken && other.Name != a.Name {
		return false, problem.New(problem.Conflict, "no two accounts have one client ID").
			With(problem.Field{Location: "clientId", Message: "is that of account " + other.Name, Value: a.ClientID})
	}
	_, known := u.account(a.Name)
	u.accounts.Put(a.Name, a)
	return !known, nil
}

// ensureAccount makes the account with its defaults when there is none.
func (u *Uqudo) ensureAccount(name string) {
	if _, known := u.account(name); !known {
		u.accounts.Put(name, defaultAccount(name))
	}
}
