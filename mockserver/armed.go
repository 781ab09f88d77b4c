package mockserver

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/journal"
	"kycmock/mockserver/problem"
)

// Rule asks for a fault in what is to come.
type Rule struct {
	Match Match       `json:"match" required:"false" doc:"What the fault is for; everything when absent."`
	Fault fault.Fault `json:"fault"`
	Times *int        `json:"times,omitempty" minimum:"0" doc:"For how many notifications, or calls of the vendor's API, that match: 1 when absent, 0 for all until it is disarmed."`
}

// Match says which notifications a fault is for, or which calls of a vendor's
// API. An empty member matches all. A fault of an API is for calls, which have
// neither webhook nor event; the key set is the same for every account.
type Match struct {
	Provider string `json:"provider,omitempty" doc:"A vendor's name."`
	Account  string `json:"account,omitempty" doc:"An account, or business. The faults of the JWKS are for all."`
	Webhook  string `json:"webhook,omitempty" doc:"One of the vendor's webhooks. Faults of its API have none."`
	Event    string `json:"event,omitempty" doc:"One of the vendor's events. Faults of its API have none."`
}

// Armed is a fault that waits for what it matches.
type Armed struct {
	ID    string      `json:"id" doc:"Starts with flt_."`
	Match Match       `json:"match"`
	Fault fault.Fault `json:"fault"`
	Times int         `json:"times" doc:"0 when it is for all until it is disarmed."`
	Left  int         `json:"left" doc:"How many of the times are to come; 0 when times is."`
	Hits  int         `json:"hits" doc:"How many notifications or calls it was for so far."`
}

// kindFault is the kind of the journal's entries about armed faults.
const kindFault = "fault"

// armory keeps the armed faults. Its lock is held from looking at one to
// counting it down, or two could take the last time of one.
type armory struct {
	mu   sync.Mutex
	rows *journal.Table[Armed]
}

// take counts down each fault that hit says yes to. It asks in the order in
// which they were armed. One that is used up is gone.
func (a *armory) take(hit func(Armed) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, row := range a.rows.All() {
		if !hit(row) {
			continue
		}
		row.Hits++
		if row.Times > 0 {
			row.Left--
		}
		if row.Times > 0 && row.Left == 0 {
			a.rows.Delete(id)
		} else {
			a.rows.Put(id, row)
		}
	}
}

// Faults is the catalogue: every fault, and the vendors that can have it.
func (s *Server) Faults() []fault.Spec {
	all := fault.All()
	for i, spec := range all {
		all[i].Params = append([]fault.Param{}, spec.Params...)
		all[i].Providers = []string{}
		for _, t := range s.targets {
			if t.can(spec.Name) {
				all[i].Providers = append(all[i].Providers, t.profile.Name)
			}
		}
	}
	return all
}

// Arm has a fault happen to what comes next. All that is wrong with the rule is
// said at once.
func (s *Server) Arm(r Rule) (Armed, error) {
	if err := s.checkRule(r).Err("the fault cannot be armed"); err != nil {
		return Armed{}, err
	}
	row := Armed{ID: s.ids.newID("flt_"), Match: r.Match, Fault: r.Fault, Times: 1}
	row.Fault.Params, row.Fault.On = maps.Clone(r.Fault.Params), slices.Clone(r.Fault.On) // the caller's own
	if r.Times != nil {
		row.Times = *r.Times
	}
	row.Left = row.Times
	s.armory.rows.Put(row.ID, row)
	return row, nil
}

// Disarm takes back an armed fault.
func (s *Server) Disarm(id string) error {
	s.armory.mu.Lock() // or who is counting it down would put it back
	defer s.armory.mu.Unlock()
	if !s.armory.rows.Delete(id) {
		return problem.New(problem.NotFound, "no armed fault is called %q; those that are used up are gone", id)
	}
	return nil
}

// ArmedFaults lists the armed faults in the order in which they were armed.
func (s *Server) ArmedFaults() []Armed {
	armed := []Armed{}
	for _, row := range s.armory.rows.All() {
		armed = append(armed, row)
	}
	return armed
}

// armedFor takes the armed faults that a notification is to have.
func (s *Server) armedFor(n delivery.Notification) []fault.Fault {
	var faults []fault.Fault
	i := slices.IndexFunc(s.targets, func(t target) bool { return t.profile.Name == n.Provider })
	if i < 0 {
		return nil
	}
	s.armory.take(func(a Armed) bool {
		hit := s.targets[i].tells(a, n)
		if hit {
			faults = append(faults, a.Fault)
		}
		return hit
	})
	return faults
}

func (m Match) includes(one Match) bool {
	return (m.Provider == "" || m.Provider == one.Provider) && (m.Account == "" || m.Account == one.Account) &&
		(m.Webhook == "" || m.Webhook == one.Webhook) && (m.Event == "" || m.Event == one.Event)
}

func (s *Server) send(n delivery.Notification) (delivery.Delivery, error) {
	return s.engine.Send(s.seeded(n))
}

func (s *Server) sendNow(n delivery.Notification) (delivery.Record, error) {
	return s.engine.SendNow(s.seeded(n))
}

// seeded gives a notification whose vendor drew no seed one for what its faults
// leave to chance.
func (s *Server) seeded(n delivery.Notification) delivery.Notification {
	if n.Seed == 0 && (len(n.Faults) > 0 || s.armory.rows.Len() > 0) {
		n.Seed = s.ids.seed()
	}
	return n
}

func ofAPI(name string) bool {
	spec, _ := fault.Find(name)
	return spec.Stage == fault.API
}

// checkRule finds all that is wrong with a rule. The vendors that it can be for
// become fewer with each thing that it is to match.
func (s *Server) checkRule(r Rule) problem.Fields {
	var p problem.Fields
	targets := s.targets
	narrow := func(location, wanted string, names func(target) []string, is func(name, wanted string) bool) {
		var having []target
		var known []string
		for _, t := range targets {
			if slices.ContainsFunc(names(t), func(name string) bool { return is(name, wanted) }) {
				having = append(having, t)
			}
			known = append(known, names(t)...)
		}
		switch {
		case wanted == "":
		case len(having) == 0:
			p.Add(location, wanted, "want one of %s", list(known))
		default:
			targets = having
		}
	}
	equal := func(name, wanted string) bool { return name == wanted }
	narrow("match.provider", r.Match.Provider, target.name, equal)
	if !ofAPI(r.Fault.Name) {
		narrow("match.webhook", r.Match.Webhook, target.webhooks, isWebhook)
		narrow("match.event", r.Match.Event, target.events, equal)
	}
	p = append(p, checkFault(r.Fault, targets)...)
	if r.Times != nil && *r.Times < 0 {
		p.Add("times", *r.Times, "want 1 or more, or 0 for all until it is disarmed")
	}
	return p
}

// isWebhook is whether a webhook is one of a profile's name, in which {config}
// stands for whatever name a part of it has.
func isWebhook(name, webhook string) bool {
	before, _, open := strings.Cut(name, "{")
	return name == webhook || open && strings.HasPrefix(webhook, before) && len(webhook) > len(before)
}

// checkFault finds what is wrong with a fault of some of the vendors.
func checkFault(f fault.Fault, targets []target) problem.Fields {
	if reflect.ValueOf(f).IsZero() {
		return problem.Fields{{Location: "fault", Message: "is required"}}
	}
	var possible, routes []string
	for _, t := range targets {
		possible = append(possible, t.faults...)
		if t.can(f.Name) {
			routes = append(routes, t.routes...)
		}
	}
	whose := "this mock"
	if len(targets) == 1 {
		whose = targets[0].profile.Name
	}
	p := fault.Check([]fault.Fault{f}, whose, possible)
	for i := range p {
		p[i].Location = "fault" + strings.TrimPrefix(p[i].Location, "[0]")
	}
	if route, ok := f.Params[paramRoute].(string); ok && len(p) == 0 && !slices.Contains(routes, route) {
		p.Add("fault.params."+paramRoute, route, "want one of %s", list(routes))
	}
	return p
}
