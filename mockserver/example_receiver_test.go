package mockserver_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"kycmock/mockserver"
	"kycmock/mockserver/uqudo"
)

// claims are as many of a result's as the examples look at.
type claims struct {
	jwt.Claims
	Data struct {
		Nonce     string
		Documents []struct {
			Scan struct {
				Front struct{ FullName string }
			}
		}
		Verifications []struct {
			IDScreenDetection struct{ Score float64 }
		}
	}
}

// claimsOf reads the claims of a result without verifying it, which is for
// tests that have the mock's own word for it.
func claimsOf(jws string) (c claims) {
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(jws, ".")[1])
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		panic(err)
	}
	return c
}

// verifier stands for your receiver: it takes a result that the published keys
// verify and that is for its own client.
type verifier struct{ jwks, clientID string }

func (v verifier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := v.verified(r.Body)
	if err != nil {
		fmt.Println("refused:", err)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	fmt.Println("took a result of", c.Issuer)
}

func (v verifier) verified(body io.Reader) (c claims, err error) {
	var result struct{ JWSResult string }
	if err := json.NewDecoder(body).Decode(&result); err != nil {
		return c, err
	}
	answer, err := http.Get(v.jwks)
	if err != nil {
		return c, err
	}
	defer answer.Body.Close()
	var published jose.JSONWebKeySet
	if err := json.NewDecoder(answer.Body).Decode(&published); err != nil {
		return c, err
	}
	token, err := jwt.ParseSigned(result.JWSResult, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return c, err
	}
	keys := published.Key(token.Headers[0].KeyID)
	if len(keys) == 0 {
		return c, fmt.Errorf("no key %s is published", token.Headers[0].KeyID)
	}
	if err := token.Claims(keys[0], &c); err != nil {
		return c, err
	}
	return c, c.Validate(jwt.Expected{Issuer: "https://id.uqudo.io", AnyAudience: jwt.Audience{v.clientID}})
}

// A receiver that verifies with the keys that the mock publishes, as it would
// with the vendor's: nothing but the address of the JWKS is another one.
func ExampleUqudoAccount_SaveGlobalWebhook() {
	t := newT() // your *testing.T
	defer t.end()

	mock := mockserver.Test(t, mockserver.Config{})
	receiver := httptest.NewServer(verifier{mock.URL + uqudo.JWKSPath, mock.Uqudo().ClientID()})
	defer receiver.Close()
	mock.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	mock.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WantAnswers(200)

	// A result for another client is none of the receiver's business.
	mock.UqudoAccount("other").SaveGlobalWebhook(uqudo.Webhook{URL: receiver.URL})
	mock.UqudoAccount("other").Enroll(uqudo.SessionData{}).Delivery().WantAnswers(401)
	// Output:
	// took a result of https://id.uqudo.io
	// refused: go-jose/go-jose/jwt: validation failed, invalid audience claim (aud)
}
