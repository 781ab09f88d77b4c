package uip

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

type (
	webhookBody struct {
		URL    string `json:"url"`
		Secret string `json:"secret" doc:"What X-UIP-Signature is keyed with. Shows as *** but after saving."`
	}
	webhookOutput struct {
		Status int
		Body   webhookBody
	}
	secretOutput struct {
		Body struct {
			Secret string `json:"secret"`
		}
	}
	putWebhookInput struct {
		Business string `path:"business" doc:"The business's name."`
		Body     WebhookConfig
	}
)

func (u *UIP) showWebhook(_ context.Context, in *businessInput) (*webhookOutput, error) {
	w, err := u.savedWebhook(in.Business)
	if err != nil {
		return nil, err
	}
	if !in.Reveal {
		w.Secret = delivery.Mask
	}
	return &webhookOutput{http.StatusOK, webhookBody{w.URL, w.Secret}}, nil
}

// Resolve adds what the struct tags cannot say.
func (in *putWebhookInput) Resolve(ctx huma.Context) []error {
	u := vendorOf(ctx)
	b, _ := u.business(in.Business)
	return provider.Findings("body", in.Body.check(u.strict(b)))
}

func (u *UIP) putWebhook(_ context.Context, in *putWebhookInput) (*webhookOutput, error) {
	w, created, err := u.saveWebhook(in.Business, in.Body)
	if err != nil {
		return nil, err
	}
	return &webhookOutput{savedStatus(created), webhookBody{w.URL, w.Secret}}, nil
}

func (u *UIP) deleteWebhook(ctx context.Context, in *struct {
	Business string `path:"business" doc:"The business's name."`
}) (*nothing, error) {
	return nil, u.DeleteWebhook(ctx, in.Business, WebhookName)
}

func (u *UIP) postRotation(_ context.Context, in *struct {
	Business string `path:"business" doc:"The business's name."`
}) (*secretOutput, error) {
	w, err := u.rotateSecret(in.Business)
	if err != nil {
		return nil, err
	}
	out := &secretOutput{}
	out.Body.Secret = w.Secret
	return out, nil
}
