package fault

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
)

// Stream is where the draws about one attempt come from. Each of its parts
// gives draws of its own, so that a fault more or an attempt less changes no
// other's.
type Stream struct {
	Seed    uint64 // The notification's.
	Copy    int    // 0 for the first delivery of it, then 1, 2, ...
	Attempt int    // Counts from 1.
}

// Dice are the draws for one purpose.
func (s Stream) Dice(purpose string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strconv.Itoa(s.Copy) + "/" + strconv.Itoa(s.Attempt) + "/" + purpose))
	return rand.New(rand.NewPCG(s.Seed, h.Sum64())) //nolint:gosec // draws that can be repeated
}

// Active are the faults that act on one attempt.
type Active struct {
	Stream
	Faults []Fault // In the order in which they were asked for.
}

// On returns those of the faults that act on the stream's attempt.
func On(faults []Fault, s Stream) Active {
	a := Active{Stream: s}
	namesakes := map[string]int{} // how many came before, because each has draws of its own
	for _, f := range faults {
		nth := namesakes[f.Name]
		namesakes[f.Name]++
		spec, known := Find(f.Name)
		if !known || !spec.OnAttempts() || len(f.On) > 0 && !slices.Contains(f.On, s.Attempt) {
			continue
		}
		if q := f.Probability; q != nil && s.Dice("whether "+strconv.Itoa(nth)+f.Name).Float64() >= *q {
			continue
		}
		a.Faults = append(a.Faults, f)
	}
	return a
}

// Dice are the draws for how a fault is made. Every copy has the same ones,
// because copies are the same bytes; what a copy draws for itself is whether a
// fault acts on it.
func (a Active) Dice(purpose string) *rand.Rand {
	shared := a.Stream
	shared.Copy = 0
	return shared.Dice(purpose)
}

// Find returns the first active fault of a name, and whether there is one.
func (a Active) Find(name string) (Fault, bool) { return First(a.Faults, name) }

// Has is whether a fault of this name is active.
func (a Active) Has(name string) bool { _, has := a.Find(name); return has }

// First returns the first fault of a name, and whether there is one.
func First(faults []Fault, name string) (Fault, bool) {
	i := slices.IndexFunc(faults, func(f Fault) bool { return f.Name == name })
	if i < 0 {
		return Fault{}, false
	}
	return faults[i], true
}
