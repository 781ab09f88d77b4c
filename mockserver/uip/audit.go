package uip

import (
	"strings"
	"time"

	"kycmock/mockserver/provider"
)

// audit is the lasting record of what a person did.
type audit struct {
	Business string      `json:"business"`
	Session  string      `json:"session"`
	Record   auditRecord `json:"record"`
}

// auditRecord is the record as UIP's Audit page has it, spelling included. Not
// documented is what a record that is not about a message has in place of the
// information: here an identification has "".
type auditRecord struct {
	CreatedAt                string   `json:"created_at"`
	RequesterUIPID           string   `json:"requester_uip_id"`
	RequesterSignIntent      string   `json:"requester_sign_intent"`
	RequesterSignInformation string   `json:"requester_sign_information"`
	SignatoreeUIPID          string   `json:"signatoree_uip_id"`
	MessageRef               *string  `json:"message_ref"`
	AttachmentRefs           []string `json:"attachment_refs"` // null when there are none
	AuditType                string   `json:"audit_type"`
	RequesterName            string   `json:"requester_name"`
	SignatoreeName           string   `json:"signatoree_name"`
	RequesterBusinessName    string   `json:"requester_business_name"`
	SignedAccepted           bool     `json:"signed_accepted"`
}

// record writes the audit record of a session that has ended.
func (u *UIP) record(s provider.Session, d details, who Person, at time.Time) {
	b, _ := u.business(s.Account)
	r := auditRecord{
		CreatedAt:                rfc3339(at),
		RequesterUIPID:           b.uipID(),
		RequesterSignIntent:      d.Intent,
		RequesterSignInformation: d.SignatureInformation,
		SignatoreeUIPID:          who.UIPID,
		AuditType:                s.Event,
		RequesterName:            b.RequesterName,
		SignatoreeName:           who.Name,
		RequesterBusinessName:    b.Name,
		SignedAccepted:           Status(s.Status) != StatusDeclined,
	}
	if s.Event == EventMessage {
		r.RequesterSignInformation = d.Message
		r.MessageRef = &s.ID
		for _, f := range d.Attachments {
			r.AttachmentRefs = append(r.AttachmentRefs, strings.Join([]string{d.AuditID, s.ID, f.Filename}, "___"))
		}
	}
	u.audits.Put(d.AuditID, audit{s.Account, s.ID, r})
	u.sweep()
}

// rfc3339 is a time as UIP's pages write it: UTC, whole seconds.
func rfc3339(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// sweep drops the audit records and files of sessions that were forgotten, when
// they have become many.
func (u *UIP) sweep() {
	if u.audits.Len()+u.attachments.Len() <= 3*u.env.Sessions.Len()+64 {
		return
	}
	for id, a := range u.audits.All() {
		if _, remembered := u.env.Sessions.Get(a.Session); !remembered {
			u.audits.Drop(id)
		}
	}
	for id := range u.attachments.All() {
		if _, remembered := u.env.Sessions.Get(id); !remembered {
			u.attachments.Drop(id)
		}
	}
}
