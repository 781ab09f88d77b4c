package mockserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"kycmock/mockserver/problem"
	"kycmock/mockserver/reply"
	"kycmock/web"
)

// How much of a request's body is read: 8 MiB by the control API, and as much
// as anybody may send by the vendors, who take files and have limits of their
// own.
const (
	maxBody       = 8 << 20
	maxVendorBody = 64 << 20
)

// routes puts everything that is served in its place.
func (s *Server) routes() (http.Handler, error) {
	page, err := web.Handler(s.config.WebDir)
	if err != nil {
		return nil, err
	}
	root := mux.NewRouter().SkipClean(true) // a vendor's path is not cleaned up either
	for _, path := range []string{"/livez", "/readyz", "/healthz"} {
		root.HandleFunc(path, healthy).Methods(http.MethodGet, http.MethodHead)
	}
	root.HandleFunc("/version", s.version).Methods(http.MethodGet)
	root.HandleFunc("/_mock/receiver/{account}", func(w http.ResponseWriter, r *http.Request) {
		s.receiver.Receive(mux.Vars(r)["account"]).ServeHTTP(w, r)
	})
	api := s.control(root)
	s.controlCA(api)
	for _, name := range s.names {
		s.providers[name].Control(api)
	}
	describe(api)
	for _, name := range s.names {
		s.mount(s.providers[name], root)
	}
	root.NotFoundHandler = refusal(problem.NotFound)
	root.MethodNotAllowedHandler = refusal(problem.NotAllowed)
	root.MatcherFunc(pages).Handler(page).Methods(http.MethodGet, http.MethodHead)
	return root, nil
}

// pages is whether a path belongs to the page.
func pages(r *http.Request, _ *mux.RouteMatch) bool {
	return r.URL.Path != "/_mock" && !strings.HasPrefix(r.URL.Path, "/_mock/")
}

// ServeHTTP serves the vendors' APIs, the control API and the page; on a
// vendor's own host, the vendor's API alone. A handler that panics costs its
// own request and no more.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if cause == http.ErrAbortHandler {
			panic(cause) // the way to ask net/http to drop the connection
		}
		s.config.Log.Error("a handler panicked", "method", r.Method, "path", r.URL.Path, "panic", cause, "stack", string(debug.Stack()))
		writeProblem(w, problem.New(problem.Internal, "the mock has a fault; its log says which"))
	}()
	r = s.placed(r)
	r.Body = http.MaxBytesReader(w, r.Body, s.maxBodyOf(r))
	s.handler.ServeHTTP(w, r)
}

func (s *Server) maxBodyOf(r *http.Request) int64 {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if s.providers[first] != nil {
		return maxVendorBody
	}
	return maxBody
}

func healthy(w http.ResponseWriter, r *http.Request) {
	reply.Content(w, r, "text/plain; charset=utf-8", []byte("ok"))
}

func (s *Server) version(w http.ResponseWriter, _ *http.Request) {
	reply.JSON(w, http.StatusOK, struct {
		Version string `json:"version"`
		Commit  string `json:"commit"`
		Go      string `json:"go"`
		URL     string `json:"url,omitempty"` // how others reach the mock
	}{s.config.Version, s.config.Commit, runtime.Version(), s.PublicURL})
}

// refusal answers for a path, or a method of it, that is not there.
func refusal(code problem.Code) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		detail := fmt.Sprintf("there is no %s; GET /_mock/v1/openapi.json lists what there is", r.URL.Path)
		if code == problem.NotAllowed {
			detail = fmt.Sprintf("%s does not take %s; GET /_mock/v1/openapi.json says what it takes", r.URL.Path, r.Method)
		}
		writeProblem(w, problem.New(code, "%s", detail))
	})
}

func writeProblem(w http.ResponseWriter, p *problem.Error) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Code.Status())
	_ = json.NewEncoder(w).Encode(documentOf(p))
}

// describe serves the OpenAPI document, which is made from the code when it is
// first asked for: that takes longer than all the rest of a start.
func describe(api huma.API) {
	for path, document := range map[string]struct {
		kind string
		make func() ([]byte, error)
	}{
		"/_mock/v1/openapi.json": {"application/openapi+json", func() ([]byte, error) { return json.Marshal(api.OpenAPI()) }},
		"/_mock/v1/openapi.yaml": {"application/openapi+yaml", func() ([]byte, error) { return api.OpenAPI().YAML() }},
	} {
		text := sync.OnceValues(document.make)
		api.Adapter().Handle(&huma.Operation{Method: http.MethodGet, Path: path}, func(ctx huma.Context) {
			body, err := text()
			if err != nil {
				panic(err) // a fault of the code, as any other panic of a handler
			}
			ctx.SetHeader("Content-Type", document.kind)
			_, _ = ctx.BodyWriter().Write(body)
		})
	}
}

// prefixed locates a verb's fields in the request's body, unless they say
// where else they are.
func prefixed(fields problem.Fields) problem.Fields {
	located := make(problem.Fields, len(fields))
	for i, f := range fields {
		place, _, _ := strings.Cut(f.Location, ".")
		if place != "body" && place != "query" && place != "path" {
			f = problem.Fields{f}.At("body")[0]
		}
		located[i] = f
	}
	return located
}
