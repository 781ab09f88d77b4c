package keys

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"
)

// minBits is the least modulus length: RFC 7518 demands it for RS256, and
// receivers' libraries refuse less.
const minBits = 2048

// Pair is an RSA key pair with a name. It comes from Default, Generate or
// Load, and signs nothing when it is the zero value. Its private part comes out
// by PrivatePEM alone.
type Pair struct {
	private *rsa.PrivateKey
	kid     string
	header  []byte // {"kid":"…","alg":"RS256"}, the same for every token
}

// newPair checks the key and names it; without a kid the name is derived from
// the public key.
func newPair(key *rsa.PrivateKey, kid string) (Pair, error) {
	if bits := key.N.BitLen(); bits < minBits {
		return Pair{}, fmt.Errorf("the RSA key has %d bits, want at least %d", bits, minBits)
	}
	if err := key.Validate(); err != nil {
		return Pair{}, fmt.Errorf("the parts of the RSA key do not belong together: %w", err)
	}
	key.Precompute()
	if kid == "" {
		kid = deriveKID(&key.PublicKey)
	}
	return Pair{private: key, kid: kid, header: Header(kid, RS256)}, nil
}

// deriveKID makes a kid that looks like Uqudo's (32 lower-case hex characters)
// and is a pure function of the public key: the first 16 bytes of the SHA-256
// of its PKIX encoding.
func deriveKID(key *rsa.PublicKey) string {
	sum := sha256.Sum256(pkix(key))
	return hex.EncodeToString(sum[:16])
}

// pkix cannot fail for an RSA public key.
func pkix(key *rsa.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic("keys: " + err.Error())
	}
	return der
}

//go:embed default.pem
var defaultPEM []byte

var defaultPair = sync.OnceValue(func() Pair { return embedded("default.pem", defaultPEM) })

// embedded reads the only pair of a file that is part of the program.
func embedded(name string, file []byte) Pair {
	pairs, err := readPEM(file)
	if err != nil {
		panic("keys: the embedded " + name + ": " + err.Error())
	}
	return pairs[0]
}

// Default is the pair that is part of the program, for tests only: everybody
// has its private key. It is the same on every start, so that a receiver that
// is configured with a public key in PEM can be set up once, and it costs no
// key generation.
func Default() Pair { return defaultPair() }

// Generate makes a new random pair of 2048 bits. That takes a core 50 to 200
// ms, so it is not for the way up.
func Generate() (Pair, error) {
	key, err := rsa.GenerateKey(rand.Reader, minBits)
	if err != nil {
		return Pair{}, err
	}
	return newPair(key, "")
}

// Named is the same key under another kid.
func (p Pair) Named(kid string) Pair {
	p.kid, p.header = kid, Header(kid, RS256)
	return p
}

// KID is the pair's name: 32 lower-case hex characters, or what a JWK file
// says.
func (p Pair) KID() string { return p.kid }

// Sign returns the payload as a JWS in compact serialisation whose header is
// exactly {"kid":"…","alg":"RS256"}. The same payload gives the same token.
func (p Pair) Sign(payload []byte) (string, error) {
	return Compose(p.header, payload, p.Signature)
}

var errZero = errors.New("a zero key pair cannot sign")

// Signature is the bare RS256 signature of input. Together with Compose it
// signs under any header, as a forged token needs it.
func (p Pair) Signature(input []byte) ([]byte, error) {
	if p.private == nil {
		return nil, errZero
	}
	sum := sha256.Sum256(input)
	return rsa.SignPKCS1v15(nil, p.private, crypto.SHA256, sum[:])
}

// PublicPEM is the public key as a PEM block of type PUBLIC KEY, as receivers
// with a fixed key want it.
func (p Pair) PublicPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix(&p.private.PublicKey)})
}

// PublicJWK is the public key as a JSON Web Key, with the members in the order
// kty, e, use, kid, alg, n.
func (p Pair) PublicJWK() []byte { return encode(p.jwk()) }
