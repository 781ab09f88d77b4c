package conformance

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

// pathName is a name that is a part of a path as it stands.
var pathName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// endless is how many retries a plan shows of a schedule that does not end.
const endless = 1000

// soundProfile reads the profile as the mock's page does.
func soundProfile(t trial) {
	w := t.world(mockserver.Config{})
	p := w.profile
	if !pathName.MatchString(p.Name) {
		t.Errorf("the vendor is called %q, want lower case letters, digits and -, for paths", p.Name)
	}
	if p.Title == "" {
		t.Errorf("the vendor has no title")
	}
	if again := w.vendor.Profile(); fmt.Sprint(again) != fmt.Sprint(p) {
		t.Errorf("the profile is another when it is asked for again:\n%v\n%v", p, again)
	}
	var events, policies []string
	for _, e := range p.Events {
		events = append(events, e.Name)
		if e.Summary == "" {
			t.Errorf("event %s has no summary", e.Name)
		}
		if object(e.Example) == nil {
			t.Errorf("event %s: the example is %q, want a JSON object: the data of a trigger", e.Name, e.Example)
		}
	}
	for _, policy := range p.Policies {
		policies = append(policies, policy.Name)
		t.soundPlan(policy.Name, policy.Plan)
	}
	t.named("events", events, 1)
	t.named("webhooks", p.Webhooks, 1)
	t.named("policies", policies, 1)
	t.named("verbs", p.Verbs, 0)
	for _, e := range slices.Concat(t.Once, t.Invented) {
		if !slices.Contains(events, e) {
			t.Errorf("the trial names the event %q, which the profile has not: %q", e, events)
		}
	}
	if !slices.ContainsFunc(p.Webhooks, func(name string) bool { return fits(t.Webhook, name) }) {
		t.Errorf("the trial's webhook %q is none of the profile's: %q", t.Webhook, p.Webhooks)
	}
	if _, err := json.Marshal(p); err != nil {
		t.Errorf("the profile cannot be shown: %v", err)
	}
}

// named wants so many names at least, none of them empty and none twice.
func (t trial) named(what string, names []string, least int) {
	t.Helper()
	if len(names) < least {
		t.Errorf("the profile has no %s", what)
	}
	seen := map[string]bool{}
	for _, name := range names {
		if name == "" || seen[name] {
			t.Errorf("the names of the %s are %q, want each to be there and to be another", what, names)
		}
		seen[name] = true
	}
}

func (t trial) soundPlan(policy string, plan []clock.Duration) {
	t.Helper()
	if len(plan) >= endless {
		t.Errorf("policy %s plans %d retries, want an end to them", policy, len(plan))
	}
	if !slices.IsSorted(plan) || len(plan) > 0 && plan[0] < 0 {
		t.Errorf("policy %s plans its retries at %v, want each no earlier than the one before", policy, plan)
	}
}

// fits is whether a webhook is one of this name, in which {} stands for any
// word.
func fits(webhook, name string) bool {
	parts, words := strings.Split(name, "/"), strings.Split(webhook, "/")
	return slices.EqualFunc(words, parts, func(word, part string) bool {
		return word == part || strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}")
	})
}
