package uqudo_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
)

// aUUID stands for any in a list of changes.
const aUUID = "a UUID"

var uuidLeaf = regexp.MustCompile(`^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$`)

func TestAFaultOfTheContentChangesWhatItSaysUnderAGoodSignature(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.settings(`{"jwsLifetime": "2h"}`)
	iat := labStart
	for _, c := range []struct {
		flow, faults string
		want         func(iat int64) map[string]string
	}{
		{"enrollment", `"expired"`, at(`exp`, "1577836800", `iat`, "1577829600")},
		{"face", `"expired"`, at(`exp`, "1577836800", `iat`, "1577836200")},
		{"reading", `"issued-in-future"`, func(iat int64) map[string]string {
			return map[string]string{"iat": fmt.Sprint(iat + 600), "exp": fmt.Sprint(iat + 600 + 7200)}
		}},
		{"lookup", `{"name": "issued-in-future", "params": {"by": "90s"}}`, func(iat int64) map[string]string {
			return map[string]string{"iat": fmt.Sprint(iat + 90), "exp": fmt.Sprint(iat + 90 + 7200)}
		}},
		{"enrollment", `"wrong-issuer"`, at("iss", `"https://id.uqudo.io.example"`)},
		{"enrollment", `"wrong-audience"`, at("aud", aUUID)},
		{"face", `"audience-array"`, at("aud", gone, "aud.0", `"CLIENT"`)},
		{"face", `"missing-claim"`, at("jti", gone)},
		{"face", `{"name": "missing-claim", "params": {"name": "iat"}}`, at("iat", gone)},
		{"face", `{"name": "missing-claim", "params": {"name": "exp"}}`, at("exp", gone)},
		{"face", `{"name": "missing-claim", "params": {"name": "iss"}}`, at("iss", gone)},
		{"face", `{"name": "missing-claim", "params": {"name": "aud"}}`, at("aud", gone)},
		{"enrollment", `"other-session"`, at("jti", aUUID)},
		{"face", `"other-session"`, at("jti", aUUID, "data.sessionId", aUUID)},
		{"enrollment", `"steps-omitted"`, at("data.documents.0.reading", gone, "data.documents.0.lookup", gone)},
		{"reading", `"steps-omitted"`, at("data.documents.0.scan", gone, "data.documents.0.lookup", gone)},
		{"lookup", `"steps-omitted"`, at("data.documents.0.scan", gone, "data.documents.0.reading", gone, "data.documents.0.face", gone)},
		{"face", `"steps-omitted"`, at()},
		{"face", `"documents-empty"`, at()},

		{"enrollment", `"wrong-audience", "audience-array"`, at("aud", gone, "aud.0", aUUID)},
		{"enrollment", `"audience-array", "wrong-audience"`, at("aud", gone, "aud.0", aUUID)},
		{"enrollment", `"issued-in-future", "expired"`, at("exp", "1577837400", "iat", "1577830200")},
		{"enrollment", `"missing-claim", "other-session", {"name": "missing-claim", "params": {"name": "iss"}}`, at("jti", gone, "iss", gone)},
	} {
		t.Run(c.flow+" "+c.faults, func(t *testing.T) {
			l := l.in(t)
			clean, spoilt := l.spoiled(c.flow, c.faults)
			want := c.want(iat.Unix())
			iat = iat.Add(5 * time.Minute)
			payload, err := strictly(spoilt.token(t), l.published())
			if err != nil {
				t.Fatalf("go-jose says %v", err)
			}
			if one, other := parts(t, clean.token(t), 3)[0], parts(t, spoilt.token(t), 3)[0]; one != other {
				t.Errorf("the header is %s", decoded(t, other))
			}
			var claims any
			if err := json.Unmarshal(payload, &claims); err != nil {
				t.Fatal(err)
			}
			whole := tokenClaims(t, clean.token(t))
			got := changes(whole, claims)
			for path, leaf := range got {
				if want[path] == aUUID && uuidLeaf.MatchString(leaf) {
					got[path] = aUUID
				}
				if leaf == fmt.Sprintf("%q", whole["aud"]) {
					got[path] = `"CLIENT"`
				}
			}
			if !maps.Equal(got, want) {
				t.Errorf("it changes %v, want %v", got, want)
			}
			if len(want) == 0 && spoilt.body != clean.body {
				t.Error("a fault that does not fit the flow changes the bytes")
			}
		})
	}
}

// at lists changes: a path and a leaf, a path and a leaf.
func at(pairs ...string) func(int64) map[string]string {
	return func(int64) map[string]string {
		list := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			list[pairs[i]] = pairs[i+1]
		}
		return list
	}
}

func TestAnExpiredResultHasExpiredByEveryClock(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	for _, c := range []struct{ iat, exp, want string }{
		{"2016-02-29T12:00:00Z", "2016-02-29T13:00:00Z", "2016-02-29T11:00:00Z"}, // the mock's clock is further back than the fixed moment
		{"2030-01-01T00:00:00Z", "2030-01-01T01:00:00Z", "2020-01-01T00:00:00Z"}, // or ahead of the receiver's
	} {
		unix := func(text string) int64 { when, _ := time.Parse(time.RFC3339, text); return when.Unix() }
		l.call("POST", "/triggers", fmt.Sprintf(`{"provider": "uqudo", "event": "face", "faults": ["expired"], "patch": [
			{"op": "replace", "path": "/iat", "value": %d}, {"op": "replace", "path": "/exp", "value": %d}]}`, unix(c.iat), unix(c.exp))).wants(202)
		l.advance(`{"by": "0s"}`)
		claims := h.claims(t)
		if iat, exp := claims["iat"].(float64), claims["exp"].(float64); exp != float64(unix(c.want)) || exp-iat != 3600 {
			t.Errorf("a session of %s expires %.0f s after %.0f, want an hour and at %s", c.iat, exp-iat, iat, c.want)
		}
	}
	for patch, want := range map[string]string{
		`{"op": "remove", "path": "/iat"}`:                     "exp",
		`{"op": "replace", "path": "/exp", "value": "never"}`:  "exp iat",
		`{"op": "replace", "path": "/iat", "value": "always"}`: "exp",
	} {
		l.call("POST", "/triggers", `{"provider": "uqudo", "event": "face", "faults": ["expired"], "patch": [`+patch+`]}`).wants(202)
		l.advance(`{"by": "0s"}`)
		claims := h.claims(t)
		past := ""
		for _, name := range []string{"exp", "iat"} {
			if n, ok := claims[name].(float64); ok && n <= 1577836800 {
				past = strings.TrimSpace(past + " " + name)
			}
		}
		if past != want {
			t.Errorf("after the patch %s in the past are %q, want %q", patch, past, want)
		}
	}
}

func TestExtraMembersAreInEveryObject(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, flow := range []string{"enrollment", "reading", "lookup", "face"} {
		t.Run(flow, func(t *testing.T) {
			l := l.in(t)
			clean, spoilt := l.spoiled(flow, `"extra-members"`)
			var envelope map[string]any
			if err := json.Unmarshal([]byte(spoilt.body), &envelope); err != nil || len(envelope) != 2 {
				t.Fatalf("the body has %d members: %v", len(envelope), err)
			}
			payload, err := strictly(envelope["jwsResult"].(string), l.published())
			if err != nil {
				t.Fatal(err)
			}
			var claims map[string]any
			if err := json.Unmarshal(payload, &claims); err != nil {
				t.Fatal(err)
			}
			known := tokenClaims(t, clean.token(t))
			objects := 0
			var compare func(path string, before, after any)
			compare = func(path string, before, after any) {
				switch before := before.(type) {
				case map[string]any:
					after, _ := after.(map[string]any)
					if len(after) != len(before)+1 {
						t.Errorf("%s has %d members, want one more than %d", path, len(after), len(before))
					}
					objects++
					for name, value := range before {
						compare(path+"."+name, value, after[name])
					}
				case []any:
					after, _ := after.([]any)
					for i := range min(len(before), len(after)) {
						compare(fmt.Sprint(path, ".", i), before[i], after[i])
					}
				}
			}
			compare("claims", known, claims)
			if least := map[string]int{"enrollment": 20, "reading": 8, "lookup": 8, "face": 3}[flow]; objects < least {
				t.Errorf("%d objects were looked at", objects)
			}
			for path, leaf := range changes(known, claims) {
				if leaf == gone && flat(known)[path] != "{}" { // which is a leaf only while it is empty
					t.Errorf("%s is gone", path)
				}
			}
		})
	}
}

func TestALargeResultHasAPhotoOfThatSize(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		flow, faults, path string
		size               int
	}{
		{"enrollment", `"large"`, "data.documents.0.reading.data.photo", 2 << 20},
		{"reading", `{"name": "large", "params": {"bytes": "512KiB"}}`, "data.documents.0.reading.data.photography", 512 << 10},
		{"lookup", `{"name": "large", "params": {"bytes": 5}}`, "data.documents.0.reading.data.photo", 5},
		{"face", `{"name": "large", "params": {"bytes": 1}}`, "data.face.photo", 1},
		{"enrollment", `{"name": "large", "params": {"bytes": 100}}, "documents-empty"`, "data.photo", 100},
		{"enrollment", `{"name": "large", "params": {"bytes": 100}}, "steps-omitted"`, "data.documents.0.reading.data.photo", 100},
	} {
		t.Run(c.flow+" "+c.faults, func(t *testing.T) {
			l := l.in(t)
			_, spoilt := l.spoiled(c.flow, c.faults)
			if _, err := strictly(spoilt.token(t), l.published()); err != nil {
				t.Fatal(err)
			}
			photo := flat(tokenClaims(t, spoilt.token(t)))[c.path]
			if len(photo) != c.size+2 {
				t.Errorf("%s has %d bytes, want %d", c.path, len(photo)-2, c.size)
			}
		})
	}
}

func TestDocumentsEmptyTakesTheVerificationsToo(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, flow := range []string{"enrollment", "reading", "lookup"} {
		clean, spoilt := l.spoiled(flow, `"documents-empty"`)
		if _, err := strictly(spoilt.token(t), l.published()); err != nil {
			t.Fatal(err)
		}
		for path, leaf := range changes(tokenClaims(t, clean.token(t)), tokenClaims(t, spoilt.token(t))) {
			switch {
			case path == "data.documents" || path == "data.verifications":
				if leaf != "[]" {
					t.Errorf("%s: %s is %s", flow, path, leaf)
				}
			case leaf != gone || !strings.HasPrefix(path, "data.documents.") && !strings.HasPrefix(path, "data.verifications."):
				t.Errorf("%s: %s became %s", flow, path, leaf)
			}
		}
		if got := flat(tokenClaims(t, spoilt.token(t)))["data.documents"]; got != "[]" {
			t.Errorf("%s: documents is %q", flow, got)
		}
	}
}
