package uqudo

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/provider"
)

// Inputs and outputs of accounts.
type (
	accountsInput struct {
		Reveal bool `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	}
	accountsOutput struct {
		Body struct {
			Accounts []Account `json:"accounts"`
		}
	}
	accountOutput struct {
		Status int
		Body   Account
	}
)

func (u *Uqudo) listAccounts(_ context.Context, in *accountsInput) (*accountsOutput, error) {
	out := &accountsOutput{}
	for _, a := range u.byName() {
		out.Body.Accounts = append(out.Body.Accounts, a.shown(in.Reveal))
	}
	return out, nil
}

func (a Account) shown(reveal bool) Account {
	if reveal {
		return a
	}
	return a.Masked().(Account)
}

func (u *Uqudo) showAccount(_ context.Context, in *accountInput) (*accountOutput, error) {
	a, err := u.knownAccount(in.Account)
	if err != nil {
		return nil, err
	}
	return &accountOutput{http.StatusOK, a.shown(in.Reveal)}, nil
}

type putAccountInput struct {
	Account string `path:"account" doc:"The account's name."`
	Reveal  bool   `query:"reveal" doc:"Show secrets as they are instead of as ***."`
	RawBody []byte
	Body    Account `required:"false"`
}

// Resolve adds what the struct tags cannot say.
func (in *putAccountInput) Resolve(ctx huma.Context) []error {
	in.Body = vendorOf(ctx).replaced(in.Account, in.RawBody)
	return provider.Findings("body", in.Body.check())
}

// replaced is an account with its defaults, but for what raw says and for the
// identities that it has. What raw says wrongly the framework has found.
func (u *Uqudo) replaced(name string, raw []byte) Account {
	a := defaultAccount(name)
	if old, ok := u.account(name); ok {
		a.ClientID, a.ClientSecret = old.ClientID, old.ClientSecret
	}
	provider.Overlay(raw, &a)
	a.Name = name
	return a
}

func (u *Uqudo) putAccount(_ context.Context, in *putAccountInput) (*accountOutput, error) {
	created, err := u.saveAccount(in.Body)
	if err != nil {
		return nil, err
	}
	return &accountOutput{savedStatus(created), in.Body.shown(in.Reveal)}, nil
}
