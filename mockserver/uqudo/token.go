package uqudo

import (
	"encoding/json"
	"strings"
	"time"
)

// tokenIssuer is the iss of every access token, as observed on the live
// service. Results have another one, so that neither passes for the other.
const tokenIssuer = "https://auth.uqudo.io"

// observedScope is what the tokens of the live service allow.
const observedScope = "KYC_SCAN_API KYC_FACE_SEARCH_SDK KYC_FACE_FLOW KYC_INFO_SDK KYC_SCAN_SDK KYC_EVENT_SDK"

// Scopes that calls want. Source: their names; Uqudo documents that there is a
// permission for each feature, and not which.
const (
	scopeInfo = "KYC_INFO_SDK"
	scopeFace = "KYC_FACE_FLOW"
)

// tokenClaims are those of an access token, as observed on the live service.
// What aud and sub hold was not: here it is the client ID.
type tokenClaims struct {
	Aud      string   `json:"aud"`
	ClientID string   `json:"client_id"`
	Exp      int64    `json:"exp"`
	Iat      int64    `json:"iat"`
	Iss      string   `json:"iss"`
	JTI      string   `json:"jti"`
	Nbf      int64    `json:"nbf"`
	Scope    []string `json:"scope"`
	Sub      string   `json:"sub"`
}

// newToken makes an access token for an account. Nothing is kept of it: what
// it allows stands in it, signed with the key that signs results.
func (u *Uqudo) newToken(a Account) (token string, c tokenClaims, err error) {
	now := u.env.Clock.Now().Unix()
	c = tokenClaims{
		Aud: a.ClientID, ClientID: a.ClientID, Sub: a.ClientID, Iss: tokenIssuer, JTI: u.env.NewUUID(),
		Iat: now, Nbf: now, Exp: now + int64(time.Duration(a.API.TokenLifetime)/time.Second),
		Scope: strings.Fields(a.API.Scope),
	}
	text, err := compact(c)
	if err != nil {
		return "", c, err
	}
	token, _, err = u.env.Keys.Sign(text)
	return token, c, err
}

// bearer is the account whose access token this is, and the scope of it. A
// result is no access token, although the same key signs both.
func (u *Uqudo) bearer(token string) (a Account, scope []string, ok bool) {
	payload, err := u.env.Keys.Verify(token)
	if err != nil {
		return a, nil, false
	}
	var c tokenClaims
	now := u.env.Clock.Now().Unix()
	if json.Unmarshal(payload, &c) != nil || c.Iss != tokenIssuer || c.Exp <= now || c.Nbf > now {
		return a, nil, false
	}
	a, ok = u.client(c.ClientID)
	return a, c.Scope, ok
}

// client is the account of a client ID.
func (u *Uqudo) client(id string) (Account, bool) {
	for _, a := range u.byName() {
		if a.ClientID == id {
			return a, true
		}
	}
	return Account{}, false
}
