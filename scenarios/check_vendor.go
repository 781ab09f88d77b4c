package scenarios

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
)

// vendorOf is the vendor that a step means.
func (c *checker) vendorOf(named Text) Text {
	if named != "" {
		return named
	}
	return Text(c.scenario.Provider)
}

// profile finds a vendor, if vendors are known and it is one.
func (c *checker) profile(named Text) (provider.Profile, bool) {
	i := slices.IndexFunc(c.known.Vendors, func(p provider.Profile) bool { return p.Name == string(named) })
	if i < 0 {
		return provider.Profile{}, false
	}
	return c.known.Vendors[i], true
}

// vendor checks the name of a vendor, if there is one.
func (c *checker) vendor(named Text, at *spot) {
	if _, known := c.profile(named); known || named == "" || c.known.Vendors == nil || refersTo(string(named)) {
		return
	}
	vendors := make([]string, len(c.known.Vendors))
	for i, p := range c.known.Vendors {
		vendors[i] = p.Name
	}
	c.add(at, "%s", unknown("vendor", string(named), vendors))
}

// needed checks the vendor of a step that cannot do without one, and finds it.
func (c *checker) needed(named Text, at *spot) (provider.Profile, bool) {
	if c.vendorOf(named) == "" {
		c.add(at, "which vendor is meant? Want provider, here or for the whole scenario")
	}
	c.vendor(named, at.member("provider"))
	return c.profile(c.vendorOf(named))
}

// webhook checks which webhook a step is about.
func (c *checker) webhook(vendor, name Text, at *spot) {
	if p, known := c.needed(vendor, at); known && name != "" {
		c.webhookOf(p, name, at.member("webhook"))
	}
}

func (c *checker) webhookOf(p provider.Profile, name Text, at *spot) {
	text := unescaped(string(name))
	if refersTo(string(name)) || slices.ContainsFunc(p.Webhooks, func(known string) bool { return isWebhook(known, text) }) {
		return
	}
	c.add(at, "%s has no webhook %s%s", p.Name, shortened(text), suggested(text, p.Webhooks))
}

// isWebhook is whether a webhook has a profile's name, in which {config} stands
// for any.
func isWebhook(known, name string) bool {
	before, _, open := strings.Cut(known, "{")
	return name == known || open && strings.HasPrefix(name, before) && len(name) > len(before)
}

func (c *checker) saveWebhook(s SaveWebhook, at *spot) {
	c.webhook(s.Provider, s.Webhook, at)
	c.mapping(s.Config, at.member("config"))
}

// mapping holds a value to be one, unless a reference stands for it.
func (c *checker) mapping(tree any, at *spot) {
	if _, is := tree.(map[string]any); !is && tree != nil && !standsFor(tree) {
		c.add(at, "want a mapping such as {name: ...}")
	}
}

// standsFor is whether a value is a reference, and no more.
func standsFor(tree any) bool {
	text, is := tree.(string)
	return is && refersTo(text) && reference.FindString(text) == text
}

func (c *checker) trigger(t Trigger, at *spot) {
	p, known := c.needed(t.Provider, at)
	c.event(p, known, t.Event, at.member("event"))
	c.mapping(t.Data, at.member("data"))
	if _, is := t.Patch.([]any); !is && t.Patch != nil && !standsFor(t.Patch) {
		c.add(at.member("patch"), "want a list of operations such as {op: replace, path: ..., value: ...}")
	}
	if data, _ := t.Data.(map[string]any); t.Profile != "" && data["profile"] != nil {
		c.add(at.member("profile"), "stands in data as well: want it in one place")
	}
	c.faults(t.Faults, p, known, at.member("faults"))
}

func (c *checker) event(p provider.Profile, known bool, event Text, at *spot) {
	names := make([]string, len(p.Events))
	for i, e := range p.Events {
		names[i] = e.Name
	}
	if text := unescaped(string(event)); known && text != "" && !refersTo(string(event)) && !slices.Contains(names, text) {
		c.add(at, "%s has no event %s%s", p.Name, shortened(text), suggested(text, names))
	}
}

// act checks what is done in a session by what its vendor's people can do.
func (c *checker) act(a Act, on given, at *spot) {
	c.mapping(a.Data, at.member("data"))
	p, known := c.profile(on.vendor)
	do := unescaped(string(a.Do))
	switch {
	case !known || do == "" || refersTo(string(a.Do)) || slices.Contains(p.Verbs, do):
	case len(p.Verbs) == 0:
		c.add(at.member("do"), "there is nothing to be done in a session of %s", p.Name)
	default:
		c.add(at.member("do"), "nobody can %s in a session of %s%s", shortened(do), p.Name, suggested(do, p.Verbs))
	}
}

func (c *checker) arm(a Arm, at *spot) {
	p, known := c.needed(a.Provider, at)
	c.event(p, known, a.Event, at.member("event"))
	if known && a.Webhook != "" {
		c.webhookOf(p, a.Webhook, at.member("webhook"))
	}
	if _, list := a.Fault.([]any); list {
		c.add(at.member("fault"), "want one fault, got a list: arm them one after another")
		return
	}
	c.fault(a.Fault, p, known, at.member("fault"))
}

// faults checks a list of faults, or one.
func (c *checker) faults(tree any, p provider.Profile, known bool, at *spot) {
	list, is := tree.([]any)
	if !is {
		list = []any{tree}
	}
	const most = 100
	if len(list) > most {
		c.add(at, "want at most %d faults, got %d", most, len(list))
		return
	}
	for i, item := range list {
		where := at
		if is {
			where = at.item(i)
		}
		if spec, ok := c.fault(item, p, known, where); ok && spec.Stage == fault.API {
			c.add(where, "%s goes wrong with calls of the vendor's API, not with a webhook: arm it", spec.Name)
		}
	}
}

// fault checks a fault, but for the parts of it that hold references.
func (c *checker) fault(tree any, p provider.Profile, known bool, at *spot) (spec fault.Spec, ok bool) {
	tree, left := withoutReferences(tree)
	if tree == nil {
		return spec, false
	}
	text, err := json.Marshal(tree)
	var f fault.Fault
	if err != nil || json.Unmarshal(text, &f) != nil {
		c.add(at, "want a fault's name, or {name: ..., params: ..., on: ..., probability: ...}")
		return spec, false
	}
	all := catalogue()
	if spec, ok = fault.Find(f.Name); !ok && f.Name != "" {
		c.add(at, "%s", unknown("fault", f.Name, all))
		return spec, false
	}
	vendor, own := "the vendor", all
	if known {
		vendor, own = p.Name, p.Faults
	}
	if ok && !slices.Contains(append(fault.EveryVendor(), own...), f.Name) {
		c.add(at, "%s is a fault that %s does not have", f.Name, vendor)
		return spec, false
	}
	for _, found := range fault.Check([]fault.Fault{f}, vendor, own) {
		location := strings.TrimPrefix(strings.TrimPrefix(found.Location, "[0]"), ".")
		if !slices.Contains(left, location) {
			c.add(at.below(location), "%s", found.Message)
		}
	}
	return spec, ok
}

func catalogue() []string {
	var names []string
	for _, spec := range fault.All() {
		names = append(names, spec.Name)
	}
	return names
}

// withoutReferences leaves out the parts of a fault that are references, and
// says which. Of a fault whose very name is one, nothing is left.
func withoutReferences(tree any) (rest any, left []string) {
	object, is := tree.(map[string]any)
	if !is {
		if text, is := tree.(string); is && refersTo(text) {
			return nil, nil
		}
		return tree, nil
	}
	kept := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if params, is := object[name].(map[string]any); is && name == "params" {
			inner, leftOut := withoutReferences(params)
			kept[name] = inner
			for _, param := range leftOut {
				left = append(left, name+"."+param)
			}
			continue
		}
		if holdsReference(object[name]) {
			left = append(left, name)
			continue
		}
		kept[name] = object[name]
	}
	return kept, left
}

func holdsReference(tree any) bool {
	for text := range textsIn(tree, nil) {
		if refersTo(text) {
			return true
		}
	}
	return false
}
