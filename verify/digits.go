package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
)

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*=`)

// digits reads the value of X-UIP-Signature. What is not as UIP writes it is a
// finding, and is read all the same; nothing is returned when it cannot be.
func digits(value string) (raw []byte, odd []Finding) {
	value = unlabelled(value)
	if strings.TrimSpace(value) == "" {
		return nil, []Finding{found("signature-empty", "the signature is empty")}
	}
	text := strings.TrimSpace(value)
	if text != value {
		odd = append(odd, found("signature-space", "the signature has white space around it"))
	}
	if bare := strings.Trim(text, `"'`); bare != text && bare != "" {
		odd = append(odd, found("signature-quoted", "the signature is in quotes, want the digits alone"))
		text = bare
	}
	if prefix := scheme.FindString(text); prefix != "" && strings.Trim(text[len(prefix):], "=") != "" {
		odd = append(odd, found("signature-prefix", "the signature begins with %q, want the digits alone", clip(prefix)))
		text = text[len(prefix):]
	}
	if raw, err := hex.DecodeString(text); err == nil {
		if text != strings.ToLower(text) {
			odd = append(odd, found("signature-upper-case", "the signature is in upper-case hex, want lower case: the samples on UIP's Webhooks page compare the text"))
		}
		return raw, odd
	}
	if raw, name := base64ed(text); raw != nil {
		return raw, append(odd, found("signature-base64", "the signature is in %s, want hex digits in lower case", name))
	}
	return nil, append(odd, notDigits(text))
}

// base64ed reads what is in one of the kinds of base64, also when it is the hex
// digits that were encoded and not the bytes.
func base64ed(text string) (raw []byte, name string) {
	if strings.TrimLeft(strings.ToLower(text), "0123456789abcdef") == "" {
		return nil, "" // an odd number of hex digits
	}
	name = "base64"
	bare := strings.TrimRight(text, "=")
	if strings.ContainsAny(bare, "-_") {
		name = "base64url"
	}
	raw, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(bare))
	if err != nil {
		return nil, ""
	}
	if inner, err := hex.DecodeString(string(bytes.TrimSpace(raw))); err == nil && len(inner) == sumSize {
		return inner, name + " of the hex digits"
	}
	return raw, name
}

// notDigits says why a value is no hex.
func notDigits(text string) Finding {
	for i, c := range text {
		if !strings.ContainsRune("0123456789abcdefABCDEF", c) {
			return found("signature-not-hex", "the signature has %q at %d, which is no hex digit", c, i+1)
		}
	}
	return found("signature-length", "the signature has %d hex digits, want %d", len(text), 2*sumSize)
}
