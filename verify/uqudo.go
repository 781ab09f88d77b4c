package verify

import (
	"bytes"
	"cmp"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Uqudo is a webhook of Uqudo's as a receiver got it.
type Uqudo struct {
	// Body is {"jwsResult": "..."}, or the token alone.
	Body []byte
	// Keys are those that Uqudo publishes.
	Keys Set
	// Audience is the receiver's OAuth client ID; aud is not checked when it is
	// empty.
	Audience string
	// At is the time to judge iat and exp by.
	At time.Time
	// Others are keys that are not in the set, in case that one of them signed.
	Others []Other
}

// Verify reports on the webhook.
func (u Uqudo) Verify() Report {
	r := newReport()
	text := tokenIn(&r, u.Body)
	if text == "" {
		return r.done()
	}
	t := readToken(&r, text)
	r.Findings = append(r.Findings, u.Keys.wrong...)
	for _, passed := range u.Keys.passed {
		r.note("the key set's %s: receivers pass it over", passed)
	}
	if t.header != nil {
		r.Header = t.header
		checkHeader(&r, t.header)
		u.judgeSignature(&r, t)
	}
	if r.Claims = t.claims(&r); r.Claims != nil {
		u.checkClaims(&r, r.Claims)
	}
	return r.done()
}

// judgeSignature says whether a key of the set signed the token, and if not,
// who may have.
func (u Uqudo) judgeSignature(r *Report, t token) {
	kid, _ := t.header["kid"].(string)
	key := u.Keys.find(kid)
	if kid != "" && key == nil {
		r.add("kid-unknown", "the kid %q is not in the key set, which has %s", clip(kid), cmp.Or(strings.Join(u.Keys.kids, ", "), "none"))
		for _, o := range u.Others {
			if o.kid == kid {
				r.add("kid-withdrawn", "the kid %q is that of %s", clip(kid), o.what)
			}
		}
	}
	if t.header["alg"] == string(jose.RS256) && key != nil && signs(key, t.normal()) {
		r.Authentic = t.strict && t.header["crit"] == nil
		if r.Authentic {
			r.note("it is signed by the key %s", kid)
		} else {
			r.note("but for how it is written, the signature fits the key %s", kid)
		}
		return
	}
	if u.confused(r, t) {
		return
	}
	u.findMaker(r, t, kid)
}

// signs is whether a key verifies a token.
func signs(key *rsa.PublicKey, token string) bool {
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return false
	}
	_, err = jws.Verify(key)
	return err == nil
}

// tokenIn finds the token in a body, "" when there is none.
func tokenIn(r *Report, body []byte) string {
	text := strings.TrimSpace(strings.TrimPrefix(string(body), bom))
	switch {
	case text == "":
		r.add("body-empty", "the body is empty")
		return ""
	case strings.HasPrefix(text, "{"):
		text = tokenOf(r, []byte(text))
	case strings.HasPrefix(text, "jwsResult="):
		r.add("body-form", "the body is a form, want a JSON object or the token alone")
		text = strings.TrimPrefix(text, "jwsResult=")
	}
	if bare := strings.Trim(text, `"'`); bare != text {
		r.add("token-quoted", "the token is in quotes of its own")
		text = bare
	}
	if len(text) > 7 && strings.EqualFold(text[:7], "Bearer ") {
		r.add("token-bearer", "the word Bearer is before the token")
		text = text[7:]
	}
	if bare := strings.Join(strings.Fields(text), ""); bare != text {
		r.add("token-space", "there is white space in the token: it was wrapped or pasted so")
		text = bare
	}
	return text
}

// tokenOf is the jwsResult of an object.
func tokenOf(r *Report, body []byte) string {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		r.add("body-not-json", "the body cannot be read as JSON: %v", err)
		return ""
	}
	var token string
	raw, there := members["jwsResult"]
	has := func(name string) bool { return members[name] != nil }
	switch {
	case there && json.Unmarshal(raw, &token) == nil && token != "":
		return token
	case there:
		r.add("body-no-token", "jwsResult is %s, want a string with the token", plain(clip(string(bytes.TrimSpace(raw)))))
	case has("iss") && has("data"):
		r.add("body-payload", "this is what a token says, without the token: nothing is left that could prove it")
	case has("event"):
		r.add("body-uip", "the body looks like an event of UIP's: kycmock verify uip is for those")
	case has("payload") && (has("signature") || has("signatures")):
		r.add("body-serialization", "this is the JSON serialization of a JWS, want the compact one")
	default:
		r.add("body-no-token", "the body has no jwsResult; it has %s", plain(clip(strings.Join(slices.Sorted(maps.Keys(members)), ", "))))
	}
	return ""
}
