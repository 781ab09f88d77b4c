package keys

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"math/rand/v2"
)

// Derive makes the pair of 2048 bits that belongs to a seed, the same every
// time: a run that is repeated rotates to the same keys. Whoever knows the seed
// knows the private key, so it is for tests and for nothing else. It takes a
// core some 100 to 500 ms.
func Derive(seed uint64) (Pair, error) {
	draws := rand.NewChaCha8(sha256.Sum256(binary.BigEndian.AppendUint64([]byte("kycmock test key"), seed)))
	for {
		p, q := prime(draws), prime(draws)
		if key := composed(p, q); key != nil {
			return newPair(key, "")
		}
	}
}

// prime draws a prime of half the bits, whose two highest bits are set, so that
// the product of two has all of them.
func prime(draws *rand.ChaCha8) *big.Int {
	const bits = minBits / 2
	raw := make([]byte, bits/8)
	_, _ = draws.Read(raw) // never fails
	raw[0] |= 0xc0
	raw[len(raw)-1] |= 1
	candidate, two := new(big.Int).SetBytes(raw), big.NewInt(2)
	for !candidate.ProbablyPrime(20) {
		candidate.Add(candidate, two)
	}
	return candidate
}

// composed is the key of two primes, nil when they make none.
func composed(p, q *big.Int) *rsa.PrivateKey {
	const exponent = 65537
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	d := new(big.Int).ModInverse(big.NewInt(exponent), phi)
	n := new(big.Int).Mul(p, q)
	if p.Cmp(q) == 0 || d == nil || n.BitLen() != minBits {
		return nil
	}
	key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: exponent}, D: d, Primes: []*big.Int{p, q}}
	key.Precompute()
	if key.Validate() != nil {
		return nil
	}
	return key
}
