package mockserver

import (
	crand "crypto/rand"
	"encoding/binary"
	"math/rand/v2"
	"runtime/debug"
	"sync"

	"github.com/google/uuid"

	"kycmock/mockserver/provider"
)

// identities makes everything of a mock that is drawn: identities and the
// seeds of what is invented. The same seed draws the same, in the same order.
type identities struct {
	mu   sync.Mutex
	rand *rand.Rand
}

// newIdentities draws from seed; stream keeps a mock that goes on from a store
// from drawing again what it drew before.
func newIdentities(seed, stream uint64) *identities {
	return &identities{rand: rand.New(rand.NewPCG(seed, stream))}
}

// seeded draws identities from a seed.
func seeded(seed uint64) provider.Identities {
	const stream = 1 << 61 // far from that of a mock's own
	i := newIdentities(seed, stream)
	return provider.Identities{NewID: i.newID, NewUUID: i.newUUID}
}

// seed draws a seed of 53 bits, which JSON's numbers hold in every language.
func (i *identities) seed() uint64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.rand.Uint64() >> 11
}

// alphabet is for identities: lower case, and nothing that is mistaken for
// something else.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// newID makes an identity of 16 characters, 80 bits, behind a prefix.
func (i *identities) newID(prefix string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	text := make([]byte, 16)
	for n := range text {
		text[n] = alphabet[i.rand.IntN(len(alphabet))]
	}
	return prefix + string(text)
}

// newUUID makes a version 4 UUID.
func (i *identities) newUUID() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], i.rand.Uint64())
	binary.BigEndian.PutUint64(id[8:], i.rand.Uint64())
	id[6] = id[6]&0x0f | 0x40 // version 4
	id[8] = id[8]&0x3f | 0x80 // RFC 9562 variant
	return id.String()
}

// randomSeed is a seed nobody asked for. It is short, so that people can copy
// it.
func randomSeed() uint64 {
	var b [8]byte
	_, _ = crand.Read(b[:]) // never fails, by its documentation
	return binary.BigEndian.Uint64(b[:]) % 1_000_000_000
}

func builtVersion() (version, commit string) {
	version = "devel"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, commit
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = s.Value
		}
	}
	return version, commit
}
