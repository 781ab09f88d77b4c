package uip

import (
	"cmp"
	"net/http"

	"kycmock/mockserver/provider"
	"kycmock/mockserver/reply"
)

var _ provider.APIFaulter = (*UIP)(nil)

// Caller is the business whose API key a call shows, and empty for none.
func (u *UIP) Caller(r *http.Request) string {
	b, err := u.authenticate(r)
	if err != nil {
		return ""
	}
	return b.ID
}

// Refuse answers with an error of UIP's. A status without a code has the one
// that says least; a status that UIP does not document has that of its own
// faults. A code without a status has its own.
func (u *UIP) Refuse(w http.ResponseWriter, _ *http.Request, status int, named string) {
	answer := apiError{Code: code(named)}
	if named == "" {
		answer.Code = codeServerError
		for _, c := range []code{codeInvalidPayload, codeInvalidKey, codeInsufficientFunds, codeArchived, codeNotFound} {
			if c.info().status == status {
				answer.Code = c
			}
		}
	}
	status = cmp.Or(status, answer.Code.info().status)
	answer.Error = cmp.Or(answer.Code.info().text, http.StatusText(status))
	reply.JSON(w, status, answer)
}
