package receiver

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4/json"
)

const signatureHeader = "X-UIP-Signature"

// fromUIP tells whose judge a request is for. Nothing is believed by it: either
// judge wants its own vendor's proof. The body is asked too, so that an event
// that lost its signature is refused for that and not for having no JWS.
func fromUIP(h http.Header, body []byte) bool {
	if len(h.Values(signatureHeader)) > 0 {
		return true
	}
	message, err := object(body)
	if err != nil {
		return false
	}
	_, event := message["event"]
	_, result := message["jwsResult"]
	return event && !result
}

// uip judges one delivery of UIP's.
func (r *Receiver) uip(account string, h http.Header, body []byte) (Verdict, error) {
	secret, known := r.secret(account)
	if !known {
		return Verdict{}, refuse(http.StatusNotFound, "there is no business %q", clip(account))
	}
	contentType := h.Get("Content-Type")
	if mediaType, _, err := mime.ParseMediaType(contentType); err != nil || mediaType != "application/json" {
		return Verdict{}, refuse(http.StatusUnsupportedMediaType, "the content type is %q, want application/json", clip(contentType))
	}
	if err := checkSignature(h.Values(signatureHeader), secret, body); err != nil {
		return Verdict{}, err
	}
	e, err := readEvent(body)
	if err != nil {
		return Verdict{}, err
	}
	return Verdict{
		Taken:    true,
		Verified: true,
		Event:    e.name,
		AuditID:  e.auditID,
		Session:  e.session,
		// Only now that the sender is proven, as with Uqudo's results. It is
		// also all there is against a replay: UIP signs no time.
		Duplicate: e.audited && r.events.before(account, e.auditID),
	}, nil
}

func (r *Receiver) secret(account string) (secret string, known bool) {
	if r.config.Secret == nil {
		return "", false
	}
	return r.config.Secret(account)
}

// checkSignature refuses a body that was not signed with the secret. What is
// hashed are the bytes as they came: a body that was parsed and written again
// need not have the same. The key is the secret as it is shown, never decoded.
func checkSignature(signatures []string, secret string, body []byte) error {
	if secret == "" { // anybody can sign with that
		return refuse(http.StatusUnauthorized, "the business has no webhook secret to check a signature with")
	}
	switch len(signatures) {
	case 0:
		return refuse(http.StatusUnauthorized, "there is no %s", signatureHeader)
	case 1:
	default:
		return refuse(http.StatusUnauthorized, "there are %d headers %s, want one", len(signatures), signatureHeader)
	}
	if err := checkDigits(signatures[0]); err != nil {
		return err
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	want := hex.EncodeToString(mac.Sum(nil))
	// In constant time: else whoever measures how long it takes finds the right
	// digits one by one. The refusal does not say what they are, for the same
	// reason.
	if !hmac.Equal([]byte(signatures[0]), []byte(want)) {
		return refuse(http.StatusUnauthorized, "%s does not fit the body and the webhook secret", signatureHeader)
	}
	return nil
}

// checkDigits tells what is wrong with a signature that cannot fit any body.
// Upper case is refused because the samples on UIP's Webhooks page compare the
// text. What is looked at here the sender wrote, so the time it takes tells it
// nothing.
func checkDigits(signature string) error {
	const digits = 2 * sha256.Size
	unauthorized := func(format string, args ...any) error {
		return refuse(http.StatusUnauthorized, signatureHeader+" "+format, args...)
	}
	if signature == "" {
		return unauthorized("is empty")
	}
	if scheme, rest, found := strings.Cut(signature, "="); found && rest != "" {
		return unauthorized("begins with %q, want the hex digits alone", clip(scheme)+"=")
	}
	if len(signature) != digits {
		return unauthorized("has %d bytes, want %d hex digits", len(signature), digits)
	}
	odd := strings.TrimLeft(signature, "0123456789abcdef")
	switch {
	case odd == "":
		return nil
	case odd[0] >= 'A' && odd[0] <= 'F':
		return unauthorized("has upper-case digits, want lower-case ones")
	default:
		return unauthorized("has a character at %d that is no hex digit", len(signature)-len(odd)+1)
	}
}

// event is what a receiver has to know of a verified body.
type event struct {
	name    string
	auditID string
	session string
	audited bool // told from others by its audit id
}

// readEvent reads a verified body. An event that is not known is taken, with
// whatever ids it has: a vendor may add events, UIP's Webhooks page wants 200
// for all of them, and to refuse one is to be sent it again and again.
func readEvent(body []byte) (event, error) {
	message, err := object(body)
	if err != nil {
		return event{}, err
	}
	name, ok := text(message, "event")
	if !ok {
		return event{}, refuse(http.StatusBadRequest, "the body has no event that is a string")
	}
	var data map[string]json.RawMessage
	if err := json.Unmarshal(message["data"], &data); err != nil {
		data = nil // an event that is not known may have none, or of another kind
	}
	e := event{name: name}
	e.auditID, _ = text(data, "audit_id")
	if e.session, ok = text(data, "session_id"); !ok {
		e.session, _ = text(data, "message_id")
	}
	switch name {
	case "identify", "sign", "message":
		// Not by session_id, which UIP's Webhooks page offers as well: a message
		// has none.
		e.audited = true
		if data == nil {
			return event{}, refuse(http.StatusBadRequest, "the event %s has no data that is an object", name)
		}
		if e.auditID == "" {
			return event{}, refuse(http.StatusBadRequest, "the event %s has no data.audit_id that is a string: without it a duplicate cannot be told", name)
		}
	}
	return e, nil
}
