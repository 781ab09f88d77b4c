package verify

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"kycmock/mockserver/clock"
)

const (
	// issuer is the iss of every result, as observed on the live service. It has no
	// /api, unlike the address of the key set.
	issuer = "https://id.uqudo.io"
	// skew is how far clocks may differ.
	skew = time.Minute
	// tooMany is more than any number of seconds, and less than any of
	// milliseconds, of our times.
	tooMany = 1e11
)

// checkClaims says what a correct receiver would refuse, or should look at.
func (u Uqudo) checkClaims(r *Report, claims map[string]any) {
	if claims["iss"] != issuer {
		r.add("iss-wrong", "iss is %s, want %q", show(claims, "iss"), issuer)
	}
	u.checkAudience(r, claims)
	if id, ok := claims["jti"].(string); !ok || id == "" {
		r.add("jti-missing", "jti is %s, want a string: without it a duplicate cannot be told", show(claims, "jti"))
	}
	if _, ok := claims["data"].(map[string]any); !ok {
		r.add("data-missing", "data is %s, want an object with the result", show(claims, "data"))
	}
	iat, hasIAT := moment(r, claims, "iat")
	exp, hasEXP := moment(r, claims, "exp")
	if ahead := iat.Sub(u.At); hasIAT && ahead > skew {
		r.add("iat-future", "iat is %s in the future: issued at %s, and it is %s", span(ahead), clockTime(iat), clockTime(u.At))
	}
	switch left := exp.Sub(u.At); {
	case !hasEXP:
	case hasIAT && !exp.After(iat):
		r.add("exp-before-iat", "exp is not after iat: %s, and %s", clockTime(exp), clockTime(iat))
	case left <= 0:
		if -left < time.Second {
			r.add("exp-passed", "the token has just expired, at %s", clockTime(exp))
		} else {
			r.add("exp-passed", "the token has expired %s ago, at %s; it is %s", span(-left), clockTime(exp), clockTime(u.At))
		}
		if r.Authentic {
			r.note("an expired result is still authentic: Uqudo tries again for two hours, and a retry may come after exp")
		}
	default:
		r.note("it expires in %s, at %s", span(left), clockTime(exp))
	}
}

func (u Uqudo) checkAudience(r *Report, claims map[string]any) {
	aud, isText := claims["aud"].(string)
	_, isList := claims["aud"].([]any)
	switch {
	case isList:
		r.add("aud-list", "aud is an array, %s, want a string: in an array others may be named besides", show(claims, "aud"))
	case !isText || aud == "":
		r.add("aud-missing", "aud is %s, want a string with the receiver's client ID", show(claims, "aud"))
	case u.Audience == "":
		r.note("aud is %q, and was not compared with anything", clip(aud))
	case aud != u.Audience:
		r.add("aud-wrong", "aud is %q, want %q: the result is for another account", clip(aud), u.Audience)
	}
}

// moment reads a claim that is a number of seconds since 1970.
func moment(r *Report, claims map[string]any, name string) (time.Time, bool) {
	n, ok := claims[name].(float64)
	switch {
	case !ok:
		r.add(name+"-missing", "%s is %s, want a number of seconds", name, show(claims, name))
		return time.Time{}, false
	case math.Abs(n) > tooMany:
		r.add(name+"-unit", "%s is %s, want seconds: this looks like milliseconds", name, show(claims, name))
		return time.Time{}, false
	}
	return time.UnixMilli(int64(n * 1000)).UTC(), true
}

// show is a claim as it was sent, but for spaces.
func show(claims map[string]any, name string) string {
	value, there := claims[name]
	if !there {
		return "missing"
	}
	if n, ok := value.(float64); ok && n == math.Trunc(n) && math.Abs(n) < 1<<53 {
		return fmt.Sprintf("%.0f", n)
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return plain(clip(string(text)))
}

// plain is a text with escapes for what cannot be seen in it, or turns around
// what stands beside it.
func plain(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strconv.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		escape := strconv.QuoteRune(r)
		b.WriteString(escape[1 : len(escape)-1])
	}
	return b.String()
}

func clockTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// span is a duration as people say it: to the second, and from two days on in
// whole days.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Second:
		return "less than a second"
	case d < 2*day:
		return clock.Duration(d.Truncate(time.Second)).String()
	default:
		return counted(int(d/day), "day")
	}
}
