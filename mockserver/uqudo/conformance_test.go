package uqudo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"kycmock/mockserver"
	"kycmock/mockserver/conformance"
	"kycmock/mockserver/uqudo"
)

func TestUqudoIsAVendor(t *testing.T) {
	t.Parallel()
	conformance.Run(t, conformance.Vendor{
		New:     uqudo.New,
		Webhook: "global",
		Config: func(url string) any {
			return object{"url": url, "securityType": "CUSTOM_HEADERS", "customHeaders": []object{{"name": "X-Api-Key", "value": "key-of-a-test"}}}
		},
		Verify:   verifiedByKeySet,
		Invented: []string{"enrollment", "reading", "lookup", "face"},
	})
}

// verifiedByKeySet does what Uqudo's Webhook page asks of a receiver: it fetches
// the key set, and verifies the token by the key that it names.
func verifiedByKeySet(ctx context.Context, mock *mockserver.Server, r conformance.Request) error {
	var envelope struct {
		JWSResult string `json:"jwsResult"`
	}
	if err := json.Unmarshal(r.Body, &envelope); err != nil {
		return err
	}
	token, err := jose.ParseSignedCompact(envelope.JWSResult, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return err
	}
	keys, err := publishedKeys(ctx, mock)
	if err != nil {
		return err
	}
	signedBy := keys.Key(token.Signatures[0].Header.KeyID)
	if len(signedBy) != 1 {
		return fmt.Errorf("%d published keys are called %q", len(signedBy), token.Signatures[0].Header.KeyID)
	}
	claims, err := token.Verify(signedBy[0])
	if err != nil {
		return err
	}
	var said struct{ Aud, Iss string }
	if err := json.Unmarshal(claims, &said); err != nil {
		return err
	}
	if said.Aud == "" || said.Iss == "" {
		return errors.New("the claims name no audience or no issuer")
	}
	return nil
}

func publishedKeys(ctx context.Context, mock *mockserver.Server) (set jose.JSONWebKeySet, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, mock.URL+uqudo.JWKSPath, nil)
	if err != nil {
		return set, err
	}
	answer, err := asking.Do(request)
	if err != nil {
		return set, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return set, err
	}
	return set, json.Unmarshal(text, &set)
}
