package conformance

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// model is a vendor that does all that is asked of one: it signs, has an event
// about a session and one about nothing, which is told once.
type model struct {
	env   provider.Env
	hooks *journal.Table[modelHook]
}

type modelHook struct {
	URL    string `json:"url"`
	Secret string `json:"secret"`
}

type modelData struct {
	Mood string `json:"mood,omitempty"`
}

const (
	modelName = "model"
	modelDone = "done"
	modelPing = "ping"
	modelHead = "X-Model-Signature"
)

func newModel(env provider.Env) (provider.Provider, error) {
	hooks, err := journal.NewTable[modelHook](env.Journal, "model.webhook")
	return &model{env, hooks}, err
}

var modelSchedule = delivery.Waits(0, time.Second, time.Minute)

func (m *model) Profile() provider.Profile {
	return provider.Profile{
		Name: modelName, Title: "Model", Webhooks: []string{"main", "other/{name}"}, Verbs: []string{"finish"},
		Events: []provider.Event{
			{Name: modelDone, Summary: "Somebody is done.", Example: json.RawMessage(`{"mood": "good"}`)},
			{Name: modelPing, Summary: "The webhook is tried.", Example: json.RawMessage(`{}`)},
		},
		Policies: []provider.PolicyProfile{
			{Name: "main", Plan: provider.Plan(modelSchedule)},
			{Name: "ping", Plan: []clock.Duration{}},
		},
	}
}

func (m *model) Mount(*mux.Router) {}
func (m *model) Control(huma.API)  {}

func (m *model) Check(t provider.Trigger) error {
	p := provider.NewDecoder[modelData]().Decode(t.Data, &modelData{}).At("data")
	if t.Event != modelDone && t.Event != modelPing {
		p.Add("event", t.Event, "want done or ping")
	}
	if t.Account != "" && t.Account != provider.DefaultAccount {
		p.Add("account", t.Account, "there is none")
	}
	if len(t.Patch) > 0 {
		p.Add("patch[0]", nil, "there is no such path")
	}
	if len(t.Faults) > 0 {
		p.Add("faults[0].name", nil, "there is no such fault")
	}
	if _, taken := m.env.Sessions.Get(t.Session); taken {
		p.Add("session", t.Session, "was used before")
	}
	return p.Err("this cannot happen")
}

func (m *model) Trigger(_ context.Context, t provider.Trigger) (provider.Outcome, error) {
	if err := m.Check(t); err != nil {
		return provider.Outcome{}, err
	}
	hook, set := m.hooks.Get("main")
	if !set {
		return provider.Outcome{}, problem.New(problem.Conflict, "there is no webhook")
	}
	n := delivery.Notification{
		Provider: modelName, Account: provider.DefaultAccount, Webhook: "main", Event: t.Event,
		Endpoint: delivery.Endpoint{URL: hook.URL}, ContentType: "application/json", Body: `{"event":"ping"}`,
	}
	out := provider.Outcome{}
	if t.Event == modelDone {
		if t.Seed == nil {
			seed := m.env.NewSeed()
			t.Seed = &seed
		}
		if n.Session = t.Session; n.Session == "" {
			n.Session = m.env.NewID("s_")
		}
		n.Body = fmt.Sprintf(`{"event":"done","session":%q,"luck":%d}`, n.Session, rand.New(rand.NewPCG(*t.Seed, 0)).Uint64())
		out.Session = &provider.Session{ID: n.Session, Provider: modelName, Account: n.Account, Event: t.Event, Status: "done", CreatedAt: m.env.Clock.Now()}
		if !m.env.Sessions.Add(*out.Session) {
			return provider.Outcome{}, problem.New(problem.Conflict, "there is such a session")
		}
	}
	d, err := m.env.Send(n)
	out.Deliveries = []delivery.Delivery{d}
	return out, err
}

func (m *model) SaveWebhook(_ context.Context, _, name string, config json.RawMessage) (created bool, err error) {
	if name != "main" {
		return false, errNone
	}
	var hook modelHook
	p := provider.NewDecoder[modelHook]().Decode(config, &hook)
	provider.CheckURL(&p, hook.URL, m.env.Strict)
	if err := p.Err("the webhook breaks a rule"); err != nil {
		return false, err
	}
	_, err = m.hooks.Update(name, func(h *modelHook, found bool) error { *h, created = hook, !found; return nil })
	return created, err
}

var errNone error = problem.New(problem.NotFound, "there is none")

func (m *model) DeleteWebhook(_ context.Context, _, name string) error {
	if !m.hooks.Delete(name) {
		return errNone
	}
	return nil
}

func (m *model) Act(context.Context, string, string, json.RawMessage) error { return errNone }

func (m *model) Policy(n delivery.Notification) delivery.Policy {
	p := delivery.Policy{Sign: func(n delivery.Notification, _ time.Time, faults fault.Active) (delivery.Signed, error) {
		hook, _ := m.hooks.Get("main")
		return delivery.Signed{Header: http.Header{modelHead: {modelSignature(hook.Secret, n.Body)}}, Body: n.Body}, nil
	}}
	if n.Event == modelDone {
		p.Schedule = modelSchedule
	}
	return p
}

func modelSignature(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

// modelVendor is the model on trial.
func modelVendor() Vendor {
	const secret = "secret-of-a-test"
	return Vendor{
		New: newModel, Webhook: "main", Once: []string{modelPing}, Invented: []string{modelDone},
		Config: func(url string) any { return modelHook{url, secret} },
		Verify: func(_ context.Context, _ *mockserver.Server, r Request) error {
			if r.Header.Get(modelHead) != modelSignature(secret, string(r.Body)) {
				return errors.New("the signature is another")
			}
			return nil
		},
	}
}

func TestAModelOfAVendorPasses(t *testing.T) {
	Run(t, modelVendor())
}

func TestAVendorThatSignsEachAttemptAnewPassesWhenItSaysSo(t *testing.T) {
	anew := flaw{flawed: func(f *flawed) {
		f.policy = func(_ *flawed, _ delivery.Notification, p *delivery.Policy) {
			sign := p.Sign
			p.Sign = func(n delivery.Notification, at time.Time, faults fault.Active) (delivery.Signed, error) {
				s, err := sign(n, at, faults)
				s.Header.Set("X-At", at.Format(time.RFC3339Nano))
				return s, err
			}
		}
	}}
	v := anew.on(modelVendor())
	v.Resigns = true
	Run(t, v)
}
