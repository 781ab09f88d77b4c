package keys_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"kycmock/keys"
)

func TestRotationOverlapsUntilTheOldKeyIsRetired(t *testing.T) {
	ring := newRing(t)
	old := ring.Active()
	before, _, _ := ring.Sign([]byte("before"))
	next := pairs(t)[0]

	got := ring.Rotate(start.Add(time.Hour), next)
	want := keys.Key{KID: next.KID(), Alg: "RS256", State: keys.Active, CreatedAt: start.Add(time.Hour)}
	if got != want || ring.Active() != want {
		t.Fatalf("rotated to %+v, active is %+v, want %+v", got, ring.Active(), want)
	}
	after, kid, _ := ring.Sign([]byte("after"))
	if kid != next.KID() {
		t.Errorf("signed by %s after the rotation to %s", kid, next.KID())
	}
	verify(t, before, ring.JWKS())
	verify(t, after, ring.JWKS())
	if got, want := published(t, ring), []string{next.KID(), old.KID}; !slices.Equal(got, want) {
		t.Errorf("during the overlap the key set has %v, want %v", got, want)
	}

	retired, err := ring.Retire(old.KID)
	old.State = keys.Retired
	if err != nil || retired != old {
		t.Errorf("retired %+v, %v, want %+v", retired, err, old)
	}
	if got, want := published(t, ring), []string{next.KID()}; !slices.Equal(got, want) {
		t.Errorf("after the overlap the key set has %v, want %v", got, want)
	}
	verify(t, after, ring.JWKS())
	if got, want := ring.Keys(), []keys.Key{old, want}; !slices.Equal(got, want) {
		t.Errorf("keys %+v, want %+v", got, want)
	}
}

func TestKeySetNamesTheActiveKeyFirstThenTheNewest(t *testing.T) {
	ring := newRing(t)
	want := []string{keys.Default().KID()}
	for i, p := range pairs(t) {
		ring.Rotate(start.Add(time.Duration(i)*time.Minute), p)
		want = slices.Insert(want, 0, p.KID())
	}
	if got := published(t, ring); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRetireRefusesAndRepeats(t *testing.T) {
	ring := newRing(t, pairs(t)...)
	_, err := ring.Retire(ring.Active().KID)
	if !errors.Is(err, keys.ErrActive) {
		t.Errorf("the active key: got %v, want ErrActive", err)
	}
	wantError(t, err, `kid "dfcd7339d11ad2387e12b66afb056f78": the key is the active one, rotate first`)
	_, err = ring.Retire("nobody")
	if !errors.Is(err, keys.ErrUnknown) {
		t.Errorf("an unknown key: got %v, want ErrUnknown", err)
	}
	wantError(t, err, `kid "nobody": there is no such key`)
	for range 2 {
		if k, err := ring.Retire("team-key-1"); err != nil || k.State != keys.Retired {
			t.Errorf("got %+v, %v, want it retired both times", k, err)
		}
	}
}

func TestRotatingBackMakesAKeyActiveAgain(t *testing.T) {
	all := pairs(t)
	ring := newRing(t, all[0])
	ring.Rotate(start.Add(time.Minute), all[1])
	if _, err := ring.Retire(all[0].KID()); err != nil {
		t.Fatal(err)
	}
	ring.Rotate(start.Add(time.Hour), all[0])
	if got, want := published(t, ring), []string{all[0].KID(), all[1].KID()}; !slices.Equal(got, want) {
		t.Errorf("the key set has %v, want %v", got, want)
	}
	if got := ring.Active().CreatedAt; !got.Equal(start.Add(time.Hour)) {
		t.Errorf("created at %v, want the time of the rotation", got)
	}
}

func TestSigningRotatingAndRetiringAtOnce(t *testing.T) {
	all := pairs(t)
	ring := newRing(t, all...)
	var work sync.WaitGroup
	for i := range 4 {
		work.Go(func() {
			for n := range 10 {
				ring.Rotate(start.Add(time.Duration(n)*time.Second), all[i])
				_, _ = ring.Retire(all[(i+1)%4].KID())
			}
		})
		work.Go(func() {
			for range 10 {
				token, kid, err := ring.Sign([]byte("{}"))
				if err != nil {
					t.Error(err)
					return
				}
				jwk, err := ring.PublicJWK(kid)
				if err != nil {
					t.Error(err)
					return
				}
				verify(t, token, []byte(`{"keys":[`+string(jwk)+`]}`))
				if set := published(t, ring); len(set) == 0 {
					t.Error("the key set was empty for a moment")
				}
			}
		})
	}
	work.Wait()
	if n := len(ring.Keys()); n != len(all) {
		t.Errorf("the ring has %d keys, want %d", n, len(all))
	}
}
