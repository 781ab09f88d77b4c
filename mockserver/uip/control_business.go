package uip

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

type (
	businessesInput struct {
		Reveal bool `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	}
	businessesOutput struct {
		Body struct {
			Businesses []Business `json:"businesses"`
		}
	}
	businessOutput struct {
		Status int
		Body   Business
	}
)

func (b Business) shown(reveal bool) Business {
	if reveal {
		return b
	}
	return b.Masked().(Business)
}

func (u *UIP) listBusinesses(_ context.Context, in *businessesInput) (*businessesOutput, error) {
	out := &businessesOutput{}
	for _, b := range u.everyBusiness() {
		out.Body.Businesses = append(out.Body.Businesses, b.shown(in.Reveal))
	}
	return out, nil
}

func (u *UIP) showBusiness(_ context.Context, in *businessInput) (*businessOutput, error) {
	b, err := u.knownBusiness(in.Business)
	if err != nil {
		return nil, err
	}
	return &businessOutput{http.StatusOK, b.shown(in.Reveal)}, nil
}

// businessBody is what is saved of a business.
type businessBody struct {
	Settings
	Keys *[]string `json:"apiKeys,omitempty" nullable:"false" maxItems:"100" doc:"Kept when absent; those that are left out are revoked."`
}

type putBusinessInput struct {
	Business string `path:"business" doc:"The business's name."`
	Reveal   bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	RawBody  []byte
	Body     businessBody `required:"false"`
}

// Resolve adds what the struct tags cannot say.
func (in *putBusinessInput) Resolve(ctx huma.Context) []error {
	u := vendorOf(ctx)
	in.Body.Settings = replaced(in.Business, in.RawBody)
	p := in.Body.check()
	if in.Body.Keys != nil {
		p = append(p, u.checkKeys(in.Business, *in.Body.Keys)...)
	}
	return provider.Findings("body", p)
}

// replaced is a business's settings: their defaults, but for what raw says.
// What raw says wrongly the framework has found.
func replaced(id string, raw json.RawMessage) Settings {
	s := defaultBusiness(id).Settings
	s.Delivery.Attempts = 0
	provider.Overlay(raw, &s)
	s.settle()
	return s
}

// checkKeys finds what keeps API keys from being those of a business.
func (u *UIP) checkKeys(business string, keys []string) problem.Fields {
	var p problem.Fields
	seen := map[string]bool{}
	for i, key := range keys {
		at := fmt.Sprintf("apiKeys[%d]", i)
		owner, _, taken := u.caller(key)
		name, first := strings.CutPrefix(key, firstKey(provider.DefaultAccount).Key+"-")
		switch {
		case key == "" || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
			p.Add(at, nil, "want visible ASCII characters")
		case key == delivery.Mask:
			p.Add(at, nil, "%s is how a key is shown, want the key itself: GET with ?reveal=true shows it", delivery.Mask)
		case seen[key]:
			p.Add(at, nil, "want each key once")
		case taken && owner.ID != business:
			p.Add(at, nil, "is the key of another business")
		case first && name != business:
			p.Add(at, nil, "is the key that another business starts with")
		}
		seen[key] = true
	}
	return p
}

func (u *UIP) putBusiness(_ context.Context, in *putBusinessInput) (*businessOutput, error) {
	u.keyring.Lock()
	defer u.keyring.Unlock()
	if in.Body.Keys != nil {
		if err := u.checkKeys(in.Business, *in.Body.Keys).Err("the business's settings break a rule"); err != nil {
			return nil, err
		}
	}
	b, created, err := u.update(in.Business, true, func(b *Business) {
		b.Settings = in.Body.Settings
		if in.Body.Keys != nil {
			b.replaceKeys(*in.Body.Keys, u.env.NewID)
		}
	})
	if err != nil {
		return nil, err
	}
	return &businessOutput{savedStatus(created), b.shown(in.Reveal)}, nil
}

type keyOutput struct{ Body APIKey }

func (u *UIP) postKey(_ context.Context, in *struct {
	Business string `path:"business" doc:"The business's name."`
}) (*keyOutput, error) {
	key, err := u.addKey(in.Business)
	if err != nil {
		return nil, err
	}
	return &keyOutput{key}, nil
}

func (u *UIP) deleteKey(_ context.Context, in *struct {
	Business string `path:"business" doc:"The business's name."`
	ID       string `path:"id" doc:"The key's ID, not the key."`
}) (*nothing, error) {
	return nil, u.revokeKey(in.Business, in.ID)
}
