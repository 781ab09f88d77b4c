package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// A flaw is one thing that can be wrong with a vendor.
type flaw struct {
	name   string
	finder string // the check that finds it
	says   string // some words of what it says
	flawed func(f *flawed)
	vendor func(v *Vendor)
}

func flaws() []flaw {
	return slices.Concat(profileFlaws(), triggerFlaws(), refusalFlaws(), deliveryFlaws(), webhookFlaws(), lastingFlaws())
}

func profileFlaws() []flaw {
	const finder = "the profile is sound"
	profile := func(name, says string, change func(p *provider.Profile)) flaw {
		return flaw{name: name, finder: finder, says: says, flawed: func(f *flawed) { f.profile = func(_ *flawed, p *provider.Profile) { change(p) } }}
	}
	var asked atomic.Int64
	return []flaw{
		profile("a name with a space", `called "a model"`, func(p *provider.Profile) { p.Name = "a model" }),
		profile("no title", "no title", func(p *provider.Profile) { p.Title = "" }),
		profile("no events", "no events", func(p *provider.Profile) { p.Events = nil }),
		profile("no webhooks", "no webhooks", func(p *provider.Profile) { p.Webhooks = nil }),
		profile("no policies", "no policies", func(p *provider.Profile) { p.Policies = nil }),
		profile("two events of one name", "names of the events", func(p *provider.Profile) { p.Events[1].Name = modelDone }),
		profile("a webhook without a name", "names of the webhooks", func(p *provider.Profile) { p.Webhooks[1] = "" }),
		profile("two policies of one name", "names of the policies", func(p *provider.Profile) { p.Policies[1].Name = "main" }),
		profile("a verb without a name", "names of the verbs", func(p *provider.Profile) { p.Verbs = []string{""} }),
		profile("an event without a summary", "no summary", func(p *provider.Profile) { p.Events[0].Summary = "" }),
		profile("no example", "the example", func(p *provider.Profile) { p.Events[0].Example = nil }),
		profile("an example that is no JSON", "the example", func(p *provider.Profile) { p.Events[0].Example = json.RawMessage(`{mood}`) }),
		profile("an example that is null", "the example", func(p *provider.Profile) { p.Events[0].Example = json.RawMessage(`null`) }),
		profile("a plan that goes back", "no earlier", func(p *provider.Profile) { slices.Reverse(p.Policies[0].Plan) }),
		profile("a plan that begins before the first attempt", "no earlier", func(p *provider.Profile) { p.Policies[0].Plan[0] = -1 }),
		profile("a plan without an end", "want an end", func(p *provider.Profile) {
			p.Policies[0].Plan = provider.Plan(delivery.Every(time.Second, 1<<62, true))
		}),
		profile("a profile that changes", "another when it is asked", func(p *provider.Profile) { p.Title = fmt.Sprint(asked.Add(1)) }),
		{name: "a trial of another webhook", finder: finder, says: "none of the profile's", vendor: func(v *Vendor) { v.Webhook = "side" }},
		{name: "a trial of another event", finder: finder, says: "names the event", vendor: func(v *Vendor) { v.Once = []string{"pong"} }},
	}
}

func triggerFlaws() []flaw {
	var everywhere atomic.Int64
	return []flaw{
		{name: "an example that is refused", finder: "each example triggers as it stands", says: "answered 422", flawed: func(f *flawed) {
			f.profile = func(_ *flawed, p *provider.Profile) { p.Events[0].Example = json.RawMessage(`{"temper": "good"}`) }
		}},
		{name: "a session that is not put down", finder: "each example triggers as it stands", says: "the mock has the session", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				out, err := f.rightly(t)
				if out.Session != nil {
					f.env.Journal.Forget(provider.KindSession)
				}
				return out, err
			}
		}},
		{name: "a session without a status", finder: "each example triggers as it stands", says: "the session is", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				out, err := f.rightly(t)
				if out.Session != nil {
					out.Session.Status = ""
				}
				return out, err
			}
		}},
		{name: "a delivery that the outcome does not name", finder: "each example triggers as it stands", says: "names no delivery", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				out, err := f.rightly(t)
				out.Deliveries = nil
				return out, err
			}
		}},
		{name: "a delivery about another session", finder: "each example triggers as it stands", says: "the delivery is of", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				out, err := f.rightly(t)
				out.Session = nil
				return out, err
			}
		}},
		{name: "a check that finds an example wrong", finder: "checking does nothing", says: "is found wrong", flawed: func(f *flawed) {
			f.check = func(*flawed, provider.Trigger) error { return errNone }
		}},
		{name: "a check that writes in the journal", finder: "checking does nothing", says: "left something behind: 2 entries", flawed: func(f *flawed) {
			f.check = func(f *flawed, t provider.Trigger) error {
				f.env.Journal.Append("model.check", t.Event, t.Event)
				return f.Provider.Check(t)
			}
		}},
		{name: "a check that does it", finder: "checking does nothing", says: "sent 1 requests", flawed: func(f *flawed) {
			f.check = func(f *flawed, t provider.Trigger) error {
				f.env.Clock.AfterFunc(time.Hour, func() { _, _ = f.rightly(t) })
				return f.Provider.Check(t)
			}
			f.profile = func(_ *flawed, p *provider.Profile) { p.Events = p.Events[:1] }
		}},
		{name: "a check that draws an identity", finder: "checking does nothing", says: "differs", flawed: func(f *flawed) {
			f.check = func(f *flawed, t provider.Trigger) error {
				f.env.NewID("")
				return f.Provider.Check(t)
			}
		}},
		{name: "a session of an identity of its own", finder: "a session gets the identity that is asked for, once", says: "asked for session", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				t.Session = ""
				return f.rightly(t)
			}
		}},
		{name: "an identity that is given twice", finder: "a session gets the identity that is asked for, once", says: "want a problem", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				if _, taken := f.env.Sessions.Get(t.Session); taken {
					f.env.Journal.Forget(provider.KindSession)
				}
				return f.rightly(t)
			}
		}},
		{name: "content that the seed does not decide", finder: "the same seed tells the same", says: "triggers of one seed tell different things", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				seed := uint64(everywhere.Add(1))
				t.Seed = &seed
				return f.rightly(t)
			}
		}},
		{name: "identities that the mock's seed does not decide", finder: "the same seed tells the same", says: "mocks of one seed tell different things", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				t.Session = fmt.Sprint("s_", everywhere.Add(1))
				return f.rightly(t)
			}
		}},
		{name: "content that is always the same", finder: "the same seed tells the same", says: "triggers of two seeds tell the same", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				t.Seed = new(uint64)
				return f.rightly(t)
			}
		}},
	}
}

func refusalFlaws() []flaw {
	const finder = "what is unknown is refused and leaves nothing behind"
	forgiving := func(forgive func(t *provider.Trigger)) func(f *flawed) {
		return func(f *flawed) {
			f.check = func(f *flawed, t provider.Trigger) error { forgive(&t); return f.Provider.Check(t) }
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) { forgive(&t); return f.rightly(t) }
		}
	}
	wording := func(word func(p *problem.Error) error) func(f *flawed) {
		return func(f *flawed) {
			f.check = func(f *flawed, t provider.Trigger) error {
				if p, ok := problem.As(f.Provider.Check(t)); ok {
					return word(p)
				}
				return nil
			}
		}
	}
	return []flaw{
		{name: "any event", finder: finder, says: "an unknown event, when checked: want a problem", flawed: forgiving(func(t *provider.Trigger) { t.Event = modelPing })},
		{name: "any account", finder: finder, says: "an unknown account, when triggered: want a problem", flawed: forgiving(func(t *provider.Trigger) { t.Account = "" })},
		{name: "any data", finder: finder, says: "an unknown member of data, when checked", flawed: forgiving(func(t *provider.Trigger) { t.Data = nil })},
		{name: "any fault", finder: finder, says: "an unknown fault, when triggered", flawed: forgiving(func(t *provider.Trigger) { t.Faults = nil })},
		{name: "any patch", finder: finder, says: "a patch of what is not there, when triggered", flawed: forgiving(func(t *provider.Trigger) { t.Patch = nil })},
		{name: "a check that finds nothing", finder: finder, says: "when checked: want a problem", flawed: func(f *flawed) {
			f.check = func(*flawed, provider.Trigger) error { return nil }
		}},
		{name: "a trigger that finds less than the check", finder: finder, says: "Trigger at", flawed: func(f *flawed) {
			f.check = func(f *flawed, t provider.Trigger) error {
				p, ok := problem.As(f.Provider.Check(t))
				if !ok {
					return nil
				}
				return p.With(problem.Field{Location: "seed", Message: "is wrong as well"})
			}
		}},
		{name: "a problem that is nowhere", finder: finder, says: "to be located at faults[0]", flawed: wording(func(*problem.Error) error {
			return problem.New(problem.Invalid, "something is wrong")
		})},
		{name: "a problem at another place of a similar name", finder: finder, says: "to be located at event", flawed: wording(func(p *problem.Error) error {
			return p.At("events")
		})},
		{name: "an error that is no problem", finder: finder, says: "want a problem that says", flawed: wording(func(p *problem.Error) error {
			return fmt.Errorf("wrong: %s", p.Detail)
		})},
		{name: "a problem of the mock's own", finder: finder, says: "the caller's own", flawed: wording(func(p *problem.Error) error {
			return problem.New(problem.Internal, "oh").With(p.Fields...)
		})},
		{name: "a refusal that leaves a session", finder: finder, says: "1 sessions and 0 deliveries", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				f.env.Sessions.Add(provider.Session{ID: "one"})
				return f.rightly(t)
			}
		}},
		{name: "a refusal that is told later", finder: finder, says: "what was refused sent", flawed: func(f *flawed) {
			f.trigger = func(f *flawed, t provider.Trigger) (provider.Outcome, error) {
				f.env.Clock.AfterFunc(time.Hour, func() { _, _ = f.rightly(provider.Trigger{Event: modelPing}) })
				return f.rightly(t)
			}
		}},
	}
}
