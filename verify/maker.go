package verify

import (
	"bytes"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
)

// confused is whether a token of HS256 is signed with a public key of the set
// as if that were a shared secret.
func (u Uqudo) confused(r *Report, t token) bool {
	if t.header["alg"] != "HS256" {
		return false
	}
	for _, k := range u.Keys.keys {
		for _, secret := range publicTexts(k.key) {
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(t.input()))
			if hmac.Equal(mac.Sum(nil), t.sig) {
				r.add("signature-confused", "the signature is an HMAC keyed with the public key %s, which everybody has: this was forged", k.kid)
				return true
			}
		}
	}
	return false
}

// publicTexts are the forms in which receivers hold a public key.
func publicTexts(key *rsa.PublicKey) [][]byte {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	return [][]byte{block, bytes.TrimSpace(block), der}
}

// candidates are all keys that are known, the one of the token's kid first.
func (u Uqudo) candidates(kid string) []Other {
	var list []Other
	if key := u.Keys.find(kid); key != nil {
		list = append(list, Other{named{kid, key}, "the key " + kid})
	}
	for _, k := range u.Keys.keys {
		if k.kid != kid {
			list = append(list, Other{k, "the key " + k.kid + " of the set"})
		}
	}
	for _, o := range u.Others {
		list = append(list, Other{o.named, o.what})
	}
	return list
}

// findMaker says which key made a signature that does not fit. An RSA signature
// gives away who made it: under the right public key it opens to a hash in a
// frame that nobody without the private key can make.
func (u Uqudo) findMaker(r *Report, t token, kid string) {
	if len(t.sig) == 0 {
		return // has been said
	}
	for _, c := range u.candidates(kid) {
		sum, hash, made := opened(c.key, t.sig)
		if !made {
			continue
		}
		if c.kid != kid {
			r.add("signature-other-key", "the signature was made by %s, and not by the key that the kid names", c.what)
		}
		if !hash.Equal(oidSHA256) {
			r.add("signature-hash", "the signature is by RSA with another hash than SHA-256")
			return
		}
		if now := sha256.Sum256([]byte(t.input())); bytes.Equal(now[:], sum) {
			return
		}
		how := "the header or the payload was changed after it was signed"
		if original := t.original(c.kid, sum); original != "" {
			how = original
		}
		r.add("signature-changed", "%s made this signature, but of something else: %s", c.what, how)
		return
	}
	if key := u.Keys.find(kid); key != nil && len(t.sig) != key.Size() {
		r.add("signature-length", "the signature has %s, the key %s makes %d: it was cut off or is no signature of RSA", counted(len(t.sig), "byte"), kid, key.Size())
		return
	}
	r.add("signature-unknown", "the signature is by none of the keys that are known: another key goes by this kid elsewhere, or its bytes were changed")
}

var oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}

// opened is the hash that a PKCS #1 v1.5 signature by this key holds.
func opened(key *rsa.PublicKey, sig []byte) (sum []byte, hash asn1.ObjectIdentifier, made bool) {
	s := new(big.Int).SetBytes(sig)
	if len(sig) != key.Size() || s.Cmp(key.N) >= 0 {
		return nil, nil, false
	}
	frame := s.Exp(s, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
	if !bytes.HasPrefix(frame, []byte{0, 1, 0xff, 0xff}) {
		return nil, nil, false
	}
	inner := bytes.TrimLeft(frame[2:], "\xff")
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Digest    []byte
	}
	if len(inner) == 0 || inner[0] != 0 {
		return nil, nil, false
	}
	if rest, err := asn1.Unmarshal(inner[1:], &info); err != nil || len(rest) > 0 {
		return nil, nil, false
	}
	return info.Digest, info.Algorithm.Algorithm, true
}

// original says what was changed about a token that was signed with this hash,
// "" when none of the usual changes is it.
func (t token) original(kid string, sum []byte) string {
	is := func(header, payload string) bool {
		got := sha256.Sum256([]byte(header + "." + payload))
		return bytes.Equal(got[:], sum)
	}
	encode := base64.RawURLEncoding.EncodeToString
	header := encode(fmt.Appendf(nil, `{"kid":%s,"alg":"RS256"}`, quote(kid)))
	if is(header, t.parts[1]) {
		return "its header was changed after it was signed"
	}
	for _, f := range rewritten(t.payload) {
		if is(t.parts[0], encode(f.text)) {
			return "the payload was re-serialised, and it is of the same JSON " + f.how
		}
	}
	return ""
}

func quote(text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string can be written
	}
	return quoted
}
