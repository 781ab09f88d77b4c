package person

import (
	"hash/fnv"
	"io"
	"math/bits"
	"math/rand/v2"
)

// Dice draws numbers from a seed. It uses nothing of math/rand/v2 but the PCG
// generator, whose output is fixed by its specification, so that a seed means
// the same on every version of Go. A Dice is for one goroutine.
type Dice struct{ pcg *rand.PCG }

// NewDice returns the draws that belong to a seed and a purpose. Different
// purposes are independent of each other, so that a draw more in one place
// changes nothing in another.
func NewDice(seed uint64, purpose string) *Dice {
	h := fnv.New64a()
	io.WriteString(h, purpose)
	return &Dice{rand.NewPCG(seed, h.Sum64())}
}

// N draws a number from 0 to n-1, for a positive n.
func (d *Dice) N(n int) int {
	hi, _ := bits.Mul64(d.pcg.Uint64(), uint64(n))
	return int(hi)
}

// Text draws n characters of an alphabet of single bytes.
func (d *Dice) Text(n int, alphabet string) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = alphabet[d.N(len(alphabet))]
	}
	return string(text)
}

// Digits draws n decimal digits.
func (d *Dice) Digits(n int) string { return d.Text(n, "0123456789") }

// Hex draws n lower-case hexadecimal digits.
func (d *Dice) Hex(n int) string { return d.Text(n, "0123456789abcdef") }
