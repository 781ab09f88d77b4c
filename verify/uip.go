package verify

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// UIP is a webhook of UIP's as a receiver got it.
type UIP struct {
	// Secret is the webhook's secret as the receiver has it.
	Secret string
	// Signature is the value of X-UIP-Signature.
	Signature string
	// Timestamp is the value of X-UIP-Timestamp, which later contracts sign with
	// the body. Empty, as in contract A, the body alone is signed.
	Timestamp string
	// Body is what was received, byte for byte.
	Body []byte
	// Known says of secrets what they are, such as "the one of the example", in
	// case that one of them was used instead.
	Known map[string]string
}

const (
	// thorough is up to how many bytes of body two mistakes at once are looked
	// for, which takes about a thousand hashes. UIP's events have a few hundred.
	thorough = 256 << 10
	// sumSize is how many bytes the signature has.
	sumSize = 32
)

// Verify reports on the webhook.
func (u UIP) Verify() Report {
	r := newReport()
	if u.Secret == "" {
		r.add("secret-empty", "the secret is empty: anybody can sign with that")
	}
	raw, odd := digits(u.Signature)
	r.Findings = append(r.Findings, odd...)
	if raw != nil {
		mistakes, explained := u.explain(raw)
		switch {
		case !explained:
			u.unexplained(&r, raw)
		case len(mistakes) == 0:
			r.Authentic = u.Secret != ""
			r.note("the signature is of these %s, by this secret", counted(len(u.Body), "byte"))
		default:
			r.Findings = append(r.Findings, mistakes...)
		}
	}
	if !isObject(u.Body) {
		r.add("body-not-object", "the body is not a JSON object, as every event of UIP's is")
	}
	return r.done()
}

// explain finds out what the signature is of. It returns the mistakes that lead
// there, none when it is right; the fewest are tried first.
func (u UIP) explain(raw []byte) (mistakes []Finding, explained bool) {
	if right := schemes(u.Timestamp)[0].sum([]byte(u.Secret), u.Body); bytes.Equal(right, raw) {
		return nil, true // as it mostly is, and much cheaper than what follows
	}
	most := 2
	if len(u.Body) > thorough {
		most = 1
	}
	bodies, secrets, schemes := bodies(u.Body, most), secrets(u.Secret, u.Known), schemes(u.Timestamp)
	for cost := 1; cost <= most; cost++ {
		for _, s := range schemes {
			for _, k := range secrets {
				for _, b := range bodies {
					if len(s.mistakes)+len(k.mistakes)+len(b.mistakes) != cost || !bytes.Equal(s.sum(k.bytes, b.bytes), raw) {
						continue
					}
					mistakes = append(mistakes, b.mistakes...)
					mistakes = append(mistakes, k.mistakes...)
					return append(mistakes, s.mistakes...), true
				}
			}
		}
	}
	return nil, false
}

var (
	uuidV4      = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`)
	laterSecret = regexp.MustCompile(`^(uip|alentra)_whsec_.`)
)

// unexplained says what can be said of a signature that no mistake leads to.
func (u UIP) unexplained(r *Report, raw []byte) {
	right := schemes(u.Timestamp)[0].sum([]byte(u.Secret), u.Body)
	switch n := len(raw); {
	case n < sumSize && n > 3 && bytes.HasPrefix(right, raw):
		r.add("signature-cut", "the signature is the right one, cut off after %d of its %d digits", 2*n, 2*sumSize)
		return
	case n != sumSize:
		r.add("signature-length", "the signature is one of %s, want the %d of HMAC-SHA-256", counted(n, "byte"), sumSize)
	}
	r.add("signature-wrong", "the signature is of another body or by another secret: none of the usual mistakes gives it")
	if !uuidV4.MatchString(u.Secret) && !laterSecret.MatchString(u.Secret) && u.Secret != "" {
		r.add("secret-shape", "the secret is not of the shape that UIP's dashboard shows, a version 4 UUID")
	}
	if u.Timestamp == "" && laterSecret.MatchString(u.Secret) {
		r.add("timestamp-missing", "a secret that begins so signs the X-UIP-Timestamp as well: give the timestamp")
	}
}

func isObject(text []byte) bool {
	var members map[string]json.RawMessage
	return json.Unmarshal(bytes.TrimPrefix(text, []byte(bom)), &members) == nil && members != nil
}

// headerName is put before the value by who copies a whole line.
const headerName = "x-uip-signature:"

// unlabelled is the value of a header that may have been given with its name.
func unlabelled(value string) string {
	if trimmed := strings.TrimSpace(value); len(trimmed) >= len(headerName) && strings.EqualFold(trimmed[:len(headerName)], headerName) {
		return strings.TrimSpace(trimmed[len(headerName):])
	}
	return value
}
