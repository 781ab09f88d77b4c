package verify

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strings"
)

// variant is something as it might have been used instead, and the mistakes
// that make it that; none for what it should be.
type variant struct {
	bytes    []byte
	mistakes []Finding
}

// variants are different from each other: of two mistakes with the same outcome
// the first one is kept.
type variants struct {
	list []variant
	seen map[[sumSize]byte]bool // by their hashes
}

func (v *variants) add(text []byte, mistakes ...Finding) {
	if v.seen == nil {
		v.seen = map[[sumSize]byte]bool{}
	}
	sum := sha256.Sum256(text)
	if v.seen[sum] {
		return
	}
	v.seen[sum] = true
	v.list = append(v.list, variant{text, mistakes})
}

// secrets are the keys that a secret may have been made into.
func secrets(secret string, known map[string]string) []variant {
	var v variants
	used := func(text, code, how string) {
		v.add([]byte(text), found(code, "%s", how))
	}
	v.add([]byte(secret))
	trimmed := strings.TrimSpace(secret)
	used(trimmed, "secret-space", "the secret has white space around it: this is the signature by the secret without it")
	for _, end := range []struct{ text, name string }{{"\n", "a newline"}, {"\r\n", "a CR and a newline"}, {" ", "a space"}} {
		used(trimmed+end.text, "secret-space", "this is the signature by the secret with "+end.name+" at its end: it was read from a file, or pasted so")
	}
	used(`"`+trimmed+`"`, "secret-quoted", "this is the signature by the secret with quotes around it: they were read as part of it")
	used(`'`+trimmed+`'`, "secret-quoted", "this is the signature by the secret with quotes around it: they were read as part of it")
	used(strings.Trim(trimmed, `"'`), "secret-quoted", "the secret has quotes around it: this is the signature by the secret without them")
	used(strings.ToLower(trimmed), "secret-case", "this is the signature by the secret in lower case: want it as it is shown")
	used(strings.ToUpper(trimmed), "secret-case", "this is the signature by the secret in upper case: want it as it is shown")
	bare := strings.ReplaceAll(trimmed, "-", "")
	used(bare, "secret-hyphens", "this is the signature by the secret without its hyphens: want it as it is shown")
	if raw, err := hex.DecodeString(bare); err == nil {
		used(string(raw), "secret-decoded", "the secret was taken as hex and decoded: want the bytes of its text")
	}
	for _, raw := range unbase64(trimmed) {
		used(string(raw), "secret-decoded", "the secret was taken as base64 and decoded: want the bytes of its text")
	}
	if _, rest, prefixed := strings.Cut(trimmed, "_whsec_"); prefixed {
		used(rest, "secret-prefix", "this is the signature by the secret without its prefix: the prefix belongs to it")
	}
	used("", "secret-empty", "this is the signature by an empty secret: the variable that holds it was not set")
	used("undefined", "secret-empty", "this is the signature by the word undefined: the variable that holds the secret was not set")
	for _, other := range slices.Sorted(maps.Keys(known)) {
		used(other, "secret-other", "this is the signature by another secret: "+known[other])
	}
	return v.list
}

// unbase64 is what libraries make of a text that they are told is base64. Some
// pass over what does not belong there.
func unbase64(text string) [][]byte {
	var all [][]byte
	bare := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	for _, t := range []string{bare, strings.ReplaceAll(strings.TrimRight(text, "="), "-", "")} {
		if raw, err := base64.RawStdEncoding.DecodeString(t); err == nil {
			all = append(all, raw)
		}
	}
	return all
}

// way is a way of signing. The first one is UIP's.
type way struct {
	sum      func(key, body []byte) []byte
	mistakes []Finding
}

// schemes are the ways in which a body may have been signed. With a timestamp,
// that and a full stop come before the body.
func schemes(timestamp string) []way {
	signed := func(body []byte) []byte { return body }
	if timestamp != "" {
		signed = func(body []byte) []byte { return append([]byte(timestamp+"."), body...) }
	}
	mac := func(h func() hash.Hash) func(key, body []byte) []byte {
		return func(key, body []byte) []byte { return maced(h, key, signed(body)) }
	}
	ways := []way{{sum: mac(sha256.New)}}
	add := func(code, how string, sum func(key, body []byte) []byte) {
		ways = append(ways, way{sum, []Finding{found(code, "%s", how)}})
	}
	if timestamp != "" {
		add("timestamp-unsigned", "this is the signature of the body alone, as in contract A: the timestamp is not in it",
			func(key, body []byte) []byte { return maced(sha256.New, key, body) })
	}
	add("not-keyed", "this is a plain SHA-256, not an HMAC: the secret is not in it",
		func(_, body []byte) []byte { return summed(signed(body)) })
	add("not-keyed", "this is a plain SHA-256 of the secret and the body, not an HMAC",
		func(key, body []byte) []byte { return summed(key, signed(body)) })
	add("not-keyed", "this is a plain SHA-256 of the body and the secret, not an HMAC",
		func(key, body []byte) []byte { return summed(signed(body), key) })
	add("key-swapped", "the secret and the body are in each other's place: this is the HMAC of the secret, keyed with the body",
		func(key, body []byte) []byte { return maced(sha256.New, signed(body), key) })
	add("hash-wrong", "this is an HMAC by SHA-1, want SHA-256", mac(sha1.New))
	add("hash-wrong", "this is an HMAC by SHA-384, want SHA-256", mac(sha512.New384))
	add("hash-wrong", "this is an HMAC by SHA-512, want SHA-256", mac(sha512.New))
	return ways
}

func maced(h func() hash.Hash, key, text []byte) []byte {
	mac := hmac.New(h, key)
	mac.Write(text)
	return mac.Sum(nil)
}

func summed(texts ...[]byte) []byte {
	sum := sha256.New()
	for _, text := range texts {
		sum.Write(text)
	}
	return sum.Sum(nil)
}
