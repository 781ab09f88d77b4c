package receiver_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"kycmock/mockserver/receiver"
)

func TestTheKeySetIsFetchedOnceAndAgainForANewKey(t *testing.T) {
	v := newVendor(t)
	for i := range 3 {
		if status, got := v.send(v.token(map[string]any{"jti": fmt.Sprint(i)})); status != 200 {
			t.Fatalf("got %d %+v", status, got)
		}
	}
	if got := v.fetches(); got != 1 {
		t.Errorf("fetched %d times for one key, want once", got)
	}
	v.publish(public("two", keyTwo()), public("one", keyOne()))
	status, got := v.send(sign(t, jose.RS256, "two", keyTwo(), claims(nil)))
	if status != 200 || got.KID != "two" || v.fetches() != 2 {
		t.Errorf("after the rotation got %d %+v and %d fetches, want it taken and 2", status, got, v.fetches())
	}
	if status, got := v.send(v.token(nil)); status != 200 || got.KID != "one" || v.fetches() != 2 {
		t.Errorf("in the overlap got %d %+v and %d fetches, want it taken and 2", status, got, v.fetches())
	}
}

func TestAKeyThatWasWithdrawnGoesWithTheNextFetch(t *testing.T) {
	v := newVendor(t)
	v.send(v.token(nil))
	v.publish(public("two", keyTwo()))
	v.send(sign(t, jose.RS256, "two", keyTwo(), claims(nil)))
	status, got := v.send(v.token(nil))
	if want := `kid "one" is not in the vendor's key set, which was just fetched`; status != 401 || got.Reason != want {
		t.Errorf("got %d %+v, want 401 %s", status, got, want)
	}
}

func TestInventedKidsCannotFloodTheVendor(t *testing.T) {
	v := newVendor(t)
	unknown := func(i int) string {
		return sign(t, jose.RS256, fmt.Sprintf("invented-%d", i), keyTwo(), claims(nil))
	}
	for i := range 5 {
		if status, got := v.send(unknown(i)); status != 401 {
			t.Errorf("%d: got %d %+v, want 401", i, status, got)
		}
	}
	status, got := v.send(unknown(6))
	if want := "the kid is not known, and the key set was asked for 5 times within a minute"; status != 503 || got.Reason != want {
		t.Errorf("got %d %+v, want 503 %s", status, got, want)
	}
	if got := v.fetches(); got != 5 {
		t.Errorf("fetched %d times, want 5", got)
	}
	if status, got := v.send(v.token(nil)); status != 200 {
		t.Errorf("the good one got %d %+v, want it taken meanwhile", status, got)
	}
	v.pass(time.Minute)
	if status, _ := v.send(unknown(7)); status != 401 || v.fetches() != 6 {
		t.Errorf("a minute later got %d and %d fetches, want 401 and 6", status, v.fetches())
	}
	v.pass(-time.Hour)
	if status, _ := v.send(unknown(8)); status != 401 {
		t.Errorf("with the clock moved back got %d, want 401", status)
	}
}

func TestAKeySetThatCannotBeHadIsTriedAgainLater(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"an error", 503, "", "the key set cannot be fetched: it answers 503 Service Unavailable"},
		{"not JSON", 200, "<html>", "the key set cannot be used: invalid character '<' looking for beginning of value"},
		{"an empty set", 200, `{"keys":[]}`, "the key set cannot be used: it has no RSA key for signatures"},
		{"keys for something else", 200, `{"keys":[{"kty":"oct","kid":"one","k":"AAAA"},{"kty":"new","kid":"one"},7]}`, "the key set cannot be used: it has no RSA key for signatures"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newVendor(t)
			good := v.jwks
			v.publishRaw(tt.status, tt.body)
			token := v.token(nil)
			status, got := v.send(token)
			if status != 503 || got.Reason != tt.want {
				t.Errorf("got %d %+v\nwant 503 %s", status, got, tt.want)
			}
			v.publishRaw(http.StatusOK, good)
			if status, got := v.send(token); status != 200 || got.Duplicate {
				t.Errorf("then got %d %+v, want it taken as new", status, got)
			}
			v.publishRaw(tt.status, tt.body)
			if status, _ := v.send(sign(t, jose.RS256, "two", keyTwo(), claims(nil))); status != 503 {
				t.Errorf("a new key got %d, want 503", status)
			}
			if status, got := v.send(token); status != 200 {
				t.Errorf("the known key got %d %+v, want it kept", status, got)
			}
		})
	}
}

func TestOtherKeysInTheSetDoNoHarm(t *testing.T) {
	v := newVendor(t)
	one := strings.TrimSuffix(strings.TrimPrefix(v.jwks, `{"keys":[`), `]}`)
	bare := strings.NewReplacer(`"use":"sig",`, "", `"alg":"RS256",`, "").Replace(one)
	if bare == one {
		t.Fatalf("the members are not where they are looked for in %s", one)
	}
	v.publish(jose.JSONWebKey{Key: keyTwo().Public(), KeyID: "one", Use: "enc"}, jose.JSONWebKey{Key: keyTwo().Public(), KeyID: "one", Algorithm: "RS512"})
	others := strings.TrimSuffix(strings.TrimPrefix(v.jwks, `{"keys":[`), `]}`)
	v.publishRaw(200, `{"keys":[{"kty":"new"},`+bare+`,`+others+`],"more":1}`)
	if status, got := v.send(v.token(nil)); status != 200 {
		t.Errorf("got %d %+v, want it taken", status, got)
	}
}

// gate is a receiver whose key set comes when the test says so, in a bubble
// where the test knows when everybody waits.
type gate struct {
	handler http.Handler
	asked   int
	answers chan string
}

func newGate() *gate {
	g := &gate{answers: make(chan string)}
	g.handler = receiver.New(receiver.Config{
		JWKS: func(ctx context.Context) ([]byte, error) {
			g.asked++
			select {
			case set := <-g.answers:
				return []byte(set), nil
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			}
		},
		Audience: func(string) (string, bool) { return clientID, true },
		Now:      func() time.Time { return noon },
	}).Receive("default")
	return g
}

func (g *gate) send(ctx context.Context, token string) *httptest.ResponseRecorder {
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(token))
	req.Header.Set("Content-Type", "text/plain")
	w := httptest.NewRecorder()
	g.handler.ServeHTTP(w, req)
	return w
}

func TestManyThatWaitForTheSameKeyFetchItOnce(t *testing.T) {
	v := newVendor(t)
	token := v.token(nil)
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		var work sync.WaitGroup
		for range 10 {
			work.Go(func() {
				if w := g.send(t.Context(), token); w.Code != 200 {
					t.Errorf("got %d %s", w.Code, w.Body)
				}
			})
		}
		synctest.Wait()
		g.answers <- v.jwks
		work.Wait()
		if g.asked != 1 {
			t.Errorf("fetched %d times, want once", g.asked)
		}
	})
}

func TestASetOfBeforeTheKeyWasPublishedProvesNothing(t *testing.T) {
	v := newVendor(t)
	old := v.jwks
	v.publish(public("two", keyTwo()))
	first, second := v.token(nil), sign(t, jose.RS256, "two", keyTwo(), claims(nil))
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		var work sync.WaitGroup
		for _, token := range []string{first, second} {
			work.Go(func() {
				if w := g.send(t.Context(), token); w.Code != 200 {
					t.Errorf("got %d %s", w.Code, w.Body)
				}
			})
			synctest.Wait() // the second comes while the first one's fetch is under way
		}
		g.answers <- old
		g.answers <- v.jwks
		work.Wait()
	})
}

func TestAKeySetThatHangsIsGivenUp(t *testing.T) {
	v := newVendor(t)
	token := v.token(nil)
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		sender, cancel := context.WithTimeout(t.Context(), 10*time.Second) // in the bubble's time
		defer cancel()
		w := g.send(sender, token)
		if sender.Err() != nil {
			t.Error("it was given up only when the sender had")
		}
		want := `{"taken":false,"reason":"the key set cannot be fetched: context deadline exceeded"}`
		if w.Code != 503 || w.Body.String() != want {
			t.Errorf("got %d %s, want 503 %s", w.Code, w.Body, want)
		}
	})
}

func TestASenderThatGoesAwayIsNotKeptWaiting(t *testing.T) {
	v := newVendor(t)
	token := v.token(nil)
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		ctx, cancel := context.WithCancelCause(t.Context())
		var work sync.WaitGroup
		work.Go(func() { g.send(t.Context(), token) })
		synctest.Wait()
		work.Go(func() {
			if w := g.send(ctx, token); w.Code != 503 {
				t.Errorf("got %d %s, want 503", w.Code, w.Body)
			}
			if g.asked != 1 {
				t.Errorf("fetched %d times, want once: it was still waiting", g.asked)
			}
		})
		synctest.Wait()
		cancel(errors.New("gone"))
		synctest.Wait()
		g.answers <- v.jwks
		work.Wait()
	})
}
