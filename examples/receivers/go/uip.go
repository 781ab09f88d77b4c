package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// uip takes UIP's events.
type uip struct {
	secret      string
	api, apiKey string
	client      *http.Client
	taken       *once
}

func (u *uip) take(r *http.Request, body []byte) (int, string) {
	// Over the bytes that came, not over what a parser makes of them.
	mac := hmac.New(sha256.New, []byte(u.secret))
	mac.Write(body)
	want := hex.EncodeToString(mac.Sum(nil))
	if !hmac.Equal([]byte(r.Header.Get("X-UIP-Signature")), []byte(want)) {
		return http.StatusUnauthorized, "the signature is not of this body"
	}
	var told struct {
		Event string
		Data  struct {
			AuditID string `json:"audit_id"`
		}
	}
	if err := json.Unmarshal(body, &told); err != nil || told.Event == "" {
		return http.StatusBadRequest, "the body is no event"
	}
	id, outcome := told.Data.AuditID, ""
	if id == "" {
		return http.StatusOK, "OK" // a test
	}
	if told.Event == "message" {
		// Whether it was signed or declined is in the audit record alone.
		signed, err := u.signed(r, id)
		if err != nil {
			return http.StatusServiceUnavailable, "the audit record cannot be fetched"
		}
		outcome = "declined"
		if signed {
			outcome = "signed"
		}
	}
	if err := u.taken.take(id, func() error {
		_, err := fmt.Println("uip", told.Event, id, outcome) // here your work begins
		return err
	}); err != nil {
		return http.StatusInternalServerError, "something is wrong here" // it will be brought again
	}
	return http.StatusOK, "OK" // UIP takes nothing but 200
}

// signed asks whether a message was signed.
func (u *uip) signed(r *http.Request, id string) (bool, error) {
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodGet, u.api+"/audit/"+url.PathEscape(id), nil)
	if err != nil {
		return false, err
	}
	ask.Header.Set("Authorization", "Bearer "+u.apiKey)
	answer, err := u.client.Do(ask)
	if err != nil {
		return false, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return false, errors.New(answer.Status)
	}
	var record struct {
		Audit struct {
			SignedAccepted bool `json:"signed_accepted"`
		}
	}
	err = json.NewDecoder(answer.Body).Decode(&record)
	return record.Audit.SignedAccepted, err
}
