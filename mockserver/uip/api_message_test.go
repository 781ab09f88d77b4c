package uip_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestAMessageHasFields sends the same fields in both kinds of form.
func TestAMessageHasFields(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	for _, tt := range []struct{ name, field, value, reason string }{
		{"no intent", "intent", labAbsent, "intent is required"},
		{"an empty intent", "intent", "", "intent is required"},
		{"a blank intent", "intent", " \t", "intent is required"},
		{"no message", "message", labAbsent, "message is required"},
		{"an empty message", "message", "", "message is required"},
		{"no priority", "priority", labAbsent, "priority is required"},
		{"a priority in small letters", "priority", "high", "priority must be one of LOW, MEDIUM, HIGH, EXTREME"},
		{"a priority in blanks", "priority", " HIGH", "priority must be one of LOW, MEDIUM, HIGH, EXTREME"},
		{"a priority that there is not", "priority", "URGENT", "priority must be one of LOW, MEDIUM, HIGH, EXTREME"},
		{"no receiver_uip", "receiver_uip", labAbsent, "receiver_uip is required"},
		{"a blank receiver_uip", "receiver_uip", "  ", "receiver_uip is required"},
		{"no signature_required", "signature_required", labAbsent, "signature_required is required"},
		{"an empty signature_required", "signature_required", "", "signature_required is required"},
		{"a signature_required in capitals", "signature_required", "True", "signature_required must be true or false"},
		{"a signature_required that is a number", "signature_required", "1", "signature_required must be true or false"},
		{"a signature_expiry that is empty", "signature_expiry", "", "signature_expiry must be an RFC 3339 time"},
		{"a signature_expiry that is a date", "signature_expiry", "2026-11-25", "signature_expiry must be an RFC 3339 time"},
		{"a signature_expiry without a zone", "signature_expiry", "2026-11-25T10:00:00", "signature_expiry must be an RFC 3339 time"},
		{"a signature_expiry in Unix seconds", "signature_expiry", "1795600800", "signature_expiry must be an RFC 3339 time"},
		{"a signature_expiry on no day", "signature_expiry", "2026-11-31T10:00:00Z", "signature_expiry must be an RFC 3339 time"},
		{"text that is not UTF-8", "message", "caf\xe9", "the fields must be UTF-8"},
		{"text that is not UTF-8 in a field that there is not", "x", "caf\xe9", "the fields must be UTF-8"},
		{"attachments that are text", "attachments", "contract.pdf", "attachments must be files"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, form := l.in(t), labMessage(tt.field, tt.value)
			l.unchanged(func() {
				l.send(form).invalid(tt.reason)
				l.sendFiles(form, labPDF("x")).invalid(tt.reason)
			})
		})
	}
	for _, tt := range []struct {
		name string
		form url.Values
	}{
		{"each priority: LOW", labMessage("priority", "LOW")},
		{"each priority: MEDIUM", labMessage("priority", "MEDIUM")},
		{"each priority: EXTREME", labMessage("priority", "EXTREME")},
		{"no signature", labMessage("signature_required", "false")},
		{"any text", labMessage("message", "a & b; c=d + <é> 😀 \u2028\n\x00", "intent", " blanks around ")},
		{"a field that is there twice", url.Values{
			"intent": {"A letter", ""}, "message": {"x"}, "priority": {"LOW", "none"}, "receiver_uip": {"user_test", "user_unknown"}, "signature_required": {"false"},
		}},
	} {
		t.Run("it takes "+tt.name, func(t *testing.T) {
			l := l.in(t)
			for _, a := range []labAnswer{l.send(tt.form), l.sendFiles(tt.form)} {
				id := a.wants(200).text("message_id")
				if want := `{"message_id":"` + id + `"}`; a.body != want || a.header.Get("Content-Type") != "application/json" || !strings.HasPrefix(id, "msg_") {
					t.Errorf("it answered %s, want %s", a.body, want)
				}
			}
		})
	}
}

func TestASignatureExpiryIsWithinThreeMonths(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	const (
		past = "signature_expiry: must be in the future"
		far  = "signature_expiry: must be within 3 months"
	)
	for _, tt := range []struct {
		name     string
		at       time.Time
		required string
		reason   string // empty when it is taken
	}{
		{"long past", labStart.AddDate(-1, 0, 0), "true", past},
		{"a second past", labStart.Add(-time.Second), "true", past},
		{"now", labStart, "true", past},
		{"in a second", labStart.Add(time.Second), "true", ""},
		{"in a second, in another zone", labStart.Add(time.Second).In(time.FixedZone("", -5*3600)), "true", ""},
		{"now, in another zone", labStart.In(time.FixedZone("", 14*3600)), "true", past},
		{"in three months", labStart.AddDate(0, 3, 0), "true", ""},
		{"in three months and a nanosecond", labStart.AddDate(0, 3, 0).Add(time.Nanosecond), "true", far},
		{"at the end of time", time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), "true", far},
		{"tomorrow, of a message without signature", labStart.AddDate(0, 0, 1), "false", "signature_expiry: is only for messages that require a signature"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := l.in(t)
			form := labMessage("signature_expiry", tt.at.Format(time.RFC3339Nano), "signature_required", tt.required)
			if tt.reason != "" {
				l.unchanged(func() { l.send(form).invalid(tt.reason) })
				return
			}
			id := l.send(form).wants(200).text("message_id")
			var session struct{ Data struct{ ExpiresAt time.Time } }
			l.control("GET", "/sessions/"+id, "").wants(200).into(&session)
			if !session.Data.ExpiresAt.Equal(tt.at) {
				t.Errorf("it expires at %s, want %s", session.Data.ExpiresAt, tt.at)
			}
		})
	}
}

func TestAMessageWaitsSevenDaysUnlessItSaysSo(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	id := l.send(labMessage()).wants(200).text("message_id")
	l.advance("167h59m59s")
	if got := l.control("GET", "/sessions/"+id, "").text("status"); got != "pending" {
		t.Errorf("a second before it is %s", got)
	}
	l.advance("1s")
	if got := l.control("GET", "/sessions/"+id, "").text("status"); got != "expired" {
		t.Errorf("after seven days it is %s", got)
	}
}
