package mockserver

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/reply"
)

// target is a vendor as one for whom faults are armed.
type target struct {
	provider provider.Provider
	profile  provider.Profile // as it was at the start
	routes   []string         // of its own API, such as "POST /v1/identify"
	faults   []string         // that it can have
}

// paramRoute is the parameter of the faults that are for one route. The other
// faults of an API are for the JWKS.
const paramRoute = "route"

func (t target) name() []string       { return []string{t.profile.Name} }
func (t target) webhooks() []string   { return t.profile.Webhooks }
func (t target) can(name string) bool { return slices.Contains(t.faults, name) }

func (t target) events() []string {
	var names []string
	for _, e := range t.profile.Events {
		names = append(names, e.Name)
	}
	return names
}

// mount serves a vendor's own API, with the faults that are armed for it.
func (s *Server) mount(p provider.Provider, root *mux.Router) {
	t := target{provider: p, profile: p.Profile()}
	prefix := "/" + t.profile.Name
	r := root.PathPrefix(prefix).Subrouter()
	p.Mount(r)
	_ = r.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		template, err := route.GetPathTemplate()
		if err != nil || route.GetHandler() == nil {
			return nil // it is only a part of others
		}
		methods, err := route.GetMethods()
		if err != nil {
			methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} // it takes all
		}
		for _, method := range methods {
			t.routes = append(t.routes, method+" "+pathOf(template, prefix))
		}
		return nil
	})
	t.faults = slices.Concat(fault.EveryVendor(), t.profile.Faults)
	s.targets = append(s.targets, t)
	r.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			template, _ := mux.CurrentRoute(r).GetPathTemplate()
			s.serveFaulty(t, pathOf(template, prefix), next, w, r)
		})
	})
}

// pathOf is a route's path as the vendor writes it: without our prefix, and
// without the pattern in {id:[^/]*}.
func pathOf(template, prefix string) string {
	var path strings.Builder
	depth, pattern := 0, false
	for _, c := range strings.TrimPrefix(template, prefix) {
		switch c {
		case '{':
			depth++
		case ':':
			pattern = pattern || depth == 1
		case '}':
			depth--
			pattern = pattern && depth > 0
		}
		if !pattern {
			path.WriteRune(c)
		}
	}
	return path.String()
}

// tells is whether a fault is armed for a notification of the vendor's.
func (t target) tells(a Armed, n delivery.Notification) bool {
	return t.can(a.Fault.Name) && !ofAPI(a.Fault.Name) && a.Match.includes(Match{n.Provider, n.Account, n.Webhook, n.Event})
}

// answers is whether a fault is armed for a call of the vendor's API.
func (t target) answers(a Armed, path string, r *http.Request) bool {
	if !t.can(a.Fault.Name) || !ofAPI(a.Fault.Name) || a.Match.Provider != "" && a.Match.Provider != t.profile.Name {
		return false
	}
	route, routed := a.Fault.Params[paramRoute]
	if !routed {
		return path != "" && path == t.profile.JWKS
	}
	return route == r.Method+" "+path && (a.Match.Account == "" || a.Match.Account == t.caller(r))
}

// caller is the account that calls, as far as the vendor can tell.
func (t target) caller(r *http.Request) string {
	if p, ok := t.provider.(provider.APIFaulter); ok {
		return p.Caller(r)
	}
	return ""
}

// refuse answers with an error, in the vendor's words when it has some.
func (t target) refuse(w http.ResponseWriter, r *http.Request, status int, code string) {
	if p, ok := t.provider.(provider.APIFaulter); ok {
		p.Refuse(w, r, status, code)
		return
	}
	reply.JSON(w, cmp.Or(status, http.StatusInternalServerError), struct {
		Error string `json:"error"`
	}{cmp.Or(code, http.StatusText(status), "fault")})
}
