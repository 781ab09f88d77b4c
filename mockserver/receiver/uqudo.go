package receiver

import (
	"context"
	"mime"
	"net/http"
	"strings"
)

// uqudo judges one delivery of Uqudo's.
func (r *Receiver) uqudo(ctx context.Context, account, contentType string, body []byte) (Verdict, error) {
	clientID, known := r.config.Audience(account)
	if !known {
		return Verdict{}, refuse(http.StatusNotFound, "there is no account %q", clip(account))
	}
	token, err := tokenIn(contentType, body)
	if err != nil {
		return Verdict{}, err
	}
	kid, payload, err := r.verify(ctx, token)
	if err != nil {
		return Verdict{}, err
	}
	c, err := readClaims(payload)
	if err != nil {
		return Verdict{}, err
	}
	now := r.config.Now()
	if err := c.check(clientID, now); err != nil {
		return Verdict{}, err
	}
	return Verdict{
		Taken:    true,
		Verified: true,
		KID:      kid,
		JTI:      c.jti,
		Session:  c.session(),
		// Only now that the sender is proven: a forger could otherwise make
		// the true result look like a duplicate by being quicker.
		Duplicate: r.results.before(account, c.jti),
		Expired:   c.expired(now),
	}, nil
}

// tokenIn finds the JWS in the body: {"jwsResult": "..."}, or the JWS itself as
// text/plain, the deprecated format that Hosted KYC configurations of before 10
// April 2026 still send.
func tokenIn(contentType string, body []byte) (string, error) {
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil || mediaType != "application/json" && mediaType != "text/plain" {
		return "", refuse(http.StatusUnsupportedMediaType, "the content type is %q, want application/json, or text/plain in the legacy format", clip(contentType))
	}
	if len(body) == 0 {
		return "", refuse(http.StatusBadRequest, "the body is empty")
	}
	if mediaType == "text/plain" {
		return strings.TrimSpace(string(body)), nil
	}
	message, err := object(body)
	if err != nil {
		return "", err
	}
	token, ok := text(message, "jwsResult")
	if !ok {
		return "", refuse(http.StatusBadRequest, "the body has no jwsResult that is a string")
	}
	return token, nil
}
