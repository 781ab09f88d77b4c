package uip

import (
	"fmt"
	"net/http"

	"kycmock/mockserver/reply"
)

// code names an error of UIP's API.
type code string

// The codes of UIP's Error handling page.
const (
	codeMissingKey              code = "auth/missing-api-key"
	codeInvalidKey              code = "auth/invalid-api-key"
	codeRevokedKey              code = "auth/revoked-api-key"
	codeUnauthorized            code = "auth/unauthorized"
	codeArchived                code = "auth/business-archived"
	codeInsufficientPermissions code = "auth/insufficient-permissions"
	codeVerificationRequired    code = "auth/verification-required"
	codeInvalidPayload          code = "request/invalid-payload"
	codeInvalidPath             code = "request/invalid-path"
	codeInvalidFileType         code = "request/invalid-file-type"
	codeFileTooLarge            code = "request/file-too-large"
	codeWebhookUnreachable      code = "request/webhook-unreachable"
	codeWebhookMissing          code = "request/webhook-missing"
	codeRouteNotFound           code = "request/not-found"
	codeNotFound                code = "resource/not-found"
	codeInvalidated             code = "resource/invalidated"
	codeAlreadyCompleted        code = "resource/already-completed"
	codeInsufficientFunds       code = "payment/insufficient-funds"
	codeCorrupt                 code = "data/corrupt"
	codeServerError             code = "internal/server-error"
)

// codeInfo is what goes with a code.
type codeInfo struct {
	code   code
	status int
	text   string // of the answer; of three codes UIP documents it, the others' are ours
	when   string // it is answered here
	ours   bool   // UIP's pages do not give the status
}

// codes lists the errors in the order in which a call is checked, as far as it
// has one, which UIP does not document.
func codes() []codeInfo {
	return []codeInfo{
		{codeRouteNotFound, http.StatusNotFound, "The requested route was not found", "no such path, no such method, or a trailing slash", false},
		{codeMissingKey, http.StatusUnauthorized, "The API key is missing", "no Authorization header, or not Bearer and a key", false},
		{codeInvalidKey, http.StatusUnauthorized, "The API key is invalid", "nobody's key", false},
		{codeRevokedKey, http.StatusUnauthorized, "The API key has been revoked", "a key that was revoked, or taken off apiKeys", false},
		{codeArchived, http.StatusForbidden, "The business is archived", "the setting archived", false},
		{codeVerificationRequired, http.StatusForbidden, "The UIP account must be verified", "identify, sign and message with the setting verified false", true},
		{codeWebhookMissing, http.StatusBadRequest, "No webhook URL is configured", "no webhook is saved; the setting webhookRequired says for which calls", true},
		{codeInvalidPayload, http.StatusBadRequest, "The request payload is invalid", "a field breaks a rule, or the body cannot be read; also: a message to invalidate that needs no signature", false},
		{codeInvalidPath, http.StatusBadRequest, "The path parameter is invalid", "an empty audit ID, or one that none can be", false},
		{codeInvalidFileType, http.StatusBadRequest, "Only PDF files can be attached", "a file whose name does not end with .pdf", false},
		{codeFileTooLarge, http.StatusBadRequest, "The attachments are too large", "files larger together than the setting attachmentLimit", false},
		{codeInsufficientPermissions, http.StatusForbidden, "The permissions are insufficient", "a message of priority EXTREME with the setting extremeMessages false", false},
		{codeInsufficientFunds, http.StatusPaymentRequired, "The balance is too low", "the setting balance does not cover the price", false},
		{codeNotFound, http.StatusNotFound, "The requested resource was not found", "no such person, message or audit record", false},
		{codeUnauthorized, http.StatusUnauthorized, "You do not have access to this resource", "another business's message or audit record", false},
		{codeInvalidated, http.StatusBadRequest, "The message has already been invalidated", "it was invalidated before, or has expired", true},
		{codeAlreadyCompleted, http.StatusBadRequest, "The message has already been signed or declined", "it was", true},
		{codeWebhookUnreachable, http.StatusBadRequest, "The webhook URL is not reachable or did not answer 200", "ping, or with the setting probeWebhook identify, sign and message", false},
		{codeCorrupt, http.StatusInternalServerError, "The requested data is corrupted or invalid", "ping, or with the setting probeWebhook identify, sign and message, when a strict business has an http URL from before", false},
		{codeServerError, http.StatusInternalServerError, "An internal server error occurred", "a fault of the mock; its log says which", false},
	}
}

func (c code) info() codeInfo {
	for _, info := range codes() {
		if info.code == c {
			return info
		}
	}
	return codeInfo{code: c, status: http.StatusInternalServerError}
}

// refusal is an answer that is an error of UIP's.
type refusal struct {
	code   code
	detail string // more than the code's own text says; often empty
}

func (r *refusal) Error() string { return string(r.code) + ": " + r.text() }

func (r *refusal) text() string {
	text := r.code.info().text
	if r.detail != "" {
		text += ": " + r.detail
	}
	return text
}

func refuse(c code) *refusal { return &refusal{code: c} }

// invalid refuses a payload and says why.
func invalid(format string, args ...any) *refusal {
	return &refusal{codeInvalidPayload, fmt.Sprintf(format, args...)}
}

// apiError is the body of every error. Source: UIP's Error handling page.
type apiError struct {
	Error string `json:"error"`
	Code  code   `json:"code"`
}

func (r *refusal) write(w http.ResponseWriter) {
	reply.JSON(w, r.code.info().status, apiError{r.text(), r.code})
}
