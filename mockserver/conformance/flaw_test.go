package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

// recorder is a tester that keeps what a check says.
type recorder struct {
	ctx      context.Context
	mu       sync.Mutex
	said     []string
	cleanups []func()
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }

// said is what a check has to say against a vendor.
func said(ctx context.Context, c check, v Vendor) string {
	r := &recorder{ctx: ctx}
	done := make(chan struct{})
	go func() { // Fatalf ends it
		defer close(done)
		defer func() {
			for i := len(r.cleanups) - 1; i >= 0; i-- {
				r.cleanups[i]()
			}
		}()
		c.holds(trial{r, v})
	}()
	<-done
	return strings.Join(r.said, "\n")
}

// flawed is a model with one thing wrong. A member that is nil is right.
type flawed struct {
	provider.Provider
	env  provider.Env
	born time.Time // on the mock's clock

	profile func(f *flawed, p *provider.Profile)
	check   func(f *flawed, t provider.Trigger) error
	trigger func(f *flawed, t provider.Trigger) (provider.Outcome, error)
	save    func(f *flawed, name string, config json.RawMessage) (bool, error)
	remove  func(f *flawed, name string) error
	act     func(f *flawed, session, verb string) error
	policy  func(f *flawed, n delivery.Notification, p *delivery.Policy)
}

func (f *flawed) Profile() provider.Profile {
	p := f.Provider.Profile()
	if f.profile != nil {
		f.profile(f, &p)
	}
	return p
}

func (f *flawed) Check(t provider.Trigger) error {
	if f.check != nil {
		return f.check(f, t)
	}
	return f.Provider.Check(t)
}

func (f *flawed) Trigger(ctx context.Context, t provider.Trigger) (provider.Outcome, error) {
	if f.trigger != nil {
		return f.trigger(f, t)
	}
	return f.Provider.Trigger(ctx, t)
}

func (f *flawed) SaveWebhook(ctx context.Context, account, name string, config json.RawMessage) (bool, error) {
	if f.save != nil {
		return f.save(f, name, config)
	}
	return f.Provider.SaveWebhook(ctx, account, name, config)
}

func (f *flawed) DeleteWebhook(ctx context.Context, account, name string) error {
	if f.remove != nil {
		return f.remove(f, name)
	}
	return f.Provider.DeleteWebhook(ctx, account, name)
}

func (f *flawed) Act(ctx context.Context, session, verb string, data json.RawMessage) error {
	if f.act != nil {
		return f.act(f, session, verb)
	}
	return f.Provider.Act(ctx, session, verb, data)
}

func (f *flawed) Policy(n delivery.Notification) delivery.Policy {
	p := f.Provider.Policy(n)
	if f.policy != nil {
		f.policy(f, n, &p)
	}
	return p
}

func (f *flawed) model() *model { return f.Provider.(*model) }

// rightly is what the model does.
func (f *flawed) rightly(t provider.Trigger) (provider.Outcome, error) {
	return f.Provider.Trigger(context.Background(), t)
}

// on makes a trial of the model with this flaw.
func (l flaw) on(v Vendor) Vendor {
	template := flawed{}
	if l.vendor != nil {
		l.vendor(&v)
	}
	if l.flawed != nil {
		l.flawed(&template)
	}
	right := v.New
	v.New = func(env provider.Env) (provider.Provider, error) {
		f := template
		f.env, f.born = env, env.Clock.Now()
		var err error
		f.Provider, err = right(env)
		return &f, err
	}
	return v
}

// TestEveryFlawIsFound gives the suite vendors with one flaw each, and wants the
// check that looks for it to say so. There is no check that finds none.
func TestEveryFlawIsFound(t *testing.T) {
	finders := map[string]bool{}
	for _, l := range flaws() {
		finders[l.finder] = true
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range checks() {
				if c.name != l.finder {
					continue
				}
				if got := said(t.Context(), c, l.on(modelVendor())); l.says == "" || !strings.Contains(got, l.says) {
					t.Errorf("said was %q\nwant     %q", got, l.says)
				}
				return
			}
			t.Errorf("there is no check called %q", l.finder)
		})
	}
	for _, c := range checks() {
		if !finders[c.name] {
			t.Errorf("the check %q finds no flaw", c.name)
		}
	}
}
