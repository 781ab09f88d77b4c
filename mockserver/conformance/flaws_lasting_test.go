package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

func webhookFlaws() []flaw {
	const (
		replaces, silent = "saving a webhook replaces it", "a deleted webhook is told nothing"
		bad, other       = "a bad webhook is refused and leaves the old one", "an unknown webhook is refused"
	)
	rightly := func(f *flawed, name string, config json.RawMessage) (bool, error) {
		return f.Provider.SaveWebhook(context.Background(), "", name, config)
	}
	save := func(name, finder, says string, change func(f *flawed, name string, config json.RawMessage) (bool, error)) flaw {
		return flaw{name: name, finder: finder, says: says, flawed: func(f *flawed) { f.save = change }}
	}
	remove := func(name, finder, says string, change func(f *flawed, name string) error) flaw {
		return flaw{name: name, finder: finder, says: says, flawed: func(f *flawed) { f.remove = change }}
	}
	return []flaw{
		save("a webhook that stays the first", replaces, "the receiver of before got 2", func(f *flawed, name string, config json.RawMessage) (bool, error) {
			if _, found := f.model().hooks.Get(name); found {
				return false, nil
			}
			return rightly(f, name, config)
		}),
		save("a webhook that is always new", replaces, "it was new: true", func(f *flawed, name string, config json.RawMessage) (bool, error) {
			_, err := rightly(f, name, config)
			return true, err
		}),
		save("a webhook that is never new", replaces, "was not new", func(f *flawed, name string, config json.RawMessage) (bool, error) {
			_, err := rightly(f, name, config)
			return false, err
		}),
		remove("a webhook that stays", silent, "led to 1 deliveries", func(f *flawed, name string) error {
			if _, found := f.model().hooks.Get(name); !found {
				return errNone
			}
			return nil
		}),
		remove("a webhook that can be deleted for ever", silent, "deleting it again: want a problem", func(f *flawed, name string) error {
			f.model().hooks.Delete(name)
			return nil
		}),
		remove("a problem of another kind", silent, "want the problem not-found, got conflict", func(f *flawed, name string) error {
			if f.Provider.DeleteWebhook(context.Background(), "", name) != nil {
				return problem.New(problem.Conflict, "there is none")
			}
			return nil
		}),
		save("any member", bad, "a webhook with an unknown member: want a problem", func(f *flawed, name string, config json.RawMessage) (bool, error) {
			var hook modelHook
			if err := json.Unmarshal(config, &hook); err != nil {
				return false, problem.New(problem.Invalid, "not a webhook")
			}
			known, _ := json.Marshal(hook)
			return rightly(f, name, known)
		}),
		save("any address", bad, "a webhook that is no address: want a problem", func(f *flawed, name string, config json.RawMessage) (bool, error) {
			return true, nil
		}),
		save("a webhook that is taken and then refused", bad, "left something behind", func(f *flawed, name string, config json.RawMessage) (bool, error) {
			var hook modelHook
			_ = json.Unmarshal(config, &hook)
			_, found := f.model().hooks.Get(name)
			f.model().hooks.Put(name, hook)
			_, err := rightly(f, name, config)
			return !found, err
		}),
		save("a problem that is nowhere", bad, "the problem has no location", func(f *flawed, name string, config json.RawMessage) (bool, error) {
			created, err := rightly(f, name, config)
			if p, ok := problem.As(err); ok {
				err = problem.New(p.Code, "%s", p.Detail)
			}
			return created, err
		}),
		save("any webhook", other, "saving an unknown webhook: want a problem", func(f *flawed, _ string, config json.RawMessage) (bool, error) {
			return rightly(f, "main", config)
		}),
		remove("nothing that can be missing", other, "deleting an unknown webhook: want a problem", func(*flawed, string) error { return nil }),
	}
}

// elsewhere has the vendor keep its webhooks in a journal of its own.
func elsewhere(v *Vendor) {
	right := v.New
	v.New = func(env provider.Env) (provider.Provider, error) {
		var err error
		if env.Journal, err = journal.Open(env.Clock.Now, 100, nil); err != nil {
			return nil, err
		}
		return right(env)
	}
}

func lastingFlaws() []flaw {
	const (
		reset, all   = "a reset forgets what happened", "a reset of all goes back to the start"
		restart, two = "a restart goes on in mid-retry", "two mocks share nothing"
		many, nobody = "many use it at once", "nobody acts in an unknown session"
	)
	var first sync.Map // the vendor that was made first
	var sessions atomic.Int64
	return []flaw{
		{name: "a timer that outlives a reset", finder: reset, says: "about what was forgotten", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				f.env.Clock.AfterFunc(time.Hour, func() { _, _ = f.rightly(t) })
				return f.rightly(t)
			}
		}},
		{name: "a webhook that a reset forgets", finder: reset, says: "forgot the webhook", flawed: func(f *flawed) {
			f.save = func(f *flawed, name string, config json.RawMessage) (bool, error) {
				_, err := f.Provider.SaveWebhook(context.Background(), "", name, config)
				return f.env.Sessions.Len() == 0, err
			}
		}},
		{name: "a webhook that is kept elsewhere", finder: all, says: "after a reset of all led to", vendor: elsewhere},
		{name: "a profile that learns", finder: all, says: "the profile is", flawed: func(f *flawed) {
			f.profile = func(f *flawed, p *provider.Profile) {
				if f.env.Journal.Last() > 0 {
					p.Policies[1].Plan = []clock.Duration{clock.Duration(time.Hour)}
				}
			}
		}},
		{name: "a webhook that is in no store", finder: restart, says: "there is no webhook", vendor: elsewhere},
		{name: "another key in each life", finder: restart, says: "does not verify", flawed: func(f *flawed) {
			f.policy = func(f *flawed, _ delivery.Notification, p *delivery.Policy) {
				if f.born.After(start) {
					p.Sign = nil
				}
			}
		}},
		{name: "a schedule that begins anew", finder: restart, says: "attempts were made after", flawed: func(f *flawed) {
			f.policy = func(f *flawed, n delivery.Notification, p *delivery.Policy) {
				if n.Event == modelDone && f.born.After(start) {
					p.Schedule = delivery.Waits(0, 0, 0, 0)
				}
			}
		}},
		{name: "one vendor for all mocks", finder: two, says: "another mock", vendor: func(v *Vendor) {
			right := v.New
			v.New = func(env provider.Env) (provider.Provider, error) {
				p, err := right(env)
				one, _ := first.LoadOrStore("vendor", p)
				return one.(provider.Provider), err
			}
		}},
		{name: "sessions that run out", finder: many, says: "among many", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				if t.Event == modelDone {
					t.Session = fmt.Sprint("s_", sessions.Add(1)%20)
				}
				return f.rightly(t)
			}
		}},
		{name: "an act of nobody", finder: nobody, says: `the verb "finish" in an unknown session: want a problem`, flawed: func(f *flawed) {
			f.act = func(_ *flawed, _, verb string) error {
				if verb == "finish" {
					return nil
				}
				return errNone
			}
		}},
		{name: "an act that is unknown", finder: nobody, says: "an unknown verb in a session of done: want a problem", flawed: func(f *flawed) {
			f.act = func(f *flawed, session, _ string) error {
				if _, known := f.env.Sessions.Get(session); known {
					return nil
				}
				return errNone
			}
		}},
		{name: "a panic", finder: nobody, says: "it panicked", flawed: func(f *flawed) {
			f.act = func(*flawed, string, string) error { panic("no such session") }
		}},
		{name: "an act that is written down and refused", finder: nobody, says: "left something behind", flawed: func(f *flawed) {
			f.act = func(f *flawed, session, verb string) error {
				f.env.Journal.Append("model.act", session, verb)
				return errNone
			}
		}},
	}
}
