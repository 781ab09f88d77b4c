package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"kycmock/keys"
	"kycmock/mockserver/uqudo"
	"kycmock/verify"
)

// asking asks directly, without a proxy, as the mock does.
func (f trustFlags) asking() (*http.Client, error) {
	config, err := f.tlsConfig()
	if err != nil {
		return nil, err
	}
	const patience = 10 * time.Second
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}, Timeout: patience}, nil
}

// fetchSet is the text of a key set at a URL or in a file. From a mock come the
// keys too that it does not publish.
func fetchSet(ctx context.Context, client *http.Client, from string) ([]byte, []verify.Other, error) {
	if !strings.HasPrefix(from, "http://") && !strings.HasPrefix(from, "https://") {
		text, err := os.ReadFile(from)
		return text, nil, err
	}
	text, err := fetch(ctx, client, from)
	if err != nil {
		return nil, nil, err
	}
	mock, ours := strings.CutSuffix(from, uqudo.JWKSPath)
	if !ours {
		return text, nil, nil
	}
	return text, unpublished(ctx, client, mock), nil
}

// unpublished are the keys of a mock that are not in its key set. A server that
// cannot say has none: the key set alone is enough to judge by.
func unpublished(ctx context.Context, client *http.Client, mock string) []verify.Other {
	text, err := fetch(ctx, client, mock+"/_mock/v1/keys")
	if err != nil {
		return nil
	}
	var list struct{ Keys []keys.Key }
	if json.Unmarshal(text, &list) != nil {
		return nil
	}
	var others []verify.Other
	for _, k := range list.Keys {
		what := k.Unpublished()
		if what == "" {
			continue
		}
		jwk, err := fetch(ctx, client, mock+"/_mock/v1/keys/"+url.PathEscape(k.KID)+"/public.jwk")
		if err != nil {
			continue
		}
		if other, err := verify.ReadOther(jwk, what); err == nil {
			others = append(others, other)
		}
	}
	return others
}

func fetch(ctx context.Context, client *http.Client, from string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, errors.New(reason(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers %s", answer.Status)
	}
	const most = 4 << 20
	return io.ReadAll(io.LimitReader(answer.Body, most))
}
