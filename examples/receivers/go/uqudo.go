package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// uqudo takes Uqudo's results.
type uqudo struct {
	clientID string
	keys     *keySet
	taken    *once
}

func (u *uqudo) take(r *http.Request, body []byte) (int, string) {
	token := strings.TrimSpace(string(body)) // all of it, in the LEGACY format
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "text/plain" {
		var envelope struct {
			JWSResult string `json:"jwsResult"`
		}
		if err := json.Unmarshal(body, &envelope); err != nil || envelope.JWSResult == "" {
			return http.StatusBadRequest, "there is no jwsResult"
		}
		token = envelope.JWSResult
	}
	claims, err := u.verified(token)
	if errors.Is(err, errUnfetched) {
		return http.StatusServiceUnavailable, err.Error() // it will be brought again
	}
	if err != nil {
		return http.StatusUnauthorized, err.Error()
	}
	if err := u.taken.take(claims.ID, func() error {
		_, err := fmt.Println("uqudo session", claims.ID) // here your work begins
		return err
	}); err != nil {
		return http.StatusInternalServerError, "something is wrong here" // it will be brought again
	}
	return http.StatusOK, "OK"
}

// verified is the claims of a result that Uqudo signed for us. What the token
// says of its algorithm counts for nothing.
func (u *uqudo) verified(text string) (jwt.Claims, error) {
	token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return jwt.Claims{}, err
	}
	claims, err := u.signed(token)
	if err != nil {
		return jwt.Claims{}, err
	}
	// exp is not looked at: retries take two hours, and a token may live shorter.
	// Nor is iat, because the mock's clock may have been advanced.
	switch {
	case claims.Issuer != "https://id.uqudo.io":
		return jwt.Claims{}, fmt.Errorf("iss is %q", claims.Issuer)
	case !claims.Audience.Contains(u.clientID):
		return jwt.Claims{}, fmt.Errorf("aud is %q", claims.Audience)
	case claims.ID == "":
		return jwt.Claims{}, errors.New("there is no jti")
	}
	return claims, nil
}

// signed reads the claims by the key that the token names: by a fresh one when
// it is unknown, or was replaced under its name since it was fetched.
func (u *uqudo) signed(token *jwt.JSONWebToken) (claims jwt.Claims, err error) {
	err = jose.ErrCryptoFailure
	for _, again := range []bool{false, true} {
		if again {
			if err := u.keys.refresh(); err != nil {
				return claims, err
			}
		}
		key, found := u.keys.named(token.Headers[0].KeyID)
		if !found {
			continue
		}
		if err = token.Claims(key, &claims); err == nil {
			return claims, nil
		}
	}
	return claims, err
}
