package uqudo

import (
	"crypto/subtle"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"kycmock/mockserver/reply"
)

// tokenPath is where Uqudo issues access tokens. Source: Uqudo's API page on
// authorisation.
const tokenPath = "/api/oauth/token"

// tokenAnswer is what a client gets. ExpiresIn is a number of seconds, or a
// text of one when the account says so.
type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"` // bearer, in lower case (observed)
	ExpiresIn   any    `json:"expires_in"`
	Scope       string `json:"scope"`
	JTI         string `json:"jti"`
}

// issueToken answers a request for an access token by client credentials.
func (u *Uqudo) issueToken(c *call) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	a, err := u.admitted(c, c.credentials(form))
	if err != nil {
		return err
	}
	if a.API.QueryCredentials && !form.Has("grant_type") {
		form = c.URL.Query()
	}
	switch grant := form.Get("grant_type"); grant {
	case "client_credentials":
	case "":
		return refuseGrant("invalid_request", "grant_type is missing, want client_credentials")
	default:
		return refuseGrant("unsupported_grant_type", "grant_type is "+grant+", want client_credentials")
	}
	token, claims, err := u.newToken(a)
	if err != nil {
		return err
	}
	seconds := claims.Exp - claims.Iat
	answer := tokenAnswer{AccessToken: token, TokenType: "bearer", ExpiresIn: seconds, Scope: a.API.Scope, JTI: claims.JTI}
	if a.API.ExpiresInText {
		answer.ExpiresIn = strconv.FormatInt(seconds, 10)
	}
	c.w.Header().Set("Cache-Control", "no-store")
	c.w.Header().Set("Pragma", "no-cache")
	reply.JSON(c.w, http.StatusOK, answer)
	return nil
}

// admitted is the account that these credentials are of.
func (u *Uqudo) admitted(c *call, shown credentials) (Account, error) {
	a, known := u.client(shown.id)
	why := ""
	switch {
	case !known || subtle.ConstantTimeCompare([]byte(a.ClientSecret), []byte(shown.secret)) != 1:
		why = "the client ID or its secret is wrong"
	case shown.place == inHeader && !a.API.BasicCredentials:
		why = "the credentials belong into the form body, not into HTTP Basic; the account's setting api.basicCredentials lets them through"
	case shown.place == inQuery && !a.API.QueryCredentials:
		why = "the credentials belong into the form body, not into the URL; the account's setting api.queryCredentials lets them through"
	default:
		return a, nil
	}
	if shown.place == inHeader { // RFC 6749, section 5.2, has it answered in kind
		c.w.Header().Set("WWW-Authenticate", "Basic")
	}
	return a, refuseClient(why)
}

// readForm reads the body of a request for a token: a form, in which RFC 6749
// allows nothing twice.
func readForm(c *call) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		if c.ContentLength == 0 {
			return url.Values{}, nil
		}
		return nil, refuseGrant("invalid_request", "the body is not a form, want application/x-www-form-urlencoded")
	}
	if err := c.ParseForm(); err != nil {
		return nil, refuseGrant("invalid_request", "the form cannot be read")
	}
	for name, values := range c.PostForm {
		if len(values) > 1 {
			return nil, refuseGrant("invalid_request", "the form has "+name+" twice")
		}
	}
	return c.PostForm, nil
}

// credentials are a client's, with the place where it showed them.
type credentials struct {
	id, secret string
	place      int
}

const (
	inBody = iota
	inHeader
	inQuery
)

// credentials finds those of a request for a token; the body comes first.
func (c *call) credentials(form url.Values) credentials {
	if form.Has("client_id") || form.Has("client_secret") {
		return credentials{form.Get("client_id"), form.Get("client_secret"), inBody}
	}
	if id, secret, ok := basicCredentials(c.Request); ok {
		return credentials{id, secret, inHeader}
	}
	query := c.URL.Query()
	return credentials{query.Get("client_id"), query.Get("client_secret"), inQuery}
}

// basicCredentials are those of HTTP Basic, which a client encodes as a form
// before (RFC 6749, section 2.3.1).
func basicCredentials(r *http.Request) (id, secret string, ok bool) {
	id, secret, ok = r.BasicAuth()
	if decoded, err := url.QueryUnescape(id); err == nil {
		id = decoded
	}
	if decoded, err := url.QueryUnescape(secret); err == nil {
		secret = decoded
	}
	return id, secret, ok
}
