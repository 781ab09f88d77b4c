package uqudo

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/reply"
)

// sessionHeader names the session where the path does not.
const sessionHeader = "UQ-Session-ID"

// showInfo answers with the result of a session: the JWS itself, which is no
// JSON. Source: Uqudo's Info API page.
func (u *Uqudo) showInfo(c *call) error {
	id, err := c.session()
	if err != nil {
		return err
	}
	s, known := u.results.Get(id)
	expired := known && !u.env.Clock.Now().Before(s.Expires)
	switch {
	case !known || expired && c.account.API.ExpiredSession != expiredServed:
		return &refusal{c.account.API.UnknownSession, apiError{codeNoSession, "The session has expired, or there is none of this ID"}}
	case s.Account != c.account.Name:
		return refuse(http.StatusForbidden, "the session belongs to another account")
	}
	token := s.Token
	if c.account.API.ScanVerifications {
		if token, err = u.withScores(s); err != nil {
			return err
		}
	}
	contentType, body := "application/jwt", []byte(token)
	if c.account.API.InfoFormat == infoJSON {
		contentType = "application/json"
		if body, err = payloadOf(token); err != nil {
			return err
		}
	}
	reply.Content(c.w, c.Request, contentType, body)
	return nil
}

// session is the ID of the session that a call is about. It is taken as it is,
// as the SDK takes it: its capitals stand in the result.
func (c *call) session() (string, error) {
	id, inPath := mux.Vars(c.Request)["sessionId"]
	if !inPath {
		id = c.Header.Get(sessionHeader)
	}
	switch {
	case id == "" && !inPath:
		return "", refuse(http.StatusBadRequest, "the header "+sessionHeader+" is missing")
	case !uuidShape.MatchString(id):
		return "", refuse(http.StatusBadRequest, "the session ID is not 8-4-4-4-12 hexadecimal digits")
	}
	return id, nil
}

// deleteInfo deletes what Uqudo has of a session. It answers 204 for any UUID
// (observed on the live service); here another account's session stays.
func (u *Uqudo) deleteInfo(c *call) error {
	id, err := c.session()
	if err != nil {
		return err
	}
	if s, known := u.results.Get(id); known && s.Account == c.account.Name && u.results.Delete(id) {
		u.move(id, KeptDeleted, KeptStored)
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// withScores is the result with the scores of its detections in the scan of
// each document too, signed with the key of before.
func (u *Uqudo) withScores(s stored) (string, error) {
	payload, err := payloadOf(s.Token)
	if err != nil {
		return "", err
	}
	pair, err := u.env.Keys.Pair(s.KID)
	if err != nil { // it was made since the start, and the mock was started anew
		pair = u.env.Keys.Signer()
	}
	patch, err := scoresPatch(payload)
	if err != nil {
		return "", err
	}
	var p problem.Fields
	payload = provider.Patched("claims", payload, patch, &p)
	if err := p.Err("the scores cannot be added"); err != nil {
		return "", err
	}
	return pair.Sign(payload)
}

// scoresPatch adds the detections of each verification to the scan of the
// document beside it. What a trigger's patch has left of the claims may be
// anything.
func scoresPatch(payload []byte) (json.RawMessage, error) {
	var claims struct {
		Data struct {
			Documents []struct {
				Scan map[string]json.RawMessage `json:"scan"`
			} `json:"documents"`
			Verifications []struct {
				Screen    json.RawMessage `json:"idScreenDetection,omitempty"`
				Print     json.RawMessage `json:"idPrintDetection,omitempty"`
				Tampering json.RawMessage `json:"idPhotoTamperingDetection,omitempty"`
			} `json:"verifications"`
		} `json:"data"`
	}
	_ = json.Unmarshal(payload, &claims)
	type operation struct {
		Op    string `json:"op"`
		Path  string `json:"path"`
		Value any    `json:"value"`
	}
	patch := []operation{}
	for i, document := range claims.Data.Documents {
		if document.Scan != nil && i < len(claims.Data.Verifications) {
			path := fmt.Sprintf("/data/documents/%d/scan/verifications", i)
			patch = append(patch, operation{"add", path, claims.Data.Verifications[i]})
		}
	}
	return json.Marshal(patch)
}

// payloadOf is what a JWS of the mock says.
func payloadOf(token string) ([]byte, error) {
	_, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	return base64.RawURLEncoding.DecodeString(payload)
}
