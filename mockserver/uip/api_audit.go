package uip

import (
	"regexp"

	"github.com/gorilla/mux"
)

// auditPath is what an audit ID in a path can be.
var auditPath = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// showAudit answers with the audit record of what a person did. It is the only
// way to tell a signed message from a declined one. Source: UIP's Audit page.
func (u *UIP) showAudit(c *call) (any, error) {
	id := mux.Vars(c.Request)["id"]
	if !auditPath.MatchString(id) {
		return nil, refuse(codeInvalidPath)
	}
	a, known := u.audits.Get(id)
	switch {
	case !known:
		return nil, refuse(codeNotFound)
	case a.Business != c.business.ID:
		return nil, refuse(codeUnauthorized)
	}
	return struct {
		Audit       auditRecord  `json:"audit"`
		Attachments []attachment `json:"attachments"`
	}{a.Record, u.filesOf(a.Session)}, nil
}
