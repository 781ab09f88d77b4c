package scenarios

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// scope is what texts of one scenario can speak of while it is told.
type scope struct {
	vars map[string]any

	mu     sync.Mutex
	things map[string]*thing
	faults map[string]string // the IDs of those that were armed, by their names
}

// thing is what a name given with as stands for.
type thing struct {
	sessions   []string
	deliveries []string
	seeds      []uint64
	untold     bool // it led to nothing while no webhook was set
}

// reference is a variable, a thing's member, or a dollar sign that is meant as
// one. Other dollar signs, such as the end of a regular expression, are none.
var reference = regexp.MustCompile(`\$(\$|[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*)`)

// text replaces what a text speaks of.
func (s *scope) text(text Text) (string, error) {
	var failure error
	replaced := reference.ReplaceAllStringFunc(string(text), func(found string) string {
		value, err := s.lookup(found[1:])
		if err != nil && failure == nil {
			failure = err
		}
		return written(value)
	})
	return replaced, failure
}

// texts replaces several at once.
func (s *scope) texts(texts ...Text) ([]string, error) {
	all := make([]string, len(texts))
	for i, text := range texts {
		var err error
		if all[i], err = s.text(text); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// value replaces in all texts of a tree. A text that is one reference and no
// more becomes what it refers to, of whatever type that is.
func (s *scope) value(tree any) (any, error) {
	switch v := tree.(type) {
	case string:
		if whole := reference.FindString(v); whole == v && len(v) > 1 {
			return s.lookup(v[1:])
		}
		return s.text(Text(v))
	case []any:
		list := make([]any, len(v))
		for i, inner := range v {
			var err error
			if list[i], err = s.value(inner); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, inner := range v {
			var err error
			if object[name], err = s.value(inner); err != nil {
				return nil, err
			}
		}
		return object, nil
	case map[any]any: // YAML with names that are no texts, such as numbers
		object := make(map[string]any, len(v))
		for name, inner := range v {
			object[fmt.Sprint(name)] = inner
		}
		return s.value(object)
	default:
		return tree, nil
	}
}

// json is a tree with its references replaced, as JSON; nothing when there is
// no tree.
func (s *scope) json(tree any) (json.RawMessage, error) {
	if tree == nil {
		return nil, nil
	}
	v, err := s.value(tree)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func (s *scope) duration(d Duration) (time.Duration, error) {
	text, err := s.text(Text(d))
	if err != nil {
		return 0, err
	}
	parsed, err := time.ParseDuration(text)
	if err != nil || parsed < 0 {
		return 0, fmt.Errorf("%q is not a duration such as 5m, 1.5s or 2h", text)
	}
	return parsed, nil
}

// number is a whole number, or what to take when there is none.
func (s *scope) number(n Number, absent int) (int, error) {
	if n == "" {
		return absent, nil
	}
	text, err := s.text(Text(n))
	if err != nil {
		return 0, err
	}
	parsed, err := strconv.Atoi(text)
	if err != nil || parsed < 0 {
		return 0, fmt.Errorf("%q is not a whole number", text)
	}
	return parsed, nil
}

// lookup is what a reference, without its dollar sign, refers to.
func (s *scope) lookup(name string) (any, error) {
	if name == "$" {
		return "$", nil
	}
	if value, ok := s.vars[name]; ok {
		return value, nil
	}
	if name == varURL {
		return nil, fmt.Errorf("no URL of a receiver is known: set the variable %s", varURL)
	}
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return nil, fmt.Errorf("there is no variable $%s, want one of $%s; $$ stands for a dollar sign",
			name, strings.Join(slices.Sorted(maps.Keys(s.vars)), ", $"))
	}
	meant, err := s.thing(name[:dot])
	if err != nil {
		return nil, err
	}
	return meant.member(name[:dot], name[dot+1:])
}

// member is what can be said of a thing: of the first one, when a trigger was
// repeated or several webhooks were told.
func (t *thing) member(name, member string) (any, error) {
	switch {
	case member == "session" && len(t.sessions) > 0:
		return t.sessions[0], nil
	case member == "delivery" && len(t.deliveries) > 0:
		return t.deliveries[0], nil
	case member == "seed" && len(t.seeds) > 0:
		return t.seeds[0], nil
	case member == "session", member == "delivery", member == "seed":
		return nil, fmt.Errorf("%s has no %s", name, member)
	default:
		return nil, fmt.Errorf("nothing of %s is called %s, want session, delivery or seed", name, member)
	}
}

// thing finds what a name given with as stands for.
func (s *scope) thing(name string) (*thing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.things[name]; t != nil {
		copied := *t
		return &copied, nil
	}
	names := slices.Sorted(maps.Keys(s.things))
	if len(names) == 0 {
		return nil, fmt.Errorf("nothing is called %q", name)
	}
	return nil, fmt.Errorf("nothing is called %q, want one of %s", name, strings.Join(names, ", "))
}

// name gives a name to a thing; without a name it is nothing that can be spoken
// of.
func (s *scope) name(name string, t thing) {
	if name == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.things[name] = &t
}

// arm gives a name to a fault that was armed.
func (s *scope) arm(name, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[name] = id
}

// armedAs finds an armed fault by its name.
func (s *scope) armedAs(name string) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id = s.faults[name]; id == "" {
		err = fmt.Errorf("no fault was armed as %q", name)
	}
	return id, err
}

// extend adds deliveries to a thing that has a name.
func (s *scope) extend(name string, deliveries []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.things[name]; t != nil {
		t.deliveries = append(slices.Clip(t.deliveries), deliveries...)
	}
}

// adopt takes over the names of an included scenario, behind a prefix.
func (s *scope) adopt(inner *scope, prefix string) {
	if prefix != "" {
		prefix += "."
	}
	for name, t := range inner.things { // its steps have ended
		s.name(prefix+name, *t)
	}
	for name, id := range inner.faults {
		s.arm(prefix+name, id)
	}
}

// others lists the deliveries that other names stand for.
func (s *scope) others(name string) map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := map[string]bool{}
	for other, t := range s.things {
		for _, id := range t.deliveries {
			ids[id] = ids[id] || other != name
		}
	}
	return ids
}

// written is a value inside a text.
func written(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any, map[string]any:
		text, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(text)
	default:
		return fmt.Sprint(v)
	}
}
