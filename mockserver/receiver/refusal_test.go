package receiver_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"kycmock/mockserver/receiver"
)

func TestABodyThatCannotBeReadIsRefused(t *testing.T) {
	v := newVendor(t)
	good := v.token(nil)
	tests := []struct {
		name, contentType, body string
		status                  int
		want                    string
	}{
		{"no content type", "", envelope(good), 415, `the content type is "", want application/json, or text/plain in the legacy format`},
		{"a form", "application/x-www-form-urlencoded", envelope(good), 415, `the content type is "application/x-www-form-urlencoded", want application/json, or text/plain in the legacy format`},
		{"a content type that is none", "json/;;", envelope(good), 415, `the content type is "json/;;", want application/json, or text/plain in the legacy format`},
		{"an empty body", "application/json", "", 400, "the body is empty"},
		{"an empty legacy body", "text/plain", "", 400, "the body is empty"},
		{"JSON broken off", "application/json", envelope(good)[:100], 400, "the body is not a JSON object: unexpected end of JSON input"},
		{"two JSON values", "application/json", envelope(good) + "{}", 400, "the body is not a JSON object: invalid character '{' after top-level value"},
		{"a byte order mark", "application/json", "\ufeff" + envelope(good), 400, "the body is not a JSON object: invalid character 'ï' looking for beginning of value"},
		{"an array", "application/json", "[]", 400, "the body is not a JSON object: found array"},
		{"null", "application/json", "null", 400, "the body is not a JSON object: found null"},
		{"bytes that are not UTF-8", "application/json", "{\"a\":\"\xff\"}", 400, "the body is not UTF-8"},
		{"jwsResult twice", "application/json", `{"jwsResult":"a","jwsResult":"` + good + `"}`, 400, "the body is not a JSON object: duplicate key 'jwsResult' in object"},
		{"no jwsResult", "application/json", `{"jws":"` + good + `","JWSRESULT":"` + good + `"}`, 400, "the body has no jwsResult that is a string"},
		{"a jwsResult that is no string", "application/json", `{"jwsResult":{"a":1}}`, 400, "the body has no jwsResult that is a string"},
		{"a jwsResult of null", "application/json", `{"jwsResult":null}`, 400, "the body has no jwsResult that is a string"},
		{"JSON as text", "text/plain", envelope("x"), 400, "a token has 3 parts, this one has 1"},
		{"two parts only", "text/plain", good[:strings.LastIndex(good, ".")], 400, "a token has 3 parts, this one has 2"},
		{"an encrypted token", "text/plain", "a.b.c.d.e", 400, "the token is encrypted (five parts), want a signed one (three parts)"},
		{"a header that is not base64url", "text/plain", "e+A=.e30.c2ln", 400, "the token's header is not base64url"},
		{"a header that is not JSON", "text/plain", "Z2FyYmFnZQ.e30.c2ln", 400, "the token's header is not a JSON object: invalid character 'g' looking for beginning of value"},
		{"a signature that is not base64url", "text/plain", good[:strings.LastIndex(good, ".")] + ".**", 400, "the token cannot be read: illegal base64 data at input byte 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, got := v.post(tt.contentType, tt.body)
			if status != tt.status || got != (receiver.Verdict{Reason: tt.want}) {
				t.Errorf("got  %d %+v\nwant %d %s", status, got, tt.status, tt.want)
			}
		})
	}
	if status, got := v.send(good); status != http.StatusOK || got.Duplicate {
		t.Errorf("after all that the good one got %d %+v, want it taken as new", status, got)
	}
}

func TestATokenThatIsNotAuthenticIsRefused(t *testing.T) {
	v := newVendor(t)
	tests := []struct {
		name, token string
		status      int
		want        string
	}{
		{"not signed", unsigned(`{"alg":"none","kid":"one"}`), 401, "the token is not signed (alg none), want RS256"},
		{"without alg", unsigned(`{"kid":"one"}`) + "c2ln", 401, "the token's header has no alg, want RS256"},
		{"with an empty signature", unsigned(`{"alg":"RS256","kid":"one"}`), 401, "the token's signature is empty"},
		{"HMAC with the public key", sign(t, jose.HS256, "one", publicPEM(t), claims(nil)), 401, "the token is signed by HS256, want RS256"},
		{"RS512 with the right key", sign(t, jose.RS512, "one", keyOne(), claims(nil)), 401, "the token is signed by RS512, want RS256"},
		{"PS256 with the right key", sign(t, jose.PS256, "one", keyOne(), claims(nil)), 401, "the token is signed by PS256, want RS256"},
		{"without kid", sign(t, jose.RS256, "", keyOne(), claims(nil)), 401, "the token's header has no kid"},
		{"by another key under a published kid", sign(t, jose.RS256, "one", keyTwo(), claims(nil)), 401, `the signature does not fit the key "one"`},
		{"with another payload", tampered(v.token(nil)), 401, `the signature does not fit the key "one"`},
		{"with an unknown kid", sign(t, jose.RS256, "two", keyTwo(), claims(nil)), 401, `kid "two" is not in the vendor's key set, which was just fetched`},

		{"of another issuer", v.token(map[string]any{"iss": "https://id.uqudo.io/api"}), 401, `iss is "https://id.uqudo.io/api", want "https://id.uqudo.io"`},
		{"without iss", v.token(map[string]any{"iss": nil}), 401, `iss is missing, want "https://id.uqudo.io"`},
		{"for somebody else", v.token(map[string]any{"aud": "somebody"}), 401, `aud is "somebody", want "` + clientID + `"`},
		{"with an array as aud", v.token(map[string]any{"aud": []string{clientID}}), 401, `aud is ["` + clientID + `"], want "` + clientID + `"`},
		{"without aud", v.token(map[string]any{"aud": nil}), 401, `aud is missing, want "` + clientID + `"`},
		{"without jti", v.token(map[string]any{"jti": nil}), 401, "jti is missing, want a string: without it a duplicate cannot be told"},
		{"with an empty jti", v.token(map[string]any{"jti": ""}), 401, `jti is "", want a string: without it a duplicate cannot be told`},
		{"without iat", v.token(map[string]any{"iat": nil}), 401, "iat is missing, want a number of seconds"},
		{"with a text as iat", v.token(map[string]any{"iat": "now"}), 401, `iat is "now", want a number of seconds`},
		{"61 s in the future", v.token(map[string]any{"iat": noon.Unix() + 61}), 401, "iat is 61 s in the future, want at most 60 s"},
		{"without exp", v.token(map[string]any{"exp": nil}), 401, "exp is missing, want a number of seconds"},
		{"without data", v.token(map[string]any{"data": nil}), 400, "the token has no data that is an object"},
		{"with an array as data", v.token(map[string]any{"data": []int{}}), 400, "the token has no data that is an object"},
		{"around a text", sign(t, jose.RS256, "one", keyOne(), []byte("hello")), 400, "the token's payload is not a JSON object: invalid character 'h' looking for beginning of value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, got := v.send(tt.token)
			if status != tt.status || got != (receiver.Verdict{Reason: tt.want}) {
				t.Errorf("got  %d %+v\nwant %d %s", status, got, tt.status, tt.want)
			}
		})
	}
	if status, got := v.send(v.token(nil)); status != http.StatusOK || got.Duplicate {
		t.Errorf("after all that the good one got %d %+v, want it taken as new", status, got)
	}
}

func unsigned(header string) string {
	enc := base64.RawURLEncoding
	return enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(`{"iss":"https://id.uqudo.io"}`)) + "."
}

func tampered(token string) string {
	parts := strings.Split(token, ".")
	payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
	payload = []byte(strings.Replace(string(payload), "5d0d8f0e", "6d0d8f0e", 1))
	parts[1] = base64.RawURLEncoding.EncodeToString(payload)
	return strings.Join(parts, ".")
}

// publicPEM is the secret of the algorithm confusion: a key that everybody has.
func publicPEM(t *testing.T) []byte {
	der, err := x509.MarshalPKIXPublicKey(keyOne().Public())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func TestTheWrongDoorIsRefused(t *testing.T) {
	v := newVendor(t)
	status, got := v.do(http.MethodGet, v.hook, "", nil)
	if want := `{"taken":false,"reason":"the method is GET, want POST"}`; status != 405 || got != want {
		t.Errorf("GET: got %d %s, want 405 %s", status, got, want)
	}
	nobody := strings.Replace(v.hook, "/default", "/nobody", 1)
	status, got = v.do(http.MethodPost, nobody, "application/json", strings.NewReader(envelope(v.token(nil))))
	if want := `{"taken":false,"reason":"there is no account \"nobody\""}`; status != 404 || got != want {
		t.Errorf("an unknown account: got %d %s, want 404 %s", status, got, want)
	}
}

func TestABodyOverTheLimitIsRefused(t *testing.T) {
	v := newVendor(t)
	body := `{"a":"` + strings.Repeat("x", 8<<20) + `"}`
	status, got := v.post("application/json", body)
	if status != 413 || got.Reason != "the body has more than 8388608 bytes" {
		t.Errorf("got %d %+v", status, got)
	}
}
