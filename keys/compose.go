package keys

import "encoding/base64"

// Compose puts a JWS in compact serialisation together: header, payload and
// what sign makes of the two, each in base64url without padding. Header and
// payload are taken as they are, so that a token can be forged: any alg, an
// unknown kid, a signature of nothing (an alg of "none") or of rubbish. Sign
// must neither keep nor change its input.
func Compose(header, payload []byte, sign func(input []byte) ([]byte, error)) (string, error) {
	enc := base64.RawURLEncoding
	const signature = 344 // more than 256 bytes take, so that a token of RS256 is made in one piece
	b := make([]byte, 0, enc.EncodedLen(len(header))+enc.EncodedLen(len(payload))+signature+2)
	b = enc.AppendEncode(b, header)
	b = append(b, '.')
	b = enc.AppendEncode(b, payload)
	sig, err := sign(b)
	if err != nil {
		return "", err
	}
	b = append(b, '.')
	b = enc.AppendEncode(b, sig)
	return string(b), nil
}
