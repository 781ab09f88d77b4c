package uqudo

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"kycmock/keys"
	"kycmock/mockserver/fault"
)

// FuzzSpoiltToken spoils tokens that hold whatever by whatever faults. None of
// it panics; what is made is what was asked for, and the same every time.
func FuzzSpoiltToken(f *testing.F) {
	ring, err := keys.NewRing(time.Unix(0, 0))
	if err != nil {
		f.Fatal(err)
	}
	good := ring.Signer()
	header := string(keys.Header(good.KID(), keys.RS256))
	for _, payload := range []string{
		`{"aud":"a","exp":7200,"iat":0,"iss":"i","jti":"j","data":{"documents":[{"documentType":"PASSPORT","scan":{"front":{"name":"Ada"}},"reading":null}]}}`,
		`{"iat":-9223372036854775808,"exp":9223372036854775807,"data":{"documents":[null,[],1],"face":null}}`,
		`{"iat":1e400,"exp":0.5,"a":"\u0041\ud800","a":"twice"}`, `{"data":{"documents":[{"reading":{"data":7}}]}}`,
		`[]`, `null`, `""`, `{`, ``, "\xff\xfe", strings.Repeat("[", 20_000), `{"` + "\x00" + `":"A"}`,
	} {
		f.Add(header, payload, uint64(1)<<63-1, uint64(1))
		f.Add(header, payload, uint64(0), uint64(0))
	}
	for _, h := range []string{`{}`, `{"kid":7}`, `{"kid":"nobody's"}`, `null`, `x`, ``} {
		f.Add(h, `{"a":"b"}`, uint64(1)<<12, uint64(2))
	}
	f.Fuzz(func(t *testing.T, header, payload string, which, seed uint64) {
		a := fault.Active{Stream: fault.Stream{Seed: seed, Attempt: 1}}
		var content, signature bool
		for i, name := range faults() {
			spec, _ := fault.Find(name)
			if which&(1<<i) == 0 {
				continue
			}
			one := fault.Fault{Name: name}
			if name == fault.Large {
				one.Params = map[string]any{"bytes": int(seed%1000) + 1}
			}
			a.Faults = append(a.Faults, one)
			content = content || spec.Stage == fault.Content
			signature = signature || spec.Stage == fault.Signature
		}
		token, err := keys.Compose([]byte(header), []byte(payload), good.Signature)
		if err != nil {
			t.Fatal(err)
		}
		got, err := spoiltToken(ring, token, a)
		a.Attempt, a.Copy = 9, 3
		slices.Reverse(a.Faults)
		if again, errAgain := spoiltToken(ring, token, a); again != got || (errAgain == nil) != (err == nil) {
			t.Fatalf("another attempt sends %.100q and not %.100q: %v, %v", again, got, errAgain, err)
		}
		var claims map[string]any
		readable := json.Unmarshal([]byte(payload), &claims) == nil && claims != nil
		switch {
		case err != nil:
			var named struct{ KID string }
			if json.Unmarshal([]byte(header), &named) == nil && (readable || !content) {
				t.Fatalf("what can be read cannot be spoilt: %v", err)
			}
		case !content && !signature:
			if got != token {
				t.Fatalf("without a fault %.100q became %.100q", token, got)
			}
		case !signature:
			set := jose.JSONWebKeySet{}
			if err := json.Unmarshal(ring.JWKS(), &set); err != nil {
				t.Fatal(err)
			}
			jws, err := jose.ParseSignedCompact(got, []jose.SignatureAlgorithm{jose.RS256})
			if err != nil {
				t.Fatal(err)
			}
			said, err := jws.Verify(set.Keys[0].Key)
			if err != nil || !json.Valid(said) || bytes.ContainsAny(said, "\r\n") {
				t.Fatalf("%v in %.200q", err, said)
			}
		}
	})
}
