package mockserver

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
	"kycmock/scenarios"
)

// members sets up the members of a place that are resources.
func (u *setup) members(place scenarios.Place, resources []provider.Resource, path string) {
	entries, _ := u.entries(place, resources[0].Name, resourceNames(resources))
	for _, e := range entries {
		u.resource(e.Place, resources[indexOf(resources, e.Name)], path)
	}
}

func resourceNames(resources []provider.Resource) []string {
	names := make([]string, len(resources))
	for i, r := range resources {
		names[i] = r.Name
	}
	return names
}

func indexOf(resources []provider.Resource, name string) int {
	return slices.IndexFunc(resources, func(r provider.Resource) bool { return r.Name == name })
}

// resource sets up all there is of a resource, whose path in the control API is
// below this one.
func (u *setup) resource(place scenarios.Place, r provider.Resource, path string) {
	path += "/" + r.Path
	switch r.Kind {
	case provider.Single:
		u.one(place, r, path)
	case provider.List:
		u.list(place, r, path)
	case provider.Named:
		for _, e := range place.Entries(provider.DefaultAccount) {
			if strings.Contains(e.Name, "/") {
				e.NoteName("want a name without a slash")
				continue
			}
			u.one(e.Place, r, path+"/"+url.PathEscape(e.Name))
		}
	}
}

// one sets up one resource, then its parts. Of what has parts alone, nothing
// else is changed.
func (u *setup) one(place scenarios.Place, r provider.Resource, path string) {
	var own, parts []scenarios.Entry
	entries := place.Entries(u.example(http.MethodPut, path))
	if entries == nil {
		return
	}
	for _, e := range entries {
		if indexOf(r.Parts, e.Name) >= 0 {
			parts = append(parts, e)
		} else {
			own = append(own, e)
		}
	}
	if len(own) > 0 || len(parts) == 0 {
		if body, whole := place.Object(own); whole && !u.ask(place, http.MethodPut, path, body, r) {
			return // nothing can be called so
		}
	}
	for _, e := range parts {
		u.resource(e.Place, r.Parts[indexOf(r.Parts, e.Name)], path)
	}
}

// list sets up the items of a list.
func (u *setup) list(place scenarios.Place, r provider.Resource, path string) {
	bodies := map[int]json.RawMessage{}
	items, example := place.Items(), u.example(http.MethodPost, path)
	for i, item := range items {
		if item.Entries(example) == nil {
			continue
		}
		body, whole := item.JSON()
		if !whole {
			continue
		}
		bodies[i] = body
		if r.Forget != nil {
			r.Forget(body)
		}
	}
	for i, item := range items {
		if body, ok := bodies[i]; ok {
			u.ask(item, http.MethodPost, path, body, r)
		}
	}
}

// ask makes a request to the control API and notes at the place what it finds
// wrong. It is false when that is with the path.
func (u *setup) ask(place scenarios.Place, method, path string, body json.RawMessage, r provider.Resource) bool {
	request, err := http.NewRequestWithContext(context.Background(), method, path, bytes.NewReader(body))
	if err != nil {
		place.NoteName("%s", err)
		return false
	}
	request.Header.Set("Content-Type", "application/json")
	w := &answer{header: http.Header{}, status: http.StatusOK}
	if err := w.serve(u.server, request); err != nil {
		place.Note("", "%s", err)
		return true
	}
	if w.status < http.StatusMultipleChoices {
		return true
	}
	var refused document
	if json.Unmarshal(w.body, &refused) != nil {
		refused.Detail = http.StatusText(w.status)
	}
	if len(refused.Errors) == 0 {
		place.NoteName("%s", refused.Detail)
		return false
	}
	u.note(place, refused.Errors, func(above string) []string {
		known := u.names(method, path, above)
		if above == "" {
			known = append(known, resourceNames(r.Parts)...)
		}
		return known
	})
	return true
}

// note notes what the control API found wrong in the body that a place has, of
// which known are the members below a location.
func (u *setup) note(place scenarios.Place, found problem.Fields, known func(above string) []string) {
	meant := map[string]bool{}
	var others problem.Fields
	for _, f := range found {
		location, ofBody := strings.CutPrefix(f.Location, "body")
		f.Location = strings.TrimPrefix(location, ".")
		switch {
		case !ofBody:
			place.NoteName("%s", f.Message)
		case f.Message == noSuchMember:
			above := aboveOf(f.Location)
			name := place.NoteUnknown(f.Location, known(above))
			meant[strings.TrimPrefix(above+"."+name, ".")] = true
		default:
			others = append(others, f)
		}
	}
	for _, f := range others {
		if f.Message != isRequired || !meant[f.Location] {
			place.Note(f.Location, "%s", f.Message)
		}
	}
}

// How the control API words a member that it does not know, and one that it
// wants.
const (
	noSuchMember = "there is no such member"
	isRequired   = "is required"
)

// aboveOf is the location of what a location is a member of.
func aboveOf(location string) string { return location[:max(strings.LastIndex(location, "."), 0)] }

// itemIndex is an item's place in its list.
var itemIndex = regexp.MustCompile(`\[\d+\]`)

// names lists the members that a request's body can have at a location, those
// that cannot be set left out.
func (u *setup) names(method, path, location string) []string {
	schema := u.body(method, path)
	for part := range strings.SplitSeq(location, ".") {
		name := itemIndex.ReplaceAllString(part, "")
		if schema == nil || location == "" {
			break
		}
		schema = u.resolved(schema.Properties[name])
		for range strings.Count(part, "[") {
			if schema != nil {
				schema = u.resolved(schema.Items)
			}
		}
	}
	if schema == nil {
		return nil
	}
	var names []string
	for name, member := range schema.Properties {
		if !member.ReadOnly {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// example is a member of a request's body, one that is required if any is.
func (u *setup) example(method, path string) string {
	if s := u.body(method, path); s != nil && len(s.Required) > 0 {
		return s.Required[0]
	}
	return append(u.names(method, path, ""), provider.DefaultAccount)[0]
}

// pathParameter is a part of a path that stands for a name.
var pathParameter = regexp.MustCompile(`^\{[^}]*\}$`)

// body is the schema of a request's body, nil for a request that there is not.
func (u *setup) body(method, path string) *huma.Schema {
	wanted := strings.Split(path, "/")
	for template, item := range u.api.OpenAPI().Paths {
		parts := strings.Split(template, "/")
		same := slices.EqualFunc(parts, wanted, func(a, b string) bool { return a == b || pathParameter.MatchString(a) })
		operation := item.Put
		if method == http.MethodPost {
			operation = item.Post
		}
		if same && operation != nil && operation.RequestBody != nil {
			return u.resolved(operation.RequestBody.Content["application/json"].Schema)
		}
	}
	return nil
}

// resolved is a schema, or that which it refers to.
func (u *setup) resolved(s *huma.Schema) *huma.Schema {
	if s == nil || s.Ref == "" {
		return s
	}
	return u.api.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
}
