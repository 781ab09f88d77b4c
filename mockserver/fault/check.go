package fault

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kycmock/mockserver/problem"
)

// Check finds all that is wrong with a list of faults for a vendor that makes
// those of own, beside those that every vendor has. Places are such as
// [2].params.by.
func Check(faults []Fault, vendor string, own []string) problem.Fields {
	var p problem.Fields
	for i, f := range faults {
		at := fmt.Sprintf("[%d]", i)
		for _, found := range f.check(vendor, own) {
			if found.Location != "" {
				found.Location = "." + found.Location
			}
			found.Location = at + found.Location
			p = append(p, found)
		}
	}
	return p
}

func (f Fault) check(vendor string, own []string) problem.Fields {
	p := slices.Clone(f.misread)
	misread := func(place string) bool {
		return slices.ContainsFunc(p, func(f problem.Field) bool { return f.Location == place })
	}
	spec, known := Find(f.Name)
	available := available(own)
	switch {
	case misread(""), misread("name"):
		return p
	case f.Name == "":
		p.Add("name", nil, "is required")
		return p
	case !known:
		p.Add("name", f.Name, "there is no such fault, want one of %s", nearestFirst(f.Name, available))
		return p
	case spec.Name == StaleTimestamp && !slices.Contains(own, f.Name):
		p.Add("name", f.Name, "%s signs no timestamp", vendor)
	case !slices.Contains(available, f.Name):
		p.Add("name", f.Name, "is not one of %s's, want one of %s", vendor, nearestFirst(f.Name, available))
	}
	if !spec.OnAttempts() && len(f.On) > 0 {
		p.Add("on", nil, "acts once, and not on attempts")
	}
	for _, n := range f.On {
		if n < 1 {
			p.Add("on", n, "want attempts counted from 1")
		}
	}
	if q := f.Probability; q != nil && (!spec.OnAttempts() && spec.Stage != API) {
		p.Add("probability", *q, "acts once, and not on attempts")
	} else if q != nil && !(*q >= 0 && *q <= 1) {
		p.Add("probability", *q, "want 0 to 1")
	}
	if !misread("params") {
		f.checkParams(spec, &p)
	}
	return p
}

// available lists what a vendor that makes its own can have.
func available(own []string) []string {
	names := EveryVendor()
	for _, name := range own {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (f Fault) checkParams(spec Spec, p *problem.Fields) {
	var names []string
	for _, param := range spec.Params {
		names = append(names, param.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Params)) {
		param, known := spec.param(name)
		if !known {
			want := "takes none"
			if len(names) > 0 {
				want = "want one of " + nearestFirst(name, names)
			}
			p.Add("params."+name, nil, "%s has no such parameter, %s", spec.Name, want)
			continue
		}
		if _, wrong := param.read(f.Params[name]); wrong != "" {
			p.Add("params."+name, f.Params[name], "%s", wrong)
		}
	}
	for _, param := range spec.Params {
		if _, given := f.Params[param.Name]; !given && param.Default == nil {
			p.Add("params."+param.Name, nil, "is required: %s", param.Summary)
		}
	}
}

// read turns a value into what it means, as an int64 or a text, or says what
// was wanted.
func (p Param) read(value any) (meaning any, wrong string) {
	switch p.Type {
	case Text:
		text, ok := value.(string)
		length := int64(utf8.RuneCountInString(text))
		if !ok || !utf8.ValidString(text) || length < p.min || length > p.max || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return nil, fmt.Sprintf("want a text of %d to %d characters", p.min, p.max)
		}
		return text, ""
	case Duration:
		text, _ := value.(string)
		d, err := time.ParseDuration(text)
		if err != nil || int64(d) < p.min || int64(d) > p.max {
			return nil, fmt.Sprintf("want a duration such as 10m, from %s to %s", time.Duration(p.min), time.Duration(p.max))
		}
		return int64(d), ""
	default:
		n, ok := number(value, p.Type == Size)
		if !ok || n < p.min || n > p.max {
			return nil, fmt.Sprintf("want %s from %d to %d", map[Type]string{Integer: "a whole number", Size: "bytes, such as 512 or 2MiB,"}[p.Type], p.min, p.max)
		}
		return n, ""
	}
}

// number reads a whole number, also one of bytes with a unit.
func number(value any, units bool) (int64, bool) {
	switch v := value.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case float64:
		return int64(v), v == float64(int64(v))
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case string:
		if !units {
			return 0, false
		}
		for unit, factor := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "B": 1, "": 1} {
			digits, found := strings.CutSuffix(v, unit)
			if n, err := strconv.ParseInt(digits, 10, 40); found && err == nil {
				return n * factor, true
			}
		}
	}
	return 0, false
}

// value is a parameter's meaning: as it was given, or its default.
func (f Fault) value(name string) any {
	spec, _ := Find(f.Name)
	param, _ := spec.param(name)
	given, ok := f.Params[name]
	if !ok {
		given = param.Default
	}
	meaning, _ := param.read(given)
	return meaning
}

// Duration is the value of a parameter that is a duration. It and its like are
// for faults that Check found good.
func (f Fault) Duration(param string) time.Duration {
	n, _ := f.value(param).(int64)
	return time.Duration(n)
}

// Number is the value of a parameter that is a number, or a size in bytes.
func (f Fault) Number(param string) int { n, _ := f.value(param).(int64); return int(n) }

// Text is the value of a parameter that is a text.
func (f Fault) Text(param string) string { text, _ := f.value(param).(string); return text }
