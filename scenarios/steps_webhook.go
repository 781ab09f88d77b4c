package scenarios

import (
	"context"
	"fmt"
	"maps"
)

// The vendors in what sets them apart: a dashboard without a default for how the
// receiver knows who is calling, and secrets that can be rotated.
const (
	uqudo = "uqudo"
	uip   = "uip"
)

// setURL saves the receiver's address as the webhook of each vendor that is
// played. When no address was given, it is that of a webhook that is set.
func (t *telling) setURL(ctx context.Context, vendors []string) error {
	url, given := t.scope.vars[varURL].(string)
	for _, vendor := range vendors {
		name, err := t.firstWebhook(vendor)
		if err != nil {
			return err
		}
		if given {
			if _, err := t.world.SaveWebhook(ctx, vendor, t.account, name, webhookConfig(vendor, nil, url)); err != nil {
				return fmt.Errorf("saving %s's webhook: %w", vendor, err)
			}
			continue
		}
		if set, ok := t.world.Webhook(vendor, t.account, name); ok && t.scope.vars[varURL] == nil {
			t.scope.vars[varURL] = set
		}
	}
	return nil
}

// webhookConfig completes a webhook's configuration.
func webhookConfig(vendor string, config map[string]any, url any) map[string]any {
	complete := map[string]any{"url": url}
	if vendor == uqudo {
		complete["securityType"] = "NONE"
	}
	maps.Copy(complete, config)
	return complete
}

func (t *telling) saveWebhook(ctx context.Context, s SaveWebhook) (outcome, error) {
	vendor, account, name, err := t.place(s.Provider, s.Account, s.Webhook)
	if err != nil {
		return outcome{}, err
	}
	given := map[string]any{}
	if s.Config != nil {
		tree, err := t.scope.value(s.Config)
		if err != nil {
			return outcome{}, err
		}
		object, ok := tree.(map[string]any)
		if !ok {
			return outcome{}, fmt.Errorf("a webhook's config is an object, such as {url: $url}, not %s", written(tree))
		}
		given = object
	}
	url, known := given["url"]
	if !known {
		if url, err = t.scope.lookup(varURL); err != nil {
			return outcome{}, err
		}
	}
	created, err := t.world.SaveWebhook(ctx, vendor, account, name, webhookConfig(vendor, given, url))
	if err != nil {
		return outcome{}, err
	}
	did := "replaced"
	if created {
		did = "created"
	}
	return outcome{detail: fmt.Sprintf("%s %s of account %s, to %s", did, name, account, written(url))}, nil
}

func (t *telling) deleteWebhook(ctx context.Context, s DeleteWebhook) (outcome, error) {
	vendor, account, name, err := t.place(s.Provider, s.Account, s.Webhook)
	if err != nil {
		return outcome{}, err
	}
	return outcome{detail: fmt.Sprintf("%s of account %s", name, account)}, t.world.DeleteWebhook(ctx, vendor, account, name)
}

func (t *telling) rotateSecret(ctx context.Context, s Account) (outcome, error) {
	account, err := t.on(s.Account)
	if err != nil {
		return outcome{}, err
	}
	return outcome{detail: "of account " + account}, t.world.RotateSecret(ctx, uip, account)
}
